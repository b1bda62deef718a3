//! The page's name, the ways to its other pages, the model's state, and the switches for language
//! and light.

use super::use_i18n;
use crate::{
    i18n::{I18n, Locale},
    state::{ModelStatus, Route},
};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub status: ModelStatus,
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
    let in_models = props.route == Route::Models;
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
                { page(Route::Playground, "nav.playground", !in_lessons && !in_models) }
                { page(Route::Lessons, "lessons.title", in_lessons) }
                { page(Route::Models, "library.title", in_models) }
            </nav>
            <div class="page-tools">
                <a href={Route::Models.to_string()} class="model-state">
                    { for told(&i18n, &props.status).into_iter().map(|line| html! { <span>{ line }</span> }) }
                </a>
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

/// The model in use, and what becomes of another.
fn told(i18n: &I18n, status: &ModelStatus) -> Vec<String> {
    let mut told = Vec::new();
    match &status.in_use {
        Some((title, kind)) => {
            told.push(i18n.tf("model.ready", &[("title", title), ("kind", kind)]));
        }
        None if status.has_failed => told.push(i18n.t("model.failed")),
        None if status.coming.is_none() => told.push(i18n.t("model.starting")),
        None => {}
    }
    match (&status.coming, &status.failed) {
        (Some((title, Some(percent))), _) => {
            told.push(i18n.tf("model.loading_share", &[("title", title), ("percent", percent)]));
        }
        (Some((title, None)), _) => told.push(i18n.tf("model.arriving", &[("title", title)])),
        (None, Some(title)) => told.push(i18n.tf("model.not_loaded", &[("title", title)])),
        (None, None) => {}
    }
    told
}
