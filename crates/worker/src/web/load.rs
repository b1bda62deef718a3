//! Loading a model: from the device where it is kept, else from its source. And finding out what one is.

use std::rc::Rc;

use web_sys::File;
use zeroshot_gpt2::Session;
use zeroshot_protocol::{Description, Event, Failure, Kept, ModelSource, ModelSummary, Place};

use super::{
    arriving::{Arriving, Stopped},
    control::Control,
    hashing::Hasher,
    origin::{Origin, with_usual_names},
    scope::{post, site},
    shelf::Shelf,
    slots::{Rest, Slots},
    stored::{self, Stored},
};
use crate::{
    key,
    open::{self, Opening, TokenizerFiles},
    picked,
};

/// A model that was loaded.
pub struct Loaded {
    /// It itself.
    pub session: Session,
    /// What the page is told of it.
    pub model: ModelSummary,
    /// Whether it is kept.
    pub kept: Kept,
    /// What is still to be kept of it.
    pub rest: Option<Rest>,
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
        slots.settled(&key, &control).await;
        match stored::load(shelf, &key, &source, &control).await {
            Stored::Loaded(session, model) => {
                let (session, kept, rest) = (*session, Kept::Yes, None);
                return Ok(Some(Loaded { session, model, kept, rest, source }));
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
    let mut opening =
        Opening::new(&origin.source, &config, TokenizerFiles::None, Hasher::here(""))?;
    let mut incoming = origin.weights(None).await?;
    let mut piece = Vec::new();
    while incoming.next(&mut piece).await.map_err(|failure| origin.blame(failure))? {
        opening.write(&piece)?;
        if let Some(description) = opening.describe()? {
            return Ok(description);
        }
    }
    // It ends within its header.
    opening.session().and_then(|_| {
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
