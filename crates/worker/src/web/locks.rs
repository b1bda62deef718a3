//! Locks that hold for every tab of this site, so that two of them do not write the same file.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use super::{control::moment, scope::scope};

/// Milliseconds that are waited for a lock: a load that was just ended needs a moment to let go, and so
/// does a page that was left while it kept a model. Browsers hold such pages ready for a return, and
/// close them once somebody waits for a lock of theirs.
const PATIENCE_MS: i32 = 1000;

/// Who else may have the lock meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Others that read.
    Shared,
    /// Nobody.
    Exclusive,
}

/// A lock; dropped, it is let go.
pub struct Lock(Option<Function>);

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some(release) = &self.0 {
            // A promise can always be fulfilled.
            let _ = release.call0(&JsValue::NULL);
        }
    }
}

/// Takes the lock of a kept model; `None` where another tab has it, or another load of this one.
pub async fn lock(key: &str, mode: Mode) -> Option<Lock> {
    let controller = AbortController::new().ok()?;
    let signal = controller.signal();
    wasm_bindgen_futures::spawn_local(async move {
        moment(PATIENCE_MS).await;
        // Of one that was granted by then this ends nothing.
        controller.abort();
    });
    request(key, mode, ("signal", signal.into())).await
}

/// The same without waiting.
pub async fn try_lock(key: &str, mode: Mode) -> Option<Lock> {
    request(key, mode, ("ifAvailable", JsValue::TRUE)).await
}

/// Asks for a lock; `patience` is the option that says how long it is waited for.
async fn request(key: &str, mode: Mode, patience: (&str, JsValue)) -> Option<Lock> {
    let navigator = scope().navigator();
    let Ok(locks) = Reflect::get(&navigator, &"locks".into()) else { return Some(Lock(None)) };
    // A browser without locks has to do without.
    let Some(request) = function(&locks, "request") else { return Some(Lock(None)) };

    let mut release = None;
    let held = Promise::new(&mut |fulfil, _| release = Some(fulfil));
    let mut grant = None;
    let granted = Promise::new(&mut |fulfil, _| grant = Some(fulfil));
    let (release, grant) = release.zip(grant)?;
    let callback = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        let free = !lock.is_null();
        let _ = grant.call1(&JsValue::NULL, &free.into());
        if free { held.into() } else { JsValue::NULL }
    });
    let options = Object::new();
    let name = match mode {
        Mode::Shared => "shared",
        Mode::Exclusive => "exclusive",
    };
    for (key, value) in [("mode", JsValue::from(name)), patience] {
        Reflect::set(&options, &key.into(), &value).ok()?;
    }
    let lock = format!("zeroshot kept {key}");
    let asked: Promise = request.call3(&locks, &lock.into(), &options, &callback).ok()?.into();
    // It ends when the lock is let go, or at once where there can be none.
    let first = Promise::race(&js_sys::Array::of2(&granted, &asked));
    let free = JsFuture::from(first).await.ok()?;
    (free.as_bool() == Some(true)).then_some(Lock(Some(release)))
}

fn function(object: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(object, &name.into()).ok()?.dyn_into().ok()
}
