//! Questions that differ by a name, such as a layer and a position, and what has been heard of
//! each: one that has been answered is not asked again.

use super::use_query::{Action as Hearing, Heard, Models};
use std::rc::Rc;
use yew::prelude::*;
use zeroshot_protocol::{Event, Query, Request, Seat};

/// What has been heard of the questions about one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers<S, K> {
    subject: Option<(S, u32)>,
    heard: Vec<(K, Rc<Heard>)>,
}

impl<S, K> Default for Answers<S, K> {
    fn default() -> Self {
        Self { subject: None, heard: Vec::new() }
    }
}

/// What can happen to them.
pub enum Action<S, K> {
    Ask { subject: (S, u32), name: K },
    Hear { subject: (S, u32), name: K, events: Vec<Event> },
}

impl<S: PartialEq, K: PartialEq> Answers<S, K> {
    fn of(&self, subject: &(S, u32), name: &K) -> Option<&Rc<Heard>> {
        let heard = (self.subject.as_ref() == Some(subject)).then_some(&self.heard)?;
        heard.iter().find(|(of, _)| of == name).map(|(_, heard)| heard)
    }
}

impl<S: Clone + PartialEq, K: Clone + PartialEq> Reducible for Answers<S, K> {
    type Action = Action<S, K>;

    fn reduce(self: Rc<Self>, action: Self::Action) -> Rc<Self> {
        let mut answers = Rc::unwrap_or_clone(self);
        match action {
            Action::Ask { subject, name } => {
                if answers.subject.as_ref() != Some(&subject) {
                    answers = Self { subject: Some(subject), heard: Vec::new() };
                }
                answers.heard.retain(|(of, _)| *of != name);
                answers.heard.push((name, Rc::default()));
            }
            Action::Hear { subject, name, events } => {
                let here = answers.subject.as_ref() == Some(&subject);
                let place = answers.heard.iter_mut().find(|(of, _)| here && *of == name);
                if let Some((_, heard)) = place {
                    *heard = std::mem::take(heard).reduce(Hearing::Hear(events));
                }
            }
        }
        Rc::new(answers)
    }
}

/// Asks the main model the question of this name about `subject`, as soon as the model is there
/// and unless it has been answered, and gives what has been heard of it. Another subject, or
/// another model, and all is forgotten; a question that is left before its end is cancelled.
#[hook]
pub fn use_answers<S, K>(subject: S, question: Option<(K, Query)>) -> Option<Rc<Heard>>
where
    S: Clone + PartialEq + 'static,
    K: Clone + PartialEq + 'static,
{
    let answers = use_reducer(Answers::<S, K>::default);
    let models = use_context::<Models>().filter(|models| models.of(Seat::Main).is_some());
    let loads = models.as_ref().map(|models| models.loads).unwrap_or_default();
    let subject = (subject, loads);
    let heard = question.as_ref().and_then(|(name, _)| answers.of(&subject, name)).cloned();
    let answered = heard.as_ref().is_some_and(|heard| heard.is_complete());
    let asked = question.zip(models.map(|models| models.worker));
    let dispatcher = answers.dispatcher();
    use_effect_with((subject, asked), move |(subject, asked)| {
        let to_ask = asked.clone().filter(|_| !answered);
        let under_way = to_ask.map(|((name, query), worker)| {
            let subject = subject.clone();
            dispatcher.dispatch(Action::Ask { subject: subject.clone(), name: name.clone() });
            let on_events = Callback::from(move |events| {
                let (subject, name) = (subject.clone(), name.clone());
                dispatcher.dispatch(Action::Hear { subject, name, events });
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

    type Told = Answers<&'static str, usize>;

    fn reduce(answers: Told, action: Action<&'static str, usize>) -> Told {
        Rc::unwrap_or_clone(Rc::new(answers).reduce(action))
    }

    fn answered(answers: Told, subject: (&'static str, u32), name: usize) -> Told {
        let answers = reduce(answers, Action::Ask { subject, name });
        let events = vec![
            Event::Attention { id: 1, heads: vec![vec![name as f32]] },
            Event::Completed { id: 1 },
        ];
        reduce(answers, Action::Hear { subject, name, events })
    }

    #[test]
    fn answers_stay_until_the_subject_is_another() {
        let answers = answered(answered(Told::default(), ("a", 1), 3), ("a", 1), 4);
        for name in [3, 4] {
            let heard = answers.of(&("a", 1), &name).expect("kept");
            assert!(heard.is_complete());
            let heads = vec![vec![name as f32]];
            assert_eq!(heard.events, [Event::Attention { id: 1, heads }]);
        }
        assert_eq!(answers.of(&("a", 2), &3), None, "another model answers otherwise");
        let answers = reduce(answers, Action::Ask { subject: ("b", 1), name: 3 });
        assert_eq!(answers.of(&("a", 1), &4), None);
        assert!(!answers.of(&("b", 1), &3).expect("asked").is_complete());
    }

    #[test]
    fn what_comes_late_about_another_subject_is_not_heard() {
        let answers = reduce(Told::default(), Action::Ask { subject: ("b", 1), name: 3 });
        let late =
            Action::Hear { subject: ("a", 1), name: 3, events: vec![Event::Completed { id: 1 }] };
        assert!(!reduce(answers, late).of(&("b", 1), &3).expect("asked").is_complete());
    }
}
