//! What a visitor has done on a page, as far as tasks are judged by it.

use crate::{
    ViewName,
    scene::{input_in, shots_in},
};
use zeroshot_prompting::Prompt;
use zeroshot_protocol::Decoding;

/// What the visitor has done on a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Doings {
    /// Runs that came to an end, the last ones.
    pub runs: Vec<RunDone>,
    /// Views that were opened.
    pub views: Vec<ViewName>,
    /// Whether a run was left at another token.
    pub branched: bool,
    /// Whether shots were compared side by side.
    pub compared: bool,
    /// The number of the answer that was chosen last for the task of each number.
    pub answers: Vec<(usize, usize)>,
}

/// A run that came to an end.
#[derive(Clone, Debug, PartialEq)]
pub struct RunDone {
    /// The part of its prompt that is the input.
    pub input: String,
    /// Whether that is another one than the scene's.
    pub changed: bool,
    /// The name of the template that wrote the prompt.
    pub template: String,
    /// Shots in its prompt.
    pub shots: usize,
    /// How it was decoded.
    pub decoding: Decoding,
}

/// Runs that are kept for the checks of one page.
const MOST_RUNS: usize = 50;

impl Doings {
    /// Notes a run.
    pub fn ran(&mut self, run: RunDone) {
        if !self.runs.contains(&run) {
            self.runs.push(run);
            let surplus = self.runs.len().saturating_sub(MOST_RUNS);
            self.runs.drain(..surplus);
        }
    }

    /// Notes a view that was opened.
    pub fn looked(&mut self, view: ViewName) {
        if !self.views.contains(&view) {
            self.views.push(view);
        }
    }

    /// Notes the answer that was chosen for a task.
    pub fn answered(&mut self, task: usize, choice: usize) {
        self.answers.retain(|(of, _)| *of != task);
        self.answers.push((task, choice));
    }

    /// The answer that was chosen last for a task.
    pub fn answer(&self, task: usize) -> Option<usize> {
        self.answers.iter().find(|(of, _)| *of == task).map(|(_, choice)| *choice)
    }
}

impl RunDone {
    /// What there is to note of a run of this prompt.
    pub fn new(prompt: &Prompt, changed: bool, template: &str, decoding: Decoding) -> Self {
        let (input, shots) = (input_in(prompt), shots_in(prompt));
        Self { input, changed, template: template.to_owned(), shots, decoding }
    }
}
