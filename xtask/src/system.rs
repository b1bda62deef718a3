//! Packages of the operating system: found on PATH, installed on Debian where we are root, asked for elsewhere.
//!
//! Which package is needed for what is known to `wasm` and `tools`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::command;

/// The first of these programs that PATH has.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    names.iter().find_map(|name| {
        let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        std::env::split_paths(&path).map(|dir| dir.join(&file)).find(|file| file.is_file())
    })
}

/// Installs packages with apt-get where this is Debian and we are root; elsewhere an error that says what to do.
///
/// `purpose` completes "… is needed for": "the browser tests".
pub fn install(packages: &[&str], purpose: &str) -> Result<()> {
    if !is_debian() {
        bail!(
            "{} needed for {purpose}: please install it with your system's package manager",
            listed(packages)
        );
    }
    if !is_root() {
        bail!(
            "{} needed for {purpose}: please run `sudo apt-get install {}`",
            listed(packages),
            packages.join(" ")
        );
    }
    eprintln!("Installing {} for {purpose} …", packages.join(", "));
    let mut install = apt();
    install.args(["install", "-y", "--no-install-recommends"]).args(packages);
    // The lists of a fresh image are missing or old: only then is the slow update worth its time.
    if command::run(&mut install).is_err() {
        command::run(apt().arg("update"))?;
        command::run(&mut install)?;
    }
    Ok(())
}

fn apt() -> Command {
    let mut apt = Command::new("apt-get");
    apt.arg("-qq").env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

fn listed(packages: &[&str]) -> String {
    match packages {
        [one] => format!("{one} is"),
        many => format!("{} are", many.join(" and ")),
    }
}

/// Whether this is Debian (a relative of it may lack the packages or have them under other names).
pub fn is_debian() -> bool {
    std::fs::read_to_string("/etc/os-release").is_ok_and(|text| os_id(&text) == Some("debian"))
}

fn os_id(os_release: &str) -> Option<&str> {
    os_release.lines().find_map(|line| line.strip_prefix("ID=")).map(|id| id.trim_matches('"'))
}

/// Whether we may install packages.
pub fn is_root() -> bool {
    command::output(Command::new("id").arg("-u")).as_deref() == Some("0")
}

/// PATH with these folders before all others.
pub fn path_with(first: &[&Path]) -> Result<std::ffi::OsString> {
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let dirs = first.iter().map(|dir| dir.to_path_buf()).chain(std::env::split_paths(&rest));
    Ok(std::env::join_paths(dirs)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_system_by_its_id() {
        assert_eq!(os_id("NAME=x\nID=debian\nID_LIKE=y\n"), Some("debian"));
        assert_eq!(os_id("ID=\"ubuntu\"\nID_LIKE=debian\n"), Some("ubuntu"));
        assert_eq!(os_id("NAME=none\n"), None);
    }

    #[test]
    fn asks_for_packages_in_a_sentence() {
        assert_eq!(listed(&["chromium"]), "chromium is");
        assert_eq!(listed(&["chromium", "chromium-driver"]), "chromium and chromium-driver are");
    }
}
