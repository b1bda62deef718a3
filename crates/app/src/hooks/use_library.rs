//! What the page asks the worker for its models: the first one, what is kept, the site's list; and
//! what a click on the models page sets off.

use super::{Asked, WorkerHandle};
use crate::{
    catalogue::Catalogue,
    device,
    state::{Action, Chosen, LibraryAction, Model, State},
};
use std::rc::Rc;
use web_sys::File;
use yew::prelude::*;
use zeroshot_protocol::{Event, Failure, ModelSource, Request, RequestId, Seat};

/// Has models fetched, deleted and described.
#[derive(Clone, PartialEq)]
pub struct Loader {
    pub worker: WorkerHandle,
    pub dispatcher: UseReducerDispatcher<State>,
}

impl Loader {
    fn tell(&self, action: LibraryAction) {
        self.dispatcher.dispatch(Action::Library(action));
    }

    fn load(&self, chosen: Chosen, files: &[File], unattended: bool) {
        let id = self.worker.new_id();
        let model = chosen.source.clone();
        self.tell(LibraryAction::Load { id, chosen, unattended });
        let request = Request::Load { id, seat: Seat::Main, model, unattended };
        self.worker.post_with(&request, files);
    }

    /// Loads a model that the visitor has asked for, and whose `files` he may have picked; the one
    /// in use `gives_way` where both have no room.
    pub fn get(&self, chosen: Chosen, files: &[File], gives_way: bool) {
        if gives_way {
            let id = self.worker.new_id();
            self.worker.post(&Request::Unload { id, seat: Seat::Main });
            self.tell(LibraryAction::GiveWay);
        }
        self.load(chosen, files, false);
    }

    pub fn pause(&self, id: RequestId) {
        self.worker.post(&Request::Pause { id });
        self.tell(LibraryAction::Pause);
    }

    /// Goes on with what was paused, or tries again at once.
    pub fn resume(&self, id: RequestId) {
        self.worker.post(&Request::Resume { id });
        self.tell(LibraryAction::Resume);
    }

    /// Ends a load. What had arrived is kept.
    pub fn cancel(&self, id: RequestId) {
        self.worker.post(&Request::Cancel { id });
        self.tell(LibraryAction::Cancel);
    }

    /// Asks what a model is and takes.
    pub fn describe(
        &self,
        model: ModelSource,
        files: &[File],
        on_events: Callback<Vec<Event>>,
    ) -> Asked {
        self.worker.ask_with(|id| Request::Describe { id, model }, files, on_events)
    }

    /// Deletes kept models; all of them where `keys` is empty.
    pub fn forget(&self, keys: Vec<String>) -> Asked {
        self.worker.ask(|id| Request::Forget { id, keys }, self.on_stored())
    }

    fn ask_what_is_kept(&self) -> Asked {
        self.worker.ask(|id| Request::Storage { id }, self.on_stored())
    }

    fn on_stored(&self) -> Callback<Vec<Event>> {
        let loader = self.clone();
        Callback::from(move |events: Vec<Event>| {
            for event in events {
                match event {
                    Event::Stored { storage, .. } => {
                        loader.tell(LibraryAction::Stored(Ok(storage)));
                    }
                    Event::Failed { failure, .. } => {
                        loader.tell(LibraryAction::Stored(Err(failure)));
                    }
                    _ => {}
                }
            }
        })
    }

    fn ask_for_the_list(&self) -> Asked {
        let loader = self.clone();
        let on_events = Callback::from(move |events: Vec<Event>| {
            for event in events {
                let listed = match event {
                    Event::Document { text, .. } => Catalogue::from_json(&text)
                        .map(Rc::new)
                        .ok_or_else(|| Failure::FileInvalid {
                            file: LIST.to_owned(),
                            detail: "not a list of models".to_owned(),
                        }),
                    Event::Failed { failure, .. } => Err(failure),
                    _ => continue,
                };
                loader.tell(LibraryAction::Listed(listed));
            }
        });
        self.worker.ask(|id| Request::Document { id, path: LIST.to_owned() }, on_events)
    }
}

/// The site's list of models.
const LIST: &str = "models/index.json";

/// Keeps what the page knows of its models true; `shows_models` while the visitor can choose one.
#[hook]
pub fn use_library(
    state: &UseReducerHandle<State>,
    worker: &WorkerHandle,
    shows_models: bool,
) -> Loader {
    let loader = Loader { worker: worker.clone(), dispatcher: state.dispatcher() };
    let library = &state.library;
    let is_up = state.model != Model::Starting;
    let remembered = use_memo((), |()| device::remembered());
    {
        let loader = loader.clone();
        use_effect_with(state.wanted((*remembered).as_ref()), move |wanted| {
            if let Some(chosen) = wanted {
                loader.load(chosen.clone(), &[], true);
            }
        });
    }
    {
        // After every load, whenever one has ended otherwise, and when its model has been put on the
        // device, more or less is kept.
        let loader = loader.clone();
        let on_its_way = library.download.as_ref().map(|download| download.id);
        let changes = (state.loads, on_its_way, library.keepings);
        use_effect_with((is_up, shows_models, changes), move |(is_up, ..)| {
            let asked = is_up.then(|| loader.ask_what_is_kept());
            move || drop(asked)
        });
    }
    {
        let loader = loader.clone();
        use_effect_with(is_up && shows_models, move |shows| {
            let asked = shows.then(|| loader.ask_for_the_list());
            move || drop(asked)
        });
    }
    use_effect_with(library.remembered.clone(), |remembered| {
        if let Some(chosen) = remembered {
            device::remember(chosen);
        }
    });
    loader
}
