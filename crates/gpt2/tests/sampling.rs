//! Distributions against the logits processors of `transformers`.

mod golden;

use serde::Deserialize;
use zeroshot_decoding::Decoding;
use zeroshot_gpt2::sampling::distribution;

const TOLERANCE: f32 = 1e-5;

#[derive(Deserialize)]
struct Sampling {
    small: Vec<Small>,
    large: Vec<Large>,
}

#[derive(Deserialize)]
struct Small {
    name: String,
    logits: Vec<f32>,
    previous: Vec<u32>,
    cases: Vec<SmallCase>,
}

#[derive(Deserialize)]
struct SmallCase {
    settings: Decoding,
    /// In F64: some are too small for F32, and yet kept.
    probabilities: Vec<f64>,
}

#[derive(Deserialize)]
struct Large {
    formula: String,
    size: u32,
    previous: Vec<u32>,
    cases: Vec<LargeCase>,
}

#[derive(Deserialize)]
struct LargeCase {
    settings: Decoding,
    kept: usize,
    top: Vec<(u32, f32)>,
}

/// `transformers` samples at temperature 1 where nothing else is said; ours is greedy there.
fn sampled(settings: &Decoding) -> Decoding {
    let temperature = if settings.temperature == 0.0 { 1.0 } else { settings.temperature };
    Decoding { temperature, ..settings.clone() }
}

#[test]
fn every_probability_is_that_of_transformers() {
    let golden: Sampling = golden::json("sampling.json");
    let mut largest = 0f32;
    for Small { name, logits, previous, cases } in &golden.small {
        for SmallCase { settings, probabilities } in cases {
            let kept = distribution(logits, previous, &sampled(settings)).expect("numbers");
            assert!(kept.is_sorted_by(|a, b| a.1 >= b.1));
            let mut all = vec![0.0; logits.len()];
            for &(token, probability) in &kept {
                all[token as usize] = probability;
            }
            let expected = probabilities.iter().filter(|&&p| p > 0.0).count();
            assert_eq!(kept.len(), expected, "tokens kept of {name} with {settings:?}");
            let probabilities: Vec<f32> = probabilities.iter().map(|&p| p as f32).collect();
            let difference = golden::difference(&all, &probabilities);
            assert!(difference < TOLERANCE, "{name} with {settings:?}: {difference}");
            largest = largest.max(difference);
        }
    }
    println!("largest difference {largest:e}");
}

#[test]
fn a_large_vocabulary_keeps_the_same_tokens() {
    let golden: Sampling = golden::json("sampling.json");
    for Large { formula, size, previous, cases } in &golden.large {
        assert_eq!(formula, "4 sin(0.7 i) + 3 cos(0.013 i) - 0.0004 i");
        let logit = |i: u32| {
            let i = f64::from(i);
            (4.0 * (i * 0.7).sin() + 3.0 * (i * 0.013).cos() - 0.0004 * i) as f32
        };
        let logits: Vec<f32> = (0..*size).map(logit).collect();
        for LargeCase { settings, kept, top } in cases {
            let found = distribution(&logits, previous, &sampled(settings)).expect("numbers");
            assert_eq!(found.len(), *kept, "{settings:?}");
            for (found, expected) in found.iter().zip(top) {
                assert_eq!(found.0, expected.0, "{settings:?}");
                assert!((found.1 - expected.1).abs() < TOLERANCE, "{settings:?}: {found:?}");
            }
        }
    }
}
