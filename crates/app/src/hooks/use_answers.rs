//! Questions of which several are asked in turn, and what has been heard of each: one that has
//! been answered is not asked again.

use super::use_query::{Action as Hearing, Heard, Models};
use std::rc::Rc;
use yew::prelude::*;
use zeroshot_protocol::{Event, Query, Request, Seat};

/// More answers than a visitor would go back to; the oldest go first.
const MOST_ANSWERS: usize = 64;

/// What has been heard of each question, the newest last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    /// Which of the models loaded so far was asked.
    loads: u32,
    heard: Vec<(Query, Rc<Heard>)>,
}

/// What can happen to them.
pub enum Action {
    Ask { loads: u32, query: Query },
    Hear { loads: u32, query: Query, events: Vec<Event> },
}

impl Answers {
    fn to(&self, loads: u32, query: &Query) -> Option<&Rc<Heard>> {
        let heard = (self.loads == loads).then_some(&self.heard)?;
        heard.iter().find(|(asked, _)| asked == query).map(|(_, heard)| heard)
    }
}

impl Reducible for Answers {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut answers = Rc::unwrap_or_clone(self);
        match action {
            Action::Ask { loads, query } => {
                if answers.loads != loads {
                    answers = Self { loads, heard: Vec::new() };
                }
                answers.heard.retain(|(asked, _)| *asked != query);
                let surplus = (answers.heard.len() + 1).saturating_sub(MOST_ANSWERS);
                answers.heard.drain(..surplus);
                answers.heard.push((query, Rc::default()));
            }
            Action::Hear { loads, query, events } => {
                let here = answers.loads == loads;
                let place = answers.heard.iter_mut().find(|(asked, _)| here && *asked == query);
                if let Some((_, heard)) = place {
                    *heard = std::mem::take(heard).reduce(Hearing::Hear(events));
                }
            }
        }
        Rc::new(answers)
    }
}

/// Asks `query` of the main model as soon as that is there and unless it has answered it before,
/// and gives what has been heard of it. Another model, and all is forgotten; a question that is
/// left before its end is cancelled.
#[hook]
pub fn use_answers(query: Option<Query>) -> Option<Rc<Heard>> {
    let answers = use_reducer(Answers::default);
    let models = use_context::<Models>().filter(|models| models.of(Seat::Main).is_some());
    let asked = query.zip(models.map(|models| (models.loads, models.worker)));
    let heard = asked.as_ref().and_then(|(query, (loads, _))| answers.to(*loads, query)).cloned();
    let answered = heard.as_ref().is_some_and(|heard| heard.is_complete());
    let dispatcher = answers.dispatcher();
    use_effect_with(asked, move |asked| {
        let to_ask = asked.clone().filter(|_| !answered);
        let under_way = to_ask.map(|(query, (loads, worker))| {
            dispatcher.dispatch(Action::Ask { loads, query: query.clone() });
            let of = query.clone();
            let on_events = Callback::from(move |events| {
                dispatcher.dispatch(Action::Hear { loads, query: of.clone(), events });
            });
            worker.ask(move |id| Request::Ask { id, seat: Seat::Main, query }, on_events)
        });
        move || drop(under_way)
    });
    heard
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroshot_protocol::Context;

    fn about(prompt: &str, position: usize) -> Query {
        let context = Context { prompt: prompt.to_owned(), tokens: Vec::new() };
        Query::Attention { context, layer: 0, position }
    }

    fn reduce(answers: Answers, action: Action) -> Answers {
        Rc::unwrap_or_clone(Rc::new(answers).reduce(action))
    }

    fn answered(answers: Answers, loads: u32, query: &Query, share: f32) -> Answers {
        let answers = reduce(answers, Action::Ask { loads, query: query.clone() });
        let events =
            vec![Event::Attention { id: 1, heads: vec![vec![share]] }, Event::Completed { id: 1 }];
        reduce(answers, Action::Hear { loads, query: query.clone(), events })
    }

    #[test]
    fn answers_stay_until_another_model_is_asked() {
        let asked = [about("a", 3), about("a", 4), about("b", 3)];
        let answers = asked.iter().zip([0.1, 0.2, 0.3]);
        let answers = answers
            .fold(Answers::default(), |answers, (query, share)| answered(answers, 1, query, share));
        for (query, share) in asked.iter().zip([0.1, 0.2, 0.3]) {
            let heard = answers.to(1, query).expect("kept");
            assert!(heard.is_complete());
            assert_eq!(heard.events, [Event::Attention { id: 1, heads: vec![vec![share]] }]);
        }
        assert_eq!(answers.to(2, &asked[0]), None, "another model answers otherwise");
        let answers = reduce(answers, Action::Ask { loads: 2, query: asked[0].clone() });
        assert!(!answers.to(2, &asked[0]).expect("asked").is_complete());
        assert_eq!(answers.to(2, &asked[1]), None);
    }

    #[test]
    fn what_the_model_before_says_late_is_not_heard() {
        let query = about("a", 3);
        let answers = reduce(Answers::default(), Action::Ask { loads: 2, query: query.clone() });
        let events = vec![Event::Completed { id: 1 }];
        let late = Action::Hear { loads: 1, query: query.clone(), events };
        assert!(!reduce(answers, late).to(2, &query).expect("asked").is_complete());
    }

    #[test]
    fn the_oldest_answers_go_when_there_are_too_many() {
        let answers = (0..=MOST_ANSWERS).fold(Answers::default(), |answers, position| {
            answered(answers, 1, &about("a", position), 0.5)
        });
        assert_eq!(answers.to(1, &about("a", 0)), None);
        assert!(answers.to(1, &about("a", MOST_ANSWERS)).is_some());
    }
}
