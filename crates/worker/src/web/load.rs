//! Loading a model: its three files one after the other, the small ones first, so that a folder
//! that holds another kind of model is refused before the large one is fetched.

use std::cell::RefCell;

use web_sys::AbortSignal;
use zeroshot_gpt2::Session;
use zeroshot_protocol::{Event, Failure, ModelSource, RequestId};

use super::{
    digest::sha256,
    fetch::Wanted,
    scope::{now, post, work_on},
};
use crate::{
    arrival::check_digest,
    open::{self, Files},
    progress::{Bytes, Progress},
};

/// Fetches, checks and opens the model, and reports the bytes on the way. Gives the SHA-256 of its
/// weights with it, as far as the browser takes one.
pub async fn load(
    id: RequestId,
    source: &ModelSource,
    signal: &AbortSignal,
) -> Result<(Session, String), Failure> {
    let folder = Folder { id, source, signal, progress: RefCell::default() };
    let config = folder.small_file(&source.config).await?;
    open::check_config(source, &config)?;
    let tokenizer = folder.small_file(&source.tokenizer).await?;
    let weights = folder.weights().await?;
    folder.report(|progress| progress.finish(now()));
    let digest = match sha256(&weights).await {
        Some(digest) => check_digest(&source.weights, &source.sha256, &digest)?,
        None => String::new(),
    };
    // An overtaken load need not be opened: it would only hold up the newer one.
    if signal.aborted() {
        return Err(Failure::Network { file: source.weights.clone() });
    }
    work_on(Some(id));
    Ok((open::open(source, Files { config, tokenizer, weights })?, digest))
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

    async fn weights(&self) -> Result<Vec<u8>, Failure> {
        let rest = |expected| (expected > 0).then_some(expected);
        self.file(&self.source.weights, self.source.bytes, rest).await
    }

    /// Fetches a file; `rest` makes of its length the bytes still to come in all.
    async fn file(
        &self,
        file: &str,
        listed: u64,
        rest: impl FnOnce(u64) -> Option<u64>,
    ) -> Result<Vec<u8>, Failure> {
        let wanted = Wanted { folder: &self.source.folder, file, listed, most: u64::MAX };
        let on_head = |expected| self.progress.borrow_mut().begin(rest(expected));
        let on_bytes = |bytes| self.report(|progress| progress.add(bytes, now()));
        wanted.fetch(self.signal, on_head, on_bytes).await
    }

    fn report(&self, step: impl FnOnce(&mut Progress) -> Option<Bytes>) {
        let report = step(&mut self.progress.borrow_mut());
        if let Some(Bytes { received, total }) = report.filter(|_| !self.signal.aborted()) {
            post(&Event::Progress { id: self.id, received, total });
        }
    }
}
