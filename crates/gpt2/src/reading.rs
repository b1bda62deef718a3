//! The text at hand: the tokens in the cache, and what is kept of how the model read them, so that
//! it can be looked at without reading it again.

use crate::branches::{Branches, End, shared};
use crate::model::Pass;
use crate::{Error, KvCache, Model, Result};
use candle_core::{Device, Tensor};
use std::ops::Range;

/// The tokens that the model has read, and what is kept of each:
///
/// - its keys and values: `8 * n_layer * n_embd` bytes for every position of the context, or little
///   more than a quarter of that in 8 bits, allocated at once;
/// - the residual stream after the last block, from which the head gives the logits that followed
///   it: `4 * n_embd` bytes (3 KB in a GPT-2 of 124M parameters, 6.4 KB in the largest);
/// - where capture is on, the residual stream before each block: `4 * n_layer * n_embd` bytes
///   (37 KB, and 307 KB in the largest).
///
/// Of a few texts before, the first two of these are kept where they differ.
pub(crate) struct Reading {
    cache: KvCache,
    tokens: Vec<u32>,
    width: usize,
    /// The residual stream after the last block, row after row.
    outputs: Vec<f32>,
    /// Of the first tokens, end to end; of some, of all, or of none.
    captured: Vec<Tile>,
    branches: Branches,
    passes: u64,
    /// What is being read; given up as soon as the text becomes another.
    under_way: Option<UnderWay>,
}

/// Tokens that the model is reading.
struct UnderWay {
    tokens: Vec<u32>,
    pass: Pass,
    /// The residual stream before each block so far, where it is kept.
    layers: Option<Vec<Tensor>>,
}

/// The residual stream of consecutive tokens before each block, `[tokens, n_embd]` each.
struct Tile {
    tokens: usize,
    layers: Vec<Tensor>,
}

impl Reading {
    pub(crate) fn new(model: &Model) -> Result<Self> {
        let config = model.config();
        Ok(Self {
            cache: model.cache()?,
            tokens: Vec::new(),
            width: config.n_embd,
            outputs: Vec::new(),
            captured: Vec::new(),
            branches: Branches::new(config),
            passes: 0,
            under_way: None,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(crate) fn cache(&self) -> &KvCache {
        &self.cache
    }

    /// How many forward passes there have been.
    pub(crate) fn passes(&self) -> u64 {
        self.passes
    }

    /// Of how many tokens, from the first on, the residual stream before each block is kept.
    pub(crate) fn captured(&self) -> usize {
        self.captured.iter().map(|tile| tile.tokens).sum()
    }

    /// Gives up the residual streams before the blocks.
    pub(crate) fn release(&mut self) {
        self.captured.clear();
    }

    /// Makes another text of the one at hand: its first `len` tokens stay, the others are kept
    /// aside.
    pub(crate) fn truncate(&mut self, len: usize) -> Result<()> {
        if let Some(end) = self.cut(len, true)? {
            self.branches.keep(end);
        }
        Ok(())
    }

    /// Forgets all but the first `len` tokens; a copy of what is worth keeping of the others.
    /// With `make_room` this may take the place of what is kept of other texts.
    fn cut(&mut self, len: usize, make_room: bool) -> Result<Option<End>> {
        if len >= self.len() {
            return Ok(None);
        }
        self.under_way = None;
        let cut = len..self.len();
        let end = self.branches.copy(&self.cache, &self.tokens, cut, &self.outputs, make_room)?;
        self.cache.truncate(len);
        self.tokens.truncate(len);
        self.outputs.truncate(len * self.width);
        // A tile that is cut takes memory for all of it until it is dropped; it is a small one.
        let mut start = 0;
        self.captured.retain_mut(|tile| {
            tile.tokens = tile.tokens.min(len.saturating_sub(start));
            start += tile.tokens;
            tile.tokens > 0
        });
        Ok(end)
    }

    /// Makes ready to read `tokens`: what differs from them is forgotten, and with `capture`
    /// whatever was read without. Returns how many of them need not be read. If that is all, more
    /// may be there after them, and stays.
    pub(crate) fn rewind(&mut self, tokens: &[u32], capture: bool) -> Result<usize> {
        self.under_way = None;
        let shared = shared(&self.tokens, tokens);
        let kept = if capture { shared.min(self.captured()) } else { shared };
        if kept == tokens.len() {
            return Ok(kept);
        }
        let end = self.cut(kept, !self.branches.go_on(tokens, kept))?;
        // The residual streams before the blocks are not kept of other texts.
        while !capture
            && let Some(len) = self.branches.put_back(&mut self.cache, tokens, &mut self.outputs)?
        {
            self.tokens.extend_from_slice(&tokens[self.tokens.len()..len]);
        }
        // Only now: it may take the room of what has just been put back.
        if let Some(end) = end {
            self.branches.keep(end);
        }
        Ok(self.len())
    }

    /// Does a step of reading more tokens, the same ones at each call: goes through `blocks` of the
    /// model. Whether they have been read.
    pub(crate) fn read(
        &mut self,
        model: &Model,
        tokens: &[u32],
        capture: bool,
        blocks: usize,
    ) -> Result<bool> {
        let under_way = self.under_way.take().filter(|under_way| under_way.tokens == tokens);
        let mut under_way = match under_way {
            Some(under_way) => under_way,
            None => UnderWay {
                tokens: tokens.to_vec(),
                pass: model.begin(tokens, &self.cache)?,
                // A gap would not be the first tokens any more.
                layers: (capture && self.captured() == self.len()).then(Vec::new),
            },
        };
        let UnderWay { pass, layers, .. } = &mut under_way;
        let done = model.go_on(pass, &mut self.cache, blocks, |x| {
            layers.iter_mut().for_each(|layers| layers.push(x.clone()));
        })?;
        if !done {
            self.under_way = Some(under_way);
            return Ok(false);
        }
        self.passes += 1;
        self.outputs.extend(under_way.pass.x.flatten_all()?.to_vec1::<f32>()?);
        self.tokens.extend_from_slice(tokens);
        if let Some(layers) = under_way.layers {
            self.captured.push(Tile { tokens: tokens.len(), layers });
        }
        Ok(true)
    }

    /// The residual stream at a range of positions, after `depth` blocks: `[positions, n_embd]`.
    ///
    /// # Errors
    /// [`Error::OutOfBounds`] if it was not kept.
    pub(crate) fn residual(&self, depth: usize, positions: Range<usize>) -> Result<Tensor> {
        let mut parts = Vec::new();
        let mut start = 0;
        for tile in &self.captured {
            let end = start + tile.tokens;
            let (from, to) = (positions.start.max(start), positions.end.min(end));
            if let (true, Some(layer)) = (from < to, tile.layers.get(depth)) {
                parts.push(layer.narrow(0, from - start, to - from)?);
            }
            start = end;
        }
        if parts.is_empty() || positions.end > start {
            return Err(not_read(&positions));
        }
        Ok(Tensor::cat(&parts, 0)?)
    }

    /// The residual stream at a range of positions, after the last block: `[positions, n_embd]`.
    ///
    /// # Errors
    /// [`Error::OutOfBounds`] if they have not been read.
    pub(crate) fn outputs(&self, positions: Range<usize>) -> Result<Tensor> {
        let elements = positions.start * self.width..positions.end * self.width;
        let Some(values) = self.outputs.get(elements).filter(|values| !values.is_empty()) else {
            return Err(not_read(&positions));
        };
        Ok(Tensor::from_slice(values, (positions.len(), self.width), &Device::Cpu)?)
    }
}

fn not_read(positions: &Range<usize>) -> Error {
    Error::OutOfBounds(format!("positions {positions:?} have not been read"))
}
