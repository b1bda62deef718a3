//! Questions: a passage, the conversation about it, and an answer still to come. Without a passage
//! the question goes to what the model remembers.

use super::{labelled, written};
use crate::{
    input::{Shot, Turn},
    prompt::{Part, Prompt},
};

/// The labels before a question and before its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) question: &'static str,
    pub(super) answer: &'static str,
}

impl Form {
    pub(super) fn render(
        self,
        passage: &str,
        turns: &[Turn],
        question: &str,
        shots: &[Shot],
    ) -> Prompt {
        let mut prompt = Prompt::default();
        for (index, shot) in written(shots) {
            if let Shot::Answer { passage, question, answer } = shot {
                let block = format!("{}{}\n", above(passage), self.turn(question, answer));
                prompt.push(Part::Shot(index), block);
            }
        }
        let mut input = above(passage);
        for turn in turns.iter().filter(|turn| !turn.question.trim().is_empty()) {
            input.push_str(&self.turn(&turn.question, &turn.answer));
        }
        input.push_str(&labelled(self.question, question));
        input.push('\n');
        prompt.push(Part::Input, input);
        prompt.push(Part::Cue, self.answer);
        prompt
    }

    fn turn(self, question: &str, answer: &str) -> String {
        format!("{}\n{}\n", labelled(self.question, question), labelled(self.answer, answer))
    }
}

/// The passage as the lines above its questions.
fn above(passage: &str) -> String {
    let passage = passage.trim_end();
    if passage.is_empty() { String::new() } else { format!("{passage}\n") }
}
