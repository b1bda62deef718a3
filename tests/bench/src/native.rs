//! The same work outside a browser: this project's own model, and llama.cpp.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use xtask::{project, wasm::native_cargo};

use crate::cases::{Case, Engine};
use crate::files::Site;
use crate::measurement::Figures;
use crate::peers;

/// Prompt and new tokens of each run; the first only wakes everything up.
const RUNS: [(&str, u32, u32); 5] = [
    ("", 16, 2),
    ("prefill_64", 64, 1),
    ("prefill_512", 512, 1),
    ("decode_64", 64, 65),
    ("decode_900", 900, 65),
];

/// What both programs print.
#[derive(Deserialize)]
struct Times {
    load: f64,
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    first: f64,
    rest: f64,
}

/// One turn.
pub fn measure(case: &Case, site: &Site) -> Result<Figures> {
    let begun = Instant::now();
    let mut program = match case.engine {
        Engine::LlamaCpp => {
            let mut python = Command::new(site.python()?);
            python.arg(peers::own_folder().join("python/llama_cpp.py"));
            python
        }
        _ => {
            let mut cargo = Command::new(native_cargo());
            cargo.current_dir(project::root());
            cargo.args(["run", "--release", "--quiet", "-p", "zeroshot-cli", "--", "bench"]);
            cargo
        }
    };
    program.arg(site.model_path(case)).arg(case.threads.to_string());
    program.args(RUNS.map(|(_, size, count)| format!("{size}:{count}")));
    let output = program.stdin(Stdio::null()).output()?;
    ensure!(
        output.status.success(),
        "{} after {:.0?}: {}",
        case.engine.name(),
        begun.elapsed(),
        String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default()
    );
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().last().context("it printed nothing")?;
    let times: Times = serde_json::from_str(line).context("it printed something else")?;
    let mut figures = vec![("load_s", times.load / 1e3)];
    for ((name, size, count), run) in RUNS.into_iter().zip(&times.runs) {
        match name {
            "" => {}
            "prefill_64" | "prefill_512" => figures.push((name, f64::from(size) / run.first * 1e3)),
            _ => figures.push((name, f64::from(count - 1) / run.rest * 1e3)),
        }
    }
    Ok(figures)
}
