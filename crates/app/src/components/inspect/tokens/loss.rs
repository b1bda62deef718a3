//! The figures of the text: how many tokens, and how well the model foresaw them.

use super::transcript::{Stretch, Transcript};
use crate::{
    components::use_i18n,
    state::measures::{Loss, grouped},
};
use yew::prelude::*;

/// The figures of the prompt, of the answer, and of the whole.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    pub prompt: Loss,
    pub answer: Option<Loss>,
    pub whole: Option<Loss>,
}

impl Props {
    pub fn of(transcript: &Transcript) -> Self {
        let of = |which: fn(Stretch) -> bool| {
            let tokens = transcript.tokens.iter().filter(move |token| which(token.stretch));
            Loss::of(tokens.map(|token| (token.prediction.as_deref(), token.piece().byte_len())))
        };
        let written = transcript.tokens.len() > transcript.prompt;
        Self {
            prompt: of(|stretch| matches!(stretch, Stretch::Prompt(_))),
            answer: written
                .then(|| of(|stretch| matches!(stretch, Stretch::Answer | Stretch::Recorded))),
            whole: written.then(|| of(|_| true)),
        }
    }
}

#[function_component]
pub fn LossTable(props: &Props) -> Html {
    let i18n = use_i18n();
    let digits = |value: Option<f64>, decimals: usize| match value {
        Some(value) if value >= 1e6 => format!("{value:.1e}"),
        Some(value) => format!("{value:.decimals$}"),
        None => "–".to_owned(),
    };
    let row = |(key, loss): (&str, &Loss)| {
        html! {
            <tr>
                <th scope="row">{ i18n.t(key) }</th>
                <td>{ grouped(loss.tokens) }</td>
                <td>{ digits(loss.mean(), 3) }</td>
                <td>{ digits(loss.mean_bits(), 2) }</td>
                <td>{ digits(loss.perplexity(), 1) }</td>
                <td>{ digits(loss.bits_per_byte(), 2) }</td>
            </tr>
        }
    };
    let rows = [
        ("tokens.prompt", Some(&props.prompt)),
        ("tokens.answer", props.answer.as_ref()),
        ("tokens.whole", props.whole.as_ref()),
    ];
    let rows = rows.into_iter().filter_map(|(key, loss)| loss.map(|loss| (key, loss)));
    html! {
        <div class="loss">
            <table>
                <caption>{ i18n.t("tokens.loss") }</caption>
                <thead>
                    <tr>
                        <td></td>
                        <th scope="col">{ i18n.t("tokens.count") }</th>
                        <th scope="col">{ i18n.t("tokens.loss_nats") }</th>
                        <th scope="col">{ i18n.t("tokens.loss_bits") }</th>
                        <th scope="col">{ i18n.t("tokens.perplexity") }</th>
                        <th scope="col">{ i18n.t("tokens.bits_per_byte") }</th>
                    </tr>
                </thead>
                <tbody>{ for rows.map(row) }</tbody>
            </table>
            <p class="help">{ i18n.t("tokens.loss_help") }</p>
        </div>
    }
}
