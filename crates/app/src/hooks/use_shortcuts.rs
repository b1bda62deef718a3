//! Keyboard shortcuts that work wherever the focus is.

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;
use yew::prelude::*;

/// What a shortcut asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    /// Ctrl or Command with Enter.
    Run,
    /// Escape.
    Stop,
}

/// Calls `on_shortcut` for every shortcut pressed in the page.
#[hook]
pub fn use_shortcuts(on_shortcut: Callback<Shortcut>) {
    use_effect_with(on_shortcut, |on_shortcut| {
        let on_shortcut = on_shortcut.clone();
        let listener = EventListener::new_with_options(
            &gloo::utils::document(),
            "keydown",
            EventListenerOptions::enable_prevent_default(),
            move |event| {
                let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
                match key.key().as_str() {
                    "Enter" if key.ctrl_key() || key.meta_key() => {
                        key.prevent_default();
                        on_shortcut.emit(Shortcut::Run);
                    }
                    "Escape" => on_shortcut.emit(Shortcut::Stop),
                    _ => {}
                }
            },
        );
        move || drop(listener)
    });
}
