//! The tasks of a page, and when one is done: judged from a small record of what the visitor has
//! done on the page, without a look at the page itself.

use crate::{Doings, Fault, RunDone, Text, fault::Place};
use serde::{Deserialize, Serialize};
use zeroshot_protocol::Decoding;

/// A task, and what it is called in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// What to do, in words; the page has a sentence of its own for each kind of task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
    /// What has to be done.
    #[serde(rename = "do")]
    pub task: Task,
}

/// What has to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Run the prompt.
    Run,
    /// Run it with another input than the scene's.
    ChangeInput,
    /// Run it in this wording, by the template's name.
    Wording(String),
    /// Run it with so many shots.
    Shots(ShotCount),
    /// Run one input with two different numbers of shots at least.
    CompareShots,
    /// Run it with a setting changed so.
    Set {
        /// Which.
        setting: SettingName,
        /// How its value must stand to `value`.
        is: Relation,
        /// The value.
        value: f64,
    },
    /// Open a view.
    Look(ViewName),
    /// Go on from another token than the one that was written.
    Branch,
    /// Answer a question.
    Answer {
        /// The question.
        question: Text,
        /// What there is to choose from; one is right at least.
        choices: Vec<Choice>,
    },
}

/// An answer to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The answer.
    pub text: Text,
    /// Whether it is right.
    #[serde(default)]
    pub right: bool,
    /// Why it is right, or why it is not.
    pub why: Text,
}

/// How many shots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShotCount {
    /// So many.
    Exactly(usize),
    /// So many or more.
    AtLeast(usize),
    /// So many or fewer.
    AtMost(usize),
}

impl ShotCount {
    const fn holds(self, shots: usize) -> bool {
        match self {
            Self::Exactly(count) => shots == count,
            Self::AtLeast(count) => shots >= count,
            Self::AtMost(count) => shots <= count,
        }
    }

    /// The number that it names.
    pub const fn count(self) -> usize {
        match self {
            Self::Exactly(count) | Self::AtLeast(count) | Self::AtMost(count) => count,
        }
    }
}

/// A setting of decoding that is a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingName {
    /// [`Decoding::temperature`]
    Temperature,
    /// [`Decoding::top_k`]
    TopK,
    /// [`Decoding::top_p`]
    TopP,
    /// [`Decoding::repetition_penalty`]
    RepetitionPenalty,
    /// [`Decoding::max_new_tokens`]
    MaxNewTokens,
    /// [`Decoding::seed`]
    Seed,
}

impl SettingName {
    fn of(self, decoding: &Decoding) -> f64 {
        match self {
            Self::Temperature => decoding.temperature.into(),
            Self::TopK => decoding.top_k as f64,
            Self::TopP => decoding.top_p.into(),
            Self::RepetitionPenalty => decoding.repetition_penalty.into(),
            Self::MaxNewTokens => decoding.max_new_tokens as f64,
            Self::Seed => decoding.seed as f64,
        }
    }

    /// Its name, as in files and keys.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Temperature => "temperature",
            Self::TopK => "top_k",
            Self::TopP => "top_p",
            Self::RepetitionPenalty => "repetition_penalty",
            Self::MaxNewTokens => "max_new_tokens",
            Self::Seed => "seed",
        }
    }
}

/// How a value stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The same, up to the rounding of typed numbers.
    Equal,
    /// Greater.
    Above,
    /// Less.
    Below,
}

impl Relation {
    fn holds(self, value: f64, other: f64) -> bool {
        let same = (value - other).abs() < 1e-6;
        match self {
            Self::Equal => same,
            Self::Above => value > other && !same,
            Self::Below => value < other && !same,
        }
    }

    /// Its name, as in files and keys.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Above => "above",
            Self::Below => "below",
        }
    }
}

/// What can be looked at inside the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewName {
    /// What was expected at each token.
    Tokens,
    /// Shots side by side.
    Shots,
    /// Where the heads look.
    Attention,
    /// What each layer would say.
    Layers,
}

impl ViewName {
    /// Its name, as in files and keys.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Tokens => "tokens",
            Self::Shots => "shots",
            Self::Attention => "attention",
            Self::Layers => "layers",
        }
    }
}

impl Task {
    /// Whether it has been done; `number` is its own among the page's tasks, from 0.
    pub fn is_done(&self, number: usize, doings: &Doings) -> bool {
        let ran = |wanted: &dyn Fn(&RunDone) -> bool| doings.runs.iter().any(wanted);
        match self {
            Self::Run => !doings.runs.is_empty(),
            Self::ChangeInput => ran(&|run| run.changed),
            Self::Wording(id) => ran(&|run| run.template == *id),
            Self::Shots(count) => ran(&|run| count.holds(run.shots)),
            Self::CompareShots => {
                doings.compared || ran(&|a| ran(&|b| a.input == b.input && a.shots != b.shots))
            }
            Self::Set { setting, is, value } => {
                ran(&|run| is.holds(setting.of(&run.decoding), *value))
            }
            Self::Look(view) => doings.views.contains(view),
            Self::Branch => doings.branched,
            Self::Answer { choices, .. } => doings
                .answer(number)
                .and_then(|choice| choices.get(choice))
                .is_some_and(|choice| choice.right),
        }
    }

    /// Whether it takes a prompt to do it.
    pub const fn needs_scene(&self) -> bool {
        !matches!(self, Self::Answer { .. })
    }
}

impl Check {
    /// Checks what its shape alone does not say.
    pub(crate) fn check(&self, place: Place<'_>) -> Result<(), Fault> {
        const MOST_CHOICES: usize = 6;
        if let Some(text) = &self.text {
            text.check(place.field("text"), 160)?;
        }
        let place = place.field("do");
        match &self.task {
            Task::Answer { question, choices } => {
                let place = place.field("answer");
                question.check(place.field("question"), 300)?;
                if !(2..=MOST_CHOICES).contains(&choices.len()) {
                    let found = choices.len();
                    let what = format!("has {found} choices; a question has 2 to {MOST_CHOICES}");
                    return Err(place.fault(what));
                }
                for (number, choice) in choices.iter().enumerate() {
                    let place = place.item("choices", number);
                    choice.text.check(place.field("text"), 200)?;
                    choice.why.check(place.field("why"), 300)?;
                }
                if choices.iter().all(|choice| choice.right == choices[0].right) {
                    return Err(place.fault("needs a choice that is right and one that is wrong"));
                }
                Ok(())
            }
            Task::Shots(count) if count.count() > crate::scene::MAX_SHOTS => {
                let most = crate::scene::MAX_SHOTS;
                Err(place.field("shots").fault(format!("a prompt has at most {most} shots")))
            }
            Task::Shots(ShotCount::AtLeast(0)) => {
                Err(place.field("shots").fault("at least 0 holds always"))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(input: &str, shots: usize, temperature: f32) -> RunDone {
        RunDone {
            input: input.to_owned(),
            changed: input != "scene",
            template: "paper".to_owned(),
            shots,
            decoding: Decoding { temperature, ..Decoding::default() },
        }
    }

    fn done(task: &Task, runs: &[RunDone]) -> bool {
        task.is_done(0, &Doings { runs: runs.to_vec(), ..Doings::default() })
    }

    #[test]
    fn nothing_done_is_no_task_done() {
        for task in [
            Task::Run,
            Task::ChangeInput,
            Task::Wording("paper".to_owned()),
            Task::Shots(ShotCount::AtMost(5)),
            Task::CompareShots,
            Task::Set { setting: SettingName::Seed, is: Relation::Equal, value: 0.0 },
            Task::Look(ViewName::Tokens),
            Task::Branch,
        ] {
            assert!(!done(&task, &[]), "{task:?}");
        }
    }

    #[test]
    fn a_run_does_what_it_did_and_no_more() {
        let scene = [run("scene", 2, 0.0)];
        assert!(done(&Task::Run, &scene) && !done(&Task::ChangeInput, &scene));
        assert!(done(&Task::ChangeInput, &[run("other", 2, 0.0)]));
        assert!(done(&Task::Wording("paper".to_owned()), &scene));
        assert!(!done(&Task::Wording("labels".to_owned()), &scene));
        for (count, holds) in [
            (ShotCount::Exactly(2), true),
            (ShotCount::Exactly(1), false),
            (ShotCount::AtLeast(2), true),
            (ShotCount::AtLeast(3), false),
            (ShotCount::AtMost(2), true),
            (ShotCount::AtMost(1), false),
        ] {
            assert_eq!(done(&Task::Shots(count), &scene), holds, "{count:?}");
        }
    }

    #[test]
    fn shots_are_compared_on_one_input() {
        let two = |a: RunDone, b: RunDone| done(&Task::CompareShots, &[a, b]);
        assert!(two(run("a", 0, 0.0), run("a", 3, 0.0)));
        assert!(!two(run("a", 0, 0.0), run("b", 3, 0.0)));
        assert!(!two(run("a", 3, 0.0), run("a", 3, 1.0)));
    }

    #[test]
    fn a_setting_must_stand_as_asked() {
        let set = |is, value| Task::Set { setting: SettingName::Temperature, is, value };
        // 0.7 as the page reads it is not quite the 0.7 of the file.
        let warm = [run("a", 0, 0.7)];
        assert!(done(&set(Relation::Equal, 0.7), &warm));
        assert!(
            !done(&set(Relation::Above, 0.7), &warm) && done(&set(Relation::Above, 0.5), &warm)
        );
        assert!(
            !done(&set(Relation::Below, 0.7), &warm) && done(&set(Relation::Below, 1.0), &warm)
        );
    }

    #[test]
    fn a_question_is_done_when_the_right_answer_was_chosen_last() {
        let choice = |right| Choice { text: Text::default(), right, why: Text::default() };
        let choices = vec![choice(false), choice(true)];
        let task = Task::Answer { question: Text::default(), choices };
        let mut doings = Doings::default();
        for (answer, right) in [(0, false), (1, true), (7, false)] {
            doings.answered(3, answer);
            assert_eq!(task.is_done(3, &doings), right, "{answer}");
            assert!(!task.is_done(2, &doings));
        }
    }
}
