//! `cargo xtask bench`: how fast this project runs GPT-2 124M, and the page its own model, beside
//! every other way to run it in a browser on a CPU, and beside llama.cpp natively.
//!
//! All engines take turns in one run, each in a Chromium and a profile of its own, on one set of
//! random weights. The results go to `docs/benchmarks.jsonl`, one line for each measurement, and
//! `docs/benchmarks.md` is made from them. This file reads the command line and knows the order;
//! [`cases`] is what is measured, [`files`] and [`peers`] provide for it, [`browser`], [`native`],
//! [`visit`] and [`bandwidth`] measure, [`measurement`] keeps, [`report`] writes.

mod bandwidth;
mod browser;
mod cases;
mod files;
mod measurement;
mod native;
mod peers;
mod report;
mod throttle;
mod visit;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use measurement::{Machine, Samples};
use xtask::tools;

use crate::cases::{Case, Engine};

const HELP: &str = "\
cargo xtask bench [OPTIONS]

  --quick         ours alone, one round; prints the change against docs/benchmarks.jsonl and writes nothing
  --rounds N      how often each engine takes its turn (5)
  --only ENGINE   only this engine (may be given several times): zeroshot, wllama, transformers.js,
                  zeroshot-native, llama.cpp, page, machine; writes nothing
  --report        only makes docs/benchmarks.md from docs/benchmarks.jsonl
";

struct Options {
    quick: bool,
    rounds: usize,
    only: Vec<String>,
    report: bool,
}

fn main() -> ExitCode {
    match options().and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> Result<Options> {
    let mut options = Options { quick: false, rounds: 5, only: Vec::new(), report: false };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().with_context(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--quick" => options.quick = true,
            "--rounds" => options.rounds = value()?.parse().context("--rounds needs a number")?,
            "--only" => options.only.push(value()?),
            "--report" => options.report = true,
            "--help" => bail!("{HELP}"),
            _ => bail!("bench has no option {argument}\n\n{HELP}"),
        }
    }
    Ok(options)
}

fn run(options: &Options) -> Result<()> {
    if options.report {
        return report::write(&measurement::read()?);
    }
    let wanted = |engine: Engine| match options.only.as_slice() {
        [] => !options.quick || engine.is_ours(),
        only => only.iter().any(|name| name == engine.name()),
    };
    let cases: Vec<Case> = if options.quick { cases::quick() } else { cases::all() };
    let cases: Vec<Case> = cases.into_iter().filter(|case| wanted(case.engine)).collect();
    let rounds = if options.quick { 1 } else { options.rounds.max(1) };
    if cases.is_empty() {
        bail!("there is nothing to measure\n\n{HELP}");
    }

    let browser = tools::browser()?;
    let site = files::Site::prepare(&cases)?;
    let machine = Machine::of(&browser)?;
    let mut samples = Samples::default();
    for round in 1..=rounds {
        for case in &cases {
            eprintln!("round {round} of {rounds}: {case}");
            // One engine that fails is told, and does not cost the figures of the others.
            let measured = match case.engine {
                Engine::Machine => bandwidth::measure(case.threads),
                Engine::ZeroshotNative | Engine::LlamaCpp => native::measure(case, &site),
                Engine::Page => visit::measure(&browser, &site),
                Engine::Zeroshot | Engine::Wllama | Engine::TransformersJs => {
                    browser::measure(&browser, case, &site)
                }
            };
            match measured {
                Ok(figures) => samples.add(case, figures),
                Err(error) => eprintln!("  failed: {error:#}"),
            }
        }
    }
    let measurements = samples.summary(&machine);
    if options.quick || !options.only.is_empty() {
        report::print_change(&measurements, &measurement::read().unwrap_or_default());
        return Ok(());
    }
    measurement::write(&measurements)?;
    report::write(&measurements)
}
