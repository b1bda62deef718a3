//! The weights of a model as they arrive: from a server, over as many connections as it takes, or
//! from a file that the visitor picked.

use std::rc::Rc;

use wasm_bindgen::JsValue;
use web_sys::{Blob, console};
use zeroshot_protocol::{Failure, Place};

use super::{
    control::Control,
    fetch::{Body, ask},
    origin::Origin,
};
use crate::{address::Address, patience::Patience, transfer::Transfer};

/// Weights on their way.
pub struct Incoming {
    control: Rc<Control>,
    from: From,
    transfer: Transfer,
    /// The connection, and how many of its next bytes are there already.
    body: Option<(Body, u64)>,
    patience: Patience,
    stored: bool,
}

enum From {
    Server(Address),
    Picked(Blob),
}

impl Incoming {
    /// The weights of a model, from their first byte.
    ///
    /// # Errors
    /// [`Failure::NotPicked`] if the visitor did not pick them, and as [`Address::of`].
    pub async fn new(origin: &Origin, etag: Option<String>) -> Result<Self, Failure> {
        let source = &origin.source;
        let from = match &source.place {
            Place::Picked => From::Picked(
                origin
                    .picked(&source.weights)?
                    .slice()
                    .map_err(|_| Failure::Network { file: source.weights.clone() })?,
            ),
            place => From::Server(Address::of(place, &source.weights)?),
        };
        // A file of the device is as long as it is.
        let listed = if source.place == Place::Picked { 0 } else { source.bytes };
        Ok(Self {
            control: Rc::clone(&origin.control),
            from,
            transfer: Transfer::new(&source.weights, listed, etag),
            body: None,
            patience: Patience::default(),
            stored: source.keep.is_some(),
        })
    }

    /// The bytes in all, 0 if not known.
    pub fn total(&self) -> u64 {
        self.transfer.total()
    }

    /// The header says how long the file is, for where the server does not.
    pub fn expect(&mut self, bytes: u64) {
        self.transfer.expect(bytes);
    }

    /// The server's name for what is in the file, if it gives one.
    pub fn etag(&self) -> Option<&str> {
        self.transfer.etag()
    }

    /// Goes on from another place.
    pub fn seek(&mut self, position: u64) {
        if position != self.transfer.position() {
            self.body = None;
            self.transfer.seek(position);
        }
    }

    /// The next bytes, in place of what `piece` had; `false` at the end of the file. Waits while
    /// the page holds the load up, and where the connection breaks tries again, ever more slowly.
    ///
    /// # Errors
    /// Says whether the file is missing, changed, or did not get here.
    pub async fn next(&mut self, piece: &mut Vec<u8>) -> Result<bool, Failure> {
        loop {
            self.control.while_paused().await;
            match self.try_next(piece).await {
                Ok(true) => {
                    self.patience.restore();
                    return Ok(true);
                }
                Ok(false) => return Ok(false),
                Err(failure) => {
                    self.body = None;
                    self.control.wait_after(failure, &mut self.patience).await?;
                }
            }
        }
    }

    async fn try_next(&mut self, piece: &mut Vec<u8>) -> Result<bool, Failure> {
        let (body, skip) = match &mut self.body {
            Some(body) => body,
            None => {
                let body = self.connect().await?;
                self.body.insert(body)
            }
        };
        loop {
            let more = match body.read(piece).await {
                Ok(more) => more,
                Err(error) => return Err(broken(&self.control, &self.transfer, &error)),
            };
            if !more {
                return self.transfer.end().map(|()| false);
            }
            let known = usize::try_from(*skip).unwrap_or(usize::MAX).min(piece.len());
            *skip -= known as u64;
            piece.drain(..known);
            if !piece.is_empty() {
                self.transfer.count(piece.len() as u64);
                return Ok(true);
            }
        }
    }

    async fn connect(&mut self) -> Result<(Body, u64), Failure> {
        match &self.from {
            From::Picked(blob) => {
                let (start, length) = (self.transfer.position() as f64, blob.size());
                let rest = blob.slice_with_f64_and_f64(start, length);
                let rest = rest.map_err(|error| broken(&self.control, &self.transfer, &error))?;
                Ok((Body::new(Some(rest.stream())), 0))
            }
            From::Server(address) => {
                let range = self.transfer.range();
                let signal = self.control.signal();
                let answer = ask(address, range.as_deref(), self.stored, &signal).await;
                let (head, body) =
                    answer.map_err(|error| broken(&self.control, &self.transfer, &error))?;
                let skip = self.transfer.begin(&head)?;
                Ok((body, skip))
            }
        }
    }
}

/// The connection broke. One that was ended is no news.
fn broken(control: &Control, transfer: &Transfer, error: &JsValue) -> Failure {
    if !control.is_ended() {
        console::warn_1(error);
    }
    transfer.broken()
}
