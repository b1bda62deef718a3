//! The browser around the worker: messages in, events out, and the work in turns that let the page be
//! heard.

mod arriving;
mod control;
mod fetch;
mod fetches;
mod hashing;
mod incoming;
mod keeper;
mod load;
mod locks;
mod origin;
mod pieces;
mod scope;
mod shelf;
mod slots;
mod stored;
mod threads;
mod together;
mod turns;
mod waker;

use std::{cell::RefCell, rc::Rc};

use js_sys::Array;
use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{File, MessageEvent};
use zeroshot_protocol::{Event, Failure, ModelSource, PROTOCOL_VERSION, Request, RequestId, Seat};

use crate::{address::Address, document, key::is_key, runner::Runner};
use control::{Control, moment};
use fetches::Fetches;
use load::{Loaded, Wanted};
use locks::{Mode, lock};
use scope::{now, post, scope, work_on};
use shelf::Shelf;
use slots::{Rest, Slots};
use turns::Turns;

/// How often it is looked whether an ended load has put away what had arrived.
const ENDING_TRIES: u32 = 100;

/// Milliseconds between two looks.
const ENDING_PAUSE_MS: i32 = 20;

/// Milliseconds that a turn takes, if its first step takes no longer: two or three tokens of a model
/// as large as GPT-2 124M, and still within what a visitor takes for at once when Stop is pressed.
const TURN_MS: f64 = 32.0;

/// Starts listening, and tells the page that it may speak.
pub fn start() {
    if scope().name() == hashing::NAME {
        return hashing::serve();
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
    /// Opened when it is first needed.
    shelf: RefCell<Option<Rc<Shelf>>>,
    slots: Slots,
}

/// The one field that every request has, for answering one that cannot be read otherwise.
#[derive(Deserialize)]
struct Named {
    id: RequestId,
}

impl Desk {
    fn receive(self: &Rc<Self>, message: &MessageEvent, turns: &Turns) {
        let (json, files) = read_message(&message.data());
        match serde_json::from_str(&json) {
            Ok(request) => self.answer(request, files, turns),
            Err(error) => {
                let id = serde_json::from_str(&json).ok().map(|Named { id }| id);
                let detail = format!("a request cannot be read: {error}");
                post(&Event::Failed { id, failure: Failure::Internal { detail } });
            }
        }
    }

    fn answer(self: &Rc<Self>, request: Request, files: Vec<File>, turns: &Turns) {
        work_on(Some(request.id()));
        match request {
            Request::Load { id, seat, model, unattended } => {
                self.fetches.clear(seat);
                self.fetch(id, Some(seat), move |desk, control| async move {
                    desk.load(seat, model, files, unattended, control).await
                });
            }
            Request::Describe { id, model } => {
                self.fetch(id, None, move |_, control| async move {
                    let description = load::describe(&model, files, control).await?;
                    Ok(vec![Event::Described { id, description }])
                });
            }
            Request::Pause { id } => {
                self.fetches.find(id).iter().for_each(|control| control.pause());
            }
            Request::Resume { id } => {
                self.fetches.find(id).iter().for_each(|control| control.resume());
            }
            Request::Storage { id } => {
                self.fetch(id, None, move |desk, _| async move { Ok(vec![desk.stored(id).await]) });
            }
            Request::Forget { id, keys } => {
                self.fetch(id, None, move |desk, _| async move {
                    desk.forget(keys).await;
                    Ok(vec![desk.stored(id).await])
                });
            }
            Request::Unload { id, seat } => {
                self.fetches.clear(seat);
                self.slots.give_way(seat);
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
            Request::Threads { id, count } => {
                threads::set(count);
                post(&Event::Completed { id });
            }
            Request::Document { id, path } => {
                self.fetch(id, None, move |_, control| async move {
                    let text = read(&path, &control).await?;
                    Ok(vec![Event::Document { id, text }])
                });
            }
        }
        if self.runner.borrow().has_work() {
            turns.ask();
        }
    }

    /// A step of the work under way, or as many as there is time for: the next turn only comes after
    /// some tenths of a millisecond, much beside a token. The page has each event at once.
    fn turn(&self, turns: &Turns) {
        let mut runner = self.runner.borrow_mut();
        let begun = now();
        let mut before = begun;
        while runner.has_work() {
            work_on(runner.at_work());
            runner.advance(now).iter().for_each(post);
            let after = now();
            // As if the next step took as long as this one.
            if after - begun + (after - before) > TURN_MS {
                return turns.ask();
            }
            before = after;
        }
    }

    /// Fetches something while everything else goes on. What is ended on the way says no more.
    fn fetch<F, R>(self: &Rc<Self>, id: RequestId, seat: Option<Seat>, work: F)
    where
        F: FnOnce(Rc<Self>, Rc<Control>) -> R,
        R: Future<Output = Result<Vec<Event>, Failure>> + 'static,
    {
        let control = match Control::new(id, seat) {
            Ok(control) => Rc::new(control),
            Err(failure) => return post(&Event::Failed { id: Some(id), failure }),
        };
        self.fetches.begin(Rc::clone(&control));
        let work = work(Rc::clone(self), Rc::clone(&control));
        let desk = Rc::clone(self);
        wasm_bindgen_futures::spawn_local(async move {
            let events = work.await;
            desk.fetches.done(id);
            if control.is_ended() {
                return;
            }
            match events {
                Ok(events) => events.iter().for_each(post),
                Err(failure) => post(&Event::Failed { id: Some(id), failure }),
            }
        });
    }

    /// Loads a model into its seat; until it is there, the one before goes on.
    async fn load(
        self: &Rc<Self>,
        seat: Seat,
        source: ModelSource,
        files: Vec<File>,
        unattended: bool,
        control: Rc<Control>,
    ) -> Result<Vec<Event>, Failure> {
        let (id, shelf) = (control.id, self.shelf().await);
        let wanted = Wanted { source: &source, files, unattended };
        let loaded = load::load(wanted, Rc::clone(&control), shelf, &self.slots).await?;
        let Some(loaded) = loaded else { return Ok(vec![Event::Completed { id }]) };
        let Loaded { session, model, kept, rest, source } = loaded;
        if let Some(rest) = rest {
            self.keep(id, rest);
        }
        if control.is_ended() {
            return Ok(Vec::new());
        }
        let mut events = self.runner.borrow_mut().replace_model(seat, session, source);
        events.push(Event::Loaded { id, seat, model, kept });
        Ok(events)
    }

    /// Keeps what is left to keep of a model that is there, while everything else goes on.
    fn keep(self: &Rc<Self>, id: RequestId, rest: Rest) {
        let desk = Rc::clone(self);
        wasm_bindgen_futures::spawn_local(async move {
            let kept = rest.keep(|| desk.runner.borrow().has_work()).await;
            post(&Event::Kept { id, kept });
        });
    }

    /// Where kept models lie, if anywhere.
    async fn shelf(&self) -> Option<Rc<Shelf>> {
        if let Some(shelf) = self.shelf.borrow().clone() {
            return Some(shelf);
        }
        let shelf = Shelf::open().await.map(Rc::new)?;
        *self.shelf.borrow_mut() = Some(Rc::clone(&shelf));
        Some(shelf)
    }

    async fn stored(&self, id: RequestId) -> Event {
        // What a load leaves behind that has just been ended is part of it.
        for _ in 0..ENDING_TRIES {
            if !self.fetches.puts_away() {
                break;
            }
            moment(ENDING_PAUSE_MS).await;
        }
        let shelf = self.shelf().await;
        Event::Stored { id, storage: shelf::storage(shelf.as_deref()).await }
    }

    /// Deletes kept models, all if none is named; one that another tab is at stays.
    async fn forget(&self, keys: Vec<String>) {
        let Some(shelf) = self.shelf().await else { return };
        let keys = if keys.is_empty() { shelf.keys().await } else { keys };
        for key in keys.iter().filter(|key| is_key(key)) {
            self.slots.forget(key).await;
            if let Some(_lock) = lock(key, Mode::Exclusive).await {
                shelf.delete(key).await;
            }
        }
    }
}

/// The JSON of a message and the files that travel with it.
fn read_message(message: &JsValue) -> (String, Vec<File>) {
    let Some(parts) = message.dyn_ref::<Array>() else {
        return (message.as_string().unwrap_or_default(), Vec::new());
    };
    let json = parts.get(0).as_string().unwrap_or_default();
    let files = parts.iter().skip(1).filter_map(|file| file.dyn_into().ok());
    (json, files.collect())
}

/// Reads a document of the page's own site.
async fn read(path: &str, control: &Control) -> Result<String, Failure> {
    document::check_path(path)?;
    let address = Address { url: format!("./{path}"), elsewhere: false };
    let bytes = origin::whole(&address, path, document::MAX_BYTES, control, |_| ()).await?;
    document::text(path, bytes)
}
