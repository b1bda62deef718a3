//! What tokenizer files hold: tokens, merges and added tokens; and whether they fit together.
//!
//! `tokenizer.json` can describe many tokenizers. Those that are not GPT-2's kind are refused
//! here by name, rather than run as something they are not.

use super::END_OF_TEXT;
use super::bytes::ByteAlphabet;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use tokenizers::AddedToken;

/// No vocabulary is this large; ids beyond it are damage.
const MAX_ENTRIES: u32 = 1 << 22;

/// The contents of a GPT-2 tokenizer's files.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    /// Each token's id; tokens are written in the byte alphabet.
    pub tokens: HashMap<String, u32>,
    /// The pairs that are merged, the first one first.
    pub merges: Vec<(String, String)>,
    /// Tokens that are found in the text before it is split, such as `<|endoftext|>`.
    pub added: Vec<Added>,
    /// Whether a text is read as if it began with a space.
    pub add_prefix_space: bool,
}

/// An added token and its id.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Added {
    /// Its id.
    pub id: u32,
    /// Its text, and how it is found.
    #[serde(flatten)]
    pub token: AddedToken,
}

/// As much of `tokenizer.json` as matters.
#[derive(Deserialize)]
struct File {
    #[serde(default)]
    added_tokens: Vec<Added>,
    normalizer: Option<Stage>,
    pre_tokenizer: Option<Stage>,
    post_processor: Option<Stage>,
    model: ModelFile,
}

#[derive(Deserialize)]
struct Stage {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    add_prefix_space: bool,
    use_regex: Option<bool>,
}

#[derive(Deserialize)]
struct ModelFile {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    vocab: serde_json::Value,
    #[serde(default)]
    merges: Vec<Merge>,
    continuing_subword_prefix: Option<String>,
    end_of_word_suffix: Option<String>,
    #[serde(default)]
    ignore_merges: bool,
}

/// A merge is a pair in files of today and a line in older ones.
#[derive(Deserialize)]
#[serde(untagged)]
enum Merge {
    Pair(String, String),
    Line(String),
}

impl Vocabulary {
    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is not JSON or describes another kind of tokenizer.
    pub fn from_json(json: &[u8]) -> Result<Self> {
        let file: File = serde_json::from_slice(json)
            .map_err(|error| Error::tokenizer(format!("the tokenizer cannot be read: {error}")))?;
        let other = |found: String| {
            let expected = "expected a byte-level BPE like GPT-2's";
            Error::tokenizer(format!("the tokenizer has {found}; {expected}"))
        };
        let model = file.model;
        if let Some(kind) = model.kind.filter(|kind| kind != "BPE") {
            return Err(other(format!("a {kind} model")));
        }
        let set = |text: Option<String>| text.is_some_and(|text| !text.is_empty());
        if set(model.continuing_subword_prefix) || set(model.end_of_word_suffix) {
            return Err(other("marks at the ends of words".to_owned()));
        }
        if model.ignore_merges {
            return Err(other("whole words beside its merges".to_owned()));
        }
        if let Some(stage) = file.normalizer {
            return Err(other(format!("a {} normalizer", stage.kind)));
        }
        if let Some(stage) = file.post_processor.filter(|stage| stage.kind != "ByteLevel") {
            return Err(other(format!("a {} post-processor", stage.kind)));
        }
        let add_prefix_space = match file.pre_tokenizer {
            Some(stage) if stage.kind == "ByteLevel" && stage.use_regex != Some(false) => {
                stage.add_prefix_space
            }
            Some(stage) => return Err(other(format!("a {} pre-tokenizer", stage.kind))),
            None => return Err(other("no pre-tokenizer".to_owned())),
        };
        let tokens = serde_json::from_value(model.vocab).map_err(|error| {
            Error::tokenizer(format!("the tokenizer's vocabulary cannot be read: {error}"))
        })?;
        let merges = model.merges.into_iter().map(|merge| match merge {
            Merge::Pair(left, right) => Ok((left, right)),
            Merge::Line(line) => pair(&line),
        });
        let merges = merges.collect::<Result<_>>()?;
        Ok(Self { tokens, merges, added: file.added_tokens, add_prefix_space })
    }

    /// The vocabulary as a `tokenizer.json`, in the form that `transformers` writes.
    pub fn to_json(&self) -> String {
        let byte_level = |trim_offsets: bool| {
            json!({
                "type": "ByteLevel", "add_prefix_space": self.add_prefix_space,
                "trim_offsets": trim_offsets, "use_regex": true,
            })
        };
        // By id: the same vocabulary is always the same file.
        let ids: BTreeMap<u32, &String> =
            self.tokens.iter().map(|(token, &id)| (id, token)).collect();
        let vocab: serde_json::Map<String, serde_json::Value> =
            ids.into_iter().map(|(id, token)| (token.clone(), id.into())).collect();
        let file = json!({
            "version": "1.0", "truncation": null, "padding": null, "added_tokens": self.added,
            "normalizer": null, "pre_tokenizer": byte_level(true),
            "post_processor": byte_level(false), "decoder": byte_level(true),
            "model": {
                "type": "BPE", "dropout": null, "unk_token": null,
                "continuing_subword_prefix": null, "end_of_word_suffix": null,
                "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
                "vocab": vocab, "merges": self.merges,
            },
        });
        format!("{file}\n")
    }

    /// Reads a `vocab.json` and a `merges.txt`. `<|endoftext|>`, where it is in the vocabulary, is
    /// an added token, as `transformers` makes it.
    ///
    /// # Errors
    /// [`Error::Invalid`] if one of them cannot be read.
    pub fn from_vocab_and_merges(vocab: &[u8], merges: &[u8]) -> Result<Self> {
        let tokens: HashMap<String, u32> = serde_json::from_slice(vocab)
            .map_err(|error| Error::tokenizer(format!("vocab.json cannot be read: {error}")))?;
        let merges = std::str::from_utf8(merges)
            .map_err(|_| Error::tokenizer("merges.txt cannot be read: it is not UTF-8"))?;
        let lines = merges.lines().filter(|line| !line.is_empty() && !line.starts_with("#version"));
        let merges = lines.map(pair).collect::<Result<_>>()?;
        let added = tokens.get(END_OF_TEXT).map(|&id| Added::special(END_OF_TEXT, id));
        Ok(Self { tokens, merges, added: added.into_iter().collect(), add_prefix_space: false })
    }

    /// Checks that the parts fit together. The `tokenizers` crate takes several of these for
    /// granted, and panics or drops text without them.
    pub(super) fn validate(&self) -> Result<()> {
        let greatest = self.tokens.values().chain(self.added.iter().map(|added| &added.id)).max();
        match greatest {
            None => return Err(Error::tokenizer("the tokenizer's vocabulary is empty")),
            Some(&id) if id >= MAX_ENTRIES => {
                return Err(Error::tokenizer(format!("the tokenizer has a token with id {id}")));
            }
            Some(_) => {}
        }
        let alphabet = ByteAlphabet::new();
        for byte in 0..=255 {
            if !self.tokens.contains_key(alphabet.character(byte).encode_utf8(&mut [0; 4])) {
                let detail =
                    format!("the tokenizer's vocabulary has no token for byte {byte:#04x}");
                return Err(Error::tokenizer(detail));
            }
        }
        for (left, right) in &self.merges {
            for token in [left, right, &format!("{left}{right}")] {
                if !self.tokens.contains_key(token) {
                    return Err(Error::tokenizer(format!(
                        "the merge of {left} and {right} needs the token {token}, which is not in the vocabulary"
                    )));
                }
            }
        }
        Ok(())
    }

    /// All tokens by id, as the files write them.
    pub(super) fn by_id(&self) -> BTreeMap<u32, &str> {
        let tokens = self.tokens.iter().map(|(token, &id)| (id, token.as_str()));
        let added = self.added.iter().map(|added| (added.id, added.token.content.as_str()));
        tokens.chain(added).collect()
    }

    /// The bytes of all tokens, end to end, and where each id's begin; one more start at the end.
    pub(super) fn token_bytes(&self) -> (Vec<u8>, Vec<u32>) {
        let added: HashMap<u32, &str> =
            self.added.iter().map(|added| (added.id, added.token.content.as_str())).collect();
        let alphabet = ByteAlphabet::new();
        let mut all = Vec::new();
        let mut starts = vec![0];
        for (id, token) in self.by_id() {
            // Ids without a token have no bytes.
            starts.resize(id as usize + 1, all.len() as u32);
            let written: Option<Vec<u8>> = match added.get(&id) {
                Some(_) => None,
                None => token.chars().map(|character| alphabet.byte(character)).collect(),
            };
            match written {
                Some(bytes) => all.extend(bytes),
                // Added tokens are plain text.
                None => all.extend(token.as_bytes()),
            }
            starts.push(all.len() as u32);
        }
        (all, starts)
    }
}

impl Added {
    /// A special token: one that no text is split or merged across.
    pub fn special(content: &str, id: u32) -> Self {
        Self { id, token: AddedToken::from(content, true) }
    }
}

/// The two sides of a line of `merges.txt`.
pub(super) fn pair(line: &str) -> Result<(String, String)> {
    match line.split_once(' ') {
        Some((left, right)) if !left.is_empty() && !right.is_empty() => {
            Ok((left.to_owned(), right.to_owned()))
        }
        _ => Err(Error::tokenizer(format!("the merge \"{line}\" is not two tokens"))),
    }
}
