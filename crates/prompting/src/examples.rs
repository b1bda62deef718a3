//! The page's examples: inputs to pick, shots to put before them, and answers that were recorded
//! so that there is something to see before a model is there.
//!
//! This file says what the data looks like and when it is sound; the data is `www/examples.json`.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::{
    input::{Input, Shot},
    prompt::Prompt,
    task::{Language, Task},
    templates::Template,
};

/// All examples of the page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleSet {
    /// Inputs to pick, in the page's order.
    pub examples: Vec<Example>,
    /// Translations to use as shots, by direction.
    pub translations: Vec<LanguagePair>,
    /// Questions with their answers to use as shots.
    pub answers: Vec<Shot>,
    /// Articles with their summaries to use as shots.
    pub summaries: Vec<Shot>,
}

/// Shots of one direction of translation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanguagePair {
    /// The language of the shots' `source`.
    pub from: Language,
    /// The language of the shots' `target`.
    pub to: Language,
    /// The pairs.
    pub shots: Vec<Shot>,
}

/// One input to pick.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// Stable name, for links.
    pub id: String,
    /// A few words to pick it by; the input's own text where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The fields.
    pub input: Input,
    /// The shots that go with it.
    #[serde(default)]
    pub shots: Vec<Shot>,
    /// An answer that would be right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What a model said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Recorded>,
    /// Whether the built-in model gets it right. Those it gets wrong are worth showing too, and
    /// the page says which are which.
    pub works: bool,
    /// What there is to see in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What a model said to the example, with the recipe of the template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// The model's name in the catalogue.
    pub model: String,
    /// The [`Template::id`] that wrote the prompt.
    pub template: String,
    /// All that was generated, to be read by [`Keep::split`](crate::Keep::split).
    pub text: String,
}

/// What is wrong with a set of examples.
#[derive(Debug, thiserror::Error)]
pub enum ExamplesError {
    /// It is not JSON of the right shape; the message names the field, the line and the column.
    #[error("the examples cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// Something that has to be filled is blank.
    #[error("{place}: `{field}` is blank")]
    Blank {
        /// Where: `example "id"`, `example "id", shot 1`, or `answers, shot 1`.
        place: String,
        /// The field.
        field: &'static str,
    },
    /// A shot belongs to another task than its place.
    #[error("{place}: the shot is of task `{}`, not `{}`", found.id(), expected.id())]
    OtherTask {
        /// Where.
        place: String,
        /// The task of the place.
        expected: Task,
        /// The task of the shot.
        found: Task,
    },
    /// Two examples have the same name.
    #[error("example \"{id}\" is there twice")]
    Twice {
        /// The name.
        id: String,
    },
    /// A translation from a language into itself.
    #[error("{place}: `from` and `to` are the same language")]
    SameLanguage {
        /// Where.
        place: String,
    },
    /// The recorded answer names a template that the task does not have.
    #[error("example \"{id}\": `recorded.template` \"{template}\" is none of its task's templates")]
    UnknownTemplate {
        /// The example.
        id: String,
        /// What it names.
        template: String,
    },
}

impl ExampleSet {
    /// Reads and checks a set.
    ///
    /// # Errors
    /// Says which example, shot and field is at fault.
    pub fn from_json(json: &str) -> Result<Self, ExamplesError> {
        let set: Self = serde_json::from_str(json)?;
        set.validate()?;
        Ok(set)
    }

    /// The examples of a task.
    pub fn of(&self, task: Task) -> impl Iterator<Item = &Example> {
        self.examples.iter().filter(move |example| example.input.task() == task)
    }

    /// The example of this name.
    pub fn by_id(&self, id: &str) -> Option<&Example> {
        self.examples.iter().find(|example| example.id == id)
    }

    /// Shots that fit an input; none where there are none of its languages.
    pub fn shots_for(&self, input: &Input) -> &[Shot] {
        match input {
            Input::Translate { from, to, .. } => self
                .translations
                .iter()
                .find(|pair| (pair.from, pair.to) == (*from, *to))
                .map_or(&[], |pair| &pair.shots),
            Input::Answer { .. } => &self.answers,
            Input::Summarize { .. } => &self.summaries,
            Input::Free { .. } => &[],
        }
    }

    /// The prompt that an example stands for before anything is changed: its own shots, or as many
    /// of those that fit as the wording wants.
    pub fn prompt_of(&self, example: &Example, template: &Template) -> Prompt {
        let fitting = self.shots_for(&example.input);
        let usual = &fitting[..template.usual_shots.min(fitting.len())];
        let shots = if example.shots.is_empty() { usual } else { &example.shots };
        template.render(&example.input, shots)
    }

    /// Checks what the shape alone does not say.
    ///
    /// # Errors
    /// The first fault.
    pub fn validate(&self) -> Result<(), ExamplesError> {
        let mut ids = HashSet::new();
        for example in &self.examples {
            if !ids.insert(example.id.as_str()) {
                return Err(ExamplesError::Twice { id: example.id.clone() });
            }
            example.validate()?;
        }
        for pair in &self.translations {
            let place = format!("translations {}-{}", pair.from.code(), pair.to.code());
            if pair.from == pair.to {
                return Err(ExamplesError::SameLanguage { place });
            }
            check_shots(&place, Task::Translate, &pair.shots)?;
        }
        check_shots("answers", Task::Answer, &self.answers)?;
        check_shots("summaries", Task::Summarize, &self.summaries)
    }
}

impl Example {
    /// A few words to pick it by.
    pub fn label(&self) -> &str {
        let own = || self.input.required().1.lines().next().unwrap_or_default();
        self.title.as_deref().unwrap_or_else(own)
    }

    fn validate(&self) -> Result<(), ExamplesError> {
        let place = format!("example \"{}\"", self.id);
        let (field, text) = self.input.required();
        let fields = [("id", Some(self.id.as_str())), (field, Some(text))]
            .into_iter()
            .chain([("title", self.title.as_deref()), ("expected", self.expected.as_deref())]);
        for (field, text) in fields {
            if text.is_some_and(|text| text.trim().is_empty()) {
                return Err(ExamplesError::Blank { place, field });
            }
        }
        if let Input::Translate { from, to, .. } = &self.input
            && from == to
        {
            return Err(ExamplesError::SameLanguage { place });
        }
        if let Some(recorded) = &self.recorded
            && Template::by_id(self.input.task(), &recorded.template).is_none()
        {
            return Err(ExamplesError::UnknownTemplate {
                id: self.id.clone(),
                template: recorded.template.clone(),
            });
        }
        check_shots(&place, self.input.task(), &self.shots)
    }
}

/// Checks that every shot is of the task and filled; a passage may be empty.
fn check_shots(place: &str, expected: Task, shots: &[Shot]) -> Result<(), ExamplesError> {
    for (index, shot) in shots.iter().enumerate() {
        let place = || format!("{place}, shot {}", index + 1);
        if shot.task() != expected {
            return Err(ExamplesError::OtherTask { place: place(), expected, found: shot.task() });
        }
        let blank = shot
            .fields()
            .into_iter()
            .find(|(field, text)| *field != "passage" && text.trim().is_empty());
        if let Some((field, _)) = blank {
            return Err(ExamplesError::Blank { place: place(), field });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> ExampleSet {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../www/examples.json");
        let json = std::fs::read_to_string(path).expect("the page has examples");
        ExampleSet::from_json(&json).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    #[test]
    fn the_page_has_examples_and_five_shots_for_every_task() {
        let set = page();
        for task in Task::ALL {
            assert!(set.of(task).count() >= 6, "{} has too few examples", task.id());
        }
        for example in &set.examples {
            if example.input.task().takes_shots() {
                assert!(set.shots_for(&example.input).len() >= 5, "{}", example.id);
            }
            assert!(example.label().chars().count() <= 60, "{}", example.id);
        }
    }

    fn set(example: &str) -> String {
        format!(r#"{{"examples":[{example}],"translations":[],"answers":[],"summaries":[]}}"#)
    }

    #[test]
    fn a_fault_is_named() {
        let free = r#"{"id":"a","input":{"task":"free","text":"x"},"works":true}"#;
        for (json, message) in [
            (set(&format!("{free},{free}")), "example \"a\" is there twice"),
            (
                set(r#"{"id":"a","input":{"task":"free","text":" "},"works":true}"#),
                "example \"a\": `text` is blank",
            ),
            (
                set(r#"{"id":"a","input":{"task":"answer","question":"x"},"works":true,
                    "shots":[{"task":"answer","question":"y","answer":""}]}"#),
                "example \"a\", shot 1: `answer` is blank",
            ),
            (
                set(r#"{"id":"a","input":{"task":"answer","question":"x"},"works":true,
                    "shots":[{"task":"summarize","article":"y","summary":"z"}]}"#),
                "example \"a\", shot 1: the shot is of task `summarize`, not `answer`",
            ),
            (
                set(r#"{"id":"a","input":{"task":"translate","from":"german","to":"german",
                    "text":"Ja."},"works":true}"#),
                "example \"a\": `from` and `to` are the same language",
            ),
            (
                set(r#"{"id":"a","input":{"task":"free","text":"x"},"works":true,
                    "recorded":{"model":"m","template":"tldr","text":"t"}}"#),
                "example \"a\": `recorded.template` \"tldr\" is none of its task's templates",
            ),
        ] {
            let error = ExampleSet::from_json(&json).expect_err(message);
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn a_missing_or_unknown_field_is_named_with_its_place() {
        for (example, part) in [
            (r#"{"id":"a","input":{"task":"summarize"},"works":true}"#, "missing field `article`"),
            (r#"{"id":"a","input":{"task":"free","text":"x"}}"#, "missing field `works`"),
            (r#"{"id":"a","input":{"task":"free","texte":"x"},"works":true}"#, "`texte`"),
        ] {
            let message = ExampleSet::from_json(&set(example)).expect_err(part).to_string();
            assert!(message.contains(part) && message.contains("line 1"), "{message}");
        }
    }
}
