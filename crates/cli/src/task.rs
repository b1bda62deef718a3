//! Tasks as flags: what becomes of `--prompt` when the model is to translate, answer or summarise.
//! The writing of prompts is `zeroshot_prompting`'s.

use crate::error::Failure;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use zeroshot_decoding::Decoding;
use zeroshot_prompting::{Input, Keep, Language, Shot, Task, Template};

#[derive(Args)]
#[command(next_help_heading = "Task")]
pub struct TaskFlags {
    /// What to do with the prompt; without it, the prompt is continued as it is
    #[arg(long, value_enum)]
    task: Option<TaskName>,
    /// translate: the language of the text
    #[arg(long, value_name = "LANGUAGE", value_parser = language, default_value = "en")]
    from: Language,
    /// translate: the language wanted
    #[arg(long, value_name = "LANGUAGE", value_parser = language, default_value = "fr")]
    to: Language,
    /// qa: what the question is about
    #[arg(long, value_name = "TEXT", default_value = "", allow_hyphen_values = true)]
    passage: String,
    /// How the task is written; an unknown name lists those there are
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
    /// Examples to put before the input: a JSON list of objects such as
    /// {"task": "translate", "source": "A dog.", "target": "Un chien."}
    #[arg(long, value_name = "FILE")]
    shots: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TaskName {
    Translate,
    #[value(alias = "answer")]
    Qa,
    #[value(alias = "summarise")]
    Summarize,
}

/// A prompt, how it is decoded by default, and which part of what follows is the answer.
pub struct Written {
    pub prompt: String,
    pub decoding: Decoding,
    pub keep: Keep,
}

impl TaskFlags {
    /// Writes the prompt for `text`, what the user gave as `--prompt`.
    pub fn write(&self, text: String) -> Result<Written, Failure> {
        let Some(task) = self.task else {
            let task_only =
                [self.template.is_some(), self.shots.is_some(), !self.passage.is_empty()];
            if task_only.contains(&true) {
                let needs = "--template, --shots and --passage need a --task";
                return Err(Failure::Usage(needs.to_owned()));
            }
            return Ok(Written { prompt: text, decoding: Decoding::default(), keep: Keep::All });
        };
        let input = match task {
            TaskName::Translate => Input::Translate { from: self.from, to: self.to, text },
            TaskName::Qa => {
                Input::Answer { passage: self.passage.clone(), turns: Vec::new(), question: text }
            }
            TaskName::Summarize => Input::Summarize { article: text },
        };
        if input.is_blank() {
            return Err(Failure::Model(zeroshot_gpt2::Error::EmptyPrompt));
        }
        let task = input.task();
        let template = match &self.template {
            None => Template::default_of(task),
            Some(name) => Template::by_id(task, name).ok_or_else(|| unknown(task, name))?,
        };
        let recipe = template.recipe();
        let prompt = template.render(&input, &self.shots(task)?).text();
        Ok(Written { prompt, decoding: recipe.decoding, keep: recipe.keep })
    }

    fn shots(&self, task: Task) -> Result<Vec<Shot>, Failure> {
        let Some(path) = &self.shots else { return Ok(Vec::new()) };
        let json = std::fs::read_to_string(path).map_err(Failure::read(path))?;
        let shots: Vec<Shot> = serde_json::from_str(&json).map_err(|error| {
            Failure::Usage(format!("{} is not a list of shots: {error}", path.display()))
        })?;
        if shots.iter().any(|shot| shot.task() != task) {
            let path = path.display();
            return Err(Failure::Usage(format!("{path} has shots of another task")));
        }
        Ok(shots)
    }
}

fn unknown(task: Task, name: &str) -> Failure {
    let names: Vec<&str> = Template::all(task).iter().map(|template| template.id).collect();
    Failure::Usage(format!("there is no template {name}; expected one of {}", names.join(", ")))
}

fn language(code: &str) -> Result<Language, String> {
    Language::by_code(code)
        .ok_or_else(|| format!("expected one of {}", Language::ALL.map(Language::code).join(", ")))
}
