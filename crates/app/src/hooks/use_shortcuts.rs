//! Keyboard shortcuts that work wherever the focus is.

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::prelude::*;

/// What a shortcut asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    /// Ctrl or Command with Enter.
    Run,
    /// Escape.
    Stop,
    /// Ctrl or Command with Z, outside of texts: there the browser takes back what was typed.
    Undo,
    /// The same with Shift, or Ctrl with Y.
    Redo,
}

/// Whether a key is pressed where it writes, or picks something by itself.
pub fn is_in_control(event: &web_sys::Event, controls: &str) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| matches!(target.closest(controls), Ok(Some(_))))
}

const TEXTS: &str = "textarea, select, input:not([type=radio]):not([type=checkbox])";

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
                    "z" | "Z" | "y" | "Y" if key.ctrl_key() || key.meta_key() => {
                        if is_in_control(event, TEXTS) || key.alt_key() {
                            return;
                        }
                        key.prevent_default();
                        let redo = key.shift_key() || key.key().eq_ignore_ascii_case("y");
                        on_shortcut.emit(if redo { Shortcut::Redo } else { Shortcut::Undo });
                    }
                    _ => {}
                }
            },
        );
        move || drop(listener)
    });
}
