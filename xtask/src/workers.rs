//! The model's worker, built in several forms from one source: for every browser of today, with relaxed SIMD, and with
//! threads beside that. index.html chooses among them.
//!
//! The compiler comes from `wasm`; the page around them is `page`'s.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use crate::project::{self, WASM_PROFILE, WASM_TARGET};
use crate::wasm::{self, Compiler};
use crate::{command, offline};

/// The worker's package and program.
const PROGRAM: &str = "zeroshot-worker";

/// What is added to the script of wasm-bindgen.
const START: &str = "crates/worker/start.js";

/// Where index.html is told the scripts of the builds.
const PLACE: &str = "const SCRIPTS = {};";

/// Names of the builds to make, with commas between them; all where it is not set.
const CHOICE: &str = "ZEROSHOT_WORKERS";

/// Where this is set, the workers keep the names of their functions, a quarter of their files: what a profile
/// in the browser's tools needs.
const NAMES: &str = "ZEROSHOT_NAMES";

/// A form of the worker, named as in `zeroshot_protocol::Build`.
#[derive(Debug)]
struct Build {
    name: &'static str,
    features: &'static [&'static str],
    threads: bool,
}

/// All of them; each is for more browsers than the next.
const BUILDS: [Build; 3] = [
    Build { name: "simd", features: &[], threads: false },
    Build { name: "relaxed", features: &["relaxed-simd"], threads: false },
    Build { name: "threads", features: &["relaxed-simd"], threads: true },
];

/// What a program with threads is compiled with: a memory that is shared, and what wasm-bindgen needs of a thread.
const THREADS: [&str; 9] = [
    "-Ctarget-feature=+atomics,+bulk-memory,+mutable-globals",
    "-Clink-arg=--shared-memory",
    "-Clink-arg=--import-memory",
    "-Clink-arg=--max-memory=4294967296",
    "-Clink-arg=--export=__wasm_init_tls",
    "-Clink-arg=--export=__tls_size",
    "-Clink-arg=--export=__tls_align",
    "-Clink-arg=--export=__tls_base",
    "-Clink-arg=--export=__heap_base",
];

/// A worker that has been built: its build's name and its files.
pub struct Worker {
    name: &'static str,
    script: String,
    files: [PathBuf; 2],
}

/// Builds the worker in every form that is chosen and that the compiler can make.
pub fn build(compiler: &Compiler, wasm_bindgen: &Path) -> Result<Vec<Worker>> {
    let folder = project::wasm_target_dir().join("workers");
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let mut workers = Vec::new();
    for build in chosen(std::env::var(CHOICE).ok().as_deref())? {
        if let Some(program) = compile(build, compiler)? {
            workers.push(bind(build, &program, &folder, wasm_bindgen)?);
        }
    }
    Ok(workers)
}

/// The builds that are named, in their order; all where nothing is said.
fn chosen(names: Option<&str>) -> Result<Vec<&'static Build>> {
    let Some(names) = names else { return Ok(BUILDS.iter().collect()) };
    let names: Vec<_> = names.split(',').collect();
    for name in &names {
        let known = BUILDS.iter().any(|build| build.name == *name);
        ensure!(known, "{CHOICE} names a build `{name}`; there are simd, relaxed and threads");
    }
    Ok(BUILDS.iter().filter(|build| names.contains(&build.name)).collect())
}

/// Compiles one; nothing where the standard library cannot be built for threads.
fn compile(build: &Build, compiler: &Compiler) -> Result<Option<PathBuf>> {
    let shared = build.threads.then(|| compiler.for_threads()).transpose()?.flatten();
    let (compiler, target_dir) = match (build.threads, &shared) {
        (false, _) => (compiler, project::wasm_target_dir()),
        (true, Some(compiler)) => (compiler, project::threads_target_dir()),
        (true, None) => {
            eprintln!(
                "The worker with threads is left out: it needs the source of Rust's standard library \
                 (`rustup component add rust-src`). The page computes on one thread."
            );
            return Ok(None);
        }
    };
    let mut cargo = Command::new(compiler.cargo());
    cargo.args(["build", "--package", PROGRAM, "--bin", PROGRAM, "--target", WASM_TARGET]);
    cargo.args(["--profile", WASM_PROFILE]).current_dir(project::root());
    if !build.features.is_empty() {
        cargo.args(["--features", &build.features.join(",")]);
    }
    compiler.apply(&mut cargo, &[])?;
    if build.threads {
        wasm::build_std(&mut cargo);
        // Cargo adds these to those of .cargo/config.toml.
        let flags = format!("CARGO_TARGET_{}_RUSTFLAGS", wasm::env_name(WASM_TARGET));
        cargo.env(flags, THREADS.join(" "));
    }
    cargo.env("CARGO_TARGET_DIR", &target_dir);
    command::run(&mut cargo)?;
    let file = target_dir.join(WASM_TARGET).join(WASM_PROFILE).join(PROGRAM).with_extension("wasm");
    Ok(Some(file))
}

/// Makes a program ready for the browser. Its files are named by what is in them: a page never meets the worker of
/// another version, and what is there already is not made again.
fn bind(
    build: &'static Build,
    program: &Path,
    folder: &Path,
    wasm_bindgen: &Path,
) -> Result<Worker> {
    let start = project::root().join(START);
    let start = std::fs::read_to_string(&start).with_context(|| start.display().to_string())?;
    let mut digest = Sha256::new();
    digest.update(project::wasm_bindgen_version()?);
    digest.update(&start);
    let names = std::env::var_os(NAMES).is_some();
    digest.update([u8::from(names)]);
    digest.update(std::fs::read(program).with_context(|| program.display().to_string())?);
    let before = format!("{PROGRAM}-{}-", build.name);
    let name = format!("{before}{}", offline::hex(&digest.finalize()[..8]));
    let script = format!("{name}.js");
    let files = [folder.join(&script), folder.join(format!("{name}_bg.wasm"))];
    if !files.iter().all(|file| file.is_file()) {
        for old in std::fs::read_dir(folder)? {
            let old = old?;
            if old.file_name().to_string_lossy().starts_with(&before) {
                std::fs::remove_file(old.path())?;
            }
        }
        let mut bind = Command::new(wasm_bindgen.join("wasm-bindgen"));
        bind.args(["--target", "web", "--no-typescript", "--out-name", &name, "--out-dir"]);
        bind.arg(folder).arg(program);
        if !names {
            bind.arg("--remove-name-section");
        }
        command::run(&mut bind)?;
        let bound = std::fs::read_to_string(&files[0])?;
        std::fs::write(&files[0], bound + &start)?;
    }
    Ok(Worker { name: build.name, script, files })
}

/// Puts the workers beside the page in `dist`, and tells it their names.
pub fn install(workers: &[Worker], dist: &Path) -> Result<()> {
    for worker in workers {
        for file in &worker.files {
            std::fs::copy(file, dist.join(file.file_name().unwrap_or_default()))?;
        }
    }
    let scripts: Vec<_> = workers.iter().map(|worker| (worker.name, &*worker.script)).collect();
    let page = dist.join("index.html");
    let text = std::fs::read_to_string(&page)?;
    std::fs::write(&page, with_scripts(&text, &scripts)?)?;
    Ok(())
}

/// The page's text with the scripts of the builds in it.
fn with_scripts(page: &str, scripts: &[(&str, &str)]) -> Result<String> {
    ensure!(page.matches(PLACE).count() == 1, "index.html should say `{PLACE}` once");
    let scripts: Vec<_> =
        scripts.iter().map(|(name, script)| format!("{name}: \"./{script}\"")).collect();
    Ok(page.replace(PLACE, &format!("const SCRIPTS = {{ {} }};", scripts.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_builds_are_made_unless_some_are_named() {
        let names =
            |choice| -> Vec<_> { chosen(choice).unwrap().iter().map(|build| build.name).collect() };
        assert_eq!(names(None), ["simd", "relaxed", "threads"]);
        assert_eq!(names(Some("threads,simd")), ["simd", "threads"]);
        let error = chosen(Some("simd,avx")).unwrap_err().to_string();
        assert!(error.contains("`avx`"), "{error}");
    }

    #[test]
    fn the_page_is_told_the_scripts() {
        let page = format!("<script>{PLACE}</script>");
        assert_eq!(
            with_scripts(&page, &[("simd", "a-1.js"), ("threads", "b-2.js")]).unwrap(),
            "<script>const SCRIPTS = { simd: \"./a-1.js\", threads: \"./b-2.js\" };</script>"
        );
        assert!(with_scripts("<script></script>", &[]).is_err());
        let page = std::fs::read_to_string(project::root().join("index.html")).unwrap();
        assert!(with_scripts(&page, &[]).is_ok());
    }
}
