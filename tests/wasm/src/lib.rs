//! What the model must compute alike natively and in a browser: the golden values, compiled in, and seeded samples.
//!
//! `tests/native.rs` holds the native half (and writes `recorded.json` when asked to), `tests/browser.rs` the other.
//! The model's own tests, which see more cases, are in `crates/gpt2/tests`.

use serde::Deserialize;
use zeroshot_decoding::Decoding;
use zeroshot_gpt2::sampling::Sampler;
use zeroshot_gpt2::{Config, KvCache, Model, Result, Tokenizer, WeightType};

/// The largest difference to PyTorch on a logit.
pub const TOLERANCE: f32 = 1e-3;

/// The samples that the native build drew, in the order of [`samples`].
pub const RECORDED: &str = include_str!("../recorded.json");

/// A small random model and what PyTorch computes with it.
pub struct Case {
    /// Its folder in `tests/golden/random`.
    pub name: &'static str,
    config: &'static str,
    weights: &'static [u8],
    golden: &'static str,
}

macro_rules! case {
    ($name:literal) => {
        Case {
            name: $name,
            config: include_str!(concat!("../../golden/random/", $name, "/config.json")),
            weights: include_bytes!(concat!("../../golden/random/", $name, "/model.safetensors")),
            golden: include_str!(concat!("../../golden/random/", $name, "/golden.json")),
        }
    };
}

/// All small random models: odd sizes, each activation, each type of weight.
pub const CASES: [Case; 7] = [
    case!("gelu-new-odd"),
    case!("gelu-1-layer"),
    case!("relu-epsilon"),
    case!("untied-f16"),
    case!("bf16-inner"),
    case!("no-prefix-buffers"),
    case!("gguf-64"),
];

/// A `golden.json`.
#[derive(Deserialize)]
struct Golden {
    ids: Vec<u32>,
    positions: Vec<usize>,
    logits: Vec<Vec<f32>>,
    greedy: Vec<u32>,
}

impl Case {
    fn model(&self) -> Result<Model> {
        Model::from_safetensors(Config::from_json(self.config)?, self.weights, WeightType::F32)
    }

    fn golden(&self) -> Golden {
        serde_json::from_str(self.golden).expect("golden.json is sound")
    }

    /// The largest difference between the model's logits and PyTorch's.
    ///
    /// # Errors
    /// If the model cannot be read or run.
    pub fn difference(&self) -> Result<f32> {
        let (model, golden) = (self.model()?, self.golden());
        let mut cache = KvCache::new(model.config())?;
        let rows: Vec<Vec<f32>> = model.forward_all(&golden.ids, &mut cache)?.to_vec2()?;
        let pairs = golden.positions.iter().zip(&golden.logits);
        let differences = pairs
            .flat_map(|(&position, golden)| rows[position].iter().zip(golden))
            .map(|(a, b)| (a - b).abs());
        Ok(differences.fold(0.0, f32::max))
    }

    /// What greedy decoding gives, beside what it should give.
    ///
    /// # Errors
    /// If the model cannot be read or run.
    pub fn greedy(&self) -> Result<(Vec<u32>, Vec<u32>)> {
        let golden = self.golden();
        let found = self.continuation(&golden.ids, Decoding::default(), golden.greedy.len())?;
        Ok((found, golden.greedy))
    }

    /// `count` tokens after `ids`, drawn one by one as the worker does.
    fn continuation(&self, ids: &[u32], decoding: Decoding, count: usize) -> Result<Vec<u32>> {
        let model = self.model()?;
        let mut cache = KvCache::new(model.config())?;
        let mut sampler = Sampler::new(decoding)?;
        let mut context = ids.to_vec();
        let mut next = ids.to_vec();
        for _ in 0..count {
            let logits: Vec<f32> = model.forward(&next, &mut cache)?.to_vec1()?;
            next = vec![sampler.sample(&logits, &context)?];
            context.extend(&next);
        }
        Ok(context.split_off(ids.len()))
    }
}

/// Tokens drawn with several settings and seeds from each model.
///
/// # Errors
/// If a model cannot be read or run.
pub fn samples() -> Result<Vec<Vec<u32>>> {
    let settings = [
        Decoding { temperature: 1.0, seed: 7, ..Decoding::default() },
        Decoding { temperature: 0.7, top_k: 20, seed: 2019, ..Decoding::default() },
        Decoding { temperature: 1.3, top_p: 0.9, seed: u64::MAX, ..Decoding::default() },
        Decoding {
            temperature: 0.9,
            repetition_penalty: 1.2,
            seed: 1 << 40,
            ..Decoding::default()
        },
    ];
    let mut samples = Vec::new();
    for case in &CASES {
        for decoding in &settings {
            samples.push(case.continuation(&case.golden().ids[..8], decoding.clone(), 12)?);
        }
    }
    Ok(samples)
}

/// The samples that the native build drew.
pub fn recorded() -> Vec<Vec<u32>> {
    serde_json::from_str(RECORDED).expect("recorded.json is sound")
}

/// Texts whose ids by GPT-2's own vocabulary differ from the golden ones; none, when all is well.
///
/// # Errors
/// If the vocabulary cannot be read.
pub fn wrong_tokens() -> Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Tokens {
        gpt2: Vec<Row>,
    }
    #[derive(Deserialize)]
    struct Row {
        text: String,
        ids: Vec<u32>,
    }
    let vocabulary = include_bytes!("../../golden/gpt2-tokenizer/vocab.json");
    let merges = include_bytes!("../../golden/gpt2-tokenizer/merges.txt");
    let tokenizer = Tokenizer::from_vocab_and_merges(vocabulary, merges)?;
    let tokens: Tokens = serde_json::from_str(include_str!("../../golden/tokens.json"))
        .expect("tokens.json is sound");
    let mut wrong = Vec::new();
    for Row { text, ids } in tokens.gpt2 {
        if tokenizer.encode(&text)? != ids {
            wrong.push(text);
        }
    }
    Ok(wrong)
}
