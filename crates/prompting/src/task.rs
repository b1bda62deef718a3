//! The tasks of the page and the languages of translation.

use serde::{Deserialize, Serialize};

/// What the model is asked to do; the model itself only ever continues text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// A text from one language into another.
    Translate,
    /// A question, about a passage or from what the model remembers.
    Answer,
    /// An article in a few sentences.
    Summarize,
    /// Whatever the text itself asks for.
    Free,
}

impl Task {
    /// Every task, in the page's order.
    pub const ALL: [Self; 4] = [Self::Translate, Self::Answer, Self::Summarize, Self::Free];

    /// Stable name for links, files and the command line.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Translate => "translate",
            Self::Answer => "answer",
            Self::Summarize => "summarize",
            Self::Free => "free",
        }
    }

    /// The task of this [`Task::id`].
    pub fn by_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.id() == id)
    }

    /// Whether examples of the task can be written before the input.
    pub const fn takes_shots(self) -> bool {
        !matches!(self, Self::Free)
    }
}

/// A language to translate from or into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    English,
    /// French.
    French,
    /// German.
    German,
}

impl Language {
    /// Every language, in the page's order.
    pub const ALL: [Self; 3] = [Self::English, Self::French, Self::German];

    /// Its English name: prompts are written in English, which GPT-2 has read most of.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::French => "French",
            Self::German => "German",
        }
    }

    /// Its ISO 639-1 code, as `lang` attributes and links want it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::German => "de",
        }
    }

    /// The language of this [`Language::code`].
    pub fn by_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}
