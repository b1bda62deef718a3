//! Choosing what a model's numbers become.

use crate::{
    catalogue::name_of,
    i18n::{I18n, bytes},
};
use web_sys::HtmlSelectElement;
use yew::prelude::*;
use zeroshot_protocol::Quantization;

/// A type, what it takes in memory (0 if not known), and whether that fits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offer {
    pub kind: Option<Quantization>,
    pub packed: u64,
    pub fits: bool,
}

/// The list of types of the model of this title.
pub fn types(
    i18n: &I18n,
    title: &str,
    offers: &[Offer],
    picked: Option<Quantization>,
    on_pick: &Callback<Option<Quantization>>,
) -> Html {
    let onchange = {
        let kinds: Vec<_> = offers.iter().map(|offer| offer.kind).collect();
        on_pick.reform(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            let index = usize::try_from(select.selected_index()).unwrap_or_default();
            kinds.get(index).copied().flatten()
        })
    };
    html! {
        <select aria-label={i18n.tf("library.type_of", &[("title", &title)])} {onchange}>
            { for offers.iter().map(|offer| html! {
                <option selected={offer.kind == picked}>{ told(i18n, offer) }</option>
            }) }
        </select>
    }
}

fn told(i18n: &I18n, offer: &Offer) -> String {
    let name = offer.kind.map_or_else(|| i18n.t("library.as_is"), |kind| name_of(kind).to_owned());
    let mut told = match offer.packed {
        0 => name,
        packed => i18n.tf("library.type", &[("type", &name), ("bytes", &bytes(packed))]),
    };
    if !offer.fits {
        told += &i18n.t("library.type_too_large");
    }
    told
}
