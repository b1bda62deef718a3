//! Loading a model: from the device where it is kept, else from its source, the small files first,
//! so that another kind of model is refused before the large one is fetched.

use std::rc::Rc;

use web_sys::File;
use zeroshot_gpt2::Session;
use zeroshot_protocol::{Description, Event, Failure, Kept, ModelSource, ModelSummary, Place};

use super::{
    control::Control,
    hashing::Hasher,
    incoming::Incoming,
    keeper::{Begun, Keeper, Slot, Slots, kept},
    origin::{Origin, with_usual_names},
    scope::{now, post, site, work_on},
    shelf::Shelf,
    stored::{self, Stored},
};
use crate::{
    arrival::check_digest,
    key,
    open::{self, Opening, TokenizerFiles, summary},
    picked,
};

/// Bytes of weights from which on a worker of its own for their SHA-256 is worth its start.
const BESIDE: u64 = 4 << 20;

/// A model that was loaded.
pub struct Loaded {
    /// It itself.
    pub session: Session,
    /// What the page is told of it.
    pub model: ModelSummary,
    /// Whether it is kept.
    pub kept: Kept,
    /// Its files.
    pub source: ModelSource,
}

/// A model to load.
pub struct Wanted<'a> {
    /// Where it comes from.
    pub source: &'a ModelSource,
    /// The files that the visitor picked.
    pub files: Vec<File>,
    /// Whether nobody has asked for it just now.
    pub unattended: bool,
}

/// Loads a model. None where another host would have to be asked though nobody wanted it.
///
/// # Errors
/// Says why it cannot be.
pub async fn load(
    Wanted { source, files, unattended }: Wanted<'_>,
    control: Rc<Control>,
    shelf: Option<Rc<Shelf>>,
    slots: &Slots,
) -> Result<Option<Loaded>, Failure> {
    let source = resolved(source, &files)?;
    let key = key::of(&source, &site());
    let mut etag = None;
    if let Some(shelf) = &shelf {
        match stored::load(shelf, &key, &source, &control).await {
            Stored::Loaded(session, model) => {
                return Ok(Some(Loaded { session: *session, model, kept: Kept::Yes, source }));
            }
            Stored::Missing(record) => etag = record.and_then(|record| record.etag),
            Stored::Damaged => damaged(&control, &key),
            Stored::Failed(failure) => return Err(failure),
        }
    }
    if unattended && matches!(source.place, Place::Hub { .. }) {
        return Ok(None);
    }
    loop {
        let origin = Origin::new(Rc::clone(&control), source.clone(), files.clone(), true);
        let arriving = Arriving { origin, key: key.clone(), shelf: shelf.clone() };
        match arriving.load(slots, etag.take()).await {
            Ok(loaded) => return Ok(Some(loaded)),
            Err(Stopped::For(failure)) => return Err(failure),
            // Once more, without what was kept of it.
            Err(Stopped::Damaged) => damaged(&control, &key),
        }
    }
}

/// Finds out what a model is and takes, from its configuration and the header of its weights.
///
/// # Errors
/// Says why it cannot be found out.
pub async fn describe(
    source: &ModelSource,
    files: Vec<File>,
    control: Rc<Control>,
) -> Result<Description, Failure> {
    let source = resolved(source, &files)?;
    let origin = Origin::new(control, source, files, false);
    let config = origin.config().await?;
    open::check_config(&origin.source, &config)?;
    let mut opening = Opening::new(&origin.source, &config, TokenizerFiles::None, Hasher::here())?;
    let mut incoming = origin.weights(None).await?;
    let mut piece = Vec::new();
    while incoming.next(&mut piece).await.map_err(|failure| origin.blame(failure))? {
        opening.write(&piece)?;
        if let Some(description) = opening.describe()? {
            return Ok(description);
        }
    }
    // It ends within its header.
    opening.finish().and_then(|_| {
        let detail = "it has no header".to_owned();
        Err(Failure::FileInvalid { file: origin.source.weights.clone(), detail })
    })
}

fn resolved(source: &ModelSource, files: &[File]) -> Result<ModelSource, Failure> {
    if source.place != Place::Picked {
        return Ok(with_usual_names(source));
    }
    // Without files it can only be one that is kept.
    if files.is_empty() && !source.weights.is_empty() {
        return Ok(source.clone());
    }
    let names: Vec<_> = files.iter().map(|file| (file.name(), file.size() as u64)).collect();
    picked::resolve(source, &names)
}

fn damaged(control: &Control, key: &str) {
    if !control.is_ended() {
        post(&Event::Damaged { id: control.id, file: format!("{key}.gguf") });
    }
}

/// Why the bytes of a model did not become one.
enum Stopped {
    For(Failure),
    /// What was kept of it cannot be used, and was deleted.
    Damaged,
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::For(failure)
    }
}

/// A model on its way from its source.
struct Arriving {
    origin: Origin,
    key: String,
    shelf: Option<Rc<Shelf>>,
}

/// The keeper of a model, or why it has none.
enum Keeps {
    Slot(Rc<Slot>),
    Not(Kept),
}

impl Arriving {
    /// `etag` is what the server called the weights when a part of them was kept.
    async fn load(&self, slots: &Slots, etag: Option<String>) -> Result<Loaded, Stopped> {
        let origin = &self.origin;
        let config = origin.config().await?;
        open::check_config(&origin.source, &config)?;
        let tokenizer = origin.tokenizer().await?;
        let goes_on = etag.is_some();
        let incoming = origin.weights(etag).await;
        let mut incoming = match incoming {
            Err(Failure::FileChanged { .. }) if goes_on => return Err(self.delete().await),
            incoming => incoming?,
        };
        let mut source = origin.source.clone();
        if let Some(sha256) = incoming.sha256().filter(|_| source.sha256.is_empty()) {
            source.sha256 = sha256.to_owned();
        }
        let total = incoming.total().max(source.bytes);
        // One that nobody has told the length of may be large.
        let beside = source.keep.is_some() && (total == 0 || total >= BESIDE);
        let hasher = if beside { Hasher::beside() } else { Hasher::here() };
        let mut opening = Opening::new(&source, &config, tokenizer, hasher)?;

        let mut keeps = None;
        let arrived = self.weights(&mut opening, &mut incoming, &mut keeps, slots).await;
        let arrived = match arrived {
            // Of another file than the one of which a part was kept.
            Err(Stopped::For(Failure::FileChanged { .. })) if goes_on && keeps.is_none() => {
                Err(self.delete().await)
            }
            arrived => arrived,
        };
        let opened = match arrived {
            Ok(()) => {
                work_on(Some(origin.control.id));
                match finish(opening, &source).await {
                    Ok(opened) => opened,
                    Err(failure) => {
                        self.end(keeps, slots, None).await;
                        return Err(failure.into());
                    }
                }
            }
            Err(Stopped::For(failure)) => {
                let goes_on = may_go_on(&failure) || origin.control.is_ended();
                self.end(keeps, slots, goes_on.then_some((&mut opening, &incoming))).await;
                return Err(origin.blame(failure).into());
            }
            Err(Stopped::Damaged) => {
                self.end(keeps, slots, None).await;
                return Err(Stopped::Damaged);
            }
        };
        let (session, model) = opened;
        let kept = complete(keeps, slots, &model).await;
        Ok(Loaded { session, model, kept, source: origin.source.clone() })
    }

    /// Deletes what was kept of another file.
    async fn delete(&self) -> Stopped {
        if let Some(shelf) = &self.shelf {
            shelf.delete(&self.key).await;
        }
        Stopped::Damaged
    }

    /// The weights, each tensor straight to its place, and on from there to the device.
    async fn weights(
        &self,
        opening: &mut Opening<Hasher>,
        incoming: &mut Incoming,
        keeps: &mut Option<Keeps>,
        slots: &Slots,
    ) -> Result<(), Stopped> {
        let origin = &self.origin;
        let (mut piece, mut before, mut begun) = (Vec::new(), 0, false);
        let keep = self.shelf.as_ref().filter(|_| origin.source.keep.is_some());
        while incoming.next(&mut piece).await? {
            if !begun {
                begun = true;
                let total = incoming.total().max(origin.source.bytes);
                origin.report(|progress| {
                    progress.begin((total > 0).then_some(total));
                    None
                });
            }
            work_on(Some(origin.control.id));
            opening.write(&piece)?;
            work_on(None);
            if let Some((_, hashing)) = opening.marked() {
                hashing.keep_up().await?;
            }
            if keeps.is_none() && opening.file_bytes().is_some() {
                *keeps = Some(match keep {
                    Some(shelf) => {
                        let begun = Keeper::begin(shelf, &self.key, &origin.source, opening).await;
                        self.begin(begun, slots)?
                    }
                    None if origin.source.keep.is_some() => {
                        let detail = "this browser keeps nothing for the page".to_owned();
                        Keeps::Not(Kept::Unable { detail })
                    }
                    None => Keeps::Not(Kept::NotAsked),
                });
                opening.prepare();
                incoming.expect(opening.file_bytes().unwrap_or_default());
                incoming.seek(opening.position());
            }
            if let Some(keeps) = keeps {
                keeps.take(opening, incoming, slots).await;
            }
            let arrived = opening.position() - before;
            before = opening.position();
            origin.report(|progress| progress.add(arrived, now()));
            // All that was left may have been on the device.
            if incoming.total() > 0 && before >= incoming.total() {
                break;
            }
        }
        origin.report(|progress| progress.finish(now()));
        // An overtaken load need not be opened: it would only hold up the newer one.
        if origin.control.is_ended() {
            return Err(Failure::Network { file: origin.source.weights.clone() }.into());
        }
        Ok(())
    }

    fn begin(&self, begun: Begun, slots: &Slots) -> Result<Keeps, Stopped> {
        match begun {
            Begun::Keeper(keeper) => {
                let slot = Rc::new(Slot::new(&self.key, keeper));
                slots.add(&slot);
                Ok(Keeps::Slot(slot))
            }
            Begun::Not(kept) => Ok(Keeps::Not(kept)),
            Begun::Damaged => Err(Stopped::Damaged),
        }
    }

    /// A load has failed: what was kept of it stays where another can go on from it.
    async fn end(
        &self,
        keeps: Option<Keeps>,
        slots: &Slots,
        goes_on: Option<(&mut Opening<Hasher>, &Incoming)>,
    ) {
        let Some(Keeps::Slot(slot)) = keeps else { return };
        slots.remove(&slot);
        let Some(mut keeper) = slot.lend() else { return };
        match goes_on {
            Some((opening, incoming)) => {
                if keeper.note(opening, incoming.etag()).await.is_err() {
                    keeper.discard().await;
                }
            }
            None => keeper.discard().await,
        }
    }
}

impl Keeps {
    /// Keeps what has become whole. Where that fails, the load goes on without.
    async fn take(&mut self, opening: &mut Opening<Hasher>, incoming: &Incoming, slots: &Slots) {
        let Self::Slot(slot) = self else { return };
        let slot = Rc::clone(slot);
        let Some(mut keeper) = slot.lend() else {
            *self = Self::Not(forgotten());
            return slots.remove(&slot);
        };
        match keeper.take(opening, incoming.etag()).await {
            Ok(()) => slot.give_back(keeper).await,
            Err(refused) => {
                let total = keeper.total();
                keeper.discard().await;
                slots.remove(&slot);
                *self = Self::Not(kept(refused, total).await);
            }
        }
    }
}

fn forgotten() -> Kept {
    Kept::Unable { detail: "it was deleted while it arrived".to_owned() }
}

/// The session, and what the page is told of its model.
async fn finish(
    opening: Opening<Hasher>,
    source: &ModelSource,
) -> Result<(Session, ModelSummary), Failure> {
    let (session, hasher) = opening.finish()?;
    let sha256 = match hasher {
        Some(hasher) => check_digest(&source.weights, &source.sha256, hasher.finish().await?)?,
        None => String::new(),
    };
    let model = summary(&session, sha256);
    Ok((session, model))
}

/// Whether a load that failed like this can go on later.
const fn may_go_on(failure: &Failure) -> bool {
    matches!(failure, Failure::Network { .. } | Failure::TooManyRequests { .. })
}

/// Notes that all of a model is kept.
async fn complete(keeps: Option<Keeps>, slots: &Slots, model: &ModelSummary) -> Kept {
    match keeps {
        None => Kept::NotAsked,
        Some(Keeps::Not(kept)) => kept,
        Some(Keeps::Slot(slot)) => {
            slots.remove(&slot);
            let Some(mut keeper) = slot.lend() else { return forgotten() };
            match keeper.complete(model.clone()).await {
                Ok(()) => Kept::Yes,
                Err(refused) => {
                    let total = keeper.total();
                    keeper.discard().await;
                    kept(refused, total).await
                }
            }
        }
    }
}
