//! The few controls of the page on the wall of a class, and its keys.

use super::use_i18n;
use crate::{browser, hooks::is_in_control};
use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;
use yew::prelude::*;

/// What is wanted from the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cue {
    Run,
    More,
    Less,
    Nothing,
    Everything,
    Leave,
    /// Leaves, unless something runs: that is stopped.
    Escape,
}

/// Where keys have a use of their own: where one types or picks, and inside the model.
const BUSY: &str = "textarea, select, input, #view";

#[derive(PartialEq, Properties)]
pub struct Props {
    /// Whether a prompt is on the wall; in a lesson the arrows turn its pages.
    pub has_stage: bool,
    pub tells_keys: bool,
    pub on_cue: Callback<Cue>,
}

#[function_component]
pub fn ProjectorBar(props: &Props) -> Html {
    let i18n = use_i18n();
    use_effect_with((props.has_stage, props.on_cue.clone()), |(has_stage, on_cue)| {
        let (has_stage, on_cue) = (*has_stage, on_cue.clone());
        let listener = EventListener::new_with_options(
            &gloo::utils::document(),
            "keydown",
            EventListenerOptions::enable_prevent_default(),
            move |event| {
                let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
                if key.ctrl_key() || key.meta_key() || key.alt_key() || key.default_prevented() {
                    return;
                }
                let cue = match key.key().as_str() {
                    "Escape" => Cue::Escape,
                    _ if !has_stage || is_in_control(event, BUSY) => return,
                    "r" | "R" => Cue::Run,
                    // The second of each pair is what presenters' remote controls send.
                    "ArrowRight" | "PageDown" => Cue::More,
                    "ArrowLeft" | "PageUp" => Cue::Less,
                    "Home" => Cue::Nothing,
                    "End" => Cue::Everything,
                    _ => return,
                };
                key.prevent_default();
                on_cue.emit(cue);
            },
        );
        move || drop(listener)
    });
    // Whoever comes by mouse or keyboard finds the way out where the focus is.
    let leave = use_node_ref();
    {
        let leave = leave.clone();
        use_effect_with((), move |()| {
            if let Some(leave) = leave.cast::<web_sys::HtmlElement>() {
                let _ = leave.focus();
            }
            || browser::fill_screen(false)
        });
    }
    let button = |name: &str, cue: Cue| {
        let onclick = props.on_cue.reform(move |_| cue);
        html! { <button type="button" class="quiet" {onclick}>{ i18n.t(name) }</button> }
    };
    html! {
        <div class="projector-bar" role="group" aria-label={i18n.t("projector.tools")}>
            if props.has_stage {
                { button("projector.run", Cue::Run) }
                { button("projector.less", Cue::Less) }
                { button("projector.more", Cue::More) }
            }
            if browser::can_fill_screen() {
                <button type="button" class="quiet" onclick={|_| browser::fill_screen(true)}>
                    { i18n.t("projector.full") }
                </button>
            }
            <button
                ref={leave}
                type="button"
                class="quiet leave"
                onclick={props.on_cue.reform(|_| Cue::Leave)}
            >{ i18n.t("projector.leave") }</button>
            if props.tells_keys && props.has_stage {
                <p class="keys">{ i18n.t("projector.keys") }</p>
            }
        </div>
    }
}
