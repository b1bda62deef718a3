//! What can be asked about a text, and what is found. How it is found is [`crate::Session`]'s.
//!
//! Texts are tokens here, as [`crate::Session::encode`] gives them. Ranges of positions are from
//! the first to before the second.

use crate::{Config, Distribution, Error, Prediction, Result};
use zeroshot_decoding::Decoding;

/// A question about a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Inquiry {
    /// What the model expected at each place from token number `from` on, 1 at least: nothing is
    /// expected of the first.
    Read {
        /// The text.
        tokens: Vec<u32>,
        /// Number of the first token that is judged; where it is that of the last and one, none is.
        from: usize,
    },
    /// What the model expects of each answer, at each of its places, after one and the same text,
    /// which is read once and stays in the cache.
    Score {
        /// What comes before the answer.
        tokens: Vec<u32>,
        /// The answers.
        answers: Vec<Vec<u32>>,
    },
    /// The distribution of the token after the last, before and after some settings.
    Distribution {
        /// The text.
        tokens: Vec<u32>,
        /// The settings.
        decoding: Decoding,
    },
    /// Where each head of one layer looks from one position.
    Attention {
        /// The text.
        tokens: Vec<u32>,
        /// The layer, from 0.
        layer: usize,
        /// The position that looks.
        position: usize,
    },
    /// How much each head of every layer looks at stretches of the text.
    Gaze {
        /// The text.
        tokens: Vec<u32>,
        /// The positions that look.
        from: (usize, usize),
        /// The stretches that are looked at.
        spans: Vec<(usize, usize)>,
    },
    /// What each depth of the model would say next (the logit lens, nostalgebraist 2020).
    Lens {
        /// The text.
        tokens: Vec<u32>,
        /// The positions, one at least.
        positions: (usize, usize),
        /// How many tokens each [`Glimpse`] lists.
        top: usize,
    },
}

/// What one [`crate::Session::advance_inquiry`] found.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// A part of the text has been read: it was not in the cache.
    Prefill {
        /// Tokens read so far, those found in the cache included.
        done: usize,
        /// Tokens to be read in all.
        total: usize,
    },
    /// A step was done after which there is nothing to show yet.
    Working,
    /// What was expected at some places; more may follow.
    Read {
        /// Number of the first of them in the text.
        start: usize,
        /// What was expected there and at those that follow.
        predictions: Vec<Prediction>,
    },
    /// What was expected of one answer.
    Scored {
        /// Which of the answers, from 0.
        answer: usize,
        /// Each of its tokens.
        predictions: Vec<Prediction>,
    },
    /// The distribution that the next token is drawn from.
    Distribution(Distribution),
    /// Where the heads look: by head, the share of every position up to the one that looks. Each
    /// row's sum is 1.
    Attention {
        /// By head, then by position.
        heads: Vec<Vec<f32>>,
    },
    /// The sum of the shares of each stretch, on average over the positions that look. What lies
    /// after a position has no share.
    Gaze {
        /// By layer, then by head, then by stretch.
        layers: Vec<Vec<Vec<f32>>>,
    },
    /// What one depth would say. The depths come in order.
    Lens {
        /// How many blocks have been passed: 0 for the embeddings alone, the number of layers for
        /// the output.
        depth: usize,
        /// Each position.
        glimpses: Vec<Glimpse>,
    },
    /// All has been told.
    Finished,
}

/// What the text up to one position would go on with, judged at one depth of the model.
#[derive(Clone, Debug, PartialEq)]
pub struct Glimpse {
    /// The position in the text.
    pub position: usize,
    /// The most probable next tokens and the logarithms of their probabilities, the best first.
    pub top: Vec<(u32, f32)>,
    /// Of the token that really comes next, if one does: the logarithm of its probability, and how
    /// many tokens are more probable.
    pub next: Option<(f32, u32)>,
}

impl Inquiry {
    /// The text that is asked about.
    pub fn tokens(&self) -> &[u32] {
        match self {
            Self::Read { tokens, .. }
            | Self::Score { tokens, .. }
            | Self::Distribution { tokens, .. }
            | Self::Attention { tokens, .. }
            | Self::Gaze { tokens, .. }
            | Self::Lens { tokens, .. } => tokens,
        }
    }

    /// How many tokens the model must have read before anything can be said.
    pub(crate) fn needed(&self) -> usize {
        match self {
            Self::Read { tokens, from } if *from >= tokens.len() => 0,
            Self::Read { tokens, .. } => tokens.len() - 1,
            Self::Score { tokens, .. } | Self::Distribution { tokens, .. } => tokens.len(),
            Self::Attention { position, .. } => position + 1,
            Self::Gaze { from, .. } => from.1,
            Self::Lens { positions, .. } => positions.1,
        }
    }

    /// Whether the residual stream before each block is needed.
    pub(crate) fn captures(&self) -> bool {
        matches!(self, Self::Attention { .. } | Self::Gaze { .. } | Self::Lens { .. })
    }

    /// Checks that everything it names is there.
    pub(crate) fn check(&self, config: &Config) -> Result<()> {
        let len = self.tokens().len();
        check_text(self.tokens(), &[], config)?;
        match self {
            Self::Read { from, .. } => within("token number", *from, 1, len),
            Self::Score { tokens, answers } => {
                answers.iter().try_for_each(|answer| check_text(tokens, answer, config))
            }
            Self::Distribution { decoding, .. } => Ok(decoding.validate()?),
            Self::Attention { layer, position, .. } => {
                within("layer", *layer, 0, config.n_layer - 1)?;
                within("position", *position, 0, len - 1)
            }
            Self::Gaze { from, spans, .. } => {
                stretch("the positions that look", *from, len)?;
                spans.iter().try_for_each(|&span| stretch("a stretch", span, len))
            }
            Self::Lens { positions, .. } => stretch("the positions", *positions, len),
        }
    }
}

/// Checks that a text, with an answer after it, is one that the model can read.
pub(crate) fn check_text(tokens: &[u32], after: &[u32], config: &Config) -> Result<()> {
    let (len, n_positions) = (tokens.len() + after.len(), config.n_positions);
    if tokens.is_empty() {
        return Err(Error::EmptyPrompt);
    }
    if len > n_positions {
        return Err(Error::PromptTooLong { tokens: len, n_positions });
    }
    check_vocabulary(tokens, config)?;
    check_vocabulary(after, config)
}

/// Checks that every token is one of the model's.
pub(crate) fn check_vocabulary(tokens: &[u32], config: &Config) -> Result<()> {
    let vocab = config.vocab_size;
    match tokens.iter().find(|&&id| id as usize >= vocab) {
        Some(id) => {
            Err(Error::OutOfBounds(format!("token {id} is not in a vocabulary of {vocab}")))
        }
        None => Ok(()),
    }
}

fn within(what: &str, found: usize, least: usize, greatest: usize) -> Result<()> {
    if (least..=greatest).contains(&found) {
        return Ok(());
    }
    Err(Error::OutOfBounds(format!(
        "{what} {found} is not there; expected one from {least} to {greatest}"
    )))
}

fn stretch(what: &str, (start, end): (usize, usize), len: usize) -> Result<()> {
    if start < end && end <= len {
        return Ok(());
    }
    Err(Error::OutOfBounds(format!(
        "{what} from {start} to before {end} are not there; expected some from 0 to before {len}"
    )))
}
