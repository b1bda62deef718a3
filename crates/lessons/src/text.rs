//! A text in the languages of the page.

use crate::{Fault, fault::Place};
use serde::{Deserialize, Serialize};

/// A text in English, in Chinese, or in both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// In English.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub en: String,
    /// In simplified Chinese.
    #[serde(default, rename = "zh-CN", skip_serializing_if = "String::is_empty")]
    pub zh: String,
}

impl Text {
    /// The text in the language of this tag, or in the other where there is none.
    pub fn of(&self, tag: &str) -> &str {
        let (wanted, other) =
            if tag.starts_with("zh") { (&self.zh, &self.en) } else { (&self.en, &self.zh) };
        if wanted.is_empty() { other } else { wanted }
    }

    /// Whether it is there in every language of the page.
    pub fn is_whole(&self) -> bool {
        !self.en.trim().is_empty() && !self.zh.trim().is_empty()
    }

    /// It must say something in one language at least, in at most `most` characters.
    pub(crate) fn check(&self, place: Place<'_>, most: usize) -> Result<(), Fault> {
        if self.of("en").trim().is_empty() {
            return Err(place.fault("has no text in any language"));
        }
        for text in [&self.en, &self.zh] {
            let length = text.chars().count();
            if length > most {
                let what = format!("has {length} characters; at most {most} are allowed");
                return Err(place.fault(what));
            }
        }
        Ok(())
    }

    /// A page's text is read in a minute: at most 120 words, or 300 characters of Chinese.
    pub(crate) fn check_page(&self, place: Place<'_>) -> Result<(), Fault> {
        const MOST_WORDS: usize = 120;
        const MOST_CHARACTERS: usize = 300;
        let words = self.en.split_whitespace().count();
        if words > MOST_WORDS {
            let what = format!("has {words} English words; at most {MOST_WORDS} are allowed");
            return Err(place.fault(what));
        }
        let characters = self.zh.chars().filter(|c| !c.is_whitespace()).count();
        if characters > MOST_CHARACTERS {
            let what = format!(
                "has {characters} Chinese characters; at most {MOST_CHARACTERS} are allowed"
            );
            return Err(place.fault(what));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_language_stands_in_for_a_missing_one() {
        let text = Text { en: "One".to_owned(), zh: String::new() };
        assert_eq!((text.of("zh-CN"), text.of("en")), ("One", "One"));
        let text = Text { en: "One".to_owned(), zh: "一".to_owned() };
        assert_eq!((text.of("zh-CN"), text.of("en")), ("一", "One"));
    }
}
