//! Requests that are made one after the other, and what each has brought so far.
//!
//! A generation would end the visitor's own run: while that is under way, the queue waits, and
//! when one begins, the request at work is given up and made again afterwards.

use crate::hooks::Models;
use std::rc::Rc;
use yew::prelude::*;
use zeroshot_protocol::{Context, Decoding, Event, Query, Request, RequestId, Seat};

/// A request to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    pub seat: Seat,
    pub what: What,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    Generate(Context, Decoding),
    Ask(Query),
}

impl Job {
    /// The continuation of a prompt.
    pub const fn generate(seat: Seat, prompt: String, decoding: Decoding) -> Self {
        let context = Context { prompt, tokens: Vec::new() };
        Self { seat, what: What::Generate(context, decoding) }
    }

    fn request(self, id: RequestId) -> Request {
        let seat = self.seat;
        match self.what {
            What::Generate(context, decoding) => {
                Request::Generate { id, seat, context, decoding, capture: false }
            }
            What::Ask(query) => Request::Ask { id, seat, query },
        }
    }
}

/// The requests and what they have brought.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Queue {
    jobs: Rc<Vec<Job>>,
    /// The events that answer each of them; of those not begun, none.
    heard: Vec<Rc<Vec<Event>>>,
    /// Counts the times that it was started.
    round: u32,
    /// The job at work; the number of them when all are done.
    at: usize,
    stopped: bool,
}

/// What can happen to it.
pub enum Action {
    Start(Vec<Job>),
    /// The job at work is asked for, perhaps once more.
    Begin,
    Hear {
        round: u32,
        at: usize,
        events: Vec<Event>,
    },
    Stop,
    Clear,
}

impl Reducible for Queue {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut queue = Rc::unwrap_or_clone(self);
        match action {
            Action::Start(jobs) => {
                let heard = vec![Rc::default(); jobs.len()];
                queue =
                    Self { jobs: Rc::new(jobs), heard, round: queue.round + 1, ..Self::default() };
            }
            Action::Begin => {
                if let Some(heard) = queue.heard.get_mut(queue.at) {
                    *heard = Rc::default();
                }
            }
            Action::Hear { round, at, events } => {
                if (round, at) == (queue.round, queue.at) && !queue.stopped {
                    queue.hear(events);
                }
            }
            Action::Stop => queue.stopped = true,
            Action::Clear => queue = Self { round: queue.round + 1, ..Self::default() },
        }
        Rc::new(queue)
    }
}

impl Queue {
    fn hear(&mut self, events: Vec<Event>) {
        let Some(heard) = self.heard.get_mut(self.at) else { return };
        let last = events.iter().any(Event::is_last);
        let heard = Rc::make_mut(heard);
        // Only the last word on how much has been read is of use.
        if matches!(heard.last(), Some(Event::Prefill { .. })) {
            heard.pop();
        }
        heard.extend(events.into_iter().map(light));
        self.at += usize::from(last);
    }

    /// What each job has brought, in their order.
    pub fn heard(&self) -> &[Rc<Vec<Event>>] {
        &self.heard
    }

    /// How many jobs have ended, and how many there are.
    pub fn progress(&self) -> (usize, usize) {
        (self.at, self.jobs.len())
    }

    /// Whether there is something left to be done.
    pub fn goes_on(&self) -> bool {
        !self.stopped && self.at < self.jobs.len()
    }

    /// The number of the job at work, while one is.
    pub fn at_work(&self) -> Option<usize> {
        self.goes_on().then_some(self.at)
    }
}

/// An event without what might have come instead, which no comparison shows: a column is handed
/// on at every frame.
fn light(mut event: Event) -> Event {
    match &mut event {
        Event::Token { prediction, .. } => prediction.top = Vec::new(),
        Event::Scored { predictions, .. } => {
            predictions.iter_mut().for_each(|prediction| prediction.top = Vec::new());
        }
        _ => {}
    }
    event
}

/// A queue of requests to the models; `busy` while the visitor's own run is under way. It ends
/// with the view.
#[hook]
pub fn use_queue(busy: bool) -> UseReducerHandle<Queue> {
    let queue = use_reducer(Queue::default);
    let models = use_context::<Models>();
    let job = queue.at_work().and_then(|at| queue.jobs.get(at)).cloned();
    let ready = job.as_ref().zip(models).filter(|(job, models)| {
        let waits = busy && matches!(job.what, What::Generate(..));
        models.of(job.seat).is_some() && !waits
    });
    let worker = ready.map(|(_, models)| (models.worker, models.loads));
    let dispatcher = queue.dispatcher();
    let key = (queue.round, queue.at);
    use_effect_with((key, worker, job.is_some()), move |((round, at), worker, _)| {
        let (round, at) = (*round, *at);
        let under_way = worker.clone().zip(job).map(|((worker, _), job)| {
            dispatcher.dispatch(Action::Begin);
            let on_events = Callback::from(move |events| {
                dispatcher.dispatch(Action::Hear { round, at, events });
            });
            worker.ask(move |id| job.request(id), on_events)
        });
        move || drop(under_way)
    });
    queue
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jobs(count: usize) -> Vec<Job> {
        vec![Job::generate(Seat::Main, "a".to_owned(), Decoding::default()); count]
    }

    fn reduce(queue: Queue, action: Action) -> Queue {
        Rc::unwrap_or_clone(Rc::new(queue).reduce(action))
    }

    fn hear(queue: Queue, events: Vec<Event>) -> Queue {
        let (round, at) = (queue.round, queue.at);
        reduce(queue, Action::Hear { round, at, events })
    }

    #[test]
    fn the_next_begins_when_one_has_ended() {
        let queue = reduce(Queue::default(), Action::Start(jobs(2)));
        assert_eq!(queue.at_work(), Some(0));
        let reading = |done| Event::Prefill { id: 1, done, total: 9 };
        let queue = hear(hear(queue, vec![reading(3)]), vec![reading(6)]);
        assert_eq!(queue.heard()[0].as_slice(), [reading(6)]);
        let queue = hear(queue, vec![Event::Completed { id: 1 }]);
        assert_eq!((queue.at_work(), queue.progress()), (Some(1), (1, 2)));
        let queue = hear(queue, vec![Event::Completed { id: 2 }]);
        assert!(!queue.goes_on());
    }

    #[test]
    fn what_is_begun_again_forgets_its_first_half() {
        let queue = reduce(Queue::default(), Action::Start(jobs(1)));
        let queue = hear(queue, vec![Event::Prefill { id: 1, done: 3, total: 9 }]);
        assert!(reduce(queue, Action::Begin).heard()[0].is_empty());
    }

    #[test]
    fn after_the_stop_and_of_another_start_nothing_is_heard() {
        let queue = reduce(Queue::default(), Action::Start(jobs(2)));
        let stopped = reduce(queue.clone(), Action::Stop);
        assert!(!stopped.goes_on());
        assert_eq!(hear(stopped.clone(), vec![Event::Completed { id: 1 }]), stopped);
        let again = reduce(queue, Action::Start(jobs(2)));
        let late = Action::Hear { round: 1, at: 0, events: vec![Event::Completed { id: 1 }] };
        assert_eq!(reduce(again.clone(), late), again);
    }
}
