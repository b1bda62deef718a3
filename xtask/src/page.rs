//! Building the page with Trunk, and knowing when there is nothing to build.
//!
//! What is built is said in index.html and Trunk.toml; the compiler comes from `wasm`, the programs from `tools`.

use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};

use crate::project::{self, WASM_PROFILE, WASM_TARGET};
use crate::wasm::Compiler;
use crate::{command, tools};

/// All that the built page depends on, below the repository's root.
const INPUTS: [&str; 7] =
    ["crates", "www", "index.html", "Trunk.toml", "Cargo.toml", "Cargo.lock", ".cargo"];

/// Parts of the inputs that never reach the page.
const NOT_INPUTS: [&str; 2] = ["crates/cli", "crates/gpt2/tests"];

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
    // The time before the build: what changes during it is built the next time.
    let started = SystemTime::now();
    let mut build = Command::new(trunk.join("trunk"));
    build.args(["build", "--release", "--cargo-profile", WASM_PROFILE]).current_dir(root);
    // A failed build is told by Cargo's messages; Trunk's own stack trace would push them off the screen.
    build.env("RUST_BACKTRACE", "0");
    compiler.apply(&mut build, &[&trunk, &wasm_bindgen])?;
    command::run(&mut build)?;
    let stamp = std::fs::File::create(stamp())?;
    stamp.set_modified(started).context("the build's time cannot be kept")?;
    Ok(())
}

/// The file whose time is that of the last build.
fn stamp() -> std::path::PathBuf {
    project::wasm_target_dir().join("page.stamp")
}

/// Whether `dist` was built after every input of it changed last.
fn is_fresh(root: &Path, dist: &Path, stamp: &Path) -> bool {
    let Some(built) = modified(stamp) else { return false };
    dist.join("index.html").is_file()
        && INPUTS
            .iter()
            .all(|input| newest(root, &root.join(input)).is_none_or(|changed| changed < built))
}

/// The latest change at or below `path`; folders count too, as they change when a file of theirs goes.
fn newest(root: &Path, path: &Path) -> Option<SystemTime> {
    let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
        && path.parent() != Some(root);
    if is_hidden || NOT_INPUTS.iter().any(|skipped| path == root.join(skipped)) {
        return None;
    }
    let below = path.is_dir().then(|| std::fs::read_dir(path).ok()).flatten();
    let below =
        below.into_iter().flatten().flatten().filter_map(|entry| newest(root, &entry.path()));
    below.chain(modified(path)).max()
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
        for dir in ["crates/app/src", "crates/cli", "www", "dist"] {
            create_dir_all(root.join(dir)).unwrap();
        }
        for file in ["index.html", "crates/app/src/main.rs", "www/a.css"] {
            write(root.join(file), "").unwrap();
        }
        let build = || {
            write(dist.join("index.html"), "").unwrap();
            std::fs::File::create(&stamp).unwrap().set_modified(SystemTime::now()).unwrap();
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
        assert!(fresh(), "the command line is no part of the page");
        write(root.join("crates/app/src/main.rs"), "fn main() {}").unwrap();
        assert!(!fresh(), "a source changed");
        build();
        assert!(fresh());
        remove_file(root.join("www/a.css")).unwrap();
        assert!(!fresh(), "a file went");
        build();
        remove_dir_all(&dist).unwrap();
        assert!(!fresh(), "the page went");
        remove_dir_all(&root).unwrap();
    }
}
