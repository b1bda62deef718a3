//! What each request about text leads to: one generation at a time by one of two models, a queue
//! of questions that are worked on while no text is generated, and the events that tell of both.
//! Loading is up to `web::load`, which hands the finished model over.
//!
//! Time comes in as milliseconds of any clock that only goes forward; nothing here waits.

mod divergence;
mod generation;
mod generator;
mod pieces;
mod question;
mod seats;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use zeroshot_gpt2::Session;
use zeroshot_protocol::{Context, Decoding, Event, Failure, ModelSource, Query, RequestId, Seat};

use generation::Generation;
pub use generator::Generator;
use question::Question;
use seats::{Seated, Seats};

/// The models, the generation under way, if any, and the questions.
pub struct Runner<M = Session> {
    seats: Seats<M>,
    generation: Option<Generation>,
    /// The first is the one at work, if it has begun.
    questions: VecDeque<Question>,
}

impl<M> Default for Runner<M> {
    fn default() -> Self {
        Self { seats: Seats::default(), generation: None, questions: VecDeque::new() }
    }
}

impl<M: Generator> Runner<M> {
    /// Puts a model in the place of the one before. A generation of that one ends as cancelled,
    /// and questions about it fail.
    pub fn replace_model(&mut self, seat: Seat, model: M, source: ModelSource) -> Vec<Event> {
        let events = self.vacate(seat);
        self.seats.put(seat, Some(Seated { model, source }));
        events
    }

    /// Gives up a model; what it was asked for ends as by [`replace_model`](Self::replace_model).
    pub fn unload(&mut self, id: RequestId, seat: Seat) -> Vec<Event> {
        let mut events = self.vacate(seat);
        events.push(Event::Completed { id });
        events
    }

    /// Whether there is something to [`advance`](Self::advance).
    pub fn has_work(&self) -> bool {
        self.at_work().is_some()
    }

    /// The request that the next step is for.
    pub fn at_work(&self) -> Option<RequestId> {
        let generation = self.generation.as_ref().map(|generation| generation.id);
        generation.or_else(|| self.questions.front().map(|question| question.id))
    }

    /// Begins a generation; one that is under way ends as cancelled, and questions wait.
    pub fn generate(
        &mut self,
        id: RequestId,
        seat: Seat,
        context: &Context,
        decoding: &Decoding,
        capture: bool,
        now: f64,
    ) -> Vec<Event> {
        let mut events: Vec<Event> = self.cancel_generation().into_iter().collect();
        if let Some(question) = self.questions.front_mut().filter(|question| question.needs(seat)) {
            question.set_back(&mut self.seats);
        }
        let started = self.seats.at_mut(seat).and_then(|seated| {
            seated.work(|model| {
                let tokens = model.encode(&context.prompt, &context.tokens)?;
                model.start(tokens, decoding, capture)
            })
        });
        events.push(match started {
            Ok(started) => {
                self.generation = Some(Generation::new(id, seat, &started, now));
                let (done, total) = (started.cached_tokens, started.prompt_tokens);
                Event::Prefill { id, done, total }
            }
            Err(failure) => failed(id, failure),
        });
        events
    }

    /// Puts a question at the end of the queue. What is wrong with it is told when its turn comes,
    /// but for a model that is missing.
    pub fn ask(&mut self, id: RequestId, seat: Seat, query: Query) -> Option<Event> {
        let question = Question::new(id, seat, query);
        match question.check(&self.seats) {
            Ok(()) => {
                self.questions.push_back(question);
                None
            }
            Err(failure) => Some(failed(id, failure)),
        }
    }

    /// Ends the generation or the question of this id, if there is one.
    pub fn cancel(&mut self, id: RequestId) -> Option<Event> {
        if self.generation.as_ref().is_some_and(|generation| generation.id == id) {
            return self.cancel_generation();
        }
        let place = self.questions.iter().position(|question| question.id == id)?;
        let mut question = self.questions.remove(place)?;
        question.set_back(&mut self.seats);
        Some(Event::Completed { id })
    }

    /// Cuts a text into the main model's tokens, also while a generation is under way.
    pub fn tokenize(&self, id: RequestId, text: &str) -> Event {
        let pieces = self.seats.at(Seat::Main).and_then(|seated| {
            let tokens = seated.ask(|model| model.tokenize(text))?;
            Ok(pieces::pieces(&seated.model, &tokens))
        });
        match pieces {
            Ok(pieces) => Event::Tokenized { id, pieces },
            Err(failure) => failed(id, failure),
        }
    }

    /// Does one step of the generation under way, or else of the first question. `clock` is read
    /// after the step. Not every step has something to tell.
    pub fn advance(&mut self, clock: impl Fn() -> f64) -> Option<Event> {
        if let Some(generation) = &mut self.generation {
            let event = match generation.advance(&mut self.seats, clock) {
                Ok(event) => event,
                Err(failure) => {
                    let id = generation.id;
                    // The model may hold on to what failed.
                    self.cancel_generation();
                    Some(failed(id, failure))
                }
            };
            if event.as_ref().is_some_and(Event::is_last) {
                self.generation = None;
            }
            return event;
        }
        let question = self.questions.front_mut()?;
        let event = question.advance(&mut self.seats).unwrap_or_else(|failure| {
            question.set_back(&mut self.seats);
            Some(failed(question.id, failure))
        });
        if event.as_ref().is_some_and(Event::is_last) {
            self.questions.pop_front();
        }
        event
    }

    fn cancel_generation(&mut self) -> Option<Event> {
        self.generation.take().map(|generation| generation.cancel(&mut self.seats))
    }

    /// Empties a seat, and ends what its model was asked for.
    fn vacate(&mut self, seat: Seat) -> Vec<Event> {
        let mut events = Vec::new();
        if self.generation.as_ref().is_some_and(|generation| generation.seat == seat) {
            events.extend(self.cancel_generation());
        }
        // Of a comparison, the other model stays and must not go on with it.
        if let Some(question) = self.questions.front_mut().filter(|question| question.needs(seat)) {
            question.set_back(&mut self.seats);
        }
        self.seats.put(seat, None);
        let questions = std::mem::take(&mut self.questions);
        for question in questions {
            if question.needs(seat) {
                events.push(failed(question.id, Failure::NoModel));
            } else {
                self.questions.push_back(question);
            }
        }
        events
    }
}

fn failed(id: RequestId, failure: Failure) -> Event {
    Event::Failed { id: Some(id), failure }
}
