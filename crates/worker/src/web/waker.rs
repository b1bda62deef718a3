//! A wait that somebody else ends.

use std::cell::RefCell;

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Ends the wait that is under way, one at a time.
#[derive(Default)]
pub struct Waker(RefCell<Option<Function>>);

impl Waker {
    /// Ends the wait, if there is one.
    pub fn wake(&self) {
        if let Some(waker) = self.0.take() {
            // There is nobody to tell if it fails: a promise can always be fulfilled.
            let _ = waker.call0(&JsValue::NULL);
        }
    }

    /// Waits until it is woken; `begun` is given what else may end the wait by being called.
    pub async fn wait(&self, mut begun: impl FnMut(&Function)) {
        let mut on_wait = |fulfil: Function, _| {
            begun(&fulfil);
            *self.0.borrow_mut() = Some(fulfil);
        };
        // It is only ever fulfilled.
        let _ = JsFuture::from(Promise::new(&mut on_wait)).await;
        self.0.take();
    }
}
