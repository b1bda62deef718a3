//! The answer by itself: what a phone shows, and what a screen reader reads out.

use super::{use_i18n, use_masked_words};
use crate::state::Run;
use std::rc::Rc;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub run: Option<Rc<Run>>,
}

#[function_component]
pub fn Answer(props: &Props) -> Html {
    let i18n = use_i18n();
    let masked = use_masked_words();
    let (answer, busy) = match &props.run {
        Some(run) => (masked.mask(run.answer().0.trim()), run.is_active()),
        None => (String::new(), false),
    };
    html! {
        <section id="answer" class="answer-alone" aria-label={i18n.t("answer.title")}>
            <h2>{ i18n.t("answer.title") }</h2>
            if answer.is_empty() && !busy {
                <p class="help">{ i18n.t("answer.none") }</p>
            }
            // Read out once it is whole: word by word it would only be a stammer.
            <output aria-live="polite" aria-busy={busy.to_string()} dir="auto">{ answer }</output>
        </section>
    }
}
