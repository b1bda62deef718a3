//! `zeroshot record`: what the model says to the page's examples, written into their file, so that
//! the page has something to show before a model is there.
//!
//! Which examples there are is up to `www/examples.json`, how each becomes a prompt up to
//! `zeroshot_prompting`.

use crate::error::Failure;
use crate::model_files::{BUILTIN, ModelFiles};
use clap::Args;
use std::path::PathBuf;
use zeroshot_gpt2::{Session, Step};
use zeroshot_prompting::{ExampleSet, Recorded, Template};

/// The page's examples, where they lie in a checkout.
const EXAMPLES: &str = "www/examples.json";

#[derive(Args)]
pub struct Arguments {
    /// A folder in the Hugging Face layout, or a GGUF file
    #[arg(long, short, value_name = "DIR_OR_GGUF", default_value = BUILTIN)]
    model: PathBuf,
    /// The model's name in the page's catalogue
    #[arg(long, value_name = "ID", default_value = "builtin")]
    name: String,
    /// The examples
    #[arg(value_name = "FILE", default_value = EXAMPLES)]
    examples: PathBuf,
    /// Change nothing; fail if an answer is not what the model says now
    #[arg(long)]
    check: bool,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let path = &arguments.examples;
    let json = std::fs::read_to_string(path).map_err(Failure::read(path))?;
    let mut set = ExampleSet::from_json(&json)
        .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    let mut session = ModelFiles::find(&arguments.model)?.open(None)?;
    let mut answers = Vec::with_capacity(set.examples.len());
    for example in &set.examples {
        let template = Template::default_of(example.input.task());
        let prompt = set.prompt_of(example, template).text();
        let recipe = template.recipe();
        let text = complete(&mut session, &prompt, &recipe.decoding)?;
        let recorded = Recorded {
            model: arguments.name.clone(),
            template: template.id.to_owned(),
            text: text.clone(),
        };
        if arguments.check && example.recorded.as_ref() != Some(&recorded) {
            return Err(Failure::Outdated { example: example.id.clone(), text });
        }
        println!("{}: {}", example.id, recipe.keep.split(&text, true).0.trim());
        answers.push(recorded);
    }
    if arguments.check {
        return Ok(());
    }
    for (example, recorded) in set.examples.iter_mut().zip(answers) {
        example.recorded = Some(recorded);
    }
    let json = serde_json::to_string_pretty(&set)
        .map_err(|error| Failure::Write { path: path.clone(), error: error.into() })?;
    std::fs::write(path, json + "\n").map_err(Failure::write(path))
}

/// All that the model writes after `prompt`.
fn complete(
    session: &mut Session,
    prompt: &str,
    decoding: &zeroshot_decoding::Decoding,
) -> Result<String, Failure> {
    session.start(session.encode(prompt, &[])?, decoding, false)?;
    let mut generated = String::new();
    loop {
        match session.advance()? {
            Step::Prefill { .. } => {}
            Step::Token { text, .. } => generated += &text,
            Step::Finished { text, .. } => return Ok(generated + &text),
        }
    }
}
