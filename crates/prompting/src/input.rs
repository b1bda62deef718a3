//! What a visitor fills in: the fields of a task, and the shots, each an example of the task done.
//!
//! How they become text is up to a [`Template`](crate::Template).

use serde::{Deserialize, Serialize};

use crate::task::{Language, Task};

/// A question that was asked and answered earlier about the same passage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// What was asked.
    pub question: String,
    /// What was answered.
    pub answer: String,
}

/// The fields of a task as the visitor filled them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case", deny_unknown_fields)]
pub enum Input {
    /// [`Task::Translate`]
    Translate {
        /// The language of `text`.
        from: Language,
        /// The language wanted.
        to: Language,
        /// What to translate.
        text: String,
    },
    /// [`Task::Answer`]
    Answer {
        /// What the question is about; empty to ask what the model remembers.
        #[serde(default)]
        passage: String,
        /// The conversation so far.
        #[serde(default)]
        turns: Vec<Turn>,
        /// What to answer.
        question: String,
    },
    /// [`Task::Summarize`]
    Summarize {
        /// What to summarise.
        article: String,
    },
    /// [`Task::Free`]
    Free {
        /// What to continue.
        text: String,
    },
}

impl Input {
    /// The fields of `task`, with nothing in them.
    pub const fn empty(task: Task) -> Self {
        match task {
            Task::Translate => Self::Translate {
                from: Language::English,
                to: Language::French,
                text: String::new(),
            },
            Task::Answer => {
                Self::Answer { passage: String::new(), turns: Vec::new(), question: String::new() }
            }
            Task::Summarize => Self::Summarize { article: String::new() },
            Task::Free => Self::Free { text: String::new() },
        }
    }

    /// The task that these fields belong to.
    pub const fn task(&self) -> Task {
        match self {
            Self::Translate { .. } => Task::Translate,
            Self::Answer { .. } => Task::Answer,
            Self::Summarize { .. } => Task::Summarize,
            Self::Free { .. } => Task::Free,
        }
    }

    /// The name of the field that has to be filled and its text: without it there is nothing to
    /// run.
    pub fn required(&self) -> (&'static str, &str) {
        match self {
            Self::Translate { text, .. } | Self::Free { text } => ("text", text),
            Self::Answer { question, .. } => ("question", question),
            Self::Summarize { article } => ("article", article),
        }
    }

    /// Whether the field that has to be filled is blank.
    pub fn is_blank(&self) -> bool {
        self.required().1.trim().is_empty()
    }
}

/// One example of a task done, as it stands in the prompt before the input. The languages of a
/// translation are those of the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case", deny_unknown_fields)]
pub enum Shot {
    /// [`Task::Translate`]
    Translate {
        /// A text in the language to translate from.
        source: String,
        /// The same in the language to translate into.
        target: String,
    },
    /// [`Task::Answer`]
    Answer {
        /// What the question is about; may be empty.
        #[serde(default)]
        passage: String,
        /// A question.
        question: String,
        /// Its answer.
        answer: String,
    },
    /// [`Task::Summarize`]
    Summarize {
        /// A text.
        article: String,
        /// Its summary.
        summary: String,
    },
}

impl Shot {
    /// A shot of `task` to fill in; `None` for a task without shots.
    pub const fn empty(task: Task) -> Option<Self> {
        Some(match task {
            Task::Translate => Self::Translate { source: String::new(), target: String::new() },
            Task::Answer => Self::Answer {
                passage: String::new(),
                question: String::new(),
                answer: String::new(),
            },
            Task::Summarize => Self::Summarize { article: String::new(), summary: String::new() },
            Task::Free => return None,
        })
    }

    /// The task that this is an example of.
    pub const fn task(&self) -> Task {
        match self {
            Self::Translate { .. } => Task::Translate,
            Self::Answer { .. } => Task::Answer,
            Self::Summarize { .. } => Task::Summarize,
        }
    }

    /// The names of the fields and their texts, in the order in which they are written.
    pub fn fields(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Translate { source, target } => vec![("source", source), ("target", target)],
            Self::Answer { passage, question, answer } => {
                vec![("passage", passage), ("question", question), ("answer", answer)]
            }
            Self::Summarize { article, summary } => {
                vec![("article", article), ("summary", summary)]
            }
        }
    }

    /// What the task's answer is in it.
    pub fn answer(&self) -> &str {
        match self {
            Self::Translate { target: answer, .. }
            | Self::Answer { answer, .. }
            | Self::Summarize { summary: answer, .. } => answer,
        }
    }

    /// The same shot with another answer.
    #[must_use]
    pub fn with_answer(mut self, new: String) -> Self {
        match &mut self {
            Self::Translate { target: answer, .. }
            | Self::Answer { answer, .. }
            | Self::Summarize { summary: answer, .. } => *answer = new,
        }
        self
    }

    /// Whether nothing has been filled in; such a shot is left out of the prompt.
    pub fn is_blank(&self) -> bool {
        self.fields().iter().all(|(_, text)| text.trim().is_empty())
    }
}
