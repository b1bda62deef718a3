//! Programs that builds and tests call: Trunk and the command line of wasm-bindgen, Chromium and its driver.
//!
//! The first two are built by Cargo once per version and kept in the cache folder; the browser is the system's.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::project::{self, TRUNK_VERSION};
use crate::wasm::native_cargo;
use crate::{command, system};

/// A program that Cargo can install.
struct Tool {
    package: &'static str,
    program: &'static str,
    version: String,
    options: &'static [&'static str],
}

/// The folder of Trunk's program, after installing it if needed.
pub fn trunk() -> Result<PathBuf> {
    // Without --locked this release does not compile; without the default features it needs no OpenSSL.
    let options = &["--locked", "--no-default-features", "--features", "rustls"];
    Tool { package: "trunk", program: "trunk", version: TRUNK_VERSION.into(), options }.set_up()
}

/// The folder of wasm-bindgen's programs (its test runner too), after installing them if needed.
pub fn wasm_bindgen() -> Result<PathBuf> {
    let version = project::wasm_bindgen_version()?;
    let options = &["--no-default-features"];
    Tool { package: "wasm-bindgen-cli", program: "wasm-bindgen", version, options }.set_up()
}

impl Tool {
    fn set_up(&self) -> Result<PathBuf> {
        let folder =
            project::cache()?.join("tools").join(format!("{}-{}", self.package, self.version));
        let bin = folder.join("bin");
        if self.is_in(&bin) {
            return Ok(bin);
        }
        if let Some(dir) =
            system::find(&[self.program]).and_then(|file| Some(file.parent()?.to_path_buf()))
            && self.is_in(&dir)
        {
            return Ok(dir);
        }
        eprintln!("Installing {} {} (once, some minutes) …", self.package, self.version);
        let mut install = Command::new(native_cargo());
        install
            .current_dir(project::root())
            .args(["install", "--quiet", self.package, "--version", &self.version, "--root"])
            .arg(&folder)
            .args(self.options)
            // A newcomer waits for these: a light build takes less time than full optimisation ever gives back.
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_LTO", "false")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_TARGET_DIR");
        command::run(&mut install).with_context(|| {
            format!("{} {} is needed and could not be installed", self.package, self.version)
        })?;
        Ok(bin)
    }

    /// Whether this folder has the program in the very version.
    fn is_in(&self, bin: &std::path::Path) -> bool {
        command::output(Command::new(bin.join(self.program)).arg("--version"))
            .is_some_and(|line| has_version(&line, &self.version))
    }
}

/// Whether `line`, as `trunk 0.21.14`, ends in this version.
fn has_version(line: &str, version: &str) -> bool {
    line.split_whitespace().nth(1) == Some(version)
}

/// The programs of a browser test.
#[derive(Debug, Clone)]
pub struct Browser {
    /// Chromium or Chrome.
    pub browser: PathBuf,
    /// ChromeDriver.
    pub driver: PathBuf,
}

/// Finds Chromium and ChromeDriver without installing anything.
///
/// The environment variables `CHROME` and `CHROMEDRIVER` name others than those on PATH.
pub fn find_browser() -> Result<Browser> {
    let find = |variable: &str, names: &[&str]| match std::env::var_os(variable) {
        Some(path) => Some(PathBuf::from(path)),
        None => system::find(names),
    };
    let browser = find("CHROME", &["chromium", "chromium-browser", "google-chrome", "chrome"])
        .context(
            "the browser tests need Chromium: please install it, or set CHROME to its program",
        )?;
    let driver = find("CHROMEDRIVER", &["chromedriver"])
        .context("the browser tests need ChromeDriver: please install it, or set CHROMEDRIVER to its program")?;
    Ok(Browser { browser, driver })
}

/// Finds Chromium and ChromeDriver, and installs them on Debian where they are missing.
pub fn browser() -> Result<Browser> {
    if find_browser().is_err() {
        system::install(&["chromium", "chromium-driver"], "the browser tests")?;
    }
    find_browser()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_must_be_the_very_one() {
        assert!(has_version("trunk 0.21.14", "0.21.14"));
        assert!(has_version("wasm-bindgen 0.2.130 (abc)", "0.2.130"));
        assert!(!has_version("wasm-bindgen 0.2.130", "0.2.13"));
        assert!(!has_version("", "0.2.13"));
    }
}
