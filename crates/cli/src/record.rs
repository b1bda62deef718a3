//! `zeroshot record`: what the model says to the page's examples and lessons, written beside them,
//! so that the page has something to show before a model is there.
//!
//! Which there are is up to `www/examples.json` and `www/lessons`, how each becomes a prompt up to
//! `zeroshot_prompting` and `zeroshot_lessons`.

mod examples;
mod lessons;

use crate::error::Failure;
use crate::model_files::{BUILTIN, ModelFiles};
use clap::Args;
use std::path::{Path, PathBuf};
use zeroshot_decoding::Decoding;
use zeroshot_gpt2::{Prediction, Session, Step};
use zeroshot_prompting::ExampleSet;

/// The page's examples, where they lie in a checkout.
pub const EXAMPLES: &str = "www/examples.json";
/// Its lessons.
const LESSONS: &str = "www/lessons";

#[derive(Args)]
pub struct Arguments {
    /// A folder in the Hugging Face layout, or a GGUF file
    #[arg(long, short, value_name = "DIR_OR_GGUF", default_value = BUILTIN)]
    model: PathBuf,
    /// The model's name in the page's catalogue
    #[arg(long, value_name = "ID", default_value = "builtin")]
    name: String,
    /// The examples; their shots are also those that a lesson takes for its own
    #[arg(value_name = "FILE", default_value = EXAMPLES)]
    examples: PathBuf,
    /// The lessons: a folder with an index.json
    #[arg(long, value_name = "DIR", default_value = LESSONS)]
    lessons: PathBuf,
    /// Only the lessons
    #[arg(long)]
    only_lessons: bool,
    /// Change nothing; fail if an answer is not what the model says now
    #[arg(long)]
    check: bool,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let path = &arguments.examples;
    let set = ExampleSet::from_json(&read(path)?)
        .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    let mut recorder = Recorder {
        session: ModelFiles::find(&arguments.model)?.open(None)?,
        model: arguments.name.clone(),
        check: arguments.check,
    };
    lessons::record(&mut recorder, &arguments.lessons, &set)?;
    if arguments.only_lessons {
        return Ok(());
    }
    examples::record(&mut recorder, path, set)
}

/// A model, and what is to be done with what it says.
struct Recorder {
    session: Session,
    /// Its name in the page's catalogue.
    model: String,
    /// Whether what it says is only compared with what is there.
    check: bool,
}

impl Recorder {
    /// All that the model writes after `prompt`, and what it expected at each of its tokens.
    fn complete(
        &mut self,
        prompt: &str,
        decoding: &Decoding,
    ) -> Result<(String, Vec<Prediction>), Failure> {
        let session = &mut self.session;
        session.start(session.encode(prompt, &[])?, decoding, false)?;
        let (mut generated, mut predictions) = (String::new(), Vec::new());
        loop {
            match session.advance()? {
                Step::Prefill { .. } | Step::Working => {}
                Step::Token { text, prediction } => {
                    generated += &text;
                    predictions.push(prediction);
                }
                Step::Finished { text, .. } => return Ok((generated + &text, predictions)),
            }
        }
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(Failure::read(path))
}

fn write(path: &Path, text: String) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(Failure::write(path))
}

/// For `map_err`: what belongs at `path` cannot be put into JSON.
fn unwritable(path: &Path) -> impl Fn(serde_json::Error) -> Failure {
    let path = path.to_owned();
    move |error| Failure::Write { path: path.clone(), error: error.into() }
}
