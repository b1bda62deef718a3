//! One run: what was asked, what has arrived, how it ended.
//!
//! Pure: events of the worker come in, what the page shows comes out.

use super::{Desk, ModelMark, vocabulary::Foreign};
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use zeroshot_prompting::{Keep, Prompt, Task};
use zeroshot_protocol::{
    Context, Decoding, Event, Failure, FinishReason, Piece, Prediction, RequestId, Stats,
};

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
    pub task: Task,
    /// What lay on the desk when it was asked for, to go back to.
    pub desk: Option<Rc<Desk>>,
    pub prompt: Prompt,
    pub decoding: Decoding,
    /// Whether it goes on by one token only, whatever the settings say.
    pub single: bool,
    pub keep: Keep,
    pub phase: Phase,
    /// All that the model has written, and what it was given of an earlier run.
    pub text: String,
    /// What was expected at each of its tokens, as far as that is known.
    pub predictions: Vec<Rc<Prediction>>,
    /// What was there before the model began: the text before "Continue" or before a branch.
    pub given: Given,
    /// The run that this one leaves at another token, and the number of that token.
    pub parent: Option<(RequestId, usize)>,
    /// The visitor's name for it.
    pub name: Option<String>,
    /// By which model, once it is at work.
    pub model: Option<ModelMark>,
    /// Entries of the vocabulary that its tokens are numbers of, once that is known.
    pub vocab_size: Option<usize>,
    /// Its tokens, while a model of another vocabulary is in use.
    pub foreign: Option<Rc<Foreign>>,
    /// When the first word of it came, in milliseconds of the page's clock.
    pub asked_at: Option<f64>,
    pub stats: Stats,
    /// When the first token arrived, in milliseconds of the page's clock.
    first_token_at: Option<f64>,
}

// Says that a run is equal to itself, which its floats (never NaN: such a distribution is an error)
// do not say by their type. With it two `Rc`s of one run are compared by their address; without,
// each drawing of the page would compare every token of every run of the visit.
impl Eq for Run {}

/// How much of a run's text and tokens the model was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// Bytes of [`Run::text`].
    pub bytes: usize,
    /// Number of [`Run::predictions`].
    pub tokens: usize,
}

impl Run {
    /// A run that has just been asked for.
    pub fn begin(
        id: RequestId,
        task: Task,
        prompt: Prompt,
        decoding: Decoding,
        keep: Keep,
    ) -> Self {
        Self {
            id,
            task,
            desk: None,
            prompt,
            decoding,
            single: false,
            keep,
            phase: Phase::Waiting,
            text: String::new(),
            predictions: Vec::new(),
            given: Given::default(),
            parent: None,
            name: None,
            model: None,
            vocab_size: None,
            foreign: None,
            asked_at: None,
            stats: Stats::default(),
            first_token_at: None,
        }
    }

    /// A run that was made beforehand.
    pub fn recorded(task: Task, prompt: Prompt, keep: Keep, text: String) -> Self {
        let run = Self::begin(0, task, prompt, Decoding::default(), keep);
        Self { phase: Phase::Recorded, text, ..run }
    }

    /// The same run, going on from where it stopped.
    pub fn continued(&self, id: RequestId) -> Self {
        // Tokens that were held back as a stop text are not in the text; where the text does not
        // end with a token, only the text is known.
        let whole = self.tokens_of_text().unwrap_or_default();
        Self {
            id,
            single: false,
            phase: Phase::Waiting,
            predictions: self.predictions[..whole].to_vec(),
            given: Given { bytes: self.text.len(), tokens: whole },
            vocab_size: self.vocab_size.filter(|_| self.foreign.is_none()),
            foreign: None,
            stats: Stats::default(),
            first_token_at: None,
            ..self.clone()
        }
    }

    /// A new run that is this one up to token number `at` and goes on with `token` in its place.
    pub fn branched(&self, id: RequestId, at: usize, token: Prediction) -> Option<Self> {
        self.predictions.get(at)?;
        let mut predictions = self.predictions[..at].to_vec();
        predictions.push(Rc::new(token));
        let text = text_of(predictions.iter().map(|prediction| &prediction.piece));
        Some(Self {
            id,
            single: false,
            phase: Phase::Waiting,
            given: Given { bytes: text.len(), tokens: predictions.len() },
            text,
            predictions,
            parent: Some((self.id, at)),
            name: None,
            asked_at: None,
            stats: Stats::default(),
            first_token_at: None,
            ..self.clone()
        })
    }

    /// How many of the tokens the text is made of; `None` if it does not end where one ends.
    fn tokens_of_text(&self) -> Option<usize> {
        let mut bytes = 0;
        let ends = self.predictions.iter().map(|prediction| {
            bytes += prediction.piece.byte_len();
            bytes
        });
        let ends: Vec<_> = std::iter::once(0).chain(ends).collect();
        ends.iter().position(|&end| end == self.text.len())
    }

    /// What the model is given: the prompt, and what was there before it began.
    pub fn model_input(&self) -> Context {
        let tokens = self.predictions[..self.given.tokens].iter();
        let tokens: Vec<_> = tokens.map(|prediction| prediction.piece.id).collect();
        let mut prompt = self.prompt.text();
        if tokens.is_empty() {
            prompt += &self.text[..self.given.bytes];
        }
        Context { prompt, tokens }
    }

    /// How the model is to continue it.
    pub fn model_decoding(&self) -> Decoding {
        let decoding = self.decoding.clone();
        if self.single {
            // A stop text would hold the only token back.
            Decoding { max_new_tokens: 1, stop: Vec::new(), ..decoding }
        } else {
            decoding
        }
    }

    /// The text as the model has it before token number `at` of the continuation; with `at` the
    /// number of all tokens, the whole.
    pub fn context_before(&self, at: usize) -> Context {
        let tokens = self.predictions.iter().take(at);
        let mut prompt = self.prompt.text();
        // Text that was given without its tokens belongs before those that were generated.
        if self.given.tokens == 0 {
            prompt += &self.text[..self.given.bytes];
        }
        Context { prompt, tokens: tokens.map(|prediction| prediction.piece.id).collect() }
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
        self.asked_at.get_or_insert(now);
        match event {
            Event::Prefill { done, total, .. } => {
                self.phase = Phase::Reading { done: *done, total: *total };
            }
            Event::Token { text, prediction, .. } => {
                self.text.push_str(text);
                self.predictions.push(Rc::new(prediction.clone()));
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

/// The text of tokens in a row, whose characters they may share.
pub fn text_of<'a>(pieces: impl Iterator<Item = &'a Piece>) -> String {
    let mut bytes = Vec::new();
    for piece in pieces {
        let of_piece: &[u8] =
            if piece.bytes.is_empty() { piece.text.as_bytes() } else { &piece.bytes };
        bytes.extend_from_slice(of_piece);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroshot_prompting::{Part, Segment};

    fn run() -> Run {
        let segments = vec![Segment { part: Part::Input, text: "a cat =".to_owned() }];
        let prompt = Prompt { segments };
        Run::begin(1, Task::Translate, prompt, Decoding::default(), Keep::FirstLine)
    }

    fn prediction(text: &str) -> Prediction {
        let piece = Piece::new(text.len() as u32, text.as_bytes());
        Prediction { piece, logprob: -0.1, rank: 0, entropy: 1.0, top: Vec::new() }
    }

    fn token(text: &str) -> Event {
        Event::Token { id: 1, text: text.to_owned(), prediction: prediction(text) }
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
    fn continue_gives_the_model_the_tokens_that_it_wrote() {
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
        let given = Context { prompt: "a cat =".to_owned(), tokens: vec![3] };
        assert_eq!(next.model_input(), given);
        next.receive(&token(" chat"), 0.0);
        assert_eq!(next.answer().0, " un chat");
        assert_eq!(next.model_input(), given);
    }

    #[test]
    fn continue_after_a_stop_inside_a_token_gives_the_model_the_text() {
        let mut run = run();
        run.receive(&token(" un"), 0.0);
        let mut held = token(" chat. Q");
        if let Event::Token { text, .. } = &mut held {
            *text = " chat".to_owned();
        }
        run.receive(&held, 0.0);
        let next = run.continued(2);
        let given = Context { prompt: "a cat = un chat".to_owned(), tokens: Vec::new() };
        assert_eq!(next.model_input(), given);
        assert_eq!(next.context_before(0), given);
    }

    #[test]
    fn a_branch_keeps_what_came_before_and_takes_the_chosen_token() {
        let mut run = run();
        for text in [" un", " chat", " noir"] {
            run.receive(&token(text), 0.0);
        }
        let le = Prediction { piece: Piece::new(99, b" le"), rank: 1, ..prediction(" chat") };
        let branch = run.branched(2, 1, le.clone()).expect("there is a token 1");
        assert_eq!(branch.text, " un le");
        assert_eq!(branch.model_input().tokens, [3, 99]);
        assert_eq!((branch.parent, branch.predictions[1].rank), (Some((1, 1)), 1));
        assert_eq!(run.branched(2, 3, le), None);
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
