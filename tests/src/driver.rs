//! ChromeDriver as a process, and the few of its commands that the WebDriver client does not know.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};
use xtask::tools::Browser;

/// Flags of every Chromium: no window, no sandbox (it may run as root, in a container), no network of its own.
pub const FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A running ChromeDriver; dropping it ends it.
pub struct Driver {
    process: Child,
    /// Kept open, as a program that writes to a closed pipe is ended.
    output: BufReader<ChildStdout>,
    /// Where it and its browsers keep their files, a new profile for each.
    folder: PathBuf,
}

impl Driver {
    /// Starts ChromeDriver at a free port; the driver, and where it listens.
    ///
    /// It wants one port of IPv4 and IPv6 alike and ends where the one that it found free in the first is taken in the
    /// second, which happens now and then when many start at once: then it is started again.
    pub fn start(browser: &Browser) -> Result<(Self, String)> {
        for _ in 0..5 {
            let mut driver = Self::spawn(browser)?;
            if let Some(port) = driver.port() {
                return Ok((driver, format!("http://127.0.0.1:{port}")));
            }
        }
        bail!("ChromeDriver ended five times without naming its port")
    }

    fn spawn(browser: &Browser) -> Result<Self> {
        static FOLDERS: AtomicUsize = AtomicUsize::new(0);
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder =
            std::env::temp_dir().join(format!("zeroshot-driver-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        let mut process = Command::new(&browser.driver)
            .arg("--port=0")
            .env("TMPDIR", &folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{} cannot be started", browser.driver.display()))?;
        let output = process.stdout.take().context("ChromeDriver has no output")?;
        Ok(Self { process, output: BufReader::new(output), folder })
    }

    /// Reads its greetings up to "… started successfully on port 12345."
    fn port(&mut self) -> Option<u16> {
        let mut line = String::new();
        while self.output.read_line(&mut line).ok()? > 0 {
            if let Some((_, port)) = line.trim().split_once("successfully on port ") {
                return port.trim_end_matches('.').parse().ok();
            }
            line.clear();
        }
        None
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
        // It had no time to remove the profiles, and they hold whatever models were kept in them. A browser on its way
        // out may still write there for a moment.
        for _ in 0..40 {
            if std::fs::remove_dir_all(&self.folder).is_ok() || !self.folder.exists() {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// A command below the session's address.
#[derive(Debug)]
pub struct Extra {
    path: String,
    body: Option<Value>,
}

impl Extra {
    /// A command of the Chrome DevTools Protocol.
    pub fn cdp(command: &str, parameters: Value) -> Self {
        Self {
            path: "goog/cdp/execute".into(),
            body: Some(json!({"cmd": command, "params": parameters})),
        }
    }

    /// The entries of a log since it was last read: `browser` or `performance`.
    pub fn log(kind: &str) -> Self {
        Self { path: "se/log".into(), body: Some(json!({"type": kind})) }
    }

    /// The name or the role by which assistive technology knows an element: `computedlabel`, `computedrole`.
    pub fn computed(element: &str, what: &str) -> Self {
        Self { path: format!("element/{element}/{what}"), body: None }
    }
}

impl WebDriverCompatibleCommand for Extra {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        match &self.body {
            Some(body) => (Method::POST, Some(body.to_string())),
            None => (Method::GET, None),
        }
    }
}
