//! Questions: a passage, the conversation about it, and an answer still to come. Without a passage
//! the question goes to what the model remembers.

use super::{labelled, mark, written};
use std::borrow::Cow;

use crate::{
    input::{Shot, Turn},
    prompt::{Part, Prompt},
    wording::Marks,
};

/// The labels before a question and before its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) question: &'static str,
    pub(super) answer: &'static str,
}

/// The labels that are written.
pub(super) struct Marked {
    question: Cow<'static, str>,
    answer: Cow<'static, str>,
}

impl Form {
    pub(super) fn marked(self, marks: &Marks) -> Marked {
        Marked {
            question: mark(marks.input.as_ref(), self.question),
            answer: mark(marks.output.as_ref(), self.answer),
        }
    }
}

impl Marked {
    pub(super) fn render(
        &self,
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
        input.push_str(&labelled(&self.question, question));
        input.push('\n');
        prompt.push(Part::Input, input);
        prompt.push(Part::Cue, &*self.answer);
        prompt
    }

    fn turn(&self, question: &str, answer: &str) -> String {
        format!("{}\n{}\n", labelled(&self.question, question), labelled(&self.answer, answer))
    }
}

/// The passage as the lines above its questions.
fn above(passage: &str) -> String {
    let passage = passage.trim_end();
    if passage.is_empty() { String::new() } else { format!("{passage}\n") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Input, Task, Template};

    fn shot(passage: &str) -> Shot {
        Shot::Answer {
            passage: passage.to_owned(),
            question: "Who sings?".to_owned(),
            answer: "Ann.".to_owned(),
        }
    }

    #[test]
    fn passage_conversation_and_question_stand_in_this_order() {
        let input = Input::Answer {
            passage: "Tom has a ball.\n\nIt is red.\n".to_owned(),
            turns: vec![
                Turn { question: "Who has a ball?".to_owned(), answer: "Tom.".to_owned() },
                Turn { question: " ".to_owned(), answer: "left empty".to_owned() },
            ],
            question: "What colour\nis it?".to_owned(),
        };
        let template = Template::default_of(Task::Answer);
        let prompt = template.render(&input, &[shot("Ann sings.")]);
        assert_eq!(
            prompt.text(),
            "Ann sings.\nQ: Who sings?\nA: Ann.\n\n\
             Tom has a ball.\n\nIt is red.\nQ: Who has a ball?\nA: Tom.\nQ: What colour is it?\nA:"
        );
        let parts: Vec<_> = prompt.segments.iter().map(|segment| segment.part).collect();
        assert_eq!(parts, [Part::Shot(0), Part::Input, Part::Cue]);
    }

    #[test]
    fn without_a_passage_only_questions_remain() {
        let input = Input::Answer {
            passage: " \n".to_owned(),
            turns: Vec::new(),
            question: "What is the capital of France?".to_owned(),
        };
        let template = Template::by_id(Task::Answer, "question-answer").expect("it is offered");
        assert_eq!(
            template.render(&input, &[shot("")]).text(),
            "Question: Who sings?\nAnswer: Ann.\n\n\
             Question: What is the capital of France?\nAnswer:"
        );
    }
}
