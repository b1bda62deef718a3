//! The browser around the worker: messages in, events out, one step of work a turn.

mod fetch;
mod fetches;
mod load;
mod scope;
mod threads;
mod turns;

use std::{cell::RefCell, rc::Rc};

use serde::Deserialize;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{AbortSignal, MessageEvent};
use zeroshot_protocol::{
    Event, Failure, Kept, ModelSource, PROTOCOL_VERSION, Request, RequestId, Seat,
};

use crate::{document, open::summary, runner::Runner};
use fetch::Wanted;
use fetches::Fetches;
use scope::{now, post, scope, work_on};
use turns::Turns;

/// Starts listening, and tells the page that it may speak; or works as a thread of the worker that
/// does.
pub fn start() {
    if threads::work() {
        return;
    }
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
    let threads = threads::most();
    post(&Event::Ready { protocol: PROTOCOL_VERSION, build: threads::BUILD, threads });
    threads::set(threads);
}

/// What the worker is at.
#[derive(Default)]
struct Desk {
    runner: RefCell<Runner>,
    fetches: Fetches,
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
        work_on(Some(request.id()));
        match request {
            Request::Load { id, seat, model } => {
                self.fetches.clear(seat);
                self.fetch(id, Some(seat), move |desk, signal| async move {
                    desk.load(id, seat, model, &signal).await
                });
            }
            Request::Unload { id, seat } => {
                self.fetches.clear(seat);
                let events = self.runner.borrow_mut().unload(id, seat);
                events.iter().for_each(post);
            }
            Request::Generate { id, seat, context, decoding, capture } => {
                let mut runner = self.runner.borrow_mut();
                let events = runner.generate(id, seat, &context, &decoding, capture, now());
                events.iter().for_each(post);
            }
            Request::Cancel { id } => {
                let fetch = self.fetches.end(id).then_some(Event::Completed { id });
                let event = fetch.or_else(|| self.runner.borrow_mut().cancel(id));
                event.iter().for_each(post);
            }
            Request::Tokenize { id, text } => post(&self.runner.borrow().tokenize(id, &text)),
            Request::Ask { id, seat, query } => {
                let event = self.runner.borrow_mut().ask(id, seat, query);
                event.iter().for_each(post);
            }
            Request::Pause { id }
            | Request::Resume { id }
            | Request::Describe { id, .. }
            | Request::Storage { id }
            | Request::Forget { id, .. } => {
                let detail = "not yet carried out by this worker".to_owned();
                post(&Event::Failed { id: Some(id), failure: Failure::Internal { detail } });
            }
            Request::Threads { id, count } => {
                threads::set(count);
                post(&Event::Completed { id });
            }
            Request::Document { id, path } => {
                self.fetch(id, None, move |_, signal| async move {
                    let text = read(&path, &signal).await?;
                    Ok(vec![Event::Document { id, text }])
                });
            }
        }
        if self.runner.borrow().has_work() {
            turns.ask();
        }
    }

    /// One step of the work under way.
    fn turn(&self, turns: &Turns) {
        let mut runner = self.runner.borrow_mut();
        work_on(runner.at_work());
        runner.advance(now).iter().for_each(post);
        if runner.has_work() {
            turns.ask();
        }
    }

    /// Fetches something while everything else goes on. What is ended on the way says no more.
    fn fetch<F, R>(self: &Rc<Self>, id: RequestId, seat: Option<Seat>, work: F)
    where
        F: FnOnce(Rc<Self>, AbortSignal) -> R,
        R: Future<Output = Result<Vec<Event>, Failure>> + 'static,
    {
        let signal = match self.fetches.begin(id, seat) {
            Ok(signal) => signal,
            Err(failure) => return post(&Event::Failed { id: Some(id), failure }),
        };
        let work = work(Rc::clone(self), signal.clone());
        let desk = Rc::clone(self);
        wasm_bindgen_futures::spawn_local(async move {
            let events = work.await;
            if signal.aborted() {
                return;
            }
            desk.fetches.end(id);
            match events {
                Ok(events) => events.iter().for_each(post),
                Err(failure) => post(&Event::Failed { id: Some(id), failure }),
            }
        });
    }

    /// Loads a model into its seat; until it is there, the one before goes on.
    async fn load(
        &self,
        id: RequestId,
        seat: Seat,
        source: ModelSource,
        signal: &AbortSignal,
    ) -> Result<Vec<Event>, Failure> {
        let (session, sha256) = load::load(id, &source, signal).await?;
        let model = summary(&session, sha256);
        let mut events = self.runner.borrow_mut().replace_model(seat, session, source);
        events.push(Event::Loaded { id, seat, model, kept: Kept::NotAsked });
        Ok(events)
    }
}

/// Reads a document of the page's own site.
async fn read(path: &str, signal: &AbortSignal) -> Result<String, Failure> {
    document::check_path(path)?;
    let wanted = Wanted { folder: "./", file: path, listed: 0, most: document::MAX_BYTES };
    document::text(path, wanted.fetch(signal, |_| (), |_| ()).await?)
}
