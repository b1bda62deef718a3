//! The arrow keys turn the pages of a lesson, as a projector's clicker would, wherever they have
//! no other meaning.

use crate::browser;
use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::prelude::*;

/// Where the arrow keys move something else.
const OTHER_MEANING: &str = "input, textarea, select, summary, svg, .stage, [role=slider]";

/// Goes to the address before or after when a key asks for it.
#[hook]
pub fn use_keys(before: String, after: String) {
    use_effect_with((before, after), |(before, after)| {
        let (before, after) = (before.clone(), after.clone());
        let listener = EventListener::new(&gloo::utils::document(), "keydown", move |event| {
            let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let elsewhere =
                target.is_some_and(|target| target.closest(OTHER_MEANING).ok().flatten().is_some());
            let modified = key.alt_key() || key.ctrl_key() || key.meta_key() || key.shift_key();
            if elsewhere || modified || key.default_prevented() {
                return;
            }
            match key.key().as_str() {
                "ArrowRight" => browser::go_to(&after),
                "ArrowLeft" => browser::go_to(&before),
                _ => {}
            }
        });
        move || drop(listener)
    });
}
