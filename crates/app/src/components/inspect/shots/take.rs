//! One text in a column of a comparison, from the events that brought it.

use crate::{
    components::{use_i18n, use_masked_words},
    i18n::sentence,
    state::{same_answer, text_of},
};
use std::rc::Rc;
use yew::prelude::*;
use zeroshot_prompting::Keep;
use zeroshot_protocol::{Event, Failure, FinishReason, Piece, Stats};

/// What has come so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Take {
    pub text: String,
    pub pieces: Vec<Piece>,
    /// Tokens of the prompt that have been read, and how many there are, before any text came.
    pub reading: Option<(usize, usize)>,
    pub end: Option<Result<(FinishReason, Stats), Failure>>,
}

impl Take {
    /// Of the events that answer a generation.
    pub fn of(events: &[Event]) -> Self {
        let mut take = Self::default();
        for event in events {
            match event {
                Event::Prefill { done, total, .. } => take.reading = Some((*done, *total)),
                Event::Token { text, prediction, .. } => {
                    take.reading = None;
                    take.text.push_str(text);
                    take.pieces.push(prediction.piece.clone());
                }
                Event::Done { reason, text, stats, .. } => {
                    take.reading = None;
                    take.text.push_str(text);
                    take.end = Some(Ok((*reason, *stats)));
                }
                Event::Failed { failure, .. } => take.end = Some(Err(failure.clone())),
                _ => {}
            }
        }
        take
    }

    /// The numbers of its tokens.
    pub fn ids(&self) -> Vec<u32> {
        self.pieces.iter().map(|piece| piece.id).collect()
    }
}

#[derive(PartialEq, Properties)]
pub struct Props {
    pub heading: AttrValue,
    pub events: Rc<Vec<Event>>,
    pub keep: Keep,
    /// The answer that would be right; empty if there is none.
    #[prop_or_default]
    pub expected: AttrValue,
    /// Whether all of the text is shown, and not only the answer.
    #[prop_or_default]
    pub whole: bool,
    /// The number of a token that is marked in the whole text.
    #[prop_or_default]
    pub mark: Option<usize>,
    /// Whether the visitor has stopped the comparison.
    pub stopped: bool,
}

/// A column: the answer as it arrives, whether it is the expected one, and what it took.
#[function_component]
pub fn TakeColumn(props: &Props) -> Html {
    let i18n = use_i18n();
    let masked = use_masked_words();
    let take = use_memo(props.events.clone(), |events| Take::of(events));
    let (answer, _) = props.keep.split(&take.text, take.end.is_some());
    let state = match &take.end {
        Some(Err(failure)) => Some(sentence(&i18n, failure)),
        Some(Ok((FinishReason::Cancelled, _))) => Some(i18n.t("compare.cancelled")),
        Some(Ok(_)) if answer.trim().is_empty() => Some(i18n.t("compare.empty")),
        Some(Ok(_)) => None,
        None if props.stopped => Some(i18n.t("compare.cancelled")),
        None => match take.reading {
            Some((done, total)) => {
                Some(i18n.tf("compare.reading", &[("done", &done), ("total", &total)]))
            }
            None if take.pieces.is_empty() => Some(i18n.t("compare.waiting")),
            None => None,
        },
    };
    let judged = matches!(take.end, Some(Ok(_))) && !props.expected.trim().is_empty();
    let right = same_answer(answer, &props.expected);
    let took = take.end.as_ref().and_then(|end| end.as_ref().ok()).map(|(_, stats)| {
        let seconds = format!("{:.2}", (stats.first_token_ms + stats.decode_ms) / 1000.0);
        let time = i18n.tf("compare.time", &[("seconds", &seconds)]);
        format!("{}, {time}", i18n.tf("compare.tokens", &[("n", &stats.new_tokens)]))
    });
    html! {
        <section class={classes!("take", (judged && right).then_some("right"))}>
            <h3>{ &props.heading }</h3>
            <p class="take-text" dir="auto">
                { match props.mark.filter(|mark| *mark < take.pieces.len()) {
                    Some(mark) => {
                        let text = |pieces: &[Piece]| masked.mask(&text_of(pieces.iter()));
                        html! {
                            <>
                                { text(&take.pieces[..mark]).trim_start() }
                                <mark>{ text(&take.pieces[mark..=mark]) }</mark>
                                { text(&take.pieces[mark + 1..]) }
                            </>
                        }
                    }
                    None if props.whole => html! { { masked.mask(take.text.trim_start()) } },
                    None => html! { { masked.mask(answer.trim()) } },
                } }
            </p>
            if let Some(state) = state {
                <p class="take-state">{ state }</p>
            }
            if judged {
                <p class="take-verdict">
                    { if right { "✓ " } else { "✗ " } }
                    { i18n.t(if right { "compare.right" } else { "compare.wrong" }) }
                </p>
            }
            if let Some(took) = took {
                <p class="take-state">{ took }</p>
            }
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroshot_protocol::Prediction;

    fn token(id: u32, text: &str) -> Event {
        let piece = Piece::new(id, text.as_bytes());
        let prediction =
            Prediction { piece, logprob: -1.0, rank: 0, entropy: 0.0, top: Vec::new() };
        Event::Token { id: 1, text: text.to_owned(), prediction }
    }

    #[test]
    fn a_text_grows_and_ends_with_what_was_held_back() {
        let reading = Event::Prefill { id: 1, done: 2, total: 5 };
        assert_eq!(Take::of(std::slice::from_ref(&reading)).reading, Some((2, 5)));
        let done = Event::Done {
            id: 1,
            reason: FinishReason::Length,
            text: "!".to_owned(),
            stats: Stats::default(),
        };
        let take = Take::of(&[reading, token(7, " un"), token(8, " chat"), done]);
        assert_eq!((take.text.as_str(), take.reading), (" un chat!", None));
        assert_eq!(take.ids(), [7, 8]);
        assert!(matches!(take.end, Some(Ok((FinishReason::Length, _)))));
    }
}
