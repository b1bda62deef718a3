//! Asking a session of a small random model what can be asked of it.

#![allow(dead_code, reason = "each test uses a part")]

use crate::{bytes_only::bytes_only, golden};
use zeroshot_decoding::Decoding;
use zeroshot_gpt2::{
    Backend, Distribution, Error, Finding, Glimpse, Inquiry, Prediction, Session, Step, WeightType,
};

/// 48 positions, 256 tokens, 2 layers, 4 heads.
pub fn session() -> Session {
    of(WeightType::F32, Backend::Kernels)
}

pub fn of(target: WeightType, backend: Backend) -> Session {
    let (config, file) = (golden::config("gguf-64"), golden::safetensors("gguf-64"));
    let model = golden::converted(config, &file, target, backend);
    Session::new(model, bytes_only(&[])).expect("of one model")
}

pub fn of_each_kind() -> impl Iterator<Item = (String, Session)> {
    let backends = [Backend::Plain, Backend::Kernels];
    backends.into_iter().flat_map(|backend| {
        WeightType::ALL
            .map(|target| (format!("{} by {backend:?}", target.name()), of(target, backend)))
    })
}

pub fn text(len: u32) -> Vec<u32> {
    (0..len).map(|i| (i * 37 + 5) % 256).collect()
}

/// Every step of an inquiry.
pub fn steps(session: &mut Session, inquiry: Inquiry) -> Vec<Finding> {
    session.inquire(inquiry).expect("in range");
    let mut found = Vec::new();
    loop {
        match session.advance_inquiry().expect("advances") {
            Finding::Finished => {
                assert!(matches!(session.advance_inquiry(), Err(Error::NotStarted)));
                return found;
            }
            finding => found.push(finding),
        }
    }
}

pub fn read(session: &mut Session, tokens: &[u32], from: usize) -> Vec<Prediction> {
    let found = steps(session, Inquiry::Read { tokens: tokens.to_vec(), from });
    let parts = found.into_iter().filter_map(|finding| match finding {
        Finding::Read { predictions, .. } => Some(predictions),
        _ => None,
    });
    parts.flatten().collect()
}

pub fn attention(
    session: &mut Session,
    tokens: &[u32],
    layer: usize,
    position: usize,
) -> Vec<Vec<f32>> {
    let tokens = tokens.to_vec();
    match steps(session, Inquiry::Attention { tokens, layer, position }).pop() {
        Some(Finding::Attention { heads }) => heads,
        other => panic!("{other:?}"),
    }
}

pub fn lens(session: &mut Session, tokens: &[u32], positions: (usize, usize)) -> Vec<Vec<Glimpse>> {
    let found = steps(session, Inquiry::Lens { tokens: tokens.to_vec(), positions, top: 8 });
    let depths = found.into_iter().filter_map(|finding| match finding {
        Finding::Lens { depth, glimpses } => Some((depth, glimpses)),
        _ => None,
    });
    depths
        .enumerate()
        .map(|(expected, (depth, glimpses))| {
            assert_eq!(depth, expected);
            glimpses
        })
        .collect()
}

pub fn distribution(session: &mut Session, tokens: &[u32], decoding: &Decoding) -> Distribution {
    let (tokens, decoding) = (tokens.to_vec(), decoding.clone());
    match steps(session, Inquiry::Distribution { tokens, decoding }).pop() {
        Some(Finding::Distribution(distribution)) => distribution,
        other => panic!("{other:?}"),
    }
}

/// Continues a text, and gives it as it is then: the last token has not been read.
pub fn generate(session: &mut Session, prompt: &[u32], count: usize, capture: bool) -> Vec<u32> {
    let decoding = Decoding { max_new_tokens: count, ..Decoding::default() };
    session.start(prompt.to_vec(), &decoding, capture).expect("starts");
    let mut text = prompt.to_vec();
    loop {
        match session.advance().expect("advances") {
            Step::Prefill { .. } | Step::Working => {}
            Step::Token { prediction, .. } => text.push(prediction.token),
            Step::Finished { .. } => return text,
        }
    }
}
