//! What can be done with a model: get it, use it, or watch it come.

use super::{
    arrival::arrival,
    ground::{Ground, Verdict},
};
use crate::{
    i18n::{I18n, bytes, sentence_at},
    state::Chosen,
};
use std::rc::Rc;
use web_sys::File;
use yew::prelude::*;
use zeroshot_protocol::Place;

/// The way to a model; `files` are the visitor's, where it is made of such.
pub fn get(
    i18n: &I18n,
    ground: &Ground,
    chosen: &Chosen,
    verdict: &Verdict,
    files: &Rc<Vec<File>>,
) -> Html {
    let library = &ground.library;
    if let Some(download) = library.download_of(chosen) {
        return arrival(i18n, download, &ground.loader);
    }
    if library.uses(chosen) {
        return html! { <p class="in-use">{ i18n.t("library.in_use") }</p> };
    }
    let stored = library.stored(chosen);
    let is_here = matches!(chosen.source.place, Place::Site { .. } | Place::Picked);
    let name = match stored {
        Some(stored) if stored.is_complete() => "library.use",
        Some(_) => "library.go_on",
        None if is_here => "library.use",
        None => "library.get",
    };
    let impossible = verdict.fits.is_err_and(|obstacle| obstacle.is_final());
    let onclick = {
        let (loader, chosen, files) = (ground.loader.clone(), chosen.clone(), files.clone());
        let gives_way = verdict.gives_way;
        move |_| loader.get(chosen.clone(), &files, gives_way)
    };
    html! {
        <div class="get">
            <button type="button" class="secondary" disabled={impossible} {onclick}>
                { i18n.t(name) } <span class="unseen">{ format!(" {}", chosen.title) }</span>
            </button>
            { match stored {
                Some(stored) if stored.is_complete() => {
                    html! { <p class="facts">{ i18n.t("library.is_kept") }</p> }
                }
                Some(stored) => html! {
                    <p class="facts">
                        { i18n.tf(
                            "library.partly_kept",
                            &[("bytes", &bytes(stored.bytes)), ("total", &bytes(stored.total))],
                        ) }
                    </p>
                },
                None => Html::default(),
            } }
            if let Some(failure) = library.failure_of(chosen) {
                <p class="alert" role="alert">
                    { sentence_at(i18n, failure, &chosen.source.place) }
                </p>
            }
            if library.damaged.as_ref().is_some_and(|damaged| damaged.is(&chosen.source)) {
                <p class="alert" role="alert">{ i18n.t("library.damaged") }</p>
            }
        </div>
    }
}
