//! The choice that the model has at one place of a text, before and after the settings.

use super::transcript::Token;
use crate::components::inspect::ink::plain;
use crate::{
    components::chart,
    hooks::{Heard, use_query},
};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    rc::Rc,
};
use yew::prelude::*;
use zeroshot_protocol::{
    Bar, Choice, Context, Decoding, Event, Prediction, Query, Seat, TOP_CHOICES,
};

/// What may come after a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Choices {
    /// After which.
    pub context: Context,
    /// The most probable tokens, best first.
    pub bars: Vec<Bar>,
    /// How many tokens the settings leave.
    pub kept: usize,
    /// Their share before the settings.
    pub kept_before: f32,
    /// Entropy before and after the settings, in nats.
    pub entropy: (f32, f32),
}

impl Choices {
    fn heard(context: &Context, heard: &Heard) -> Option<Self> {
        heard.events.iter().find_map(|event| match event {
            Event::Distribution { bars, kept, kept_before, entropy, .. } => Some(Self {
                context: context.clone(),
                bars: bars.clone(),
                kept: *kept,
                kept_before: *kept_before,
                entropy: *entropy,
            }),
            _ => None,
        })
    }

    /// What is known of a token that is taken from among the bars.
    pub fn taken(&self, index: usize) -> Option<Prediction> {
        let choice = |bar: &Bar| Choice { piece: bar.piece.clone(), logprob: bar.before.ln() };
        let bar = choice(self.bars.get(index)?);
        Some(Prediction {
            piece: bar.piece,
            logprob: bar.logprob,
            rank: index as u32,
            entropy: self.entropy.0,
            top: self.bars.iter().take(TOP_CHOICES).map(choice).collect(),
        })
    }

    /// The first of them as rows of a chart; `standing` is the token that stands there.
    pub fn rows(&self, most: usize, standing: Option<u32>, decoding: &Decoding) -> Vec<chart::Bar> {
        let row = |bar: &Bar| chart::Bar {
            label: plain(&bar.piece).into(),
            value: bar.before.into(),
            // Without a draw there is nothing to compare: the first is taken.
            second: (!decoding.is_greedy()).then(|| bar.after.into()),
            cut: !decoding.is_greedy() && bar.after == 0.0,
            chosen: standing == Some(bar.piece.id),
        };
        self.bars.iter().take(most).map(row).collect()
    }
}

/// The choices as far as a prediction knows them, as rows of a chart.
pub fn rows_of(token: &Token) -> Vec<chart::Bar> {
    let top = token.prediction.iter().flat_map(|prediction| &prediction.top);
    top.map(|choice| chart::Bar {
        label: plain(&choice.piece).into(),
        value: f64::from(choice.logprob).exp(),
        chosen: choice.piece.id == token.piece().id,
        ..chart::Bar::default()
    })
    .collect()
}

/// What is known of a token that is taken from among a prediction's choices.
pub fn taken_of(prediction: &Prediction, index: usize) -> Option<Prediction> {
    let choice = prediction.top.get(index)?;
    Some(Prediction {
        piece: choice.piece.clone(),
        logprob: choice.logprob,
        rank: index as u32,
        ..prediction.clone()
    })
}

/// Tells questions about one text from those about another.
pub fn key_of(context: &Context) -> u64 {
    let mut hasher = DefaultHasher::new();
    context.prompt.hash(&mut hasher);
    context.tokens.hash(&mut hasher);
    hasher.finish()
}

#[derive(PartialEq, Properties)]
pub struct Props {
    pub context: Context,
    pub decoding: Decoding,
    pub on_hear: Callback<Rc<Choices>>,
}

/// Asks for the choices after one text, again with every change of the settings; draws nothing.
/// Another text wants another of these, with a `key` of its own: the answer before stands until
/// the next arrives, and must not be taken for one about the new text.
#[function_component]
pub fn AskChoices(props: &Props) -> Html {
    let query =
        Query::Distribution { context: props.context.clone(), decoding: props.decoding.clone() };
    let heard = use_query(Seat::Main, Some(query));
    let choices = Choices::heard(&props.context, &heard);
    let on_hear = props.on_hear.clone();
    use_effect_with(choices, move |choices| {
        if let Some(choices) = choices {
            on_hear.emit(Rc::new(choices.clone()));
        }
    });
    Html::default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroshot_protocol::Piece;

    fn choices() -> Choices {
        let bar =
            |id: u32, before: f32, after: f32| Bar { piece: Piece::new(id, b" x"), before, after };
        Choices {
            context: Context::default(),
            bars: vec![bar(1, 0.5, 0.625), bar(2, 0.25, 0.375), bar(3, 0.125, 0.0)],
            kept: 2,
            kept_before: 0.75,
            entropy: (1.0, 0.5),
        }
    }

    #[test]
    fn what_the_settings_cut_is_marked() {
        let drawn = Decoding { temperature: 1.0, top_k: 2, ..Decoding::default() };
        let rows = choices().rows(3, Some(2), &drawn);
        let seen: Vec<_> = rows.iter().map(|row| (row.second, row.cut, row.chosen)).collect();
        assert_eq!(
            seen,
            [(Some(0.625), false, false), (Some(0.375), false, true), (Some(0.0), true, false)]
        );
        let greedy = choices().rows(3, None, &Decoding::default());
        assert!(greedy.iter().all(|row| row.second.is_none() && !row.cut));
    }

    #[test]
    fn a_token_that_is_taken_keeps_its_rank_and_probability() {
        let taken = choices().taken(1).expect("there is a second bar");
        assert_eq!((taken.piece.id, taken.rank, taken.entropy), (2, 1, 1.0));
        assert!((taken.logprob - 0.25f32.ln()).abs() < 1e-6);
        assert_eq!(choices().taken(3), None);
    }
}
