//! The desks of the playground, one for each task: what the visitor filled in, the wording, the
//! shots, the settings, and the prompt that follows from them or was edited by hand.
//!
//! Pure data and its changes; drawing is the components', running is `run`'s.

use super::{
    edit,
    settings::{Setting, SettingsForm},
    shot_list::{ShotList, Slot},
};
use zeroshot_prompting::{
    Example, ExampleSet, Input, Keep, Language, Marks, Prompt, Shot, Task, Template,
};

/// Shots that a prompt can have.
pub const MAX_SHOTS: usize = 5;

/// What lies on the desk of one task.
#[derive(Clone, Debug, PartialEq)]
pub struct Desk {
    pub input: Input,
    pub template: &'static Template,
    /// What is put in place of the template's own labels and signs.
    pub marks: Marks,
    /// How many of the shots stand in the prompt.
    pub n_shots: usize,
    pub settings: SettingsForm,
    /// The prompt as the visitor edited it; then the fields no longer write it.
    pub edited: Option<Prompt>,
    /// The [`Example::id`] that was picked last.
    pub example: Option<String>,
    /// The shots to choose from, for each kind of input that was open.
    shots: Vec<(ShotKind, ShotList)>,
}

/// Inputs that can share their shots: those of one task, and of one direction of translation.
type ShotKind = Option<(Language, Language)>;

fn shot_kind(input: &Input) -> ShotKind {
    match input {
        Input::Translate { from, to, .. } => Some((*from, *to)),
        _ => None,
    }
}

impl Desk {
    fn new(task: Task, examples: &ExampleSet) -> Self {
        let template = Template::default_of(task);
        let mut desk = Self {
            input: Input::empty(task),
            template,
            marks: Marks::default(),
            n_shots: template.usual_shots,
            settings: SettingsForm::from(&template.recipe().decoding),
            edited: None,
            example: None,
            shots: Vec::new(),
        };
        match examples.of(task).next() {
            Some(example) => desk.pick(example, examples),
            None => desk.open_shots(examples),
        }
        desk
    }

    /// The whole text that the model will get, in its parts.
    pub fn prompt(&self) -> Prompt {
        self.edited.clone().unwrap_or_else(|| self.written())
    }

    /// The prompt that the fields write.
    pub fn written(&self) -> Prompt {
        self.written_with(&self.standing())
    }

    /// The prompt that the fields write with other shots.
    pub fn written_with(&self, shots: &[Shot]) -> Prompt {
        self.template.render_with(&self.input, shots, &self.marks)
    }

    /// Whether there is nothing to run.
    pub fn is_blank(&self) -> bool {
        self.edited
            .as_ref()
            .map_or_else(|| self.input.is_blank(), |prompt| prompt.text().trim().is_empty())
    }

    /// What of the continuation is the answer.
    pub fn keep(&self) -> Keep {
        self.template.recipe().keep
    }

    /// The shots of this input, those in the prompt first; at least [`MAX_SHOTS`] but for a task
    /// that takes none.
    pub fn shots(&self) -> &[Shot] {
        self.shot_list().map_or(&[], ShotList::shots)
    }

    /// What is known of each of the shots beside its text.
    pub fn slots(&self) -> &[Slot] {
        self.shot_list().map_or(&[], ShotList::slots)
    }

    /// The shots in the prompt; those that are off are empty.
    pub fn standing(&self) -> Vec<Shot> {
        self.shot_list().map_or_else(Vec::new, |shots| shots.standing(self.n_shots))
    }

    /// The shots that could stand in the prompt.
    pub fn usable_shots(&self) -> Vec<Shot> {
        self.shot_list().map_or_else(Vec::new, ShotList::usable)
    }

    fn shot_list(&self) -> Option<&ShotList> {
        let kind = shot_kind(&self.input);
        self.shots.iter().find(|(of, _)| *of == kind).map(|(_, shots)| shots)
    }

    fn shot_list_mut(&mut self) -> Option<&mut ShotList> {
        let kind = shot_kind(&self.input);
        self.shots.iter_mut().find(|(of, _)| *of == kind).map(|(_, shots)| shots)
    }

    fn open_shots(&mut self, examples: &ExampleSet) {
        if self.shot_list().is_none()
            && let Some(blank) = Shot::empty(self.input.task())
        {
            let shots = ShotList::new(examples.shots_for(&self.input).to_vec(), blank);
            self.shots.push((shot_kind(&self.input), shots));
        }
        self.n_shots = self.n_shots.min(self.shots().len()).min(MAX_SHOTS);
    }

    fn change_shots(&mut self, action: DeskAction) {
        let n_shots = self.n_shots;
        let Some(list) = self.shot_list_mut() else { return };
        match action {
            DeskAction::FillShot(index, shot) => list.set(index, shot),
            DeskAction::AddShot if n_shots < MAX_SHOTS => {
                list.add(n_shots);
                self.n_shots += 1;
            }
            DeskAction::RemoveShot(index) => {
                let stood = list.remove(index) && index < n_shots;
                self.n_shots -= usize::from(stood);
            }
            DeskAction::MoveShot { from, to } => list.relocate(from, to),
            DeskAction::SwitchShot { index, off } => list.switch(index, off),
            DeskAction::ShuffleShots(seed) => list.shuffle(n_shots, seed),
            _ => {}
        }
    }

    /// Puts the shots of this input back as they were at first.
    fn restore_shots(&mut self, examples: &ExampleSet) {
        let kind = shot_kind(&self.input);
        self.shots.retain(|(of, _)| *of != kind);
        self.open_shots(examples);
        let example = self.example.as_deref().and_then(|id| examples.by_id(id));
        if let Some(example) = example.filter(|example| !example.shots.is_empty())
            && shot_kind(&example.input) == kind
        {
            self.put_shots(&example.shots);
        }
    }

    fn pick(&mut self, example: &Example, examples: &ExampleSet) {
        self.input = example.input.clone();
        self.example = Some(example.id.clone());
        self.edited = None;
        self.open_shots(examples);
        if !example.shots.is_empty() {
            self.put_shots(&example.shots);
        }
    }

    /// Puts these shots into the prompt; those that were there stay behind them.
    fn put_shots(&mut self, wanted: &[Shot]) {
        let blank = Shot::empty(self.input.task());
        if let (Some(list), Some(blank)) = (self.shot_list_mut(), blank) {
            let mut fitting = wanted.to_vec();
            fitting.extend(list.shots().iter().filter(|shot| !wanted.contains(shot)).cloned());
            fitting.truncate(MAX_SHOTS);
            *list = ShotList::new(fitting, blank);
        }
        self.n_shots = wanted.len().min(self.shots().len());
    }

    /// Lays out what came from elsewhere.
    pub(super) fn lay(
        &mut self,
        template: &'static Template,
        input: Input,
        shots: &[Shot],
        examples: &ExampleSet,
    ) {
        self.template = template;
        self.marks = Marks::default();
        self.input = input;
        self.example = None;
        self.edited = None;
        self.open_shots(examples);
        self.put_shots(shots);
    }
}

/// What a visitor does at a desk.
#[derive(Clone, Debug, PartialEq)]
pub enum DeskAction {
    Fill(Input),
    PickExample(String),
    PickTemplate(&'static Template),
    SetShotCount(usize),
    FillShot(usize, Shot),
    /// An empty shot comes into the prompt, as its last.
    AddShot,
    RemoveShot(usize),
    MoveShot {
        from: usize,
        to: usize,
    },
    /// A shot is left out of the prompt, or no longer.
    SwitchShot {
        index: usize,
        off: bool,
    },
    /// The shots in the prompt come in the order of a seed.
    ShuffleShots(u64),
    RestoreShots,
    SetMarks(Marks),
    EditPrompt(String),
    ReturnToFields,
    Set(Setting, String),
    SetTrim(bool),
    KeepSeed(bool),
    ResetSettings,
}

/// All desks, and the one that is open.
#[derive(Clone, Debug, PartialEq)]
pub struct Playground {
    pub task: Task,
    desks: [Desk; Task::ALL.len()],
}

impl Playground {
    /// The playground as a visitor finds it: each desk with its first example.
    pub fn new(examples: &ExampleSet) -> Self {
        Self { task: Task::Translate, desks: Task::ALL.map(|task| Desk::new(task, examples)) }
    }

    /// The open desk.
    pub fn desk(&self) -> &Desk {
        &self.desks[self.task as usize]
    }

    /// The desk of a task.
    pub fn desk_of(&self, task: Task) -> &Desk {
        &self.desks[task as usize]
    }

    /// Opens a task with this on its desk.
    pub fn lay(&mut self, task: Task, desk: Desk) {
        self.task = task;
        self.desks[task as usize] = desk;
    }

    /// Carries out what the visitor did at the open desk.
    pub fn apply(&mut self, action: DeskAction, examples: &ExampleSet) {
        let desk = &mut self.desks[self.task as usize];
        match action {
            DeskAction::Fill(input) => {
                desk.input = input;
                desk.open_shots(examples);
            }
            DeskAction::PickExample(id) => {
                if let Some(example) = examples.by_id(&id) {
                    desk.pick(example, examples);
                }
            }
            DeskAction::PickTemplate(template) => {
                // Settings and shots that the visitor has not touched follow the wording.
                let untouched = desk.settings.same_but_for_seed(&desk.template.recipe().decoding);
                if desk.n_shots == desk.template.usual_shots {
                    desk.n_shots = template.usual_shots;
                }
                desk.template = template;
                desk.marks = Marks::default();
                if untouched {
                    desk.settings.reset(&template.recipe().decoding);
                }
            }
            DeskAction::SetShotCount(n_shots) => {
                desk.n_shots = n_shots.min(desk.shots().len()).min(MAX_SHOTS);
            }
            DeskAction::RestoreShots => desk.restore_shots(examples),
            DeskAction::SetMarks(marks) => desk.marks = marks,
            DeskAction::FillShot(..)
            | DeskAction::AddShot
            | DeskAction::RemoveShot(_)
            | DeskAction::MoveShot { .. }
            | DeskAction::SwitchShot { .. }
            | DeskAction::ShuffleShots(_) => desk.change_shots(action),
            DeskAction::EditPrompt(text) => {
                let after = edit::edited(&desk.prompt(), &text);
                // Typing the fields' own prompt again is the same as returning to them.
                desk.edited = (text != desk.written().text()).then_some(after);
            }
            DeskAction::ReturnToFields => desk.edited = None,
            DeskAction::Set(setting, text) => desk.settings.set(setting, text),
            DeskAction::SetTrim(trim) => desk.settings.trim = trim,
            DeskAction::KeepSeed(keep) => desk.settings.keep_seed = keep,
            DeskAction::ResetSettings => {
                desk.settings.reset(&desk.template.recipe().decoding);
            }
        }
    }
}

#[cfg(test)]
mod tests;
