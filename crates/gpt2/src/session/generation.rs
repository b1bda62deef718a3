//! Continuing a text: reading the prompt in tiles, then a token at a time.

use super::Session;
use crate::inquiry::check_vocabulary;
use crate::sampling::Sampler;
use crate::text_stream::TextStream;
use crate::{Error, Prediction, Result};
use zeroshot_decoding::{Decoding, Overflow};

/// A generation under way.
pub(super) struct Run {
    /// Prompt and generated tokens.
    tokens: Vec<u32>,
    prompt_tokens: usize,
    capture: bool,
    sampler: Sampler,
    text: TextStream,
    max_new_tokens: usize,
}

/// What a new run begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Started {
    /// Tokens of the prompt that are used.
    pub prompt_tokens: usize,
    /// Of these, found in the cache.
    pub cached_tokens: usize,
    /// Tokens dropped from the left of the prompt.
    pub trimmed_tokens: usize,
}

/// What one [`Session::advance`] did.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// A part of the prompt has been read.
    Prefill {
        /// Prompt tokens read so far, those found in the cache included.
        done: usize,
        /// Prompt tokens in all.
        total: usize,
    },
    /// A part of the model was gone through; there is nothing to tell yet.
    Working,
    /// A token was generated.
    Token {
        /// The text that it completes: whole characters, and nothing that may become a stop
        /// string; so it may be empty, and may hold text of earlier tokens.
        text: String,
        /// The token, and what else might have come.
        prediction: Prediction,
    },
    /// The generation ended. `text` is what was still held back.
    Finished {
        /// Why.
        reason: Finish,
        /// The end of the generated text.
        text: String,
    },
}

/// Why a generation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// The model gave its end-of-text token.
    EndOfText,
    /// A stop string appeared.
    Stop,
    /// `max_new_tokens` were generated.
    Length,
    /// The context is full.
    ContextFull,
}

impl Session {
    /// Begins to continue a text; a run or an inquiry under way ends. With `capture` the residual
    /// stream before each block is kept of every token that is read, so that
    /// [`Attention`](crate::Inquiry::Attention), [`Gaze`](crate::Inquiry::Gaze) and
    /// [`Lens`](crate::Inquiry::Lens) need not read the text again; what is in the cache without
    /// it is read once more. Without `capture`, what was kept of it is given up.
    ///
    /// # Errors
    /// [`Error::Setting`], [`Error::EmptyPrompt`], [`Error::OutOfBounds`] for a token that is not
    /// in the vocabulary, or [`Error::PromptTooLong`] if the text leaves no room for a token and
    /// `decoding` does not say to trim it.
    pub fn start(
        &mut self,
        mut tokens: Vec<u32>,
        decoding: &Decoding,
        capture: bool,
    ) -> Result<Started> {
        self.cancel();
        self.cancel_inquiry();
        let sampler = Sampler::new(decoding.clone())?;
        if tokens.is_empty() {
            return Err(Error::EmptyPrompt);
        }
        check_vocabulary(&tokens, self.config())?;
        let n_positions = self.config().n_positions;
        let trimmed_tokens = match decoding.overflow {
            Overflow::TrimLeft => surplus(tokens.len(), decoding.max_new_tokens, n_positions),
            Overflow::Refuse if tokens.len() >= n_positions => {
                return Err(Error::PromptTooLong { tokens: tokens.len(), n_positions });
            }
            Overflow::Refuse => 0,
        };
        tokens.drain(..trimmed_tokens);
        let prompt_tokens = tokens.len();
        if !capture {
            self.reading.release();
        }
        let cached_tokens = self.reading.rewind(&tokens, capture)?;
        self.reading.truncate(prompt_tokens)?;
        self.run = Some(Run {
            tokens,
            prompt_tokens,
            capture,
            sampler,
            text: TextStream::new(&decoding.stop),
            max_new_tokens: decoding.max_new_tokens,
        });
        Ok(Started { prompt_tokens, cached_tokens, trimmed_tokens })
    }

    /// Does one small step: reads some tokens of the prompt, or generates one token, or a part of
    /// that in a large model, or ends the run.
    ///
    /// # Errors
    /// [`Error::NotStarted`] if no run is under way; [`Error::NotANumber`] if the weights are
    /// damaged. An error ends the run.
    pub fn advance(&mut self) -> Result<Step> {
        let mut run = self.run.take().ok_or(Error::NotStarted)?;
        let step = self.step(&mut run)?;
        if !matches!(step, Step::Finished { .. }) {
            self.run = Some(run);
        }
        Ok(step)
    }

    /// Ends the run under way, if one is. What it read stays in the cache. Gives the text that was
    /// still held back.
    pub fn cancel(&mut self) -> String {
        self.run.take().map(|mut run| run.text.finish()).unwrap_or_default()
    }

    fn step(&mut self, run: &mut Run) -> Result<Step> {
        if self.reading.len() < run.prompt_tokens {
            if !self.read(&run.tokens, run.capture)? {
                return Ok(Step::Working);
            }
            let (done, total) = (self.reading.len(), run.prompt_tokens);
            return Ok(Step::Prefill { done, total });
        }
        let finished =
            |run: &mut Run, reason| Ok(Step::Finished { reason, text: run.text.finish() });
        if run.text.stopped() {
            return finished(run, Finish::Stop);
        }
        if run.tokens.len() - run.prompt_tokens >= run.max_new_tokens {
            return finished(run, Finish::Length);
        }
        if run.tokens.len() >= self.config().n_positions {
            return finished(run, Finish::ContextFull);
        }
        if self.reading.len() < run.tokens.len() && !self.read(&run.tokens, run.capture)? {
            return Ok(Step::Working);
        }
        // Always the last position alone, whether its token has just been read or long ago: so that
        // the same numbers are drawn from, to the last bit.
        let last = run.tokens.len() - 1;
        let logits = self.logits(last..last + 1)?.pop().ok_or(Error::NotANumber)?;
        let id = run.sampler.sample(&logits, &run.tokens)?;
        let end_of_text = self.config().eos_token_id.or(self.tokenizer.end_of_text());
        if Some(id) == end_of_text {
            return finished(run, Finish::EndOfText);
        }
        let bytes = self.tokenizer.continuation(run.tokens[last], id);
        let text = run.text.push(&bytes);
        run.tokens.push(id);
        Ok(Step::Token { text, prediction: Prediction::new(&logits, id)? })
    }
}

/// How many of `tokens` must go for `max_new_tokens` to fit after the rest. Where so many new ones
/// would leave nothing of the prompt, half of the context is the prompt's.
fn surplus(tokens: usize, max_new_tokens: usize, n_positions: usize) -> usize {
    let new = if max_new_tokens < n_positions { max_new_tokens } else { n_positions / 2 };
    tokens.saturating_sub(n_positions - new)
}
