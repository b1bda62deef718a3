//! A model on its way, or one that failed, that no other part of the page tells of: one's own,
//! after another page was visited meanwhile.

use super::{arrival::arrival, ground::Ground};
use crate::{
    i18n::{I18n, sentence_at},
    state::{Chosen, Library},
};
use yew::prelude::*;

/// What no other part of the page tells of.
pub fn adrift(i18n: &I18n, ground: &Ground) -> Html {
    let Ground { library, loader, hub, .. } = ground;
    let is_adrift = |chosen: &Chosen| !is_told_of(library, hub, chosen);
    let download = library.download.as_ref().filter(|download| is_adrift(&download.chosen));
    let failed = library.failed.as_ref().filter(|(chosen, _)| is_adrift(chosen));
    html! {
        if let Some(download) = download {
            <div class="found">
                <h3>{ &download.chosen.title }</h3>
                { arrival(i18n, download, loader) }
            </div>
        } else if let Some((chosen, failure)) = failed {
            <div class="found">
                <h3>{ &chosen.title }</h3>
                <p class="alert" role="alert">
                    { sentence_at(i18n, failure, &chosen.source.place) }
                </p>
            </div>
        }
    }
}

/// Whether the list or what is kept has a row for it.
fn is_told_of(library: &Library, hub: &str, chosen: &Chosen) -> bool {
    let kind = chosen.source.quantization;
    let catalogue = library.catalogue();
    let listed = |chosen: &Chosen| {
        catalogue
            .entries
            .iter()
            .any(|entry| entry.types().contains(&kind) && chosen.is(&entry.source(hub, kind)))
    };
    listed(chosen) || library.stored(chosen).is_some()
}
