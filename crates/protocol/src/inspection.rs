//! What can be seen inside a model: what it expected at each place of a text, how the choice of
//! a token looks under some settings, where each head looks, what each layer would say, and
//! what its tensors are.
//!
//! Logarithms are natural, probabilities are by the whole vocabulary.

use serde::{Deserialize, Serialize};

/// A text as the model reads it: a prompt, which is tokenized, and tokens that follow it, which
/// need not be the ones that their text would be cut into.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// Text, to be tokenized.
    pub prompt: String,
    /// The tokens after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tokens: Vec<u32>,
}

/// A token and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Its number in the vocabulary.
    pub id: u32,
    /// Its bytes as text, those that are no whole character as U+FFFD.
    pub text: String,
    /// Its bytes, where they are not whole characters; else empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bytes: Vec<u8>,
}

impl Piece {
    /// The piece of a token with these bytes.
    pub fn new(id: u32, bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let bytes = if text.as_bytes() == bytes { Vec::new() } else { bytes.to_vec() };
        Self { id, text, bytes }
    }

    /// Number of bytes that the token stands for.
    pub fn byte_len(&self) -> usize {
        if self.bytes.is_empty() { self.text.len() } else { self.bytes.len() }
    }
}

/// A token that might have come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// The token.
    pub piece: Piece,
    /// Logarithm of its probability, before temperature and truncation.
    pub logprob: f32,
}

/// What the model expected at one place of a text, and the token that stands there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The token that stands there.
    pub piece: Piece,
    /// Logarithm of its probability, before temperature and truncation.
    pub logprob: f32,
    /// How many tokens were more probable.
    pub rank: u32,
    /// Entropy of the distribution, in nats.
    pub entropy: f32,
    /// The most probable tokens, best first: [`TOP_CHOICES`] of them.
    pub top: Vec<Choice>,
}

/// How many tokens [`Prediction::top`] has.
pub const TOP_CHOICES: usize = 8;

/// A token in the distribution that is drawn from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bar {
    /// The token.
    pub piece: Piece,
    /// Its probability by the bare logits.
    pub before: f32,
    /// Its probability by the settings; zero if they cut it.
    pub after: f32,
}

/// How many tokens a `Distribution` lists.
pub const MAX_BARS: usize = 20;

/// What the text up to one position would go on with, judged at one depth of the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Glimpse {
    /// The position in the context, from 0.
    pub position: usize,
    /// The most probable next tokens, best first.
    pub top: Vec<Choice>,
    /// Of the token that really comes next, if one does.
    pub next: Option<Standing>,
}

/// How probable one token is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// Logarithm of its probability.
    pub logprob: f32,
    /// How many tokens are more probable.
    pub rank: u32,
}

/// A tensor of the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TensorSummary {
    /// Its name in Hugging Face's layout, e.g. `h.0.attn.c_attn.weight`.
    pub name: String,
    /// Its shape there.
    pub shape: Vec<usize>,
    /// The type of its numbers in memory, e.g. `F16`, `Q8_0`.
    pub kind: String,
    /// Mean of its numbers.
    pub mean: f32,
    /// Their standard deviation.
    pub std: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_kept_only_where_text_would_lose_them() {
        assert_eq!(Piece::new(1, "é".as_bytes()).bytes, Vec::<u8>::new());
        let half = Piece::new(2, b"\xc3");
        assert_eq!((half.text.as_str(), half.bytes.as_slice()), ("\u{fffd}", &b"\xc3"[..]));
        assert_eq!(half.byte_len(), 1);
    }
}
