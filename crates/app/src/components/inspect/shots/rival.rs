//! The second model: which one, loading it, giving it up.

use crate::{
    catalogue::name_of,
    components::use_i18n,
    hooks::Models,
    i18n::{millions, sentence},
    state::{Action, Chosen, Model, State},
};
use web_sys::HtmlSelectElement;
use yew::prelude::*;
use zeroshot_protocol::{ModelSummary, Request, Seat};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub rival: Option<Model>,
    /// What it can be.
    pub offered: Vec<Chosen>,
    pub dispatcher: UseReducerDispatcher<State>,
}

#[function_component]
pub fn Rival(props: &Props) -> Html {
    let i18n = use_i18n();
    let models = use_context::<Models>();
    let offered = &props.offered;
    // The coarsest numbers of the page's own model differ the most from what it works with.
    let coarsest = |chosen: &&Chosen| chosen.source.place == offered[0].source.place;
    let coarsest = offered.iter().take_while(coarsest).count().saturating_sub(1);
    let picked = use_state_eq(|| coarsest);
    let onchange = {
        let picked = picked.clone();
        move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            picked.set(value.parse().unwrap_or_default());
        }
    };
    let load = {
        let (models, dispatcher) = (models.clone(), props.dispatcher.clone());
        let source = offered.get(*picked).map(|chosen| chosen.source.clone());
        move |_| {
            if let (Some(Models { worker, .. }), Some(model)) = (&models, &source) {
                let id = worker.new_id();
                dispatcher.dispatch(Action::LoadRival { id });
                worker.post(&Request::Load {
                    id,
                    seat: Seat::Rival,
                    model: model.clone(),
                    unattended: false,
                });
            }
        }
    };
    let give_up = {
        let (models, dispatcher) = (models.clone(), props.dispatcher.clone());
        move |_| {
            if let Some(Models { worker, .. }) = &models {
                worker.post(&Request::Unload { id: worker.new_id(), seat: Seat::Rival });
            }
            dispatcher.dispatch(Action::GiveUpRival);
        }
    };
    let name = |Chosen { title, source }: &Chosen| match source.quantization {
        None => format!("{title}, {}", i18n.t("library.as_is")),
        Some(kind) => format!("{title}, {}", name_of(kind)),
    };
    let state = match &props.rival {
        None => None,
        Some(Model::Starting) => Some(i18n.t("models.arriving")),
        Some(Model::Loading { received, total }) if *total > 0 => Some(i18n.tf(
            "models.loading",
            &[("received", &millions(*received)), ("total", &millions(*total))],
        )),
        Some(Model::Loading { .. }) => Some(i18n.t("models.arriving")),
        Some(Model::Ready(summary)) => Some(i18n.tf(
            "models.ready",
            &[("kind", &summary.kind), ("mb", &millions(summary.weight_bytes))],
        )),
        Some(Model::Failed(_)) => None,
    };
    let main: Option<ModelSummary> = models.as_ref().and_then(|models| models.main.clone());
    html! {
        <>
            <div class="rival">
                <div class="field">
                    <label for="rival">{ i18n.t("models.rival") }</label>
                    <select id="rival" {onchange}>
                        { for offered.iter().enumerate().map(|(index, chosen)| html! {
                            <option value={index.to_string()} selected={index == *picked}>
                                { name(chosen) }
                            </option>
                        }) }
                    </select>
                </div>
                <button type="button" class="secondary" disabled={main.is_none()} onclick={load}>
                    { i18n.t("models.load") }
                </button>
                if props.rival.is_some() {
                    <button type="button" class="quiet" onclick={give_up}>{ i18n.t("models.unload") }</button>
                }
            </div>
            <p class="take-state" role="status">{ state }</p>
            if let Some(summary) = &main {
                if props.rival.is_some() {
                    <p class="take-state">
                        { i18n.tf(
                            "models.main",
                            &[("kind", &summary.kind), ("mb", &millions(summary.weight_bytes))],
                        ) }
                    </p>
                }
            }
            if let Some(Model::Failed(failure)) = &props.rival {
                <p class="alert" role="alert">
                    { i18n.t("models.failed") } { " " } { sentence(&i18n, failure) }
                </p>
            }
        </>
    }
}
