//! All that the page knows, as one value that only [`State::reduce`] changes.
//!
//! Pure: no browser, no worker. What has to be sent to the worker is up to `app`.

mod edit;
mod playground;
mod run;
mod settings;

pub use playground::{Desk, DeskAction, Playground};
pub use run::{Phase, Run};
pub use settings::{Setting, SettingsForm, Unusable};

use crate::examples;
use std::rc::Rc;
use yew::Reducible;
use zeroshot_prompting::{Prompt, Task};
use zeroshot_protocol::{
    Decoding, Event, Failure, FinishReason, ModelSummary, PROTOCOL_VERSION, RequestId,
};

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

/// The number of tokens of a prompt.
#[derive(Clone, Debug, PartialEq)]
pub struct Meter {
    pub prompt: String,
    pub tokens: usize,
}

/// All that the page knows.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub playground: Playground,
    pub model: Model,
    /// The last run of each task.
    runs: [Option<Run>; Task::ALL.len()],
    pub meter: Option<Meter>,
    /// Why the visitor's last wish could not be carried out; nothing to do with the model.
    pub notice: Option<Notice>,
    counting: Option<(RequestId, String)>,
}

/// A wish that has to be put differently.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    Failure(Failure),
    Unusable(Unusable),
}

/// What can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    Open(Task),
    Desk(DeskAction),
    /// A run of the open desk has been asked for.
    Begin {
        id: RequestId,
        prompt: Prompt,
        decoding: Decoding,
    },
    /// The open desk's run is to go on.
    Continue {
        id: RequestId,
    },
    /// Whatever run is under way is to end; the worker has been told.
    Stop,
    /// The tokens of `prompt` are being counted.
    Count {
        id: RequestId,
        prompt: String,
    },
    /// What the worker said since the last frame, which was at `now` milliseconds.
    Events {
        events: Vec<Event>,
        now: f64,
    },
    Notice(Notice),
}

impl Default for State {
    fn default() -> Self {
        let playground = Playground::new(examples::set());
        let mut state = Self {
            playground,
            model: Model::Starting,
            runs: [const { None }; Task::ALL.len()],
            meter: None,
            notice: None,
            counting: None,
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

    /// The run that belongs to what the open desk shows: the one of just this prompt.
    pub fn run(&self) -> Option<&Run> {
        self.last_run().filter(|run| run.prompt.text() == self.desk().prompt().text())
    }

    /// The open desk's last run, of this prompt or of another.
    fn last_run(&self) -> Option<&Run> {
        self.runs[self.playground.task as usize].as_ref()
    }

    /// The run that the model is at work on, at whichever desk.
    pub fn active_run(&self) -> Option<&Run> {
        self.runs.iter().flatten().find(|run| run.is_active())
    }

    /// The positions of the model's context, once it is there.
    pub fn n_positions(&self) -> Option<usize> {
        match &self.model {
            Model::Ready(summary) => Some(summary.n_positions),
            _ => None,
        }
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
            let run = Run::recorded(desk.prompt(), desk.keep(), recorded.text.clone());
            self.runs[self.playground.task as usize] = Some(run);
        }
    }

    fn begin(&mut self, mut run: Run) {
        if let Model::Failed(failure) = &self.model {
            run.phase = Phase::Failed(failure.clone());
        }
        // The model does one thing at a time: what it was at is left.
        for other in self.runs.iter_mut().flatten().filter(|other| other.is_active()) {
            other.phase = Phase::Finished(FinishReason::Cancelled);
        }
        self.notice = None;
        self.runs[self.playground.task as usize] = Some(run);
    }

    fn receive(&mut self, event: Event, now: f64) {
        match event {
            Event::Ready { protocol } if protocol != PROTOCOL_VERSION => {
                self.model = Model::Failed(Failure::ProtocolMismatch { found: protocol });
            }
            Event::Ready { .. } => self.model = Model::Loading { received: 0, total: 0 },
            Event::Progress { received, total, .. } => {
                self.model = Model::Loading { received, total };
            }
            Event::Loaded { model, .. } => self.model = Model::Ready(model),
            Event::Counted { id, tokens } => {
                if let Some((_, prompt)) = self.counting.take_if(|(of, _)| *of == id) {
                    self.meter = Some(Meter { prompt, tokens });
                }
            }
            Event::Prefill { id, .. } | Event::Token { id, .. } | Event::Done { id, .. } => {
                self.receive_for_run(id, &event, now);
            }
            Event::Failed { id: Some(id), .. } if self.receive_for_run(id, &event, now) => {}
            Event::Failed { id, failure } => {
                // A count that failed only leaves the meter empty.
                let counting = self.counting.take_if(|(of, _)| Some(*of) == id).is_some();
                if !counting {
                    self.fail(failure);
                }
            }
        }
    }

    /// A failure of the worker itself or of the model's files: whatever waits for them fails too.
    fn fail(&mut self, failure: Failure) {
        for run in self.runs.iter_mut().flatten().filter(|run| run.is_active()) {
            run.phase = Phase::Failed(failure.clone());
        }
        self.model = Model::Failed(failure);
    }

    fn receive_for_run(&mut self, id: RequestId, event: &Event, now: f64) -> bool {
        let run = self.runs.iter_mut().flatten().find(|run| run.id == id && run.is_active());
        let found = run.is_some();
        if let Some(run) = run {
            run.receive(event, now);
        }
        found
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut state = Rc::unwrap_or_clone(self);
        match action {
            Action::Open(task) => {
                state.playground.task = task;
                state.notice = None;
            }
            Action::Desk(action) => {
                let picked = matches!(action, DeskAction::PickExample(_));
                state.playground.apply(action, examples::set());
                state.notice = None;
                if picked && state.run().is_none() {
                    state.show_recorded();
                }
            }
            Action::Begin { id, prompt, decoding } => {
                let desk = state.desk();
                let seed = decoding.seed.to_string();
                let run = Run::begin(id, prompt, decoding, desk.keep());
                state.begin(run);
                let seed = DeskAction::Set(Setting::Seed, seed);
                state.playground.apply(seed, examples::set());
            }
            Action::Continue { id } => {
                if let Some(run) = state.run().map(|run| run.continued(id)) {
                    state.begin(run);
                }
            }
            Action::Stop => {
                // A run that the worker works on ends with its own word; one that waits, at once.
                for run in state.runs.iter_mut().flatten() {
                    if run.phase == Phase::Waiting {
                        run.phase = Phase::Finished(FinishReason::Cancelled);
                    }
                }
            }
            Action::Count { id, prompt } => {
                state.counting = Some((id, prompt));
            }
            Action::Events { events, now } => {
                events.into_iter().for_each(|event| state.receive(event, now));
            }
            Action::Notice(notice) => state.notice = Some(notice),
        }
        Rc::new(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroshot_protocol::Stats;

    fn reduce(state: State, action: Action) -> State {
        Rc::unwrap_or_clone(Rc::new(state).reduce(action))
    }

    fn events(events: Vec<Event>) -> Action {
        Action::Events { events, now: 0.0 }
    }

    fn begun(id: RequestId) -> State {
        let state = State::default();
        let prompt = state.desk().prompt();
        reduce(state, Action::Begin { id, prompt, decoding: Decoding::default() })
    }

    fn summary() -> ModelSummary {
        ModelSummary {
            n_positions: 512,
            n_layer: 4,
            n_head: 4,
            n_embd: 256,
            vocab_size: 8000,
            parameters: 5_000_000,
        }
    }

    #[test]
    fn text_arrives_in_the_run_that_asked_for_it() {
        let state = begun(3);
        let token = |id| Event::Token { id, token: 1, text: " oui".to_owned(), logprob: 0.0 };
        let state = reduce(state, events(vec![token(2), token(3)]));
        assert_eq!(state.run().map(|run| run.text.as_str()), Some(" oui"));
    }

    #[test]
    fn a_recorded_answer_is_shown_only_under_the_prompt_it_was_recorded_for() {
        let recorded = |state: &State| state.run().is_some_and(|run| run.phase == Phase::Recorded);
        let state = State::default();
        assert!(recorded(&state), "the page opens with an answer");
        let first = state.desk().example.clone().expect("an example is picked");
        let n_shots = state.desk().n_shots;
        let other = usize::from(n_shots == 0);
        let state = reduce(state, Action::Desk(DeskAction::SetShotCount(other)));
        let state = reduce(state, Action::Desk(DeskAction::PickExample(first.clone())));
        assert!(!recorded(&state));
        let state = reduce(state, Action::Desk(DeskAction::SetShotCount(n_shots)));
        let state = reduce(state, Action::Desk(DeskAction::PickExample(first)));
        assert!(recorded(&state));
    }

    #[test]
    fn another_prompt_hides_the_answer_and_the_same_one_shows_it_again() {
        let state = begun(3);
        let input = state.desk().input.clone();
        let other = zeroshot_prompting::Input::Translate {
            from: zeroshot_prompting::Language::English,
            to: zeroshot_prompting::Language::French,
            text: "Something else.".to_owned(),
        };
        let state = reduce(state, Action::Desk(DeskAction::Fill(other)));
        assert_eq!(state.run(), None);
        let state = reduce(state, Action::Desk(DeskAction::Fill(input)));
        assert!(state.run().is_some());
    }

    #[test]
    fn a_model_that_cannot_be_loaded_ends_the_run_that_waits_for_it() {
        let failure = Failure::FileMissing { file: "model.safetensors".to_owned(), status: 404 };
        let failed = Event::Failed { id: Some(1), failure: failure.clone() };
        let state = reduce(begun(3), events(vec![failed]));
        assert_eq!(state.model, Model::Failed(failure.clone()));
        assert_eq!(state.run().map(|run| &run.phase), Some(&Phase::Failed(failure)));
    }

    #[test]
    fn a_worker_of_another_release_is_not_used() {
        let state = reduce(State::default(), events(vec![Event::Ready { protocol: 999 }]));
        assert_eq!(state.model, Model::Failed(Failure::ProtocolMismatch { found: 999 }));
    }

    #[test]
    fn a_run_that_fails_leaves_the_model_alone() {
        let loaded = Event::Loaded { id: 1, model: summary() };
        let failure = Failure::PromptTooLong { tokens: 900, n_positions: 512 };
        let failed = Event::Failed { id: Some(3), failure: failure.clone() };
        let state = reduce(begun(3), events(vec![loaded, failed]));
        assert_eq!(state.model, Model::Ready(summary()));
        assert_eq!(state.run().map(|run| &run.phase), Some(&Phase::Failed(failure)));
    }

    #[test]
    fn only_the_last_count_reaches_the_meter() {
        let count = |id, prompt: &str| Action::Count { id, prompt: prompt.to_owned() };
        let state = reduce(State::default(), count(5, "a"));
        let state = reduce(state, count(6, "ab"));
        let state = reduce(state, events(vec![Event::Counted { id: 5, tokens: 1 }]));
        assert_eq!(state.meter, None);
        let state = reduce(state, events(vec![Event::Counted { id: 6, tokens: 2 }]));
        assert_eq!(state.meter, Some(Meter { prompt: "ab".to_owned(), tokens: 2 }));
    }

    #[test]
    fn a_finished_run_is_no_longer_active() {
        let done = Event::Done {
            id: 3,
            reason: FinishReason::Cancelled,
            text: String::new(),
            stats: Stats::default(),
        };
        let state = reduce(begun(3), events(vec![done]));
        assert!(state.active_run().is_none());
    }
}
