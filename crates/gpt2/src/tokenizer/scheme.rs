//! How a text becomes words before anything is merged: GPT-2's way and GPT-1's, and what a
//! `tokenizer.json` says of it.
//!
//! Such a file can describe many tokenizers. Those that are of neither kind are refused here by
//! name, rather than run as something they are not.

use crate::{Error, Result};
use serde::Deserialize;
use serde_json::{Value, json};

/// What the last token of a word ends with in GPT-1's vocabulary.
pub(super) const END_OF_WORD: &str = "</w>";

/// What GPT-1's vocabulary has for a character that is in none of its tokens.
pub(super) const UNKNOWN: &str = "<unk>";

/// One of the two ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// GPT-2's: every byte is a character of an alphabet, and a regular expression splits the text
    /// into words that keep the space before them.
    ByteLevel {
        /// Whether a text is read as if it began with a space.
        add_prefix_space: bool,
    },
    /// GPT-1's: the text in lower case without accents, split as BERT's `BasicTokenizer` does, at
    /// spaces, which are lost, and around punctuation; the last token of each word ends in `</w>`.
    Words,
}

/// As much of `tokenizer.json` as says which it is.
#[derive(Deserialize)]
pub(super) struct Stages {
    normalizer: Option<Stage>,
    pre_tokenizer: Option<Stage>,
    post_processor: Option<Stage>,
}

#[derive(Deserialize)]
struct Stage {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    add_prefix_space: bool,
    use_regex: Option<bool>,
    /// What BERT's normalizer does.
    clean_text: Option<bool>,
    handle_chinese_chars: Option<bool>,
    strip_accents: Option<bool>,
    lowercase: Option<bool>,
    /// What a template adds.
    special_tokens: Option<serde_json::Map<String, Value>>,
}

/// What the stages of one kind are called in a `tokenizer.json`.
#[derive(Default)]
pub(super) struct Written {
    pub(super) normalizer: Value,
    pub(super) pre_tokenizer: Value,
    pub(super) post_processor: Value,
    pub(super) decoder: Value,
}

impl Scheme {
    /// The scheme of a vocabulary that comes as `vocab.json` and `merges.txt` alone: GPT-1's merges
    /// make ends of words.
    pub(super) fn of_merges(merges: &[(String, String)]) -> Self {
        let ends = merges.iter().any(|(_, right)| right.ends_with(END_OF_WORD));
        if ends { Self::Words } else { Self::ByteLevel { add_prefix_space: false } }
    }

    /// What the last token of each word ends with.
    pub(super) fn suffix(self) -> Option<&'static str> {
        (self == Self::Words).then_some(END_OF_WORD)
    }

    /// Its stages as `transformers` writes them.
    pub(super) fn written(self) -> Written {
        let Self::ByteLevel { add_prefix_space } = self else {
            return Written {
                normalizer: json!({
                    "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                    "strip_accents": null, "lowercase": true,
                }),
                pre_tokenizer: json!({ "type": "BertPreTokenizer" }),
                decoder: json!({ "type": "BPEDecoder", "suffix": END_OF_WORD }),
                ..Written::default()
            };
        };
        let byte_level = |trim_offsets: bool| {
            json!({
                "type": "ByteLevel", "add_prefix_space": add_prefix_space,
                "trim_offsets": trim_offsets, "use_regex": true,
            })
        };
        Written {
            normalizer: Value::Null,
            pre_tokenizer: byte_level(true),
            post_processor: byte_level(false),
            decoder: byte_level(true),
        }
    }
}

impl Stages {
    /// The scheme, of a file whose tokens end words with `suffix`, if they do.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the stage that makes it another kind of tokenizer.
    pub(super) fn scheme(self, suffix: Option<&str>) -> Result<Scheme> {
        // A template that adds nothing is what newer releases write where older ones write none.
        let adds = |stage: &Stage| {
            let template =
                stage.special_tokens.as_ref().filter(|_| stage.kind == "TemplateProcessing");
            template.is_none_or(|tokens| !tokens.is_empty())
        };
        let post_processor = self.post_processor.filter(adds);
        match suffix {
            None => {
                refuse("normalizer", self.normalizer)?;
                refuse("post-processor", post_processor.filter(|stage| stage.kind != "ByteLevel"))?;
                match self.pre_tokenizer {
                    Some(stage) if stage.kind == "ByteLevel" && stage.use_regex != Some(false) => {
                        Ok(Scheme::ByteLevel { add_prefix_space: stage.add_prefix_space })
                    }
                    Some(stage) => Err(other("pre-tokenizer", &stage)),
                    None => Err(unlike("no pre-tokenizer")),
                }
            }
            Some(END_OF_WORD) => {
                let normalizer =
                    self.normalizer.ok_or_else(|| unlike("ends of words, but no normalizer"))?;
                if normalizer.kind != "BertNormalizer" {
                    return Err(other("normalizer", &normalizer));
                }
                let lower =
                    [normalizer.clean_text, normalizer.handle_chinese_chars, normalizer.lowercase]
                        .iter()
                        .all(|&does| does == Some(true));
                // Left open, accents go with the capitals.
                if !lower || normalizer.strip_accents == Some(false) {
                    return Err(unlike(
                        "a BertNormalizer that does not make everything lower case",
                    ));
                }
                refuse("post-processor", post_processor)?;
                match self.pre_tokenizer {
                    Some(stage) if stage.kind == "BertPreTokenizer" => Ok(Scheme::Words),
                    Some(stage) => Err(other("pre-tokenizer", &stage)),
                    None => Err(unlike("ends of words, but no pre-tokenizer")),
                }
            }
            Some(suffix) => Err(unlike(&format!("words that end in {suffix}"))),
        }
    }
}

/// That a tokenizer is neither GPT-2's kind nor GPT-1's.
pub(super) fn unlike(found: &str) -> Error {
    let expected = "expected a byte-level BPE like GPT-2's, or words like GPT-1's";
    Error::tokenizer(format!("the tokenizer has {found}; {expected}"))
}

fn other(what: &str, stage: &Stage) -> Error {
    unlike(&format!("a {} {what}", stage.kind))
}

/// That there is a stage where none should be.
fn refuse(what: &str, stage: Option<Stage>) -> Result<()> {
    stage.map_or(Ok(()), |stage| Err(other(what, &stage)))
}
