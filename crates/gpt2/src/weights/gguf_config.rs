//! The configuration of a model as GGUF metadata, by llama.cpp's keys. llama.cpp has no GPT-1; such
//! a file has the same keys with another architecture's name in front, and only this project
//! reads it.

use super::gguf::{Header, Value};
use super::{Kind, Naming, Param, WeightType};
use crate::config::{Activation, ModelType};
use crate::{Config, Error, Result};

/// llama.cpp's graph of a GPT-2 always has GELU's tanh approximation and has no key for another;
/// this one is our own, written only for a model that differs.
const ACTIVATION: &str = "zeroshot.activation_function";

const EPSILON: &str = "attention.layer_norm_epsilon";

impl Config {
    /// Reads the configuration from a GGUF file's metadata.
    ///
    /// # Errors
    /// [`Error::OtherArchitecture`] if it is not a GPT-2's; [`Error::Invalid`] if a size is
    /// missing or cannot be.
    pub fn from_gguf(header: &Header) -> Result<Self> {
        let other = |found: &str| Error::OtherArchitecture { found: found.to_owned() };
        let model_type = match header.metadata.get("general.architecture") {
            Some(Value::String(name)) => ModelType::from_name(name).ok_or_else(|| other(name))?,
            _ => return Err(other("model of no stated architecture")),
        };
        let key = |rest: &str| format!("{}.{rest}", model_type.name());
        let size = |key: &str| match header.metadata.get(key) {
            Some(&Value::Unsigned(value)) => usize::try_from(value)
                .map_err(|_| Error::config(format!("{key} is {value}, which cannot be"))),
            Some(&Value::Signed(value)) => usize::try_from(value)
                .map_err(|_| Error::config(format!("{key} is {value}, which cannot be"))),
            Some(_) => Err(Error::config(format!("{key} is not a whole number"))),
            None => Err(Error::config(format!("the GGUF metadata lacks {key}"))),
        };
        let token = |key: &str| size(key).ok().and_then(|id| u32::try_from(id).ok());
        let tensor = |kind| {
            let name = Param::global(kind).name(Naming::Gguf);
            header.tensors.iter().find(|tensor| tensor.name == name)
        };
        let n_embd = size(&key("embedding_length"))?;
        let vocab_size = match tensor(Kind::TokenEmbedding).map(|tensor| tensor.shape.as_slice()) {
            Some(&[rows, _]) => rows,
            _ => match header.metadata.get("tokenizer.ggml.tokens") {
                Some(Value::Strings(tokens)) => tokens.len(),
                _ => return Err(Error::config("the GGUF metadata lacks tokenizer.ggml.tokens")),
            },
        };
        let activation_function = match header.metadata.get(ACTIVATION) {
            Some(Value::String(name)) if name == "gelu" => Activation::Gelu,
            Some(other) => {
                return Err(Error::config(format!("{ACTIVATION} cannot be {other:?}")));
            }
            None => Activation::GeluNew,
        };
        let config = Self {
            model_type,
            n_layer: size(&key("block_count"))?,
            n_head: size(&key("attention.head_count"))?,
            n_embd,
            n_positions: size(&key("context_length"))?,
            vocab_size,
            n_inner: Some(size(&key("feed_forward_length"))?),
            layer_norm_epsilon: match header.metadata.get(&key(EPSILON)) {
                // A 32-bit 1e-5, as the decimal it was written from.
                Some(&Value::Float(epsilon)) => (epsilon * 1e12).round() / 1e12,
                _ => {
                    let key = key(EPSILON);
                    return Err(Error::config(format!("the GGUF metadata lacks {key}")));
                }
            },
            activation_function,
            tie_word_embeddings: tensor(Kind::Head).is_none(),
            scale_attn_weights: true,
            scale_attn_by_inverse_layer_idx: false,
            bos_token_id: token("tokenizer.ggml.bos_token_id"),
            eos_token_id: token("tokenizer.ggml.eos_token_id"),
        };
        config.validate()?;
        Ok(config)
    }

    /// The metadata that [`Config::from_gguf`] and llama.cpp read.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the model differs from GPT-2 in a way that GGUF cannot say.
    pub(super) fn to_gguf(&self, target: WeightType) -> Result<Vec<(String, Value)>> {
        if !self.scale_attn_weights || self.scale_attn_by_inverse_layer_idx {
            return Err(Error::config("GGUF cannot say how this model scales its attention"));
        }
        let size = |key: &str, value: usize| (key.to_owned(), Value::Unsigned(value as u64));
        let key = |rest: &str| format!("{}.{rest}", self.model_type.name());
        let architecture = Value::String(self.model_type.name().to_owned());
        let mut metadata = vec![
            ("general.architecture".to_owned(), architecture),
            // `enum llama_ftype`: the type of most tensors.
            size(
                "general.file_type",
                match target {
                    WeightType::F32 => 0,
                    WeightType::F16 => 1,
                    WeightType::Q4_0 | WeightType::Q4_0M => 2,
                    WeightType::Q8_0 => 7,
                    WeightType::Q4K => 14,
                },
            ),
            // `GGML_QNT_VERSION`
            size("general.quantization_version", 2),
            size(&key("context_length"), self.n_positions),
            size(&key("embedding_length"), self.n_embd),
            size(&key("block_count"), self.n_layer),
            size(&key("feed_forward_length"), self.inner()),
            size(&key("attention.head_count"), self.n_head),
            (key(EPSILON), Value::Float(self.layer_norm_epsilon)),
        ];
        match self.activation_function {
            Activation::GeluNew => {}
            // The two GELUs differ by less than 1e-3: other tools may run it as the approximation.
            Activation::Gelu => {
                metadata.push((ACTIVATION.to_owned(), Value::String("gelu".to_owned())));
            }
            Activation::Relu | Activation::Silu | Activation::Tanh => {
                return Err(Error::config("GGUF cannot say that a GPT-2 has no GELU"));
            }
        }
        Ok(metadata)
    }
}
