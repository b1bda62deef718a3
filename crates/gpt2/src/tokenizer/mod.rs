//! Text to token ids and back: byte-level BPE as in GPT-2 (Radford et al. 2019, section 2.2), or
//! GPT-1's BPE of lower-case words.
//!
//! The merging is the `tokenizers` crate's; [`Vocabulary`] is what the several kinds of files
//! hold, [`Scheme`] how a text is cut into words first, and [`bytes`] the alphabet that stands for
//! bytes in GPT-2's.

mod bytes;
mod gguf;
mod scheme;
mod vocabulary;

pub use scheme::Scheme;
pub use vocabulary::{Added, Vocabulary};

use crate::weights::gguf::Header;
use crate::{Config, Error, Result};
use scheme::UNKNOWN;
use std::borrow::Cow;
use tokenizers::models::bpe::{BPE, Vocab};
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;

/// The token that separates documents in GPT-2's training data.
pub const END_OF_TEXT: &str = "<|endoftext|>";

/// How many more rows than the tokenizer has entries an embedding may have: some are padded to a
/// round number. A greater difference means files of two models.
const MAX_VOCABULARY_PADDING: usize = 512;

/// A tokenizer, ready to use.
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    /// The bytes of all tokens, end to end, and where each begins.
    bytes: Vec<u8>,
    starts: Vec<u32>,
    scheme: Scheme,
    end_of_text: Option<u32>,
}

impl Tokenizer {
    /// From the bytes of a `tokenizer.json`.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is not JSON, or not a tokenizer like GPT-2's or GPT-1's.
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
        let Vocabulary { tokens, merges, added, scheme } = vocabulary;
        let invalid = |error: tokenizers::Error| Error::tokenizer(error.to_string());
        let mut model =
            BPE::builder().vocab_and_merges(tokens.into_iter().collect::<Vocab>(), merges);
        if let Some(suffix) = scheme.suffix() {
            model = model.end_of_word_suffix(suffix.to_owned()).unk_token(UNKNOWN.to_owned());
        }
        let mut inner = tokenizers::Tokenizer::new(model.build().map_err(invalid)?);
        match scheme {
            Scheme::ByteLevel { add_prefix_space } => {
                let splitter = ByteLevel::default().add_prefix_space(add_prefix_space);
                inner.with_pre_tokenizer(Some(splitter));
            }
            Scheme::Words => {
                let lower_case = BertNormalizer::new(true, true, None, true);
                inner.with_normalizer(Some(lower_case)).map_err(invalid)?;
                inner.with_pre_tokenizer(Some(BertPreTokenizer));
            }
        }
        for token in added {
            let content = token.token.content.clone();
            inner.add_tokens([token.token]).map_err(invalid)?;
            if inner.token_to_id(&content) != Some(token.id) {
                let detail = format!("the added token {content} cannot have the id {}", token.id);
                return Err(Error::tokenizer(detail));
            }
        }
        let end_of_text = inner.token_to_id(END_OF_TEXT);
        Ok(Self { inner, bytes, starts, scheme, end_of_text })
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

    /// The bytes that a token stands for by itself; none for an id that has no token. They need not
    /// be whole characters: see [`crate::text_stream`]. GPT-1's words end in a space.
    pub fn bytes(&self, id: u32) -> &[u8] {
        let id = id as usize;
        let range = self.starts.get(id).zip(self.starts.get(id + 1));
        range.map_or(&[], |(&start, &end)| &self.bytes[start as usize..end as usize])
    }

    /// The bytes that a token adds to a text whose last token is `previous`. GPT-1's tokens say
    /// where a word ends, not where one begins: here the space between two words belongs to the
    /// second, so that a text can be shown as far as it is known, and goes on from a prompt as
    /// one would write it.
    pub fn continuation(&self, previous: u32, id: u32) -> Cow<'_, [u8]> {
        let bytes = self.bytes(id);
        if self.scheme != Scheme::Words {
            return Cow::Borrowed(bytes);
        }
        let bytes = bytes.strip_suffix(b" ").unwrap_or(bytes);
        if self.bytes(previous).ends_with(b" ") {
            Cow::Owned([b" ", bytes].concat())
        } else {
            Cow::Borrowed(bytes)
        }
    }

    /// The text of some tokens; bytes that are not UTF-8 become U+FFFD.
    pub fn decode(&self, ids: &[u32]) -> String {
        let mut bytes: Vec<u8> = ids.iter().flat_map(|&id| self.bytes(id)).copied().collect();
        if self.scheme == Scheme::Words && bytes.ends_with(b" ") {
            bytes.pop();
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Checks that it is a tokenizer of a model of this configuration, as far as their sizes tell.
    ///
    /// # Errors
    /// [`Error::VocabularyMismatch`] if it is not.
    pub fn check(&self, config: &Config) -> Result<()> {
        let (entries, rows) = (self.entries(), config.vocab_size);
        if entries > rows || rows - entries > MAX_VOCABULARY_PADDING {
            return Err(Error::VocabularyMismatch { tokenizer: entries, model: rows });
        }
        Ok(())
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
