//! Turns of the event loop: a message to oneself comes after those that already wait, so that the
//! page is heard between any two steps. A timer would wait 4 ms each time, and a frame for the
//! screen.

use std::{cell::Cell, rc::Rc};

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageChannel, MessageEvent, MessagePort};

/// Asks for turns. Cheap to clone.
#[derive(Clone)]
pub struct Turns {
    port: MessagePort,
    asked: Rc<Cell<bool>>,
}

impl Turns {
    /// `on_turn` is called in each turn that was asked for.
    ///
    /// # Errors
    /// Where the browser has no message channels.
    pub fn new(on_turn: impl Fn(&Self) + 'static) -> Result<Self, JsValue> {
        let channel = MessageChannel::new()?;
        let turns = Self { port: channel.port2(), asked: Rc::default() };
        let own = turns.clone();
        let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |_| {
            own.asked.set(false);
            on_turn(&own);
        });
        channel.port1().set_onmessage(Some(listener.as_ref().unchecked_ref()));
        // It listens as long as the worker lives.
        listener.forget();
        Ok(turns)
    }

    /// Asks for one turn; nothing more where one has been asked for and not yet come.
    pub fn ask(&self) {
        if self.asked.replace(true) {
            return;
        }
        if let Err(error) = self.port.post_message(&JsValue::NULL) {
            web_sys::console::error_1(&error);
        }
    }
}
