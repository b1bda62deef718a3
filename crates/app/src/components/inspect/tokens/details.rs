//! Everything about one token: how likely it was, what else might have come, and what the settings
//! make of that choice.

use super::{
    choices::{AskChoices, Choices, key_of, rows_of, taken_of},
    transcript::{Stretch, Token},
    words,
};
use crate::components::inspect::ink::{hex, plain};
use crate::{
    components::{
        chart::{Bars, Format},
        use_i18n,
    },
    i18n::I18n,
    state::measures::{bits, grouped, surprisal},
};
use std::rc::Rc;
use yew::prelude::*;
use zeroshot_protocol::{Context, Decoding, Prediction, TOP_CHOICES};

#[derive(PartialEq, Properties)]
pub struct Props {
    /// The number of the token in the text, from 0.
    pub index: usize,
    /// The token; `None` for the place after the last.
    pub token: Option<Token>,
    /// The text before it, where the model can be asked what comes after that.
    pub context: Option<Context>,
    /// The settings of the desk, if they can be used.
    pub decoding: Option<Decoding>,
    pub vocabulary: usize,
    /// Goes on with another token, where the text can be left here.
    pub on_take: Option<Callback<Prediction>>,
}

#[function_component]
pub fn Details(props: &Props) -> Html {
    let i18n = use_i18n();
    let choices = use_state(|| None::<Rc<Choices>>);
    let more = use_state(|| false);
    let on_hear = {
        let setter = choices.setter();
        use_callback((), move |heard, ()| setter.set(Some(heard)))
    };
    let ask = props.context.clone().zip(props.decoding.clone());
    let ask = ask.map(|(context, decoding)| (key_of(&context), context, decoding));
    let known = (*choices).clone().filter(|known| Some(&known.context) == props.context.as_ref());
    let most = if *more { usize::MAX } else { TOP_CHOICES };
    let standing = props.token.as_ref().map(|token| token.piece().id);
    let rows = match (&known, &props.decoding) {
        (Some(known), Some(decoding)) => known.rows(most, standing, decoding),
        _ => props.token.as_ref().map(rows_of).unwrap_or_default(),
    };
    let on_press = {
        let (known, token) = (known.clone(), props.token.clone());
        props.on_take.clone().map(|on_take| {
            Callback::from(move |index: usize| {
                let prediction = token.as_ref().and_then(|token| token.prediction.as_deref());
                let taken = match &known {
                    Some(known) => known.taken(index),
                    None => prediction.and_then(|prediction| taken_of(prediction, index)),
                };
                // The token that stands there already is no other way.
                if let Some(taken) = taken.filter(|taken| Some(taken.piece.id) != standing) {
                    on_take.emit(taken);
                }
            })
        })
    };
    let recorded = props.token.as_ref().is_some_and(|token| token.stretch == Stretch::Recorded);
    let toggle = {
        let more = more.clone();
        move |_| more.set(!*more)
    };
    let title = i18n.t(match props.token {
        Some(_) => "tokens.alternatives",
        None => "tokens.next",
    });
    html! {
        <section class="token-details" aria-label={i18n.t("tokens.details")}>
            if let Some((key, context, decoding)) = ask {
                <AskChoices {key} {context} {decoding} on_hear={on_hear.clone()} />
            }
            <div class="token-head" aria-live="polite">
                if let Some(token) = &props.token {
                    <h3>
                        <span class="token-text">{ plain(token.piece()) }</span>
                        <span class="token-place">{ i18n.tf("tokens.place", &[
                            ("n", &(props.index + 1)),
                            ("part", &words::name_of(&i18n, token.stretch)),
                        ]) }</span>
                    </h3>
                    { facts(&i18n, token, props.vocabulary) }
                    if props.index == 0 {
                        <p class="help">{ i18n.t("tokens.first") }</p>
                    }
                } else {
                    <h3>{ i18n.t("tokens.next") }</h3>
                }
            </div>
            if !rows.is_empty() {
                <Bars
                    name={title}
                    file="alternatives"
                    label_title={i18n.t("tokens.token")}
                    value_title={i18n.t("tokens.probability")}
                    second_title={i18n.t("tokens.by_settings")}
                    format={Format::Share}
                    greatest={1.0}
                    bars={Rc::new(rows)}
                    press_title={i18n.t("tokens.go_on_with")}
                    {on_press}
                />
                if let Some(known) = &known {
                    if known.bars.len() > TOP_CHOICES {
                        <button type="button" class="link" aria-expanded={more.to_string()} onclick={toggle}>
                            { i18n.t(if *more { "tokens.fewer" } else { "tokens.more" }) }
                        </button>
                    }
                    <p class="help">{ settings_sentence(&i18n, known, props) }</p>
                }
                if props.on_take.is_some() {
                    <p class="help">{ i18n.t("tokens.press_help") }</p>
                } else if recorded {
                    <p class="help">{ i18n.t("tokens.recorded_help") }</p>
                }
            }
        </section>
    }
}

/// What is known of a token, as a list.
fn facts(i18n: &I18n, token: &Token, vocabulary: usize) -> Html {
    let mut facts = Vec::new();
    if let Some(prediction) = &token.prediction {
        let logprob = prediction.logprob;
        facts.push(("tokens.probability", words::percent(logprob.into())));
        facts.push(("tokens.surprisal", words::in_bits(i18n, surprisal(logprob))));
        facts.push(("tokens.rank", words::rank(i18n, prediction.rank, vocabulary)));
        facts.push(("tokens.entropy", words::in_bits(i18n, bits(prediction.entropy))));
    }
    let piece = token.piece();
    facts.push(("tokens.id", piece.id.to_string()));
    facts.push(("tokens.bytes", hex(piece)));
    html! {
        <dl class="token-facts">
            { for facts.into_iter().map(|(key, value)| html! {
                <div><dt>{ i18n.t(key) }</dt><dd>{ value }</dd></div>
            }) }
        </dl>
    }
}

/// What the settings of the desk make of the choice.
fn settings_sentence(i18n: &I18n, known: &Choices, props: &Props) -> String {
    let greedy = props.decoding.as_ref().is_some_and(Decoding::is_greedy);
    if greedy {
        return i18n.t("tokens.greedy");
    }
    let vocabulary = grouped(props.vocabulary);
    let kept = if known.kept >= props.vocabulary {
        i18n.tf("tokens.all_kept", &[("size", &vocabulary)])
    } else {
        let share = Format::Share.write(known.kept_before.into());
        i18n.tf(
            "tokens.kept",
            &[("kept", &grouped(known.kept)), ("size", &vocabulary), ("share", &share)],
        )
    };
    let entropy = i18n.tf(
        "tokens.entropy_change",
        &[
            ("before", &format!("{:.1}", bits(known.entropy.0))),
            ("after", &format!("{:.1}", bits(known.entropy.1))),
        ],
    );
    format!("{kept} {entropy}")
}
