//! What can be seen inside a model, against PyTorch's `transformers`, by both backends.

mod bytes_only;
mod golden;

use bytes_only::bytes_only;
use golden::builtin;
use serde::Deserialize;
use zeroshot_gpt2::{Backend, Finding, Inquiry, Prediction, Session, WeightType};

const TOLERANCE: f32 = 1e-3;

#[derive(Deserialize)]
struct Inside {
    random: Golden,
    builtin: Golden,
}

#[derive(Deserialize)]
struct Golden {
    ids: Vec<u32>,
    /// Of every token but the first.
    predictions: Vec<Expected>,
    attention: Vec<Attention>,
    gaze: Gaze,
    lens: Vec<Glimpse>,
}

#[derive(Deserialize)]
struct Expected {
    logprob: f32,
    /// The least and the greatest that rounding may lead to.
    rank: (u32, u32),
    entropy: f32,
    top: Vec<(u32, f32)>,
}

#[derive(Deserialize)]
struct Attention {
    layer: usize,
    position: usize,
    heads: Vec<Vec<f32>>,
}

#[derive(Deserialize)]
struct Gaze {
    from: (usize, usize),
    spans: Vec<(usize, usize)>,
    layers: Vec<Vec<Vec<f32>>>,
}

#[derive(Deserialize)]
struct Glimpse {
    depth: usize,
    position: usize,
    top: Vec<(u32, f32)>,
    /// One, or none.
    next: Vec<(f32, (u32, u32))>,
}

/// Each session with what `transformers` computes for its model.
fn sessions() -> Vec<(String, Session, Golden)> {
    let mut sessions = Vec::new();
    for backend in [Backend::Plain, Backend::Kernels] {
        let Inside { random, builtin } = golden::json("inside.json");
        let name = "gguf-64";
        let (config, file) = (golden::config(name), golden::safetensors(name));
        let model = golden::converted(config, &file, WeightType::F32, backend);
        let session = Session::new(model, bytes_only(&[])).expect("of one model");
        sessions.push((format!("random, {backend:?}"), session, random));
        let (config, file) = (builtin::medium_config(), builtin::medium("model.safetensors"));
        let model = golden::converted(config, &file, WeightType::F32, backend);
        let session = Session::new(model, builtin::medium_tokenizer()).expect("of one model");
        sessions.push((format!("built-in, {backend:?}"), session, builtin));
    }
    sessions
}

/// All that an inquiry finds, but for what it reads on the way.
fn ask(session: &mut Session, inquiry: Inquiry) -> Vec<Finding> {
    session.inquire(inquiry).expect("in range");
    let mut found = Vec::new();
    loop {
        match session.advance_inquiry().expect("advances") {
            Finding::Prefill { .. } | Finding::Working => {}
            Finding::Finished => return found,
            finding => found.push(finding),
        }
    }
}

/// The largest difference of the logarithms, at each place of a list that is sorted by them. Where
/// two are too near to tell their order, their tokens may have changed places.
fn difference_of_top(found: &[(u32, f32)], expected: &[(u32, f32)]) -> f32 {
    assert_eq!(found.len(), expected.len());
    for (at, &(token, logprob)) in expected.iter().enumerate() {
        let near = |other: &&(u32, f32)| (other.1 - logprob).abs() < 2.0 * TOLERANCE;
        // Itself alone; what comes after the last is not known.
        if at + 1 < expected.len() && expected.iter().filter(near).count() == 1 {
            assert_eq!(found[at].0, token, "number {at} of {expected:?}");
        }
    }
    let logprobs = |top: &[(u32, f32)]| top.iter().map(|&(_, logprob)| logprob).collect::<Vec<_>>();
    golden::difference(&logprobs(found), &logprobs(expected))
}

#[test]
fn predictions_are_those_of_transformers() {
    for (name, mut session, golden) in sessions() {
        let inquiry = Inquiry::Read { tokens: golden.ids.clone(), from: 1 };
        let mut predictions: Vec<Prediction> = Vec::new();
        for finding in ask(&mut session, inquiry) {
            let Finding::Read { start, predictions: some } = finding else { panic!("{finding:?}") };
            assert_eq!(start, 1 + predictions.len());
            predictions.extend(some);
        }
        assert_eq!(predictions.len(), golden.ids.len() - 1);
        let mut largest = 0f32;
        let pairs = predictions.iter().zip(&golden.predictions).zip(&golden.ids[1..]);
        for ((found, expected), &token) in pairs {
            assert_eq!(found.token, token);
            let (least, greatest) = expected.rank;
            assert!((least..=greatest).contains(&found.rank), "{name}: {found:?}");
            largest = largest
                .max((found.logprob - expected.logprob).abs())
                .max((found.entropy - expected.entropy).abs())
                .max(difference_of_top(&found.top, &expected.top));
        }
        println!("{name}: {largest:e}");
        assert!(largest < TOLERANCE, "{name}: {largest}");
    }
}

#[test]
fn attention_is_that_of_transformers() {
    for (name, mut session, golden) in sessions() {
        let mut largest = 0f32;
        for Attention { layer, position, heads } in &golden.attention {
            let (tokens, layer, position) = (golden.ids.clone(), *layer, *position);
            let found = ask(&mut session, Inquiry::Attention { tokens, layer, position });
            let [Finding::Attention { heads: found }] = &found[..] else { panic!("{found:?}") };
            assert_eq!(found.len(), heads.len());
            for (found, expected) in found.iter().zip(heads) {
                assert!((found.iter().sum::<f32>() - 1.0).abs() < 1e-5);
                largest = largest.max(golden::difference(found, expected));
            }
        }
        let Gaze { from, spans, layers } = golden.gaze;
        let found = ask(&mut session, Inquiry::Gaze { tokens: golden.ids, from, spans });
        let [Finding::Gaze { layers: found }] = &found[..] else { panic!("{found:?}") };
        assert_eq!(found.len(), layers.len());
        for (found, expected) in found.iter().flatten().zip(layers.iter().flatten()) {
            largest = largest.max(golden::difference(found, expected));
        }
        println!("{name}: {largest:e}");
        assert!(largest < TOLERANCE, "{name}: {largest}");
    }
}

#[test]
fn the_lens_shows_what_transformers_shows() {
    for (name, mut session, golden) in sessions() {
        let positions = (0, golden.ids.len());
        let found = ask(&mut session, Inquiry::Lens { tokens: golden.ids, positions, top: 8 });
        assert_eq!(found.len(), session.config().n_layer + 1);
        let mut largest = 0f32;
        for Glimpse { depth: at, position, top, next } in &golden.lens {
            let Finding::Lens { depth, glimpses } = &found[*at] else { panic!("{found:?}") };
            let glimpse = &glimpses[*position];
            assert_eq!((depth, glimpse.position), (at, *position));
            largest = largest.max(difference_of_top(&glimpse.top, top));
            assert_eq!(glimpse.next.is_some(), !next.is_empty());
            for (&(logprob, rank), &(expected, (least, greatest))) in glimpse.next.iter().zip(next)
            {
                assert!((least..=greatest).contains(&rank), "{name}: depth {depth}, {position}");
                largest = largest.max((logprob - expected).abs());
            }
        }
        println!("{name}: {largest:e}");
        assert!(largest < TOLERANCE, "{name}: {largest}");
    }
}
