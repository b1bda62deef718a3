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
use crate::{
    address::Address,
    parts::{Reading, is_list},
    patience::Patience,
    transfer::Transfer,
};

/// Weights on their way.
pub struct Incoming {
    control: Rc<Control>,
    from: From,
    transfer: Transfer,
    /// Bytes of the weights that have arrived, or that are had from elsewhere.
    position: u64,
    /// The connection, and how many of its next bytes are there already.
    body: Option<(Body, u64)>,
    /// Why there was no connection at first.
    refused: Option<Failure>,
    patience: Patience,
    stored: bool,
}

enum From {
    Server(Address),
    Picked(Blob),
    /// From a server, in several files.
    Parts(Place, Box<Reading>),
}

impl Incoming {
    /// The weights of a model, from their first byte.
    ///
    /// # Errors
    /// [`Failure::NotPicked`] if the visitor did not pick them, and as [`Address::of`].
    pub async fn new(origin: &Origin, etag: Option<String>) -> Result<Self, Failure> {
        let source = &origin.source;
        let broken = |_| Failure::Network { file: source.weights.clone() };
        // A file of the device is as long as it is.
        let listed = if source.place == Place::Picked { 0 } else { source.bytes };
        let mut transfer = Transfer::new(&source.weights, listed, etag.clone());
        let from = match &source.place {
            Place::Picked => From::Picked(origin.picked(&source.weights)?.slice().map_err(broken)?),
            place if is_list(&source.weights) => {
                let list = origin.file(&source.weights).await?;
                let reading = Reading::new(&source.weights, &list)?;
                if etag.is_some_and(|before| before != reading.whole().sha256) {
                    return Err(Failure::FileChanged { file: source.weights.clone() });
                }
                transfer = of_part(&reading, 0);
                From::Parts(place.clone(), Box::new(reading))
            }
            place => From::Server(Address::of(place, &source.weights)?),
        };
        Ok(Self {
            control: Rc::clone(&origin.control),
            from,
            transfer,
            position: 0,
            body: None,
            refused: None,
            patience: Patience::default(),
            stored: source.keep.is_some(),
        })
    }

    /// The SHA-256 of the whole file, if a list of its parts says it.
    pub fn sha256(&self) -> Option<&str> {
        match &self.from {
            From::Parts(_, reading) => Some(&reading.whole().sha256),
            _ => None,
        }
    }

    /// The bytes in all, 0 if not known.
    pub fn total(&self) -> u64 {
        match &self.from {
            From::Parts(_, reading) => reading.whole().bytes,
            _ => self.transfer.total(),
        }
    }

    /// The header says how long the file is, for where the server does not.
    pub fn expect(&mut self, bytes: u64) {
        if !matches!(self.from, From::Parts(..)) {
            self.transfer.expect(bytes);
        }
    }

    /// The server's name for what is in the file, if it gives one.
    pub fn etag(&self) -> Option<&str> {
        self.sha256().or_else(|| self.transfer.etag())
    }

    /// Goes on from another place.
    pub fn seek(&mut self, position: u64) {
        if position == self.position {
            return;
        }
        self.position = position;
        self.body = None;
        if let From::Parts(_, reading) = &mut self.from {
            let within = reading.seek(position);
            self.transfer = of_part(reading, within);
        } else {
            self.transfer.seek(position);
        }
    }

    /// Asks for the first bytes, once. [`Incoming::next`] brings them, or what became of that.
    pub async fn begin(&mut self) {
        match self.connect().await {
            Ok(body) => self.body = Some(body),
            Err(failure) => self.refused = Some(failure),
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
                    self.position += piece.len() as u64;
                    if let From::Parts(_, reading) = &mut self.from {
                        reading.write(piece);
                    }
                    return Ok(true);
                }
                Ok(false) => {
                    let From::Parts(_, reading) = &mut self.from else { return Ok(false) };
                    if !reading.end_part()? {
                        return Ok(false);
                    }
                    self.body = None;
                    self.transfer = of_part(reading, 0);
                }
                Err(failure) => {
                    self.body = None;
                    self.control.wait_after(failure, &mut self.patience).await?;
                }
            }
        }
    }

    async fn try_next(&mut self, piece: &mut Vec<u8>) -> Result<bool, Failure> {
        if let Some(failure) = self.refused.take() {
            return Err(failure);
        }
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
            From::Server(address) => self.ask(&address.clone()).await,
            From::Parts(place, reading) => match reading.part() {
                Some(part) => self.ask(&Address::of(place, &part.file)?).await,
                None => Ok((Body::new(None), 0)),
            },
        }
    }

    async fn ask(&mut self, address: &Address) -> Result<(Body, u64), Failure> {
        let range = self.transfer.range();
        let answer = ask(address, range.as_deref(), self.stored, &self.control.signal()).await;
        let (head, body) = answer.map_err(|error| broken(&self.control, &self.transfer, &error))?;
        let skip = self.transfer.begin(&head)?;
        Ok((body, skip))
    }
}

/// The part at hand, from this place on.
fn of_part(reading: &Reading, within: u64) -> Transfer {
    let (file, bytes) = reading.part().map_or(("", 0), |part| (part.file.as_str(), part.bytes));
    let mut transfer = Transfer::new(file, bytes, None);
    transfer.expect(bytes);
    transfer.seek(within);
    transfer
}

/// The connection broke. One that was ended is no news.
fn broken(control: &Control, transfer: &Transfer, error: &JsValue) -> Failure {
    if !control.is_ended() {
        console::warn_1(error);
    }
    transfer.broken()
}
