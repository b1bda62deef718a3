//! Models to put on the hub: the medium built-in one under another name, and random ones in any shape of GPT-2's.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use serde_json::{Value, json};

use super::content::{Content, Numbers, Weights};
use crate::site;

/// The files of a model.
#[derive(Clone)]
pub struct Checkpoint {
    /// `config.json`.
    pub config: Content,
    /// `tokenizer.json`.
    pub tokenizer: Content,
    /// `model.safetensors`.
    pub weights: Content,
}

/// The shape of a GPT-2.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Blocks.
    pub n_layer: u64,
    /// Heads.
    pub n_head: u64,
    /// Width.
    pub n_embd: u64,
    /// Positions.
    pub n_positions: u64,
}

impl Checkpoint {
    /// The medium one of the built-in models, which lies in the hub's layout.
    pub fn medium() -> Result<Self> {
        let folder = site::medium()?;
        let read = |file| std::fs::read(folder.join(file)).map(Content::from);
        Ok(Self {
            config: read("config.json")?,
            tokenizer: read("tokenizer.json")?,
            weights: read("model.safetensors")?,
        })
    }

    /// Random weights of a shape in F32, as GPT-2 was published, for the built-in models' tokenizer.
    pub fn random(shape: Shape) -> Result<Self> {
        let tokenizer = Self::medium()?.tokenizer;
        Ok(Self::of_shape(shape, tokenizer))
    }

    /// Random weights in the shape of GPT-2 124M, with its tokenizer: 548 MB that nobody stores.
    pub fn gpt2() -> Result<Self> {
        let folder = xtask::project::root().join("tests/golden/gpt2-tokenizer");
        let shape = Shape { n_layer: 12, n_head: 12, n_embd: 768, n_positions: 1024 };
        Ok(Self::of_shape(shape, tokenizer_json(&folder)?.to_string().into()))
    }

    /// The files by name.
    pub fn files(&self) -> [(&'static str, Content); 3] {
        [
            ("config.json", self.config.clone()),
            ("tokenizer.json", self.tokenizer.clone()),
            ("model.safetensors", self.weights.clone()),
        ]
    }

    /// Writes the files into a folder.
    pub fn write(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder)?;
        for (file, content) in self.files() {
            std::fs::write(folder.join(file), content.to_vec())?;
        }
        Ok(())
    }

    fn of_shape(shape: Shape, tokenizer: Content) -> Self {
        let vocab_size = entries(&tokenizer);
        let Shape { n_layer, n_head, n_embd, n_positions } = shape;
        let config = json!({
            "model_type": "gpt2", "architectures": ["GPT2LMHeadModel"],
            "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5,
            "n_layer": n_layer, "n_head": n_head, "n_embd": n_embd, "n_positions": n_positions,
            "n_ctx": n_positions, "vocab_size": vocab_size,
            "bos_token_id": vocab_size - 1, "eos_token_id": vocab_size - 1,
        });
        Self {
            config: config.to_string().into(),
            tokenizer,
            weights: Content::Weights(Arc::new(weights(shape, vocab_size))),
        }
    }
}

/// How many entries a tokenizer has.
fn entries(tokenizer: &Content) -> u64 {
    let json: Value = serde_json::from_slice(&tokenizer.to_vec()).unwrap_or_default();
    let ids = json["model"]["vocab"].as_object().into_iter().flat_map(|vocab| vocab.values());
    let added = json["added_tokens"].as_array().into_iter().flatten().map(|token| &token["id"]);
    ids.chain(added).filter_map(Value::as_u64).max().map_or(0, |last| last + 1)
}

/// GPT-2's published `vocab.json` and `merges.txt` as one `tokenizer.json`.
fn tokenizer_json(folder: &Path) -> Result<Value> {
    let vocab: Value = serde_json::from_slice(&std::fs::read(folder.join("vocab.json"))?)?;
    let merges = std::fs::read_to_string(folder.join("merges.txt"))?;
    let merges: Vec<&str> =
        merges.lines().filter(|line| !line.starts_with("#version") && !line.is_empty()).collect();
    Ok(json!({
        "version": "1.0",
        "added_tokens": [{
            "id": 50256, "content": "<|endoftext|>", "special": true, "single_word": false,
            "lstrip": false, "rstrip": false, "normalized": true,
        }],
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true},
        "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true},
        "model": {"type": "BPE", "vocab": vocab, "merges": merges},
    }))
}

/// The tensors of a GPT-2 under the names and in the order of the published files, with the masks of attention that
/// those hold and nobody needs.
fn weights(shape: Shape, vocab_size: u64) -> Weights {
    let Shape { n_layer, n_embd, n_positions, .. } = shape;
    let same = |value| Numbers::Same(value);
    let random = Numbers::Random(0.08);
    let mut tensors: BTreeMap<String, (Vec<u64>, Numbers)> = BTreeMap::new();
    let mut put = |name: String, dims: &[u64], numbers| {
        tensors.insert(name, (dims.to_vec(), numbers));
    };
    let mut norm = |name: &str| {
        put(format!("{name}.weight"), &[n_embd], same(1.0));
        put(format!("{name}.bias"), &[n_embd], same(0.0));
    };
    norm("ln_f");
    for layer in 0..n_layer {
        norm(&format!("h.{layer}.ln_1"));
        norm(&format!("h.{layer}.ln_2"));
    }
    for layer in 0..n_layer {
        let matrices = [
            ("attn.c_attn", n_embd, 3 * n_embd),
            ("attn.c_proj", n_embd, n_embd),
            ("mlp.c_fc", n_embd, 4 * n_embd),
            ("mlp.c_proj", 4 * n_embd, n_embd),
        ];
        for (name, rows, columns) in matrices {
            put(format!("h.{layer}.{name}.weight"), &[rows, columns], random);
            put(format!("h.{layer}.{name}.bias"), &[columns], Numbers::Random(0.02));
        }
        put(format!("h.{layer}.attn.bias"), &[1, 1, n_positions, n_positions], same(1.0));
    }
    put("wte.weight".to_owned(), &[vocab_size, n_embd], random);
    put("wpe.weight".to_owned(), &[n_positions, n_embd], Numbers::Random(0.04));

    let mut header = serde_json::Map::new();
    header.insert("__metadata__".to_owned(), json!({"format": "pt"}));
    let (mut offset, mut numbers) = (0, Vec::new());
    for (name, (dims, kind)) in tensors {
        let count: u64 = dims.iter().product();
        let offsets = [offset, offset + 4 * count];
        header.insert(name, json!({"dtype": "F32", "shape": dims, "data_offsets": offsets}));
        offset += 4 * count;
        numbers.push((kind, count));
    }
    let mut json = Value::Object(header).to_string();
    json.push_str(&" ".repeat(json.len().next_multiple_of(8) - json.len()));
    let mut header = (json.len() as u64).to_le_bytes().to_vec();
    header.extend(json.into_bytes());
    Weights { header, tensors: numbers }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_of_gpt2_has_the_size_of_the_published_file() {
        let model = Checkpoint::gpt2().unwrap();
        assert_eq!(entries(&model.tokenizer), 50257);
        // 548,105,171 bytes; only the header's spelling differs.
        let bytes = model.weights.len();
        assert!(bytes.abs_diff(548_105_171) < 4096, "{bytes}");
    }
}
