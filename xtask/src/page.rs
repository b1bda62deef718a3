//! Building the page with Trunk and its workers beside it, and knowing when there is nothing to build.
//!
//! What is built is said in index.html and Trunk.toml; the compiler comes from `wasm`, the programs from `tools`,
//! the workers from `workers`, the texts from `texts`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};

use crate::project::{self, WASM_PROFILE, WASM_TARGET};
use crate::wasm::Compiler;
use crate::{command, offline, texts, tools, workers};

/// All that the built page depends on, below the repository's root.
const INPUTS: [&str; 7] =
    ["crates", "www", "index.html", "Trunk.toml", "Cargo.toml", "Cargo.lock", ".cargo"];

/// Parts of the inputs that never reach the page: the command line, and the tests of each crate.
const NOT_INPUTS: [&str; 2] = ["crates/cli", "crates/*/tests"];

/// Builds the page into `dist` if anything changed since it was built last; whether it was built.
pub fn build_if_stale() -> Result<bool> {
    if is_fresh(project::root(), &project::dist(), &stamp()) {
        return Ok(false);
    }
    build()?;
    Ok(true)
}

/// Builds the page into `dist`.
pub fn build() -> Result<()> {
    let root = project::root();
    ensure!(root.join("index.html").is_file(), "index.html is missing: there is no page to build");
    std::fs::create_dir_all(project::wasm_target_dir())?;
    // Two builds at once would write into one dist.
    let lock = std::fs::File::create(project::wasm_target_dir().join("page.lock"))?;
    lock.lock()?;
    let (compiler, trunk, wasm_bindgen) =
        (Compiler::set_up()?, tools::trunk()?, tools::wasm_bindgen()?);
    eprintln!("Compiling for the browser with {}.", compiler.describe());
    // Trunk is told to stay off the network, Cargo with it: what is missing must be fetched before.
    let mut fetch = Command::new(compiler.cargo());
    fetch.args(["fetch", "--quiet", "--target", WASM_TARGET]).current_dir(root);
    compiler.apply(&mut fetch, &[])?;
    command::run(&mut fetch)?;
    // As it is before the build: what changes during it is built the next time.
    let (started, inputs) = (SystemTime::now(), listed(&inputs(root)));
    let workers = workers::build(&compiler, &wasm_bindgen)?;
    let mut build = Command::new(trunk.join("trunk"));
    build.args(["build", "--release", "--cargo-profile", WASM_PROFILE]).current_dir(root);
    // A failed build is told by Cargo's messages; Trunk's own stack trace would push them off the screen.
    build.env("RUST_BACKTRACE", "0");
    compiler.apply(&mut build, &[&trunk, &wasm_bindgen])?;
    command::run(&mut build)?;
    workers::install(&workers, &project::dist())?;
    texts::install(&root.join("www"), &project::dist())?;
    offline::write(&project::dist())?;
    std::fs::write(stamp(), inputs)?;
    let stamp = std::fs::File::options().write(true).open(stamp())?;
    stamp.set_modified(started).context("the build's time cannot be kept")
}

/// The file that lists what the last build was made from, and whose time is that build's.
fn stamp() -> PathBuf {
    project::wasm_target_dir().join("page.stamp")
}

/// Whether `dist` was built from the files that are there now, and after each of them changed last.
fn is_fresh(root: &Path, dist: &Path, stamp: &Path) -> bool {
    let (Some(built), Ok(list)) = (modified(stamp), std::fs::read_to_string(stamp)) else {
        return false;
    };
    let inputs = inputs(root);
    dist.join("index.html").is_file()
        && listed(&inputs) == list
        && inputs
            .iter()
            .all(|input| modified(&root.join(input)).is_some_and(|changed| changed < built))
}

/// The files that the page is built from, relative to the root, in order.
fn inputs(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for input in INPUTS {
        collect(root, Path::new(input), &mut files);
    }
    files.sort();
    files
}

fn collect(root: &Path, path: &Path, files: &mut Vec<PathBuf>) {
    if NOT_INPUTS.iter().any(|pattern| matches(path, pattern)) {
        return;
    }
    let Ok(entries) = std::fs::read_dir(root.join(path)) else {
        // A file, or nothing at all.
        files.extend(root.join(path).is_file().then(|| path.to_owned()));
        return;
    };
    for name in entries.flatten().map(|entry| entry.file_name()) {
        // What an editor keeps beside the files it has open.
        if !name.to_string_lossy().starts_with('.') {
            collect(root, &path.join(name), files);
        }
    }
}

/// The files, one to a line.
fn listed(files: &[PathBuf]) -> String {
    files.iter().map(|file| file.display().to_string() + "\n").collect()
}

/// Whether a path is the pattern's, in which `*` stands for any one folder.
fn matches(path: &Path, pattern: &str) -> bool {
    let (mut parts, mut patterns) = (path.iter(), pattern.split('/'));
    loop {
        match (parts.next(), patterns.next()) {
            (None, None) => return true,
            (Some(part), Some(pattern)) if pattern == "*" || part == pattern => {}
            _ => return false,
        }
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).ok()?.modified().ok()
}

#[cfg(test)]
mod tests {
    use std::fs::{create_dir_all, remove_dir_all, remove_file, write};
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_page_is_fresh_until_an_input_changes_or_goes() {
        let root = std::env::temp_dir().join(format!("zeroshot-fresh-{}", std::process::id()));
        let (dist, stamp) = (root.join("dist"), root.join("stamp"));
        for dir in ["crates/app/src", "crates/app/tests", "crates/cli", "www", "dist"] {
            create_dir_all(root.join(dir)).unwrap();
        }
        for file in ["index.html", "crates/app/src/main.rs", "www/a.css"] {
            write(root.join(file), "").unwrap();
        }
        let build = || {
            write(dist.join("index.html"), "").unwrap();
            write(&stamp, listed(&inputs(&root))).unwrap();
        };
        let fresh = || {
            let fresh = is_fresh(&root, &dist, &stamp);
            std::thread::sleep(Duration::from_millis(20));
            fresh
        };
        assert!(!fresh(), "never built");
        build();
        assert!(fresh());
        write(root.join("crates/cli/main.rs"), "").unwrap();
        write(root.join("crates/app/tests/page.rs"), "").unwrap();
        write(root.join("www/.a.css.swp"), "").unwrap();
        assert!(fresh(), "the command line and tests are no part of the page");
        write(root.join("crates/app/src/main.rs"), "fn main() {}").unwrap();
        assert!(!fresh(), "a source changed");
        build();
        assert!(fresh());
        remove_file(root.join("www/a.css")).unwrap();
        assert!(!fresh(), "a file went");
        build();
        assert!(fresh());
        write(root.join("www/b.css"), "").unwrap();
        std::fs::File::options()
            .write(true)
            .open(root.join("www/b.css"))
            .unwrap()
            .set_modified(SystemTime::UNIX_EPOCH)
            .unwrap();
        assert!(!fresh(), "a file came, though an old one");
        build();
        remove_dir_all(&dist).unwrap();
        assert!(!fresh(), "the page went");
        remove_dir_all(&root).unwrap();
    }
}
