//! The peers' programs: installed outside the repository by their own package managers, at the
//! versions that `package.json` and `python/requirements.txt` name.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use xtask::{command, project, system};

use crate::cases::Engine;

/// What npm installs.
const PACKAGES: &str = include_str!("../package.json");
/// What pip installs.
const REQUIREMENTS: &str = include_str!("../python/requirements.txt");

/// The folder of this package's own files.
pub fn own_folder() -> PathBuf {
    project::root().join("tests/bench")
}

/// The version of an engine that is measured.
pub fn version(engine: Engine) -> String {
    let found = match engine {
        Engine::Wllama => npm_version("@wllama/wllama"),
        Engine::TransformersJs => npm_version("@huggingface/transformers"),
        Engine::LlamaCpp => REQUIREMENTS
            .lines()
            .find_map(|line| Some(format!("xllamacpp {}", line.strip_prefix("xllamacpp==")?))),
        Engine::Zeroshot | Engine::ZeroshotNative | Engine::Page | Engine::Machine => None,
    };
    found.unwrap_or_else(|| env!("CARGO_PKG_VERSION").to_owned())
}

fn npm_version(package: &str) -> Option<String> {
    let packages: serde_json::Value = serde_json::from_str(PACKAGES).ok()?;
    Some(packages["dependencies"][package].as_str()?.to_owned())
}

/// Installs the peers that run in a browser below `folder`.
pub fn install_npm(folder: &Path) -> Result<()> {
    let stamp = folder.join("package.json");
    if std::fs::read_to_string(&stamp).is_ok_and(|text| text == PACKAGES)
        && folder.join("node_modules/@wllama/wllama").is_dir()
        && folder.join("node_modules/@huggingface/transformers").is_dir()
    {
        return Ok(());
    }
    ensure!(
        system::find(&["npm"]).is_some(),
        "the peers come from npm: please install Node.js, or measure ours alone with --quick"
    );
    std::fs::create_dir_all(folder)?;
    std::fs::write(&stamp, PACKAGES)?;
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(folder);
    command::run(&mut npm)
}

/// A Python that has the peers' packages, in an environment of its own.
///
/// `ZEROSHOT_BENCH_PYTHON` names another one that has them.
pub fn python() -> Result<PathBuf> {
    if let Some(python) = std::env::var_os("ZEROSHOT_BENCH_PYTHON") {
        return Ok(python.into());
    }
    let folder = project::cache()?.join("bench/python");
    let (python, stamp) = (folder.join("bin/python"), folder.join("requirements.txt"));
    if std::fs::read_to_string(&stamp).is_ok_and(|text| text == REQUIREMENTS) {
        return Ok(python);
    }
    let system = system::find(&["python3"]).context("python3 is needed for the peers")?;
    std::fs::create_dir_all(&folder)?;
    command::run(Command::new(system).args(["-m", "venv"]).arg(&folder))?;
    let requirements = own_folder().join("python/requirements.txt");
    command::run(
        Command::new(&python).args(["-m", "pip", "install", "--quiet", "-r"]).arg(requirements),
    )?;
    std::fs::write(&stamp, REQUIREMENTS)?;
    Ok(python)
}
