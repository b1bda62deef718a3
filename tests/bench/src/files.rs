//! The site that the browser is sent to: the engines' pages, the built page, and one set of random
//! weights in every form that an engine wants.
//!
//! It lies in the cache folder; what is there already is used again.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use xtask::{command, project, wasm::native_cargo};
use zeroshot_tests::site::copy_folder;

use crate::cases::{Case, Engine};
use crate::peers;

/// The folder and what is in it.
pub struct Site {
    folder: PathBuf,
    python: Option<PathBuf>,
}

impl Site {
    /// Makes all that these cases need. The page must have been built.
    pub fn prepare(cases: &[Case]) -> Result<Self> {
        let folder = project::cache()?.join("bench/site");
        std::fs::create_dir_all(folder.join("models"))?;
        let needs = |engines: &[Engine]| cases.iter().any(|case| engines.contains(&case.engine));
        copy_folder(&peers::own_folder().join("pages"), &folder)?;
        // What an older build left would not be missed by a page that asks for it by mistake.
        let page = folder.join("page");
        if page.exists() {
            std::fs::remove_dir_all(&page)?;
        }
        copy_folder(&project::dist(), &page)?;
        if needs(&[Engine::Wllama, Engine::TransformersJs]) {
            peers::install_npm(&folder)?;
        }
        let needs_python = needs(&[Engine::TransformersJs, Engine::LlamaCpp]);
        let python = if needs_python { Some(peers::python()?) } else { None };
        let site = Self { folder, python };
        for case in cases {
            site.weights(case)?;
        }
        Ok(site)
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The Python of the peers.
    pub fn python(&self) -> Result<&Path> {
        self.python.as_deref().context("no Python was prepared")
    }

    /// The name of a case's weights in `models/`: a GGUF file, but for transformers.js.
    pub fn model(&self, case: &Case) -> String {
        match case.engine {
            Engine::TransformersJs => format!("{}-onnx", case.model),
            _ => format!("{}-{}.gguf", case.model, case.kind),
        }
    }

    /// Where the case's weights are.
    pub fn model_path(&self, case: &Case) -> PathBuf {
        self.folder.join("models").join(self.model(case))
    }

    /// Makes the weights of a case, where it needs any.
    fn weights(&self, case: &Case) -> Result<()> {
        let target = self.model_path(case);
        if matches!(case.engine, Engine::Machine | Engine::Page) || target.exists() {
            return Ok(());
        }
        if case.model != "124M" {
            return self.synthesise(case, &target);
        }
        let original = self.original(case.model)?;
        if case.engine == Engine::TransformersJs {
            let script = peers::own_folder().join("python/export_onnx.py");
            let half_done = target.with_extension("half");
            let mut export = Command::new(self.python()?);
            command::run(export.arg(script).arg(&original).arg(&half_done))?;
            return std::fs::rename(&half_done, &target).context("the exported model");
        }
        let kind = case.kind.to_lowercase();
        let half_done = target.with_extension("half.gguf");
        zeroshot(&["pack", "--type", &kind, "-o"], &[&half_done, &original])?;
        std::fs::rename(&half_done, &target).context("the packed model")
    }

    /// Random weights of a size that no peer is measured on, packed at once.
    fn synthesise(&self, case: &Case, target: &Path) -> Result<()> {
        let (folder, kind) = (target.with_extension("half"), case.kind.to_lowercase());
        zeroshot(&["synth", "--size", case.model, "--type", &kind, "-o"], &[&folder])?;
        std::fs::rename(folder.join("model.gguf"), target).context("the random weights")?;
        std::fs::remove_dir_all(&folder).context("the rest of the random weights")
    }

    /// The random F32 weights of a size, with GPT-2's own tokenizer.
    fn original(&self, size: &str) -> Result<PathBuf> {
        let folder = self.folder.with_file_name(format!("f32-{size}"));
        if folder.join("model.safetensors").is_file() {
            return Ok(folder);
        }
        let tokenizer = project::root().join("tests/golden/gpt2-tokenizer");
        let half_done = folder.with_extension("half");
        zeroshot(
            &["synth", "--size", size, "--type", "f32", "--tokenizer"],
            &[&tokenizer, Path::new("-o"), &half_done],
        )?;
        std::fs::rename(&half_done, &folder).context("the random weights")?;
        Ok(folder)
    }

    /// The address of the worker's script below the site, for so many threads.
    pub fn worker(&self, threads: usize) -> Result<String> {
        let wanted = if threads > 1 { "threads" } else { "relaxed" };
        let page = self.folder.join("page");
        for entry in std::fs::read_dir(&page).context("the built page")? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.contains("worker") && name.contains(wanted) && name.ends_with(".js") {
                return Ok(format!("page/{name}"));
            }
        }
        bail!("the built page has no worker for {wanted}")
    }
}

/// Calls the command line of this project, as a release build.
fn zeroshot(arguments: &[&str], paths: &[&Path]) -> Result<()> {
    let mut cargo = Command::new(native_cargo());
    cargo.current_dir(project::root());
    cargo.args(["run", "--release", "--quiet", "-p", "zeroshot-cli", "--"]);
    command::run(cargo.args(arguments).args(paths))
}
