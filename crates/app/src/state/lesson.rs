//! The lessons that are there, the page that is open, and what the visitor has done on each.
//!
//! While a page is open, its scene lies on the desk; the visitor's own desks and runs are set
//! aside and come back afterwards. When a task is done is up to `zeroshot_lessons`.

use super::{
    Action, Cut, Desk, Phase, Playground, Run, Runs, SettingsForm, State, Step, Steps, View, edit,
};
use crate::examples;
use std::{
    collections::{BTreeMap, HashMap},
    rc::Rc,
};
use zeroshot_lessons::{Doings, Fault, Index, Lesson, Page, Recording, RunDone, Scene, ViewName};
use zeroshot_prompting::Input;
use zeroshot_protocol::{Event, Failure, RequestId};

/// Why a lesson is not there.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// Its file could not be had.
    Failure(Failure),
    /// Its file is no sound lesson.
    Fault { file: String, fault: Fault },
}

/// A page of a lesson.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageId {
    pub lesson: String,
    /// From 0.
    pub page: usize,
}

/// The lessons that are there, the page that is open, and what has been done.
#[derive(Clone, Debug, Default)]
pub struct Lessons {
    /// Which lessons the site offers, once that is known.
    pub index: Option<Result<Rc<Index>, Trouble>>,
    /// The lessons that have arrived or could not, by id.
    pub shelf: BTreeMap<String, Result<Rc<Lesson>, Trouble>>,
    recordings: HashMap<String, Rc<Recording>>,
    open: Option<Open>,
    doings: HashMap<PageId, Doings>,
}

impl PartialEq for Lessons {
    /// What is one and the same need not be read through, as it would be at every drawing.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
            || (self.open == other.open
                && self.doings == other.doings
                && self.index == other.index
                && self.shelf == other.shelf
                && self.recordings == other.recordings)
    }
}

/// The page that is open.
#[derive(Clone, Debug, PartialEq)]
struct Open {
    at: PageId,
    /// Runs of this page that have not come to an end.
    watched: Vec<RequestId>,
    aside: Rc<Aside>,
}

/// What the visitor was at before the lesson.
#[derive(Clone, Debug, PartialEq)]
struct Aside {
    playground: Playground,
    runs: Runs,
    steps: Steps,
    view: Option<View>,
}

/// What can happen to lessons.
#[derive(Clone, Debug, PartialEq)]
pub enum LessonAction {
    /// The list of lessons has arrived, or could not.
    Indexed(Result<Rc<Index>, Trouble>),
    /// A lesson has arrived, or could not.
    Arrived { id: String, lesson: Result<Rc<Lesson>, Trouble> },
    /// What a model said to a lesson has arrived.
    Recorded { id: String, recording: Rc<Recording> },
    /// A page is opened.
    Enter(PageId),
    /// The visitor goes back to what was set aside.
    Leave,
    /// Shots are compared side by side.
    Compared,
    /// An answer is chosen for the task of this number.
    Answer { task: usize, choice: usize },
}

impl Lessons {
    /// The lesson of this id, if it has arrived and is sound.
    pub fn lesson(&self, id: &str) -> Option<&Rc<Lesson>> {
        self.shelf.get(id)?.as_ref().ok()
    }

    /// What a model said to the lesson of this id.
    pub fn recording(&self, id: &str) -> Option<&Rc<Recording>> {
        self.recordings.get(id)
    }

    /// Entries of the vocabulary of the model that was recorded for the lesson that is open.
    pub fn recorded_vocabulary(&self) -> Option<usize> {
        Some(self.recording(&self.open()?.lesson)?.vocab_size)
    }

    /// The page that is open.
    pub fn open(&self) -> Option<&PageId> {
        self.open.as_ref().map(|open| &open.at)
    }

    fn open_page(&self) -> Option<&Page> {
        let at = self.open()?;
        self.lesson(&at.lesson)?.pages.get(at.page)
    }

    fn open_scene(&self) -> Option<&Scene> {
        self.open_page()?.scene.as_ref()
    }

    /// The answer that would be right in the scene that is open, as long as its input stands.
    pub fn expected(&self, input: &Input) -> Option<&str> {
        let scene = self.open_scene().filter(|scene| scene.input == *input)?;
        scene.expected.as_deref()
    }

    /// What has been done on a page.
    pub fn doings(&self, at: &PageId) -> Doings {
        self.doings.get(at).cloned().unwrap_or_default()
    }

    /// How many of a lesson's tasks have been done, and how many there are.
    pub fn done(&self, lesson: &Lesson) -> (usize, usize) {
        let of_page = |(page, content): (usize, &Page)| {
            let doings = self.doings(&PageId { lesson: lesson.id.clone(), page });
            let checks = content.checks.iter().enumerate();
            let done = checks.filter(|(number, check)| check.task.is_done(*number, &doings));
            (done.count(), content.checks.len())
        };
        let pages = lesson.pages.iter().enumerate().map(of_page);
        pages.fold((0, 0), |sum, page| (sum.0 + page.0, sum.1 + page.1))
    }

    fn doings_here(&mut self) -> Option<&mut Doings> {
        let at = self.open()?.clone();
        Some(self.doings.entry(at).or_default())
    }
}

/// A desk with a scene on it.
fn desk_of(scene: &Scene) -> Desk {
    let examples = examples::set();
    let mut desk = Playground::new(examples).desk_of(scene.input.task()).clone();
    let shots = scene.shots(examples);
    desk.lay(scene.template(), scene.input.clone(), &shots, examples);
    desk.n_shots = scene.shot_count.min(desk.shots().len());
    desk.settings = SettingsForm::from(&scene.decoding());
    desk.settings.keep_seed = scene.settings.seed.is_some();
    let written = desk.written();
    let edited = scene.prompt.as_ref().filter(|text| **text != written.text());
    desk.edited = edited.map(|text| edit::edited(&written, text));
    desk
}

/// The view of this name.
fn view_of(name: ViewName) -> Option<View> {
    View::ALL.into_iter().find(|view| view.id() == name.id())
}

/// The name of a view, where a lesson knows it.
fn name_of(view: View) -> Option<ViewName> {
    let names = [ViewName::Tokens, ViewName::Shots, ViewName::Attention, ViewName::Layers];
    names.into_iter().find(|name| name.id() == view.id())
}

impl State {
    pub(super) fn lesson(&mut self, action: LessonAction) {
        let lessons = Rc::make_mut(&mut self.lessons);
        match action {
            LessonAction::Indexed(index) => lessons.index = Some(index),
            LessonAction::Arrived { id, lesson } => {
                // A lesson that is there stays when its file cannot be had again.
                if lesson.is_ok() || lessons.lesson(&id).is_none() {
                    lessons.shelf.insert(id, lesson);
                }
            }
            LessonAction::Recorded { id, recording } => {
                lessons.recordings.insert(id, recording);
            }
            LessonAction::Enter(at) => self.enter(at),
            LessonAction::Leave => self.leave(),
            LessonAction::Compared => {
                if let Some(doings) = lessons.doings_here() {
                    doings.compared = true;
                }
            }
            LessonAction::Answer { task, choice } => {
                if let Some(doings) = lessons.doings_here() {
                    doings.answered(task, choice);
                }
            }
        }
    }

    fn enter(&mut self, at: PageId) {
        let lessons = Rc::make_mut(&mut self.lessons);
        let aside = match lessons.open.take() {
            Some(open) => open.aside,
            None => {
                self.runs.leave_active();
                Rc::new(Aside {
                    playground: self.playground.clone(),
                    runs: std::mem::take(&mut self.runs),
                    steps: std::mem::take(&mut self.steps),
                    view: self.view,
                })
            }
        };
        lessons.open = Some(Open { at, watched: Vec::new(), aside });
        self.runs = Runs::default();
        self.steps = Steps::default();
        self.view = None;
        self.notice = None;
        if let Some(scene) = self.lessons.open_scene() {
            let desk = desk_of(scene);
            self.view = scene.view.and_then(view_of);
            self.playground.lay(scene.input.task(), desk);
        }
    }

    fn leave(&mut self) {
        if let Some(open) = Rc::make_mut(&mut self.lessons).open.take() {
            let aside = Rc::unwrap_or_clone(open.aside);
            self.playground = aside.playground;
            self.runs = aside.runs;
            self.steps = aside.steps;
            self.view = aside.view;
            self.notice = None;
        }
    }

    /// Notes what `action`, which is about to be carried out, means for the page that is open.
    pub(super) fn note(&mut self, action: &Action) {
        if self.lessons.open.is_none() {
            return;
        }
        let branches = matches!(action, Action::Branch { .. }) && self.run().is_some();
        let lessons = Rc::make_mut(&mut self.lessons);
        match action {
            Action::Begin { id, .. }
            | Action::Continue { id }
            | Action::Step { id, step: Step::Draw, .. } => {
                if let Some(open) = &mut lessons.open {
                    open.watched.push(*id);
                }
            }
            Action::Look(Some(view)) => {
                if let (Some(view), Some(doings)) = (name_of(*view), lessons.doings_here()) {
                    doings.looked(view);
                }
            }
            Action::Branch { .. } if branches => {
                if let Some(doings) = lessons.doings_here() {
                    doings.branched = true;
                }
            }
            _ => {}
        }
    }

    /// After `action` was carried out: plays what was recorded where a run would have to wait for
    /// a model, and notes the runs that have come to an end.
    pub(super) fn follow(&mut self, ends: bool) {
        if !ends || self.lessons.open.as_ref().is_none_or(|open| open.watched.is_empty()) {
            return;
        }
        self.play_recorded();
        let ended = |run: &&Rc<Run>| matches!(run.phase, Phase::Recorded | Phase::Finished(_));
        let open = self.lessons.open.iter();
        let watched = open.flat_map(|open| &open.watched).filter_map(|id| self.runs.by_id(*id));
        let ended: Vec<Rc<Run>> = watched.filter(ended).cloned().collect();
        if ended.is_empty() {
            return;
        }
        let done: Vec<_> = ended.iter().filter_map(|run| self.run_done(run)).collect();
        let lessons = Rc::make_mut(&mut self.lessons);
        if let Some(open) = &mut lessons.open {
            open.watched.retain(|id| ended.iter().all(|run| run.id != *id));
        }
        if let Some(doings) = lessons.doings_here() {
            done.into_iter().for_each(|run| doings.ran(run));
        }
    }

    /// What there is to note of a run.
    fn run_done(&self, run: &Run) -> Option<RunDone> {
        let scene = self.lessons.open_scene()?;
        let desk = run.desk.as_deref()?;
        let changed = if desk.edited.is_some() {
            let input = |run: &RunDone| run.input.clone();
            let of_scene = desk_of(scene).prompt();
            let new = |prompt| RunDone::new(prompt, false, "", run.decoding.clone());
            input(&new(&run.prompt)) != input(&new(&of_scene))
        } else {
            desk.input != scene.input
        };
        Some(RunDone::new(&run.prompt, changed, desk.template.id, run.decoding.clone()))
    }

    /// Puts what was recorded in the place of a run that waits for a model or has failed for want
    /// of one.
    fn play_recorded(&mut self) {
        if matches!(self.model, super::Model::Ready(_)) {
            return;
        }
        let wants = |run: &&Rc<Run>| matches!(run.phase, Phase::Waiting | Phase::Failed(_));
        let Some(open) = &self.lessons.open else { return };
        let waiting = open.watched.iter().filter_map(|id| self.runs.by_id(*id)).find(wants);
        let recording = self.lessons.recording(&open.at.lesson);
        let Some((run, recording)) = waiting.zip(recording) else { return };
        if let Some(take) = recording.take(&run.prompt.text(), &run.decoding) {
            let mut played = Run::clone(run);
            played.phase = Phase::Recorded;
            played.text.clone_from(&take.text);
            played.predictions = take.predictions.iter().cloned().map(Rc::new).collect();
            played.vocab_size = Some(recording.vocab_size);
            let id = run.id;
            // As the tokenizer of the model that is not there would cut it.
            let pieces = Rc::new(take.pieces.clone());
            self.cut = Some(Cut { text: take.prompt.clone(), pieces });
            self.runs.replace(id, played);
        }
    }
}

/// Whether a run may come to an end by `action`.
pub fn may_end_runs(action: &Action) -> bool {
    match action {
        Action::Begin { .. } | Action::Stop => true,
        Action::Events { events, .. } => events.iter().any(|event| {
            matches!(event, Event::Done { .. } | Event::Failed { .. } | Event::Ready { .. })
        }),
        Action::Lesson(LessonAction::Recorded { .. }) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
