//! What the page is doing, and what went wrong: the model's loading, a run's phase, a refusal.

use super::{settings::unusable_sentence, use_i18n};
use crate::{
    i18n::{I18n, import_refusal, link_refusal, millions, sentence},
    state::{Model, Notice, Phase, Run},
};
use std::rc::Rc;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub model: Model,
    pub run: Option<Rc<Run>>,
    pub notice: Option<Notice>,
}

#[function_component]
pub fn Status(props: &Props) -> Html {
    let i18n = use_i18n();
    let phase = props.run.as_ref().map(|run| &run.phase);
    html! {
        <div class="status">
            { loading(&i18n, &props.model) }
            <p role="status">
                { match phase {
                    Some(Phase::Recorded) => i18n.t("phase.recorded"),
                    Some(Phase::Waiting) if !matches!(props.model, Model::Ready(_)) => {
                        i18n.t("phase.waiting")
                    }
                    Some(Phase::Reading { done, total }) => {
                        i18n.tf("phase.reading", &[("done", done), ("total", total)])
                    }
                    _ => String::new(),
                } }
            </p>
            <div role="alert">
                { for alerts(&i18n, props).into_iter().map(|text| html! { <p class="alert">{ text }</p> }) }
            </div>
        </div>
    }
}

fn alerts(i18n: &I18n, props: &Props) -> Vec<String> {
    let mut alerts = Vec::new();
    if let Model::Failed(failure) = &props.model {
        alerts.push(sentence(i18n, failure));
    } else if let Some(Phase::Failed(failure)) = props.run.as_ref().map(|run| &run.phase) {
        alerts.push(sentence(i18n, failure));
    }
    match &props.notice {
        Some(Notice::Failure(failure)) => alerts.push(sentence(i18n, failure)),
        Some(Notice::Unusable(unusable)) => alerts.push(unusable_sentence(i18n, unusable)),
        Some(Notice::Link(error)) => alerts.push(link_refusal(i18n, error)),
        Some(Notice::Import(error)) => alerts.push(import_refusal(i18n, error)),
        None => {}
    }
    alerts
}

/// Bytes so far, while the model arrives.
fn loading(i18n: &I18n, model: &Model) -> Html {
    let Model::Loading { received, total } = model else { return Html::default() };
    let (received_mb, total_mb) = (millions(*received), millions(*total));
    let label = i18n.tf("model.loading", &[("received", &received_mb), ("total", &total_mb)]);
    html! {
        <div class="loading">
            <label for="loading">{ label }</label>
            <progress
                id="loading"
                max={(*total).max(1).to_string()}
                value={received.to_string()}
            />
        </div>
    }
}
