//! What is packed here is what llama.cpp opened, and what it said then is what is said here.

#[allow(dead_code, reason = "each test uses a part")]
mod bytes_only;
mod golden;

use golden::argmax;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use zeroshot_gpt2::parts::hexadecimal;
use zeroshot_gpt2::{KvCache, Model, WeightType};

#[derive(Deserialize)]
struct Golden {
    ids: Vec<u32>,
    types: HashMap<String, Expected>,
}

#[derive(Deserialize)]
struct Expected {
    /// Of the packed file.
    sha256: String,
    greedy: Vec<u32>,
    /// The best tokens after `ids`, and the logarithms of their probabilities.
    first: Vec<(u32, f32)>,
}

fn logprobs(row: &[f32]) -> Vec<f32> {
    let greatest = row.iter().copied().fold(f32::MIN, f32::max);
    let sum: f32 = row.iter().map(|logit| (logit - greatest).exp()).sum();
    row.iter().map(|logit| logit - greatest - sum.ln()).collect()
}

#[test]
fn llama_cpp_says_the_same_of_the_same_file() {
    let Golden { ids, types } = golden::json("llama-cpp.json");
    assert_eq!(types.len(), 5);
    // llama.cpp rounds the activations before it multiplies packed weights, and GELU to F16.
    for (target, tolerance) in [
        (WeightType::F32, 0.01),
        (WeightType::F16, 0.01),
        (WeightType::Q8_0, 0.1),
        (WeightType::Q4_0M, 0.1),
        (WeightType::Q4_0, 0.1),
    ] {
        let name = target.name();
        let expected = &types[name];
        let vocabulary = bytes_only::vocabulary(&[]);
        let file = golden::packed("gguf-64", &golden::safetensors("gguf-64"), &vocabulary, target);
        let digest = hexadecimal(&Sha256::digest(&file));
        assert_eq!(
            digest, expected.sha256,
            "{name}: another file than llama.cpp opened; see training/check_llama_cpp.py"
        );

        let model = Model::from_gguf(&file).expect("loads");
        let mut cache = KvCache::new(model.config()).expect("allocates");
        let mut row = next(&model, &ids, &mut cache);
        let found = logprobs(&row);
        for &(id, logprob) in &expected.first {
            let difference = (found[id as usize] - logprob).abs();
            assert!(difference < tolerance, "{name}, token {id}: {difference}");
        }
        // Each of its tokens is the best here too, or as good as that but for rounding.
        for (index, &token) in expected.greedy.iter().enumerate() {
            let behind = row[argmax(&row) as usize] - row[token as usize];
            assert!(behind < tolerance, "{name}, token number {index}: {behind}");
            row = next(&model, &[token], &mut cache);
        }
    }
}

/// The logits of what follows.
fn next(model: &Model, tokens: &[u32], cache: &mut KvCache) -> Vec<f32> {
    let row = model.forward(tokens, cache).expect("runs");
    row.to_vec1().expect("one dimension")
}
