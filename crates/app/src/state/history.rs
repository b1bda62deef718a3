//! This visit's runs as a list: the newest first, each branch below the run that it leaves.

use super::{Phase, Run};
use std::{collections::HashSet, rc::Rc};
use zeroshot_protocol::RequestId;

/// Letters of a text that a line of the list shows.
const LETTERS: usize = 48;

/// A line of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub run: Rc<Run>,
    /// How many branches deep it stands.
    pub depth: usize,
}

/// The lines of the list. A run whose parent is gone stands by itself.
pub fn entries(runs: &[Rc<Run>]) -> Vec<Entry> {
    let runs: Vec<_> = runs.iter().filter(|run| run.phase != Phase::Recorded).collect();
    let there: HashSet<RequestId> = runs.iter().map(|run| run.id).collect();
    let parent = |run: &Run| run.parent.map(|(id, _)| id).filter(|id| there.contains(id));
    let mut entries = Vec::with_capacity(runs.len());
    let roots = runs.iter().filter(|run| parent(run).is_none()).map(|run| (*run, 0));
    // The next line is the last.
    let mut waiting: Vec<_> = roots.collect();
    while let Some((run, depth)) = waiting.pop() {
        entries.push(Entry { run: Rc::clone(run), depth });
        let branches = runs.iter().filter(|branch| parent(branch) == Some(run.id));
        waiting.extend(branches.map(|branch| (*branch, depth + 1)));
    }
    entries
}

/// The first words of a text, on one line.
pub fn first_words(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LETTERS {
        return line;
    }
    let start: String = line.chars().take(LETTERS).collect();
    let whole = start.rfind(' ').map_or(start.as_str(), |end| &start[..end]);
    format!("{whole} …")
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroshot_prompting::{Keep, Prompt, Task};
    use zeroshot_protocol::Decoding;

    fn run(id: RequestId, parent: Option<RequestId>) -> Rc<Run> {
        let (prompt, decoding) = (Prompt::default(), Decoding::default());
        let mut run = Run::begin(id, Task::Free, prompt, decoding, Keep::All);
        run.parent = parent.map(|parent| (parent, 0));
        Rc::new(run)
    }

    #[test]
    fn the_newest_comes_first_and_branches_stand_below_their_parents() {
        let runs = [run(1, None), run(2, Some(1)), run(3, None), run(4, Some(2)), run(5, Some(1))];
        let lines: Vec<_> =
            entries(&runs).iter().map(|entry| (entry.run.id, entry.depth)).collect();
        assert_eq!(lines, [(3, 0), (1, 0), (5, 1), (2, 1), (4, 2)]);
    }

    #[test]
    fn a_branch_whose_parent_was_removed_is_not_lost() {
        let runs = [run(2, Some(1)), run(3, Some(2))];
        let lines: Vec<_> =
            entries(&runs).iter().map(|entry| (entry.run.id, entry.depth)).collect();
        assert_eq!(lines, [(2, 0), (3, 1)]);
    }

    #[test]
    fn recorded_answers_are_no_runs_of_the_visit() {
        let (prompt, keep) = (Prompt::default(), Keep::All);
        let recorded = Rc::new(Run::recorded(Task::Free, prompt, keep, "x".to_owned()));
        assert_eq!(entries(&[recorded]), []);
    }

    #[test]
    fn long_texts_end_at_a_word() {
        assert_eq!(first_words(" Two\n women "), "Two women");
        let long = first_words(&"word ".repeat(50));
        assert!(long.ends_with("word …") && long.chars().count() <= LETTERS + 2, "{long}");
        assert!(first_words(&"字".repeat(80)).starts_with(&"字".repeat(LETTERS)));
    }
}
