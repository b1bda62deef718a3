//! Where each head looks.

use crate::{components::use_i18n, state::State};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub state: UseReducerHandle<State>,
}

#[function_component]
pub fn AttentionView(props: &Props) -> Html {
    let i18n = use_i18n();
    html! {
        if props.state.run().is_none() {
            <p class="help">{ i18n.t("inspect.no_run") }</p>
        }
    }
}
