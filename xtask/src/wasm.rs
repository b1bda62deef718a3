//! The compiler for the browser: rustup's target where there is one or can be, Debian's packages where not.
//!
//! Debian's compiler comes with the source of the standard library but without its wasm build, so Cargo builds that
//! too (`build-std`); its packages lack the linker, which every rustup toolchain has.
//! What is compiled with it is up to `page` and the tests.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::project::{self, WASM_TARGET};
use crate::{command, system};

/// How long rustup may try to fetch the target before Debian's packages are tried in its place.
const RUSTUP_LIMIT: Duration = Duration::from_secs(60);

/// Debian's packages of a compiler new enough, its Cargo, and the source of the standard library.
const DEBIAN_PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];

/// The oldest compiler of Debian's that builds this workspace (`rust-version` in Cargo.toml), as 1.N.
const DEBIAN_MINOR: u32 = 95;

/// A compiler for the browser.
#[derive(Clone, Debug)]
pub enum Compiler {
    /// The one in use natively, which has the target.
    Native,
    /// Debian's, with the standard library built by Cargo.
    Debian {
        /// The compiler itself.
        rustc: PathBuf,
        /// The linker of the rustup toolchain.
        linker: PathBuf,
        /// A folder that holds Debian's `cargo` and `rustc` and nothing else, to come first on PATH.
        shims: PathBuf,
    },
}

impl Compiler {
    /// Finds a compiler for the browser, and installs one where there is none.
    ///
    /// `ZEROSHOT_WASM=debian` leaves rustup's target aside, to try the other way on a machine that has both.
    pub fn set_up() -> Result<Self> {
        let rustup_allowed = std::env::var_os("ZEROSHOT_WASM").is_none_or(|way| way != "debian");
        if rustup_allowed && native_has_target() {
            return Ok(Self::Native);
        }
        if let Some(debian) = Self::debian()? {
            return Ok(debian);
        }
        if rustup_allowed && rustup_adds(&["target", "add", WASM_TARGET]) && native_has_target() {
            return Ok(Self::Native);
        }
        if !system::is_debian() {
            bail!(
                "the target {WASM_TARGET} is missing: please run `rustup target add {WASM_TARGET}` where rustup can reach its server"
            );
        }
        system::install(&DEBIAN_PACKAGES, "compiling to WebAssembly")?;
        Self::debian()?
            .context("Debian's rustc-web is installed but too old or incomplete for this project")
    }

    /// Debian's compiler, if it is installed, complete and new enough.
    fn debian() -> Result<Option<Self>> {
        let (rustc, cargo) = (PathBuf::from("/usr/bin/rustc"), PathBuf::from("/usr/bin/cargo"));
        let new_enough = command::output(Command::new(&rustc).arg("--version"))
            .and_then(|version| minor_version(&version))
            .is_some_and(|minor| minor >= DEBIAN_MINOR);
        let source = Path::new("/usr/lib/rustlib/src/rust/library/Cargo.lock");
        if !new_enough || !cargo.is_file() || !source.is_file() {
            return Ok(None);
        }
        let Some(linker) = rust_lld() else { return Ok(None) };
        let shims = project::cache()?.join("debian-rust");
        std::fs::create_dir_all(&shims).with_context(|| shims.display().to_string())?;
        for tool in [&rustc, &cargo] {
            link(tool, &shims.join(tool.file_name().unwrap_or_default()))?;
        }
        Ok(Some(Self::Debian { rustc, linker, shims }))
    }

    /// The compiler for a program with threads, for which the standard library is always built here; `None` where
    /// its source can be had in no way.
    pub fn for_threads(&self) -> Result<Option<Self>> {
        match self {
            Self::Debian { .. } => Ok(Some(self.clone())),
            Self::Native if native_has_source() => Ok(Some(Self::Native)),
            Self::Native => {
                if let Some(debian) = Self::debian()? {
                    return Ok(Some(debian));
                }
                let added = rustup_adds(&["component", "add", "rust-src"]);
                Ok((added && native_has_source()).then_some(Self::Native))
            }
        }
    }

    /// One line for people.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Native => "rustup's target",
            Self::Debian { .. } => "Debian's rustc-web, with the standard library built here",
        }
    }

    /// What it calls itself.
    pub fn version(&self) -> Result<String> {
        let rustc = match self {
            Self::Native => Path::new("rustc"),
            Self::Debian { rustc, .. } => rustc,
        };
        let version = Command::new(rustc).arg("--version").current_dir(project::root()).output()?;
        Ok(String::from_utf8(version.stdout)?.trim().to_owned())
    }

    /// Makes `command` (Cargo, or a program that calls Cargo) compile for the browser with this compiler.
    ///
    /// `tools` come first on PATH after the compiler's own folder.
    pub fn apply(&self, command: &mut Command, tools: &[&Path]) -> Result<()> {
        // These would replace the flags of .cargo/config.toml without a word, simd128 among them.
        command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        // `cargo xtask` itself runs under these; inside, they would point Debian's compiler at rustup's libraries.
        command
            .env_remove("LD_LIBRARY_PATH")
            .env_remove("CARGO_MANIFEST_DIR")
            .env_remove("CARGO_PKG_NAME");
        command.env("CARGO_TARGET_DIR", project::wasm_target_dir());
        let mut first = Vec::new();
        if let Self::Debian { rustc, linker, shims } = self {
            first.push(shims.as_path());
            build_std(command);
            command
                .env("CARGO", shims.join("cargo"))
                .env("RUSTC", rustc)
                .env(format!("CARGO_TARGET_{}_LINKER", env_name(WASM_TARGET)), linker);
        }
        first.extend(tools);
        command.env("PATH", system::path_with(&first)?);
        Ok(())
    }

    /// Cargo for this compiler.
    pub fn cargo(&self) -> PathBuf {
        match self {
            Self::Native => native_cargo(),
            Self::Debian { shims, .. } => shims.join("cargo"),
        }
    }
}

/// Makes Cargo build the standard library too.
pub fn build_std(command: &mut Command) {
    command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort");
}

/// The Cargo that runs this.
pub fn native_cargo() -> PathBuf {
    std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")).into()
}

/// The folder of the native toolchain.
fn native_sysroot() -> Option<PathBuf> {
    command::output(Command::new("rustc").args(["--print", "sysroot"]).current_dir(project::root()))
        .map(PathBuf::from)
}

fn native_has_target() -> bool {
    native_sysroot()
        .is_some_and(|root| root.join("lib/rustlib").join(WASM_TARGET).join("lib").is_dir())
}

fn native_has_source() -> bool {
    native_sysroot()
        .is_some_and(|root| root.join("lib/rustlib/src/rust/library/Cargo.lock").is_file())
}

/// Has rustup fetch a part of the toolchain.
fn rustup_adds(arguments: &[&str]) -> bool {
    if system::find(&["rustup"]).is_none() {
        return false;
    }
    let added = command::succeeds_within(
        Command::new("rustup").args(arguments).current_dir(project::root()),
        RUSTUP_LIMIT,
    );
    if !added {
        eprintln!("`rustup {}` did not succeed; trying without.", arguments.join(" "));
    }
    added
}

/// The linker for wasm that comes with every rustup toolchain.
fn rust_lld() -> Option<PathBuf> {
    let host = command::output(Command::new("rustc").arg("-vV"))?
        .lines()
        .find_map(|line| line.strip_prefix("host: ").map(str::to_owned))?;
    let lld = native_sysroot()?.join("lib/rustlib").join(host).join("bin/rust-lld");
    lld.is_file().then_some(lld)
}

/// The N of `rustc 1.N.P (…)`.
fn minor_version(version: &str) -> Option<u32> {
    version.strip_prefix("rustc 1.")?.split('.').next()?.parse().ok()
}

/// A target triple as the names of Cargo's environment variables spell it.
pub fn env_name(target: &str) -> String {
    target.to_uppercase().replace('-', "_")
}

fn link(target: &Path, at: &Path) -> Result<()> {
    if std::fs::read_link(at).is_ok_and(|old| old == target) {
        return Ok(());
    }
    // Whatever lies there instead is ours and stale, or not there at all.
    let _ = std::fs::remove_file(at);
    #[cfg(unix)]
    std::os::unix::fs::symlink(target, at).with_context(|| at.display().to_string())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_versions() {
        assert_eq!(
            minor_version("rustc 1.96.0 (f2d3ce0bd 2026-03-21) (built from a source tarball)"),
            Some(96)
        );
        assert_eq!(minor_version("rustc 1.63.0"), Some(63));
        assert_eq!(minor_version("gcc 12"), None);
        assert_eq!(env_name(WASM_TARGET), "WASM32_UNKNOWN_UNKNOWN");
    }

    #[test]
    fn flags_of_the_environment_do_not_reach_the_browser_build() {
        let mut command = Command::new("cargo");
        command.env("RUSTFLAGS", "-Copt-level=0");
        Compiler::Native.apply(&mut command, &[Path::new("/tools")]).unwrap();
        let env: Vec<_> = command.get_envs().collect();
        assert!(env.iter().any(|(key, value)| *key == "RUSTFLAGS" && value.is_none()));
        let path = env.iter().find(|(key, _)| *key == "PATH").unwrap().1.unwrap();
        assert_eq!(std::env::split_paths(path).next().unwrap(), Path::new("/tools"));
    }
}
