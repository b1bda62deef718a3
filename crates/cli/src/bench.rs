//! `zeroshot bench`: how long a model takes to load, to read prompts and to write, as one JSON
//! line. `cargo xtask bench` sets it beside other engines.

use crate::error::Failure;
use crate::generate::use_threads;
use crate::model_files::ModelFiles;
use clap::Args;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use zeroshot_decoding::Decoding;
use zeroshot_gpt2::{Session, Step};

#[derive(Args)]
pub struct Arguments {
    /// A folder in the Hugging Face layout, or a GGUF file
    #[arg(value_name = "DIR_OR_GGUF")]
    model: PathBuf,
    /// How many threads compute
    #[arg(value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: u16,
    /// Prompts of SIZE tokens, and how many more to write after each
    #[arg(value_name = "SIZE:COUNT", required = true, value_parser = run_of)]
    runs: Vec<(usize, usize)>,
}

fn run_of(text: &str) -> Result<(usize, usize), String> {
    let parsed = text.split_once(':').and_then(|(size, count)| {
        Some((size.parse().ok()?, count.parse().ok()?))
            .filter(|&(size, count)| size > 0 && count > 0)
    });
    parsed.ok_or_else(|| "expected two numbers, as in 64:1".to_owned())
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    use_threads(usize::from(arguments.threads));
    let begun = Instant::now();
    let mut session = ModelFiles::find(&arguments.model)?.open(None)?;
    let load = milliseconds(begun.elapsed());
    let mut runs = Vec::new();
    for (number, &(size, count)) in (0..).zip(&arguments.runs) {
        let (first, rest) = time(&mut session, number, size, count)?;
        runs.push(serde_json::json!({"first": milliseconds(first), "rest": milliseconds(rest)}));
    }
    println!("{}", serde_json::json!({"load": load, "runs": runs}));
    Ok(())
}

/// Time to the first token, and from there to the last. Prompts of different numbers begin with
/// different tokens, so that nothing of one is remembered for another.
fn time(
    session: &mut Session,
    number: u32,
    size: usize,
    count: usize,
) -> Result<(Duration, Duration), Failure> {
    let mut prompt = vec![number];
    prompt.extend((1..size).map(|place| 100 + (place as u32 * 37) % 100));
    let decoding = Decoding { max_new_tokens: count, ..Decoding::default() };
    let begun = Instant::now();
    session.start(prompt, &decoding, false)?;
    let (mut first, mut last) = (Duration::ZERO, Duration::ZERO);
    loop {
        match session.advance()? {
            Step::Prefill { .. } | Step::Working => {}
            Step::Token { .. } => {
                last = begun.elapsed();
                if first.is_zero() {
                    first = last;
                }
            }
            Step::Finished { .. } => return Ok((first, last - first)),
        }
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
