//! The answers to the page's examples, in the file of the examples itself.

use super::{Recorder, unwritable, write};
use crate::error::Failure;
use std::path::Path;
use zeroshot_prompting::{ExampleSet, Recorded, Template};

pub fn record(recorder: &mut Recorder, path: &Path, mut set: ExampleSet) -> Result<(), Failure> {
    let mut answers = Vec::with_capacity(set.examples.len());
    for example in &set.examples {
        let template = Template::default_of(example.input.task());
        let prompt = set.prompt_of(example, template).text();
        let recipe = template.recipe();
        let (text, _) = recorder.complete(&prompt, &recipe.decoding)?;
        let recorded = Recorded {
            model: recorder.model.clone(),
            template: template.id.to_owned(),
            text: text.clone(),
        };
        if recorder.check && example.recorded.as_ref() != Some(&recorded) {
            return Err(Failure::Outdated { what: format!("example {}", example.id), text });
        }
        println!("{}: {}", example.id, recipe.keep.split(&text, true).0.trim());
        answers.push(recorded);
    }
    if recorder.check {
        return Ok(());
    }
    for (example, recorded) in set.examples.iter_mut().zip(answers) {
        example.recorded = Some(recorded);
    }
    write(path, serde_json::to_string_pretty(&set).map_err(unwritable(path))? + "\n")
}
