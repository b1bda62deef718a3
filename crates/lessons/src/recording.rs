//! What a model said to the scenes of a lesson, so that the lesson plays before a model is there
//! or without one. Written by `zeroshot record` into a file of its own beside the lesson: what a
//! teacher writes and what a program writes stay apart.

use crate::{Fault, fault::Place};
use serde::{Deserialize, Serialize};
use zeroshot_protocol::{Decoding, Piece, Prediction, TOP_CHOICES, TensorSummary};

/// What a model said to the scenes of a lesson.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// The model's name in the catalogue.
    pub model: String,
    /// Entries of its vocabulary.
    pub vocab_size: usize,
    /// Each prompt and its continuation.
    pub takes: Vec<Take>,
    /// The model's tensors, where a page lists them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tensors: Vec<TensorSummary>,
}

/// A prompt and its continuation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Take {
    /// The whole prompt.
    pub prompt: String,
    /// Its tokens.
    pub pieces: Vec<Piece>,
    /// How it was decoded.
    pub decoding: Decoding,
    /// All that was generated.
    pub text: String,
    /// What was expected at each of its tokens.
    pub predictions: Vec<Prediction>,
}

/// More than eight variations of twenty scenes.
const MOST_TAKES: usize = 200;

impl Recording {
    /// Reads and checks a recording.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn from_json(json: &str) -> Result<Self, Fault> {
        let recording: Self =
            serde_json::from_str(json).map_err(|error| Fault::Shape(error.to_string()))?;
        if recording.takes.len() > MOST_TAKES {
            return Err(Place::top("takes").fault(format!("lists more than {MOST_TAKES}")));
        }
        for (number, take) in recording.takes.iter().enumerate() {
            let place = Place::top_item("takes", number);
            let decoding = &take.decoding;
            decoding
                .validate()
                .map_err(|error| place.field("decoding").fault(error.to_string()))?;
            // No token is empty.
            if take.pieces.len() > take.prompt.len() {
                return Err(place.field("pieces").fault("lists more than the prompt can have"));
            }
            if take.predictions.len() > decoding.max_new_tokens {
                return Err(place.field("predictions").fault("lists more than were asked for"));
            }
            if take.predictions.iter().any(|prediction| prediction.top.len() > TOP_CHOICES) {
                let what = format!("one lists more than {TOP_CHOICES} choices");
                return Err(place.field("predictions").fault(what));
            }
        }
        Ok(recording)
    }

    /// The continuation of this prompt with these settings: that of the same seed if there is one.
    /// Without a model, another seed cannot be had.
    pub fn take(&self, prompt: &str, decoding: &Decoding) -> Option<&Take> {
        let same = |take: &&Take| {
            let seed = decoding.seed;
            take.prompt == prompt && Decoding { seed, ..take.decoding.clone() } == *decoding
        };
        let exact = self.takes.iter().filter(same).find(|take| take.decoding == *decoding);
        exact.or_else(|| self.takes.iter().find(same))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(prompt: &str, seed: u64) -> Take {
        let decoding = Decoding { temperature: 1.0, seed, ..Decoding::default() };
        let text = format!("{prompt}{seed}");
        let (pieces, predictions) = (Vec::new(), Vec::new());
        Take { prompt: prompt.to_owned(), pieces, decoding, text, predictions }
    }

    #[test]
    fn the_take_of_the_same_seed_comes_first_and_other_settings_have_none() {
        let takes = vec![take("a", 1), take("a", 2), take("b", 1)];
        let recording = Recording { takes, ..Recording::default() };
        let found = |prompt: &str, seed, temperature| {
            let decoding = Decoding { temperature, seed, ..Decoding::default() };
            recording.take(prompt, &decoding).map(|take| take.text.as_str())
        };
        assert_eq!(found("a", 2, 1.0), Some("a2"));
        assert_eq!(found("a", 9, 1.0), Some("a1"));
        assert_eq!(found("a", 1, 0.5), None);
        assert_eq!(found("c", 1, 1.0), None);
    }

    #[test]
    fn a_recording_with_more_tokens_than_were_asked_for_is_refused() {
        let mut long = take("a", 1);
        long.decoding.max_new_tokens = 1;
        let piece = zeroshot_protocol::Piece::new(1, b"a");
        let prediction =
            Prediction { piece, logprob: -1.0, rank: 0, entropy: 1.0, top: Vec::new() };
        long.predictions = vec![prediction.clone(), prediction];
        let recording = Recording { takes: vec![long], ..Recording::default() };
        let json = serde_json::to_string(&recording).expect("serialises");
        let fault = Recording::from_json(&json).expect_err("too many").to_string();
        assert_eq!(fault, "takes[0].predictions: lists more than were asked for");
    }
}
