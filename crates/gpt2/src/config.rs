//! `config.json`, with the field names of Hugging Face's `GPT2Config`
//! (`configuration_gpt2.py`), and its validity.

use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// Bounds far above any GPT-2, so that products of sizes stay well within 64 bits and a damaged
/// file is called damaged instead of being allocated.
const MAX_LAYERS: usize = 1 << 10;
const MAX_WIDTH: usize = 1 << 16;
const MAX_POSITIONS: usize = 1 << 20;
const MAX_VOCAB: usize = 1 << 22;

/// The shape of a GPT-2 and what else its forward pass depends on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Config {
    /// Always `gpt2`.
    pub model_type: &'static str,
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

/// The activation functions that Hugging Face allows a GPT-2.
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

impl Activation {
    /// Finds the function by a name of Hugging Face's `ACT2FN`.
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            // Three ways to write the same approximation.
            "gelu_new" | "gelu_pytorch_tanh" | "gelu_fast" => Self::GeluNew,
            "gelu" | "gelu_python" => Self::Gelu,
            "relu" => Self::Relu,
            "silu" | "swish" => Self::Silu,
            "tanh" => Self::Tanh,
            _ => return None,
        })
    }
}

/// The file as written. Both `n_positions` and `n_ctx` are in OpenAI's own files, so they are two
/// fields: a serde alias would call the second a duplicate.
#[derive(Deserialize)]
struct File {
    model_type: Option<String>,
    #[serde(default)]
    architectures: Option<Vec<String>>,
    n_layer: Option<usize>,
    n_head: Option<usize>,
    n_embd: Option<usize>,
    n_positions: Option<usize>,
    n_ctx: Option<usize>,
    vocab_size: Option<usize>,
    n_inner: Option<usize>,
    layer_norm_epsilon: Option<f64>,
    activation_function: Option<String>,
    tie_word_embeddings: Option<bool>,
    scale_attn_weights: Option<bool>,
    scale_attn_by_inverse_layer_idx: Option<bool>,
    add_cross_attention: Option<bool>,
    bos_token_id: Option<u32>,
    eos_token_id: Option<u32>,
}

/// Tells a file of another architecture before its fields are looked at: theirs have other types.
#[derive(Deserialize)]
struct Kind {
    #[serde(default)]
    model_type: Option<serde_json::Value>,
}

impl Config {
    /// Reads `config.json`.
    ///
    /// # Errors
    /// [`Error::OtherArchitecture`] if it is not a GPT-2's; [`Error::Invalid`] if it is not JSON,
    /// lacks a size, or holds one that cannot be.
    pub fn from_json(json: &str) -> Result<Self> {
        let not_json = |error| Error::config(format!("the configuration cannot be read: {error}"));
        let kind: Kind = serde_json::from_str(json).map_err(not_json)?;
        if let Some(serde_json::Value::String(found)) = kind.model_type
            && found != "gpt2"
        {
            return Err(Error::OtherArchitecture { found });
        }
        let file: File = serde_json::from_str(json).map_err(not_json)?;
        if file.model_type.is_none() {
            // Without a `model_type` the class name must do.
            let classes = file.architectures.clone().unwrap_or_default();
            if !classes.iter().any(|class| class.starts_with("GPT2")) {
                let found = classes.first().cloned();
                let found = found.unwrap_or_else(|| "model of no stated type".to_owned());
                return Err(Error::OtherArchitecture { found });
            }
        }
        if file.add_cross_attention == Some(true) {
            let found = "gpt2 with cross-attention".to_owned();
            return Err(Error::OtherArchitecture { found });
        }
        let size = |value: Option<usize>, name| {
            value.ok_or_else(|| Error::config(format!("the configuration lacks {name}")))
        };
        let activation = file.activation_function.as_deref().unwrap_or("gelu_new");
        let config = Self {
            model_type: "gpt2",
            n_layer: size(file.n_layer, "n_layer")?,
            n_head: size(file.n_head, "n_head")?,
            n_embd: size(file.n_embd, "n_embd")?,
            n_positions: size(file.n_positions.or(file.n_ctx), "n_positions")?,
            vocab_size: size(file.vocab_size, "vocab_size")?,
            n_inner: file.n_inner,
            layer_norm_epsilon: file.layer_norm_epsilon.unwrap_or(1e-5),
            activation_function: Activation::from_name(activation).ok_or_else(|| {
                Error::config(format!(
                    "activation_function is {activation}; expected gelu_new, gelu, relu, silu or tanh"
                ))
            })?,
            tie_word_embeddings: file.tie_word_embeddings.unwrap_or(true),
            scale_attn_weights: file.scale_attn_weights.unwrap_or(true),
            scale_attn_by_inverse_layer_idx: file.scale_attn_by_inverse_layer_idx.unwrap_or(false),
            bos_token_id: file.bos_token_id,
            eos_token_id: file.eos_token_id,
        };
        config.validate()?;
        Ok(config)
    }

    /// The configuration as a `config.json`.
    pub fn to_json(&self) -> String {
        let mut value = serde_json::json!(self);
        value["architectures"] = serde_json::json!(["GPT2LMHeadModel"]);
        format!("{value:#}\n")
    }

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

    /// Number of parameters, tied ones counted once.
    pub fn parameters(&self) -> u64 {
        let [layers, width, inner, positions, vocab] =
            [self.n_layer, self.n_embd, self.inner(), self.n_positions, self.vocab_size]
                .map(|size| size as u64);
        let norm = 2 * width;
        let attention = width * 3 * width + 3 * width + width * width + width;
        let mlp = width * inner + inner + inner * width + width;
        let embeddings = (vocab + positions) * width;
        let head = if self.tie_word_embeddings { 0 } else { vocab * width };
        embeddings + layers * (2 * norm + attention + mlp) + norm + head
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GPT2: &str = r#"{"activation_function":"gelu_new","architectures":["GPT2LMHeadModel"],
        "bos_token_id":50256,"eos_token_id":50256,"layer_norm_epsilon":1e-05,"model_type":"gpt2",
        "n_ctx":1024,"n_embd":768,"n_head":12,"n_layer":12,"n_positions":1024,"vocab_size":50257}"#;

    #[test]
    fn the_published_sizes_have_the_published_parameters() {
        let mut config = Config::from_json(GPT2).expect("valid");
        assert_eq!(config.parameters(), 124_439_808);
        (config.n_layer, config.n_head, config.n_embd) = (48, 25, 1600);
        assert_eq!(config.parameters(), 1_557_611_200);
    }

    #[test]
    fn what_is_written_is_read() {
        let config = Config::from_json(GPT2).expect("valid");
        let config = Config { n_inner: Some(5), activation_function: Activation::Silu, ..config };
        assert_eq!(Config::from_json(&config.to_json()).expect("valid"), config);
    }

    #[test]
    fn n_ctx_stands_in_for_n_positions() {
        let config = Config::from_json(&GPT2.replace(r#""n_positions":1024,"#, ""));
        assert_eq!(config.expect("valid").n_positions, 1024);
    }

    #[test]
    fn faults_are_named() {
        for (from, to, message) in [
            ("\"gpt2\"", "\"llama\"", "the model is a llama, not a gpt2"),
            (
                r#""n_head":12"#,
                r#""n_head":7"#,
                "n_embd 768 cannot be divided among n_head 7 heads",
            ),
            (r#""n_layer":12,"#, "", "the configuration lacks n_layer"),
            (r#""n_layer":12"#, r#""n_layer":0"#, "n_layer is 0; expected 1 to 1024"),
            ("50257", "99999999999", "vocab_size is 99999999999; expected 1 to 4194304"),
            (
                "gelu_new",
                "mish",
                "activation_function is mish; expected gelu_new, gelu, relu, silu or tanh",
            ),
        ] {
            let error = Config::from_json(&GPT2.replace(from, to)).expect_err(message);
            assert_eq!(error.to_string(), message);
        }
        let error = Config::from_json("{\"n_layer\":").expect_err("not JSON");
        assert!(error.to_string().starts_with("the configuration cannot be read: EOF"), "{error}");
    }

    #[test]
    fn a_file_without_model_type_needs_a_gpt2_class() {
        let json = GPT2.replace(r#""model_type":"gpt2","#, "");
        assert!(Config::from_json(&json).is_ok());
        let error = Config::from_json(&json.replace("GPT2LMHeadModel", "BertModel"));
        assert_eq!(error.expect_err("BERT").to_string(), "the model is a BertModel, not a gpt2");
    }
}
