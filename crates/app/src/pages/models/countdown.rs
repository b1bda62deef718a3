//! Seconds until something happens.

use crate::{browser, components::use_i18n};
use gloo::timers::callback::Interval;
use yew::prelude::*;

const TICK_MS: u32 = 500;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// When, by the page's clock.
    pub until: f64,
}

#[function_component]
pub fn Countdown(props: &Props) -> Html {
    let i18n = use_i18n();
    let redraw = use_force_update();
    use_effect_with((), move |()| {
        let interval = Interval::new(TICK_MS, move || redraw.force_update());
        move || drop(interval)
    });
    let seconds = ((props.until - browser::now()) / 1000.0).ceil().max(0.0);
    html! { { i18n.tf("library.next_try", &[("seconds", &seconds)]) } }
}
