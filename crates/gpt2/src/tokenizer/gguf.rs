//! The tokenizer as GGUF metadata, by llama.cpp's keys.

use super::END_OF_TEXT;
use super::scheme::Scheme;
use super::vocabulary::{Added, Vocabulary, pair};
use crate::weights::gguf::{Header, Value};
use crate::{Config, Error, Result};
use tokenizers::AddedToken;

/// The kind and the splitter of GPT-1's tokenizer, which llama.cpp does not have.
const GPT1: &str = "openai-gpt";

/// `enum llama_token_type`.
const NORMAL: i64 = 1;
const CONTROL: i64 = 3;
const USER_DEFINED: i64 = 4;
const UNUSED: i64 = 5;

impl Vocabulary {
    /// Reads the tokenizer of a GGUF file.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is none, or one of another kind.
    pub fn from_gguf(header: &Header) -> Result<Self> {
        let text = |key: &str| match header.metadata.get(key) {
            Some(Value::String(text)) => Some(text.as_str()),
            _ => None,
        };
        let texts = |key: &str| match header.metadata.get(key) {
            Some(Value::Strings(texts)) => Ok(texts),
            _ => Err(Error::tokenizer(format!("the GGUF metadata lacks {key}"))),
        };
        let model = text("tokenizer.ggml.model").unwrap_or("none");
        let splitter = text("tokenizer.ggml.pre").unwrap_or("default");
        let scheme = match (model, splitter) {
            ("gpt2", "gpt-2" | "gpt2" | "default" | "") => Scheme::ByteLevel {
                add_prefix_space: header.metadata.get("tokenizer.ggml.add_space_prefix")
                    == Some(&Value::Bool(true)),
            },
            (GPT1, GPT1) => Scheme::Words,
            _ => {
                return Err(Error::tokenizer(format!(
                    "the GGUF file's tokenizer is {model} with splitter {splitter}; expected gpt2 with gpt-2"
                )));
            }
        };
        let tokens = texts("tokenizer.ggml.tokens")?;
        let types = match header.metadata.get("tokenizer.ggml.token_type") {
            Some(Value::Integers(types)) => types.as_slice(),
            _ => &[],
        };
        let merges = texts("tokenizer.ggml.merges")?;
        let merges = merges.iter().map(|line| pair(line)).collect::<Result<_>>()?;
        let mut vocabulary = Self { tokens: Default::default(), merges, added: Vec::new(), scheme };
        for (id, token) in (0..).zip(tokens) {
            let kind = types.get(id as usize).copied().unwrap_or(NORMAL);
            // A padding token only fills the vocabulary up.
            if kind == UNUSED {
                continue;
            }
            vocabulary.tokens.insert(token.clone(), id);
            if kind == CONTROL || token == END_OF_TEXT {
                vocabulary.added.push(Added::special(token, id));
            } else if kind == USER_DEFINED {
                let token = AddedToken::from(token.clone(), false);
                vocabulary.added.push(Added { id, token });
            }
        }
        Ok(vocabulary)
    }

    /// The metadata that [`Vocabulary::from_gguf`] and llama.cpp read, for a model of this
    /// configuration.
    pub(crate) fn to_gguf(&self, config: &Config) -> Vec<(String, Value)> {
        let by_id = self.by_id();
        // One entry for each row of the embedding: llama.cpp takes the list's length for the
        // vocabulary's.
        let ids = 0..config.vocab_size as u32;
        let padding = |id: u32| format!("[PAD{id}]");
        let tokens =
            ids.clone().map(|id| by_id.get(&id).map_or_else(|| padding(id), |&t| t.into()));
        let special = |id| self.added.iter().find(|added| added.id == id);
        let types = ids.map(|id| match special(id) {
            Some(added) if added.token.special => CONTROL,
            Some(_) => USER_DEFINED,
            None if by_id.contains_key(&id) => NORMAL,
            None => UNUSED,
        });
        let merges = self.merges.iter().map(|(left, right)| format!("{left} {right}"));
        let text = |text: &str| Value::String(text.to_owned());
        let (model, splitter, add_space_prefix) = match self.scheme {
            Scheme::ByteLevel { add_prefix_space } => ("gpt2", "gpt-2", add_prefix_space),
            Scheme::Words => (GPT1, GPT1, false),
        };
        let mut metadata = vec![
            ("tokenizer.ggml.model".to_owned(), text(model)),
            ("tokenizer.ggml.pre".to_owned(), text(splitter)),
            ("tokenizer.ggml.tokens".to_owned(), Value::Strings(tokens.collect())),
            ("tokenizer.ggml.token_type".to_owned(), Value::Integers(types.collect())),
            ("tokenizer.ggml.merges".to_owned(), Value::Strings(merges.collect())),
            ("tokenizer.ggml.add_space_prefix".to_owned(), Value::Bool(add_space_prefix)),
            ("tokenizer.ggml.add_bos_token".to_owned(), Value::Bool(false)),
        ];
        let end_of_text = self.tokens.get(END_OF_TEXT).copied();
        for (key, id) in [("bos", config.bos_token_id), ("eos", config.eos_token_id)] {
            if let Some(id) = id.or(end_of_text) {
                let key = format!("tokenizer.ggml.{key}_token_id");
                metadata.push((key, Value::Unsigned(u64::from(id))));
            }
        }
        metadata
    }
}
