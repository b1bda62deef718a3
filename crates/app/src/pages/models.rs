//! The models: to choose one, to bring one's own, and to see what is kept on the device.

mod adrift;
mod arrival;
mod choose;
mod countdown;
mod fit_note;
mod get;
mod ground;
mod kept;
mod kept_row;
mod own;
mod persist;
mod row;
mod types;

use crate::{
    components::use_i18n,
    device,
    hooks::Loader,
    state::{Library, Model},
};
use choose::choose;
use ground::Ground;
use kept::Kept;
use own::Own;
use std::rc::Rc;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub library: Library,
    pub model: Model,
    pub loader: Loader,
}

#[function_component]
pub fn ModelsPage(props: &Props) -> Html {
    let i18n = use_i18n();
    let device = use_memo((), |()| device::look());
    let hub = use_memo((), |()| Rc::<str>::from(device::hub()));
    let library = use_memo(props.library.clone(), Library::clone);
    let ground = Ground {
        library,
        device: *device,
        hub: Rc::clone(&hub),
        in_use: match &props.model {
            Model::Ready(summary) => summary.weight_bytes,
            _ => 0,
        },
        loader: props.loader.clone(),
    };
    let host = hub.split_once("://").map_or(&**hub, |(_, host)| host);
    html! {
        <main class="models-page">
            <h2>{ i18n.t("library.title") }</h2>
            <p class="help">{ i18n.t("library.lead") }</p>
            <p class="help">{ i18n.tf("library.privacy", &[("hub", &host)]) }</p>
            { choose(&i18n, &ground) }
            <Own ground={ground.clone()} />
            <Kept {ground} />
        </main>
    }
}
