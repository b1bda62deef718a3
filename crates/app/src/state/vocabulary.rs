//! Runs whose tokens belong to another vocabulary than that of the model in use: tokens are
//! numbers, and mean another text there.
//!
//! Such a run is known by its text alone as long as that model is in use; its tokens come back
//! with their own.

use super::{Given, Run, Runs};
use std::rc::Rc;
use zeroshot_protocol::Prediction;

/// What was known of a run's tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct Foreign {
    predictions: Vec<Rc<Prediction>>,
    given: Given,
}

impl Run {
    /// Makes its tokens such as a model with `vocab_size` entries can be given.
    fn be_read_by(&mut self, vocab_size: usize) {
        let own = *self.vocab_size.get_or_insert(vocab_size);
        if own != vocab_size {
            if self.foreign.is_none() && !self.predictions.is_empty() {
                let predictions = std::mem::take(&mut self.predictions);
                self.foreign = Some(Rc::new(Foreign { predictions, given: self.given }));
                self.given = Given { bytes: self.text.len(), tokens: 0 };
            }
        } else if let Some(foreign) = self.foreign.take() {
            self.predictions.clone_from(&foreign.predictions);
            self.given = foreign.given;
        }
    }

    /// Its tokens as they were written, and what of them was given.
    pub fn as_written(&self) -> (&[Rc<Prediction>], Given) {
        match &self.foreign {
            Some(foreign) => (&foreign.predictions, foreign.given),
            None => (&self.predictions, self.given),
        }
    }
}

impl Runs {
    /// Makes every run's tokens such as a model with `vocab_size` entries can be given.
    pub fn be_read_by(&mut self, vocab_size: usize) {
        for run in self.iter_mut() {
            if run.vocab_size != Some(vocab_size) || run.foreign.is_some() {
                Rc::make_mut(run).be_read_by(vocab_size);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{
        Action, LibraryAction, State,
        models::Chosen,
        tests::{loading, reduce, summary},
    };
    use zeroshot_protocol::{
        Decoding, Event, FinishReason, Kept, ModelSummary, Piece, Seat, Stats,
    };

    /// The page as it works with a model with so many entries.
    fn switched(state: State, id: u32, vocab_size: usize) -> State {
        let chosen = Chosen::first().expect("there is one");
        let load = LibraryAction::Load { id, chosen, unattended: false };
        let model = ModelSummary { vocab_size, ..summary() };
        let loaded = Event::Loaded { id, seat: Seat::Main, model, kept: Kept::NotAsked };
        let state = reduce(state, Action::Library(load));
        reduce(state, Action::Events { events: vec![loaded], now: 0.0 })
    }

    /// A run that has ended.
    fn ran(state: State) -> State {
        let prompt = state.desk().prompt();
        let state = reduce(state, Action::Begin { id: 3, prompt, decoding: Decoding::default() });
        let piece = Piece::new(7000, b" oui");
        let prediction =
            Prediction { piece, logprob: -0.25, rank: 0, entropy: 0.5, top: Vec::new() };
        let token = Event::Token { id: 3, text: " oui".to_owned(), prediction };
        let (reason, stats) = (FinishReason::Length, Stats::default());
        let done = Event::Done { id: 3, reason, text: String::new(), stats };
        reduce(state, Action::Events { events: vec![token, done], now: 1.0 })
    }

    #[test]
    fn a_text_goes_on_with_another_vocabulary_as_a_text() {
        let state = switched(ran(switched(loading(), 1, 8000)), 2, 50257);
        let run = state.run().expect("it is shown");
        assert_eq!((run.text.as_str(), run.predictions.len()), (" oui", 0));
        assert_eq!(run.as_written().0.len(), 1, "a file of runs keeps its tokens");
        let state = reduce(state, Action::Continue { id: 4 });
        let context = state.run().expect("it goes on").model_input();
        assert!(context.tokens.is_empty(), "no numbers of another vocabulary");
        assert!(context.prompt.ends_with(" oui"), "{}", context.prompt);
        // What was written since belongs to the model that wrote it.
        assert_eq!(state.run().and_then(|run| run.vocab_size), Some(50257));
    }

    #[test]
    fn tokens_come_back_with_their_model() {
        let state = ran(switched(loading(), 1, 8000));
        let before = state.run().cloned();
        let away = switched(state, 2, 50257);
        assert_ne!(away.run().cloned(), before);
        assert_eq!(switched(away, 4, 8000).run().cloned(), before);
    }

    #[test]
    fn a_model_of_the_same_vocabulary_reads_the_same_tokens() {
        let state = switched(ran(switched(loading(), 1, 8000)), 2, 8000);
        assert_eq!(state.run().map(|run| run.predictions.len()), Some(1));
    }
}
