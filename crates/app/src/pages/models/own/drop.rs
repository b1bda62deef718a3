//! Files and folders that are dropped anywhere on the page.

use super::files::Picked;
use crate::device::settle;
use gloo::events::{EventListener, EventListenerOptions};
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{DataTransfer, DragEvent, File};
use yew::prelude::*;

/// Hands dropped files to `on_files`; whether files are being dragged over the page.
#[hook]
pub fn use_drop(on_files: Callback<Picked>) -> bool {
    let over = use_state_eq(|| false);
    let set_over = over.setter();
    use_effect_with(on_files, move |on_files| {
        let listen = |name: &'static str, act: Box<dyn Fn(&DragEvent)>| {
            EventListener::new_with_options(
                &gloo::utils::document(),
                name,
                EventListenerOptions::enable_prevent_default(),
                move |event| {
                    let event = event.dyn_ref::<DragEvent>();
                    if let Some(event) = event.filter(|event| has_files(event)) {
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
            // Only what leaves the page has nowhere to go to.
            listen("dragleave", Box::new(move |event| left.set(event.related_target().is_some()))),
            listen(
                "drop",
                Box::new(move |event| {
                    dropped.set(false);
                    if let Some(transfer) = event.data_transfer() {
                        take(&transfer, on_files.clone());
                    }
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

/// Hands over what was dropped: the files, or those of the one folder.
fn take(transfer: &DataTransfer, on_files: Callback<Picked>) {
    match only_folder(transfer) {
        Some((folder, name)) => settle(&files_in(&folder), move |files| {
            let files = files.map(|files| Array::from(&files)).unwrap_or_default();
            let files: Vec<File> = files.iter().filter_map(|file| file.dyn_into().ok()).collect();
            on_files.emit(Picked { folder: name, files });
        }),
        None => {
            let picked = transfer.files().map(|files| Picked::of(&files));
            on_files.emit(picked.unwrap_or_default());
        }
    }
}

/// The `FileSystemDirectoryEntry` of a folder that was dropped by itself, and its name.
fn only_folder(transfer: &DataTransfer) -> Option<(JsValue, Option<String>)> {
    let items = Reflect::get(transfer, &"items".into()).ok()?;
    if Reflect::get(&items, &"length".into()).ok()?.as_f64()? != 1.0 {
        return None;
    }
    let item = Reflect::get_u32(&items, 0).ok()?;
    let entry = call(&item, "webkitGetAsEntry", &[])?;
    let name = Reflect::get(&entry, &"name".into()).ok().and_then(|name| name.as_string());
    Reflect::get(&entry, &"isDirectory".into()).ok()?.as_bool()?.then_some((entry, name))
}

/// The files that lie in a folder, without those in folders inside it; a first reading of it,
/// which is a hundred: a model has a dozen.
fn files_in(folder: &JsValue) -> Promise {
    let reader = call(folder, "createReader", &[]);
    let mut entries = |resolve: Function, reject: Function| {
        let read = Closure::once_into_js(move |entries: JsValue| {
            let entries = Array::from(&entries);
            let is_file = |entry: &JsValue| {
                let is_file = Reflect::get(entry, &"isFile".into()).ok();
                is_file.and_then(|is_file| is_file.as_bool()).unwrap_or_default()
            };
            let files: Array = entries.iter().filter(is_file).map(|entry| file(&entry)).collect();
            let _ = resolve.call1(&JsValue::NULL, &Promise::all(&files));
        });
        if let Some(reader) = &reader {
            call(reader, "readEntries", &[&read, &reject]);
        }
    };
    Promise::new(&mut entries)
}

/// The file of a `FileSystemFileEntry`.
fn file(entry: &JsValue) -> JsValue {
    let promise = Promise::new(&mut |resolve, reject| {
        call(entry, "file", &[&resolve, &reject]);
    });
    promise.into()
}

fn call(of: &JsValue, name: &str, arguments: &[&JsValue]) -> Option<JsValue> {
    let method: Function = Reflect::get(of, &name.into()).ok()?.dyn_into().ok()?;
    let arguments: Array = arguments.iter().copied().collect();
    method.apply(of, &arguments).ok().filter(|value| !value.is_null())
}
