//! The shape of a model: its sizes, what they add up to, and which can be. Reading them is
//! [`json`]'s and `crate::weights`'.

mod json;

use crate::{Error, Result};
use serde::Serialize;

/// Bounds far above any GPT-2, so that products of sizes stay well within 64 bits and a damaged
/// file is called damaged instead of being allocated.
const MAX_LAYERS: usize = 1 << 10;
const MAX_WIDTH: usize = 1 << 16;
const MAX_POSITIONS: usize = 1 << 20;
const MAX_VOCAB: usize = 1 << 22;

/// The shape of a GPT-2, or of its predecessor, and what else its forward pass depends on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Config {
    /// Which of the two it is.
    pub model_type: ModelType,
    /// Blocks.
    pub n_layer: usize,
    /// Attention heads in each block.
    pub n_head: usize,
    /// Width of the residual stream.
    pub n_embd: usize,
    /// Positions in the context.
    pub n_positions: usize,
    /// Rows of the token embedding.
    pub vocab_size: usize,
    /// Width of the hidden layer of each MLP; `None` is `4 * n_embd`.
    pub n_inner: Option<usize>,
    /// Added to the variance in every layer norm.
    pub layer_norm_epsilon: f64,
    /// Between the two layers of each MLP.
    pub activation_function: Activation,
    /// Whether the output layer is the token embedding, transposed.
    pub tie_word_embeddings: bool,
    /// Whether attention scores are divided by the square root of the head's width.
    pub scale_attn_weights: bool,
    /// Whether attention scores are divided by one plus the block's index as well.
    pub scale_attn_by_inverse_layer_idx: bool,
    /// The token that begins a text.
    pub bos_token_id: Option<u32>,
    /// The token that ends a text.
    pub eos_token_id: Option<u32>,
}

/// The two models, which differ in where their layer norms are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ModelType {
    /// GPT-2 (Radford et al. 2019): a norm before each attention and MLP, and one after the last
    /// block.
    #[serde(rename = "gpt2")]
    Gpt2,
    /// GPT-1 (Radford et al. 2018): a norm after each attention and MLP, on the sum of what went
    /// in and what came out.
    #[serde(rename = "openai-gpt")]
    Gpt1,
}

impl ModelType {
    const ALL: [Self; 2] = [Self::Gpt2, Self::Gpt1];

    /// Hugging Face's name for it, and llama.cpp's where it has one.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gpt2 => "gpt2",
            Self::Gpt1 => "openai-gpt",
        }
    }

    /// The type of this [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// How the names of Hugging Face's classes for it begin.
    const fn class(self) -> &'static str {
        match self {
            Self::Gpt2 => "GPT2",
            Self::Gpt1 => "OpenAIGPT",
        }
    }
}

/// The activation functions that Hugging Face allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// GELU by its tanh approximation (Hendrycks & Gimpel 2016), GPT-2's own.
    GeluNew,
    /// GELU by the error function.
    Gelu,
    /// `max(0, x)`.
    Relu,
    /// `x * sigmoid(x)`.
    Silu,
    /// The hyperbolic tangent.
    Tanh,
}

impl Config {
    /// Checks that the sizes make a model.
    pub(crate) fn validate(&self) -> Result<()> {
        for (name, value, greatest) in [
            ("n_layer", self.n_layer, MAX_LAYERS),
            ("n_head", self.n_head, MAX_WIDTH),
            ("n_embd", self.n_embd, MAX_WIDTH),
            ("n_positions", self.n_positions, MAX_POSITIONS),
            ("vocab_size", self.vocab_size, MAX_VOCAB),
            ("n_inner", self.inner(), 16 * MAX_WIDTH),
        ] {
            if value == 0 || value > greatest {
                let detail = format!("{name} is {value}; expected 1 to {greatest}");
                return Err(Error::config(detail));
            }
        }
        if !self.n_embd.is_multiple_of(self.n_head) {
            return Err(Error::config(format!(
                "n_embd {} cannot be divided among n_head {} heads",
                self.n_embd, self.n_head
            )));
        }
        if !(0.0..1.0).contains(&self.layer_norm_epsilon) {
            let found = self.layer_norm_epsilon;
            let detail = format!("layer_norm_epsilon is {found}; expected 0 or more, less than 1");
            return Err(Error::config(detail));
        }
        Ok(())
    }

    /// Width of the hidden layer of each MLP.
    pub fn inner(&self) -> usize {
        self.n_inner.unwrap_or(self.n_embd.saturating_mul(4))
    }

    /// Width of one attention head.
    pub fn head_dim(&self) -> usize {
        self.n_embd / self.n_head
    }

    /// Number of parameters of one block.
    pub(crate) fn block_parameters(&self) -> u64 {
        let [width, inner] = [self.n_embd, self.inner()].map(|size| size as u64);
        let norm = 2 * width;
        let attention = width * 3 * width + 3 * width + width * width + width;
        let mlp = width * inner + inner + inner * width + width;
        2 * norm + attention + mlp
    }

    /// Number of parameters, tied ones counted once.
    pub fn parameters(&self) -> u64 {
        let [layers, width, positions, vocab] =
            [self.n_layer, self.n_embd, self.n_positions, self.vocab_size].map(|size| size as u64);
        let embeddings = (vocab + positions) * width;
        let head = if self.tie_word_embeddings { 0 } else { vocab * width };
        let last_norm = if self.model_type == ModelType::Gpt2 { 2 * width } else { 0 };
        embeddings + layers * self.block_parameters() + last_norm + head
    }
}
