//! A model on its way from its source: the configuration first, so that another kind of model is
//! refused before the large file is fetched, then the weights, each tensor straight to its place. Once
//! all is there and sound, it can be used; what has not gone on to the device by then does afterwards.

use std::{pin::pin, rc::Rc};

use zeroshot_gpt2::Session;
use zeroshot_protocol::{Failure, Kept, ModelSource, ModelSummary};

use super::{
    hashing::Hasher,
    incoming::Incoming,
    keeper::{Begun, Keeper},
    load::Loaded,
    origin::Origin,
    scope::{now, work_on},
    shelf::Shelf,
    slots::{Keeps, Slots},
    together::{Ticks, both},
};
use crate::{
    arrival::check_digest,
    hashing::Digests,
    open::{self, Opening, summary},
    pace::Pace,
};

/// Bytes of weights from which on a worker of its own for their SHA-256 is worth its start.
const BESIDE: u64 = 4 << 20;

/// Milliseconds between two looks whether something can be kept while bytes are waited for.
const LOOK_EVERY_MS: i32 = 10;

/// Why the bytes of a model did not become one.
pub enum Stopped {
    /// This went wrong.
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
pub struct Arriving {
    /// Its files.
    pub origin: Origin,
    /// What it is called where it is kept.
    pub key: String,
    /// Where that is, if anywhere.
    pub shelf: Option<Rc<Shelf>>,
}

impl Arriving {
    /// `etag` is what the server called the weights when a part of them was kept.
    ///
    /// # Errors
    /// Says why it does not come.
    pub async fn load(&self, slots: &Slots, etag: Option<String>) -> Result<Loaded, Stopped> {
        let origin = &self.origin;
        let config = origin.config().await?;
        open::check_config(&origin.source, &config)?;
        let goes_on = etag.is_some();
        let incoming = origin.weights(etag).await;
        let mut incoming = match incoming {
            Err(Failure::FileChanged { .. }) if goes_on => return Err(self.delete().await),
            incoming => incoming?,
        };
        // The weights are on their way while the tokenizer comes and is read.
        let (tokenizer, ()) = both(origin.tokenizer(), incoming.begin()).await?;
        let mut source = origin.source.clone();
        if let Some(sha256) = incoming.sha256().filter(|_| source.sha256.is_empty()) {
            source.sha256 = sha256.to_owned();
        }
        let total = incoming.total().max(source.bytes);
        // One that nobody has told the length of may be large.
        let beside = source.keep.is_some() && (total == 0 || total >= BESIDE);
        let hasher = if beside { Hasher::beside } else { Hasher::here };
        let mut opening = Opening::new(&source, &config, tokenizer, hasher(&source.sha256))?;

        let mut keeps = None;
        let arrived = self.weights(&mut opening, &mut incoming, &mut keeps, slots).await;
        let arrived = match arrived {
            // Of another file than the one of which a part was kept.
            Err(Stopped::For(Failure::FileChanged { .. })) if goes_on && keeps.is_none() => {
                Err(self.delete().await)
            }
            arrived => arrived,
        };
        let keeps = keeps.unwrap_or(Keeps::Not(Kept::NotAsked));
        let stopped = match arrived {
            Ok(()) => {
                work_on(Some(origin.control.id));
                let sound = session(&mut opening, &source).await;
                work_on(None);
                match sound {
                    Ok((session, model)) => {
                        let (kept, rest) = keeps.rest(opening, model.clone());
                        let source = origin.source.clone();
                        return Ok(Loaded { session, model, kept, rest, source });
                    }
                    Err(failure) => failure.into(),
                }
            }
            Err(Stopped::For(failure)) => {
                let goes_on = may_go_on(&failure) || origin.control.is_ended();
                let failure = origin.blame(failure).into();
                if goes_on {
                    keeps.put_away(&mut opening).await;
                    return Err(failure);
                }
                failure
            }
            Err(Stopped::Damaged) => Stopped::Damaged,
        };
        keeps.discard().await;
        Err(stopped)
    }

    /// Deletes what was kept of another file.
    async fn delete(&self) -> Stopped {
        if let Some(shelf) = &self.shelf {
            shelf.delete(&self.key).await;
        }
        Stopped::Damaged
    }

    /// The weights, each tensor straight to its place; what is kept of them goes on to the device.
    async fn weights(
        &self,
        opening: &mut Opening<Hasher>,
        incoming: &mut Incoming,
        keeps: &mut Option<Keeps>,
        slots: &Slots,
    ) -> Result<(), Stopped> {
        let (origin, mut piece) = (&self.origin, Vec::new());
        let (mut before, mut begun) = (0, false);
        let (mut pace, mut ticks) = (Pace::default(), Ticks::every(LOOK_EVERY_MS));
        loop {
            let more = {
                let mut next = pin!(incoming.next(&mut piece));
                loop {
                    let asked = now();
                    let has_work = keeps.as_ref().is_some_and(|keeps| keeps.has_work(opening));
                    let came = match has_work {
                        true => ticks.or(next.as_mut()).await,
                        false => Some(next.as_mut().await),
                    };
                    pace.wait(now() - asked);
                    match (came, &mut *keeps) {
                        (Some(more), _) => break more?,
                        (None, Some(keeps)) => keeps.keep(opening, &mut pace).await,
                        (None, None) => {}
                    }
                }
            };
            if !more {
                break;
            }
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
            if let Some(hashing) = opening.hashing() {
                hashing.keep_up().await?;
            }
            if keeps.is_none() && opening.file_bytes().is_some() {
                *keeps = Some(self.begin(opening, incoming, slots).await?);
                opening.prepare();
                incoming.expect(opening.file_bytes().unwrap_or_default());
                incoming.seek(opening.position());
            }
            if let Some(keeps) = keeps {
                keeps.keep(opening, &mut pace).await;
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

    /// Begins to keep the model, its header has arrived.
    async fn begin(
        &self,
        opening: &mut Opening<Hasher>,
        incoming: &Incoming,
        slots: &Slots,
    ) -> Result<Keeps, Stopped> {
        let Origin { source, control, .. } = &self.origin;
        if source.keep.is_none() {
            return Ok(Keeps::Not(Kept::NotAsked));
        }
        let Some(shelf) = &self.shelf else {
            let detail = "this browser keeps nothing for the page".to_owned();
            return Ok(Keeps::Not(Kept::Unable { detail }));
        };
        let etag = incoming.etag().map(str::to_owned);
        match Keeper::begin(shelf, &self.key, source, etag, opening).await {
            Begun::Keeper(keeper) => Ok(slots.begin(&self.key, control, keeper)),
            Begun::Not(kept) => Ok(Keeps::Not(kept)),
            Begun::Damaged => Err(Stopped::Damaged),
        }
    }
}

/// The session, and what the page is told of its model; the weights are the ones that are listed.
async fn session(
    opening: &mut Opening<Hasher>,
    source: &ModelSource,
) -> Result<(Session, ModelSummary), Failure> {
    let session = opening.session()?;
    let mut digests = Digests::default();
    if let Some(hashing) = opening.hashing() {
        digests = hashing.digests().await?;
        check_digest(&source.weights, &source.sha256, &digests.sha256)?;
    }
    let model = summary(&session, digests);
    Ok((session, model))
}

/// Whether a load that failed like this can go on later.
const fn may_go_on(failure: &Failure) -> bool {
    matches!(failure, Failure::Network { .. } | Failure::TooManyRequests { .. })
}
