//! The project's own models, as they ship: the same logits, tokens and greedy text as PyTorch. All but
//! the medium one are packed; what is compared then is what their numbers stand for.

mod golden;

use golden::builtin;
use serde::Deserialize;
use zeroshot_decoding::Decoding;
use zeroshot_gpt2::{KvCache, Model, Session, Step, Tokenizer, WeightType};

const TOLERANCE: f64 = 1e-3;

#[derive(Deserialize)]
struct Builtin {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    prompt: String,
    ids: Vec<u32>,
    positions: Vec<Row>,
    greedy: Vec<u32>,
}

/// The highest logits of one position, some fixed ones, and the logarithm of the sum of all their
/// exponentials, which stands for the others.
#[derive(Deserialize)]
struct Row {
    position: usize,
    top: Vec<(usize, f64)>,
    fixed: Vec<(usize, f64)>,
    logsumexp: f64,
}

/// The models that are packed.
const PACKED: [&str; 2] = ["builtin", "builtin-small"];

/// Each model with what `transformers` computes for it.
fn models() -> impl Iterator<Item = (Model, Builtin)> {
    let packed = PACKED
        .into_iter()
        .map(|name| (builtin::packed(name), golden::json(&format!("{name}.json"))));
    let medium = std::iter::once_with(|| {
        let (config, weights) = (builtin::medium_config(), builtin::medium("model.safetensors"));
        let model = Model::from_safetensors(config, &weights, WeightType::F32).expect("loads");
        (model, golden::json("builtin-medium.json"))
    });
    packed.chain(medium)
}

/// The tokenizer of each, in the same order.
fn tokenizers() -> impl Iterator<Item = Tokenizer> {
    let packed = PACKED.into_iter().map(builtin::packed_tokenizer);
    packed.chain(std::iter::once_with(builtin::medium_tokenizer))
}

#[test]
fn logits_are_those_of_transformers() {
    for (model, golden) in models() {
        logits_agree(&model, &golden);
    }
}

fn logits_agree(model: &Model, golden: &Builtin) {
    let mut largest = 0f64;
    for Case { name, ids, positions, .. } in &golden.cases {
        let mut cache = KvCache::new(model.config()).expect("allocates");
        let rows = model.forward_all(ids, &mut cache).expect("runs");
        let rows: Vec<Vec<f32>> = rows.to_vec2().expect("two dimensions");
        for Row { position, top, fixed, logsumexp } in positions {
            let row = &rows[*position];
            let sum: f64 = row.iter().map(|&logit| f64::from(logit).exp()).sum();
            let expected = top.iter().chain(fixed);
            let differences = expected.map(|&(id, logit)| (f64::from(row[id]) - logit).abs());
            let difference = differences.fold((sum.ln() - logsumexp).abs(), f64::max);
            assert!(difference < TOLERANCE, "{name} at {position}: {difference}");
            largest = largest.max(difference);
        }
    }
    println!("largest difference {largest:e}");
}

#[test]
fn greedy_text_is_that_of_transformers() {
    for ((model, golden), tokenizer) in models().zip(tokenizers()) {
        texts_agree(model, tokenizer, &golden);
    }
}

fn texts_agree(model: Model, tokenizer: Tokenizer, golden: &Builtin) {
    let mut session = Session::new(model, tokenizer).expect("of one model");
    let end = session.config().eos_token_id;
    for Case { name, prompt, ids, greedy, .. } in &golden.cases {
        let tokens = session.encode(prompt, &[]).expect("encodes");
        assert_eq!(&tokens, ids, "{name}");
        let decoding = Decoding { max_new_tokens: greedy.len(), ..Decoding::default() };
        session.start(tokens, &decoding, false).expect("starts");
        let mut found = Vec::new();
        loop {
            match session.advance().expect("advances") {
                Step::Prefill { .. } | Step::Working => {}
                Step::Token { prediction, .. } => found.push(prediction.token),
                Step::Finished { .. } => break,
            }
        }
        // The golden continuation goes on after the end of the text; a session does not.
        let length = greedy.iter().position(|&id| Some(id) == end).unwrap_or(greedy.len());
        assert_eq!(found, greedy[..length], "{name}");
    }
}

#[test]
fn ids_are_those_of_its_tokenizer() {
    #[derive(Deserialize)]
    struct Tokens {
        builtin: Vec<golden::Tokens>,
    }
    let golden: Tokens = golden::json("tokens.json");
    assert!(golden.builtin.len() >= 200);
    let (vocab, merges) = (builtin::medium("vocab.json"), builtin::medium("merges.txt"));
    let read = Tokenizer::from_vocab_and_merges(&vocab, &merges).expect("valid");
    for tokenizer in tokenizers().chain([read]) {
        for golden::Tokens { text, ids } in &golden.builtin {
            assert_eq!(&tokenizer.encode(text).expect("encodes"), ids, "{text:?}");
        }
    }
}
