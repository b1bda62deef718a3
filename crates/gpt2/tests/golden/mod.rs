//! Reading the golden values in `tests/golden`, which `training/golden_*.py` computed with
//! PyTorch's `transformers`.

#![allow(dead_code, reason = "each test uses a part")]

use serde::Deserialize;
use std::path::PathBuf;
use zeroshot_gpt2::weights::pack::Packer;
use zeroshot_gpt2::weights::{Builder, gguf, safetensors};
use zeroshot_gpt2::{Backend, Config, Model, Vocabulary, WeightType};

/// Small random models, and how the published files that they stand for vary.
pub const RANDOM: [&str; 9] = [
    "gelu-new-odd",
    "gelu-1-layer",
    "relu-epsilon",
    "untied-f16",
    "bf16-inner",
    "no-prefix-buffers",
    "gguf-64",
    "scaled-scores",
    "stored-head",
];

/// What `transformers` computes for one model.
#[derive(Deserialize)]
pub struct Golden {
    pub ids: Vec<u32>,
    pub positions: Vec<usize>,
    /// One row for each of the positions.
    pub logits: Vec<Vec<f32>>,
    /// What greedy decoding gives after `ids`.
    pub greedy: Vec<u32>,
}

/// A text and its token ids.
#[derive(Deserialize)]
pub struct Tokens {
    pub text: String,
    pub ids: Vec<u32>,
}

pub fn path(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden").join(file)
}

pub fn bytes(file: &str) -> Vec<u8> {
    let path = path(file);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn text(file: &str) -> String {
    String::from_utf8(bytes(file)).expect("UTF-8")
}

pub fn json<T: for<'de> Deserialize<'de>>(file: &str) -> T {
    serde_json::from_slice(&bytes(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

pub fn config(name: &str) -> Config {
    Config::from_json(&text(&format!("random/{name}/config.json"))).expect("valid")
}

pub fn safetensors(name: &str) -> Vec<u8> {
    bytes(&format!("random/{name}/model.safetensors"))
}

pub fn model(name: &str) -> Model {
    Model::from_safetensors(config(name), &safetensors(name), WeightType::F32).expect("loads")
}

/// The model of a safetensors file, its matrices converted, computed by one of the backends.
pub fn converted(config: Config, file: &[u8], target: WeightType, backend: Backend) -> Model {
    let header = safetensors::header(file).expect("reads");
    let builder = Builder::from_safetensors(config, &header, Some(target));
    let mut builder = builder.expect("a GPT-2").backend(backend);
    for tensor in &header.tensors {
        builder.add(&tensor.name, tensor.slice(file).expect("whole")).expect("reads");
    }
    builder.model().expect("all there")
}

/// The file that a model's safetensors file is packed into.
pub fn packed(name: &str, file: &[u8], vocabulary: &Vocabulary, target: WeightType) -> Vec<u8> {
    let header = safetensors::header(file).expect("reads");
    let packer = Packer::new(config(name), &header, target).expect("a GPT-2");
    let mut packed = packer.header(vocabulary).expect("can be said");
    for (param, stored) in packer.tensors() {
        let bytes = stored.slice(file).expect("whole");
        packed.extend(packer.tensor(*param, stored, bytes).expect("packs"));
    }
    packed
}

/// The file of a model whose last bias is not a number.
pub fn damaged() -> Vec<u8> {
    let mut file = self::safetensors("gguf-64");
    let header = safetensors::header(&file).expect("reads");
    let tensor = header.tensors.iter().find(|tensor| tensor.name.ends_with("ln_f.bias"));
    let start = tensor.expect("it has one").start as usize;
    file[start..start + 4].copy_from_slice(&f32::NAN.to_le_bytes());
    file
}

/// The same of a GGUF file, whose formats stay if none is named.
pub fn of_gguf(file: &[u8], target: Option<WeightType>, backend: Backend) -> Model {
    let header = gguf::header(file).expect("reads");
    let mut builder = Builder::from_gguf(&header, target).expect("a GPT-2").backend(backend);
    for tensor in &header.tensors {
        builder.add(&tensor.name, tensor.slice(file).expect("whole")).expect("reads");
    }
    builder.model().expect("all there")
}

/// The largest difference between two rows of the same length.
pub fn difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

pub fn argmax(row: &[f32]) -> u32 {
    let best = (0..).zip(row).max_by(|a: &(u32, _), b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
    best.expect("not empty").0
}

/// The project's own models, as they ship.
pub mod builtin {
    use super::of_gguf;
    use std::path::PathBuf;
    use zeroshot_gpt2::weights::gguf;
    use zeroshot_gpt2::{Backend, Config, Model, Tokenizer, WeightType};

    /// A packed model, computed in F32.
    pub fn packed(name: &str) -> Model {
        let file = file(&format!("{name}/model.gguf"));
        of_gguf(&file, Some(WeightType::F32), Backend::default())
    }

    /// The tokenizer that a packed model holds.
    pub fn packed_tokenizer(name: &str) -> Tokenizer {
        let file = file(&format!("{name}/model.gguf"));
        Tokenizer::from_gguf(&gguf::header(&file).expect("reads")).expect("valid")
    }

    /// A file of the medium one, which lies in the Hugging Face layout.
    pub fn medium(name: &str) -> Vec<u8> {
        file(&format!("builtin-medium/{name}"))
    }

    pub fn medium_config() -> Config {
        let json = medium("config.json");
        Config::from_json(std::str::from_utf8(&json).expect("UTF-8")).expect("valid")
    }

    pub fn medium_tokenizer() -> Tokenizer {
        Tokenizer::from_json(&medium("tokenizer.json")).expect("valid")
    }

    fn file(path: &str) -> Vec<u8> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../www/models");
        std::fs::read(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}
