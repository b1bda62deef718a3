//! The sentence on whether a model fits this device, and why not.

use super::ground::Verdict;
use crate::{
    i18n::{I18n, bytes},
    state::Obstacle,
};
use yew::prelude::*;

/// The sentence on what becomes of a model on this device.
pub fn fit_note(i18n: &I18n, verdict: &Verdict) -> Html {
    let class = if verdict.fits.is_ok() { "fits" } else { "fits-not" };
    html! { <p {class}>{ sentences(i18n, verdict) }</p> }
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
