//! What a class sees: how much of the shown run is uncovered.

use super::{Run, State};
use std::rc::Rc;

/// The page on the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Projector {
    /// How many tokens of the run are uncovered; `None` for all there are.
    pub uncovered: Option<usize>,
    /// Whether the keys are still told: until the first of them is pressed.
    pub tells_keys: bool,
}

/// What is to be uncovered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uncover {
    /// One token more.
    More,
    /// One token less.
    Less,
    Nothing,
    Everything,
}

impl State {
    /// The run that belongs to what the open desk shows, as far as it is uncovered.
    pub fn seen_run(&self) -> Option<Rc<Run>> {
        let run = self.run()?;
        Some(match self.projector.and_then(|projector| projector.uncovered) {
            Some(tokens) => Rc::new(run.up_to(tokens)),
            None => Rc::clone(run),
        })
    }

    /// Whether something of the shown run is covered.
    pub fn is_covered(&self) -> bool {
        self.projector.is_some_and(|projector| projector.uncovered.is_some())
    }

    pub(super) fn uncover(&mut self, what: Uncover) {
        let there = self.run().map_or(0, |run| run.ends().len());
        let active = self.run().is_some_and(|run| run.is_active());
        let Some(projector) = &mut self.projector else { return };
        let now = projector.uncovered.unwrap_or(there).min(there);
        let then = match what {
            Uncover::More => now + 1,
            Uncover::Less => now.saturating_sub(1),
            Uncover::Nothing => 0,
            Uncover::Everything => there,
        };
        // A run that goes on may bring more than is there now.
        let all = what == Uncover::Everything || (!active && then >= there);
        projector.uncovered = (!all).then_some(then);
        projector.tells_keys = false;
    }
}

impl Run {
    /// Where each of its tokens ends in its text; its words where the tokens are not known.
    pub fn ends(&self) -> Vec<usize> {
        let given = if self.given.tokens == 0 { self.given.bytes } else { 0 };
        let mut ends: Vec<usize> = Vec::new();
        if self.predictions.is_empty() {
            let starts = self.text.match_indices(char::is_whitespace).map(|(at, _)| at);
            let ended = |at: &usize| !self.text[..*at].trim().is_empty();
            ends.extend(starts.filter(ended).chain([self.text.len()]));
        } else {
            let mut end = given;
            ends.extend((given > 0).then_some(given));
            ends.extend(self.predictions.iter().map(|prediction| {
                end += prediction.piece.byte_len();
                end
            }));
        }
        // A token may end inside a character, or in a stop text that is not part of the text.
        for end in &mut ends {
            *end = self.text.floor_char_boundary(*end);
        }
        ends.dedup();
        ends
    }

    /// The beginning of this run, of so many tokens.
    fn up_to(&self, tokens: usize) -> Self {
        let ends = self.ends();
        let end = match tokens.checked_sub(1) {
            Some(last) => ends.get(last).copied().unwrap_or(self.text.len()),
            None => 0,
        };
        let mut run = self.clone();
        run.text.truncate(end);
        run
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Action, Phase};
    use yew::Reducible;

    fn reduce(state: State, action: Action) -> State {
        Rc::unwrap_or_clone(Rc::new(state).reduce(action))
    }

    fn seen(state: &State) -> String {
        state.seen_run().map(|run| run.text.clone()).unwrap_or_default()
    }

    #[test]
    fn a_recorded_answer_is_uncovered_word_by_word() {
        let state = reduce(State::default(), Action::Project(true));
        let whole = seen(&state);
        assert!(whole.split_whitespace().count() > 1, "{whole:?}");
        let state = reduce(state, Action::Uncover(Uncover::Nothing));
        assert_eq!(seen(&state), "");
        let mut state = reduce(state, Action::Uncover(Uncover::More));
        let first = whole.split_whitespace().next().expect("a word");
        assert_eq!(seen(&state).trim(), first);
        while state.is_covered() {
            let before = seen(&state).len();
            state = reduce(state, Action::Uncover(Uncover::More));
            assert!(seen(&state).len() > before);
        }
        assert_eq!(seen(&state), whole);
        let state = reduce(state, Action::Uncover(Uncover::Less));
        assert!(seen(&state).len() < whole.len());
        let state = reduce(state, Action::Project(false));
        assert_eq!(seen(&state), whole, "nothing stays covered");
    }

    #[test]
    fn every_end_is_a_place_at_which_the_text_can_be_cut() {
        let mut run = Run::clone(State::default().run().expect("a recorded answer"));
        run.phase = Phase::Writing;
        for text in ["", " ", "é è", " à la\n\nfin ", "字字"] {
            run.text = text.to_owned();
            for tokens in 0..6 {
                let cut = run.up_to(tokens);
                assert!(text.starts_with(&cut.text));
            }
        }
    }
}
