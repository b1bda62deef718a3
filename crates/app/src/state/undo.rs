//! What was done at the desks, so that it can be taken back and done again.
//!
//! A step is kept as the desk that it was done at, as it was before. Typing in one field is one
//! step, however many letters it takes, until something else is done. Runs are no part of it: they
//! stay in the visit's list.

use super::{Desk, DeskAction, Setting};
use std::{collections::VecDeque, rc::Rc};
use zeroshot_prompting::{Input, Marks, Task};

/// More steps than anyone takes back one by one; the oldest are forgotten first.
const MOST_STEPS: usize = 100;

/// A desk at some moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    pub task: Task,
    pub desk: Rc<Desk>,
}

/// The field in which someone types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typing {
    /// A text of the input, by its place among them.
    Input(usize),
    /// A text of a shot, by the shot's place and its own.
    Shot(usize, usize),
    /// A mark of the wording, by its place.
    Mark(usize),
    Setting(Setting),
    Prompt,
}

impl Typing {
    /// The field in which `action` types, if that is all it does.
    pub fn of(desk: &Desk, action: &DeskAction) -> Option<Self> {
        match action {
            DeskAction::Fill(input) => {
                let (before, after) = (texts(&desk.input), texts(input));
                only_difference(&before, &after).map(Self::Input)
            }
            DeskAction::FillShot(index, shot) => {
                let before: Vec<_> =
                    desk.shots().get(*index)?.fields().iter().map(|(_, text)| *text).collect();
                let after: Vec<_> = shot.fields().iter().map(|(_, text)| *text).collect();
                only_difference(&before, &after).map(|field| Self::Shot(*index, field))
            }
            DeskAction::SetMarks(marks) => {
                let (before, after) = (mark_texts(&desk.marks), mark_texts(marks));
                only_difference(&before, &after).map(Self::Mark)
            }
            DeskAction::EditPrompt(_) => Some(Self::Prompt),
            DeskAction::Set(setting, _) => Some(Self::Setting(*setting)),
            _ => None,
        }
    }
}

/// The texts of an input, in the order of its fields.
fn texts(input: &Input) -> Vec<&str> {
    match input {
        Input::Translate { from, to, text } => vec![from.code(), to.code(), text],
        Input::Answer { passage, turns, question } => {
            let turns = turns.iter().flat_map(|turn| [turn.question.as_str(), &turn.answer]);
            [passage.as_str(), question].into_iter().chain(turns).collect()
        }
        Input::Summarize { article } => vec![article],
        Input::Free { text } => vec![text],
    }
}

fn mark_texts(marks: &Marks) -> [&str; 2] {
    [&marks.input, &marks.output].map(|mark| mark.as_deref().unwrap_or_default())
}

/// The only place at which two lists of the same length differ.
fn only_difference(before: &[&str], after: &[&str]) -> Option<usize> {
    let mut places = (0..before.len().min(after.len())).filter(|&at| before[at] != after[at]);
    let place = places.next()?;
    (before.len() == after.len() && places.next().is_none()).then_some(place)
}

/// What can be taken back, and what can be done again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Steps {
    past: VecDeque<Snapshot>,
    /// The next to be done again is the last.
    future: Vec<Snapshot>,
    /// The field in which the last step was typed, while the typing goes on.
    typing: Option<(Task, Typing)>,
}

impl Steps {
    /// Notes what lay on the desk of `task` before something was done there. What was taken back
    /// before can no longer be done again.
    pub fn record(&mut self, task: Task, before: Rc<Desk>, typing: Option<Typing>) {
        let typing = typing.map(|typing| (task, typing));
        let goes_on = typing.is_some() && typing == self.typing;
        self.typing = typing;
        self.future.clear();
        if goes_on {
            return;
        }
        if self.past.len() == MOST_STEPS {
            self.past.pop_front();
        }
        self.past.push_back(Snapshot { task, desk: before });
    }

    /// Ends the typing: what is typed from now on is a step of its own.
    pub const fn pause(&mut self) {
        self.typing = None;
    }

    /// The last step, taken back; `now` gives the desk as it is.
    pub fn undo(&mut self, now: impl FnOnce(Task) -> Rc<Desk>) -> Option<Snapshot> {
        self.typing = None;
        let step = self.past.pop_back()?;
        self.future.push(Snapshot { task: step.task, desk: now(step.task) });
        Some(step)
    }

    /// The step that was taken back last, done again; `now` gives the desk as it is.
    pub fn redo(&mut self, now: impl FnOnce(Task) -> Rc<Desk>) -> Option<Snapshot> {
        self.typing = None;
        let step = self.future.pop()?;
        self.past.push_back(Snapshot { task: step.task, desk: now(step.task) });
        Some(step)
    }

    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub const fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Action, State};
    use yew::Reducible;

    fn reduce(state: State, action: Action) -> State {
        Rc::unwrap_or_clone(Rc::new(state).reduce(action))
    }

    fn typed(state: State, text: &str) -> State {
        let DeskAction::Fill(input) = fill(text) else { unreachable!() };
        reduce(state, Action::Desk(DeskAction::Fill(input)))
    }

    fn fill(text: &str) -> DeskAction {
        use zeroshot_prompting::Language;
        let (from, to) = (Language::English, Language::French);
        DeskAction::Fill(Input::Translate { from, to, text: text.to_owned() })
    }

    fn text(state: &State) -> String {
        state.desk().input.required().1.to_owned()
    }

    /// A desk with "A" in its field, that being done.
    fn begun() -> State {
        let mut state = typed(State::default(), "A");
        state.steps = Steps::default();
        state
    }

    #[test]
    fn letters_in_one_field_are_one_step_there_and_back() {
        let state = ["Ab", "Abc", "Abcd"].into_iter().fold(begun(), typed);
        let state = reduce(state, Action::Undo);
        assert_eq!((text(&state).as_str(), state.steps.can_undo()), ("A", false));
        let state = reduce(state, Action::Redo);
        assert_eq!((text(&state).as_str(), state.steps.can_redo()), ("Abcd", false));
    }

    #[test]
    fn something_else_in_between_makes_two_steps() {
        let state = typed(begun(), "Ab");
        let state = reduce(state, Action::Desk(DeskAction::SetShotCount(1)));
        let state = typed(state, "Abc");
        let state = reduce(state, Action::Undo);
        assert_eq!((text(&state).as_str(), state.desk().n_shots), ("Ab", 1));
        let state = reduce(reduce(state, Action::Undo), Action::Undo);
        assert_eq!(text(&state), "A");
    }

    #[test]
    fn a_run_ends_the_typing_and_is_no_step_itself() {
        let state = typed(begun(), "Ab");
        let prompt = state.desk().prompt();
        let decoding = zeroshot_protocol::Decoding::default();
        let state = reduce(state, Action::Begin { id: 1, prompt, decoding });
        let state = typed(state, "Abc");
        let state = reduce(state, Action::Undo);
        assert_eq!(text(&state), "Ab");
        assert!(state.runs.by_id(1).is_some(), "runs stay");
    }

    #[test]
    fn undo_goes_back_to_the_desk_where_it_was_done() {
        let state = typed(begun(), "Ab");
        let state = reduce(state, Action::Open(Task::Free));
        let state = reduce(state, Action::Undo);
        assert_eq!((state.playground.task, text(&state).as_str()), (Task::Translate, "A"));
    }

    #[test]
    fn doing_something_new_forgets_what_was_taken_back() {
        let state = reduce(typed(begun(), "Ab"), Action::Undo);
        let state = typed(state, "Ax");
        assert!(!state.steps.can_redo());
        let same = reduce(state.clone(), Action::Redo);
        assert_eq!(text(&same), "Ax");
    }

    #[test]
    fn the_oldest_steps_are_forgotten() {
        let mut state = begun();
        for n in 0..=MOST_STEPS {
            state = reduce(state, Action::Desk(DeskAction::SetShotCount(n % 2)));
        }
        let mut taken = 0;
        while state.steps.can_undo() {
            state = reduce(state, Action::Undo);
            taken += 1;
        }
        assert_eq!(taken, MOST_STEPS);
    }

    #[test]
    fn a_change_of_two_fields_at_once_is_not_typing() {
        let desk = State::default().desk().clone();
        let Input::Translate { from, to, text } = desk.input.clone() else { unreachable!() };
        let swapped = Input::Translate { from: to, to: from, text: text.clone() };
        assert_eq!(Typing::of(&desk, &DeskAction::Fill(swapped)), None);
        let longer = Input::Translate { from, to, text: text + "!" };
        assert_eq!(Typing::of(&desk, &DeskAction::Fill(longer)), Some(Typing::Input(2)));
    }
}
