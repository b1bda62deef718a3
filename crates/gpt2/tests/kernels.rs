//! The forward pass by the kernels against the same in candle's own operations.

mod golden;

use golden::{RANDOM, difference};
use zeroshot_gpt2::weights::gguf;
use zeroshot_gpt2::{Backend, KvCache, Model, WeightType};

fn random(name: &str, target: WeightType, backend: Backend) -> Model {
    golden::converted(golden::config(name), &golden::safetensors(name), target, backend)
}

/// The logits of all positions, read in tiles.
fn rows(model: &Model, tile: usize) -> Vec<Vec<f32>> {
    let vocab = model.config().vocab_size as u32;
    let ids: Vec<u32> = (0..24).map(|i| (i * 37 + 5) % vocab).collect();
    let mut cache = KvCache::new(model.config()).expect("allocates");
    ids.chunks(tile)
        .flat_map(|ids| {
            let logits = model.forward_all(ids, &mut cache).expect("runs");
            logits.to_vec2::<f32>().expect("two dimensions")
        })
        .collect()
}

fn largest_difference(a: &[Vec<f32>], b: &[Vec<f32>]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| difference(a, b)).fold(0.0, f32::max)
}

fn log_softmax(logits: &[f32]) -> impl Iterator<Item = f64> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let shifted = logits.iter().map(move |logit| f64::from(logit - largest));
    let sum: f64 = shifted.clone().map(f64::exp).sum();
    shifted.map(move |logit| logit - sum.ln())
}

/// The largest Kullback-Leibler divergence of any position's distributions.
fn divergence(reference: &[Vec<f32>], other: &[Vec<f32>]) -> f64 {
    let pairs = reference.iter().zip(other);
    let each = pairs.map(|(reference, other)| -> f64 {
        let logs = log_softmax(reference).zip(log_softmax(other));
        logs.map(|(reference, other)| reference.exp() * (reference - other)).sum()
    });
    each.fold(0.0, f64::max)
}

#[test]
fn in_f32_both_agree() {
    for name in RANDOM {
        let plain = rows(&random(name, WeightType::F32, Backend::Plain), 24);
        let kernels = random(name, WeightType::F32, Backend::Kernels);
        for tile in [1, 5, 24] {
            let difference = largest_difference(&rows(&kernels, tile), &plain);
            println!("{name} in tiles of {tile}: {difference:e}");
            assert!(difference < 1e-4, "{name} in tiles of {tile}: {difference}");
        }
    }
}

/// The same blocks of weights, and activations that both round to 8 bits; but candle rounds their
/// scales as well, to F16, and where a value is about half-way between two steps, that decides
/// where it goes. Both must be equally near what the weights give in F32.
#[test]
fn in_q8_0_both_are_equally_near_the_weights() {
    let file = golden::bytes("random/gguf-64/model-q8_0.gguf");
    let exact = rows(&golden::of_gguf(&file, Some(WeightType::F32), Backend::Plain), 24);
    let plain = divergence(&exact, &rows(&golden::of_gguf(&file, None, Backend::Plain), 24));
    let kernels = divergence(&exact, &rows(&golden::of_gguf(&file, None, Backend::Kernels), 24));
    println!("{plain:e} nats in candle's operations, {kernels:e} by the kernels");
    assert!(kernels < 0.005 && kernels < 2.0 * plain);
}

#[test]
fn q8_0_is_near_f32() {
    for name in RANDOM {
        let reference = rows(&random(name, WeightType::F32, Backend::Plain), 24);
        let of =
            |backend| divergence(&reference, &rows(&random(name, WeightType::Q8_0, backend), 24));
        let (plain, kernels) = (of(Backend::Plain), of(Backend::Kernels));
        println!("{name}: {plain:e} nats in candle's operations, {kernels:e} by the kernels");
        assert!(kernels < 0.01, "{name}: {kernels} nats");
    }
}

/// A prompt read in tiles and token by token gives the same numbers, for every row of activations
/// is rounded by itself.
#[test]
fn tiles_do_not_change_q8_0() {
    let file = golden::bytes("random/gguf-64/model-q8_0.gguf");
    let model = golden::of_gguf(&file, None, Backend::Kernels);
    assert_eq!(rows(&model, 24), rows(&model, 1));
}

#[test]
fn a_damaged_scale_is_refused() {
    let mut file = golden::bytes("random/gguf-64/model-q8_0.gguf");
    let header = gguf::header(&file).expect("reads");
    let tensor = header.tensors.iter().find(|tensor| tensor.name == "token_embd.weight");
    let start = tensor.expect("it has one").start as usize;
    file[start..start + 2].copy_from_slice(&[0xff, 0xff]);
    let error = Model::from_gguf(&file).expect_err("damaged").to_string();
    assert!(error.contains("scale"), "{error}");
}
