//! The worker that holds the model: posted to, listened to. index.html starts it, in the build that
//! the browser can run, before this program is there.
//!
//! Its events are handed over in every second frame, however many arrive: at hundreds of tokens a
//! second a drawing for each would leave no time for the page. A reader sees no difference, and
//! on a slow processor every other frame is free for what the visitor does. Events of a request that was made with
//! [`WorkerHandle::ask`] go to whoever asked, all others to the page's state.

use crate::browser;
use gloo::render::{AnimationFrame, request_animation_frame};
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};
use wasm_bindgen::{JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::File;
use yew::prelude::*;
use zeroshot_protocol::{Event, Failure, Request, RequestId};

/// Milliseconds between two drawings of what arrives: a little less than two frames.
const LEAST_PAUSE_MS: f64 = 30.0;

#[wasm_bindgen]
extern "C" {
    /// Posts to the worker, once it is up.
    #[wasm_bindgen(js_namespace = modelWorker, js_name = post)]
    fn post_message(message: &JsValue);

    /// Hears what the worker says, and what it has said so far. `null` is that it has stopped.
    #[wasm_bindgen(js_namespace = modelWorker)]
    fn listen(hear: &JsValue);
}

/// Where requests are posted. Cheap to clone.
#[derive(Clone)]
pub struct WorkerHandle {
    inbox: Rc<Inbox>,
}

impl PartialEq for WorkerHandle {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.inbox, &other.inbox)
    }
}

impl WorkerHandle {
    /// A name for a request, used for no other.
    pub fn new_id(&self) -> RequestId {
        self.inbox.last_id.set(self.inbox.last_id.get() + 1);
        self.inbox.last_id.get()
    }

    /// Sends a request. A worker that could not be started has already been reported.
    pub fn post(&self, request: &Request) {
        self.post_with(request, &[]);
    }

    /// Sends a request, and files that the visitor picked beside it.
    pub fn post_with(&self, request: &Request, files: &[File]) {
        if let Ok(json) = serde_json::to_string(request) {
            let json = JsValue::from_str(&json);
            if files.is_empty() {
                post_message(&json);
            } else {
                let files = files.iter().map(JsValue::from);
                let message: js_sys::Array = std::iter::once(json).chain(files).collect();
                post_message(&message);
            }
        }
    }

    /// Sends a request whose events go to `on_events` alone, those of one frame together.
    /// Dropping what is returned cancels it.
    pub fn ask(
        &self,
        request: impl FnOnce(RequestId) -> Request,
        on_events: Callback<Vec<Event>>,
    ) -> Asked {
        self.ask_with(request, &[], on_events)
    }

    /// The same with files that the visitor picked.
    pub fn ask_with(
        &self,
        request: impl FnOnce(RequestId) -> Request,
        files: &[File],
        on_events: Callback<Vec<Event>>,
    ) -> Asked {
        let id = self.new_id();
        self.inbox.askers.borrow_mut().insert(id, on_events);
        self.post_with(&request(id), files);
        Asked { id, worker: self.clone() }
    }
}

/// A request under way; dropped, it is cancelled.
pub struct Asked {
    id: RequestId,
    worker: WorkerHandle,
}

impl Drop for Asked {
    fn drop(&mut self) {
        if self.worker.inbox.askers.borrow_mut().remove(&self.id).is_some() {
            self.worker.post(&Request::Cancel { id: self.id });
        }
    }
}

/// Events that have arrived since the last frame, the frame in which they will be handed over,
/// and to whom.
struct Inbox {
    last_id: Cell<RequestId>,
    events: RefCell<Vec<Event>>,
    frame: RefCell<Option<AnimationFrame>>,
    /// When events were handed over last, by the page's clock.
    handed_over: Cell<f64>,
    askers: RefCell<HashMap<RequestId, Callback<Vec<Event>>>>,
    /// Who hears what nobody asked for.
    page: Callback<Vec<Event>>,
}

impl Inbox {
    /// Keeps an event for the next frame.
    fn take_in(self: &Rc<Self>, event: Event) {
        self.events.borrow_mut().push(event);
        if self.frame.borrow().is_none() {
            self.await_frame();
        }
    }

    fn await_frame(self: &Rc<Self>) {
        let inbox = Rc::clone(self);
        *self.frame.borrow_mut() = Some(request_animation_frame(move |_| {
            if browser::now() - inbox.handed_over.get() < LEAST_PAUSE_MS {
                inbox.await_frame();
            } else {
                inbox.hand_over();
            }
        }));
    }

    fn hand_over(&self) {
        self.frame.take();
        self.handed_over.set(browser::now());
        let mut for_page = Vec::new();
        let mut for_askers: Vec<(Callback<Vec<Event>>, Vec<Event>)> = Vec::new();
        let mut places = HashMap::new();
        for event in self.events.take() {
            let id = event.id();
            let asker = id.and_then(|id| self.askers.borrow().get(&id).cloned());
            let (Some(id), Some(asker)) = (id, asker) else {
                for_page.push(event);
                continue;
            };
            if event.is_last() {
                self.askers.borrow_mut().remove(&id);
            }
            let place = *places.entry(id).or_insert_with(|| {
                for_askers.push((asker, Vec::new()));
                for_askers.len() - 1
            });
            for_askers[place].1.push(event);
        }
        if !for_page.is_empty() {
            self.page.emit(for_page);
        }
        for (asker, events) in for_askers {
            asker.emit(events);
        }
    }
}

/// Adopts the worker with the first drawing; `on_events` gets what it says, in order.
#[hook]
pub fn use_worker(on_events: Callback<Vec<Event>>) -> WorkerHandle {
    let handle = use_memo((), |()| {
        let inbox = Rc::new(Inbox {
            last_id: Cell::default(),
            events: RefCell::default(),
            frame: RefCell::default(),
            handed_over: Cell::new(f64::NEG_INFINITY),
            askers: RefCell::default(),
            page: on_events,
        });
        let handle = WorkerHandle { inbox: Rc::clone(&inbox) };
        let hear = Closure::<dyn FnMut(JsValue)>::new(move |message: JsValue| {
            inbox.take_in(event(&message));
        });
        // It listens as long as there is a page.
        listen(&hear.into_js_value());
        handle
    });
    (*handle).clone()
}

/// What the worker said.
fn event(message: &JsValue) -> Event {
    if message.is_null() {
        return broken("the worker stopped".to_owned());
    }
    let event = message
        .as_string()
        .ok_or_else(|| "a message that is not text".to_owned())
        .and_then(|json| serde_json::from_str(&json).map_err(|error| error.to_string()));
    event.unwrap_or_else(broken)
}

fn broken(detail: String) -> Event {
    Event::Failed { id: None, failure: Failure::Internal { detail } }
}
