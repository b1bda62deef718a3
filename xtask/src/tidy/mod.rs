//! The invariants of ARCHITECTURE.md, checked: each rule gives sentences about what breaks it.
//!
//! What rustfmt, clippy and the compiler check is left to them. The rules themselves look at text and at Cargo's
//! description of the workspace only, so that each is shown to fail by a test.

mod crates;
mod files;
mod lessons;
mod sizes;
mod web;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::sizes::Size;
use crate::{command, project, wasm};

/// Checks everything that is in the repository.
pub fn check() -> Result<()> {
    let root = project::root();
    let mut problems = Vec::new();
    let metadata = metadata(root)?;
    problems.extend(crates::boundaries(&metadata));
    for package in crates::members(&metadata) {
        let read =
            |path: &Path| std::fs::read_to_string(path).with_context(|| path.display().to_string());
        problems.extend(crates::inherits_lints(&package.name, &read(&package.manifest)?));
        for source in &package.roots {
            problems.extend(crates::has_header(&shown(source), &read(source)?));
        }
    }
    for path in repository_files(root)? {
        // A file that is deleted but not yet committed, or holds no text.
        let Ok(text) = std::fs::read_to_string(root.join(&path)) else { continue };
        let checks = [
            files::length(&path, &text),
            files::machine_paths(&path, &text),
            files::unsafe_code(&path, &text),
        ];
        problems.extend(checks.into_iter().flatten());
    }
    problems.extend(web::locales(&root.join("www/locales"))?);
    problems.extend(lessons::check(&root.join("www/lessons"))?);
    problems.extend(web::pins(
        &project::wasm_bindgen_version()?,
        &std::fs::read_to_string(root.join("Trunk.toml"))?,
    ));
    report(problems)
}

/// Checks the sizes of the built page.
pub fn check_sizes(sizes: &[Size]) -> Result<()> {
    report(sizes::budget(sizes))
}

/// Prints what is wrong; an error if anything is.
fn report(problems: Vec<Problem>) -> Result<()> {
    for problem in &problems {
        eprintln!("{}: {}", if problem.is_error { "error" } else { "note" }, problem.sentence);
    }
    match problems.iter().filter(|problem| problem.is_error).count() {
        0 => Ok(()),
        1 => bail!("one rule of the project is broken (see above)"),
        count => bail!("{count} rules of the project are broken (see above)"),
    }
}

/// Something a rule found.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem {
    sentence: String,
    is_error: bool,
}

impl Problem {
    fn error(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), is_error: true }
    }

    fn note(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), is_error: false }
    }
}

/// Cargo's description of the workspace and of all it depends on in the browser.
fn metadata(root: &Path) -> Result<Value> {
    let mut cargo = Command::new(wasm::native_cargo());
    cargo
        .args(["metadata", "--format-version", "1", "--filter-platform", project::WASM_TARGET])
        .current_dir(root);
    let text =
        command::output(&mut cargo).context("`cargo metadata` failed: is Cargo.toml sound?")?;
    Ok(serde_json::from_str(&text)?)
}

/// The files of the repository, those not yet committed too, relative to its root.
fn repository_files(root: &Path) -> Result<Vec<PathBuf>> {
    let mut git = Command::new("git");
    git.args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"]).current_dir(root);
    let names = command::output(&mut git)
        .context("`git ls-files` failed: tidy works in a git checkout only")?;
    Ok(names.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from).collect())
}

/// A path as one would type it in the repository.
fn shown(path: &Path) -> String {
    path.strip_prefix(project::root()).unwrap_or(path).display().to_string()
}
