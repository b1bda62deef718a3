//! A prompt and its continuation as one row of tokens, with what the model expected of each.
//!
//! Pure: what has been heard of the model comes in, what is drawn comes out.

use crate::state::{Phase, Run, places, text_of};
use std::{ops::Range, rc::Rc};
use zeroshot_prompting::{Part, Prompt};
use zeroshot_protocol::{Context, Piece, Prediction};

/// What a stretch of the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretch {
    Prompt(Part),
    Answer,
    /// An answer that was recorded beforehand.
    Recorded,
    /// What the model went on to say.
    Rest,
    /// Tokens with which a text to stop at came, and which are no part of the answer.
    Stop,
}

/// A token and where it stands. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Token {
    source: Source,
    pub stretch: Stretch,
    /// What the model expected there, once that is known.
    pub prediction: Option<Rc<Prediction>>,
    /// Its number among the run's own tokens, if it is one.
    pub own: Option<usize>,
}

/// Where the piece of a token is kept.
#[derive(Clone, Debug)]
enum Source {
    Prompt(Rc<Vec<Piece>>, usize),
    Predicted(Rc<Prediction>),
}

impl Token {
    pub fn piece(&self) -> &Piece {
        match &self.source {
            Source::Prompt(pieces, index) => &pieces[*index],
            Source::Predicted(prediction) => &prediction.piece,
        }
    }
}

/// Compares by what is drawn, without reading whole predictions.
impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        let same_prediction = match (&self.prediction, &other.prediction) {
            (Some(a), Some(b)) => Rc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        same_prediction
            && self.stretch == other.stretch
            && self.own == other.own
            && self.piece().id == other.piece().id
    }
}

/// What the model has said about a text that it did not write.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// What it expected of the prompt's tokens, from the second that it read.
    pub prompt: Vec<Rc<Prediction>>,
    /// What it expected of the text that stands after the prompt without known tokens.
    pub loose: Vec<Rc<Prediction>>,
}

/// The whole text in tokens.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transcript {
    pub tokens: Vec<Token>,
    /// How many of them are the prompt's.
    pub prompt: usize,
    /// How many at the beginning the model did not get, because the context was full.
    pub skipped: usize,
}

impl Transcript {
    /// The tokens of a prompt and of the run that continues it.
    pub fn new(
        prompt: &Prompt,
        pieces: &Rc<Vec<Piece>>,
        reading: &Reading,
        run: Option<&Run>,
    ) -> Self {
        let skipped = run.map_or(0, |run| run.stats.trimmed_tokens).min(pieces.len());
        let judged = judged(&pieces[skipped..], &reading.prompt);
        let mut tokens: Vec<Token> = places(prompt, pieces, [].iter())
            .into_iter()
            .enumerate()
            .map(|(index, place)| Token {
                source: Source::Prompt(Rc::clone(pieces), index),
                stretch: Stretch::Prompt(place.part.unwrap_or(Part::Input)),
                prediction: index
                    .checked_sub(skipped + 1)
                    .and_then(|at| judged.get(at))
                    .map(Rc::clone),
                own: None,
            })
            .collect();
        if let Some(run) = run {
            tokens.extend(continuation(run, &reading.loose));
        }
        Self { tokens, prompt: pieces.len(), skipped }
    }

    /// The text before token number `at`, as the model has it.
    pub fn context_before(&self, at: usize) -> Context {
        let before = self.tokens.iter().take(at).skip(self.skipped);
        Context { prompt: String::new(), tokens: before.map(|token| token.piece().id).collect() }
    }

    /// Tokens in a row that are one stretch.
    pub fn spans(&self) -> Vec<(Stretch, Range<usize>)> {
        let mut spans: Vec<(Stretch, Range<usize>)> = Vec::new();
        for (index, token) in self.tokens.iter().enumerate() {
            match spans.last_mut() {
                Some((stretch, span)) if *stretch == token.stretch => span.end = index + 1,
                _ => spans.push((token.stretch, index..index + 1)),
            }
        }
        spans
    }
}

/// The text of a run after its prompt whose tokens are not known.
pub fn loose_text(run: &Run) -> &str {
    match run.phase {
        Phase::Recorded if run.predictions.is_empty() => &run.text,
        _ if run.given.tokens == 0 => run.text.get(..run.given.bytes).unwrap_or_default(),
        _ => "",
    }
}

/// Those of `predictions` that are of just these tokens, from the second on. What was said of
/// another text holds as far as it begins as this one does.
fn judged<'a>(pieces: &[Piece], predictions: &'a [Rc<Prediction>]) -> &'a [Rc<Prediction>] {
    let rest = pieces.get(1..).unwrap_or_default();
    let same = rest.iter().zip(predictions).take_while(|(a, b)| a.id == b.piece.id).count();
    &predictions[..same]
}

fn continuation(run: &Run, loose: &[Rc<Prediction>]) -> Vec<Token> {
    let loose_text = loose_text(run);
    let fits = text_of(loose.iter().map(|prediction| &prediction.piece)) == loose_text;
    let loose = if fits { loose } else { &[] };
    // Where the tokens of the text before are not known yet, it still has its length.
    let mut at = if fits { 0 } else { loose_text.len() };
    let (answer, _) = run.answer();
    let (answer_end, text_end) = (answer.len(), run.text.len());
    let own = run.predictions.iter().enumerate().map(|(own, prediction)| (Some(own), prediction));
    loose
        .iter()
        .map(|prediction| (None, prediction))
        .chain(own)
        .map(|(own, prediction)| {
            let stretch = if at < answer_end || (run.is_active() && answer_end == text_end) {
                if run.phase == Phase::Recorded { Stretch::Recorded } else { Stretch::Answer }
            } else if at < text_end || run.is_active() {
                Stretch::Rest
            } else {
                Stretch::Stop
            };
            at += prediction.piece.byte_len();
            Token {
                source: Source::Predicted(Rc::clone(prediction)),
                stretch,
                prediction: Some(Rc::clone(prediction)),
                own,
            }
        })
        .collect()
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use zeroshot_prompting::{Keep, Segment, Task};
    use zeroshot_protocol::{Decoding, Event, FinishReason, Stats};

    pub fn prediction(id: u32, text: &str) -> Prediction {
        let piece = Piece::new(id, text.as_bytes());
        Prediction { piece, logprob: -0.5, rank: 0, entropy: 1.0, top: Vec::new() }
    }

    fn prompt() -> (Prompt, Rc<Vec<Piece>>) {
        let segment = |part, text: &str| Segment { part, text: text.to_owned() };
        let segments = vec![segment(Part::Input, "a cat"), segment(Part::Cue, " =")];
        let pieces = [(1, "a"), (2, " cat"), (3, " =")];
        let pieces = pieces.map(|(id, text)| Piece::new(id, text.as_bytes()));
        (Prompt { segments }, Rc::new(pieces.to_vec()))
    }

    /// A run whose tokens are `written`, of which `held` at the end are not in the text.
    pub fn run(written: &[(u32, &str)], held: usize) -> Run {
        let keep = Keep::FirstLine;
        let mut run = Run::begin(1, Task::Translate, prompt().0, Decoding::default(), keep);
        for (index, (id, text)) in written.iter().enumerate() {
            let text = if index + held < written.len() { *text } else { "" };
            let prediction = prediction(*id, written[index].1);
            run.receive(&Event::Token { id: 1, text: text.to_owned(), prediction }, 0.0);
        }
        let (reason, stats) = (FinishReason::Stop, Stats::default());
        run.receive(&Event::Done { id: 1, reason, text: String::new(), stats }, 0.0);
        run
    }

    fn reading(ids: &[u32]) -> Reading {
        let prompt = ids.iter().map(|id| Rc::new(prediction(*id, "x"))).collect();
        Reading { prompt, loose: Vec::new() }
    }

    #[test]
    fn the_continuation_is_told_from_what_came_after_it() {
        let (prompt, pieces) = prompt();
        let run = run(&[(4, " un"), (5, " chat"), (6, "\n"), (7, "a"), (8, "\n")], 1);
        let transcript = Transcript::new(&prompt, &pieces, &reading(&[2, 3]), Some(&run));
        assert_eq!(
            transcript.spans(),
            [
                (Stretch::Prompt(Part::Input), 0..2),
                (Stretch::Prompt(Part::Cue), 2..3),
                (Stretch::Answer, 3..5),
                (Stretch::Rest, 5..7),
                (Stretch::Stop, 7..8),
            ]
        );
        assert_eq!(transcript.context_before(4).tokens, [1, 2, 3, 4]);
        assert_eq!(transcript.tokens[4].own, Some(1));
    }

    #[test]
    fn what_was_said_of_another_prompt_holds_as_far_as_they_are_the_same() {
        let (prompt, pieces) = prompt();
        let known = |ids: &[u32]| {
            let transcript = Transcript::new(&prompt, &pieces, &reading(ids), None);
            transcript.tokens.iter().map(|token| token.prediction.is_some()).collect::<Vec<_>>()
        };
        assert_eq!(known(&[2, 3]), [false, true, true]);
        assert_eq!(known(&[2, 9]), [false, true, false]);
        assert_eq!(known(&[9, 3]), [false, false, false]);
    }

    #[test]
    fn tokens_that_did_not_fit_are_not_part_of_the_context() {
        let (prompt, pieces) = prompt();
        let mut run = run(&[(4, " un")], 0);
        run.stats.trimmed_tokens = 1;
        let transcript = Transcript::new(&prompt, &pieces, &reading(&[3]), Some(&run));
        assert_eq!(transcript.context_before(4).tokens, [2, 3, 4]);
        assert!(transcript.tokens[1].prediction.is_none());
        assert_eq!(transcript.tokens[2].prediction.as_ref().map(|p| p.piece.id), Some(3));
    }

    #[test]
    fn a_recorded_answer_is_read_as_the_model_would_write_it() {
        let (prompt, pieces) = prompt();
        let keep = Keep::FirstLine;
        let run = Run::recorded(Task::Translate, prompt.clone(), keep, " un chat\na".to_owned());
        assert_eq!(loose_text(&run), " un chat\na");
        let loose =
            [(4, " un"), (5, " chat"), (6, "\na")].map(|(id, text)| Rc::new(prediction(id, text)));
        let mut reading = reading(&[2, 3]);
        reading.loose = loose.to_vec();
        let transcript = Transcript::new(&prompt, &pieces, &reading, Some(&run));
        assert_eq!(transcript.spans()[2..], [(Stretch::Recorded, 3..5), (Stretch::Rest, 5..6)]);
        reading.loose.pop();
        let transcript = Transcript::new(&prompt, &pieces, &reading, Some(&run));
        assert_eq!(transcript.tokens.len(), 3, "what was said of another text is not shown");
    }
}
