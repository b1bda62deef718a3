//! Every check of the project, in the order in which it is cheapest to hear bad news.
//!
//! Each step is a call to Cargo or to another module; this one runs them, times them and stops at the first failure.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::project::{self, WASM_PROFILE, WASM_TARGET};
use crate::wasm::{self, Compiler};
use crate::{command, instructions, page, sizes, tidy, tools};

/// A check: its name on the command line, what it is, and how it is run.
type Step = (&'static str, &'static str, fn() -> Result<()>);

const STEPS: [Step; 8] = [
    ("fmt", "Formatting", format),
    ("clippy", "Lints", clippy),
    ("tidy", "Rules of the project", tidy::check),
    ("native", "Native tests", native),
    ("instructions", "Instructions of the kernels", || instructions::count(&[])),
    ("wasm", "Tests in WebAssembly", wasm),
    ("page", "The page and its size", page),
    ("browser", "The page in Chromium", browser),
];

/// What makes Cargo see the browser tests.
const BROWSER_TESTS: [&str; 2] = ["--features", "zeroshot-tests/browser"];

/// Runs the named steps, or all where none is named; the order is always the same.
pub fn run(names: &[&str]) -> Result<()> {
    let all = STEPS.map(|(name, ..)| name);
    if let Some(unknown) = names.iter().find(|name| !all.contains(name)) {
        bail!("there is no step `{unknown}`; there are {}", all.join(", "));
    }
    let chosen = STEPS.iter().filter(|(name, ..)| names.is_empty() || names.contains(name));
    let mut times = Vec::new();
    let mut outcome = Ok(());
    for (name, title, step) in chosen {
        println!("\n== {title} ({name})");
        let start = Instant::now();
        outcome = step().with_context(|| format!("{title} ({name})"));
        times.push((*title, start.elapsed(), outcome.is_ok()));
        if outcome.is_err() {
            break;
        }
    }
    println!();
    for (title, time, passed) in &times {
        println!("{} {title:<24} {}", if *passed { "passed" } else { "FAILED" }, minutes(*time));
    }
    println!(
        "       {:<24} {}",
        "altogether",
        minutes(times.iter().map(|(_, time, _)| *time).sum())
    );
    outcome
}

fn minutes(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{:>3} min {:02} s", seconds / 60, seconds % 60)
}

fn format() -> Result<()> {
    needs_component("fmt", "rustfmt")?;
    command::run(&mut cargo(["fmt", "--all", "--check"]))
}

fn clippy() -> Result<()> {
    needs_component("clippy", "clippy")?;
    let mut clippy = cargo(["clippy", "--quiet", "--workspace", "--all-targets"]);
    command::run(clippy.args(BROWSER_TESTS).args(["--", "-D", "warnings"]))
}

fn native() -> Result<()> {
    command::run(&mut cargo(["test", "--workspace"]))
}

fn wasm() -> Result<()> {
    let (compiler, wasm_bindgen, browser) =
        (Compiler::set_up()?, tools::wasm_bindgen()?, tools::browser()?);
    let runner: PathBuf = wasm_bindgen.join("wasm-bindgen-test-runner");
    // What the worker's builds have of their own: only the kernels are compiled again for the second.
    for features in ["", "relaxed-simd"] {
        let mut test = Command::new(compiler.cargo());
        test.args(["test", "--package", "zeroshot-wasm-tests", "--features", features])
            .args(["--target", WASM_TARGET, "--profile", WASM_PROFILE])
            .current_dir(project::root())
            .env("CHROMEDRIVER", &browser.driver)
            .env(format!("CARGO_TARGET_{}_RUNNER", wasm::env_name(WASM_TARGET)), &runner)
            // Seconds; a model's forward pass on a busy machine takes more than the usual twenty.
            .env("WASM_BINDGEN_TEST_TIMEOUT", "300");
        compiler.apply(&mut test, &[])?;
        command::run(&mut test)?;
    }
    Ok(())
}

fn page() -> Result<()> {
    page::build_if_stale()?;
    let sizes = sizes::measure(&project::dist())?;
    sizes::print(&sizes);
    tidy::check_sizes(&sizes)
}

fn browser() -> Result<()> {
    ensure!(
        project::dist().join("index.html").is_file(),
        "the page is not built yet: please run `cargo xtask build`"
    );
    tools::browser()?;
    // All packages are selected, as for the native tests: a selection of its own would give shared crates other features,
    // and compile them all again.
    command::run(cargo(["test", "--workspace", "--test", "page"]).args(BROWSER_TESTS))
}

/// Cargo for native builds, with these arguments.
fn cargo<const N: usize>(arguments: [&str; N]) -> Command {
    let mut cargo = Command::new(wasm::native_cargo());
    // A failed test says where and what; a trace through the runtime of every test says nothing more.
    cargo.args(arguments).current_dir(project::root()).env("RUST_LIB_BACKTRACE", "0");
    cargo
}

fn needs_component(subcommand: &str, component: &str) -> Result<()> {
    let found = command::output(&mut cargo([subcommand, "--version"])).is_some();
    ensure!(found, "{component} is missing: please run `rustup component add {component}`");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_step_is_refused_by_name() {
        let error = run(&["browser", "brwoser"]).unwrap_err().to_string();
        assert!(error.contains("`brwoser`") && error.contains("fmt"), "{error}");
    }

    #[test]
    fn times_are_in_minutes() {
        assert_eq!(minutes(Duration::from_secs(725)), " 12 min 05 s");
    }
}
