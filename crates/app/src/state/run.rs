//! One run: what was asked, what has arrived, how it ended.
//!
//! Pure: events of the worker come in, what the page shows comes out.

use zeroshot_prompting::{Keep, Prompt};
use zeroshot_protocol::{Decoding, Event, Failure, FinishReason, RequestId, Stats};

/// Where a run stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// An answer recorded beforehand, shown until the visitor runs the example.
    Recorded,
    /// Asked for before the model was there.
    Waiting,
    /// The model reads the prompt.
    Reading {
        done: usize,
        total: usize,
    },
    /// Text arrives.
    Writing,
    Finished(FinishReason),
    Failed(Failure),
}

/// A prompt and its continuation.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub id: RequestId,
    pub prompt: Prompt,
    pub decoding: Decoding,
    pub keep: Keep,
    pub phase: Phase,
    /// All that the model has written.
    pub text: String,
    /// Text that was there before "Continue" was pressed; part of what the model is given.
    pub carried: usize,
    pub stats: Stats,
    /// When the first token arrived, in milliseconds of the page's clock.
    first_token_at: Option<f64>,
}

impl Run {
    /// A run that has just been asked for. `carried` is earlier generated text to go on from.
    pub fn begin(id: RequestId, prompt: Prompt, decoding: Decoding, keep: Keep) -> Self {
        Self {
            id,
            prompt,
            decoding,
            keep,
            phase: Phase::Waiting,
            text: String::new(),
            carried: 0,
            stats: Stats::default(),
            first_token_at: None,
        }
    }

    /// A run that was made beforehand.
    pub fn recorded(prompt: Prompt, keep: Keep, text: String) -> Self {
        Self { phase: Phase::Recorded, text, ..Self::begin(0, prompt, Decoding::default(), keep) }
    }

    /// The same run, going on from where it stopped.
    pub fn continued(&self, id: RequestId) -> Self {
        Self {
            id,
            phase: Phase::Waiting,
            carried: self.text.len(),
            stats: Stats::default(),
            first_token_at: None,
            ..self.clone()
        }
    }

    /// The text that the model is given: the prompt, and what it wrote before "Continue".
    pub fn model_input(&self) -> String {
        self.prompt.text() + &self.text[..self.carried]
    }

    /// Whether the model is at work on it, or will be.
    pub fn is_active(&self) -> bool {
        matches!(self.phase, Phase::Waiting | Phase::Reading { .. } | Phase::Writing)
    }

    /// The answer, and what the model went on to say.
    pub fn answer(&self) -> (&str, &str) {
        self.keep.split(&self.text, !self.is_active())
    }

    /// Tokens a second of the text that has arrived, once two tokens give a time.
    pub fn tokens_per_second(&self) -> Option<f64> {
        let intervals = self.stats.new_tokens.checked_sub(1)? as f64;
        (intervals > 0.0 && self.stats.decode_ms > 0.0)
            .then(|| intervals * 1000.0 / self.stats.decode_ms)
    }

    /// Takes in an event that bears this run's id; `now` is the page's clock in milliseconds.
    pub fn receive(&mut self, event: &Event, now: f64) {
        match event {
            Event::Prefill { done, total, .. } => {
                self.phase = Phase::Reading { done: *done, total: *total };
            }
            Event::Token { text, .. } => {
                self.text.push_str(text);
                self.stats.new_tokens += 1;
                self.stats.decode_ms = now - *self.first_token_at.get_or_insert(now);
                self.phase = Phase::Writing;
            }
            Event::Done { reason, text, stats, .. } => {
                self.text.push_str(text);
                self.stats = *stats;
                self.phase = Phase::Finished(*reason);
            }
            Event::Failed { failure, .. } => self.phase = Phase::Failed(failure.clone()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroshot_prompting::{Part, Segment};

    fn run() -> Run {
        let segments = vec![Segment { part: Part::Input, text: "a cat =".to_owned() }];
        Run::begin(1, Prompt { segments }, Decoding::default(), Keep::FirstLine)
    }

    fn token(text: &str) -> Event {
        Event::Token { id: 1, token: 0, text: text.to_owned(), logprob: -0.1 }
    }

    #[test]
    fn streamed_text_is_split_into_answer_and_the_rest() {
        let mut run = run();
        for text in [" un", " chat", "\n", "a dog ="] {
            run.receive(&token(text), 0.0);
        }
        assert_eq!(run.phase, Phase::Writing);
        let (answer, rest) = run.answer();
        assert_eq!((answer, rest), (" un chat", "\na dog ="));
    }

    #[test]
    fn continue_gives_the_model_what_it_wrote() {
        let mut run = run();
        run.receive(&token(" un"), 0.0);
        let done = Event::Done {
            id: 1,
            reason: FinishReason::Length,
            text: String::new(),
            stats: Stats { new_tokens: 1, ..Stats::default() },
        };
        run.receive(&done, 0.0);
        let mut next = run.continued(2);
        assert_eq!(next.model_input(), "a cat = un");
        next.receive(&token(" chat"), 0.0);
        assert_eq!(next.answer().0, " un chat");
        assert_eq!(next.model_input(), "a cat = un");
    }

    #[test]
    fn a_failure_keeps_the_text_that_had_arrived() {
        let mut run = run();
        run.receive(&token(" un"), 0.0);
        run.receive(&Event::Failed { id: Some(1), failure: Failure::OutOfMemory }, 0.0);
        assert!(!run.is_active());
        assert_eq!(run.answer().0, " un");
    }
}
