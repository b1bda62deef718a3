//! All that a run is made from, as data: what a link carries and what a file of runs keeps.
//!
//! It comes from outside, so nothing in it is used before it has been checked.

use super::{Desk, Run, SettingsForm, Unusable, edit, playground::MAX_SHOTS};
use crate::{catalogue, examples};
use serde::{Deserialize, Serialize};
use zeroshot_prompting::{Input, Marks, Shot, Template, Wording};
use zeroshot_protocol::{Decoding, ModelSummary};

/// All that a run is made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// The task and its fields.
    pub input: Input,
    pub wording: Wording,
    /// The shots in the prompt; those that are switched off are blank.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shots: Vec<Shot>,
    /// The prompt, where it is not what the wording makes of fields and shots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    pub settings: Decoding,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelMark>,
}

/// Which model it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelMark {
    /// Its name in the catalogue, else its title and type, else its size.
    pub id: String,
    /// XXH64 of its weights; empty if not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub xxh64: String,
    /// SHA-256 of its weights, where one is listed; empty if not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sha256: String,
}

impl ModelMark {
    pub fn of(model: &ModelSummary, title: Option<&str>) -> Self {
        let titled = || Some(format!("{}, {}", title?, model.kind));
        let id = catalogue::id_of_weights(&model.sha256)
            .or_else(titled)
            .unwrap_or_else(|| format!("{:.1}M", model.parameters as f64 / 1e6));
        Self { id, xxh64: model.xxh64.clone(), sha256: model.sha256.clone() }
    }

    /// Whether this is certainly `model`.
    pub fn is(&self, model: &ModelSummary) -> bool {
        // Of a digest that only one of them has, nothing is known.
        let agree = |here: &str, there: &str| {
            let known = !here.is_empty() && !there.is_empty();
            known.then_some(here == there)
        };
        let digests = [agree(&self.xxh64, &model.xxh64), agree(&self.sha256, &model.sha256)];
        digests.into_iter().flatten().reduce(|one, other| one && other) == Some(true)
    }
}

/// What is wrong with a [`Setup`].
#[derive(Clone, Debug, PartialEq)]
pub enum SetupFault {
    /// The task has no wording of this name.
    UnknownWording(String),
    /// A shot is of another task than the input.
    OtherTask,
    TooManyShots(usize),
    /// A setting is out of its range.
    Setting(Unusable),
    /// A stop text that the panel of settings cannot hold.
    Stop,
}

impl Setup {
    /// What the open desk would run with `decoding`.
    pub fn of_desk(desk: &Desk, decoding: Decoding, model: Option<ModelMark>) -> Self {
        let prompt = desk.prompt().text();
        let setup = Self {
            input: desk.input.clone(),
            wording: Wording::of(desk.template, &desk.marks),
            shots: desk.standing(),
            prompt: None,
            settings: decoding,
            model,
        };
        setup.with_prompt(prompt)
    }

    /// The same with this prompt, which is named only where it is not written anyway.
    fn with_prompt(mut self, prompt: String) -> Self {
        let written = self.resolve().map(|(template, marks)| self.written(template, marks));
        if written.is_err() {
            // Marks that this template does not have write nothing.
            self.wording.marks = Marks::default();
        }
        self.prompt = (written != Ok(prompt.clone())).then_some(prompt);
        self
    }

    fn resolve(&self) -> Result<(&'static Template, &Marks), SetupFault> {
        let unknown = |_| SetupFault::UnknownWording(self.wording.template.clone());
        self.wording.resolve(self.input.task()).map_err(unknown)
    }

    fn written(&self, template: &Template, marks: &Marks) -> String {
        template.render_with(&self.input, &self.shots, marks).text()
    }

    /// What `run` was made from; `None` for a run without a desk.
    pub fn of_run(run: &Run) -> Option<Self> {
        let desk = run.desk.as_deref()?;
        let of_desk = Self::of_desk(desk, run.decoding.clone(), run.model.clone());
        Some(of_desk.with_prompt(run.prompt.text()))
    }

    /// What makes the last stretch of `run` again: what the model was given of an earlier run
    /// belongs to the prompt.
    pub fn to_repeat(run: &Run) -> Option<Self> {
        let mut setup = Self::of_run(run)?;
        let given = run.text.get(..run.given.bytes).unwrap_or_default();
        if given.is_empty() {
            return Some(setup);
        }
        // Greedy decoding comes the same way again from the start.
        let settings = &mut setup.settings;
        let tokens = &run.predictions[..run.given.tokens.min(run.predictions.len())];
        let greedy = settings.is_greedy()
            && settings.repetition_penalty == 1.0
            && !tokens.is_empty()
            && tokens.iter().all(|prediction| prediction.rank == 0)
            && !settings.stop.iter().any(|stop| given.contains(stop.as_str()));
        if greedy {
            settings.max_new_tokens = settings.max_new_tokens.max(run.predictions.len());
            return Some(setup);
        }
        let prompt = run.prompt.text() + given;
        Some(setup.with_prompt(prompt))
    }

    /// The wording, if all the rest is sound too.
    ///
    /// # Errors
    /// The first thing that is not.
    pub fn check(&self) -> Result<&'static Template, SetupFault> {
        let task = self.input.task();
        let (template, _) = self.resolve()?;
        if self.shots.len() > MAX_SHOTS {
            return Err(SetupFault::TooManyShots(MAX_SHOTS));
        }
        if self.shots.iter().any(|shot| shot.task() != task) {
            return Err(SetupFault::OtherTask);
        }
        let panel = SettingsForm::from(&self.settings).decoding().map_err(SetupFault::Setting)?;
        if panel.stop != self.settings.stop {
            return Err(SetupFault::Stop);
        }
        Ok(template)
    }

    /// `desk` with this on it, ready to be run; what else lies there stays.
    ///
    /// # Errors
    /// What [`Setup::check`] finds.
    pub fn lay_on(&self, desk: &Desk) -> Result<Desk, SetupFault> {
        let template = self.check()?;
        let mut desk = desk.clone();
        desk.lay(template, self.input.clone(), &self.shots, examples::set());
        desk.marks = self.wording.marks.clone();
        desk.settings = SettingsForm::from(&self.settings);
        desk.settings.keep_seed = true;
        let prompt = match &self.prompt {
            Some(prompt) => prompt.clone(),
            None => self.written(template, &self.wording.marks),
        };
        let written = desk.written();
        desk.edited = (written.text() != prompt).then(|| edit::edited(&written, &prompt));
        Ok(desk)
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::state::{Action, DeskAction, State, tests::summary};
    use std::rc::Rc;
    use yew::Reducible;
    use zeroshot_prompting::Task;
    use zeroshot_protocol::{Choice, Piece, Prediction};

    /// What the first desk would run.
    pub fn setup() -> Setup {
        let state = State::default();
        let model =
            ModelMark { id: "builtin".to_owned(), xxh64: "cd".repeat(8), sha256: "ab".repeat(32) };
        let decoding = Decoding { seed: 7, temperature: 0.8, top_k: 40, ..Decoding::default() };
        Setup::of_desk(state.desk(), decoding, Some(model))
    }

    #[test]
    fn a_model_is_known_by_the_digests_that_both_have() {
        let (ab, cd) = ("ab".repeat(32), "cd".repeat(8));
        let mark = |xxh64: &str, sha256: &str| ModelMark {
            id: "gpt2".to_owned(),
            xxh64: xxh64.to_owned(),
            sha256: sha256.to_owned(),
        };
        let model = |xxh64: &str, sha256: &str| ModelSummary {
            xxh64: xxh64.to_owned(),
            sha256: sha256.to_owned(),
            ..summary()
        };
        assert!(mark(&cd, &ab).is(&model(&cd, &ab)));
        // From a source that lists none, or written before there was the other.
        assert!(mark(&cd, &ab).is(&model(&cd, "")));
        assert!(mark("", &ab).is(&model(&cd, &ab)));
        assert!(!mark("", &ab).is(&model(&cd, "")));
        assert!(!mark("", "").is(&model("", "")));
        assert!(!mark(&cd, &ab).is(&model(&cd, &"ac".repeat(32))));
        assert!(!mark(&cd, &ab).is(&model(&"ce".repeat(8), &ab)));
    }

    #[test]
    fn a_setup_lays_the_same_prompt_and_settings_on_any_desk() {
        let mut state = State::default();
        for task in Task::ALL {
            let open = Action::Open(task);
            state = Rc::unwrap_or_clone(Rc::new(state).reduce(open));
            let decoding = Decoding { seed: 9, top_p: 0.3, ..Decoding::default() };
            let setup = Setup::of_desk(state.desk(), decoding.clone(), None);
            let mut other = state.desk().clone();
            other.input = Input::empty(task);
            other.n_shots = 0;
            let desk = setup.lay_on(&other).expect("sound");
            assert_eq!(desk.prompt(), state.desk().prompt());
            assert_eq!(desk.settings.decoding(), Ok(decoding));
            assert!(desk.settings.keep_seed, "the next run takes this seed");
        }
    }

    #[test]
    fn an_edited_prompt_comes_back_as_it_was_edited() {
        let state = State::default();
        let edit = DeskAction::EditPrompt("To be, or\n not".to_owned());
        let edited = Rc::unwrap_or_clone(Rc::new(state).reduce(Action::Desk(edit)));
        let setup = Setup::of_desk(edited.desk(), Decoding::default(), None);
        let desk = setup.lay_on(State::default().desk()).expect("sound");
        assert_eq!(desk.prompt().text(), "To be, or\n not");
        assert_eq!(desk.written(), State::default().desk().written());
    }

    #[test]
    fn marks_and_shots_that_are_off_come_along() {
        let mut state = State::default();
        for action in [
            DeskAction::SetMarks(Marks { input: None, output: Some("=>".to_owned()) }),
            DeskAction::SwitchShot { index: 1, off: true },
        ] {
            state = Rc::unwrap_or_clone(Rc::new(state).reduce(Action::Desk(action)));
        }
        let setup = Setup::of_desk(state.desk(), Decoding::default(), None);
        assert_eq!(setup.prompt, None, "the wording writes it");
        let desk = setup.lay_on(State::default().desk()).expect("sound");
        assert_eq!(desk.written(), state.desk().written());
    }

    #[test]
    fn a_text_that_went_on_is_made_again_from_where_that_can_be_done() {
        let mut run = Run::clone(State::default().run().expect("a recorded answer"));
        run.text = " oui non".to_owned();
        let piece = |text: &str| Piece::new(1, text.as_bytes());
        let top = vec![Choice { piece: piece(" oui"), logprob: -0.1 }];
        let token = Prediction { piece: piece(" oui"), logprob: -0.1, rank: 0, entropy: 1.0, top };
        run.predictions = vec![Rc::new(token.clone()), Rc::new(token.clone())];
        run.given = crate::state::Given { bytes: 4, tokens: 1 };
        run.decoding = Decoding { max_new_tokens: 1, ..Decoding::default() };
        let greedy = Setup::to_repeat(&run).expect("has a desk");
        assert_eq!((greedy.prompt, greedy.settings.max_new_tokens), (None, 2));
        run.predictions[0] = Rc::new(Prediction { rank: 3, ..token });
        let branched = Setup::to_repeat(&run).expect("has a desk");
        assert_eq!(branched.prompt, Some(run.prompt.text() + " oui"));
    }

    #[test]
    fn shots_that_are_not_in_the_setup_stay_behind_its_own() {
        let setup = setup();
        let one = Setup { shots: setup.shots[1..2].to_vec(), prompt: None, ..setup };
        let desk = one.lay_on(State::default().desk()).expect("sound");
        assert_eq!((desk.n_shots, &desk.shots()[..1]), (1, &one.shots[..]));
        assert_eq!(desk.shots().len(), MAX_SHOTS);
    }

    #[test]
    fn what_is_not_sound_is_refused_by_name() {
        let setup = setup();
        let strange = Wording { template: "tldr".to_owned(), marks: Marks::default() };
        let wording = Setup { wording: strange, ..setup.clone() };
        assert_eq!(wording.check(), Err(SetupFault::UnknownWording("tldr".to_owned())));
        let strange = Shot::empty(Task::Answer).expect("takes shots");
        let shot = Setup { shots: vec![strange], ..setup.clone() };
        assert_eq!(shot.check(), Err(SetupFault::OtherTask));
        let shots = Setup { shots: vec![setup.shots[0].clone(); 99], ..setup.clone() };
        assert_eq!(shots.check(), Err(SetupFault::TooManyShots(MAX_SHOTS)));
        for settings in [
            Decoding { temperature: -1.0, ..Decoding::default() },
            Decoding { max_new_tokens: 1_000_000, ..Decoding::default() },
            Decoding { seed: u64::MAX, ..Decoding::default() },
        ] {
            let refused = Setup { settings, ..setup.clone() }.check();
            assert!(matches!(refused, Err(SetupFault::Setting(_))), "{refused:?}");
        }
        let stop = Decoding { stop: vec![String::new()], ..Decoding::default() };
        assert_eq!(Setup { settings: stop, ..setup }.check(), Err(SetupFault::Stop));
    }
}
