//! The runs of one prompt and how they hang together: which left which, and where two part.
//!
//! Pure; `branches` lists them.

use crate::state::{Phase, Run};
use std::rc::Rc;
use zeroshot_prompting::{Prompt, Task};
use zeroshot_protocol::{Prediction, RequestId};

/// A run among others of its prompt.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub id: RequestId,
    pub name: Option<String>,
    /// How many runs it is away from one that left none.
    pub depth: usize,
    /// The number of the token at which it left another run.
    pub left_at: Option<usize>,
    /// What it took there.
    pub taken: Option<Rc<Prediction>>,
    /// What it says, from there on.
    pub text: String,
    pub tokens: usize,
    /// Logarithm of the probability of the whole continuation.
    pub logprob: f64,
}

/// The runs of a prompt: each is followed by those that left it, in the order they were made.
pub fn family(runs: &[Rc<Run>], task: Task, prompt: &Prompt) -> Vec<Member> {
    let text = prompt.text();
    let of_prompt = |run: &&Rc<Run>| {
        run.phase != Phase::Recorded
            && run.task == task
            && !run.predictions.is_empty()
            && run.prompt.text() == text
    };
    let runs: Vec<&Rc<Run>> = runs.iter().filter(of_prompt).collect();
    let mut members = Vec::with_capacity(runs.len());
    let is_known = |id: RequestId| runs.iter().any(|run| run.id == id);
    let roots = runs.iter().filter(|run| run.parent.is_none_or(|(parent, _)| !is_known(parent)));
    let mut open: Vec<(&Rc<Run>, usize)> = roots.rev().map(|run| (*run, 0)).collect();
    while let Some((run, depth)) = open.pop() {
        members.push(member(run, depth));
        // Every run has one parent, so none is met twice; runs beyond their number would be.
        if members.len() >= runs.len() {
            break;
        }
        let children =
            runs.iter().rev().filter(|child| child.parent.is_some_and(|(id, _)| id == run.id));
        open.extend(children.map(|child| (*child, depth + 1)));
    }
    members
}

fn member(run: &Run, depth: usize) -> Member {
    let left_at = run.parent.map(|(_, at)| at);
    let before = run.predictions.iter().take(left_at.unwrap_or_default());
    let start: usize = before.map(|prediction| prediction.piece.byte_len()).sum();
    // A token may begin inside a character.
    let start = (start..=run.text.len()).find(|at| run.text.is_char_boundary(*at));
    Member {
        id: run.id,
        name: run.name.clone(),
        depth,
        left_at,
        taken: left_at.and_then(|at| run.predictions.get(at)).map(Rc::clone),
        text: start.map(|start| run.text[start..].to_owned()).unwrap_or_default(),
        tokens: run.predictions.len(),
        logprob: run.predictions.iter().map(|prediction| f64::from(prediction.logprob)).sum(),
    }
}

/// The number of the first token at which two continuations of one prompt differ; `None` if they
/// are the same.
pub fn first_difference(a: &Run, b: &Run) -> Option<usize> {
    let same = a
        .predictions
        .iter()
        .zip(&b.predictions)
        .take_while(|(a, b)| a.piece.id == b.piece.id)
        .count();
    (same < a.predictions.len().max(b.predictions.len())).then_some(same)
}

#[cfg(test)]
mod tests {
    use super::super::transcript::tests::run;
    use super::*;
    use zeroshot_protocol::{Choice, Piece};

    fn branch(of: &Run, id: RequestId, at: usize, token: u32, text: &str) -> Rc<Run> {
        let choice = Choice { piece: Piece::new(token, text.as_bytes()), logprob: -2.0 };
        let left = &of.predictions[at];
        let token =
            Prediction { piece: choice.piece, logprob: choice.logprob, ..Prediction::clone(left) };
        Rc::new(of.branched(id, at, token).expect("there is such a token"))
    }

    #[test]
    fn branches_follow_what_they_left() {
        let first = run(&[(4, " un"), (5, " chat")], 0);
        let mut second = first.clone();
        second.id = 2;
        let of_first = branch(&first, 3, 1, 9, " chien");
        let of_that = branch(&of_first, 4, 0, 8, " le");
        let runs =
            [Rc::new(first.clone()), Rc::new(second), Rc::clone(&of_first), Rc::clone(&of_that)];
        let members = family(&runs, first.task, &first.prompt);
        let shape: Vec<_> = members.iter().map(|member| (member.id, member.depth)).collect();
        assert_eq!(shape, [(1, 0), (3, 1), (4, 2), (2, 0)]);
        assert_eq!((members[1].text.as_str(), members[1].left_at), (" chien", Some(1)));
        assert!((members[1].logprob - -2.5).abs() < 1e-6);
    }

    #[test]
    fn a_branch_whose_parent_is_gone_stands_alone() {
        let first = run(&[(4, " un"), (5, " chat")], 0);
        let orphan = branch(&first, 3, 1, 9, " chien");
        let members = family(&[orphan], first.task, &first.prompt);
        assert_eq!((members.len(), members[0].depth), (1, 0));
        assert_eq!(family(&[Rc::new(first.clone())], first.task, &Prompt::default()), []);
    }

    #[test]
    fn two_runs_part_at_the_first_other_token() {
        let first = run(&[(4, " un"), (5, " chat")], 0);
        assert_eq!(first_difference(&first, &first), None);
        assert_eq!(first_difference(&first, &branch(&first, 2, 1, 9, " chien")), Some(1));
        let shorter = run(&[(4, " un")], 0);
        assert_eq!(first_difference(&first, &shorter), Some(1));
    }
}
