//! The list of models to choose from.

use super::{ground::Ground, row::Row};
use crate::{
    i18n::{I18n, bytes},
    state::Device,
};
use yew::prelude::*;

/// The list, and what its types mean.
pub fn choose(i18n: &I18n, ground: &Ground) -> Html {
    let catalogue = ground.library.catalogue();
    let device = match ground.device {
        Device { is_phone: true, .. } => i18n.t("library.device_phone"),
        Device { memory: Some(memory), .. } => {
            let usable = bytes(ground.device.usable());
            i18n.tf("library.device_memory", &[("memory", &(memory >> 30)), ("usable", &usable)])
        }
        Device { memory: None, .. } => i18n.t("library.device_unknown"),
    };
    html! {
        <section aria-labelledby="choose">
            <h2 id="choose">{ i18n.t("library.choose") }</h2>
            <p class="help">{ i18n.t("library.type_help") }</p>
            <p class="help">{ device }</p>
            <ul class="models">
                { for catalogue.entries.iter().map(|entry| html! {
                    <Row key={entry.id.clone()} entry={entry.clone()} ground={ground.clone()} />
                }) }
            </ul>
            if let Some(Err(_)) = &ground.library.listed {
                <p class="help">{ i18n.t("library.list_missing") }</p>
            }
            if catalogue.left_out > 0 {
                <p class="help">
                    { i18n.tf("library.left_out", &[("count", &catalogue.left_out)]) }
                </p>
            }
        </section>
    }
}
