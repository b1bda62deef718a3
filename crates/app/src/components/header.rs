//! The page's name, the ways to its other pages, the model's state, and the switches for language
//! and light.

use super::use_i18n;
use crate::{
    i18n::{Locale, millions},
    state::{Model, Route},
};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub model: Model,
    pub route: Route,
    pub on_locale: Callback<Locale>,
    pub dark: bool,
    pub on_dark: Callback<bool>,
    /// The page goes to the wall of a class.
    pub on_project: Callback<()>,
}

#[function_component]
pub fn Header(props: &Props) -> Html {
    let i18n = use_i18n();
    let state = match &props.model {
        Model::Starting => i18n.t("model.starting"),
        Model::Loading { .. } => i18n.t("model.arriving"),
        Model::Ready(summary) => {
            let millions = millions(summary.parameters);
            i18n.tf("model.ready", &[("millions", &millions)])
        }
        Model::Failed(_) => i18n.t("model.failed"),
    };
    let other = Locale::ALL.into_iter().filter(|locale| *locale != i18n.locale).map(|locale| {
        html! {
            <button
                type="button"
                class="quiet"
                lang={locale.tag()}
                onclick={props.on_locale.reform(move |_| locale)}
            >{ locale.name() }</button>
        }
    });
    let dark = props.dark;
    let in_lessons = matches!(props.route, Route::Lessons | Route::Lesson { .. });
    let page = |route: Route, name: &str, here: bool| {
        html! {
            <a href={route.to_string()} aria-current={here.then_some("page")}>{ i18n.t(name) }</a>
        }
    };
    html! {
        <header class="page-head">
            <h1>{ "Zeroshot" }</h1>
            <nav aria-label={i18n.t("nav.title")}>
                { page(Route::Playground, "nav.playground", !in_lessons) }
                { page(Route::Lessons, "lessons.title", in_lessons) }
            </nav>
            <div class="page-tools">
                <a href="#about" class="model-state">{ state }</a>
                { for other }
                <button type="button" class="quiet project" onclick={props.on_project.reform(|_| ())}>
                    { i18n.t("projector.open") }
                </button>
                <button type="button" class="quiet" onclick={props.on_dark.reform(move |_| !dark)}>
                    { i18n.t(if dark { "page.light" } else { "page.dark" }) }
                </button>
            </div>
            <p class="lead">{ i18n.t("page.lead") }</p>
        </header>
    }
}
