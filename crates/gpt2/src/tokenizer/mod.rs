//! Text to token ids and back: byte-level BPE as in GPT-2 (Radford et al. 2019, section 2.2).
//!
//! The merging is the `tokenizers` crate's; [`Vocabulary`] is what the several kinds of files
//! hold, and [`bytes`] the alphabet that stands for bytes in them.

mod bytes;
mod gguf;
mod vocabulary;

pub use vocabulary::{Added, Vocabulary};

use crate::weights::gguf::Header;
use crate::{Error, Result};
use tokenizers::models::bpe::{BPE, Vocab};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;

/// The token that separates documents in GPT-2's training data.
pub const END_OF_TEXT: &str = "<|endoftext|>";

/// A tokenizer, ready to use.
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    /// The bytes of all tokens, end to end, and where each begins.
    bytes: Vec<u8>,
    starts: Vec<u32>,
    end_of_text: Option<u32>,
}

impl Tokenizer {
    /// From the bytes of a `tokenizer.json`.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is not JSON, or not a byte-level BPE like GPT-2's.
    pub fn from_json(json: &[u8]) -> Result<Self> {
        Self::new(Vocabulary::from_json(json)?)
    }

    /// From the bytes of a `vocab.json` and a `merges.txt`, as OpenAI published them.
    ///
    /// # Errors
    /// [`Error::Invalid`] if they cannot be read or do not belong together.
    pub fn from_vocab_and_merges(vocab: &[u8], merges: &[u8]) -> Result<Self> {
        Self::new(Vocabulary::from_vocab_and_merges(vocab, merges)?)
    }

    /// From the metadata of a GGUF file.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no tokenizer in it, or not one like GPT-2's.
    pub fn from_gguf(header: &Header) -> Result<Self> {
        Self::new(Vocabulary::from_gguf(header)?)
    }

    /// From what any of these files hold.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the parts do not belong together.
    pub fn new(vocabulary: Vocabulary) -> Result<Self> {
        vocabulary.validate()?;
        let (bytes, starts) = vocabulary.token_bytes();
        let Vocabulary { tokens, merges, added, add_prefix_space } = vocabulary;
        let invalid = |error: tokenizers::Error| Error::tokenizer(error.to_string());
        let model = BPE::builder()
            .vocab_and_merges(tokens.into_iter().collect::<Vocab>(), merges)
            .build()
            .map_err(invalid)?;
        let mut inner = tokenizers::Tokenizer::new(model);
        inner.with_pre_tokenizer(Some(ByteLevel::default().add_prefix_space(add_prefix_space)));
        for token in added {
            let content = token.token.content.clone();
            inner.add_tokens([token.token]).map_err(invalid)?;
            if inner.token_to_id(&content) != Some(token.id) {
                let detail = format!("the added token {content} cannot have the id {}", token.id);
                return Err(Error::tokenizer(detail));
            }
        }
        let end_of_text = inner.token_to_id(END_OF_TEXT);
        Ok(Self { inner, bytes, starts, end_of_text })
    }

    /// The token ids of a text. An added token written out, such as `<|endoftext|>`, is that one
    /// token, as in `transformers`.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the tokenizer fails, which one that was accepted does not.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>> {
        let encoding = self.inner.encode_fast(text, false);
        let encoding = encoding.map_err(|error| Error::tokenizer(error.to_string()))?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The bytes that a token stands for; none for an id that has no token. They need not be
    /// whole characters: see [`crate::text_stream`].
    pub fn bytes(&self, id: u32) -> &[u8] {
        let id = id as usize;
        let range = self.starts.get(id).zip(self.starts.get(id + 1));
        range.map_or(&[], |(&start, &end)| &self.bytes[start as usize..end as usize])
    }

    /// The text of some tokens; bytes that are not UTF-8 become U+FFFD.
    pub fn decode(&self, ids: &[u32]) -> String {
        let bytes: Vec<u8> = ids.iter().flat_map(|&id| self.bytes(id)).copied().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The id of `<|endoftext|>`, if it is a token.
    pub fn end_of_text(&self) -> Option<u32> {
        self.end_of_text
    }

    /// The number of entries: the greatest id and one.
    pub fn entries(&self) -> usize {
        self.starts.len() - 1
    }
}
