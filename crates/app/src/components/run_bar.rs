//! Run, stop, again, continue, copy; and what the last run took.

use super::use_i18n;
use crate::{
    i18n::figures,
    state::{Phase, Run},
};
use std::rc::Rc;
use yew::prelude::*;
use zeroshot_protocol::FinishReason;

/// What the visitor wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    Run,
    Stop,
    Continue,
    Copy,
}

#[derive(PartialEq, Properties)]
pub struct Props {
    pub run: Option<Rc<Run>>,
    /// Whether any run is under way, of this prompt or of another.
    pub active: bool,
    /// Whether the answer has just been copied.
    pub copied: bool,
    pub on_wish: Callback<Wish>,
}

#[function_component]
pub fn RunBar(props: &Props) -> Html {
    let i18n = use_i18n();
    let button = |wish: Wish, text: String, class: &'static str, enabled: bool| {
        let on_wish = props.on_wish.clone();
        html! {
            <button
                type="button"
                {class}
                disabled={!enabled}
                title={(class == "primary").then(|| i18n.t("run.keys"))}
                onclick={move |_| on_wish.emit(wish)}
            >{ text }</button>
        }
    };
    let finished = props.run.as_ref().filter(|run| matches!(run.phase, Phase::Finished(_)));
    let has_text = props.run.as_ref().is_some_and(|run| !run.text.trim().is_empty());
    let can_continue = finished.is_some_and(|run| {
        has_text && !matches!(run.phase, Phase::Finished(FinishReason::ContextFull))
    });
    let figures = props.run.as_ref().map_or_else(Vec::new, |run| figures(&i18n, run));
    html! {
        <div class="run-bar" role="group" aria-label={i18n.t("run.legend")}>
            if props.active {
                { button(Wish::Stop, i18n.t("run.stop"), "primary", true) }
            } else {
                { button(Wish::Run, i18n.t("run.run"), "primary", true) }
            }
            { button(Wish::Run, i18n.t("run.again"), "secondary", finished.is_some()) }
            { button(Wish::Continue, i18n.t("run.continue"), "secondary", can_continue) }
            { button(
                Wish::Copy,
                i18n.t(if props.copied { "run.copied" } else { "run.copy" }),
                "secondary",
                has_text,
            ) }
            <p class="figures">
                { for figures.into_iter().map(|figure| html! { <span>{ figure }</span> }) }
            </p>
        </div>
    }
}
