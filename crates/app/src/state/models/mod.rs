//! The models that the page knows of: what is listed, what is kept on the device, which one is in
//! use, and one on its way to take its place.

mod download;
mod fit;

pub use download::{Download, Flow};
pub use fit::{Device, Obstacle, best_type, fit, must_give_way, needed, too_little_room};

use super::{Model, State};
use crate::catalogue::{Catalogue, Entry};
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use zeroshot_protocol::{
    Event, Failure, Kept, ModelSource, ModelSummary, Place, Quantization, RequestId, Storage,
    StoredModel,
};

/// A model that was chosen, with the title that it goes by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    pub title: String,
    pub source: ModelSource,
}

impl Chosen {
    pub fn of(entry: &Entry, hub: &str, kind: Option<Quantization>) -> Self {
        Self { title: entry.title.clone(), source: entry.source(hub, kind) }
    }

    /// The model that the page starts with.
    pub fn first() -> Option<Self> {
        crate::catalogue::first().map(|entry| Self::of(&entry, "", None))
    }

    /// Whether it is the model that the page starts with.
    pub fn is_first(&self) -> bool {
        Self::first().is_some_and(|first| first.is(&self.source))
    }

    /// Whether it is the same model in the same numbers.
    pub fn is(&self, source: &ModelSource) -> bool {
        same(&self.source, source)
    }

    /// The same as the page lists it now: its file may be another than in the release in which it
    /// was chosen.
    fn as_listed(&self) -> Self {
        let catalogue = Catalogue::built_in();
        let in_type = |entry: &Rc<Entry>| Self::of(entry, "", self.source.quantization);
        let listed = catalogue.entries.iter().map(in_type);
        listed.into_iter().find(|chosen| chosen.is(&self.source)).unwrap_or_else(|| self.clone())
    }

    /// What has been kept of it.
    pub fn stored<'a>(&self, storage: &'a Storage) -> Option<&'a StoredModel> {
        storage.models.iter().find(|model| self.is(&model.source))
    }
}

impl From<&StoredModel> for Chosen {
    fn from(stored: &StoredModel) -> Self {
        Self { title: stored.title.clone(), source: stored.source.clone() }
    }
}

/// Whether both lead to one file on the device. Lengths and digests may have been found out since;
/// what was picked has no address but its title.
fn same(one: &ModelSource, other: &ModelSource) -> bool {
    one.place == other.place
        && one.weights == other.weights
        && one.quantization == other.quantization
        && (one.place != Place::Picked || one.keep == other.keep)
}

/// What the page knows of models besides the one that it works with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Library {
    /// The site's own list, once it has been read; `Err` where it cannot be.
    pub listed: Option<Result<Rc<Catalogue>, Failure>>,
    /// What is kept on the device, once that is known.
    pub storage: Option<Rc<Storage>>,
    /// The model in use, and whether it is kept.
    pub in_use: Option<Chosen>,
    pub kept: Kept,
    /// The load that it came by.
    loaded: Option<RequestId>,
    /// How often the worker has told that it is done with keeping a model.
    pub keepings: usize,
    /// The one that is to take its place.
    pub download: Option<Download>,
    /// One that could not.
    pub failed: Option<(Chosen, Failure)>,
    /// One whose kept file could not be used, and that was not fetched again without being asked.
    pub damaged: Option<Chosen>,
    /// The choice to be remembered for the next visit.
    pub remembered: Option<Chosen>,
    /// Whether the visitor ended the load that the page had begun by itself.
    declined: bool,
}

/// What the head of the page says of models.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelStatus {
    /// Title and type of the model in use.
    pub in_use: Option<(String, String)>,
    /// Title of the one on its way, and how many percent of it are there.
    pub coming: Option<(String, Option<u32>)>,
    /// Title of the one that could not be loaded.
    pub failed: Option<String>,
    /// Whether there is no model and none will come.
    pub has_failed: bool,
}

/// What can happen to it.
#[derive(Clone, Debug, PartialEq)]
pub enum LibraryAction {
    /// The site's list was read.
    Listed(Result<Rc<Catalogue>, Failure>),
    /// What is kept became known.
    Stored(Result<Storage, Failure>),
    /// A model has been asked for: by the visitor, or, `unattended`, by the page itself.
    Load {
        id: RequestId,
        chosen: Chosen,
        unattended: bool,
    },
    /// The worker has been told to pause, to go on, to end what is on its way.
    Pause,
    Resume,
    Cancel,
    /// The model in use has been given up, to make room for the next.
    GiveWay,
}

impl Library {
    /// The list to choose from.
    pub fn catalogue(&self) -> Rc<Catalogue> {
        match &self.listed {
            Some(Ok(catalogue)) => Rc::clone(catalogue),
            _ => Catalogue::built_in(),
        }
    }

    /// What the model in use can be compared with, without the hub: all that comes with the page
    /// in every type, and what is kept.
    pub fn offered(&self) -> Vec<Chosen> {
        let catalogue = self.catalogue();
        let of_site = catalogue.entries.iter().filter(|entry| entry.is_of_site());
        let in_types =
            of_site.flat_map(|entry| entry.types().iter().map(|kind| Chosen::of(entry, "", *kind)));
        let mut offered: Vec<_> = in_types.collect();
        let stored = self.storage.iter().flat_map(|storage| &storage.models);
        for model in stored.filter(|model| model.is_complete()) {
            if !offered.iter().any(|chosen| chosen.is(&model.source)) {
                offered.push(Chosen::from(model));
            }
        }
        offered
    }

    /// Whether this is the model in use.
    pub fn uses(&self, chosen: &Chosen) -> bool {
        self.in_use.as_ref().is_some_and(|in_use| in_use.is(&chosen.source))
    }

    /// What loads, if it is this.
    pub fn download_of(&self, chosen: &Chosen) -> Option<&Download> {
        self.download.as_ref().filter(|download| download.chosen.is(&chosen.source))
    }

    /// Why it could not be loaded, if it could not.
    pub fn failure_of(&self, chosen: &Chosen) -> Option<&Failure> {
        let of = |(failed, _): &&(Chosen, Failure)| failed.is(&chosen.source);
        self.failed.as_ref().filter(of).map(|(_, failure)| failure)
    }

    /// The model that was on its way does not come.
    fn end_download(&mut self) {
        if let Some(ended) = self.download.take() {
            self.declined = true;
            if ended.damaged {
                self.damaged = Some(ended.chosen);
            }
        }
    }

    /// Whether it is in use and, while not all of it is there, still being put on the device; or was
    /// a moment ago: what is kept now is then asked for.
    pub fn is_being_kept(&self, chosen: &Chosen) -> bool {
        matches!(self.kept, Kept::Underway | Kept::Yes) && self.uses(chosen)
    }

    /// The model of a load has been kept, or has not.
    pub(super) fn end_keeping(&mut self, id: RequestId, kept: Kept) {
        self.keepings += 1;
        if self.loaded == Some(id) {
            self.kept = kept;
        }
    }

    /// What has been kept of it.
    pub fn stored(&self, chosen: &Chosen) -> Option<&StoredModel> {
        chosen.stored(self.storage.as_deref()?)
    }
}

impl State {
    /// What the head of the page says of models.
    pub fn model_status(&self) -> ModelStatus {
        let Library { in_use, download, failed, .. } = &self.library;
        let kind = match &self.model {
            Model::Ready(summary) => Some(summary.kind.clone()),
            _ => None,
        };
        let title = in_use.as_ref().map(|chosen| chosen.title.clone()).unwrap_or_default();
        ModelStatus {
            in_use: kind.map(|kind| (title, kind)),
            coming: download.as_ref().map(|download| {
                let percent = download.share().map(|share| (share * 100.0) as u32);
                (download.chosen.title.clone(), percent)
            }),
            failed: failed.as_ref().map(|(chosen, _)| chosen.title.clone()),
            has_failed: matches!(self.model, Model::Failed(_)),
        }
    }

    /// What is to be loaded without anyone asking, if there is anything: while there is no model,
    /// the choice of an earlier visit where that needs nobody's network but the site's own, else
    /// the model that comes with the page.
    pub fn wanted(&self, remembered: Option<&Chosen>) -> Option<Chosen> {
        let library = &self.library;
        if !matches!(self.model, Model::Loading { .. }) || library.download.is_some() {
            return None;
        }
        let Some(remembered) = remembered.filter(|_| library.failed.is_none() && !library.declined)
        else {
            return Chosen::first();
        };
        let comes_with_the_page = matches!(remembered.source.place, Place::Site { .. })
            && remembered.source.keep.is_none();
        if comes_with_the_page {
            return Some(remembered.as_listed());
        }
        // Whether it is kept has to be known first.
        let storage = library.storage.as_deref()?;
        let kept = remembered.stored(storage).filter(|stored| stored.is_complete());
        kept.map_or_else(Chosen::first, |stored| Some(Chosen::from(stored)))
    }

    pub(super) fn apply_library(&mut self, action: LibraryAction) {
        let library = &mut self.library;
        match action {
            LibraryAction::Listed(listed) => library.listed = Some(listed),
            LibraryAction::Stored(storage) => {
                library.storage = Some(Rc::new(storage.unwrap_or_default()));
            }
            LibraryAction::Load { id, chosen, unattended } => {
                if matches!(self.model, Model::Failed(_)) {
                    self.model = Model::Loading { received: 0, total: 0 };
                }
                if !unattended {
                    library.failed = None;
                    library.damaged = None;
                }
                library.download = Some(Download::new(id, chosen, unattended));
            }
            LibraryAction::Pause => self.turn(Flow::Paused),
            LibraryAction::Resume => self.turn(Flow::Coming),
            LibraryAction::Cancel => library.end_download(),
            LibraryAction::GiveWay => {
                self.model = Model::Loading { received: 0, total: 0 };
                library.in_use = None;
                library.loaded = None;
                library.kept = Kept::NotAsked;
            }
        }
    }

    fn turn(&mut self, flow: Flow) {
        if let Some(download) = &mut self.library.download {
            download.turn(flow);
        }
    }

    /// Takes in what the worker says of the model on its way; `false` if it is of something else.
    pub(super) fn receive_download(&mut self, event: &Event, now: f64) -> bool {
        let library = &mut self.library;
        let Some(download) = &mut library.download else { return false };
        if event.id() != Some(download.id) {
            return false;
        }
        match event {
            Event::Progress { received, total, from_device, .. } => {
                download.progress(*received, *total, *from_device, now);
                if matches!(self.model, Model::Loading { .. }) {
                    self.model =
                        Model::Loading { received: download.received, total: download.total };
                }
            }
            Event::Waiting { failure, seconds, .. } => {
                let until = now + f64::from(*seconds) * 1000.0;
                download.turn(Flow::Waiting { failure: failure.clone(), until });
            }
            Event::Damaged { .. } => {
                download.turn(Flow::Coming);
                download.damaged = true;
            }
            Event::Loaded { id, model, kept, .. } => {
                let Download { chosen, unattended, .. } = download.clone();
                if !unattended {
                    library.remembered = Some(chosen.clone());
                }
                library.in_use = Some(chosen);
                library.loaded = Some(*id);
                library.kept = kept.clone();
                library.download = None;
                self.use_model(model.clone());
            }
            Event::Failed { failure, .. } => {
                let chosen = download.chosen.clone();
                library.download = None;
                // The one that comes with the page is the last that is tried.
                let last = chosen.is_first();
                library.failed = Some((chosen, failure.clone()));
                if last && matches!(self.model, Model::Loading { .. }) {
                    self.fail(failure.clone());
                }
            }
            // Cancelled, or not on the device and fetched only for someone who asks for it.
            Event::Completed { .. } => library.end_download(),
            _ => return false,
        }
        true
    }

    /// Works with `model` from now on.
    fn use_model(&mut self, model: ModelSummary) {
        self.loads += 1;
        // Another vocabulary cuts the same text otherwise, and its numbers mean other texts.
        self.cut = None;
        self.runs.be_read_by(model.vocab_size);
        let vocab_size = model.vocab_size;
        self.model = Model::Ready(model);
        if let Some(mark) = self.mark() {
            self.runs.mark_waiting(&mark, vocab_size);
        }
    }
}

#[cfg(test)]
mod tests;
