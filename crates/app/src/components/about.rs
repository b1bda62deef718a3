//! What the model is, what it has read, what it cannot do; and the promise about privacy.

use super::use_i18n;
use crate::{i18n::millions, state::Model};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub model: Model,
}

#[function_component]
pub fn About(props: &Props) -> Html {
    let i18n = use_i18n();
    let shape = match &props.model {
        Model::Ready(summary) => {
            let millions = millions(summary.parameters);
            i18n.tf(
                "about.shape",
                &[
                    ("millions", &millions),
                    ("layers", &summary.n_layer),
                    ("heads", &summary.n_head),
                    ("width", &summary.n_embd),
                    ("vocabulary", &summary.vocab_size),
                    ("positions", &summary.n_positions),
                ],
            )
        }
        _ => i18n.t("about.no_model"),
    };
    html! {
        <footer id="about" class="about">
            <section>
                <h2>{ i18n.t("about.model") }</h2>
                <p>{ i18n.t("about.training") }</p>
                <p>{ shape }</p>
                <p>{ i18n.t("about.limits") }</p>
            </section>
            <section>
                <h2>{ i18n.t("about.idea") }</h2>
                <p>{ i18n.t("about.idea_text") }</p>
            </section>
            <section>
                <h2>{ i18n.t("about.privacy") }</h2>
                <p>{ i18n.t("about.privacy_text") }</p>
                <p>{ i18n.t("about.sources") }</p>
            </section>
        </footer>
    }
}
