//! Looking into a text, a small step at a time: a tile through some blocks, some positions through
//! the head, or a tile's attention in one layer.

use super::{PREFILL_TILE, Session};
use crate::prediction::Softmax;
use crate::{Distribution, Error, Finding, Glimpse, Inquiry, Prediction, Result};
use candle_core::Tensor;
use std::ops::Range;

/// An inquiry under way.
pub(super) struct Inspection {
    inquiry: Inquiry,
    /// How far it is.
    stage: Stage,
}

enum Stage {
    /// What was expected from this token on is to be told.
    Read {
        next: usize,
    },
    /// Of this answer, these have been judged.
    Score {
        answer: usize,
        text: Vec<u32>,
        predictions: Vec<Prediction>,
    },
    Distribution,
    Attention,
    /// The layers before the last of these have been summed up, and of that the positions before
    /// `next`.
    Gaze {
        next: usize,
        layers: Vec<Vec<Vec<f64>>>,
    },
    /// Of this depth, these positions have been seen.
    Lens {
        depth: usize,
        glimpses: Vec<Glimpse>,
    },
    Told,
}

impl Session {
    /// Begins to look into a text; a run or an inquiry under way ends. The text is read from where
    /// it differs from the one at hand, and no further than the inquiry needs. What is in the
    /// cache without the residual streams that an inquiry needs is read once more.
    ///
    /// # Errors
    /// [`Error::EmptyPrompt`], [`Error::PromptTooLong`] if the text is longer than the context,
    /// [`Error::Setting`], or [`Error::OutOfBounds`], which says what was named that is not there,
    /// and what is.
    pub fn inquire(&mut self, inquiry: Inquiry) -> Result<()> {
        self.cancel();
        self.cancel_inquiry();
        inquiry.check(self.config())?;
        let stage = match &inquiry {
            Inquiry::Read { from, .. } => Stage::Read { next: *from },
            Inquiry::Score { .. } => {
                Stage::Score { answer: 0, text: Vec::new(), predictions: Vec::new() }
            }
            Inquiry::Distribution { .. } => Stage::Distribution,
            Inquiry::Attention { .. } => Stage::Attention,
            Inquiry::Gaze { from, .. } => Stage::Gaze { next: from.0, layers: Vec::new() },
            Inquiry::Lens { .. } => Stage::Lens { depth: 0, glimpses: Vec::new() },
        };
        let needed = &inquiry.tokens()[..inquiry.needed()];
        self.reading.rewind(needed, inquiry.captures())?;
        self.inspection = Some(Inspection { inquiry, stage });
        Ok(())
    }

    /// Does one small step of the inquiry under way.
    ///
    /// # Errors
    /// [`Error::NotStarted`] if none is; [`Error::NotANumber`] if the weights are damaged. An
    /// error ends the inquiry.
    pub fn advance_inquiry(&mut self) -> Result<Finding> {
        let mut inspection = self.inspection.take().ok_or(Error::NotStarted)?;
        let finding = self.inspect(&mut inspection)?;
        if finding != Finding::Finished {
            self.inspection = Some(inspection);
        }
        Ok(finding)
    }

    /// Ends the inquiry under way, if one is. What it read stays in the cache.
    pub fn cancel_inquiry(&mut self) {
        self.inspection = None;
    }

    /// The logarithm of the probability of every token after each of some positions of the text at
    /// hand, the one that was last read: for comparing two models. The head is read once for all of
    /// them.
    ///
    /// # Errors
    /// [`Error::OutOfBounds`] if one of them has not been read; [`Error::NotANumber`].
    pub fn logprobs_at(&self, positions: Range<usize>) -> Result<Vec<Vec<f32>>> {
        if positions.end > self.reading.len() {
            return Err(Error::OutOfBounds(format!(
                "positions {positions:?} have not been read; expected some before {}",
                self.reading.len()
            )));
        }
        let mut rows = self.logits(positions)?;
        for row in &mut rows {
            let softmax = Softmax::new(row, 0)?;
            row.iter_mut().for_each(|logit| *logit = softmax.logprob(*logit));
        }
        Ok(rows)
    }

    fn inspect(&mut self, inspection: &mut Inspection) -> Result<Finding> {
        let Inspection { inquiry, stage } = inspection;
        let (needed, capture) = (inquiry.needed(), inquiry.captures());
        if self.reading.len() < needed {
            if !self.read(&inquiry.tokens()[..needed], capture)? {
                return Ok(Finding::Working);
            }
            return Ok(Finding::Prefill { done: self.reading.len(), total: needed });
        }
        match (&*inquiry, &mut *stage) {
            (Inquiry::Read { tokens, .. }, Stage::Read { next }) if *next < tokens.len() => {
                let start = *next;
                let end = tokens.len().min(start + self.positions_at_once());
                let predictions = self.predictions(tokens, start..end)?;
                *next = end;
                Ok(Finding::Read { start, predictions })
            }
            (Inquiry::Score { tokens, answers }, Stage::Score { answer, text, predictions }) => {
                let Some(tokens_of_answer) = answers.get(*answer) else {
                    return Ok(Finding::Finished);
                };
                self.score(tokens, tokens_of_answer, answer, text, predictions)
            }
            (Inquiry::Distribution { tokens, decoding }, Stage::Distribution) => {
                let last = tokens.len() - 1;
                let logits = self.logits(last..last + 1)?.pop().ok_or(Error::NotANumber)?;
                *stage = Stage::Told;
                Ok(Finding::Distribution(Distribution::new(&logits, tokens, decoding)?))
            }
            (Inquiry::Attention { layer, position, .. }, Stage::Attention) => {
                let weights = self.attention(*layer, *position..*position + 1)?;
                *stage = Stage::Told;
                let heads = weights.into_iter().flatten().collect();
                Ok(Finding::Attention { heads })
            }
            (Inquiry::Gaze { from, spans, .. }, Stage::Gaze { next, layers }) => {
                if *next == from.1 || layers.is_empty() {
                    let n_head = self.config().n_head;
                    layers.push(vec![vec![0.0; spans.len()]; n_head]);
                    *next = from.0;
                }
                let end = from.1.min(*next + PREFILL_TILE);
                let layer = layers.len() - 1;
                for (rows, sums) in
                    self.attention(layer, *next..end)?.iter().zip(&mut layers[layer])
                {
                    add_spans(rows, spans, sums);
                }
                *next = end;
                if end < from.1 || layers.len() < self.config().n_layer {
                    return Ok(Finding::Working);
                }
                let count = (from.1 - from.0) as f64;
                let mean = |sum: &f64| (sum / count) as f32;
                let mean = |sums: &Vec<f64>| sums.iter().map(mean).collect();
                let mean = |heads: &Vec<Vec<f64>>| heads.iter().map(mean).collect();
                let layers = layers.iter().map(mean).collect();
                *stage = Stage::Told;
                Ok(Finding::Gaze { layers })
            }
            (Inquiry::Lens { tokens, positions, top }, Stage::Lens { depth, glimpses }) => {
                if *depth > self.config().n_layer {
                    return Ok(Finding::Finished);
                }
                let start = positions.0 + glimpses.len();
                let end = positions.1.min(start + self.positions_at_once());
                glimpses.extend(self.glimpses(tokens, *depth, start..end, *top)?);
                if end < positions.1 {
                    return Ok(Finding::Working);
                }
                let finding = Finding::Lens { depth: *depth, glimpses: std::mem::take(glimpses) };
                *depth += 1;
                Ok(finding)
            }
            _ => Ok(Finding::Finished),
        }
    }

    /// One step of judging an answer: reads a tile of it, or judges one.
    fn score(
        &mut self,
        prompt: &[u32],
        answer: &[u32],
        number: &mut usize,
        text: &mut Vec<u32>,
        predictions: &mut Vec<Prediction>,
    ) -> Result<Finding> {
        // Its last token is judged without being read.
        let read = (prompt.len() + answer.len()).saturating_sub(1).max(prompt.len());
        if text.is_empty() {
            *text = [prompt, answer].concat();
            self.reading.rewind(&text[..read], false)?;
        }
        if self.reading.len() < read {
            self.read(&text[..read], false)?;
            return Ok(Finding::Working);
        }
        let start = prompt.len() + predictions.len();
        let end = text.len().min(start + self.positions_at_once());
        if start < end {
            predictions.extend(self.predictions(text, start..end)?);
        }
        if end < text.len() {
            return Ok(Finding::Working);
        }
        text.clear();
        let scored = Finding::Scored { answer: *number, predictions: std::mem::take(predictions) };
        *number += 1;
        Ok(scored)
    }

    /// What was expected at these places of a text, none of them the first.
    fn predictions(&self, text: &[u32], places: Range<usize>) -> Result<Vec<Prediction>> {
        let rows = self.logits(places.start - 1..places.end - 1)?;
        let tokens = &text[places];
        rows.iter().zip(tokens).map(|(row, &token)| Prediction::new(row, token)).collect()
    }

    /// By head, then by position that looks, the share of each position up to the last of these.
    fn attention(&self, layer: usize, positions: Range<usize>) -> Result<Vec<Vec<Vec<f32>>>> {
        let start = positions.start;
        let residual = self.reading.residual(layer, positions)?;
        Ok(self.model.attention(layer, &residual, start, self.reading.cache())?.to_vec3()?)
    }

    /// What one depth would say at these positions.
    fn glimpses(
        &self,
        text: &[u32],
        depth: usize,
        positions: Range<usize>,
        top: usize,
    ) -> Result<Vec<Glimpse>> {
        let residual: Tensor = if depth < self.config().n_layer {
            self.reading.residual(depth, positions.clone())?
        } else {
            self.reading.outputs(positions.clone())?
        };
        let rows: Vec<Vec<f32>> = self.model.logits(&residual)?.to_vec2()?;
        let glimpse = |(position, row): (usize, &Vec<f32>)| {
            let softmax = Softmax::new(row, top)?;
            let next = text.get(position + 1).map(|&token| softmax.standing(row, token));
            Ok(Glimpse { position, top: softmax.top, next })
        };
        positions.zip(&rows).map(glimpse).collect()
    }
}

/// Adds what some positions look at each stretch.
fn add_spans(rows: &[Vec<f32>], spans: &[(usize, usize)], sums: &mut [f64]) {
    for row in rows {
        for (&(start, end), sum) in spans.iter().zip(&mut *sums) {
            let seen = row.get(start..end.min(row.len())).unwrap_or_default();
            *sum += seen.iter().map(|&share| f64::from(share)).sum::<f64>();
        }
    }
}
