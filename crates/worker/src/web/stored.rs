//! Loads a model that is kept on the device: no request, no conversion, every piece checked.

use std::rc::Rc;

use zeroshot_gpt2::Session;
use zeroshot_protocol::{Event, Failure, ModelSource, ModelSummary};

use super::{
    control::{Control, moment},
    hashing::Hasher,
    locks::{Mode, lock},
    pieces::Pieces,
    scope::{now, post, today, work_on},
    shelf::Shelf,
};
use crate::{
    hashing::Digests,
    open::{Opening, summary},
    progress::{Bytes, Progress},
    record::Record,
};

/// Milliseconds in which the page need not be heard.
const UNHEARD_MS: f64 = 40.0;

/// What the device has of a model.
pub enum Stored {
    /// All of it.
    Loaded(Box<Session>, ModelSummary),
    /// Nothing, or a part, or something that is being written. If it is a part, its record.
    Missing(Option<Box<Record>>),
    /// Something that cannot be used, and was deleted.
    Damaged,
    /// All of it, but it could not be loaded; or the load was ended.
    Failed(Failure),
}

/// Loads a model that is kept as a whole.
pub async fn load(shelf: &Shelf, key: &str, source: &ModelSource, control: &Rc<Control>) -> Stored {
    let Some(mut record) = shelf.record(key).await else { return Stored::Missing(None) };
    if !record.is_complete() {
        return Stored::Missing(Some(Box::new(record)));
    }
    let Some(lock) = lock(key, Mode::Shared).await else { return Stored::Missing(None) };
    if record.is_of(source) {
        match read(shelf, &record, source, control).await {
            Ok((session, model)) => {
                // What is deleted or full meanwhile matters no more.
                record.last_used = today();
                let _ = shelf.put_record(&record).await;
                return Stored::Loaded(Box::new(session), model);
            }
            Err(failure) if control.is_ended() || failure == Failure::OutOfMemory => {
                return Stored::Failed(failure);
            }
            Err(_) => {}
        }
    }
    drop(lock);
    shelf.delete(key).await;
    Stored::Damaged
}

async fn read(
    shelf: &Shelf,
    record: &Record,
    source: &ModelSource,
    control: &Rc<Control>,
) -> Result<(Session, ModelSummary), Failure> {
    let unsound = || Failure::ChecksumMismatch { file: record.key.clone() };
    let reader = shelf.reader(&record.key).await.ok_or_else(unsound)?;
    let mut opening = Opening::<Hasher>::kept(&record.key, source);
    let (mut progress, mut bytes) = (Progress::default(), Vec::new());
    progress.begin(Some(record.length));
    let report = |bytes: Option<Bytes>| {
        if let Some(Bytes { received, total }) = bytes {
            post(&Event::Progress { id: control.id, received, total, from_device: true });
        }
    };
    let open = shelf.open_file(&record.key).await;
    let (mut pieces, mut turn) = (Pieces::new(reader, open, record), now());
    while pieces.next(&mut bytes).await.map_err(|_| unsound())? {
        control.while_paused().await;
        if control.is_ended() {
            return Err(unsound());
        }
        work_on(Some(control.id));
        opening.write(&bytes)?;
        opening.prepare();
        work_on(None);
        report(progress.add(bytes.len() as u64, now()));
        // What is read at once leaves the page unheard.
        if now() - turn >= UNHEARD_MS {
            moment(0).await;
            turn = now();
        }
    }
    report(progress.finish(now()));
    work_on(Some(control.id));
    let session = opening.session()?;
    let digests = record.model.as_ref().map(|model| {
        let (xxh64, sha256) = (model.xxh64.clone(), model.sha256.clone());
        Digests { xxh64, sha256 }
    });
    let model = summary(&session, digests.unwrap_or_default());
    Ok((session, model))
}
