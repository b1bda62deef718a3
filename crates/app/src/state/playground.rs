//! The desks of the playground, one for each task: what the visitor filled in, the wording, the
//! shots, the settings, and the prompt that follows from them or was edited by hand.
//!
//! Pure data and its changes; drawing is the components', running is `run`'s.

use super::{
    edit,
    settings::{Setting, SettingsForm},
};
use zeroshot_prompting::{
    Example, ExampleSet, Input, Keep, Language, Prompt, Shot, Task, Template,
};

/// Shots that a prompt can have.
pub const MAX_SHOTS: usize = 5;

/// What lies on the desk of one task.
#[derive(Clone, Debug, PartialEq)]
pub struct Desk {
    pub input: Input,
    pub template: &'static Template,
    /// How many of the shots stand in the prompt.
    pub n_shots: usize,
    pub settings: SettingsForm,
    /// The prompt as the visitor edited it; then the fields no longer write it.
    pub edited: Option<Prompt>,
    /// The [`Example::id`] that was picked last.
    pub example: Option<String>,
    /// The shots to choose from, for each kind of input that was open.
    shots: Vec<(ShotKind, Vec<Shot>)>,
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
        self.template.render(&self.input, &self.shots()[..self.n_shots])
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

    /// The shots of this input, those in the prompt first; always [`MAX_SHOTS`] but for a task
    /// that takes none.
    pub fn shots(&self) -> &[Shot] {
        let kind = shot_kind(&self.input);
        self.shots.iter().find(|(of, _)| *of == kind).map_or(&[], |(_, shots)| shots)
    }

    fn open_shots(&mut self, examples: &ExampleSet) {
        let kind = shot_kind(&self.input);
        if self.shots.iter().all(|(of, _)| *of != kind)
            && let Some(blank) = Shot::empty(self.input.task())
        {
            let mut shots = examples.shots_for(&self.input).to_vec();
            shots.resize(MAX_SHOTS, blank);
            self.shots.push((kind, shots));
        }
        self.n_shots = self.n_shots.min(self.shots().len());
    }

    fn pick(&mut self, example: &Example, examples: &ExampleSet) {
        self.input = example.input.clone();
        self.example = Some(example.id.clone());
        self.edited = None;
        self.open_shots(examples);
        if !example.shots.is_empty() {
            let kind = shot_kind(&self.input);
            if let Some((_, shots)) = self.shots.iter_mut().find(|(of, _)| *of == kind) {
                let mut fitting = example.shots.clone();
                fitting.extend(shots.iter().filter(|shot| !example.shots.contains(shot)).cloned());
                fitting.truncate(MAX_SHOTS);
                *shots = fitting;
            }
            self.n_shots = example.shots.len().min(MAX_SHOTS);
        }
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
                if untouched {
                    desk.settings.reset(&template.recipe().decoding);
                }
            }
            DeskAction::SetShotCount(n_shots) => desk.n_shots = n_shots.min(desk.shots().len()),
            DeskAction::FillShot(index, shot) => {
                let kind = shot_kind(&desk.input);
                let slot = desk
                    .shots
                    .iter_mut()
                    .find(|(of, _)| *of == kind)
                    .and_then(|(_, shots)| shots.get_mut(index));
                if let Some(slot) = slot {
                    *slot = shot;
                }
            }
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
mod tests {
    use super::*;
    use crate::examples;

    fn playground() -> Playground {
        Playground::new(examples::set())
    }

    fn apply(playground: &mut Playground, action: DeskAction) {
        playground.apply(action, examples::set());
    }

    #[test]
    fn every_desk_opens_with_something_to_run() {
        let mut playground = playground();
        for task in Task::ALL {
            playground.task = task;
            assert!(!playground.desk().is_blank(), "{task:?}");
            assert!(playground.desk().settings.decoding().is_ok());
        }
    }

    #[test]
    fn shots_come_and_go_in_the_prompt() {
        let mut playground = playground();
        apply(&mut playground, DeskAction::SetShotCount(0));
        let zero = playground.desk().prompt().text();
        apply(&mut playground, DeskAction::SetShotCount(2));
        let two = playground.desk().prompt().text();
        assert!(two.len() > zero.len() && two.ends_with(&zero), "{two}");
        apply(&mut playground, DeskAction::SetShotCount(99));
        assert_eq!(playground.desk().n_shots, MAX_SHOTS);
    }

    #[test]
    fn another_direction_has_other_shots_and_the_first_ones_come_back() {
        let mut playground = playground();
        let fill =
            |from, to| DeskAction::Fill(Input::Translate { from, to, text: "A cat.".to_owned() });
        apply(&mut playground, fill(Language::English, Language::French));
        let mine = Shot::Translate { source: "A bee.".to_owned(), target: "Abeille.".to_owned() };
        apply(&mut playground, DeskAction::FillShot(0, mine.clone()));
        apply(&mut playground, fill(Language::French, Language::English));
        assert_ne!(playground.desk().shots()[0], mine);
        apply(&mut playground, fill(Language::English, Language::French));
        assert_eq!(playground.desk().shots()[0], mine);
    }

    #[test]
    fn an_edited_prompt_stands_until_the_visitor_returns_to_the_fields() {
        let mut playground = playground();
        let written = playground.desk().prompt().text();
        apply(&mut playground, DeskAction::EditPrompt(format!("{written}!")));
        apply(&mut playground, DeskAction::SetShotCount(0));
        assert_eq!(playground.desk().prompt().text(), format!("{written}!"));
        apply(&mut playground, DeskAction::ReturnToFields);
        assert!(playground.desk().edited.is_none());
    }

    #[test]
    fn another_wording_brings_its_recipe_unless_settings_were_changed() {
        let mut playground = playground();
        playground.task = Task::Summarize;
        let other = &Template::all(Task::Summarize)[1];
        apply(&mut playground, DeskAction::Set(Setting::TopK, "7".to_owned()));
        apply(&mut playground, DeskAction::PickTemplate(other));
        assert_eq!(playground.desk().settings.text(Setting::TopK), "7");
        apply(&mut playground, DeskAction::ResetSettings);
        assert_eq!(playground.desk().settings.text(Setting::TopK), "2");
    }
}
