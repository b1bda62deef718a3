//! What each request about text leads to: the one generation under way, and the events that tell
//! of it. Loading is up to `web::load`, which hands the finished model over.
//!
//! Time comes in as milliseconds of any clock that only goes forward; nothing here waits.

use zeroshot_gpt2::{Error, Finish, Session, Started, Step};
use zeroshot_protocol::{Decoding, Event, Failure, FinishReason, ModelSource, RequestId, Stats};

use crate::failure;

/// What a model does for the runner: [`Session`], or a script in tests.
pub trait Generator {
    /// Begins to continue `prompt`.
    fn start(&mut self, prompt: &str, decoding: &Decoding) -> Result<Started, Error>;
    /// Does one small step of it.
    fn advance(&mut self) -> Result<Step, Error>;
    /// Ends it; gives the text that was held back.
    fn cancel(&mut self) -> String;
    /// Tokens of a text.
    fn count(&self, text: &str) -> Result<usize, Error>;
}

/// A model and the generation that it is at, if any.
pub struct Runner<M = Session> {
    model: Option<(M, ModelSource)>,
    run: Option<Run>,
}

/// A generation under way.
struct Run {
    id: RequestId,
    asked_at: f64,
    first_token_at: Option<f64>,
    last_token_at: f64,
    stats: Stats,
}

impl<M> Default for Runner<M> {
    fn default() -> Self {
        Self { model: None, run: None }
    }
}

impl<M: Generator> Runner<M> {
    /// Puts a model in the place of the one before. A generation of that one ends as cancelled.
    pub fn replace_model(&mut self, model: M, source: ModelSource) -> Option<Event> {
        let cancelled = self.cancel_run();
        self.model = Some((model, source));
        cancelled
    }

    /// Whether there is something to [`advance`](Self::advance).
    pub fn is_running(&self) -> bool {
        self.run.is_some()
    }

    /// The request of the generation under way.
    pub fn running(&self) -> Option<RequestId> {
        self.run.as_ref().map(|run| run.id)
    }

    /// Begins a generation; one that is under way ends as cancelled.
    pub fn generate(
        &mut self,
        id: RequestId,
        prompt: &str,
        decoding: &Decoding,
        now: f64,
    ) -> Vec<Event> {
        let mut events: Vec<Event> = self.cancel_run().into_iter().collect();
        let Some((model, source)) = &mut self.model else {
            events.push(failed(id, Failure::NoModel));
            return events;
        };
        match model.start(prompt, decoding) {
            Ok(started) => {
                let stats = Stats {
                    prompt_tokens: started.prompt_tokens,
                    cached_tokens: started.cached_tokens,
                    trimmed_tokens: started.trimmed_tokens,
                    ..Stats::default()
                };
                self.run = Some(Run {
                    id,
                    asked_at: now,
                    first_token_at: None,
                    last_token_at: now,
                    stats,
                });
                let (done, total) = (started.cached_tokens, started.prompt_tokens);
                events.push(Event::Prefill { id, done, total });
            }
            Err(error) => events.push(failed(id, failure::of(&error, source))),
        }
        events
    }

    /// Ends the generation of this id, if it is the one under way.
    pub fn cancel(&mut self, id: RequestId) -> Option<Event> {
        if self.running() == Some(id) { self.cancel_run() } else { None }
    }

    /// Counts the tokens of a text, also while a generation is under way.
    pub fn count(&self, id: RequestId, text: &str) -> Event {
        let Some((model, source)) = &self.model else { return failed(id, Failure::NoModel) };
        match model.count(text) {
            Ok(tokens) => Event::Counted { id, tokens },
            Err(error) => failed(id, failure::of(&error, source)),
        }
    }

    /// Does one step of the generation under way. `clock` is read after the step.
    pub fn advance(&mut self, clock: impl Fn() -> f64) -> Option<Event> {
        let (Some((model, source)), Some(run)) = (&mut self.model, &mut self.run) else {
            return None;
        };
        let id = run.id;
        let step = model.advance();
        let now = clock();
        Some(match step {
            Ok(Step::Prefill { done, total }) => Event::Prefill { id, done, total },
            Ok(Step::Token { id: token, text, logprob }) => {
                run.count_token(now);
                Event::Token { id, token, text, logprob }
            }
            Ok(Step::Finished { reason, text }) => {
                let stats = run.stats;
                self.run = None;
                Event::Done { id, reason: reason_of(reason), text, stats }
            }
            Err(error) => {
                model.cancel();
                let failure = failure::of(&error, source);
                self.run = None;
                failed(id, failure)
            }
        })
    }

    fn cancel_run(&mut self) -> Option<Event> {
        let run = self.run.take()?;
        let text = self.model.as_mut().map(|(model, _)| model.cancel()).unwrap_or_default();
        let reason = FinishReason::Cancelled;
        Some(Event::Done { id: run.id, reason, text, stats: run.stats })
    }
}

impl Run {
    fn count_token(&mut self, now: f64) {
        let first = *self.first_token_at.get_or_insert(now);
        self.last_token_at = now;
        self.stats.new_tokens += 1;
        self.stats.first_token_ms = first - self.asked_at;
        self.stats.decode_ms = self.last_token_at - first;
    }
}

fn failed(id: RequestId, failure: Failure) -> Event {
    Event::Failed { id: Some(id), failure }
}

const fn reason_of(finish: Finish) -> FinishReason {
    match finish {
        Finish::EndOfText => FinishReason::EndOfText,
        Finish::Stop => FinishReason::Stop,
        Finish::Length => FinishReason::Length,
        Finish::ContextFull => FinishReason::ContextFull,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{cell::Cell, collections::VecDeque};
    use zeroshot_protocol::Field;

    /// A model that says what it was told to.
    #[derive(Default)]
    struct Script {
        steps: VecDeque<Result<Step, Error>>,
        held_back: String,
    }

    impl Generator for Script {
        fn start(&mut self, prompt: &str, decoding: &Decoding) -> Result<Started, Error> {
            decoding.validate()?;
            let prompt_tokens = self.count(prompt)?;
            if prompt_tokens == 0 {
                return Err(Error::EmptyPrompt);
            }
            Ok(Started { prompt_tokens, cached_tokens: 1, trimmed_tokens: 0 })
        }

        fn advance(&mut self) -> Result<Step, Error> {
            self.steps.pop_front().unwrap_or(Err(Error::NotStarted))
        }

        fn cancel(&mut self) -> String {
            self.steps.clear();
            std::mem::take(&mut self.held_back)
        }

        fn count(&self, text: &str) -> Result<usize, Error> {
            Ok(text.split_whitespace().count())
        }
    }

    fn source() -> ModelSource {
        ModelSource {
            folder: "./models/script/".to_owned(),
            config: "config.json".to_owned(),
            tokenizer: "tokenizer.json".to_owned(),
            weights: "model.gguf".to_owned(),
            bytes: 0,
            sha256: String::new(),
        }
    }

    fn runner(steps: impl IntoIterator<Item = Result<Step, Error>>) -> Runner<Script> {
        let mut runner = Runner::default();
        let script = Script { steps: steps.into_iter().collect(), held_back: "held".to_owned() };
        assert_eq!(runner.replace_model(script, source()), None);
        runner
    }

    fn token(id: u32, text: &str) -> Result<Step, Error> {
        Ok(Step::Token { id, text: text.to_owned(), logprob: -0.5 })
    }

    fn generate(runner: &mut Runner<Script>, id: RequestId, now: f64) -> Vec<Event> {
        runner.generate(id, "a b c", &Decoding::default(), now)
    }

    #[test]
    fn a_generation_is_told_step_by_step_and_timed() {
        let mut runner = runner([
            Ok(Step::Prefill { done: 3, total: 3 }),
            token(5, " one"),
            token(6, ""),
            token(7, " two"),
            Ok(Step::Finished { reason: Finish::Stop, text: "!".to_owned() }),
        ]);
        assert_eq!(generate(&mut runner, 4, 1000.0), [Event::Prefill { id: 4, done: 1, total: 3 }]);
        let clock = Cell::new(1000.0);
        let tick = || {
            clock.set(clock.get() + 10.0);
            clock.get()
        };
        let events: Vec<_> = std::iter::from_fn(|| runner.advance(tick)).collect();
        assert_eq!(events.len(), 5);
        assert_eq!(events[0], Event::Prefill { id: 4, done: 3, total: 3 });
        assert_eq!(
            events[3],
            Event::Token { id: 4, token: 7, text: " two".to_owned(), logprob: -0.5 }
        );
        let stats = Stats {
            prompt_tokens: 3,
            cached_tokens: 1,
            trimmed_tokens: 0,
            new_tokens: 3,
            first_token_ms: 20.0,
            decode_ms: 20.0,
        };
        assert_eq!(
            events[4],
            Event::Done { id: 4, reason: FinishReason::Stop, text: "!".to_owned(), stats }
        );
        assert!(!runner.is_running());
    }

    #[test]
    fn cancel_ends_the_run_at_once_with_what_was_held_back() {
        let mut runner = runner([token(5, " one"), token(6, " two")]);
        generate(&mut runner, 4, 0.0);
        runner.advance(|| 1.0);
        assert_eq!(runner.cancel(3), None, "another request's id");
        match runner.cancel(4) {
            Some(Event::Done { id: 4, reason: FinishReason::Cancelled, text, stats }) => {
                assert_eq!((text.as_str(), stats.new_tokens), ("held", 1));
            }
            event => panic!("{event:?}"),
        }
        assert_eq!(runner.advance(|| 2.0), None);
        assert_eq!(runner.cancel(4), None);
    }

    #[test]
    fn a_second_generation_and_a_new_model_end_the_first() {
        let mut runner = runner([token(5, " one")]);
        generate(&mut runner, 4, 0.0);
        let events = generate(&mut runner, 5, 0.0);
        let is_cancelled = |event: &Event, of: RequestId| {
            let cancelled = FinishReason::Cancelled;
            matches!(event, Event::Done { id, reason, .. } if *id == of && *reason == cancelled)
        };
        assert!(is_cancelled(&events[0], 4));
        assert!(matches!(events[1], Event::Prefill { id: 5, .. }));
        let event = runner.replace_model(Script::default(), source());
        assert!(event.is_some_and(|event| is_cancelled(&event, 5)));
        assert!(!runner.is_running());
    }

    #[test]
    fn without_a_model_nothing_can_be_asked() {
        let mut runner = Runner::<Script>::default();
        let no_model = || failed(4, Failure::NoModel);
        assert_eq!(generate(&mut runner, 4, 0.0), [no_model()]);
        assert_eq!(runner.count(4, "a"), no_model());
    }

    #[test]
    fn what_cannot_be_started_is_said_and_the_next_request_works() {
        let mut runner = runner([]);
        let default = Decoding::default();
        assert_eq!(runner.generate(1, "", &default, 0.0), [failed(1, Failure::EmptyPrompt)]);
        let nan = Decoding { top_p: f32::NAN, ..default };
        assert_eq!(
            runner.generate(2, "a", &nan, 0.0),
            [failed(2, Failure::Setting { field: Field::TopP })]
        );
        assert!(matches!(generate(&mut runner, 3, 0.0)[..], [Event::Prefill { id: 3, .. }]));
    }

    #[test]
    fn an_error_on_the_way_ends_the_run() {
        let mut runner = runner([token(5, " one"), Err(Error::NotANumber)]);
        generate(&mut runner, 4, 0.0);
        runner.advance(|| 1.0);
        let event = runner.advance(|| 2.0);
        let Some(Event::Failed { id: Some(4), failure }) = event else { panic!("{event:?}") };
        assert!(matches!(failure, Failure::FileInvalid { file, .. } if file == "model.gguf"));
        assert!(!runner.is_running());
    }

    #[test]
    fn tokens_are_counted_while_text_is_generated() {
        let mut runner = runner([token(5, " one"), token(6, " two")]);
        generate(&mut runner, 4, 0.0);
        assert_eq!(runner.count(9, "a b"), Event::Counted { id: 9, tokens: 2 });
        assert!(matches!(runner.advance(|| 1.0), Some(Event::Token { id: 4, .. })));
    }
}
