//! Takes the digests of weights: the SHA-256, where one is listed, in a worker of its own, beside the
//! one that lays them out, for on one thread the one would take as long as the other.
//!
//! The second worker is the same program under another name. Until it is there, and where it cannot
//! be had, all digests are taken here.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use js_sys::{Array, ArrayBuffer, Uint8Array};
use sha2::Sha256;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Event, MessageEvent, Worker};
use zeroshot_protocol::Failure;

use super::{
    scope::{scope, start_worker},
    waker::Waker,
};
use crate::hashing::{Digests, Hashes, Hashing, Mark, Marked};

/// By its name `start.js` and [`super::start`] know the second worker.
pub const NAME: &str = "hashing";

/// Bytes that are sent at once.
const AT_ONCE: u32 = 1 << 18;

/// Buffers that may be on their way; then it is waited for the second worker.
const MOST_AWAY: usize = 8;

/// What the second worker is told, beside bytes and [`Marked::states`]; the number of a mark
/// follows [`MARKED`].
const MARK: &str = "mark";
const MARKED: &str = "marked ";
const DIGEST: &str = "digest";

/// Takes the digests of weights, wherever it can.
pub struct Hasher {
    /// The SHA-256 only until the second worker is there.
    here: Hashes,
    helper: Option<Helper>,
}

impl Hasher {
    /// Takes them here. The SHA-256 is taken where one is `listed`.
    pub fn here(listed: &str) -> Self {
        Self { here: Hashes::of(listed), helper: None }
    }

    /// Takes the SHA-256, where one is `listed`, beside what is done here, as soon as it can.
    pub fn beside(listed: &str) -> Self {
        let helper = (!listed.is_empty()).then(Helper::start);
        if let Some(Err(error)) = &helper {
            web_sys::console::warn_1(error);
        }
        Self { helper: helper.and_then(Result::ok), ..Self::here(listed) }
    }

    /// Waits while too much is on its way to the second worker.
    ///
    /// # Errors
    /// As [`Hasher::digests`].
    pub async fn keep_up(&self) -> Result<(), Failure> {
        match &self.helper {
            Some(helper) if self.here.sha256.is_none() => helper.keep_up().await,
            _ => Ok(()),
        }
    }

    /// What they were at a mark, by its number, for a [note](crate::hashing::note).
    ///
    /// # Errors
    /// As [`Hasher::digests`].
    pub async fn marked(&mut self, mark: usize) -> Result<String, Failure> {
        match (&self.here.sha256, &mut self.helper) {
            (None, Some(helper)) => {
                let sha256 = helper.ask(&format!("{MARKED}{mark}")).await?;
                Ok(self.here.marked_beside(mark, &sha256))
            }
            _ => Ok(self.here.marked(mark)),
        }
    }

    /// The digests of everything so far.
    ///
    /// # Errors
    /// [`Failure::OutOfMemory`] where the second worker has stopped: it does nothing that could fail
    /// otherwise.
    pub async fn digests(&mut self) -> Result<Digests, Failure> {
        let mut digests = self.here.digests();
        if let (None, Some(helper)) = (&self.here.sha256, &mut self.helper) {
            digests.sha256 = helper.ask(DIGEST).await?;
        }
        Ok(digests)
    }

    /// The second worker, once it has taken over.
    fn beyond(&mut self) -> Option<&mut Helper> {
        let helper = self.helper.as_mut()?;
        if helper.heard.ready.get()
            && let Some(here) = self.here.sha256.take()
        {
            helper.tell(&here.states());
        }
        self.here.sha256.is_none().then_some(helper)
    }
}

impl Hashing for Hasher {
    fn update(&mut self, bytes: &[u8]) {
        if let Some(helper) = self.beyond() {
            helper.send(bytes);
        }
        self.here.update(bytes);
    }

    fn mark(&mut self) {
        if let Some(helper) = self.beyond() {
            helper.tell(MARK);
        }
        self.here.mark();
    }

    fn resume(&mut self, from: Mark) {
        if let (Some(helper), Some(sha256)) = (self.beyond(), &from.sha256) {
            helper.tell(&Marked::at(sha256.clone()).states());
        }
        self.here.resume(from);
    }
}

/// The second worker. Dropped, it ends.
struct Helper {
    worker: Worker,
    heard: Rc<Heard>,
    /// What is sent next, and how much is in it.
    buffer: Option<(Uint8Array, u32)>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

/// What has been heard of it.
#[derive(Default)]
struct Heard {
    ready: Cell<bool>,
    stopped: Cell<bool>,
    /// Buffers that have come back.
    free: RefCell<Vec<ArrayBuffer>>,
    /// How many have not.
    away: Cell<usize>,
    answer: RefCell<Option<String>>,
    waker: Waker,
}

impl Helper {
    fn start() -> Result<Self, JsValue> {
        let worker = start_worker(NAME)?;
        let heard = Rc::new(Heard::default());
        let on_message = {
            let heard = Rc::clone(&heard);
            Closure::<dyn FnMut(_)>::new(move |message: MessageEvent| heard.hear(message.data()))
        };
        let on_error = {
            let heard = Rc::clone(&heard);
            Closure::<dyn FnMut(_)>::new(move |event: Event| {
                // What it means is told by whoever waits.
                event.prevent_default();
                heard.stopped.set(true);
                heard.waker.wake();
            })
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        worker.post_message(&wasm_bindgen::module())?;
        let (_on_message, _on_error) = (on_message, on_error);
        Ok(Self { worker, heard, buffer: None, _on_message, _on_error })
    }

    fn send(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (buffer, filled) = self.buffer.get_or_insert_with(|| {
                let free = self.heard.free.borrow_mut().pop();
                (Uint8Array::new(&free.unwrap_or_else(|| ArrayBuffer::new(AT_ONCE))), 0)
            });
            let room = (AT_ONCE - *filled) as usize;
            let (part, rest) = bytes.split_at(room.min(bytes.len()));
            let end = *filled + part.len() as u32;
            buffer.subarray(*filled, end).copy_from(part);
            *filled = end;
            if end == AT_ONCE {
                self.flush();
            }
            bytes = rest;
        }
    }

    fn flush(&mut self) {
        let Some((buffer, filled)) = self.buffer.take() else { return };
        let buffer = buffer.buffer();
        let message = Array::of2(&buffer, &filled.into());
        self.heard.away.update(|away| away + 1);
        let sent = self.worker.post_message_with_transfer(&message, &Array::of1(&buffer));
        self.check(sent);
    }

    fn tell(&mut self, words: &str) {
        self.flush();
        let sent = self.worker.post_message(&words.into());
        self.check(sent);
    }

    fn check(&self, sent: Result<(), JsValue>) {
        if let Err(error) = sent {
            web_sys::console::warn_1(&error);
            self.heard.stopped.set(true);
        }
    }

    async fn keep_up(&self) -> Result<(), Failure> {
        while self.heard.away.get() > MOST_AWAY {
            self.heard.wait().await?;
        }
        Ok(())
    }

    async fn ask(&mut self, words: &str) -> Result<String, Failure> {
        self.tell(words);
        loop {
            let answer = self.heard.answer.take();
            match answer {
                Some(answer) => return Ok(answer),
                None => self.heard.wait().await?,
            }
        }
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

impl Heard {
    fn hear(&self, data: JsValue) {
        match data.dyn_into::<ArrayBuffer>() {
            Ok(buffer) => {
                self.away.update(|away| away.saturating_sub(1));
                self.free.borrow_mut().push(buffer);
            }
            Err(words) if self.ready.replace(true) => *self.answer.borrow_mut() = words.as_string(),
            Err(_) => {}
        }
        self.waker.wake();
    }

    /// Waits until something is heard.
    async fn wait(&self) -> Result<(), Failure> {
        if !self.stopped.get() {
            self.waker.wait(|_| ()).await;
        }
        if self.stopped.get() { Err(Failure::OutOfMemory) } else { Ok(()) }
    }
}

/// What the second worker does.
pub fn serve() {
    let (mut digest, mut bytes) = (Marked::<Sha256>::default(), Vec::new());
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        let data = message.data();
        if let Some(words) = data.as_string() {
            let mark = words.strip_prefix(MARKED).and_then(|mark| mark.parse().ok());
            match (words.as_str(), mark) {
                (MARK, _) => digest.mark(),
                (_, Some(mark)) => say(&digest.marked(mark).into(), None),
                (DIGEST, _) => say(&digest.digest().into(), None),
                (states, _) => digest = Marked::of_states(states).unwrap_or_default(),
            }
            return;
        }
        let message = Array::from(&data);
        let buffer: ArrayBuffer = message.get(0).unchecked_into();
        let filled = message.get(1).as_f64().unwrap_or_default() as u32;
        super::fetch::take(
            &Uint8Array::new_with_byte_offset_and_length(&buffer, 0, filled),
            &mut bytes,
        );
        digest.update(&bytes);
        say(&buffer, Some(&buffer));
    });
    scope().set_onmessage(Some(listener.as_ref().unchecked_ref()));
    // It listens as long as the worker lives.
    listener.forget();
    say(&"ready".into(), None);
}

fn say(message: &JsValue, transferred: Option<&ArrayBuffer>) {
    let sent = match transferred {
        Some(buffer) => scope().post_message_with_transfer(message, &Array::of1(buffer)),
        None => scope().post_message(message),
    };
    if let Err(error) = sent {
        web_sys::console::error_1(&error);
    }
}
