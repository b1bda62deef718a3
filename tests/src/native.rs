//! The command line, which must write what the page writes.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use xtask::{project, wasm};

use crate::site;

/// What `zeroshot generate` prints for the built page's model, with these flags before the prompt.
pub fn generate(prompt: &str, flags: &[String]) -> Result<String> {
    generate_with(&site::built()?.join("models/builtin"), prompt, flags)
}

/// The same for the model in a folder or a file.
pub fn generate_with(model: &Path, prompt: &str, flags: &[String]) -> Result<String> {
    let mut arguments: Vec<OsString> =
        vec!["generate".into(), "--model".into(), model.as_os_str().to_owned()];
    arguments.extend(flags.iter().map(OsString::from));
    arguments.push(format!("--prompt={prompt}").into());
    run(&arguments)
}

/// Packs the model in a folder into a file, in parts of so many bytes if any are given.
pub fn pack(model: &Path, kind: &str, output: &Path, parts: Option<u64>) -> Result<()> {
    let mut arguments: Vec<OsString> = vec!["pack".into(), model.as_os_str().to_owned()];
    arguments.extend([format!("--type={kind}").into(), "--output".into(), output.into()]);
    arguments.extend(parts.map(|bytes| format!("--parts={bytes}").into()));
    run(&arguments).map(drop)
}

/// Runs the command line; what it prints.
fn run(arguments: &[OsString]) -> Result<String> {
    static PROGRAM: LazyLock<Result<PathBuf, String>> =
        LazyLock::new(|| build().map_err(|error| format!("{error:#}")));
    let program = PROGRAM.as_ref().map_err(|error| anyhow::anyhow!("{error}"))?;
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output()?;
    ensure!(
        output.status.success(),
        "zeroshot {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?)
}

/// Builds the command line; its program.
fn build() -> Result<PathBuf> {
    // The whole workspace is selected so that shared crates have the features that the tests' build gave them.
    let mut cargo = Command::new(wasm::native_cargo());
    cargo.args([
        "build",
        "--quiet",
        "--workspace",
        "--bin",
        "zeroshot",
        "--message-format",
        "json",
    ]);
    let output = cargo.current_dir(project::root()).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("the command line `zeroshot` does not compile");
    }
    let program = String::from_utf8_lossy(&output.stdout).lines().rev().find_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let executable = message.get("executable")?.as_str()?.to_owned();
        (message["target"]["name"] == "zeroshot").then_some(executable)
    });
    program.map(PathBuf::from).context("Cargo named no program `zeroshot`")
}
