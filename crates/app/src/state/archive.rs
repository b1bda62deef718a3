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
        let (tokens, given) = run.as_written();
        Some(Kept {
            id: run.id,
            name: run.name.clone(),
            asked_at: run.asked_at.map(|at| (epoch + at).round()),
            setup: Setup::of_run(run)?,
            branch_of: run.parent.map(|(run, token)| BranchOf { run, token }),
            text: run.text.clone(),
            given,
            end,
            stats: run.stats,
            tokens: tokens.iter().map(|prediction| (**prediction).clone()).collect(),
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
            run.vocab_size = place.model.map(|model| model.vocab_size);
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
mod tests;
