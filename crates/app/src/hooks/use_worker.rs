//! The worker that holds the model: started once, posted to, listened to.
//!
//! Its events are handed over once a frame, however many arrive: at hundreds of tokens a second
//! a drawing for each would leave no time for the page.

use gloo::{
    events::EventListener,
    render::{AnimationFrame, request_animation_frame},
};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::prelude::*;
use zeroshot_protocol::{Event, Failure, Request};

/// Trunk names the worker's loader after its binary.
const WORKER_SCRIPT: &str = "./zeroshot-worker_loader.js";

/// Where requests are posted. Cheap to clone.
#[derive(Clone, PartialEq)]
pub struct WorkerHandle {
    worker: Option<Worker>,
}

impl WorkerHandle {
    /// Sends a request. A worker that could not be started has already been reported.
    pub fn post(&self, request: &Request) {
        if let (Some(worker), Ok(json)) = (&self.worker, serde_json::to_string(request)) {
            let _ = worker.post_message(&JsValue::from_str(&json));
        }
    }
}

/// Events that have arrived since the last frame, and the frame in which they will be handed over.
#[derive(Default)]
struct Inbox {
    events: Vec<Event>,
    frame: Option<AnimationFrame>,
}

/// Starts the worker with the first drawing; `on_events` gets what it says, in order.
#[hook]
pub fn use_worker(on_events: Callback<Vec<Event>>) -> WorkerHandle {
    let started = use_memo((), |()| {
        let inbox = Rc::new(RefCell::new(Inbox::default()));
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        match Worker::new_with_options(WORKER_SCRIPT, &options) {
            Ok(worker) => {
                let listeners = listen(&worker, &inbox, &on_events);
                (WorkerHandle { worker: Some(worker) }, listeners)
            }
            Err(error) => {
                deliver(&inbox, &on_events, broken(format!("{error:?}")));
                (WorkerHandle { worker: None }, Vec::new())
            }
        }
    });
    started.0.clone()
}

fn listen(
    worker: &Worker,
    inbox: &Rc<RefCell<Inbox>>,
    on_events: &Callback<Vec<Event>>,
) -> Vec<EventListener> {
    let on_message = {
        let (inbox, on_events) = (Rc::clone(inbox), on_events.clone());
        EventListener::new(worker, "message", move |message| {
            let json =
                message.dyn_ref::<MessageEvent>().and_then(|message| message.data().as_string());
            let event = json
                .ok_or_else(|| "a message that is not text".to_owned())
                .and_then(|json| serde_json::from_str(&json).map_err(|error| error.to_string()));
            deliver(&inbox, &on_events, event.unwrap_or_else(broken));
        })
    };
    let on_error = {
        let (inbox, on_events) = (Rc::clone(inbox), on_events.clone());
        EventListener::new(worker, "error", move |_| {
            deliver(&inbox, &on_events, broken("the worker stopped".to_owned()));
        })
    };
    vec![on_message, on_error]
}

fn broken(detail: String) -> Event {
    Event::Failed { id: None, failure: Failure::Internal { detail } }
}

fn deliver(inbox: &Rc<RefCell<Inbox>>, on_events: &Callback<Vec<Event>>, event: Event) {
    let mut waiting = inbox.borrow_mut();
    waiting.events.push(event);
    if waiting.frame.is_none() {
        let (inbox, on_events) = (Rc::clone(inbox), on_events.clone());
        waiting.frame = Some(request_animation_frame(move |_| {
            let events = {
                let mut waiting = inbox.borrow_mut();
                waiting.frame = None;
                std::mem::take(&mut waiting.events)
            };
            on_events.emit(events);
        }));
    }
}
