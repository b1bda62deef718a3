//! The settings of decoding: how the next token is drawn, and when generation ends.
//!
//! One type for the model (`zeroshot-gpt2`), the paper's recipes (`zeroshot-prompting`), the
//! protocol and the page, so that a setting means the same thing everywhere. This crate holds
//! data and its validity only; the drawing itself is `gpt2::sampling`.

use serde::{Deserialize, Serialize};

/// How text is decoded. The default is greedy decoding of up to 64 tokens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Decoding {
    /// Logits are divided by this before the softmax; `0` is greedy decoding, which ignores
    /// `top_k`, `top_p` and `seed`.
    pub temperature: f32,
    /// Only the `top_k` most likely tokens are kept; `0` keeps all.
    pub top_k: usize,
    /// Nucleus sampling: the smallest set of most likely tokens whose probabilities, over the
    /// full vocabulary, reach `top_p` is kept; `1` keeps all.
    pub top_p: f32,
    /// Divides the positive and multiplies the negative logits of tokens already in the context
    /// (Keskar et al. 2019, as in `transformers`); `1` changes nothing.
    pub repetition_penalty: f32,
    /// Generation ends after this many tokens.
    pub max_new_tokens: usize,
    /// Start of the pseudo-random sequence: the same seed draws the same text.
    pub seed: u64,
    /// Generation ends once the generated text holds one of these; the string itself is not part
    /// of the answer.
    pub stop: Vec<String>,
    /// What to do with a prompt that leaves no room in the context.
    pub overflow: Overflow,
}

/// What to do with a prompt longer than the model's context.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overflow {
    /// Refuse it, and say the counts.
    #[default]
    Refuse,
    /// Drop tokens from its left until prompt and `max_new_tokens` fit.
    TrimLeft,
}

impl Default for Decoding {
    fn default() -> Self {
        Self {
            temperature: 0.0,
            top_k: 0,
            top_p: 1.0,
            repetition_penalty: 1.0,
            max_new_tokens: 64,
            seed: 0,
            stop: Vec::new(),
            overflow: Overflow::Refuse,
        }
    }
}

/// The settings that can be out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// [`Decoding::temperature`]
    Temperature,
    /// [`Decoding::top_p`]
    TopP,
    /// [`Decoding::repetition_penalty`]
    RepetitionPenalty,
    /// [`Decoding::max_new_tokens`]
    MaxNewTokens,
}

impl Field {
    /// The least and greatest value that the setting may have.
    pub const fn range(self) -> (f32, f32) {
        match self {
            Self::Temperature => (0.0, 10.0),
            Self::TopP => (0.0, 1.0),
            Self::RepetitionPenalty => (0.1, 10.0),
            Self::MaxNewTokens => (1.0, 4096.0),
        }
    }

    /// The setting's name as written in code, links and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Temperature => "temperature",
            Self::TopP => "top_p",
            Self::RepetitionPenalty => "repetition_penalty",
            Self::MaxNewTokens => "max_new_tokens",
        }
    }
}

/// A setting that is not a number, or out of its range.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[error("{} must be a number from {} to {}", field.name(), field.range().0, field.range().1)]
pub struct OutOfRange {
    /// The setting at fault.
    pub field: Field,
}

impl Decoding {
    /// Whether the most likely token is always taken.
    pub fn is_greedy(&self) -> bool {
        self.temperature == 0.0
    }

    /// Checks that every number is finite and within [`Field::range`].
    ///
    /// # Errors
    /// Names the first setting that is not.
    pub fn validate(&self) -> Result<(), OutOfRange> {
        for (field, value) in [
            (Field::Temperature, self.temperature),
            (Field::TopP, self.top_p),
            (Field::RepetitionPenalty, self.repetition_penalty),
            (Field::MaxNewTokens, self.max_new_tokens as f32),
        ] {
            let (least, greatest) = field.range();
            if !(least..=greatest).contains(&value) {
                return Err(OutOfRange { field });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_is_valid_and_greedy() {
        let decoding = Decoding::default();
        assert!(decoding.is_greedy());
        assert_eq!(decoding.validate(), Ok(()));
    }

    #[test]
    fn nan_and_out_of_range_are_named() {
        let nan = Decoding { temperature: f32::NAN, ..Decoding::default() };
        assert_eq!(nan.validate(), Err(OutOfRange { field: Field::Temperature }));
        let top_p = Decoding { top_p: 1.5, ..Decoding::default() };
        assert_eq!(
            top_p.validate().map_err(|error| error.to_string()),
            Err("top_p must be a number from 0 to 1".to_owned())
        );
    }
}
