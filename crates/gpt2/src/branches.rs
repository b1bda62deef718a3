//! What was read of texts before the one at hand, where they differ from it: so that going back to
//! one of them reads nothing again.
//!
//! Of each such text only the end that was cut off is kept. What comes before it is in the cache,
//! or was cut off later, together with another text that begins in the same way.

use crate::{Config, KvCache, Result};
use candle_core::Tensor;
use std::ops::Range;

/// The most bytes that they take, beside a share of the cache.
const MOST_BYTES: usize = 48 << 20;

/// The ends of texts, the one that was used last at the end.
pub(crate) struct Branches {
    ends: Vec<End>,
    /// The most tokens that are kept of all texts together.
    room: usize,
}

/// The end of a text.
pub(crate) struct End {
    /// The whole text.
    tokens: Vec<u32>,
    /// Where the end begins.
    start: usize,
    /// Keys and values of the end in every layer.
    layers: Vec<(Tensor, Tensor)>,
    /// The residual stream after the last block, row after row.
    outputs: Vec<f32>,
}

impl Branches {
    /// None yet. Altogether they take at most half as much as the cache, and 48 MB.
    pub(crate) fn new(config: &Config) -> Self {
        let of_token = 8 * config.n_layer * config.n_embd + 4 * config.n_embd;
        Self { ends: Vec::new(), room: (config.n_positions / 2).min(MOST_BYTES / of_token.max(1)) }
    }

    /// A copy of what is about to be cut off the text in the cache, as much of it as there is room
    /// for; `None` where that is nothing, or nothing new. `make_room` says that none of the others
    /// is needed meanwhile: then memory is not taken for more than is kept.
    pub(crate) fn copy(
        &mut self,
        cache: &KvCache,
        tokens: &[u32],
        cut: Range<usize>,
        outputs: &[f32],
        make_room: bool,
    ) -> Result<Option<End>> {
        let cut = cut.start..cut.end.min(cut.start + self.room);
        if cut.is_empty() {
            return Ok(None);
        }
        let width = outputs.len() / tokens.len();
        let tokens = &tokens[..cut.end];
        let known = |end: &End| end.start <= cut.start && end.tokens.starts_with(tokens);
        if let Some(place) = self.ends.iter().position(known) {
            let end = self.ends.remove(place);
            self.ends.push(end);
            return Ok(None);
        }
        if make_room {
            self.make_room(cut.len());
        }
        Ok(Some(End {
            tokens: tokens.to_vec(),
            start: cut.start,
            layers: cache.copy(cut.clone())?,
            outputs: outputs[cut.start * width..cut.end * width].to_vec(),
        }))
    }

    /// Keeps such a copy; those that were used longest ago make room for it.
    pub(crate) fn keep(&mut self, new: End) {
        self.ends.retain(|end| end.start < new.start || !new.tokens.starts_with(&end.tokens));
        self.make_room(new.len());
        self.ends.push(new);
    }

    /// Gives up those that were used longest ago until there is room for so many tokens.
    fn make_room(&mut self, tokens: usize) {
        let mut taken = tokens + self.ends.iter().map(End::len).sum::<usize>();
        while taken > self.room && !self.ends.is_empty() {
            taken -= self.ends.remove(0).len();
        }
    }

    /// Whether one of them goes on from the first `from` tokens of a text.
    pub(crate) fn go_on(&self, tokens: &[u32], from: usize) -> bool {
        let goes_on = |end: &End| end.start <= from && shared(&end.tokens, tokens) > from;
        self.ends.iter().any(goes_on)
    }

    /// Puts back into the cache, which holds the first `from` tokens of a text, as many of those
    /// that follow as one of the ends has, and adds their outputs. How many the cache holds then;
    /// `None` where no end has any.
    pub(crate) fn put_back(
        &mut self,
        cache: &mut KvCache,
        tokens: &[u32],
        outputs: &mut Vec<f32>,
    ) -> Result<Option<usize>> {
        let from = cache.len();
        let reach = |end: &End| shared(&end.tokens, tokens);
        let best = self.ends.iter().enumerate().filter(|(_, end)| end.start <= from);
        let best = best.max_by_key(|(_, end)| reach(end)).map(|(place, end)| (place, reach(end)));
        let Some((place, to)) = best.filter(|&(_, to)| to > from) else { return Ok(None) };
        let end = self.ends.remove(place);
        let (first, last) = (from - end.start, to - end.start);
        cache.put_back(&end.layers, first..last)?;
        let width = end.outputs.len() / end.len().max(1);
        outputs.extend_from_slice(&end.outputs[first * width..last * width]);
        self.ends.push(end);
        Ok(Some(to))
    }
}

impl End {
    fn len(&self) -> usize {
        self.tokens.len() - self.start
    }
}

/// How many tokens two texts have in common at their beginning.
pub(crate) fn shared(one: &[u32], other: &[u32]) -> usize {
    one.iter().zip(other).take_while(|(a, b)| a == b).count()
}
