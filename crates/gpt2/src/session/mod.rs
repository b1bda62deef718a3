//! One generation or inquiry after another with one model, a small step at a time, so that a
//! caller with a single thread can hear that it should stop between any two of them.
//!
//! The text that was read last stays in the cache: one that begins as it did (the same examples,
//! another question) is read only from where it differs, and a look at it reads nothing. This file
//! joins the parts; `generation` continues texts, `inspection` looks into them.

mod generation;
mod inspection;

pub use generation::{Finish, Started, Step};

use crate::inquiry::check_vocabulary;
use crate::reading::Reading;
use crate::{Config, Model, Result, TensorSummary, Tokenizer};
use generation::Run;
use inspection::Inspection;
use std::ops::Range;

/// Tokens that one step reads, and positions that one step takes through the head. Large enough
/// that the weights are read from memory for many tokens at once, small enough that a slow device
/// answers between two steps.
pub const PREFILL_TILE: usize = 32;

/// A model, its tokenizer, and the text they are at.
///
/// Of every token in the cache it keeps, beside keys and values, what the last block gave
/// (`4 * n_embd` bytes), so that the logits there can be had again by the head alone. With capture
/// on it also keeps the residual stream before each block: `4 * n_layer * n_embd` bytes a token,
/// 37 KB in a GPT-2 of 124M parameters, 307 KB in the largest.
pub struct Session {
    model: Model,
    tokenizer: Tokenizer,
    reading: Reading,
    run: Option<Run>,
    inspection: Option<Inspection>,
}

impl Session {
    /// Joins a model and its tokenizer, and allocates the cache.
    ///
    /// # Errors
    /// [`crate::Error::VocabularyMismatch`] if they are not of one model.
    pub fn new(model: Model, tokenizer: Tokenizer) -> Result<Self> {
        tokenizer.check(model.config())?;
        let reading = Reading::new(&model)?;
        Ok(Self { model, tokenizer, reading, run: None, inspection: None })
    }

    /// The model's configuration.
    pub fn config(&self) -> &Config {
        self.model.config()
    }

    /// The model's number of parameters.
    pub fn parameters(&self) -> u64 {
        self.config().parameters()
    }

    /// Bytes that the model's tensors take in memory.
    pub fn weight_bytes(&self) -> u64 {
        self.model.weight_bytes()
    }

    /// The type that most of the model's numbers are kept in, by ggml's name: `F32`, `Q8_0`, ...
    pub fn kind(&self) -> &'static str {
        self.model.kind()
    }

    /// The model's tensors. To stop between any two, ask [`Session::model`] for one at a time.
    ///
    /// # Errors
    /// As [`Model::tensor`].
    pub fn tensors(&self) -> Result<Vec<TensorSummary>> {
        self.model.tensors()
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The tokenizer.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// The tokens of `prompt`, and `after` them these, which need not be what their text would be
    /// cut into.
    ///
    /// # Errors
    /// As [`Tokenizer::encode`]; [`crate::Error::OutOfBounds`] names an id that is not in the model's
    /// vocabulary.
    pub fn encode(&self, prompt: &str, after: &[u32]) -> Result<Vec<u32>> {
        check_vocabulary(after, self.config())?;
        let mut tokens = self.tokenizer.encode(prompt)?;
        tokens.extend_from_slice(after);
        Ok(tokens)
    }

    /// How many forward passes there have been, each of one token or of a tile: what a view opens
    /// without one was already there.
    pub fn passes(&self) -> u64 {
        self.reading.passes()
    }

    /// Of how many tokens of the text at hand, from the first on, the residual stream before each
    /// block is kept.
    pub fn captured(&self) -> usize {
        self.reading.captured()
    }

    /// The logits of what follows each of some positions that have been read.
    fn logits(&self, positions: Range<usize>) -> Result<Vec<Vec<f32>>> {
        Ok(self.model.logits(&self.reading.outputs(positions)?)?.to_vec2()?)
    }
}
