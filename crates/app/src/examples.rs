//! The examples of the page, from `www/examples.json`.

use std::sync::OnceLock;
use zeroshot_prompting::ExampleSet;

static SET: OnceLock<ExampleSet> = OnceLock::new();

/// The examples; none before they have been taken in.
pub fn set() -> &'static ExampleSet {
    SET.get_or_init(unless_taken_in)
}

/// Takes the examples in, before anything asks for them; whether the file holds examples.
pub fn take_in(json: &str) -> bool {
    ExampleSet::from_json(json).is_ok_and(|set| SET.set(set).is_ok())
}

#[cfg(not(test))]
fn unless_taken_in() -> ExampleSet {
    ExampleSet::default()
}

/// Tests begin with the page's own.
#[cfg(test)]
fn unless_taken_in() -> ExampleSet {
    let json = include_str!("../../../www/examples.json");
    ExampleSet::from_json(json).expect("the page has examples")
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
