//! A wording as plain data, for links and files: which template writes the task, and which of its
//! marks the visitor has put in other words.
//!
//! How a mark is set into the text is up to the templates.

use serde::{Deserialize, Serialize};

use crate::{task::Task, templates::Template};

/// What stands before a text and before its answer, where it is not what the template has:
/// `English:` and `French:`, `Q:` and `A:`, nothing and `=`. Kept as typed; what is written is
/// one line without space at its ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Marks {
    /// Before a text or question; `None` for the template's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// Before an answer: a label, or the sign between the two; `None` for the template's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
}

/// A template and the marks that were changed in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// The [`Template::id`].
    pub template: String,
    /// The marks that differ.
    #[serde(default, skip_serializing_if = "Marks::are_own")]
    pub marks: Marks,
}

/// A wording that cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordingError {
    /// The task is not written so.
    #[error("task `{}` has no template \"{template}\"; it has {}", task.id(), known(*task))]
    UnknownTemplate {
        /// The task.
        task: Task,
        /// What was named.
        template: String,
    },
    /// The template has no such mark to change.
    #[error("template \"{template}\" has no mark before its {place} that could be changed")]
    NoSuchMark {
        /// The template.
        template: String,
        /// `input` or `output`.
        place: &'static str,
    },
}

fn known(task: Task) -> String {
    let ids: Vec<_> = Template::all(task).iter().map(|template| template.id).collect();
    ids.join(", ")
}

impl Marks {
    /// Whether all are the template's own.
    pub const fn are_own(&self) -> bool {
        self.input.is_none() && self.output.is_none()
    }
}

impl Wording {
    /// The wording by `template` with `marks` in it.
    pub fn of(template: &Template, marks: &Marks) -> Self {
        Self { template: template.id.to_owned(), marks: marks.clone() }
    }

    /// The template of `task` that this names, and the marks to use with it.
    ///
    /// # Errors
    /// Names the template that the task does not have, or the mark that the template does not
    /// have.
    pub fn resolve(&self, task: Task) -> Result<(&'static Template, &Marks), WordingError> {
        let template = Template::by_id(task, &self.template).ok_or_else(|| {
            WordingError::UnknownTemplate { task, template: self.template.clone() }
        })?;
        let own = template.marks(&crate::Input::empty(task));
        for (place, wanted, own) in
            [("input", &self.marks.input, &own.input), ("output", &self.marks.output, &own.output)]
        {
            if wanted.is_some() && own.is_none() {
                return Err(WordingError::NoSuchMark { template: self.template.clone(), place });
            }
        }
        Ok((template, &self.marks))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(input: Option<&str>, output: Option<&str>) -> Marks {
        Marks { input: input.map(str::to_owned), output: output.map(str::to_owned) }
    }

    #[test]
    fn a_wording_comes_back_from_plain_data() {
        let template = Template::default_of(Task::Translate);
        for (marks, json) in [
            (Marks::default(), r#"{"template":"paper"}"#),
            (marks(None, Some("=>")), r#"{"template":"paper","marks":{"output":"=>"}}"#),
        ] {
            let wording = Wording::of(template, &marks);
            assert_eq!(serde_json::to_string(&wording).expect("plain data"), json);
            let read: Wording = serde_json::from_str(json).expect("the same shape");
            assert_eq!(read.resolve(Task::Translate), Ok((template, &marks)));
        }
    }

    #[test]
    fn what_cannot_be_had_is_named() {
        let unknown = Wording { template: "tldr".to_owned(), marks: Marks::default() };
        assert_eq!(
            unknown.resolve(Task::Answer).map_err(|error| error.to_string()),
            Err("task `answer` has no template \"tldr\"; it has paper, question-answer".to_owned())
        );
        let misplaced = Wording { template: "tldr".to_owned(), marks: marks(Some("X:"), None) };
        assert_eq!(
            misplaced.resolve(Task::Summarize).map_err(|error| error.to_string()),
            Err("template \"tldr\" has no mark before its input that could be changed".to_owned())
        );
    }
}
