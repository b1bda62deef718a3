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

/// The most tokens that are read at once, and the most positions that one step takes through the
/// head: enough that the weights are read from memory for many at once.
pub const PREFILL_TILE: usize = 32;

/// Multiplications and additions that a step takes at most, unless one is set with
/// [`Session::set_step`]: a processor of a few years ago does as many within 40 ms, in a browser on one
/// thread, and is then to hear that it may stop.
const STEP: usize = 1 << 29;

/// Tokens, or positions, that the kernels multiply at once: fewer take as long.
const TOGETHER: usize = 4;

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
    step: usize,
}

impl Session {
    /// Joins a model and its tokenizer, and allocates the cache.
    ///
    /// # Errors
    /// [`crate::Error::VocabularyMismatch`] if they are not of one model.
    pub fn new(model: Model, tokenizer: Tokenizer) -> Result<Self> {
        tokenizer.check(model.config())?;
        let reading = Reading::new(&model)?;
        Ok(Self { model, tokenizer, reading, run: None, inspection: None, step: STEP })
    }

    /// How many multiplications and additions a step takes at most; but never less than
    /// four tokens through one block, or as many positions through the head. Results are the
    /// same.
    pub fn set_step(&mut self, multiplications: usize) {
        self.step = multiplications;
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

    /// Does a step of reading the next tokens of a text whose beginning is the text at hand, at most
    /// a tile of them. Whether that is read.
    fn read(&mut self, text: &[u32], capture: bool) -> Result<bool> {
        // One multiplication and addition for each.
        let of_block = usize::try_from(self.config().block_parameters()).unwrap_or(usize::MAX);
        let start = self.reading.len();
        let tile = &text[start..text.len().min(start + self.at_once(of_block))];
        let blocks = self.step / of_block.saturating_mul(tile.len()).max(1);
        self.reading.read(&self.model, tile, capture, blocks.max(1))
    }

    /// How many tokens, or positions, a step takes at once, if each takes so many multiplications and
    /// additions.
    fn at_once(&self, of_each: usize) -> usize {
        let most = self.step / of_each.max(1);
        (most - most % TOGETHER).clamp(TOGETHER, PREFILL_TILE)
    }

    /// How many positions a step takes through the head.
    fn positions_at_once(&self) -> usize {
        self.at_once(self.config().n_embd.saturating_mul(self.config().vocab_size))
    }

    /// The logits of what follows each of some positions that have been read.
    fn logits(&self, positions: Range<usize>) -> Result<Vec<Vec<f32>>> {
        Ok(self.model.logits(&self.reading.outputs(positions)?)?.to_vec2()?)
    }
}
