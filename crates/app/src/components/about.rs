//! What the model is, what it has read, what it cannot do; and the promise about privacy.

use super::use_i18n;
use crate::{
    catalogue::Catalogue,
    i18n::{I18n, millions},
    state::{Chosen, Model},
};
use yew::prelude::*;
use zeroshot_protocol::Build;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub model: Model,
    pub in_use: Option<Chosen>,
    pub engine: Option<(Build, usize)>,
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
                { match &props.in_use {
                    Some(chosen) if !chosen.is_first() => of_another(&i18n, chosen, &shape),
                    _ => html! {
                        <>
                            <p>{ i18n.t("about.training") }</p>
                            <p>{ shape }</p>
                            <p>{ i18n.t("about.limits") }</p>
                        </>
                    },
                } }
                if let Some((build, threads)) = props.engine {
                    <p>{ engine(&i18n, build, threads) }</p>
                }
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

/// A model that does not come with the page: what its entry says, if it has one.
fn of_another(i18n: &I18n, chosen: &Chosen, shape: &str) -> Html {
    let catalogue = Catalogue::built_in();
    let entry = catalogue.entries.iter().find(|entry| entry.title == chosen.title);
    let note = entry.map_or("", |entry| entry.note(i18n.locale));
    html! {
        <>
            <p>{ format!("{}. {note}", chosen.title) }</p>
            <p>{ shape }</p>
            <p>{ i18n.t("about.other_limits") }</p>
        </>
    }
}

/// How this browser computes the model.
fn engine(i18n: &I18n, build: Build, threads: usize) -> String {
    match build {
        Build::Simd => i18n.t("about.simd"),
        Build::Relaxed => i18n.t("about.relaxed"),
        Build::Threads => i18n.tf("about.threads", &[("count", &threads)]),
    }
}
