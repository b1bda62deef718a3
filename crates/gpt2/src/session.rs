//! One generation after another with one model, a small step at a time, so that a caller with a
//! single thread can hear that it should stop between any two of them.
//!
//! The tokens of the last run stay in the cache: a prompt that begins as the last one did (the
//! same examples, another question) is read only from where it differs.

use crate::sampling::{Sampler, logprob};
use crate::text_stream::TextStream;
use crate::{Config, Error, KvCache, Model, Result, Tokenizer};
use zeroshot_decoding::{Decoding, Overflow};

/// Prompt tokens that one step reads. Large enough that the weights are read from memory for many
/// tokens at once, small enough that a slow device answers between two steps.
pub const PREFILL_TILE: usize = 32;

/// How many more rows than the tokenizer has entries an embedding may have: some are padded to a
/// round number. A greater difference means files of two models.
const MAX_VOCABULARY_PADDING: usize = 512;

/// A model, its tokenizer, and the text they are at.
pub struct Session {
    model: Model,
    tokenizer: Tokenizer,
    cache: KvCache,
    /// The tokens in the cache.
    cached: Vec<u32>,
    /// Logits after the prompt of the last run, whose tokens are the first of `cached`: to
    /// generate again from the same prompt nothing need be read, and to the last bit the same
    /// numbers are drawn from.
    after_prompt: Option<(usize, Vec<f32>)>,
    run: Option<Run>,
}

/// A generation under way.
struct Run {
    /// Prompt and generated tokens.
    tokens: Vec<u32>,
    prompt_tokens: usize,
    /// Of what follows the last token, once it has been read.
    logits: Option<Vec<f32>>,
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
    /// A token was generated.
    Token {
        /// The token.
        id: u32,
        /// The text that it completes: whole characters, and nothing that may become a stop
        /// string; so it may be empty, and may hold text of earlier tokens.
        text: String,
        /// Natural logarithm of its probability by the bare logits.
        logprob: f32,
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
    /// Joins a model and its tokenizer, and allocates the cache.
    ///
    /// # Errors
    /// [`Error::VocabularyMismatch`] if they are not of one model.
    pub fn new(model: Model, tokenizer: Tokenizer) -> Result<Self> {
        let (entries, rows) = (tokenizer.entries(), model.config().vocab_size);
        if entries > rows || rows - entries > MAX_VOCABULARY_PADDING {
            return Err(Error::VocabularyMismatch { tokenizer: entries, model: rows });
        }
        let cache = KvCache::new(model.config())?;
        Ok(Self { model, tokenizer, cache, cached: Vec::new(), after_prompt: None, run: None })
    }

    /// The model's configuration.
    pub fn config(&self) -> &Config {
        self.model.config()
    }

    /// The model's number of parameters.
    pub fn parameters(&self) -> u64 {
        self.config().parameters()
    }

    /// Bytes that the model's matrices take in memory.
    pub fn weight_bytes(&self) -> u64 {
        self.model.weight_bytes()
    }

    /// The tokenizer.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// Number of tokens of a text.
    ///
    /// # Errors
    /// As [`Tokenizer::encode`].
    pub fn count(&self, text: &str) -> Result<usize> {
        Ok(self.tokenizer.encode(text)?.len())
    }

    /// Begins to continue `prompt`; a run under way ends.
    ///
    /// # Errors
    /// [`Error::Setting`], [`Error::EmptyPrompt`], or [`Error::PromptTooLong`] if the prompt
    /// leaves no room for a token and `decoding` does not say to trim it.
    pub fn start(&mut self, prompt: &str, decoding: &Decoding) -> Result<Started> {
        self.cancel();
        let sampler = Sampler::new(decoding.clone())?;
        let mut tokens = self.tokenizer.encode(prompt)?;
        if tokens.is_empty() {
            return Err(Error::EmptyPrompt);
        }
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
        let shared = self.cached.iter().zip(&tokens).take_while(|(a, b)| a == b).count();
        self.after_prompt.take_if(|(length, _)| *length > shared);
        let logits = self.after_prompt.as_ref().filter(|(length, _)| *length == prompt_tokens);
        let logits = logits.map(|(_, logits)| logits.clone());
        // Without its logits, the last token must be read again even if it is in the cache.
        let cached_tokens =
            if logits.is_some() { prompt_tokens } else { shared.min(prompt_tokens - 1) };
        self.cache.truncate(cached_tokens);
        self.cached.truncate(cached_tokens);
        self.after_prompt.take_if(|(length, _)| *length > cached_tokens);
        self.run = Some(Run {
            tokens,
            prompt_tokens,
            logits,
            sampler,
            text: TextStream::new(&decoding.stop),
            max_new_tokens: decoding.max_new_tokens,
        });
        Ok(Started { prompt_tokens, cached_tokens, trimmed_tokens })
    }

    /// Reads at most [`PREFILL_TILE`] tokens of the prompt, or generates one token, or ends the
    /// run.
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
        if self.cached.len() < run.prompt_tokens {
            self.read(run)?;
            let (done, total) = (self.cached.len(), run.prompt_tokens);
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
        if run.logits.is_none() {
            self.read(run)?;
        }
        let logits = run.logits.take().ok_or(Error::NotStarted)?;
        let id = run.sampler.sample(&logits, &run.tokens)?;
        let end_of_text = self.config().eos_token_id.or(self.tokenizer.end_of_text());
        if Some(id) == end_of_text {
            return finished(run, Finish::EndOfText);
        }
        run.tokens.push(id);
        let text = run.text.push(self.tokenizer.bytes(id));
        Ok(Step::Token { id, text, logprob: logprob(&logits, id) })
    }

    /// Reads the next tokens of the run that are not in the cache, and keeps the logits after the
    /// last of all.
    fn read(&mut self, run: &mut Run) -> Result<()> {
        let start = self.cached.len();
        let end = run.tokens.len().min(start + PREFILL_TILE);
        let tile = &run.tokens[start..end];
        if end < run.tokens.len() {
            self.model.prefill(tile, &mut self.cache)?;
        } else {
            let logits: Vec<f32> = self.model.forward(tile, &mut self.cache)?.to_vec1()?;
            if end == run.prompt_tokens {
                self.after_prompt = Some((end, logits.clone()));
            }
            run.logits = Some(logits);
        }
        self.cached.extend_from_slice(tile);
        Ok(())
    }
}

/// How many of `tokens` must go for `max_new_tokens` to fit after the rest. Where so many new ones
/// would leave nothing of the prompt, half of the context is the prompt's.
fn surplus(tokens: usize, max_new_tokens: usize, n_positions: usize) -> usize {
    let new = if max_new_tokens < n_positions { max_new_tokens } else { n_positions / 2 };
    tokens.saturating_sub(n_positions - new)
}
