//! The browser around the worker: messages in, events out, one step of work a turn.

mod digest;
mod fetch;
mod load;
mod scope;
mod turns;

use std::{cell::RefCell, rc::Rc};

use serde::Deserialize;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{AbortController, MessageEvent};
use zeroshot_protocol::{Event, Failure, ModelSource, PROTOCOL_VERSION, Request, RequestId};

use crate::{open::summary, runner::Runner};
use scope::{now, post, scope, work_on};
use turns::Turns;

/// Starts listening, and tells the page that it may speak.
pub fn start() {
    scope::report_panics();
    let desk = Rc::new(Desk::default());
    let on_turn = {
        let desk = Rc::clone(&desk);
        move |turns: &Turns| desk.turn(turns)
    };
    let turns = match Turns::new(on_turn) {
        Ok(turns) => turns,
        Err(error) => {
            let detail = format!("no message channel: {error:?}");
            return post(&Event::Failed { id: None, failure: Failure::Internal { detail } });
        }
    };
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        desk.receive(&message, &turns);
    });
    scope().set_onmessage(Some(listener.as_ref().unchecked_ref()));
    // It listens as long as the worker lives.
    listener.forget();
    post(&Event::Ready { protocol: PROTOCOL_VERSION });
}

/// What the worker is at.
#[derive(Default)]
struct Desk {
    runner: RefCell<Runner>,
    /// Ends the load under way.
    loading: RefCell<Option<AbortController>>,
}

/// The one field that every request has, for answering one that cannot be read otherwise.
#[derive(Deserialize)]
struct Named {
    id: RequestId,
}

impl Desk {
    fn receive(self: &Rc<Self>, message: &MessageEvent, turns: &Turns) {
        let json = message.data().as_string().unwrap_or_default();
        match serde_json::from_str(&json) {
            Ok(request) => self.answer(request, turns),
            Err(error) => {
                let id = serde_json::from_str(&json).ok().map(|Named { id }| id);
                let detail = format!("a request cannot be read: {error}");
                post(&Event::Failed { id, failure: Failure::Internal { detail } });
            }
        }
    }

    fn answer(self: &Rc<Self>, request: Request, turns: &Turns) {
        match request {
            Request::Load { id, model } => self.load(id, model),
            Request::Generate { id, prompt, decoding } => {
                work_on(Some(id));
                let events = self.runner.borrow_mut().generate(id, &prompt, &decoding, now());
                events.iter().for_each(post);
                if self.runner.borrow().is_running() {
                    turns.ask();
                }
            }
            Request::Cancel { id } => {
                let event = self.runner.borrow_mut().cancel(id);
                event.iter().for_each(post);
            }
            Request::Count { id, prompt } => {
                work_on(Some(id));
                post(&self.runner.borrow().count(id, &prompt));
            }
        }
    }

    /// One step of the generation under way.
    fn turn(&self, turns: &Turns) {
        let mut runner = self.runner.borrow_mut();
        work_on(runner.running());
        runner.advance(now).iter().for_each(post);
        if runner.is_running() {
            turns.ask();
        }
    }

    /// Loads a model while everything else goes on with the one before. A load that a newer one
    /// overtakes ends without an answer.
    fn load(self: &Rc<Self>, id: RequestId, source: ModelSource) {
        let controller = match AbortController::new() {
            Ok(controller) => controller,
            Err(error) => {
                let detail = format!("{error:?}");
                return post(&Event::Failed {
                    id: Some(id),
                    failure: Failure::Internal { detail },
                });
            }
        };
        let signal = controller.signal();
        if let Some(overtaken) = self.loading.replace(Some(controller)) {
            overtaken.abort();
        }
        let desk = Rc::clone(self);
        wasm_bindgen_futures::spawn_local(async move {
            let loaded = load::load(id, &source, &signal).await;
            if signal.aborted() {
                return;
            }
            desk.loading.replace(None);
            match loaded {
                Ok(session) => {
                    let model = summary(&session);
                    let cancelled = desk.runner.borrow_mut().replace_model(session, source);
                    cancelled.iter().for_each(post);
                    post(&Event::Loaded { id, model });
                }
                Err(failure) => post(&Event::Failed { id: Some(id), failure }),
            }
        });
    }
}
