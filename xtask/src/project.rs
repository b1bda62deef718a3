//! Where things lie in the repository and on the machine, and the pinned versions that everyone must agree on.
//!
//! Leaves the doing to the other modules: nothing here starts a program or writes a file.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The release of Trunk that builds the page: the newest that compiles on the pinned Rust.
pub const TRUNK_VERSION: &str = "0.21.14";

/// The target triple of everything that runs in the browser.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The Cargo profile of everything that runs in the browser (see the workspace's Cargo.toml).
pub const WASM_PROFILE: &str = "web";

/// The repository's root.
pub fn root() -> &'static Path {
    // xtask is one folder below the root, wherever the checkout lies.
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the repository")
}

/// The folder Trunk writes the finished page to.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// The target folder of browser builds.
///
/// Their compiler may be another one than that of native builds, and in one folder each would undo the other's work.
pub fn wasm_target_dir() -> PathBuf {
    root().join("target/wasm")
}

/// The target folder of the browser build with threads: all of it is compiled otherwise.
pub fn threads_target_dir() -> PathBuf {
    root().join("target/wasm-threads")
}

/// The folder, outside the repository, in which installed tools are found again.
pub fn cache() -> Result<PathBuf> {
    let base = match std::env::var_os("XDG_CACHE_HOME") {
        Some(dir) if Path::new(&dir).is_absolute() => PathBuf::from(dir),
        _ => std::env::home_dir()
            .context("there is no home folder to keep tools in; set XDG_CACHE_HOME")?
            .join(".cache"),
    };
    Ok(base.join("zeroshot"))
}

/// The pin of the crate wasm-bindgen, which the command line of that name must equal.
pub fn wasm_bindgen_version() -> Result<String> {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).context("Cargo.toml")?;
    exact_pin(&manifest, "wasm-bindgen")
        .context("Cargo.toml should pin wasm-bindgen exactly, as wasm-bindgen = \"=x.y.z\"")
}

/// The version that `manifest` pins `name` to, if it is one line of the form `name = "=x.y.z"`.
fn exact_pin(manifest: &str, name: &str) -> Option<String> {
    manifest.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        let version = value.trim().strip_prefix("\"=")?.strip_suffix('"')?;
        (key.trim() == name).then(|| version.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_an_exact_pin_only() {
        let manifest =
            "wasm-bindgen-futures = \"=0.4.80\"\nwasm-bindgen = \"=0.2.130\"\nserde = \"1\"\n";
        assert_eq!(exact_pin(manifest, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(exact_pin(manifest, "serde"), None);
        assert_eq!(exact_pin(manifest, "yew"), None);
    }

    #[test]
    fn the_workspace_pins_wasm_bindgen() {
        assert!(wasm_bindgen_version().unwrap().split('.').all(|part| part.parse::<u32>().is_ok()));
    }
}
