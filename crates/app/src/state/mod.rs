//! All that the page knows, as one value that only [`State::reduce`] changes.
//!
//! Pure: no browser, no worker. What has to be sent to the worker is up to `app`.

mod action;
mod archive;
mod cut;
mod decimal;
mod edit;
mod gaze;
mod history;
mod lens;
mod lesson;
pub mod measures;
mod models;
mod places;
mod playground;
mod projector;
mod receive;
mod route;
mod run;
mod runs;
mod settings;
mod setup;
mod share;
mod shot_curve;
mod shot_list;
mod step;
mod transcript;
mod undo;
mod versus;
mod view;
mod vocabulary;
mod words;

pub use action::{Action, Notice};
pub use archive::{
    ImportError, MOST_BYTES, Place as ImportPlace, RunFault, read as read_runs, write as write_runs,
};
pub use cut::Cut;
pub use gaze::{Gaze, look_by_region, mean, percent, strongest, without_first};
pub use history::{Entry, entries, first_words};
pub use lens::{Lens, window};
pub use lesson::{LessonAction, Lessons, PageId, Trouble};
pub use models::{
    Chosen, Device, Download, Flow, Library, LibraryAction, ModelStatus, Obstacle, best_type, fit,
    must_give_way, needed, too_little_room,
};
pub use places::{Place, places};
pub use playground::{Desk, DeskAction, MAX_SHOTS, Playground};
pub use projector::{Projector, Uncover};
pub use route::Route;
pub use run::{Given, Phase, Run, text_of};
pub use runs::{MOST_RUNS, Runs};
pub use settings::{Setting, SettingsForm, Unusable};
pub use setup::{ModelMark, Setup, SetupFault};
pub use share::{LinkError, Linked};
pub use shot_curve::{
    Change, Measure, ORDERS, Score, Trial, as_continuation, change, found, largest_factor, trials,
};
pub use shot_list::Slot;
pub use step::Step;
pub use transcript::{Region, Span, Transcript, context_without_shots, shot_count};
pub use undo::Steps;
pub use versus::{Parting, parting, same_answer};
pub use view::View;
pub use words::MaskedWords;

use crate::examples;
use share::decode as decode_link;
use std::rc::Rc;
use undo::{Snapshot, Typing};
use yew::Reducible;
use zeroshot_prompting::Task;
use zeroshot_protocol::{Build, Failure, ModelSummary, RequestId};

/// Where the model is.
#[derive(Clone, Debug, PartialEq)]
pub enum Model {
    /// The worker has not yet said a word.
    Starting,
    Loading {
        received: u64,
        total: u64,
    },
    Ready(ModelSummary),
    Failed(Failure),
}

/// All that the page knows.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub playground: Playground,
    pub model: Model,
    /// What the worker was compiled for, and its threads, once it is up.
    pub engine: Option<(Build, usize)>,
    pub library: Library,
    /// The model that it is compared with, if one has been asked for.
    pub rival: Option<Model>,
    /// How many models have been loaded so far.
    pub loads: u32,
    pub runs: Runs,
    /// The tokens of the last prompt that was cut.
    pub cut: Option<Cut>,
    /// The view that is open.
    pub view: Option<View>,
    /// Why the visitor's last wish could not be carried out; nothing to do with the model.
    pub notice: Option<Notice>,
    /// What came by a link last.
    linked: Option<Linked>,
    /// The page on the wall of a class, while it is.
    pub projector: Option<Projector>,
    /// What is not to be read there.
    pub masked: MaskedWords,
    /// What was done at the desks.
    pub steps: Steps,
    /// Whether the visitor has had anything run.
    pub has_run: bool,
    pub lessons: Rc<Lessons>,
    tokenizing: Option<(RequestId, String)>,
    /// The request that loads the rival.
    loading_rival: Option<RequestId>,
}

impl Default for State {
    fn default() -> Self {
        let playground = Playground::new(examples::set());
        let mut state = Self {
            playground,
            model: Model::Starting,
            engine: None,
            library: Library::default(),
            rival: None,
            loads: 0,
            runs: Runs::default(),
            cut: None,
            view: None,
            notice: None,
            linked: None,
            projector: None,
            masked: MaskedWords::default(),
            steps: Steps::default(),
            has_run: false,
            lessons: Rc::default(),
            tokenizing: None,
            loading_rival: None,
        };
        for task in Task::ALL {
            state.playground.task = task;
            state.show_recorded();
        }
        state.playground.task = Task::Translate;
        state
    }
}

impl State {
    /// The open desk.
    pub fn desk(&self) -> &Desk {
        self.playground.desk()
    }

    /// The run that belongs to what the open desk shows: one of just this prompt.
    pub fn run(&self) -> Option<&Rc<Run>> {
        self.runs.shown(self.playground.task, &self.desk().prompt())
    }

    /// The run that the model is at work on, at whichever desk.
    pub fn active_run(&self) -> Option<&Rc<Run>> {
        self.runs.active()
    }

    /// The positions of the model's context, once it is there.
    pub fn n_positions(&self) -> Option<usize> {
        match &self.model {
            Model::Ready(summary) => Some(summary.n_positions),
            _ => None,
        }
    }

    /// The model that is there, for whoever wants to know later which it was.
    pub fn mark(&self) -> Option<ModelMark> {
        let Model::Ready(summary) = &self.model else { return None };
        let title = self.library.in_use.as_ref().map(|chosen| chosen.title.as_str());
        Some(ModelMark::of(summary, title))
    }

    /// Shows the recorded answer of the example that was picked, where it has one for this prompt.
    fn show_recorded(&mut self) {
        let desk = self.desk();
        let example = desk.example.as_deref().and_then(|id| examples::set().by_id(id));
        let recorded = example.and_then(|example| {
            let recorded = example.recorded.as_ref()?;
            let fits = recorded.template == desk.template.id
                && examples::set().prompt_of(example, desk.template) == desk.prompt();
            fits.then_some(recorded)
        });
        if let Some(recorded) = recorded {
            let (task, text) = (self.playground.task, recorded.text.clone());
            let mut run = Run::recorded(task, desk.prompt(), desk.keep(), text);
            run.desk = Some(Rc::new(desk.clone()));
            self.runs.begin(run);
        }
    }

    /// A run for the model that is there. It cannot wait for one that will not come.
    fn unless_failed(&self, mut run: Run) -> Run {
        match &self.model {
            Model::Failed(failure) => run.phase = Phase::Failed(failure.clone()),
            Model::Ready(summary) => {
                run.model = self.mark();
                run.vocab_size = Some(summary.vocab_size);
            }
            _ => {}
        }
        run
    }

    /// Lays a desk that was there before.
    fn lay_again(&mut self, snapshot: Option<Snapshot>) {
        if let Some(Snapshot { task, desk }) = snapshot {
            self.playground.lay(task, Rc::unwrap_or_clone(desk));
            self.notice = None;
        }
    }

    /// Lays something else on the desk of a task; what lay there can be had back.
    fn lay(&mut self, task: Task, desk: Desk) {
        let before = Rc::new(self.playground.desk_of(task).clone());
        self.steps.record(task, before, None);
        self.playground.lay(task, desk);
        self.notice = None;
    }

    fn open_link(&mut self, link: &str) -> Result<(), LinkError> {
        let setup = decode_link(link)?;
        let task = setup.input.task();
        let desk = setup.lay_on(self.playground.desk_of(task)).map_err(LinkError::Setup)?;
        self.lay(task, desk.clone());
        self.linked = Some(Linked { task, desk: Rc::new(desk), model: setup.model });
        Ok(())
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut state = Rc::unwrap_or_clone(self);
        let may_end_runs = lesson::may_end_runs(&action);
        state.note(&action);
        match action {
            Action::Open(task) => {
                state.playground.task = task;
                state.steps.pause();
                state.notice = None;
            }
            Action::Desk(action) => {
                let picked = matches!(action, DeskAction::PickExample(_));
                let (task, before) = (state.playground.task, Rc::new(state.desk().clone()));
                let typing = Typing::of(&before, &action);
                state.playground.apply(action, examples::set());
                if state.desk() != &*before {
                    state.steps.record(task, before, typing);
                }
                state.notice = None;
                if picked && state.run().is_none() {
                    state.show_recorded();
                }
            }
            Action::Undo => {
                let State { steps, playground, .. } = &mut state;
                let snapshot = steps.undo(|task| Rc::new(playground.desk_of(task).clone()));
                state.lay_again(snapshot);
            }
            Action::Redo => {
                let State { steps, playground, .. } = &mut state;
                let snapshot = steps.redo(|task| Rc::new(playground.desk_of(task).clone()));
                state.lay_again(snapshot);
            }
            Action::OpenLink(link) => {
                if let Err(error) = state.open_link(&link) {
                    state.notice = Some(Notice::Link(error));
                }
            }
            Action::Begin { id, prompt, decoding } => {
                state.steps.pause();
                state.has_run = true;
                let (task, desk) = (state.playground.task, state.desk());
                let seed = decoding.seed.to_string();
                let mut run = Run::begin(id, task, prompt, decoding, desk.keep());
                run.desk = Some(Rc::new(desk.clone()));
                state.notice = None;
                state.runs.begin(state.unless_failed(run));
                let seed = DeskAction::Set(Setting::Seed, seed);
                state.playground.apply(seed, examples::set());
            }
            Action::Continue { id } => {
                if let Some((old, run)) = state.run().map(|run| (run.id, run.continued(id))) {
                    state.notice = None;
                    state.runs.replace(old, state.unless_failed(run));
                }
            }
            Action::Branch { id, at, token } => {
                if let Some(run) = state.run().and_then(|run| run.branched(id, at, token)) {
                    state.notice = None;
                    state.runs.begin(state.unless_failed(run));
                }
            }
            Action::Step { id, decoding, step } => {
                state.has_run = true;
                state.step(id, decoding, step);
            }
            // A run that the worker works on ends with its own word; one that waits, at once.
            Action::Stop => state.runs.stop_waiting(),
            Action::ShowRun(id) => {
                if let Some(run) = state.runs.by_id(id).cloned() {
                    if let Some(desk) = &run.desk {
                        state.lay(run.task, Desk::clone(desk));
                    }
                    state.runs.choose(id);
                    state.notice = None;
                }
            }
            Action::NameRun(id, name) => state.runs.name(id, &name),
            Action::RemoveRun(id) => state.runs.remove(id),
            Action::Import(runs) => {
                state.runs.add(runs);
                state.notice = None;
            }
            Action::Project(projected) => {
                let projector = Projector { uncovered: None, tells_keys: true };
                state.projector = projected.then_some(projector);
            }
            Action::Uncover(what) => state.uncover(what),
            Action::Mask(text) => state.masked = MaskedWords::parse(&text),
            Action::Look(view) => state.view = view,
            Action::Tokenize { id, prompt } => state.tokenizing = Some((id, prompt)),
            Action::GiveUpRival => {
                state.loading_rival = None;
                state.rival = None;
            }
            Action::LoadRival { id } => {
                state.loading_rival = Some(id);
                state.rival = Some(Model::Starting);
            }
            Action::Events { events, now } => {
                events.into_iter().for_each(|event| state.receive(event, now));
            }
            Action::Lesson(action) => state.lesson(action),
            Action::Library(action) => state.apply_library(action),
            Action::Notice(notice) => state.notice = Some(notice),
        }
        state.follow(may_end_runs);
        Rc::new(state)
    }
}

#[cfg(test)]
mod tests;
