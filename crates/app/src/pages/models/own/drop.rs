//! Files that are dropped anywhere on the page.

use super::files::all;
use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, File};
use yew::prelude::*;

/// Hands dropped files to `on_files`; whether files are being dragged over the page.
#[hook]
pub fn use_drop(on_files: Callback<Vec<File>>) -> bool {
    let over = use_state_eq(|| false);
    let set_over = over.setter();
    use_effect_with(on_files, move |on_files| {
        let listen = |name: &'static str, act: Box<dyn Fn(&DragEvent)>| {
            EventListener::new_with_options(
                &gloo::utils::document(),
                name,
                EventListenerOptions::enable_prevent_default(),
                move |event| {
                    if let Some(event) =
                        event.dyn_ref::<DragEvent>().filter(|event| has_files(event))
                    {
                        event.prevent_default();
                        act(event);
                    }
                },
            )
        };
        let (entered, left, dropped) = (set_over.clone(), set_over.clone(), set_over);
        let on_files = on_files.clone();
        let listeners = [
            listen("dragover", Box::new(move |_| entered.set(true))),
            listen(
                "dragleave",
                // Only what leaves the page has nowhere to go to.
                Box::new(move |event| left.set(event.related_target().is_some())),
            ),
            listen(
                "drop",
                Box::new(move |event| {
                    dropped.set(false);
                    let files = event.data_transfer().and_then(|transfer| transfer.files());
                    on_files.emit(files.map(|files| all(&files)).unwrap_or_default());
                }),
            ),
        ];
        move || drop(listeners)
    });
    *over
}

fn has_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0))
}
