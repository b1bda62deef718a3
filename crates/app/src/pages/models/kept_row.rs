//! A model that is kept, whole or in part.

use super::{get::get, ground::Ground};
use crate::{
    browser,
    catalogue::name_of,
    i18n::{I18n, bytes},
    state::Chosen,
};
use std::rc::Rc;
use yew::prelude::*;
use zeroshot_protocol::{Place, StoredModel};

/// The row of a kept model. `asking` is whether the visitor is asked if he means to delete it,
/// `on_ask` changes that.
pub fn kept_row(
    i18n: &I18n,
    ground: &Ground,
    stored: &StoredModel,
    asking: bool,
    on_ask: &Callback<Option<String>>,
    on_delete: &Callback<Vec<String>>,
) -> Html {
    let ask = |wanted: bool| {
        let key = wanted.then(|| stored.key.clone());
        on_ask.reform(move |_| key.clone())
    };
    let delete = {
        let key = stored.key.clone();
        on_delete.reform(move |_| vec![key.clone()])
    };
    let named = |key: &str| {
        html! { <>{ i18n.t(key) } <span class="unseen">{ format!(" {}", stored.title) }</span></> }
    };
    html! {
        <li key={stored.key.clone()}>
            <div class="what">
                <h3>{ title(stored) }</h3>
                <p class="facts">{ facts(i18n, stored, ground) }</p>
            </div>
            <div>{ to_use(i18n, stored, ground) }</div>
            <div class="acts">
                if asking {
                    <p>{ i18n.t("library.delete_sure") }</p>
                    <button type="button" class="secondary" onclick={delete}>
                        { named("library.delete_yes") }
                    </button>
                    <button type="button" class="quiet" onclick={ask(false)}>
                        { named("library.keep") }
                    </button>
                } else {
                    <button type="button" class="quiet" onclick={ask(true)}>
                        { named("library.delete") }
                    </button>
                }
            </div>
        </li>
    }
}

/// The way to one that the list above does not have.
fn to_use(i18n: &I18n, stored: &StoredModel, ground: &Ground) -> Html {
    let chosen = Chosen::from(stored);
    let catalogue = ground.library.catalogue();
    let is_listed = catalogue
        .entries
        .iter()
        .any(|entry| chosen.is(&entry.source(&ground.hub, stored.source.quantization)));
    // The rest of what was picked cannot be had without the files.
    let has_rest = stored.is_complete() || stored.source.place != Place::Picked;
    if is_listed || !has_rest {
        return Html::default();
    }
    let verdict = ground.judge(stored.source.quantization, stored.total, 0);
    get(i18n, ground, &chosen, &verdict, &Rc::default())
}

fn title(stored: &StoredModel) -> String {
    let kind =
        stored.source.quantization.map(name_of).or(stored.model.as_ref().map(|m| m.kind.as_str()));
    match kind {
        Some(kind) => format!("{}, {kind}", stored.title),
        None => stored.title.clone(),
    }
}

fn facts(i18n: &I18n, stored: &StoredModel, ground: &Ground) -> String {
    let size = if stored.is_complete() {
        bytes(stored.bytes)
    } else if ground.library.is_being_kept(&Chosen::from(stored)) {
        i18n.tf("library.being_kept", &[("total", &bytes(stored.total))])
    } else {
        i18n.tf(
            "library.partly_kept",
            &[("bytes", &bytes(stored.bytes)), ("total", &bytes(stored.total))],
        )
    };
    let used = (stored.last_used > 0.0).then(|| {
        let date = browser::date(stored.last_used - browser::epoch(), i18n.locale);
        i18n.tf("library.last_used", &[("date", &date)])
    });
    let place = match &stored.source.place {
        Place::Hub { repo, .. } if *repo != stored.title => Some(repo.clone()),
        _ => None,
    };
    [Some(size), used, place].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
