//! The lessons: the list, and the lesson that is open.

use crate::{components::use_i18n, state::Route};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub route: Route,
}

#[function_component]
pub fn Lessons(_props: &Props) -> Html {
    let i18n = use_i18n();
    html! {
        <main class="lessons">
            <h2>{ i18n.t("lessons.title") }</h2>
        </main>
    }
}
