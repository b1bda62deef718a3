//! A question to the model, asked whenever it changes, and what has been heard of the answer.
//!
//! What a view asks for is its own: it is no part of the page's state and gone with the view.

use super::use_worker::WorkerHandle;
use std::rc::Rc;
use yew::prelude::*;
use zeroshot_protocol::{Event, Failure, ModelSummary, Query, Request, Seat};

/// The worker and the models in it, as a context.
#[derive(Clone, PartialEq)]
pub struct Models {
    pub worker: WorkerHandle,
    /// The model of each seat, once it is there.
    pub main: Option<ModelSummary>,
    pub rival: Option<ModelSummary>,
    /// Counts the loads: another number, another model.
    pub loads: u32,
}

impl Models {
    /// The model of a seat, once it is there.
    pub const fn of(&self, seat: Seat) -> Option<&ModelSummary> {
        match seat {
            Seat::Main => self.main.as_ref(),
            Seat::Rival => self.rival.as_ref(),
        }
    }
}

/// What has been heard so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heard {
    /// Tokens of the text that have been read, and how many there are, while it is being read.
    pub progress: Option<(usize, usize)>,
    /// The answer's events in order, but for `Prefill` and the last. Those to the question before
    /// stand until the first of this one arrives.
    pub events: Vec<Event>,
    /// How it ended.
    pub outcome: Option<Result<(), Failure>>,
    /// Whether `events` answer the question before.
    stale: bool,
}

/// What can happen to it.
pub enum Action {
    Ask,
    Forget,
    Hear(Vec<Event>),
}

impl Reducible for Heard {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut heard = Rc::unwrap_or_clone(self);
        match action {
            Action::Ask => {
                heard = Self { events: heard.events, stale: true, ..Self::default() };
            }
            Action::Forget => heard = Self::default(),
            Action::Hear(events) => events.into_iter().for_each(|event| heard.hear(event)),
        }
        Rc::new(heard)
    }
}

impl Heard {
    fn hear(&mut self, event: Event) {
        match event {
            Event::Prefill { done, total, .. } => self.progress = Some((done, total)),
            Event::Completed { .. } => self.end(Ok(())),
            Event::Failed { failure, .. } => self.end(Err(failure)),
            event => {
                self.progress = None;
                if std::mem::take(&mut self.stale) {
                    self.events.clear();
                }
                self.events.push(event);
            }
        }
    }

    fn end(&mut self, outcome: Result<(), Failure>) {
        self.progress = None;
        if std::mem::take(&mut self.stale) {
            self.events.clear();
        }
        self.outcome = Some(outcome);
    }

    /// Why there is no answer, if there is none.
    pub const fn failure(&self) -> Option<&Failure> {
        match &self.outcome {
            Some(Err(failure)) => Some(failure),
            _ => None,
        }
    }

    /// Whether the whole answer to the present question is there.
    pub const fn is_complete(&self) -> bool {
        matches!(self.outcome, Some(Ok(())))
    }
}

/// Asks `query` of the model of `seat` as soon as that is there, and again whenever either is
/// another; `None` asks nothing.
#[hook]
pub fn use_query(seat: Seat, query: Option<Query>) -> UseReducerHandle<Heard> {
    let heard = use_reducer(Heard::default);
    let models = use_context::<Models>();
    let ready = models.filter(|models| models.of(seat).is_some());
    let asked = query.zip(ready).map(|(query, models)| (query, models.loads, models.worker));
    let dispatcher = heard.dispatcher();
    use_effect_with((seat, asked), move |(seat, asked)| {
        let under_way = match asked.clone() {
            Some((query, _, worker)) => {
                dispatcher.dispatch(Action::Ask);
                let seat = *seat;
                let on_events = Callback::from(move |events| {
                    dispatcher.dispatch(Action::Hear(events));
                });
                Some(worker.ask(move |id| Request::Ask { id, seat, query }, on_events))
            }
            None => {
                dispatcher.dispatch(Action::Forget);
                None
            }
        };
        move || drop(under_way)
    });
    heard
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reduce(heard: Heard, action: Action) -> Heard {
        Rc::unwrap_or_clone(Rc::new(heard).reduce(action))
    }

    fn attention(share: f32) -> Event {
        Event::Attention { id: 1, heads: vec![vec![share]] }
    }

    #[test]
    fn the_answer_before_stands_until_the_next_arrives() {
        let heard = reduce(Heard::default(), Action::Ask);
        let heard = reduce(heard, Action::Hear(vec![attention(0.5), Event::Completed { id: 1 }]));
        assert!(heard.is_complete());
        let heard = reduce(heard, Action::Ask);
        assert_eq!((heard.events.as_slice(), heard.is_complete()), (&[attention(0.5)][..], false));
        let heard = reduce(heard, Action::Hear(vec![attention(0.25)]));
        assert_eq!(heard.events, [attention(0.25)]);
    }

    #[test]
    fn a_failure_takes_the_answer_before_away() {
        let heard = reduce(Heard::default(), Action::Hear(vec![attention(0.5)]));
        let heard = reduce(heard, Action::Ask);
        let failed = Event::Failed { id: Some(2), failure: Failure::NoModel };
        let heard = reduce(heard, Action::Hear(vec![failed]));
        assert_eq!((heard.failure(), heard.events.len()), (Some(&Failure::NoModel), 0));
    }

    #[test]
    fn reading_is_told_until_the_answer_begins() {
        let reading = Event::Prefill { id: 1, done: 32, total: 90 };
        let heard = reduce(Heard::default(), Action::Hear(vec![reading]));
        assert_eq!(heard.progress, Some((32, 90)));
        assert_eq!(reduce(heard, Action::Hear(vec![attention(1.0)])).progress, None);
    }
}
