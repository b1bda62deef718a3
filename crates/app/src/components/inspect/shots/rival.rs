//! The second model: which one, loading it, giving it up.

use crate::{
    catalogue,
    components::use_i18n,
    hooks::Models,
    i18n::{millions, sentence},
    state::{Action, Model, State},
};
use web_sys::HtmlSelectElement;
use yew::prelude::*;
use zeroshot_protocol::{ModelSource, ModelSummary, Quantization, Request, Seat};

/// What a model's numbers can be turned into, and how that is written.
const KINDS: [(Option<Quantization>, &str); 5] = [
    (None, ""),
    (Some(Quantization::F32), "F32"),
    (Some(Quantization::F16), "F16"),
    (Some(Quantization::Q8), "Q8_0"),
    (Some(Quantization::Q4), "Q4_0"),
];

#[derive(PartialEq, Properties)]
pub struct Props {
    pub rival: Option<Model>,
    pub dispatcher: UseReducerDispatcher<State>,
}

#[function_component]
pub fn Rival(props: &Props) -> Html {
    let i18n = use_i18n();
    let models = use_context::<Models>();
    let sources = use_memo((), |()| sources());
    // Four bits differ the most from what the page works with.
    let picked = use_state_eq(|| KINDS.len() - 1);
    let onchange = {
        let picked = picked.clone();
        move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            picked.set(value.parse().unwrap_or_default());
        }
    };
    let load = {
        let (models, dispatcher) = (models.clone(), props.dispatcher.clone());
        let source = sources.get(*picked).map(|(_, source)| source.clone());
        move |_| {
            if let (Some(Models { worker, .. }), Some(model)) = (&models, &source) {
                let id = worker.new_id();
                dispatcher.dispatch(Action::LoadRival { id });
                worker.post(&Request::Load { id, seat: Seat::Rival, model: model.clone() });
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
    let name = |title: &str, kind: &str| match kind {
        "" => format!("{title}, {}", i18n.t("models.as_is")),
        kind => format!("{title}, {kind}"),
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
                        { for sources.iter().enumerate().map(|(index, ((title, kind), _))| html! {
                            <option value={index.to_string()} selected={index == *picked}>
                                { name(title, kind) }
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

/// Every model of the catalogue in every kind of numbers: its title, the kind, where it is.
fn sources() -> Vec<((String, &'static str), ModelSource)> {
    let in_kinds = |(title, source): (String, ModelSource)| {
        KINDS.into_iter().map(move |(quantization, kind)| {
            ((title.clone(), kind), ModelSource { quantization, ..source.clone() })
        })
    };
    catalogue::all().into_iter().flat_map(in_kinds).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_model_is_offered_in_every_kind() {
        let sources = sources();
        let built_in = catalogue::built_in().expect("there is one");
        let kinds: Vec<_> = sources
            .iter()
            .filter(|(_, source)| source.place == built_in.place)
            .map(|(_, source)| source.quantization)
            .collect();
        assert_eq!(kinds, KINDS.map(|(quantization, _)| quantization));
        assert_eq!(sources[0].1, built_in);
    }
}
