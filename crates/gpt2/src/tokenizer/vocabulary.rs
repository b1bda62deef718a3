//! What tokenizer files hold: tokens, merges and added tokens; and whether they fit together. How a
//! text is cut before they are used is [`super::scheme`]'s.

use super::END_OF_TEXT;
use super::bytes::ByteAlphabet;
use super::scheme::{END_OF_WORD, Scheme, Stages, UNKNOWN, Written, unlike};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use tokenizers::AddedToken;

/// No vocabulary is this large; ids beyond it are damage.
const MAX_ENTRIES: u32 = 1 << 22;

/// The contents of a tokenizer's files.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    /// Each token's id; GPT-2's tokens are written in the byte alphabet.
    pub tokens: HashMap<String, u32>,
    /// The pairs that are merged, the first one first.
    pub merges: Vec<(String, String)>,
    /// Tokens that are found in the text before it is split, such as `<|endoftext|>`.
    pub added: Vec<Added>,
    /// How a text becomes words.
    pub scheme: Scheme,
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
    #[serde(flatten)]
    stages: Stages,
    model: ModelFile,
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
        let model = file.model;
        if let Some(kind) = model.kind.filter(|kind| kind != "BPE") {
            return Err(unlike(&format!("a {kind} model")));
        }
        let set = |text: Option<String>| text.filter(|text| !text.is_empty());
        if set(model.continuing_subword_prefix).is_some() {
            return Err(unlike("marks inside words"));
        }
        if model.ignore_merges {
            return Err(unlike("whole words beside its merges"));
        }
        let scheme = file.stages.scheme(set(model.end_of_word_suffix).as_deref())?;
        let tokens = serde_json::from_value(model.vocab).map_err(|error| {
            Error::tokenizer(format!("the tokenizer's vocabulary cannot be read: {error}"))
        })?;
        let merges = model.merges.into_iter().map(|merge| match merge {
            Merge::Pair(left, right) => Ok((left, right)),
            Merge::Line(line) => pair(&line),
        });
        let merges = merges.collect::<Result<_>>()?;
        Ok(Self { tokens, merges, added: file.added_tokens, scheme })
    }

    /// The vocabulary as a `tokenizer.json`, in the form that `transformers` writes.
    pub fn to_json(&self) -> String {
        let Written { normalizer, pre_tokenizer, post_processor, decoder } = self.scheme.written();
        // By id: the same vocabulary is always the same file.
        let ids: BTreeMap<u32, &String> =
            self.tokens.iter().map(|(token, &id)| (id, token)).collect();
        let vocab: serde_json::Map<String, serde_json::Value> =
            ids.into_iter().map(|(id, token)| (token.clone(), id.into())).collect();
        let file = json!({
            "version": "1.0", "truncation": null, "padding": null, "added_tokens": self.added,
            "normalizer": normalizer, "pre_tokenizer": pre_tokenizer,
            "post_processor": post_processor, "decoder": decoder,
            "model": {
                "type": "BPE", "dropout": null,
                "unk_token": self.scheme.suffix().map(|_| UNKNOWN),
                "continuing_subword_prefix": null, "end_of_word_suffix": self.scheme.suffix(),
                "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
                "vocab": vocab, "merges": self.merges,
            },
        });
        format!("{file}\n")
    }

    /// Reads a `vocab.json` and a `merges.txt`. GPT-2's `<|endoftext|>` and GPT-1's `<unk>`, where
    /// they are in the vocabulary, are added tokens, as `transformers` makes them.
    ///
    /// # Errors
    /// [`Error::Invalid`] if one of them cannot be read.
    pub fn from_vocab_and_merges(vocab: &[u8], merges: &[u8]) -> Result<Self> {
        let tokens: HashMap<String, u32> = serde_json::from_slice(vocab)
            .map_err(|error| Error::tokenizer(format!("vocab.json cannot be read: {error}")))?;
        let merges = std::str::from_utf8(merges)
            .map_err(|_| Error::tokenizer("merges.txt cannot be read: it is not UTF-8"))?;
        let lines = merges.lines().filter(|line| !line.is_empty() && !line.starts_with("#version"));
        let merges = lines.map(pair).collect::<Result<Vec<_>>>()?;
        let scheme = Scheme::of_merges(&merges);
        let special = if scheme == Scheme::Words { UNKNOWN } else { END_OF_TEXT };
        let added = tokens.get(special).map(|&id| Added::special(special, id));
        Ok(Self { tokens, merges, added: added.into_iter().collect(), scheme })
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
        match self.scheme {
            Scheme::ByteLevel { .. } => {
                let alphabet = ByteAlphabet::new();
                for byte in 0..=255 {
                    let written = alphabet.character(byte);
                    if !self.tokens.contains_key(written.encode_utf8(&mut [0; 4])) {
                        return Err(Error::tokenizer(format!(
                            "the tokenizer's vocabulary has no token for byte {byte:#04x}"
                        )));
                    }
                }
            }
            Scheme::Words if !self.tokens.contains_key(UNKNOWN) => {
                let detail = format!("the tokenizer's vocabulary has no token {UNKNOWN}");
                return Err(Error::tokenizer(detail));
            }
            Scheme::Words => {}
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
            // Added tokens are plain text.
            if added.contains_key(&id) {
                all.extend(token.as_bytes());
            } else if self.scheme == Scheme::Words {
                // The space after a word is all that is known of it.
                let (text, space) = match token.strip_suffix(END_OF_WORD) {
                    Some(word) => (word, " "),
                    None => (token, ""),
                };
                all.extend([text, space].concat().as_bytes());
            } else {
                let bytes: Option<Vec<u8>> =
                    token.chars().map(|character| alphabet.byte(character)).collect();
                all.extend(bytes.unwrap_or_else(|| token.as_bytes().to_vec()));
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
