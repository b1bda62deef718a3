//! A model of the list: what it is, what it takes, whether it fits, and the way to it.

use super::{
    fit_note::fit_note,
    get::get,
    ground::Ground,
    types::{Offer, types},
};
use crate::{
    catalogue::Entry,
    components::use_i18n,
    i18n::{I18n, bytes},
    state::{Chosen, best_type},
};
use std::rc::Rc;
use yew::prelude::*;
use zeroshot_protocol::Quantization;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub entry: Rc<Entry>,
    pub ground: Ground,
}

#[function_component]
pub fn Row(props: &Props) -> Html {
    let i18n = use_i18n();
    let picked = use_state(|| None::<Option<Quantization>>);
    let Props { entry, ground } = props;
    let fits = |kind| ground.judge(kind, entry.packed(kind), entry.kv_cache).fits.is_ok();
    let offers: Vec<_> = entry
        .types()
        .iter()
        .map(|&kind| Offer { kind, packed: entry.packed(kind), fits: fits(kind) })
        .collect();
    let kind = picked.unwrap_or_else(|| {
        near_at_hand(entry, ground).unwrap_or_else(|| best_type(entry.types(), fits))
    });
    let on_pick = {
        let picked = picked.setter();
        Callback::from(move |kind| picked.set(Some(kind)))
    };
    let verdict = ground.judge(kind, entry.packed(kind), entry.kv_cache);
    let chosen = Chosen::of(entry, &ground.hub, kind);
    html! {
        <li>
            <div class="what">
                <h3>{ &entry.title }</h3>
                <p>{ entry.note(i18n.locale).to_owned() }</p>
                <p class="facts">{ facts(&i18n, entry) }</p>
            </div>
            <div class="type">
                if offers.len() > 1 {
                    { types(&i18n, &entry.title, &offers, kind, &on_pick) }
                }
                { fit_note(&i18n, &verdict) }
            </div>
            { get(&i18n, ground, &chosen, &verdict, &Rc::default()) }
        </li>
    }
}

/// The type in which it is coming, used or kept, if it is.
fn near_at_hand(entry: &Entry, ground: &Ground) -> Option<Option<Quantization>> {
    let library = &ground.library;
    let all = || entry.types().iter().map(|&kind| (kind, Chosen::of(entry, &ground.hub, kind)));
    let first = |is: &dyn Fn(&Chosen) -> bool| all().find(|(_, chosen)| is(chosen));
    first(&|chosen| library.download_of(chosen).is_some())
        .or_else(|| first(&|chosen| library.uses(chosen)))
        .or_else(|| first(&|chosen| library.stored(chosen).is_some()))
        .map(|(kind, _)| kind)
}

fn facts(i18n: &I18n, entry: &Entry) -> String {
    let mut facts = Vec::new();
    if entry.parameters > 0 {
        let count = i18n.parameters(entry.parameters);
        facts.push(i18n.tf("library.parameters", &[("count", &count)]));
    }
    facts.push(match (entry.is_of_site(), entry.download()) {
        (true, 0) => i18n.t("library.of_site"),
        (true, size) => i18n.tf("library.of_site_size", &[("bytes", &bytes(size))]),
        (false, 0) => i18n.t("library.of_hub"),
        (false, size) => i18n.tf("library.to_fetch", &[("bytes", &bytes(size))]),
    });
    if !entry.licence.is_empty() {
        facts.push(entry.licence.clone());
    }
    facts.join(" · ")
}
