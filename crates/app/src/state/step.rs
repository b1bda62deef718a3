//! A text that is made one token at a time: each is drawn by the model or chosen by hand.

use super::{Desk, Phase, Run, State, text_of};
use std::rc::Rc;
use zeroshot_protocol::{Decoding, FinishReason, Prediction, RequestId};

/// How a text goes on by one token.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Not yet: the prompt stands alone again.
    Begin,
    /// The model draws it.
    Draw,
    /// The visitor has chosen it.
    Take(Prediction),
}

impl State {
    /// Goes on with the run that is shown, or begins one of the open desk where there is none that
    /// a model can go on with.
    pub(super) fn step(&mut self, id: RequestId, decoding: Decoding, step: Step) {
        let shown = self.run().filter(|run| run.phase != Phase::Recorded && step != Step::Begin);
        if shown.is_some_and(|run| run.is_active()) {
            return;
        }
        let old = shown.map(|run| run.id);
        let mut run = match shown {
            Some(run) => run.continued(id),
            None => {
                let (task, desk) = (self.playground.task, self.desk());
                let mut run = Run::begin(id, task, desk.prompt(), decoding.clone(), desk.keep());
                run.desk = Some(Rc::new(Desk::clone(desk)));
                run
            }
        };
        run.decoding = decoding;
        match step {
            Step::Begin => run.phase = Phase::Finished(FinishReason::Cancelled),
            Step::Draw => {
                run.single = true;
                run = self.unless_failed(run);
            }
            Step::Take(token) => run.take(token),
        }
        self.notice = None;
        match old {
            Some(old) => self.runs.replace(old, run),
            None => self.runs.begin(run),
        }
    }
}

impl Run {
    /// Adds a token that was chosen by hand to a run that was to go on.
    fn take(&mut self, token: Prediction) {
        if self.predictions.is_empty() && !self.text.is_empty() {
            // Only the text before is known, not its tokens.
            self.text.push_str(&token.piece.text);
        } else {
            self.predictions.push(Rc::new(token));
            self.text = text_of(self.predictions.iter().map(|prediction| &prediction.piece));
            self.given.tokens = self.predictions.len();
        }
        self.given.bytes = self.text.len();
        self.phase = Phase::Finished(FinishReason::Cancelled);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Action;
    use super::*;
    use yew::Reducible;
    use zeroshot_protocol::{Context, Event, Piece, Stats};

    fn token(id: u32, text: &str) -> Prediction {
        let piece = Piece::new(id, text.as_bytes());
        Prediction { piece, logprob: -1.0, rank: 2, entropy: 1.0, top: Vec::new() }
    }

    fn step(state: State, id: RequestId, step: Step) -> State {
        let decoding = Decoding { stop: vec!["\n".to_owned()], ..Decoding::default() };
        Rc::unwrap_or_clone(Rc::new(state).reduce(Action::Step { id, decoding, step }))
    }

    fn shown(state: &State) -> &Run {
        state.run().expect("a run is shown")
    }

    #[test]
    fn tokens_chosen_by_hand_make_a_text_without_the_model() {
        let state = step(State::default(), 1, Step::Take(token(5, " un")));
        let state = step(state, 2, Step::Take(token(6, " chat")));
        let run = shown(&state);
        assert_eq!((run.text.as_str(), run.is_active()), (" un chat", false));
        assert_eq!(run.model_input().tokens, [5, 6]);
        assert_eq!(state.runs.all().iter().filter(|run| run.id != 0).count(), 1);
    }

    #[test]
    fn a_drawn_token_is_one_and_is_not_held_back() {
        let state = step(State::default(), 1, Step::Take(token(5, " un")));
        let mut state = step(state, 2, Step::Draw);
        let run = shown(&state);
        assert_eq!((run.phase.clone(), run.model_input().tokens), (Phase::Waiting, vec![5]));
        let decoding = run.model_decoding();
        assert_eq!((decoding.max_new_tokens, decoding.stop.len()), (1, 0));
        let drawn = Event::Token { id: 2, text: "\n".to_owned(), prediction: token(7, "\n") };
        let reason = FinishReason::Length;
        let done = Event::Done { id: 2, reason, text: String::new(), stats: Stats::default() };
        let events = Action::Events { events: vec![drawn, done], now: 0.0 };
        state = Rc::unwrap_or_clone(Rc::new(state).reduce(events));
        let state = step(state, 3, Step::Take(token(8, "b")));
        assert_eq!(shown(&state).text, " un\nb");
    }

    #[test]
    fn beginning_again_leaves_the_text_before_as_it_was() {
        let state = step(State::default(), 1, Step::Take(token(5, " un")));
        let state = step(state, 2, Step::Begin);
        assert_eq!(shown(&state).text, "");
        assert_eq!(state.runs.by_id(1).expect("kept").text, " un");
    }

    #[test]
    fn a_plain_continuation_after_a_step_is_as_long_as_the_settings_say() {
        let state = step(State::default(), 1, Step::Take(token(5, " un")));
        let run = shown(&state).continued(2);
        assert_eq!(run.model_decoding(), run.decoding);
        let prompt = state.desk().prompt().text();
        assert_eq!(run.model_input(), Context { prompt, tokens: vec![5] });
    }
}
