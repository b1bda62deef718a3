//! The worker's side of the page: its scope, its clock, and the events that it posts.

use std::cell::Cell;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, Worker, WorkerOptions, WorkerType};
use zeroshot_protocol::{Event, Failure, RequestId};

thread_local! {
    /// The request being worked on, for a panic to name.
    static AT_WORK: Cell<Option<RequestId>> = const { Cell::new(None) };
}

/// The worker itself.
pub fn scope() -> DedicatedWorkerGlobalScope {
    // The program is only ever started as a worker.
    js_sys::global().unchecked_into()
}

/// Starts a worker of this worker's, of the same program; by its name `start.js` knows what it is for.
pub fn start_worker(name: &str) -> Result<Worker, JsValue> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    options.set_name(name);
    Worker::new_with_options(&scope().location().href(), &options)
}

/// Milliseconds of a clock that only goes forward.
pub fn now() -> f64 {
    scope().performance().map_or(0.0, |performance| performance.now())
}

/// Milliseconds since 1970.
pub fn today() -> f64 {
    js_sys::Date::now()
}

/// The address that relative ones are relative to.
pub fn site() -> String {
    let address = scope().location().href();
    let folder = address.rfind('/').map_or(0, |last| last + 1);
    address[..folder].to_owned()
}

/// Tells the page.
pub fn post(event: &Event) {
    match serde_json::to_string(event) {
        Ok(json) => {
            if let Err(error) = scope().post_message(&JsValue::from_str(&json)) {
                web_sys::console::error_1(&error);
            }
        }
        Err(error) => web_sys::console::error_1(&error.to_string().into()),
    }
}

/// Notes the request that the work from here on is for.
pub fn work_on(id: Option<RequestId>) {
    AT_WORK.set(id);
}

/// Makes a panic tell the page before the worker stops.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|info| {
        let detail = info.to_string();
        web_sys::console::error_1(&detail.as_str().into());
        post(&Event::Failed { id: AT_WORK.get(), failure: Failure::Internal { detail } });
    }));
}
