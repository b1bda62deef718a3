//! `config.json`, with the field names of Hugging Face's `GPT2Config` and `OpenAIGPTConfig`
//! (`configuration_gpt2.py`, `configuration_openai.py`).

use super::{Activation, Config, ModelType};
use crate::{Error, Result};
use serde::Deserialize;

/// The file as written. Both `n_positions` and `n_ctx` are in OpenAI's own files, so they are two
/// fields: a serde alias would call the second a duplicate.
#[derive(Deserialize)]
struct File {
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
    afn: Option<String>,
    tie_word_embeddings: Option<bool>,
    scale_attn_weights: Option<bool>,
    scale_attn_by_inverse_layer_idx: Option<bool>,
    add_cross_attention: Option<bool>,
    bos_token_id: Option<TokenIds>,
    eos_token_id: Option<TokenIds>,
    quantization_config: Option<serde_json::Value>,
}

/// One token, or several that all count: then the first.
#[derive(Deserialize)]
#[serde(untagged)]
enum TokenIds {
    One(u32),
    Several(Vec<u32>),
}

impl TokenIds {
    fn first(&self) -> Option<u32> {
        match self {
            Self::One(id) => Some(*id),
            Self::Several(ids) => ids.first().copied(),
        }
    }
}

/// Tells a file of another architecture before its fields are looked at: theirs have other types.
#[derive(Deserialize)]
struct Kind {
    #[serde(default)]
    model_type: Option<serde_json::Value>,
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

    /// The same by a name of `modeling_openai.py`'s `ACT_FNS`, where `gelu` is the approximation.
    fn from_afn(name: &str) -> Option<Self> {
        match name {
            "gelu" => Some(Self::GeluNew),
            "relu" | "silu" | "swish" => Self::from_name(name),
            _ => None,
        }
    }

    /// Its name there, if it has one.
    const fn afn(self) -> Option<&'static str> {
        match self {
            Self::GeluNew => Some("gelu"),
            Self::Relu => Some("relu"),
            Self::Silu => Some("silu"),
            Self::Gelu | Self::Tanh => None,
        }
    }
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
        let named = match kind.model_type {
            Some(serde_json::Value::String(name)) => match ModelType::from_name(&name) {
                None => return Err(Error::OtherArchitecture { found: name }),
                model_type => model_type,
            },
            _ => None,
        };
        let file: File = serde_json::from_str(json).map_err(not_json)?;
        let model_type = match named {
            Some(model_type) => model_type,
            // Without a `model_type` the class name must do.
            None => {
                let classes = file.architectures.unwrap_or_default();
                let of = |kind: &ModelType| classes.iter().any(|c| c.starts_with(kind.class()));
                let found = ModelType::ALL.into_iter().find(of);
                let other = || classes.first().map_or("model of no stated type", String::as_str);
                found.ok_or_else(|| Error::OtherArchitecture { found: other().to_owned() })?
            }
        };
        if file.add_cross_attention == Some(true) {
            let found = "gpt2 with cross-attention".to_owned();
            return Err(Error::OtherArchitecture { found });
        }
        if let Some(quantization) = file.quantization_config {
            let method = quantization["quant_method"].as_str().unwrap_or("an unnamed method");
            let detail = format!("its weights are quantised by {method}; expected plain floats");
            return Err(Error::config(detail));
        }
        let size = |value: Option<usize>, name| {
            value.ok_or_else(|| Error::config(format!("the configuration lacks {name}")))
        };
        let activation = match model_type {
            ModelType::Gpt2 => {
                let name = file.activation_function.as_deref().unwrap_or("gelu_new");
                Activation::from_name(name).ok_or_else(|| {
                    format!(
                        "activation_function is {name}; expected gelu_new, gelu, relu, silu or tanh"
                    )
                })
            }
            ModelType::Gpt1 => {
                let name = file.afn.as_deref().unwrap_or("gelu");
                Activation::from_afn(name)
                    .ok_or_else(|| format!("afn is {name}; expected gelu, relu or silu"))
            }
        };
        let config = Self {
            model_type,
            n_layer: size(file.n_layer, "n_layer")?,
            n_head: size(file.n_head, "n_head")?,
            n_embd: size(file.n_embd, "n_embd")?,
            n_positions: size(file.n_positions.or(file.n_ctx), "n_positions")?,
            vocab_size: size(file.vocab_size, "vocab_size")?,
            n_inner: file.n_inner,
            layer_norm_epsilon: file.layer_norm_epsilon.unwrap_or(1e-5),
            activation_function: activation.map_err(Error::config)?,
            tie_word_embeddings: file.tie_word_embeddings.unwrap_or(true),
            scale_attn_weights: file.scale_attn_weights.unwrap_or(true),
            scale_attn_by_inverse_layer_idx: file.scale_attn_by_inverse_layer_idx.unwrap_or(false),
            bos_token_id: file.bos_token_id.as_ref().and_then(TokenIds::first),
            eos_token_id: file.eos_token_id.as_ref().and_then(TokenIds::first),
        };
        config.validate()?;
        Ok(config)
    }

    /// The configuration as a `config.json`.
    pub fn to_json(&self) -> String {
        let mut value = serde_json::json!(self);
        value["architectures"] =
            serde_json::json!([format!("{}LMHeadModel", self.model_type.class())]);
        if self.model_type == ModelType::Gpt1 {
            value["afn"] = serde_json::json!(self.activation_function.afn());
        }
        format!("{value:#}\n")
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

    const GPT1: &str = r#"{"afn":"gelu","architectures":["OpenAIGPTLMHeadModel"],
        "model_type":"openai-gpt","n_ctx":512,"n_embd":768,"n_head":12,"n_layer":12,"n_positions":512,
        "n_special":0,"predict_special_tokens":true,"vocab_size":40478}"#;

    #[test]
    fn gpt1_is_read_and_written_by_its_own_names() {
        let config = Config::from_json(GPT1).expect("valid");
        assert_eq!(config.model_type, ModelType::Gpt1);
        // 117M in the paper's rounding; the published file has as many.
        assert_eq!(config.parameters(), 116_534_784);
        // "gelu" is the approximation there.
        assert_eq!(config.activation_function, Activation::GeluNew);
        assert!(config.to_json().contains("\"afn\": \"gelu\""));
        assert_eq!(Config::from_json(&config.to_json()).expect("valid"), config);
        let untyped = GPT1.replace(r#""model_type":"openai-gpt","#, "");
        assert_eq!(Config::from_json(&untyped).expect("valid"), config);
        let error = Config::from_json(&GPT1.replace("\"gelu\"", "\"tanh\"")).expect_err("tanh");
        assert_eq!(error.to_string(), "afn is tanh; expected gelu, relu or silu");
    }

    /// As fine-tunes of the hub write them.
    #[test]
    fn fields_of_fine_tunes_are_read() {
        let changed = |from: &str, to: &str| Config::from_json(&GPT2.replace(from, to));
        let several = changed(r#""eos_token_id":50256"#, r#""eos_token_id":[50258, 50256]"#);
        assert_eq!(several.expect("valid").eos_token_id, Some(50258));
        // In F32 the order in which scores are scaled changes nothing.
        let upcast = changed("{", r#"{"reorder_and_upcast_attn":true,"#);
        assert_eq!(upcast.expect("valid"), Config::from_json(GPT2).expect("valid"));
        let scaled = changed("{", r#"{"scale_attn_by_inverse_layer_idx":true,"#);
        assert!(scaled.expect("valid").scale_attn_by_inverse_layer_idx);
        let inner = changed("{", r#"{"n_inner":null,"#).expect("valid");
        assert_eq!(inner.inner(), 3072);

        let error = changed("{", r#"{"quantization_config":{"quant_method":"gptq","bits":4},"#);
        let message = "its weights are quantised by gptq; expected plain floats";
        assert_eq!(error.expect_err("quantised").to_string(), message);
        let error = changed("{", r#"{"add_cross_attention":true,"#).expect_err("an encoder's");
        let message = "the model is a gpt2 with cross-attention, not a gpt2";
        assert_eq!(error.to_string(), message);
    }

    #[test]
    fn a_file_without_model_type_needs_a_gpt2_class() {
        let json = GPT2.replace(r#""model_type":"gpt2","#, "");
        assert!(Config::from_json(&json).is_ok());
        let error = Config::from_json(&json.replace("GPT2LMHeadModel", "BertModel"));
        assert_eq!(error.expect_err("BERT").to_string(), "the model is a BertModel, not a gpt2");
    }
}
