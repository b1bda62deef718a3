//! What the page asks of the device for its models: how much memory there is, whether it is a
//! phone, whether what is kept may be dropped, and the few bytes that are remembered.

use crate::state::{Chosen, Device};
use gloo::utils::{document, window};
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

/// Where the choice of a model is remembered.
const CHOICE: &str = "zeroshot.model";
/// The hub, where index.html does not name one.
const HUB: &str = "https://huggingface.co";

/// The address of the model hub, without a `/` at its end.
pub fn hub() -> String {
    let meta = document().query_selector("meta[name='zeroshot-hub']").ok().flatten();
    let named = meta.and_then(|meta| meta.get_attribute("content")).unwrap_or_default();
    let named = named.trim().trim_end_matches('/');
    let is_address = named.starts_with("https://") || named.starts_with("http://");
    if is_address { named.to_owned() } else { HUB.to_owned() }
}

/// What the browser tells of the device.
pub fn look() -> Device {
    let navigator = window().navigator();
    let get = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).ok();
    let gigabytes = get(&navigator, "deviceMemory").and_then(|memory| memory.as_f64());
    let mobile = get(&navigator, "userAgentData").and_then(|data| get(&data, "mobile")?.as_bool());
    // A finger and a narrow screen, where the browser does not say.
    let small = || {
        let query = window().match_media("(pointer: coarse) and (max-device-width: 600px)");
        query.ok().flatten().is_some_and(|query| query.matches())
    };
    Device {
        memory: gigabytes.map(|gigabytes| (gigabytes * f64::from(1 << 30)) as u64),
        is_phone: mobile.unwrap_or_else(small),
    }
}

/// Asks `navigator.storage` whether what is kept stays (`persisted`), or that it may (`persist`);
/// `then` gets the answer, `None` where there is no such thing.
pub fn ask_storage(what: &str, then: impl FnOnce(Option<bool>) + 'static) {
    let navigator = window().navigator();
    let ask = || -> Option<Promise> {
        let storage = Reflect::get(&navigator, &"storage".into()).ok()?;
        let method: Function = Reflect::get(&storage, &what.into()).ok()?.dyn_into().ok()?;
        method.call0(&storage).ok()?.dyn_into().ok()
    };
    match ask() {
        Some(promise) => settle(&promise, move |answer| then(answer.and_then(|is| is.as_bool()))),
        None => then(None),
    }
}

/// Calls `then` with what a promise became; with `None` if it was refused.
pub fn settle(promise: &Promise, then: impl FnOnce(Option<JsValue>) + 'static) {
    let then = std::rc::Rc::new(std::cell::Cell::new(Some(then)));
    let refused = std::rc::Rc::clone(&then);
    let fulfilled = Closure::once_into_js(move |value: JsValue| {
        if let Some(then) = then.take() {
            then(Some(value));
        }
    });
    let refused = Closure::once_into_js(move |_: JsValue| {
        if let Some(then) = refused.take() {
            then(None);
        }
    });
    if let Ok(method) = Reflect::get(promise, &"then".into())
        && let Ok(method) = method.dyn_into::<Function>()
    {
        let _ = method.call2(promise, &fulfilled, &refused);
    }
}

/// The model that was chosen in an earlier visit. Storage that is forbidden or holds something
/// else remembers nothing.
pub fn remembered() -> Option<Chosen> {
    let storage = window().local_storage().ok()??;
    serde_json::from_str(&storage.get_item(CHOICE).ok()??).ok()
}

/// Remembers a choice for the next visit, where that can be.
pub fn remember(chosen: &Chosen) {
    if let (Ok(Some(storage)), Ok(json)) = (window().local_storage(), serde_json::to_string(chosen))
    {
        let _ = storage.set_item(CHOICE, &json);
    }
}
