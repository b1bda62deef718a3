//! The model's numbers in the protocol's words: each token with the bytes that it stands for.

use zeroshot_gpt2 as gpt2;
use zeroshot_protocol::{
    Bar, Choice, Event, Glimpse, MAX_BARS, Piece, Prediction, RequestId, Standing, TOP_CHOICES,
    TensorSummary,
};

use super::generator::Generator;

// What the protocol promises is what the model lists.
const _: () = assert!(TOP_CHOICES == gpt2::TOP_CHOICES && MAX_BARS == gpt2::MAX_BARS);

/// A token and its bytes.
pub fn piece(model: &impl Generator, token: u32) -> Piece {
    Piece::new(token, model.bytes(token))
}

/// Tokens and their bytes.
pub fn pieces(model: &impl Generator, tokens: &[u32]) -> Vec<Piece> {
    tokens.iter().map(|&token| piece(model, token)).collect()
}

/// What was expected at one place.
pub fn prediction(model: &impl Generator, found: &gpt2::Prediction) -> Prediction {
    Prediction {
        piece: piece(model, found.token),
        logprob: finite(found.logprob),
        rank: found.rank,
        entropy: found.entropy,
        top: choices(model, &found.top),
    }
}

/// What was expected at several places.
pub fn predictions(model: &impl Generator, found: &[gpt2::Prediction]) -> Vec<Prediction> {
    found.iter().map(|found| prediction(model, found)).collect()
}

/// A distribution before and after the settings.
pub fn distribution(model: &impl Generator, id: RequestId, found: &gpt2::Distribution) -> Event {
    let bars = found.bars.iter().map(|&(token, before, after)| {
        let piece = piece(model, token);
        Bar { piece, before, after }
    });
    Event::Distribution {
        id,
        bars: bars.collect(),
        kept: found.kept,
        kept_before: found.kept_before,
        entropy: found.entropy,
    }
}

/// What one depth of the model would say at one position.
pub fn glimpse(model: &impl Generator, found: &gpt2::Glimpse) -> Glimpse {
    let next = found.next.map(|(logprob, rank)| Standing { logprob: finite(logprob), rank });
    Glimpse { position: found.position, top: choices(model, &found.top), next }
}

/// A tensor.
pub fn tensor(found: gpt2::TensorSummary) -> TensorSummary {
    let gpt2::TensorSummary { name, shape, kind, mean, std } = found;
    TensorSummary { name, shape, kind: kind.to_owned(), mean, std }
}

fn choices(model: &impl Generator, found: &[(u32, f32)]) -> Vec<Choice> {
    let choice = |&(token, logprob): &(u32, f32)| {
        let piece = piece(model, token);
        Choice { piece, logprob: finite(logprob) }
    };
    found.iter().map(choice).collect()
}

/// JSON has no infinity: a token that cannot come at all has the least number there is.
pub fn finite(logarithm: f32) -> f32 {
    logarithm.clamp(f32::MIN, f32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_come_survives_the_journey() {
        let json = serde_json::to_string(&finite(f32::NEG_INFINITY)).expect("serialises");
        assert_eq!(serde_json::from_str::<f32>(&json).expect("a number"), f32::MIN);
        assert_eq!(finite(-1.5), -1.5);
    }
}
