//! A model of the visitor's own: by its name on the hub, from files, from a folder of this site.

mod drop;
mod files;
mod found;
mod subject;

use super::{adrift::adrift, ground::Ground};
use crate::{browser, catalogue::is_repository, components::use_i18n, i18n::I18n, state::Chosen};
use drop::use_drop;
use files::{Picked, pick_files};
use found::found;
use std::rc::Rc;
use subject::{Subject, picked, site_folder, title_of_folder, use_subject};
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;
use zeroshot_protocol::{ModelSource, Place};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub ground: Ground,
}

#[function_component]
pub fn Own(props: &Props) -> Html {
    let i18n = use_i18n();
    let ground = &props.ground;
    let (subject, look) = use_subject(&ground.loader);
    let refused = use_state_eq(|| None::<&'static str>);
    let (name, folder) = (use_node_ref(), use_node_ref());
    let on_files = {
        let (look, refused) = (look.clone(), refused.clone());
        Callback::from(move |files: Picked| {
            refused.set(None);
            if !files.files.is_empty() {
                look.emit(picked(files));
            }
        })
    };
    let dragged = use_drop(on_files.clone());
    let on_name = {
        let (name, look, refused, hub) =
            (name.clone(), look.clone(), refused.clone(), ground.hub.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let typed = name.cast::<HtmlInputElement>().map(|input| input.value());
            let repo = typed.unwrap_or_default().trim().trim_matches('/').to_owned();
            if is_repository(&repo) {
                refused.set(None);
                let (base, revision) = (hub.to_string(), "main".to_owned());
                look.emit(nameless(repo.clone(), Place::Hub { base, repo, revision }));
            } else {
                refused.set(Some("library.no_name"));
            }
        })
    };
    let on_folder = {
        let (folder, look, refused) = (folder.clone(), look, refused.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let typed = folder.cast::<HtmlInputElement>().map(|input| input.value());
            match site_folder(&typed.unwrap_or_default(), &browser::address()) {
                Some(folder) => {
                    refused.set(None);
                    look.emit(nameless(title_of_folder(&folder), Place::Site { folder }));
                }
                None => refused.set(Some("library.no_folder")),
            }
        })
    };
    let refusal = |key: &'static str| {
        html! {
            if *refused == Some(key) {
                <p class="alert" role="alert">{ i18n.t(key) }</p>
            }
        }
    };
    html! {
        <section class="own-model" aria-labelledby="own-model">
            <h2 id="own-model">{ i18n.t("library.own") }</h2>
            <p class="help">{ i18n.t("library.own_help") }</p>
            { place_form(&i18n, on_name, name, "hub-name", PlaceTexts::HUB) }
            { refusal("library.no_name") }
            { pick_files(&i18n, &on_files) }
            { place_form(&i18n, on_folder, folder, "site-folder", PlaceTexts::SITE) }
            { refusal("library.no_folder") }
            if let Some(subject) = &*subject {
                { found(&i18n, ground, subject) }
            } else {
                { adrift(&i18n, ground) }
            }
            if dragged {
                <div class="drop" aria-hidden="true"><p>{ i18n.t("library.drop_here") }</p></div>
            }
        </section>
    }
}

/// What a form says that asks for a place.
struct PlaceTexts {
    label: &'static str,
    /// As one would type it.
    placeholder: &'static str,
    button: &'static str,
}

impl PlaceTexts {
    const HUB: Self =
        Self { label: "library.hub_name", placeholder: "owner/model", button: "library.look_up" };
    const SITE: Self = Self {
        label: "library.site_folder",
        placeholder: "models/school/",
        button: "library.look_in",
    };
}

/// A field for a place at which a model may be, and the button that looks there.
fn place_form(
    i18n: &I18n,
    onsubmit: Callback<SubmitEvent>,
    field: NodeRef,
    id: &'static str,
    texts: PlaceTexts,
) -> Html {
    html! {
        <form {onsubmit}>
            <label for={id}>{ i18n.t(texts.label) }</label>
            <input
                ref={field}
                {id}
                placeholder={texts.placeholder}
                autocapitalize="none"
                autocomplete="off"
                spellcheck="false"
            />
            <button class="secondary">{ i18n.t(texts.button) }</button>
        </form>
    }
}

/// A model whose files are to be looked for under their usual names.
fn nameless(title: String, place: Place) -> (Chosen, Rc<Vec<File>>) {
    let source = ModelSource { keep: Some(title.clone()), ..ModelSource::at(place) };
    (Chosen { title, source }, Rc::default())
}
