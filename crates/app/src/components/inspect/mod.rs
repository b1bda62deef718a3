//! What can be seen inside the model, one view at a time; closed until asked for.
//!
//! A view is a component of its own: it gets the state, asks the model for what it shows with
//! `use_query`, and keeps what it heard to itself.

mod attention;
mod heat_grid;
mod ink;
mod layers;
mod shots;
mod tokens;

use super::use_i18n;
use crate::hooks::use_paced;
use crate::state::{Action, State, View};
use attention::AttentionView;
use layers::LayersView;
use shots::ShotsView;
use tokens::TokensView;
use yew::prelude::*;

/// While text arrives a view is drawn this seldom, in milliseconds: the text is watched above it.
const PAUSE_MS: u32 = 200;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub state: UseReducerHandle<State>,
}

#[function_component]
pub fn Inspect(props: &Props) -> Html {
    let i18n = use_i18n();
    let state = &props.state;
    let open = state.view;
    let tab = |view: View| {
        let dispatcher = state.dispatcher();
        let chosen = open == Some(view);
        // Pressed again, a view closes.
        let onclick = move |_| dispatcher.dispatch(Action::Look((!chosen).then_some(view)));
        html! {
            <button
                type="button"
                id={format!("view-{}", view.id())}
                class="tab"
                aria-expanded={chosen.to_string()}
                aria-controls={chosen.then_some("view")}
                {onclick}
            >{ i18n.t(&format!("inspect.{}", view.id())) }</button>
        }
    };
    let state = use_paced(state, state.active_run().is_some(), PAUSE_MS);
    html! {
        <section class="inspect" aria-label={i18n.t("inspect.title")}>
            <div class="tabs" role="group" aria-label={i18n.t("inspect.title")}>
                <h2>{ i18n.t("inspect.title") }</h2>
                { for View::ALL.into_iter().map(tab) }
            </div>
            if let Some(view) = open {
                <div id="view" class="view" role="region" aria-labelledby={format!("view-{}", view.id())}>
                    { match view {
                        View::Tokens => html! { <TokensView {state} /> },
                        View::Shots => html! { <ShotsView {state} /> },
                        View::Attention => html! { <AttentionView {state} /> },
                        View::Layers => html! { <LayersView {state} /> },
                    } }
                </div>
            }
        </section>
    }
}
