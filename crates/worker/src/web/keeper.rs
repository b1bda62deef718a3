//! Keeps a model on the device while it arrives, and takes back what was kept of an earlier load.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

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
    /// Begins to keep a model whose header has arrived.
    pub async fn begin(
        shelf: &Rc<Shelf>,
        key: &str,
        source: &ModelSource,
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

    /// Puts on the device what has become whole.
    ///
    /// # Errors
    /// Says why it could not be.
    pub async fn take(
        &mut self,
        opening: &mut Opening<Hasher>,
        etag: Option<&str>,
    ) -> Result<(), Refused> {
        let failed = |failure| Refused::Other(format!("{failure:?}"));
        loop {
            self.buffer.clear();
            if !opening.keep(&mut self.keeping, &mut self.buffer).map_err(failed)? {
                break;
            }
            let mut bytes = self.buffer.as_slice();
            while !bytes.is_empty() {
                bytes = &bytes[self.ledger.take(bytes)..];
                if self.ledger.is_full() {
                    let (index, piece) = self.ledger.piece();
                    self.writer.put(index, piece).await?;
                    self.ledger.turn();
                }
            }
        }
        if now() - self.noted >= NOTE_EVERY_MS {
            self.note(opening, etag).await?;
        }
        Ok(())
    }

    /// Notes how far it has come, so that another load can go on from there.
    ///
    /// # Errors
    /// Says why it could not be.
    pub async fn note(
        &mut self,
        opening: &mut Opening<Hasher>,
        etag: Option<&str>,
    ) -> Result<(), Refused> {
        self.record.digest = match opening.marked() {
            // Without it, what is kept is of use where no digest is listed.
            Some((position, hashing)) => {
                hashing.marked().await.map(|marked| note(position, &marked)).unwrap_or_default()
            }
            None => String::new(),
        };
        self.record.etag = etag.map(str::to_owned);
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

    /// Notes that all of it is there.
    ///
    /// # Errors
    /// Says why it could not be.
    pub async fn complete(&mut self, model: ModelSummary) -> Result<(), Refused> {
        if self.ledger.length() != self.keeping.file_bytes() {
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
    let pieces = Pieces::new(reader, record);
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

/// A keeper that the page may take away from a load that is under way.
pub struct Slot {
    key: String,
    keeper: RefCell<Option<Box<Keeper>>>,
    forgotten: Cell<bool>,
}

impl Slot {
    /// The keeper of this model.
    pub fn new(key: &str, keeper: Box<Keeper>) -> Self {
        Self {
            key: key.to_owned(),
            keeper: RefCell::new(Some(keeper)),
            forgotten: Cell::new(false),
        }
    }

    /// The keeper, to work with; it has to be given back. None if it was taken away.
    pub fn lend(&self) -> Option<Box<Keeper>> {
        self.keeper.take()
    }

    /// Gives the keeper back; one that was to be taken away meanwhile is.
    pub async fn give_back(&self, keeper: Box<Keeper>) {
        if self.forgotten.get() {
            keeper.discard().await;
        } else {
            *self.keeper.borrow_mut() = Some(keeper);
        }
    }

    /// Takes the keeper away and deletes what is there of the model.
    async fn forget(&self) {
        self.forgotten.set(true);
        let keeper = self.keeper.take();
        if let Some(keeper) = keeper {
            keeper.discard().await;
        }
    }
}

/// The keepers of all loads under way.
#[derive(Default)]
pub struct Slots(RefCell<Vec<Rc<Slot>>>);

impl Slots {
    /// One has begun.
    pub fn add(&self, slot: &Rc<Slot>) {
        self.0.borrow_mut().push(Rc::clone(slot));
    }

    /// One is done.
    pub fn remove(&self, slot: &Rc<Slot>) {
        self.0.borrow_mut().retain(|other| !Rc::ptr_eq(other, slot));
    }

    /// Takes away those of this model.
    pub async fn forget(&self, key: &str) {
        let slots: Vec<_> =
            self.0.borrow().iter().filter(|slot| slot.key == key).cloned().collect();
        for slot in slots {
            slot.forget().await;
        }
    }
}
