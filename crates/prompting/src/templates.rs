//! Templates: the ways of writing a task as text.
//!
//! This file knows which there are and hands each input to its task's form; how a form is written
//! is up to the module of its task. Shared rules: what the visitor typed is changed only where the
//! form demands it (a one-line field loses its line ends; space at an end goes), and no prompt
//! ends in a space, because GPT-2's tokens bring the space before a word with them.

mod answer;
mod free;
mod summarize;
mod translate;

use std::borrow::Cow;

use crate::{
    input::{Input, Shot},
    prompt::Prompt,
    recipe::Recipe,
    task::Task,
    wording::Marks,
};

/// A way of writing a task as text.
#[derive(Debug, PartialEq, Eq)]
pub struct Template {
    /// Stable name, unique within the task, for links, files and the command line.
    pub id: &'static str,
    /// The task that it writes.
    pub task: Task,
    /// How many shots do it justice; a good number to begin with.
    pub usual_shots: usize,
    form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Translate(translate::Form),
    Answer(answer::Form),
    Summarize(summarize::Form),
    Free,
}

const TRANSLATE: &[Template] = &[
    translate_with("paper", 3, translate::Form::Equals),
    translate_with("instruction", 0, translate::Form::Instruction),
    translate_with("labels", 2, translate::Form::Labels),
    translate_with("how-to-say", 0, translate::Form::HowToSay),
];
const ANSWER: &[Template] = &[
    answer_with("paper", answer::Form { question: "Q:", answer: "A:" }),
    answer_with("question-answer", answer::Form { question: "Question:", answer: "Answer:" }),
];
const SUMMARIZE: &[Template] = &[
    summarize_with("tldr", summarize::Form { hint: "TL;DR:" }),
    summarize_with("summary", summarize::Form { hint: "Summary:" }),
    summarize_with("no-hint", summarize::Form { hint: "" }),
];
const FREE: &[Template] =
    &[Template { id: "text", task: Task::Free, usual_shots: 0, form: Form::Free }];

const fn translate_with(id: &'static str, usual_shots: usize, form: translate::Form) -> Template {
    Template { id, task: Task::Translate, usual_shots, form: Form::Translate(form) }
}

const fn answer_with(id: &'static str, form: answer::Form) -> Template {
    Template { id, task: Task::Answer, usual_shots: 0, form: Form::Answer(form) }
}

const fn summarize_with(id: &'static str, form: summarize::Form) -> Template {
    Template { id, task: Task::Summarize, usual_shots: 0, form: Form::Summarize(form) }
}

impl Template {
    /// The templates of a task, the default first.
    pub const fn all(task: Task) -> &'static [Self] {
        match task {
            Task::Translate => TRANSLATE,
            Task::Answer => ANSWER,
            Task::Summarize => SUMMARIZE,
            Task::Free => FREE,
        }
    }

    /// The task's default: the paper's form.
    pub const fn default_of(task: Task) -> &'static Self {
        &Self::all(task)[0]
    }

    /// The template of this name.
    pub fn by_id(task: Task, id: &str) -> Option<&'static Self> {
        Self::all(task).iter().find(|template| template.id == id)
    }

    /// Writes the prompt. Blank shots and shots of another task are left out; those that remain
    /// keep their numbers. An input of another task is written by that task's default.
    pub fn render(&self, input: &Input, shots: &[Shot]) -> Prompt {
        self.render_with(input, shots, &Marks::default())
    }

    /// Writes the prompt with other marks before texts and answers. A mark that the template does
    /// not have is not written.
    pub fn render_with(&self, input: &Input, shots: &[Shot], marks: &Marks) -> Prompt {
        match (self.form, input) {
            (Form::Translate(form), Input::Translate { from, to, text }) => {
                form.render((*from, *to), text, shots, marks)
            }
            (Form::Answer(form), Input::Answer { passage, turns, question }) => {
                form.marked(marks).render(passage, turns, question, shots)
            }
            (Form::Summarize(form), Input::Summarize { article }) => {
                form.marked(marks).render(article, shots)
            }
            (Form::Free, Input::Free { text }) => free::render(text),
            _ => Self::default_of(input.task()).render(input, shots),
        }
    }

    /// What the template itself writes before a text and before its answer; `None` where it has
    /// nothing there that could be changed.
    pub fn marks(&self, input: &Input) -> Marks {
        match (self.form, input) {
            (Form::Translate(form), Input::Translate { from, to, .. }) => form.marks(*from, *to),
            (Form::Answer(form), _) => Marks {
                input: Some(form.question.to_owned()),
                output: Some(form.answer.to_owned()),
            },
            (Form::Summarize(form), _) => Marks { input: None, output: Some(form.hint.to_owned()) },
            _ => Marks::default(),
        }
    }

    /// How the paper decodes the task, and reads the answer.
    pub fn recipe(&self) -> Recipe {
        Recipe::of(self.task)
    }
}

/// The text of a field that must stay on one line.
fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).fold(
        String::new(),
        |mut joined, line| {
            if !joined.is_empty() {
                joined.push(' ');
            }
            joined.push_str(line);
            joined
        },
    )
}

/// `label text`; the label alone where there is no text yet, the text alone where there is no
/// label: no space at an end.
fn labelled(label: &str, text: &str) -> String {
    let text = one_line(text);
    let gap = if label.is_empty() || text.is_empty() { "" } else { " " };
    format!("{label}{gap}{text}")
}

/// A mark as it is written: the visitor's, or the template's own.
fn mark(changed: Option<&String>, own: &'static str) -> Cow<'static, str> {
    changed.map_or(Cow::Borrowed(own), |mark| Cow::Owned(one_line(mark)))
}

/// The shots to write, with their numbers.
fn written(shots: &[Shot]) -> impl Iterator<Item = (usize, &Shot)> {
    shots.iter().enumerate().filter(|(_, shot)| !shot.is_blank())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prompt::Part;
    use crate::{Language, Turn};

    fn filled(task: Task) -> (Input, Vec<Shot>) {
        match task {
            Task::Translate => (
                Input::Translate {
                    from: Language::German,
                    to: Language::English,
                    text: " Zwei Frauen\nreden. ".to_owned(),
                },
                vec![Shot::Translate { source: "Ja.\n".to_owned(), target: " Yes.".to_owned() }],
            ),
            Task::Answer => (
                Input::Answer {
                    passage: "Tom has a ball.\n\nIt is red. \n".to_owned(),
                    turns: vec![Turn::default()],
                    question: "What colour?\n".to_owned(),
                },
                vec![Shot::Answer {
                    passage: "Ann sings.".to_owned(),
                    question: "Who sings?".to_owned(),
                    answer: "Ann.".to_owned(),
                }],
            ),
            Task::Summarize => (
                Input::Summarize { article: "It rained. It rained more. \n".to_owned() },
                vec![Shot::Summarize {
                    article: "Snow fell.\n".to_owned(),
                    summary: "Snow.\n".to_owned(),
                }],
            ),
            Task::Free => (Input::Free { text: "Once upon a time ".to_owned() }, Vec::new()),
        }
    }

    fn every_template() -> impl Iterator<Item = &'static Template> {
        Task::ALL.into_iter().flat_map(Template::all)
    }

    #[test]
    fn no_prompt_ends_in_a_space() {
        for template in every_template() {
            let (input, shots) = filled(template.task);
            for (input, shots) in [
                (input.clone(), shots.as_slice()),
                (input, &[]),
                (Input::empty(template.task), &[]),
            ] {
                let text = template.render(&input, shots).text();
                assert_eq!(text.trim_end_matches([' ', '\t']), text, "{}", template.id);
            }
        }
    }

    #[test]
    fn a_blank_shot_is_left_out_and_the_next_keeps_its_number() {
        for template in every_template().filter(|template| template.task.takes_shots()) {
            let (input, mut shots) = filled(template.task);
            let alone = template.render(&input, &shots).text();
            shots.insert(0, Shot::empty(template.task).expect("the task takes shots"));
            let prompt = template.render(&input, &shots);
            assert_eq!(prompt.text(), alone);
            assert_eq!(prompt.segments[0].part, Part::Shot(1), "{}", template.id);
        }
    }

    #[test]
    fn shots_of_another_task_are_left_out() {
        let (input, _) = filled(Task::Summarize);
        let (_, shots) = filled(Task::Answer);
        let template = Template::default_of(Task::Summarize);
        assert_eq!(template.render(&input, &shots), template.render(&input, &[]));
    }

    #[test]
    fn its_own_marks_change_nothing() {
        for template in every_template() {
            let (input, shots) = filled(template.task);
            let own = template.marks(&input);
            let prompt = template.render_with(&input, &shots, &own);
            assert_eq!(prompt, template.render(&input, &shots), "{}", template.id);
        }
    }

    #[test]
    fn empty_marks_leave_no_space_behind() {
        let blank = Some("  ".to_owned());
        let marks = Marks { input: blank.clone(), output: blank };
        for template in every_template() {
            let (input, shots) = filled(template.task);
            for shots in [shots.as_slice(), &[]] {
                let text = template.render_with(&input, shots, &marks).text();
                let spaced = text.lines().any(|line| line.starts_with(' ') || line.ends_with(' '));
                assert!(!spaced, "{}: {text:?}", template.id);
            }
        }
    }

    #[test]
    fn templates_are_found_by_their_names_and_these_differ() {
        for task in Task::ALL {
            for template in Template::all(task) {
                assert_eq!(template.task, task);
                assert_eq!(Template::by_id(task, template.id), Some(template));
            }
        }
        assert_eq!(Template::by_id(Task::Free, "tldr"), None);
    }

    #[test]
    fn an_input_of_another_task_is_written_by_its_own() {
        let (input, shots) = filled(Task::Answer);
        let written = Template::default_of(Task::Free).render(&input, &shots);
        assert_eq!(written, Template::default_of(Task::Answer).render(&input, &shots));
    }

    #[test]
    fn free_text_keeps_its_lines() {
        let input = Input::Free { text: "\n  A poem\n\n".to_owned() };
        let prompt = Template::default_of(Task::Free).render(&input, &[]);
        assert_eq!(prompt.text(), "\n  A poem\n\n");
    }
}
