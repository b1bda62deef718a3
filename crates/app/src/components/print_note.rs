//! What stands below prompt and answer on paper: settings, model, date.

use super::use_i18n;
use crate::{
    browser, i18n,
    state::{ModelMark, Run},
};
use gloo::events::EventListener;
use std::rc::Rc;
use yew::prelude::*;
use zeroshot_protocol::Decoding;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub run: Option<Rc<Run>>,
    /// What the desk would run, where there is no run.
    pub decoding: Option<Decoding>,
    /// The model that is there.
    pub here: Option<ModelMark>,
    pub wording: AttrValue,
}

#[function_component]
pub fn PrintNote(props: &Props) -> Html {
    let i18n = use_i18n();
    // Written only when it is printed: nothing of it is on the screen.
    let printed_at = use_state(|| None::<f64>);
    {
        let printed_at = printed_at.setter();
        use_effect_with((), move |()| {
            let before = printed_at.clone();
            let listeners = [
                EventListener::new(&gloo::utils::window(), "beforeprint", move |_| {
                    before.set(Some(browser::now()));
                }),
                EventListener::new(&gloo::utils::window(), "afterprint", move |_| {
                    printed_at.set(None);
                }),
            ];
            move || drop(listeners)
        });
    }
    let Some(at) = *printed_at else { return Html::default() };
    let run = props.run.as_ref();
    let decoding = run.map(|run| &run.decoding).or(props.decoding.as_ref());
    let mut rows = vec![(i18n.t("transcript.wording"), props.wording.to_string())];
    rows.extend(decoding.map(|decoding| i18n::settings(&i18n, decoding)).into_iter().flatten());
    let here = || props.here.clone();
    if let Some(model) = run.and_then(|run| run.model.clone()).or_else(here) {
        rows.extend(i18n::model_rows(&i18n, &model));
    }
    if let Some(run) = run {
        rows.push((i18n.t("transcript.figures"), i18n::figures(&i18n, run).join("; ")));
    }
    let row = |(name, value): (String, String)| {
        html! { <tr><th scope="row">{ name }</th><td>{ value }</td></tr> }
    };
    html! {
        <section class="print-note">
            <table>{ for rows.into_iter().filter(|(_, value)| !value.is_empty()).map(row) }</table>
            <p>{ i18n.tf("print.date", &[("date", &browser::date(at, i18n.locale))]) }</p>
        </section>
    }
}
