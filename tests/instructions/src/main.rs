//! Counts the WebAssembly instructions that each kernel takes, and holds them against stored
//! figures: timings differ from machine to machine and from minute to minute, counts do not.
//!
//! `cargo xtask test instructions` compiles the kernels (`crates/kernels/examples/instructions.rs`)
//! as the worker has them and calls this: `zeroshot-instructions FIGURES COMPILER NAME=PROGRAM…`. With `--renew` in front it writes
//! the figures.
//!
//! Counts are those of an interpreter, which takes some instructions together; what a browser makes
//! of them is another matter. But a loop that has lost its SIMD, or calls what should have been a
//! part of it, takes a multiple of its instructions.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use wasmi::{Config, Engine, Linker, Module, Store};

/// The names of the calls, in the order of the program.
const NAMES: [&str; 18] = [
    "Q8_0, one token",
    "Q8_0, a tile",
    "Q4_0, one token",
    "Q4_0, a tile",
    "F16, one token",
    "F16, a tile",
    "F32, one token",
    "F32, a tile",
    "Q8_0, taken from a file",
    "Q8_0, written to a file",
    "Q4_0, quantised",
    "attention, one token",
    "attention in 8 bits, one token",
    "attention, a tile",
    "attention in 8 bits, a tile",
    "layer norm",
    "gelu",
    "softmax totals",
];

/// How many more instructions a kernel may take than is written down, in hundredths.
const MORE: u64 = 10;

/// The same where another compiler made it.
const MORE_BY_ANOTHER_COMPILER: u64 = 40;

/// More than any program here takes.
const FUEL: u64 = u64::MAX / 2;

/// Instructions of each kernel, by the name of the build and its own.
type Counts = BTreeMap<String, BTreeMap<String, u64>>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let renew = arguments.first().is_some_and(|first| first == "--renew");
    arguments.drain(..usize::from(renew));
    let [figures, compiler, programs @ ..] = arguments.as_slice() else {
        bail!("zeroshot-instructions [--renew] FIGURES COMPILER NAME=PROGRAM…");
    };
    let mut counts = Counts::new();
    for program in programs {
        let (name, file) = program.split_once('=').context("a program needs a name")?;
        counts.insert(name.to_owned(), count(file).with_context(|| file.to_owned())?);
    }
    if renew {
        let text = serde_json::to_string_pretty(&json!({"compiler": compiler, "builds": counts}))?;
        return Ok(std::fs::write(figures, text + "\n")?);
    }
    let stored = std::fs::read_to_string(figures).with_context(|| figures.to_owned())?;
    let stored: Value = serde_json::from_str(&stored)?;
    let same = stored["compiler"] == compiler.as_str();
    let more = if same { MORE } else { MORE_BY_ANOTHER_COMPILER };
    compare(&serde_json::from_value(stored["builds"].clone())?, &counts, more)
}

/// Runs a program, kernel by kernel.
fn count(file: &str) -> Result<BTreeMap<String, u64>> {
    let mut config = Config::default();
    config.consume_fuel(true);
    let engine = Engine::new(&config);
    let module = Module::new(&engine, std::fs::read(file)?)?;
    let mut store = Store::new(&engine, ());
    store.set_fuel(FUEL)?;
    let instance = Linker::new(&engine).instantiate_and_start(&mut store, &module)?;
    let prepare = instance.get_typed_func::<(), u32>(&store, "prepare")?;
    let call = instance.get_typed_func::<u32, ()>(&store, "call")?;
    let kernels = prepare.call(&mut store, ())?;
    ensure!(kernels as usize == NAMES.len(), "{kernels} kernels for {} names", NAMES.len());
    let mut counts = BTreeMap::new();
    for (index, name) in (0..kernels).zip(NAMES) {
        // The first call may have to get memory.
        call.call(&mut store, index)?;
        let before = store.get_fuel()?;
        call.call(&mut store, index)?;
        counts.insert(name.to_owned(), before - store.get_fuel()?);
    }
    Ok(counts)
}

/// Prints what has changed; an error where a kernel takes more than it may.
fn compare(stored: &Counts, counts: &Counts, more: u64) -> Result<()> {
    let mut slower = Vec::new();
    for (build, kernels) in counts {
        for (kernel, &found) in kernels {
            let before = stored.get(build).and_then(|kernels| kernels.get(kernel));
            let Some(&before) = before else {
                bail!(
                    "there is no figure for {kernel}, {build}: `cargo xtask instructions --renew` writes it"
                );
            };
            let change = 100.0 * (found as f64 / before as f64 - 1.0);
            println!("{build:>8}  {kernel:<24} {found:>9}  {change:+6.1} %");
            if found > before + before * more / 100 {
                slower.push(format!("{kernel}, {build}: {found} for {before}"));
            }
        }
    }
    ensure!(
        slower.is_empty(),
        "kernels take more than {more} % more instructions than before: {}. \
         If that is meant, `cargo xtask instructions --renew` writes the new figures",
        slower.join("; ")
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(count: u64) -> Counts {
        [("simd".to_owned(), [("gelu".to_owned(), count)].into())].into()
    }

    #[test]
    fn more_than_may_be_is_told_by_name() {
        assert!(compare(&counts(1000), &counts(900), MORE).is_ok());
        assert!(compare(&counts(1000), &counts(1100), MORE).is_ok());
        let error = compare(&counts(1000), &counts(1101), MORE).unwrap_err().to_string();
        assert!(error.contains("gelu, simd: 1101 for 1000"), "{error}");
        assert!(compare(&Counts::new(), &counts(1), MORE).is_err());
    }
}
