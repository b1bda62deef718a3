//! Where the files of a model come from: a server, or the visitor's own device.

use std::{cell::RefCell, rc::Rc};

use web_sys::{File, console};
use zeroshot_protocol::{Event, Failure, ModelSource, Place};

use super::{
    control::Control,
    fetch::{Body, ask},
    incoming::Incoming,
    scope::{now, post},
};
use crate::{
    address::Address,
    arrival::{check_length, check_size},
    open::TokenizerFiles,
    patience::Patience,
    picked::{CONFIG, MERGES, TOKENIZER, VOCAB},
    progress::{Bytes, Progress},
    transfer::Transfer,
};

/// A model's small files have no more bytes than this: a tokenizer has a few million.
const MOST: u64 = 64 << 20;

/// The files of a model.
pub struct Origin {
    /// The page's hold on the request.
    pub control: Rc<Control>,
    /// Their names.
    pub source: ModelSource,
    /// Those that the visitor picked.
    pub files: Vec<File>,
    progress: RefCell<Progress>,
    /// Whether anybody wants to hear of the bytes.
    reports: bool,
}

impl Origin {
    /// The files of this source.
    pub fn new(control: Rc<Control>, source: ModelSource, files: Vec<File>, reports: bool) -> Self {
        Self { control, source, files, progress: RefCell::default(), reports }
    }

    /// The configuration; nothing where the model has no file for it.
    ///
    /// # Errors
    /// [`Failure::NoSuchRepository`] where a hub has none, else as [`Origin::file`].
    pub async fn config(&self) -> Result<Vec<u8>, Failure> {
        if self.source.config.is_empty() {
            return Ok(Vec::new());
        }
        let config = self.file(&self.source.config).await;
        config.map_err(|failure| match (failure, &self.source.place) {
            (Failure::FileMissing { status: status @ (401 | 403 | 404), .. }, place) => match place
            {
                Place::Hub { repo, .. } => Failure::NoSuchRepository { repo: repo.clone(), status },
                _ => Failure::FileMissing { file: self.source.config.clone(), status },
            },
            (failure, _) => failure,
        })
    }

    /// The tokenizer: the file that is named, or the two that stood for it in OpenAI's release.
    ///
    /// # Errors
    /// As [`Origin::file`].
    pub async fn tokenizer(&self) -> Result<TokenizerFiles, Failure> {
        let name = self.source.tokenizer.as_str();
        if name.is_empty() {
            return Ok(TokenizerFiles::None);
        }
        if name != VOCAB {
            match self.file(name).await {
                Ok(json) => return Ok(TokenizerFiles::Json(json)),
                Err(failure @ Failure::FileMissing { .. }) if name == TOKENIZER => {
                    let Ok(vocab) = self.file(VOCAB).await else { return Err(failure) };
                    let merges = self.file(MERGES).await?;
                    return Ok(TokenizerFiles::Pair { vocab, merges });
                }
                Err(failure) => return Err(failure),
            }
        }
        let vocab = self.file(VOCAB).await?;
        let merges = self.file(MERGES).await?;
        Ok(TokenizerFiles::Pair { vocab, merges })
    }

    /// The weights, as they arrive. `etag` is what the server called them when a part of them was
    /// kept, if one was.
    ///
    /// # Errors
    /// [`Failure::NotPicked`] if the visitor did not pick them, and as [`Address::of`].
    pub async fn weights(&self, etag: Option<String>) -> Result<Incoming, Failure> {
        Incoming::new(self, etag).await
    }

    /// A small file as a whole.
    ///
    /// # Errors
    /// Says whether it is missing, cut, too large, or did not get here.
    pub async fn file(&self, name: &str) -> Result<Vec<u8>, Failure> {
        let on_bytes = |bytes| self.report(|progress| progress.add(bytes, now()));
        if self.source.place == Place::Picked {
            let file = self.picked(name)?;
            let body = Body::new(Some(file.stream()));
            return gather(name, 0, MOST, &body, on_bytes).await;
        }
        let address = Address::of(&self.source.place, name)?;
        let mut patience = Patience::default();
        loop {
            match whole(&address, name, MOST, &self.control, on_bytes).await {
                Ok(bytes) => return Ok(bytes),
                Err(failure) => self.control.wait_after(failure, &mut patience).await?,
            }
        }
    }

    /// The file of this name that the visitor picked.
    ///
    /// # Errors
    /// [`Failure::NotPicked`].
    pub fn picked(&self, name: &str) -> Result<&File, Failure> {
        let file = self.files.iter().find(|file| file.name() == name);
        file.ok_or_else(|| Failure::NotPicked { file: name.to_owned() })
    }

    /// Tells the page of bytes, if it is time and it wants to hear of them.
    pub fn report(&self, step: impl FnOnce(&mut Progress) -> Option<Bytes>) {
        let report = step(&mut self.progress.borrow_mut());
        let wanted = self.reports && !self.control.is_ended();
        if let Some(Bytes { received, total }) = report.filter(|_| wanted) {
            let id = self.control.id;
            post(&Event::Progress { id, received, total, from_device: false });
        }
    }

    /// Whether the files are another model's, or none, by what a hub says of the weights.
    pub fn blame(&self, failure: Failure) -> Failure {
        match (&self.source.place, failure) {
            (Place::Hub { .. }, Failure::FileMissing { status: 401 | 403 | 404, .. }) => {
                Failure::NoWeights { files: vec![self.source.weights.clone()] }
            }
            (_, failure) => failure,
        }
    }
}

/// The source with the usual names for those of its files that it does not name.
pub fn with_usual_names(source: &ModelSource) -> ModelSource {
    let mut source = source.clone();
    if source.weights.is_empty() {
        source.weights = crate::picked::WEIGHTS.to_owned();
    }
    let gguf = crate::open::is_gguf(&source);
    for (name, usual) in [(&mut source.config, CONFIG), (&mut source.tokenizer, TOKENIZER)] {
        if name.is_empty() && !gguf {
            *name = usual.to_owned();
        }
    }
    source
}

/// Fetches a file as a whole, by one try.
///
/// # Errors
/// Says whether it is missing, cut, larger than `most`, or did not get here.
pub async fn whole(
    address: &Address,
    name: &str,
    most: u64,
    control: &Control,
    on_bytes: impl FnMut(u64),
) -> Result<Vec<u8>, Failure> {
    let mut transfer = Transfer::new(name, 0, None);
    let answer = ask(address, None, false, &control.signal()).await;
    let (head, body) = answer.map_err(|error| {
        // One that was ended is no news.
        if !control.is_ended() {
            console::warn_1(&error);
        }
        transfer.broken()
    })?;
    transfer.begin(&head)?;
    gather(name, transfer.total(), most, &body, on_bytes).await
}

async fn gather(
    name: &str,
    expected: u64,
    most: u64,
    body: &Body,
    mut on_bytes: impl FnMut(u64),
) -> Result<Vec<u8>, Failure> {
    check_size(name, most, expected)?;
    let (mut bytes, mut piece) = (Vec::new(), Vec::new());
    let broken = |_| Failure::Network { file: name.to_owned() };
    while body.read(&mut piece).await.map_err(broken)? {
        let found = (bytes.len() + piece.len()) as u64;
        check_size(name, most, found)?;
        bytes.try_reserve(piece.len()).map_err(|_| Failure::OutOfMemory)?;
        bytes.extend_from_slice(&piece);
        on_bytes(piece.len() as u64);
    }
    check_length(name, expected, bytes.len() as u64)?;
    Ok(bytes)
}
