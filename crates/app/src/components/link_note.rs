//! What came by a link, while it lies on the desk unchanged.

use super::use_i18n;
use crate::state::{Linked, Model, Setting};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub linked: Linked,
    pub model: Model,
}

#[function_component]
pub fn LinkNote(props: &Props) -> Html {
    let i18n = use_i18n();
    let seed = props.linked.desk.settings.text(Setting::Seed);
    let other = match (&props.linked.model, &props.model) {
        (Some(made_by), Model::Ready(here)) if !made_by.is(here) => {
            Some(i18n.tf("link.other_model", &[("model", &made_by.id)]))
        }
        (None, _) => Some(i18n.t("link.unknown_model")),
        _ => None,
    };
    html! {
        <div class="aside link-note" role="status">
            <p>{ i18n.tf("link.from", &[("seed", &seed)]) }</p>
            if let Some(other) = other {
                <p>{ other }</p>
            }
        </div>
    }
}
