//! Keeps a model on the device, step by step, and takes back what was kept of an earlier load. When it
//! does is up to whoever loads.

use std::rc::Rc;

use zeroshot_gpt2::weights::Keeping;
use zeroshot_protocol::{Kept, ModelSource, ModelSummary};

use super::{
    hashing::Hasher,
    locks::{Lock, Mode, lock},
    pieces::Pieces,
    scope::{now, today},
    shelf::{Refused, Shelf, Writer, available},
};
use crate::{hashing::note, ledger::Ledger, open::Opening, record::Record};

/// Milliseconds between two notes of how far it has come.
const NOTE_EVERY_MS: f64 = 2000.0;

/// A model on its way to the device.
pub struct Keeper {
    shelf: Rc<Shelf>,
    record: Record,
    keeping: Keeping,
    ledger: Ledger,
    writer: Writer,
    /// Bytes between the model and the ledger.
    buffer: Vec<u8>,
    /// When it was noted how far it has come.
    noted: f64,
    /// Let go of last.
    _lock: Lock,
}

/// How the keeping of a model begins.
pub enum Begun {
    /// It is kept, and what was kept of it before has been taken back.
    Keeper(Box<Keeper>),
    /// It cannot be kept, and why.
    Not(Kept),
    /// What was kept of it before cannot be used and is deleted; all has to begin anew.
    Damaged,
}

impl Keeper {
    /// Begins to keep a model whose header has arrived; `etag` is what the server calls its weights.
    pub async fn begin(
        shelf: &Rc<Shelf>,
        key: &str,
        source: &ModelSource,
        etag: Option<String>,
        opening: &mut Opening<Hasher>,
    ) -> Begun {
        let mut keeping = match opening.keeping() {
            Ok(Some(keeping)) => keeping,
            Ok(None) => return unable("its header is not there"),
            Err(failure) => return unable(&format!("{failure:?}")),
        };
        let Some(lock) = lock(key, Mode::Exclusive).await else {
            return unable("another tab keeps the same model, or uses it");
        };
        let title = source.keep.as_deref().unwrap_or_default();
        let total = keeping.file_bytes();
        let mut record = Record::new(key, title, source, total, today());
        let mut ledger = Ledger::default();
        let before = shelf.record(key).await;
        if let Some(before) = before.filter(|before| before.total == total && before.is_of(source))
        {
            if before.is_complete() {
                // Another tab has kept all of it while this load began.
                return Begun::Not(Kept::Yes);
            }
            if !restore(shelf, &before, opening, &mut keeping, &mut ledger).await {
                shelf.delete(key).await;
                return Begun::Damaged;
            }
            let Record { title, last_used, .. } = record;
            record = before;
            (record.title, record.last_used) = (title, last_used);
        }
        record.etag = etag;
        let (needed, available) = (total - ledger.length(), available().await);
        if available.is_some_and(|available| available < needed) {
            shelf.delete(key).await;
            return Begun::Not(Kept::NoRoom { needed: total, available });
        }
        let begun = async {
            let writer = shelf.writer(key).await?;
            shelf.put_record(&record).await?;
            Ok(writer)
        };
        match begun.await {
            Ok(writer) => Begun::Keeper(Box::new(Self {
                shelf: Rc::clone(shelf),
                record,
                keeping,
                ledger,
                writer,
                buffer: Vec::new(),
                noted: now(),
                _lock: lock,
            })),
            Err(refused) => {
                shelf.delete(key).await;
                Begun::Not(kept(refused, total).await)
            }
        }
    }

    /// Puts the next of what has become whole on the device, about a megabyte; says whether there
    /// was any.
    ///
    /// # Errors
    /// Says why it could not be.
    pub async fn step(&mut self, opening: &Opening<Hasher>) -> Result<bool, Refused> {
        let failed = |failure| Refused::Other(format!("{failure:?}"));
        self.buffer.clear();
        let any = opening.keep(&mut self.keeping, &mut self.buffer).map_err(failed)?;
        let mut bytes = self.buffer.as_slice();
        while !bytes.is_empty() {
            bytes = &bytes[self.ledger.take(bytes)..];
            if self.ledger.is_full() {
                let (index, piece) = self.ledger.piece();
                self.writer.put(index, piece).await?;
                self.ledger.turn();
            }
        }
        Ok(any)
    }

    /// How many bytes more could be kept now.
    pub fn behind(&mut self, opening: &Opening<Hasher>) -> u64 {
        opening.behind(&mut self.keeping)
    }

    /// Whether what is kept ends with a tensor: only then it can be noted, for a load goes on from
    /// there.
    pub fn is_between_tensors(&self) -> bool {
        self.keeping.position() == self.keeping.whole()
    }

    /// Whether there is more than was noted.
    pub fn has_news(&self) -> bool {
        self.record.length < self.ledger.length() && self.is_between_tensors()
    }

    /// Notes how far it has come, if that is more than it was and the last note is a while ago.
    ///
    /// # Errors
    /// Says why it could not be.
    pub async fn note_at_times(&mut self, opening: &mut Opening<Hasher>) -> Result<(), Refused> {
        if self.has_news() && now() - self.noted >= NOTE_EVERY_MS {
            self.note(opening).await?;
        }
        Ok(())
    }

    /// Notes how far it has come, so that another load can go on from there.
    ///
    /// # Errors
    /// Says why it could not be.
    pub async fn note(&mut self, opening: &mut Opening<Hasher>) -> Result<(), Refused> {
        self.record.digest = match (opening.mark(&self.keeping), opening.hashing()) {
            // Without it, what is kept is of use where no digest is listed.
            (Some((position, mark)), Some(hashing)) => {
                let marked = hashing.marked(mark).await;
                marked.map(|marked| note(position, &marked)).unwrap_or_default()
            }
            _ => String::new(),
        };
        self.put_record().await
    }

    async fn put_record(&mut self) -> Result<(), Refused> {
        self.noted = now();
        let (index, piece) = self.ledger.piece();
        if !piece.is_empty() {
            self.writer.put(index, piece).await?;
        }
        self.record.length = self.ledger.length();
        self.record.pieces = self.ledger.digests();
        self.writer.cut(self.record.length)?;
        self.shelf.put_record(&self.record).await
    }

    /// Whether all of it is there.
    pub fn is_whole(&self) -> bool {
        self.ledger.length() == self.keeping.file_bytes()
    }

    /// Notes that all of it is there.
    ///
    /// # Errors
    /// Says why it could not be.
    pub async fn complete(&mut self, model: ModelSummary) -> Result<(), Refused> {
        if !self.is_whole() {
            return Err(Refused::Other("some of it is missing".to_owned()));
        }
        self.record.model = Some(model);
        self.record.digest.clear();
        self.record.last_used = today();
        self.put_record().await
    }

    /// Deletes what is there of it.
    pub async fn discard(self) {
        let Self { shelf, record, writer, _lock, .. } = self;
        // An open file cannot be deleted.
        drop(writer);
        shelf.delete(&record.key).await;
    }

    /// Bytes of the whole.
    pub fn total(&self) -> u64 {
        self.record.total
    }
}

/// Takes back what was kept before; says whether it could be used.
async fn restore(
    shelf: &Shelf,
    record: &Record,
    opening: &mut Opening<Hasher>,
    keeping: &mut Keeping,
    ledger: &mut Ledger,
) -> bool {
    let Some(reader) = shelf.reader(&record.key).await else { return record.length == 0 };
    let pieces = Pieces::new(reader, None, record);
    let restored = restore_pieces(pieces, opening, keeping, ledger).await;
    let goes_on = opening.restored(keeping, &record.digest);
    // Notes are only ever taken between two tensors.
    restored && goes_on && keeping.position() == record.length
}

async fn restore_pieces(
    mut pieces: Pieces,
    opening: &mut Opening<Hasher>,
    keeping: &mut Keeping,
    ledger: &mut Ledger,
) -> bool {
    let mut bytes = Vec::new();
    loop {
        match pieces.next(&mut bytes).await {
            Ok(true) if opening.restore(keeping, &bytes).is_ok() => {}
            Ok(false) => return true,
            _ => return false,
        }
        ledger.take(&bytes);
        if ledger.is_full() {
            ledger.turn();
        }
    }
}

/// What the page is told of something that could not be kept.
pub async fn kept(refused: Refused, needed: u64) -> Kept {
    match refused {
        // An estimate that says there is room was wrong.
        Refused::Full => {
            let available = available().await.filter(|&available| available < needed);
            Kept::NoRoom { needed, available }
        }
        Refused::Other(detail) => Kept::Unable { detail },
    }
}

fn unable(detail: &str) -> Begun {
    Begun::Not(Kept::Unable { detail: detail.to_owned() })
}
