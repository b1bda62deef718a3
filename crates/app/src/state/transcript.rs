//! A finished run as the tokens that a model reads: what to ask about, in which region of the text
//! each token stands, and the same without the shots.
//!
//! Pure; what is made of it is up to the views.

use super::{Run, places};
use std::{collections::BTreeSet, ops::Range};
use zeroshot_prompting::{Part, Prompt};
use zeroshot_protocol::{Context, Piece};

/// Where a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// The first token of all, on which heads rest that look for nothing.
    First,
    Prompt(Part),
    Answer,
    /// What the model went on to say.
    Rest,
}

/// Tokens in a row that stand in one region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub region: Region,
    pub tokens: Range<usize>,
}

/// The prompt and its continuation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transcript {
    /// The whole of it, as a question names it.
    pub context: Context,
    pub pieces: Vec<Piece>,
    /// Of each piece. The first one's is that of its part.
    pub regions: Vec<Region>,
    /// How many of the pieces are `context.prompt`.
    pub prompt_len: usize,
    /// The positions of the answer's tokens; of all that was written where no answer was found.
    pub answer: Range<usize>,
}

impl Transcript {
    /// The transcript of a run whose [`Run::context_before`] has a text of these pieces; `None` as
    /// long as nothing has been written.
    pub fn new(run: &Run, prompt_pieces: &[Piece]) -> Option<Self> {
        let context = run.context_before(run.predictions.len());
        let written = run.predictions.iter().map(|prediction| &prediction.piece);
        let prompt_bytes = run.prompt.text().len();
        // Text that the model was given to go on from stands behind the prompt.
        let mut bytes = 0;
        let of_prompt = prompt_pieces.iter().take_while(|piece| {
            bytes += piece.byte_len();
            bytes <= prompt_bytes
        });
        let (of_prompt, given) = prompt_pieces.split_at(of_prompt.count());
        let places = places(&run.prompt, of_prompt, given.iter().chain(written.clone()));
        let answer_end = prompt_bytes + run.answer().0.len();
        let region = |place: &super::Place| match place.part {
            Some(part) => Region::Prompt(part),
            None if place.bytes.start < answer_end => Region::Answer,
            None => Region::Rest,
        };
        let regions: Vec<_> = places.iter().map(region).collect();
        let pieces: Vec<_> = prompt_pieces.iter().chain(written).cloned().collect();
        let first = |is: &dyn Fn(&Region) -> bool| regions.iter().position(is);
        let start = first(&|region| matches!(region, Region::Answer | Region::Rest))?;
        let length = regions[start..].iter().take_while(|region| **region == Region::Answer);
        let end = match length.count() {
            0 => pieces.len(),
            length => start + length,
        };
        let prompt_len = prompt_pieces.len();
        // Nothing can be expected of the first token of all.
        (start > 0).then_some(Self { context, pieces, regions, prompt_len, answer: start..end })
    }

    /// The positions from which the answer was written: each token is what the one before it
    /// looked back for.
    pub fn writing(&self) -> Range<usize> {
        self.answer.start - 1..self.answer.end - 1
    }

    /// The regions before position `end`, in the order of the text, the first token by itself.
    pub fn spans(&self, end: usize) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        for (index, region) in self.regions.iter().enumerate().take(end) {
            let region = if index == 0 { Region::First } else { *region };
            match spans.last_mut() {
                Some(span) if span.region == region => span.tokens.end = index + 1,
                _ => spans.push(Span { region, tokens: index..index + 1 }),
            }
        }
        spans
    }
}

/// How many shots a prompt has.
pub fn shot_count(prompt: &Prompt) -> usize {
    let shots = prompt.segments.iter().filter_map(|segment| match segment.part {
        Part::Shot(index) => Some(index),
        _ => None,
    });
    shots.collect::<BTreeSet<_>>().len()
}

/// A run's text with the shots left out of its prompt; `None` if there are none, or nothing else.
pub fn context_without_shots(run: &Run) -> Option<Context> {
    let whole = run.prompt.text();
    // A wording may end the input otherwise where nothing stands before it; of a prompt that was
    // edited, the shots can only be cut out.
    let desk = run.desk.as_deref().filter(|desk| desk.edited.is_none());
    let rewritten = desk.map(|desk| {
        let mut desk = desk.clone();
        desk.n_shots = 0;
        desk.written().text()
    });
    let cut_out = || {
        let segments = run.prompt.segments.iter();
        let kept = segments.filter(|segment| !matches!(segment.part, Part::Shot(_)));
        kept.map(|segment| segment.text.as_str()).collect()
    };
    let kept: String = rewritten.unwrap_or_else(cut_out);
    if shot_count(&run.prompt) == 0 || kept.trim().is_empty() {
        return None;
    }
    let context = run.context_before(run.predictions.len());
    let given = context.prompt.strip_prefix(&whole)?;
    Some(Context { prompt: kept + given, tokens: context.tokens })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        examples,
        state::{DeskAction, Playground},
    };
    use std::rc::Rc;
    use zeroshot_prompting::{Keep, Segment, Task, Template};
    use zeroshot_protocol::{Decoding, Event, Prediction};

    fn pieces(texts: &[&str]) -> Vec<Piece> {
        texts.iter().map(|text| Piece::new(text.len() as u32, text.as_bytes())).collect()
    }

    fn run(parts: &[(Part, &str)], written: &[&str]) -> Run {
        let segment = |&(part, text): &(Part, &str)| Segment { part, text: text.to_owned() };
        let prompt = Prompt { segments: parts.iter().map(segment).collect() };
        let mut run = Run::begin(1, Task::Translate, prompt, Decoding::default(), Keep::FirstLine);
        for (piece, text) in pieces(written).into_iter().zip(written) {
            let prediction =
                Prediction { piece, logprob: -0.1, rank: 0, entropy: 0.5, top: Vec::new() };
            run.receive(&Event::Token { id: 1, text: (*text).to_owned(), prediction }, 0.0);
        }
        run
    }

    const PARTS: [(Part, &str); 4] = [
        (Part::Shot(0), "a dog = un chien\n"),
        (Part::Shot(1), "a bee = une abeille\n"),
        (Part::Input, "a cat"),
        (Part::Cue, " ="),
    ];

    fn prompt_pieces() -> Vec<Piece> {
        pieces(&["a", " dog = un chien", "\n", "a bee = une abeille\n", "a", " cat", " ="])
    }

    #[test]
    fn the_answer_is_told_from_what_follows_it() {
        let run = run(&PARTS, &[" un", " chat", "\n", "a"]);
        let transcript = Transcript::new(&run, &prompt_pieces()).expect("there is an answer");
        assert_eq!((transcript.answer.clone(), transcript.prompt_len), (7..9, 7));
        assert_eq!(transcript.regions[9..], [Region::Rest; 2]);
        assert_eq!(transcript.writing(), 6..8);
        assert_eq!(transcript.context.tokens.len(), 4);
    }

    #[test]
    fn spans_leave_nothing_out_and_set_the_first_token_apart() {
        let run = run(&PARTS, &[" un", " chat", "\n"]);
        let transcript = Transcript::new(&run, &prompt_pieces()).expect("there is an answer");
        let spans = transcript.spans(8);
        let regions: Vec<_> = spans.iter().map(|span| span.region).collect();
        assert_eq!(
            regions,
            [
                Region::First,
                Region::Prompt(Part::Shot(0)),
                Region::Prompt(Part::Shot(1)),
                Region::Prompt(Part::Input),
                Region::Prompt(Part::Cue),
                Region::Answer
            ]
        );
        let covered: Vec<_> = spans.iter().flat_map(|span| span.tokens.clone()).collect();
        assert_eq!(covered, (0..8).collect::<Vec<_>>());
    }

    #[test]
    fn text_that_the_model_was_given_belongs_to_the_answer() {
        let mut run = run(&PARTS, &[" noir"]);
        run.text = " un chat noir".to_owned();
        run.given.bytes = " un chat".len();
        let mut cut = prompt_pieces();
        cut.extend(pieces(&[" un", " chat"]));
        let transcript = Transcript::new(&run, &cut).expect("there is an answer");
        assert_eq!(
            transcript.context.prompt,
            "a dog = un chien\na bee = une abeille\na cat = un chat"
        );
        assert_eq!((transcript.answer, transcript.prompt_len), (7..10, 9));
        let zero = context_without_shots(&run).expect("there are shots");
        assert_eq!(zero.prompt, "a cat = un chat");
    }

    #[test]
    fn without_an_answer_all_that_was_written_counts() {
        let run = run(&PARTS, &["\n", "\n"]);
        let mut run = run;
        run.keep = Keep::FirstSentences(1);
        let transcript = Transcript::new(&run, &prompt_pieces()).expect("something was written");
        assert_eq!(transcript.answer, 7..9);
        assert_eq!(Transcript::new(&self::run(&PARTS, &[]), &prompt_pieces()), None);
    }

    #[test]
    fn shots_left_out_are_the_zero_shot_prompt_of_every_wording() {
        let mut playground = Playground::new(examples::set());
        let mut seen = 0;
        for task in Task::ALL {
            playground.task = task;
            for template in Template::all(task) {
                let with = |n_shots| {
                    let mut playground = playground.clone();
                    playground.apply(DeskAction::PickTemplate(template), examples::set());
                    playground.apply(DeskAction::SetShotCount(n_shots), examples::set());
                    playground.desk().clone()
                };
                let (few, zero) = (with(2), with(0).prompt().text());
                let mut run = Run::recorded(task, few.prompt(), Keep::All, String::new());
                run.desk = Some(Rc::new(few));
                let context = context_without_shots(&run);
                assert_eq!(context.is_some(), shot_count(&run.prompt) > 0, "{}", template.id);
                if let Some(context) = context {
                    assert_eq!(context.prompt, zero, "{}", template.id);
                    seen += 1;
                }
            }
        }
        assert!(seen > 4, "only {seen} wordings with shots");
    }
}
