//! The kernels' instructions in WebAssembly, counted for each of the worker's builds without threads: the counter in
//! `tests/instructions` runs and compares, this compiles for it.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::command;
use crate::project::{self, WASM_PROFILE, WASM_TARGET};
use crate::wasm::{self, Compiler};

/// The package that counts.
const COUNTER: &str = "zeroshot-instructions";

/// The package of the kernels, and the program in it that calls each.
const KERNELS: [&str; 2] = ["zeroshot-kernels", "instructions"];

/// What the kernels take.
const FIGURES: &str = "tests/golden/instructions.json";

/// The builds' names and features.
const BUILDS: [(&str, &str); 2] = [("simd", ""), ("relaxed", "relaxed-simd")];

/// Counts, and compares with the figures; or writes these, with `--renew` among the options.
pub fn count(options: &[&str]) -> Result<()> {
    let compiler = Compiler::set_up()?;
    let mut counter = Command::new(wasm::native_cargo());
    counter.args(["run", "--quiet", "--package", COUNTER, "--"]).args(options);
    counter.current_dir(project::root()).arg(FIGURES).arg(compiler.version()?);
    for (name, features) in BUILDS {
        let program = compile(&compiler, name, features)?;
        counter.arg(format!("{name}={}", program.display()));
    }
    command::run(&mut counter)
}

fn compile(compiler: &Compiler, name: &str, features: &str) -> Result<PathBuf> {
    let [package, example] = KERNELS;
    let mut cargo = Command::new(compiler.cargo());
    cargo.args(["build", "--package", package, "--example", example, "--features", features]);
    cargo.args(["--target", WASM_TARGET, "--profile", WASM_PROFILE]).current_dir(project::root());
    compiler.apply(&mut cargo, &[])?;
    command::run(&mut cargo)?;
    let folder = project::wasm_target_dir().join(WASM_TARGET).join(WASM_PROFILE).join("examples");
    let compiled = folder.join(example).with_extension("wasm");
    // The next build takes the same name.
    let program = folder.join(format!("{example}-{name}.wasm"));
    std::fs::copy(&compiled, &program).with_context(|| compiled.display().to_string())?;
    Ok(program)
}
