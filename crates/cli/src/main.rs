//! `zeroshot`: what the page does, on a terminal; and the making of model files.
//!
//! This file knows the commands and how the program ends: 0 if all went well, 1 if it did not, 2
//! if it was called wrongly. Each command has a file.

mod bench;
mod compare;
mod decoding;
mod error;
mod fetch;
mod generate;
mod hub;
mod model_files;
mod model_output;
mod pack;
mod progress;
mod record;
mod synth;
mod task;
mod tokens;
mod vocabulary;
mod weights_file;

use clap::{Parser, Subcommand};
use error::Failure;
use std::process::ExitCode;
use zeroshot_gpt2::WeightType;

/// GPT-2 on the command line: zero-, one- and few-shot prompting.
#[derive(Parser)]
#[command(name = "zeroshot", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Continue a prompt, or do a task, and stream the text.
    Generate(generate::Arguments),
    /// Show the tokens of a text: their ids and what each stands for.
    Tokens(tokens::Arguments),
    /// Compare a model with itself in fewer bits: perplexity and KL divergence.
    Compare(compare::Arguments),
    /// Pack a model folder into one GGUF file, or into parts of one.
    Pack(pack::Arguments),
    /// Fetch a model from a hub into one packed GGUF file, or into parts of one.
    Fetch(fetch::Arguments),
    /// Time a model: loading, reading prompts, writing.
    Bench(bench::Arguments),
    /// Record what the model says to the page's examples and lessons.
    Record(record::Arguments),
    /// Make a model of GPT-2's real shapes with random weights, for speed and memory work.
    Synth(synth::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Generate(arguments) => generate::run(&arguments),
        Command::Tokens(arguments) => tokens::run(&arguments),
        Command::Pack(arguments) => pack::run(&arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Fetch(arguments) => fetch::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Record(arguments) => record::run(&arguments),
        Command::Synth(arguments) => synth::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the output has seen enough.
        Err(Failure::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("zeroshot: {failure}");
            failure.exit_code()
        }
    }
}

/// Reads a [`WeightType`] from the command line.
fn weight_type(name: &str) -> Result<WeightType, String> {
    WeightType::from_name(name).ok_or_else(|| {
        format!("expected one of {}", WeightType::ALL.map(WeightType::name).join(", "))
    })
}
