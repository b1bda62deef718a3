//! The sentence on whether a model fits this device, and why not.

use super::ground::Verdict;
use crate::{
    components::use_i18n,
    i18n::{I18n, bytes},
    state::Obstacle,
};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub verdict: Verdict,
}

#[function_component]
pub fn FitNote(props: &Props) -> Html {
    let i18n = use_i18n();
    let verdict = &props.verdict;
    let class = if verdict.fits.is_ok() { "fits" } else { "fits-not" };
    html! { <p {class}>{ sentences(&i18n, verdict) }</p> }
}

fn sentences(i18n: &I18n, verdict: &Verdict) -> String {
    let mut told = vec![match verdict.fits {
        Ok(()) => i18n.t("library.fits"),
        Err(Obstacle::Wasm { needed }) => {
            i18n.tf("library.too_large_wasm", &[("needed", &bytes(needed))])
        }
        Err(Obstacle::Phone { needed, usable }) => i18n.tf(
            "library.too_large_phone",
            &[("needed", &bytes(needed)), ("usable", &bytes(usable))],
        ),
        Err(Obstacle::Memory { needed, usable }) => i18n.tf(
            "library.too_large_memory",
            &[("needed", &bytes(needed)), ("usable", &bytes(usable))],
        ),
    }];
    if let Some(room) = verdict.room {
        told.push(i18n.tf("library.little_room", &[("room", &bytes(room))]));
    }
    if verdict.gives_way {
        told.push(i18n.t("library.gives_way"));
    }
    i18n.in_a_row(&told)
}
