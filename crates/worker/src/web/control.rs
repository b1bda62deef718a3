//! One fetch that the page may end, hold up or hurry on while it is under way.

use std::cell::Cell;

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal};
use zeroshot_protocol::{Event, Failure, RequestId, Seat};

use super::{
    scope::{post, scope},
    waker::Waker,
};
use crate::patience::Patience;

/// The page's hold on a fetch.
pub struct Control {
    /// The request.
    pub id: RequestId,
    /// Of a model, the one that it becomes.
    pub seat: Option<Seat>,
    controller: AbortController,
    paused: Cell<bool>,
    waker: Waker,
}

impl Control {
    /// Of a fetch that begins.
    ///
    /// # Errors
    /// [`Failure::Internal`] where the browser has no signals to end one by.
    pub fn new(id: RequestId, seat: Option<Seat>) -> Result<Self, Failure> {
        let controller = AbortController::new()
            .map_err(|error| Failure::Internal { detail: format!("{error:?}") })?;
        Ok(Self { id, seat, controller, paused: Cell::default(), waker: Waker::default() })
    }

    /// Tells the browser when it was ended.
    pub fn signal(&self) -> AbortSignal {
        self.controller.signal()
    }

    /// Whether it was ended.
    pub fn is_ended(&self) -> bool {
        self.controller.signal().aborted()
    }

    /// Ends it.
    pub fn end(&self) {
        self.controller.abort();
        self.waker.wake();
    }

    /// Holds it up.
    pub fn pause(&self) {
        self.paused.set(true);
    }

    /// Has it go on, at once if it waits to try again.
    pub fn resume(&self) {
        self.paused.set(false);
        self.waker.wake();
    }

    /// Returns at once unless it is held up.
    pub async fn while_paused(&self) {
        while self.paused.get() && !self.is_ended() {
            self.sleep(None).await;
        }
    }

    /// Waits before another try, and tells the page, where that may heal the failure.
    ///
    /// # Errors
    /// The failure itself where it does not, and where the fetch was ended.
    pub async fn wait_after(
        &self,
        failure: Failure,
        patience: &mut Patience,
    ) -> Result<(), Failure> {
        if self.is_ended() {
            return Err(failure);
        }
        let Some(seconds) = patience.pause(&failure) else { return Err(failure) };
        post(&Event::Waiting { id: self.id, failure: failure.clone(), seconds });
        self.sleep(Some(seconds)).await;
        if self.is_ended() { Err(failure) } else { Ok(()) }
    }

    /// Waits until it is woken, and no longer than so many seconds, if there are any.
    async fn sleep(&self, seconds: Option<u32>) {
        let mut timer = None;
        let set_timer = |waker: &Function| {
            timer = seconds.map(|seconds| {
                let milliseconds = i32::try_from(seconds.saturating_mul(1000)).unwrap_or(i32::MAX);
                scope().set_timeout_with_callback_and_timeout_and_arguments_0(waker, milliseconds)
            });
        };
        self.waker.wait(set_timer).await;
        if let Some(Ok(timer)) = timer {
            scope().clear_timeout_with_handle(timer);
        }
    }
}

/// Waits a moment in which everything else goes on.
pub async fn moment(milliseconds: i32) {
    let mut on_time = |fulfil: Function, _| call_after(&fulfil, milliseconds);
    let _ = JsFuture::from(Promise::new(&mut on_time)).await;
}

/// Has what ends a wait called after a while; at once where there are no timers.
pub fn call_after(fulfil: &Function, milliseconds: i32) {
    let set = scope().set_timeout_with_callback_and_timeout_and_arguments_0(fulfil, milliseconds);
    if set.is_err() {
        // A promise can always be fulfilled.
        let _ = fulfil.call0(&JsValue::NULL);
    }
}

/// Lets a promise that nobody waits for fail without a word in the console.
pub fn ignore(promise: Promise) {
    wasm_bindgen_futures::spawn_local(async move {
        let _ = JsFuture::from(promise).await;
    });
}
