//! Running other programs: shown before they start, their failure told in one sentence, stopped when they hang.
//!
//! Which program is run with what is up to the callers.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Shows the command, runs it, and makes anything but success an error.
pub fn run(command: &mut Command) -> Result<()> {
    eprintln!("$ {}", shown(command));
    let status =
        command.status().with_context(|| format!("could not start `{}`", shown(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// Like [`run`], but ends the program after `limit`; whether it succeeded in time is the answer.
pub fn succeeds_within(command: &mut Command, limit: Duration) -> bool {
    eprintln!("$ {}", shown(command));
    let Ok(mut child) = command.stdin(Stdio::null()).spawn() else { return false };
    let end = Instant::now() + limit;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if Instant::now() < end => std::thread::sleep(Duration::from_millis(50)),
            _ => {
                // It may end by itself just now: then there is nothing to kill, which is as good.
                let _ = child.kill();
                let _ = child.wait();
                return false;
            }
        }
    }
}

/// What the command prints on standard output, trimmed; nothing where it cannot be started or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as one would type it, without its environment.
fn shown(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_hangs_is_stopped() {
        let start = Instant::now();
        assert!(!succeeds_within(Command::new("sleep").arg("30"), Duration::from_millis(100)));
        assert!(start.elapsed() < Duration::from_secs(10));
        assert!(succeeds_within(&mut Command::new("true"), Duration::from_secs(10)));
    }

    #[test]
    fn failure_names_the_command() {
        let error = run(Command::new("false").arg("here")).unwrap_err().to_string();
        assert!(error.contains("false here"), "{error}");
        assert!(output(&mut Command::new("no-such-program-anywhere")).is_none());
    }
}
