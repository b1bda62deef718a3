//! Runs as a file: written to be kept, read back with every part checked. `docs/runs.md` describes
//! the file for those who read it elsewhere.

use super::{Given, Phase, Playground, Run, Setup, SetupFault};
use serde::{Deserialize, Serialize};
use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};
use zeroshot_prompting::Task;
use zeroshot_protocol::{
    Failure, FinishReason, ModelSummary, Prediction, RequestId, Stats, TOP_CHOICES,
};

/// What the file calls itself.
const FORMAT: &str = "zeroshot-runs";
/// Raised with every change of what the file says.
const VERSION: u32 = 1;
/// Bytes that are read at most: many times what two hundred long runs take.
pub const MOST_BYTES: usize = 64 << 20;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File<T> {
    format: String,
    version: u32,
    runs: Vec<T>,
}

/// What says whether the rest can be read.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    /// Names it within the file.
    id: RequestId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// When it was asked for, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked_at: Option<f64>,
    setup: Setup,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    branch_of: Option<BranchOf>,
    /// All that was written, what was given of an earlier run included.
    text: String,
    #[serde(default, skip_serializing_if = "is_nothing")]
    given: Given,
    end: End,
    stats: Stats,
    tokens: Vec<Prediction>,
}

/// The run that another one leaves, and at which of its tokens.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BranchOf {
    run: RequestId,
    token: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum End {
    Finished(FinishReason),
    Failed(Failure),
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_nothing(given: &Given) -> bool {
    *given == Given::default()
}

/// Why a file of runs is not taken. Then nothing of it is.
#[derive(Clone, Debug, PartialEq)]
pub enum ImportError {
    TooLarge,
    /// It is some other file.
    OtherFile,
    /// It was written by another release of the page.
    OtherVersion(u32),
    /// It is damaged; the sentence says where.
    Damaged(String),
    /// Something in one of its runs does not do.
    Run {
        /// From 1.
        number: usize,
        fault: RunFault,
    },
    /// With those that are there it would be too many.
    TooMany {
        most: usize,
    },
}

/// What is wrong with a run in a file.
#[derive(Clone, Debug, PartialEq)]
pub enum RunFault {
    Setup(SetupFault),
    /// Its text, its tokens and the run that it leaves contradict each other.
    Inconsistent,
}

/// These runs as a file, recorded answers left out. `epoch` is when the page's clock began, in
/// milliseconds since 1970.
pub fn write(runs: &[Rc<Run>], epoch: f64) -> String {
    let kept = runs.iter().filter_map(|run| {
        let end = match &run.phase {
            Phase::Recorded => return None,
            Phase::Failed(failure) => End::Failed(failure.clone()),
            Phase::Finished(reason) => End::Finished(*reason),
            Phase::Waiting | Phase::Reading { .. } | Phase::Writing => {
                End::Finished(FinishReason::Cancelled)
            }
        };
        Some(Kept {
            id: run.id,
            name: run.name.clone(),
            asked_at: run.asked_at.map(|at| (epoch + at).round()),
            setup: Setup::of_run(run)?,
            branch_of: run.parent.map(|(run, token)| BranchOf { run, token }),
            text: run.text.clone(),
            given: run.given,
            end,
            stats: run.stats,
            tokens: run.predictions.iter().map(|prediction| (**prediction).clone()).collect(),
        })
    });
    let file = File { format: FORMAT.to_owned(), version: VERSION, runs: kept.collect() };
    // Of plain data, whose keys are texts: it cannot fail.
    serde_json::to_string(&file).unwrap_or_default()
}

/// Where the runs of a file go.
pub struct Place<'a> {
    /// The desks that they are laid on.
    pub playground: &'a Playground,
    /// Tokens are numbers of a vocabulary: they are kept for runs of this model alone.
    pub model: Option<&'a ModelSummary>,
    /// When the page's clock began, in milliseconds since 1970.
    pub epoch: f64,
    /// How many more runs there is room for, and how many there may be in all.
    pub room: usize,
    pub most: usize,
}

/// The runs of a file, in its order, with names of their own.
///
/// # Errors
/// The first thing that does not do.
pub fn read(
    json: &str,
    place: &Place,
    mut new_id: impl FnMut() -> RequestId,
) -> Result<Vec<Run>, ImportError> {
    if json.len() > MOST_BYTES {
        return Err(ImportError::TooLarge);
    }
    let head: Head = serde_json::from_str(json).map_err(|_| ImportError::OtherFile)?;
    if head.format != FORMAT {
        return Err(ImportError::OtherFile);
    }
    if head.version != VERSION {
        return Err(ImportError::OtherVersion(head.version));
    }
    let file: File<Kept> =
        serde_json::from_str(json).map_err(|error| ImportError::Damaged(error.to_string()))?;
    if file.runs.len() > place.room {
        return Err(ImportError::TooMany { most: place.most });
    }
    // Those that have been read: a run comes after the one that it leaves.
    let mut read: HashMap<RequestId, Before> = HashMap::new();
    let in_file: HashSet<RequestId> = file.runs.iter().map(|kept| kept.id).collect();
    let runs = file.runs.into_iter().enumerate();
    runs.map(|(index, kept)| {
        let refused = |fault| ImportError::Run { number: index + 1, fault };
        let before = Before { id: new_id(), tokens: kept.tokens.len() };
        let parent = kept.parent(&read, &in_file).map_err(refused)?;
        if read.insert(kept.id, before).is_some() {
            return Err(refused(RunFault::Inconsistent));
        }
        kept.take(place, before.id, parent).map_err(refused)
    })
    .collect()
}

/// A run of the file that has been read.
#[derive(Clone, Copy)]
struct Before {
    /// Its name from now on.
    id: RequestId,
    tokens: usize,
}

impl Kept {
    /// The run that it leaves, and at which token; one that is not in the file was removed before
    /// it was written.
    fn parent(
        &self,
        read: &HashMap<RequestId, Before>,
        in_file: &HashSet<RequestId>,
    ) -> Result<Option<(RequestId, usize)>, RunFault> {
        match self.branch_of.map(|branch| (branch, read.get(&branch.run))) {
            Some((branch, Some(parent))) if branch.token <= parent.tokens => {
                Ok(Some((parent.id, branch.token)))
            }
            Some((branch, None)) if !in_file.contains(&branch.run) => Ok(None),
            None => Ok(None),
            Some(_) => Err(RunFault::Inconsistent),
        }
    }

    fn take(
        self,
        place: &Place,
        id: RequestId,
        parent: Option<(RequestId, usize)>,
    ) -> Result<Run, RunFault> {
        let task: Task = self.setup.input.task();
        let desk = self.setup.lay_on(place.playground.desk_of(task)).map_err(RunFault::Setup)?;
        let whole = self.text.is_char_boundary(self.given.bytes)
            && self.given.tokens <= self.tokens.len()
            && self.tokens.iter().all(is_sound)
            && self.asked_at.is_none_or(f64::is_finite);
        if !whole {
            return Err(RunFault::Inconsistent);
        }
        let mark = self.setup.model.clone();
        let of_model = place.model.is_some_and(|model| {
            let known = |prediction: &Prediction| {
                let mut pieces = prediction.top.iter().map(|choice| &choice.piece);
                let in_vocabulary = |id: u32| (id as usize) < model.vocab_size;
                in_vocabulary(prediction.piece.id) && pieces.all(|piece| in_vocabulary(piece.id))
            };
            mark.as_ref().is_some_and(|mark| mark.is(model)) && self.tokens.iter().all(known)
        });
        let mut run = Run::begin(id, task, desk.prompt(), self.setup.settings, desk.keep());
        run.desk = Some(Rc::new(desk));
        run.phase = match self.end {
            End::Finished(reason) => Phase::Finished(reason),
            End::Failed(failure) => Phase::Failed(failure),
        };
        run.text = self.text;
        if of_model {
            run.predictions = self.tokens.into_iter().map(Rc::new).collect();
            run.given = self.given;
        } else {
            run.given = Given { bytes: self.given.bytes, tokens: 0 };
        }
        run.parent = parent;
        run.name = self.name.filter(|name| !name.trim().is_empty());
        run.stats = self.stats;
        run.asked_at = self.asked_at.map(|at| at - place.epoch);
        run.model = mark;
        Ok(run)
    }
}

/// Whether its numbers are numbers and its list is one that a view can show.
fn is_sound(prediction: &Prediction) -> bool {
    let logprobs = prediction.top.iter().map(|choice| choice.logprob);
    (1..=TOP_CHOICES).contains(&prediction.top.len())
        && logprobs.chain([prediction.logprob, prediction.entropy]).all(f32::is_finite)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Action, State};
    use serde_json::{Value, json};
    use yew::Reducible;
    use zeroshot_protocol::{Choice, Decoding, Event, Piece};

    fn reduce(state: State, action: Action) -> State {
        Rc::unwrap_or_clone(Rc::new(state).reduce(action))
    }

    fn model() -> ModelSummary {
        ModelSummary {
            n_positions: 512,
            n_layer: 4,
            n_head: 4,
            n_embd: 256,
            vocab_size: 8000,
            parameters: 5_000_000,
            kind: "F16".to_owned(),
            weight_bytes: 10_000_000,
            sha256: "ab".repeat(32),
        }
    }

    fn prediction(id: u32, text: &str) -> Prediction {
        let piece = Piece::new(id, text.as_bytes());
        let top = vec![Choice { piece: piece.clone(), logprob: -0.25 }];
        Prediction { piece, logprob: -0.25, rank: 0, entropy: 0.5, top }
    }

    /// A visit with a run, and a branch of it.
    fn visit() -> State {
        let loaded = Event::Loaded { id: 90, seat: zeroshot_protocol::Seat::Main, model: model() };
        let state = reduce(State::default(), Action::Events { events: vec![loaded], now: 1.0 });
        let prompt = state.desk().prompt();
        let decoding = Decoding { seed: 5, ..Decoding::default() };
        let state = reduce(state, Action::Begin { id: 3, prompt, decoding });
        let token =
            |id| Event::Token { id, text: " oui".to_owned(), prediction: prediction(7, " oui") };
        let done = |id| Event::Done {
            id,
            reason: FinishReason::Length,
            text: String::new(),
            stats: Stats { new_tokens: 2, ..Stats::default() },
        };
        let events = vec![token(3), token(3), done(3)];
        let state = reduce(state, Action::Events { events, now: 500.0 });
        let state = reduce(state, Action::NameRun(3, "the first".to_owned()));
        let branch = Action::Branch { id: 4, at: 1, token: prediction(9, " non") };
        let state = reduce(state, branch);
        reduce(state, Action::Events { events: vec![token(4), done(4)], now: 900.0 })
    }

    fn read_into(state: &State, json: &str) -> Result<Vec<Run>, ImportError> {
        let model = model();
        let place = Place {
            playground: &state.playground,
            model: Some(&model),
            epoch: 1000.0,
            room: 5,
            most: 200,
        };
        let mut last = 100;
        read(json, &place, || {
            last += 1;
            last
        })
    }

    fn change(json: &str, change: impl FnOnce(&mut Value)) -> String {
        let mut value: Value = serde_json::from_str(json).expect("JSON");
        change(&mut value);
        value.to_string()
    }

    #[test]
    fn runs_come_back_whole() {
        let state = visit();
        let json = write(state.runs.all(), 2000.0);
        let runs = read_into(&State::default(), &json).expect("its own file");
        assert_eq!(runs.iter().map(|run| run.id).collect::<Vec<_>>(), [101, 102]);
        assert_eq!(runs[1].parent, Some((101, 1)));
        assert_eq!(runs[0].name.as_deref(), Some("the first"));
        assert_eq!(runs[0].asked_at, Some(1500.0), "by the clock of the page that reads it");
        for (old, new) in state.runs.all().iter().filter(|run| run.id > 0).zip(&runs) {
            assert_eq!((&old.text, &old.predictions), (&new.text, &new.predictions));
            assert_eq!((&old.prompt, &old.decoding), (&new.prompt, &new.decoding));
            assert_eq!((old.given, &old.phase), (new.given, &new.phase));
            assert_eq!((old.stats, &old.model), (new.stats, &new.model));
        }
    }

    #[test]
    fn the_file_in_the_documentation_is_one() {
        let page = include_str!("../../../../docs/runs.md");
        let example = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next());
        let runs = read_into(&State::default(), example.expect("an example")).expect("a file");
        let run = &runs[0];
        assert_eq!((run.task, run.prompt.text().as_str()), (Task::Free, "Once"));
        assert_eq!((run.text.as_str(), run.given.bytes), (" upon a time", 5));
        assert_eq!(run.decoding.seed, 7);
    }

    #[test]
    fn an_imported_run_is_shown_with_its_desk() {
        let json = write(visit().runs.all(), 0.0);
        let state = State::default();
        let runs = read_into(&state, &json).expect("its own file");
        let state = reduce(state, Action::Import(runs));
        let state = reduce(state, Action::ShowRun(101));
        assert_eq!(state.run().map(|run| run.text.as_str()), Some(" oui oui"));
    }

    #[test]
    fn tokens_of_another_model_are_left_out_but_not_its_text() {
        let json = write(visit().runs.all(), 0.0);
        let other = change(&json, |file| {
            for run in file["runs"].as_array_mut().expect("runs") {
                run["setup"]["model"]["sha256"] = json!("cd".repeat(32));
            }
        });
        let runs = read_into(&State::default(), &other).expect("sound");
        assert_eq!((runs[1].text.as_str(), runs[1].predictions.len()), (" oui non oui", 0));
        assert!(runs[1].model_input().tokens.is_empty(), "no numbers of another vocabulary");
    }

    #[test]
    fn what_is_no_file_of_runs_is_refused_by_name() {
        let json = write(visit().runs.all(), 0.0);
        let state = State::default();
        let refused = |json: &str| read_into(&state, json).expect_err("is refused");
        assert_eq!(refused(""), ImportError::OtherFile);
        assert_eq!(refused("{\"format\":\"other\",\"version\":1}"), ImportError::OtherFile);
        let later = change(&json, |file| file["version"] = json!(7));
        assert_eq!(refused(&later), ImportError::OtherVersion(7));
        let strange = change(&json, |file| file["runs"][0]["colour"] = json!("red"));
        assert!(matches!(refused(&strange), ImportError::Damaged(_)));
        let many = change(&json, |file| file["runs"] = json!(vec![file["runs"][0].clone(); 6]));
        assert_eq!(refused(&many), ImportError::TooMany { most: 200 });
    }

    #[test]
    fn a_run_that_contradicts_itself_is_refused_by_its_number() {
        let json = write(visit().runs.all(), 0.0);
        let changes: [fn(&mut Value); 7] = [
            |run| run["given"] = json!({"bytes": 999, "tokens": 0}),
            |run| run["given"] = json!({"bytes": 0, "tokens": 999}),
            |run| run["branch_of"]["token"] = json!(999),
            |run| run["branch_of"]["run"] = run["id"].clone(),
            |run| run["id"] = json!(3),
            |run| run["tokens"][0]["top"] = json!([]),
            |run| {
                run["text"] = json!("é");
                run["given"] = json!({"bytes": 1, "tokens": 0});
            },
        ];
        for (number, contradict) in changes.into_iter().enumerate() {
            let bad = change(&json, |file| contradict(&mut file["runs"][1]));
            let expected = ImportError::Run { number: 2, fault: RunFault::Inconsistent };
            assert_eq!(read_into(&State::default(), &bad), Err(expected), "change {number}");
        }
    }

    #[test]
    fn numbers_beyond_the_vocabulary_never_reach_the_model() {
        let json = write(visit().runs.all(), 0.0);
        let bad = change(&json, |file| {
            file["runs"][0]["tokens"][0]["piece"]["id"] = json!(4_000_000_000_u32);
        });
        let runs = read_into(&State::default(), &bad).expect("the text can be had");
        assert!(runs[0].predictions.is_empty());
    }
}
