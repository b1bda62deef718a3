//! `zeroshot generate`: streams what the page would stream for the same model, prompt and
//! settings.

use crate::decoding::DecodingFlags;
use crate::error::Failure;
use crate::model_files::{BUILTIN, ModelFiles};
use crate::task::TaskFlags;
use clap::Args;
use std::io::{IsTerminal, Read, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use zeroshot_gpt2::{Finish, Session, Step, WeightType};

#[derive(Args)]
#[command(
    after_help = "Q4_K and other types that only candle multiplies run on all processors; where \
    these have other work to do, CANDLE_NUM_THREADS=1 in the environment is faster."
)]
pub struct Arguments {
    /// A folder in the Hugging Face layout, or a GGUF file
    #[arg(long, short, value_name = "DIR_OR_GGUF", default_value = BUILTIN)]
    model: PathBuf,
    /// What to continue; with --task, what to translate, the question, or what to summarise; `-`
    /// reads it from standard input
    #[arg(long, short, value_name = "TEXT", aliases = ["text", "question", "article"], allow_hyphen_values = true)]
    prompt: String,
    #[command(flatten)]
    task: TaskFlags,
    #[command(flatten)]
    decoding: DecodingFlags,
    /// Convert the weights while loading
    #[arg(long = "type", value_name = "TYPE", value_parser = crate::weight_type)]
    weight_type: Option<WeightType>,
    /// How many threads compute; of the system's processors, four at most unless said
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// Write the prompt first
    #[arg(long)]
    echo: bool,
    /// Write only the answer, not what the model goes on to say
    #[arg(long)]
    answer: bool,
    /// Say how long it took, on standard error
    #[arg(long)]
    stats: bool,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut text = arguments.prompt.clone();
    if text == "-" {
        text.clear();
        let read = std::io::stdin().read_to_string(&mut text);
        read.map_err(|error| Failure::Read { path: "standard input".into(), error })?;
    }
    let written = arguments.task.write(text)?;
    let decoding = arguments.decoding.over(written.decoding);
    decoding.validate().map_err(|error| Failure::Model(error.into()))?;

    let threads = arguments.threads.map_or_else(usual_threads, usize::from);
    use_threads(threads);
    let begun = Instant::now();
    let mut session = ModelFiles::find(&arguments.model)?.open(arguments.weight_type)?;
    let loaded = begun.elapsed();
    let tokens = session.encode(&written.prompt, &[])?;
    let started = session.start(tokens, &decoding, false)?;
    let mut out = std::io::stdout().lock();
    let mut write = |text: &str| {
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Failure::Output)
    };
    if arguments.echo {
        write(&written.prompt)?;
    }

    let mut stats = Stats { loaded, ..Stats::default() };
    // All that was generated, and how much of it has been written.
    let (mut generated, mut shown) = (String::new(), 0);
    // When the first of the steps under way began, of which only the last has something to tell.
    let mut under_way = None;
    loop {
        let begun = under_way.take().unwrap_or_else(Instant::now);
        let (text, finished) = match session.advance()? {
            Step::Working => {
                under_way = Some(begun);
                continue;
            }
            Step::Prefill { .. } => {
                stats.prefill += begun.elapsed();
                continue;
            }
            Step::Token { text, .. } => {
                stats.count(begun.elapsed());
                (text, None)
            }
            Step::Finished { reason, text } => (text, Some(reason)),
        };
        generated += &text;
        let visible = if arguments.answer {
            written.keep.split(&generated, finished.is_some()).0.len()
        } else {
            generated.len()
        };
        if visible > shown {
            write(&generated[shown..visible])?;
            shown = visible;
        }
        let Some(reason) = finished else { continue };
        if std::io::stdout().is_terminal() {
            write("\n")?;
        }
        if arguments.stats {
            stats.print(&session, started.prompt_tokens, reason);
        }
        return Ok(());
    }
}

#[derive(Default)]
struct Stats {
    loaded: Duration,
    prefill: Duration,
    first_token: Duration,
    decode: Duration,
    tokens: usize,
}

impl Stats {
    /// The first token comes from the logits that reading the prompt left: it takes no forward
    /// pass, and would flatter the decoding speed.
    fn count(&mut self, took: Duration) {
        if self.tokens == 0 {
            self.first_token = took;
        } else {
            self.decode += took;
        }
        self.tokens += 1;
    }

    fn print(&self, session: &Session, prompt_tokens: usize, reason: Finish) {
        let per_second =
            |tokens: usize, time: Duration| tokens as f64 / time.as_secs_f64().max(1e-9);
        eprintln!(
            "{:.1} M parameters in {:.1} MB, loaded in {:.2} s",
            session.parameters() as f64 / 1e6,
            session.weight_bytes() as f64 / 1e6,
            self.loaded.as_secs_f64()
        );
        eprintln!(
            "prompt: {prompt_tokens} tokens in {:.3} s, {:.1} tokens a second",
            self.prefill.as_secs_f64(),
            per_second(prompt_tokens, self.prefill)
        );
        let why = match reason {
            Finish::EndOfText => "the model ended its text",
            Finish::Stop => "a stop string appeared",
            Finish::Length => "as many as asked for",
            Finish::ContextFull => "the context is full",
        };
        eprintln!(
            "generated: {} tokens in {:.3} s, {:.1} tokens a second; {why}",
            self.tokens,
            (self.first_token + self.decode).as_secs_f64(),
            per_second(self.tokens.saturating_sub(1), self.decode)
        );
    }
}

/// Computes with so many threads. With fewer than were asked for the text is the same, only later.
pub fn use_threads(threads: usize) {
    if let Err(error) = zeroshot_gpt2::use_threads(threads) {
        eprintln!("zeroshot: not all {threads} threads could be started: {error}");
    }
}

/// More threads than this wait for memory rather than compute.
fn usual_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(4)
}
