//! The runs of this visit, and which of them is shown.

use super::{ModelMark, Phase, Run};
use std::rc::Rc;
use zeroshot_prompting::{Prompt, Task};
use zeroshot_protocol::{Event, Failure, FinishReason, RequestId};

/// More runs than a visitor would look through; the oldest go first.
pub const MOST_RUNS: usize = 200;

/// The runs of this visit, the newest last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Runs {
    runs: Vec<Rc<Run>>,
    /// The run that the visitor has turned back to.
    chosen: Option<RequestId>,
}

impl Runs {
    /// All of them, the newest last; recorded ones too.
    pub fn all(&self) -> &[Rc<Run>] {
        &self.runs
    }

    /// The run of this name.
    pub fn by_id(&self, id: RequestId) -> Option<&Rc<Run>> {
        self.runs.iter().rev().find(|run| run.id == id)
    }

    /// The run to show beside a prompt: the chosen one if it is of this prompt, else the last.
    pub fn shown(&self, task: Task, prompt: &Prompt) -> Option<&Rc<Run>> {
        let of_prompt = |run: &&Rc<Run>| run.task == task && run.prompt.text() == prompt.text();
        let chosen = self.chosen.and_then(|id| self.by_id(id)).filter(of_prompt);
        // Only the last run of a task is shown by itself: an answer of long ago that comes back
        // because a prompt happens to be the same again would surprise.
        let last = || self.runs.iter().rev().find(|run| run.task == task).filter(of_prompt);
        chosen.or_else(last)
    }

    /// The run that the model is at work on, or that waits for it.
    pub fn active(&self) -> Option<&Rc<Run>> {
        self.runs.iter().find(|run| run.is_active())
    }

    /// Adds a run and shows it. The model does one thing at a time: what it was at is left.
    pub fn begin(&mut self, run: Run) {
        self.leave_active();
        // A recorded answer is no run of this visit.
        self.runs.retain(|old| old.phase != Phase::Recorded || old.task != run.task);
        self.chosen = None;
        self.runs.push(Rc::new(run));
        let surplus = self.runs.len().saturating_sub(MOST_RUNS);
        self.runs.drain(..surplus);
    }

    /// Puts a run in the place of the one that it continues.
    pub fn replace(&mut self, old: RequestId, run: Run) {
        self.leave_active();
        let id = run.id;
        if let Some(place) = self.runs.iter_mut().rev().find(|run| run.id == old) {
            self.chosen = (self.chosen == Some(old)).then_some(id).or(self.chosen);
            *place = Rc::new(run);
            // Its branches are of the same text still.
            for branch in &mut self.runs {
                if let Some((_, at)) = branch.parent.filter(|(parent, _)| *parent == old) {
                    Rc::make_mut(branch).parent = Some((id, at));
                }
            }
        }
    }

    /// How many more there is room for before the oldest go.
    pub fn room(&self) -> usize {
        MOST_RUNS.saturating_sub(self.runs.len())
    }

    /// Adds runs of another visit, of which none is under way.
    pub fn add(&mut self, runs: Vec<Run>) {
        self.runs.extend(runs.into_iter().map(Rc::new));
    }

    /// Takes a run away, but not one that is under way.
    pub fn remove(&mut self, id: RequestId) {
        self.runs.retain(|run| run.id != id || run.is_active());
    }

    /// Notes by which model the runs are made that have waited for it.
    pub fn mark_waiting(&mut self, model: &ModelMark, vocab_size: usize) {
        for run in self.runs.iter_mut().filter(|run| run.phase == Phase::Waiting) {
            let run = Rc::make_mut(run);
            run.model = Some(model.clone());
            run.vocab_size = Some(vocab_size);
        }
    }

    /// All of them, to be changed.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Rc<Run>> {
        self.runs.iter_mut()
    }

    /// Shows a run of earlier.
    pub fn choose(&mut self, id: RequestId) {
        self.chosen = Some(id);
    }

    /// Gives a run a name; an empty one takes it away.
    pub fn name(&mut self, id: RequestId, name: &str) {
        if let Some(run) = self.runs.iter_mut().find(|run| run.id == id) {
            let name = name.trim();
            Rc::make_mut(run).name = (!name.is_empty()).then(|| name.to_owned());
        }
    }

    /// Takes in an event of a run; says whether one waited for it.
    pub fn receive(&mut self, id: RequestId, event: &Event, now: f64) -> bool {
        let run = self.runs.iter_mut().rev().find(|run| run.id == id && run.is_active());
        let found = run.is_some();
        if let Some(run) = run {
            Rc::make_mut(run).receive(event, now);
        }
        found
    }

    /// Ends the run that waits for the model; one that the model is at ends with its own word.
    pub fn stop_waiting(&mut self) {
        self.end_where(|run| run.phase == Phase::Waiting, Phase::Finished(FinishReason::Cancelled));
    }

    /// Ends the run that is under way because the model is gone.
    pub fn fail_active(&mut self, failure: &Failure) {
        self.end_where(Run::is_active, Phase::Failed(failure.clone()));
    }

    /// Ends the run that is under way because the visitor turns to something else.
    pub fn leave_active(&mut self) {
        self.end_where(Run::is_active, Phase::Finished(FinishReason::Cancelled));
    }

    fn end_where(&mut self, which: impl Fn(&Run) -> bool, phase: Phase) {
        for run in self.runs.iter_mut().filter(|run| which(run)) {
            Rc::make_mut(run).phase = phase.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroshot_prompting::{Keep, Part, Segment};
    use zeroshot_protocol::Decoding;

    fn prompt(text: &str) -> Prompt {
        Prompt { segments: vec![Segment { part: Part::Input, text: text.to_owned() }] }
    }

    fn run(id: RequestId, text: &str) -> Run {
        let keep = Keep::FirstLine;
        Run::begin(id, Task::Translate, prompt(text), Decoding::default(), keep)
    }

    #[test]
    fn the_last_run_of_the_prompt_is_shown_unless_one_is_chosen() {
        let mut runs = Runs::default();
        runs.begin(run(1, "a"));
        runs.begin(run(2, "a"));
        let shown =
            |runs: &Runs, text| runs.shown(Task::Translate, &prompt(text)).map(|run| run.id);
        assert_eq!(shown(&runs, "a"), Some(2));
        assert_eq!(shown(&runs, "b"), None);
        runs.choose(1);
        assert_eq!(shown(&runs, "a"), Some(1));
        runs.begin(run(3, "a"));
        assert_eq!(shown(&runs, "a"), Some(3), "a new run is what the visitor wants to see");
    }

    #[test]
    fn a_branch_knows_its_parent_when_that_goes_on() {
        let mut runs = Runs::default();
        let parent = run(1, "a");
        runs.begin(parent.clone());
        let mut branch = run(2, "a");
        branch.parent = Some((1, 0));
        runs.begin(branch);
        runs.replace(1, parent.continued(3));
        assert_eq!(runs.by_id(2).expect("kept").parent, Some((3, 0)));
    }

    #[test]
    fn one_run_is_under_way_at_a_time() {
        let mut runs = Runs::default();
        runs.begin(run(1, "a"));
        runs.begin(run(2, "b"));
        assert_eq!(runs.active().map(|run| run.id), Some(2));
        let phase = &runs.by_id(1).expect("kept").phase;
        assert_eq!(*phase, Phase::Finished(FinishReason::Cancelled));
    }

    #[test]
    fn the_oldest_runs_go_when_there_are_too_many() {
        let mut runs = Runs::default();
        (1..=MOST_RUNS as RequestId + 1).for_each(|id| runs.begin(run(id, "a")));
        assert_eq!((runs.all().len(), runs.by_id(1)), (MOST_RUNS, None));
    }
}
