//! What can happen to the page's state, and why a wish cannot be carried out.

use super::{
    DeskAction, ImportError, LessonAction, LibraryAction, LinkError, Run, Step, Uncover, Unusable,
    View,
};
use zeroshot_prompting::{Prompt, Task};
use zeroshot_protocol::{Decoding, Event, Failure, Prediction, RequestId};

/// A wish that has to be put differently.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    Failure(Failure),
    Unusable(Unusable),
    /// A link that could not be made or used.
    Link(LinkError),
    /// A file of runs that was not taken.
    Import(ImportError),
}

/// What can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    Open(Task),
    Desk(DeskAction),
    /// What was done last at a desk is taken back, or done again.
    Undo,
    Redo,
    /// The page was opened with a run in its address.
    OpenLink(String),
    /// A run of the open desk has been asked for.
    Begin {
        id: RequestId,
        prompt: Prompt,
        decoding: Decoding,
    },
    /// The run that is shown is to go on.
    Continue {
        id: RequestId,
    },
    /// The run that is shown is left at token number `at`, and goes on with another one.
    Branch {
        id: RequestId,
        at: usize,
        token: Prediction,
    },
    /// The run that is shown is to go on by one token.
    Step {
        id: RequestId,
        decoding: Decoding,
        step: Step,
    },
    /// Whatever run is under way is to end; the worker has been told.
    Stop,
    /// A run of earlier is to be shown, with what then lay on its desk.
    ShowRun(RequestId),
    /// A run gets a name.
    NameRun(RequestId, String),
    RemoveRun(RequestId),
    /// Runs of a file are added to those of this visit.
    Import(Vec<Run>),
    /// The page goes to the wall of a class, or comes back.
    Project(bool),
    Uncover(Uncover),
    /// These words are not to be read there.
    Mask(String),
    /// The visitor looks inside, or no longer does.
    Look(Option<View>),
    /// The tokens of `prompt` have been asked for.
    Tokenize {
        id: RequestId,
        prompt: String,
    },
    /// A model to compare with has been asked for.
    LoadRival {
        id: RequestId,
    },
    /// The model to compare with is given up; the worker has been told.
    GiveUpRival,
    /// What the worker said since the last frame, which was at `now` milliseconds.
    Events {
        events: Vec<Event>,
        now: f64,
    },
    Lesson(LessonAction),
    Library(LibraryAction),
    Notice(Notice),
}
