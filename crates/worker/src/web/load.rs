//! Loading a model: its three files one after the other, the small ones first, so that a folder
//! that holds another kind of model is refused before the large one is fetched.

use std::cell::RefCell;

use web_sys::AbortSignal;
use zeroshot_gpt2::Session;
use zeroshot_protocol::{Event, Failure, ModelSource, Place, RequestId};

use super::{
    fetch::Wanted,
    scope::{now, post, work_on},
};
use crate::{
    open::{self, Opening},
    progress::{Bytes, Progress},
};

/// Fetches, checks and opens the model, and reports the bytes on the way. Gives the SHA-256 of its
/// weights with it.
pub async fn load(
    id: RequestId,
    source: &ModelSource,
    signal: &AbortSignal,
) -> Result<(Session, String), Failure> {
    let folder = Folder { id, source, signal, progress: RefCell::default() };
    let config = folder.small_file(&source.config).await?;
    open::check_config(source, &config)?;
    let tokenizer = folder.small_file(&source.tokenizer).await?;
    let mut opening = Opening::new(source, &config, tokenizer)?;
    folder.weights(&mut opening).await?;
    folder.report(|progress| progress.finish(now()));
    // An overtaken load need not be opened: it would only hold up the newer one.
    if signal.aborted() {
        return Err(Failure::Network { file: source.weights.clone() });
    }
    work_on(Some(id));
    opening.finish()
}

/// The model's folder on the server, and the bytes that have come from it.
struct Folder<'a> {
    id: RequestId,
    source: &'a ModelSource,
    signal: &'a AbortSignal,
    progress: RefCell<Progress>,
}

impl Folder<'_> {
    /// The configuration or the tokenizer; nothing where the model has no file for it.
    async fn small_file(&self, file: &str) -> Result<Vec<u8>, Failure> {
        if file.is_empty() {
            return Ok(Vec::new());
        }
        let weights = self.source.bytes;
        let rest = |expected| (weights > 0).then_some(expected + weights);
        self.file(file, 0, rest).await
    }

    /// The weights, each tensor straight to its place.
    async fn weights(&self, opening: &mut Opening) -> Result<(), Failure> {
        let rest = |expected| (expected > 0).then_some(expected);
        let on_piece = |piece: &[u8]| {
            work_on(Some(self.id));
            opening.write(piece)?;
            work_on(None);
            self.report(|progress| progress.add(piece.len() as u64, now()));
            Ok(())
        };
        let wanted = self.wanted(&self.source.weights, self.source.bytes);
        let on_head = |expected| self.progress.borrow_mut().begin(rest(expected));
        wanted.stream(self.signal, on_head, on_piece).await
    }

    /// Fetches a file; `rest` makes of its length the bytes still to come in all.
    async fn file(
        &self,
        file: &str,
        listed: u64,
        rest: impl FnOnce(u64) -> Option<u64>,
    ) -> Result<Vec<u8>, Failure> {
        let on_head = |expected| self.progress.borrow_mut().begin(rest(expected));
        let on_bytes = |bytes| self.report(|progress| progress.add(bytes, now()));
        self.wanted(file, listed).fetch(self.signal, on_head, on_bytes).await
    }

    fn wanted<'a>(&'a self, file: &'a str, listed: u64) -> Wanted<'a> {
        let folder = match &self.source.place {
            Place::Site { folder } => folder.as_str(),
            _ => "",
        };
        Wanted { folder, file, listed, most: u64::MAX }
    }

    fn report(&self, step: impl FnOnce(&mut Progress) -> Option<Bytes>) {
        let report = step(&mut self.progress.borrow_mut());
        if let Some(Bytes { received, total }) = report.filter(|_| !self.signal.aborted()) {
            post(&Event::Progress { id: self.id, received, total, from_device: false });
        }
    }
}
