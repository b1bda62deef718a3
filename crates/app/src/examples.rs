//! The example set that is built into the page.

use std::sync::OnceLock;
use zeroshot_prompting::ExampleSet;

/// The examples of `www/examples.json`. The file is part of the build, and a test reads it: an
/// empty set stands in only for a build that skipped its tests.
pub fn set() -> &'static ExampleSet {
    static SET: OnceLock<ExampleSet> = OnceLock::new();
    SET.get_or_init(|| {
        ExampleSet::from_json(include_str!("../../../www/examples.json")).unwrap_or_else(|_| {
            ExampleSet {
                examples: Vec::new(),
                translations: Vec::new(),
                answers: Vec::new(),
                summaries: Vec::new(),
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroshot_prompting::Task;

    #[test]
    fn every_task_has_examples_to_pick() {
        for task in Task::ALL {
            assert!(set().of(task).count() >= 6, "{task:?}");
        }
    }

    #[test]
    fn no_shot_gives_an_example_away() {
        for example in set().examples.iter() {
            for shot in set().shots_for(&example.input) {
                let (_, input) = example.input.required();
                assert!(
                    shot.fields().iter().all(|(_, text)| *text != input),
                    "{} is also a shot",
                    example.id
                );
            }
        }
    }
}
