//! What can be done with the desk as a whole: take back, do again, hand on as a link, print.

use super::use_i18n;
use crate::{
    browser,
    state::{Action, Route, State},
};
use gloo::timers::callback::Timeout;
use yew::prelude::*;

/// "Copied" stands this long.
const COPIED_MS: u32 = 2000;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub state: UseReducerHandle<State>,
}

#[function_component]
pub fn DeskTools(props: &Props) -> Html {
    let i18n = use_i18n();
    let state = &props.state;
    let copied = use_state(|| false);
    // A link to be copied by hand, where there is no clipboard.
    let by_hand = use_state(|| None::<String>);
    let copy = {
        let (state, copied, by_hand) = (state.clone(), copied.clone(), by_hand.clone());
        move |_| match state.link() {
            Ok(link) => {
                let link = format!("{}{}", browser::address(), Route::Shared(link));
                if browser::copy(&link) {
                    copied.set(true);
                    let copied = copied.clone();
                    Timeout::new(COPIED_MS, move || copied.set(false)).forget();
                } else {
                    by_hand.set(Some(link));
                }
            }
            Err(notice) => state.dispatch(Action::Notice(notice)),
        }
    };
    let act = |action: Action| {
        let dispatcher = state.dispatcher();
        move |_| dispatcher.dispatch(action.clone())
    };
    html! {
        <div class="desk-tools" role="group" aria-label={i18n.t("desk.tools")}>
            <button
                type="button"
                class="quiet"
                disabled={!state.steps.can_undo()}
                title={i18n.t("desk.keys")}
                onclick={act(Action::Undo)}
            >{ i18n.t("desk.undo") }</button>
            <button
                type="button"
                class="quiet"
                disabled={!state.steps.can_redo()}
                title={i18n.t("desk.keys")}
                onclick={act(Action::Redo)}
            >{ i18n.t("desk.redo") }</button>
            <button type="button" class="quiet" title={i18n.t("link.help")} onclick={copy}>
                { i18n.t(if *copied { "link.copied" } else { "link.copy" }) }
            </button>
            <button type="button" class="quiet" onclick={|_| browser::print()}>
                { i18n.t("print.press") }
            </button>
            if let Some(link) = &*by_hand {
                <label class="link-by-hand">
                    { i18n.t("link.take") }
                    <input readonly={true} value={link.clone()} />
                </label>
            }
        </div>
    }
}
