//! What is kept on this device: each model, how much in all, and the ways to be rid of it.

use super::{ground::Ground, kept_row::kept_row, persist::Persist};
use crate::{
    components::use_i18n,
    hooks::Asked,
    i18n::{I18n, bytes},
};
use yew::prelude::*;
use zeroshot_protocol::{Kept as KeptInUse, Shelf, Storage, StoredModel};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub ground: Ground,
}

#[function_component]
pub fn Kept(props: &Props) -> Html {
    let i18n = use_i18n();
    // The model that is perhaps to be deleted; all of them where its key is empty.
    let asking = use_state_eq(|| None::<String>);
    let deleting = use_mut_ref(|| None::<Asked>);
    let library = &props.ground.library;
    let on_delete = {
        let (loader, asking) = (props.ground.loader.clone(), asking.clone());
        Callback::from(move |keys: Vec<String>| {
            asking.set(None);
            *deleting.borrow_mut() = Some(loader.forget(keys));
        })
    };
    let on_ask = {
        let asking = asking.clone();
        Callback::from(move |key| asking.set(key))
    };
    let ask_all = |wanted: bool| on_ask.reform(move |_| wanted.then(String::new));
    let row = |stored: &StoredModel| {
        let asked = asking.as_ref() == Some(&stored.key);
        kept_row(&i18n, &props.ground, stored, asked, &on_ask, &on_delete)
    };
    let body = match library.storage.as_deref() {
        None => html! { <p role="status">{ i18n.t("library.looking_up_kept") }</p> },
        Some(Storage { shelf: Shelf::None, .. }) => {
            html! { <p class="aside" role="status">{ i18n.t("library.nowhere") }</p> }
        }
        Some(storage) => html! {
            <>
                <p class="help">{ total(&i18n, storage) }</p>
                if storage.models.is_empty() {
                    <p>{ i18n.t("library.nothing_kept") }</p>
                } else {
                    <ul class="models kept">
                        { for storage.models.iter().map(row) }
                    </ul>
                }
                if storage.models.len() > 1 {
                    <div class="acts">
                        if asking.as_deref() == Some("") {
                            <p>{ i18n.t("library.delete_all_sure") }</p>
                            <button type="button" class="secondary" onclick={on_delete.reform(|_| Vec::new())}>
                                { i18n.t("library.delete_all_yes") }
                            </button>
                            <button type="button" class="quiet" onclick={ask_all(false)}>
                                { i18n.t("library.keep") }
                            </button>
                        } else {
                            <button type="button" class="quiet" onclick={ask_all(true)}>
                                { i18n.t("library.delete_all") }
                            </button>
                        }
                    </div>
                }
                <Persist />
            </>
        },
    };
    html! {
        <section aria-labelledby="kept">
            <h2 id="kept">{ i18n.t("library.kept") }</h2>
            { body }
            { not_kept(&i18n, &library.kept) }
        </section>
    }
}

/// How much is kept in all, and how much may be.
fn total(i18n: &I18n, storage: &Storage) -> String {
    let kept: u64 = storage.models.iter().map(|stored| stored.bytes).sum();
    let mut told = Vec::new();
    if kept > 0 {
        told.push(i18n.tf("library.total", &[("bytes", &bytes(kept))]));
    }
    if let Some(quota) = storage.quota {
        let left = quota.saturating_sub(storage.usage.unwrap_or_default());
        told.push(i18n.tf("library.room_left", &[("bytes", &bytes(left))]));
    }
    i18n.in_a_row(&told)
}

/// That the model in use could not be kept.
fn not_kept(i18n: &I18n, kept: &KeptInUse) -> Html {
    let told = match kept {
        KeptInUse::NoRoom { needed, available: Some(available) } => i18n.tf(
            "library.no_room_of",
            &[("needed", &bytes(*needed)), ("available", &bytes(*available))],
        ),
        KeptInUse::NoRoom { needed, available: None } => {
            i18n.tf("library.no_room", &[("needed", &bytes(*needed))])
        }
        KeptInUse::Unable { detail } => i18n.tf("library.unable", &[("detail", detail)]),
        KeptInUse::NotAsked | KeptInUse::Yes | KeptInUse::Underway => return Html::default(),
    };
    html! { <p class="aside" role="status">{ told }</p> }
}
