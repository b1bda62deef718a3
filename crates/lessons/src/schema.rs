//! A lesson and its pages. What the shape alone does not say is checked by [`Lesson::from_json`].

use crate::{Check, Fault, Figure, Scene, Task, Text, fault::Place};
use serde::{Deserialize, Serialize};

/// Bytes that a lesson file may have.
pub const MAX_BYTES: usize = 256 * 1024;

/// A lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// Its name in addresses and files.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// What one learns, in a sentence.
    pub summary: Text,
    /// How long it takes.
    pub minutes: u32,
    /// Its pages.
    pub pages: Vec<Page>,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Its heading.
    pub title: Text,
    /// What there is to read; see [`crate::parse`].
    pub text: Text,
    /// What the stage is set up with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scene: Option<Scene>,
    /// The controls that the page shows besides those that its tasks need.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<Control>,
    /// A plot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figure: Option<Figure>,
    /// A list of the model's tensors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tensors: Option<TensorTable>,
    /// What there is to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
}

/// What of the playground's controls a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// The task's fields.
    Input,
    /// The shots.
    Shots,
    /// The wordings.
    Wording,
    /// The settings.
    Settings,
}

/// Which tensors of the model are pointed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TensorTable {
    /// Parts of names, such as `ln_1` or `wpe`.
    pub highlight: Vec<String>,
}

impl Lesson {
    /// Reads and checks a lesson.
    ///
    /// # Errors
    /// The first fault, with its place.
    pub fn from_json(json: &str) -> Result<Self, Fault> {
        const MOST_PAGES: usize = 20;
        if json.len() > MAX_BYTES {
            return Err(Fault::TooLong { found: json.len(), most: MAX_BYTES });
        }
        let lesson: Self =
            serde_json::from_str(json).map_err(|error| Fault::Shape(error.to_string()))?;
        check_id(&lesson.id, Place::top("id"))?;
        lesson.title.check(Place::top("title"), 80)?;
        lesson.summary.check(Place::top("summary"), 200)?;
        if !(1..=60).contains(&lesson.minutes) {
            return Err(Place::top("minutes").fault("must be 1 to 60"));
        }
        if !(1..=MOST_PAGES).contains(&lesson.pages.len()) {
            let found = lesson.pages.len();
            let what = format!("has {found} pages; a lesson has 1 to {MOST_PAGES}");
            return Err(Place::top("pages").fault(what));
        }
        for (number, page) in lesson.pages.iter().enumerate() {
            page.check(Place::top_item("pages", number))?;
        }
        Ok(lesson)
    }

    /// The first text that lacks one of the page's languages.
    pub fn untranslated(&self) -> Option<&Text> {
        let pages = self.pages.iter().flat_map(Page::texts);
        [&self.title, &self.summary].into_iter().chain(pages).find(|text| !text.is_whole())
    }

    /// Whether a page lists the model's tensors.
    pub fn shows_tensors(&self) -> bool {
        self.pages.iter().any(|page| page.tensors.is_some())
    }
}

impl Page {
    /// The controls that it shows: those that its tasks need, and those that it asks for.
    pub fn controls(&self) -> Vec<Control> {
        let needed = self.checks.iter().filter_map(|check| match check.task {
            Task::ChangeInput => Some(Control::Input),
            Task::Wording(_) => Some(Control::Wording),
            Task::Shots(_) | Task::CompareShots => Some(Control::Shots),
            Task::Set { .. } => Some(Control::Settings),
            Task::Run | Task::Look(_) | Task::Branch | Task::Answer { .. } => None,
        });
        let wanted: Vec<_> = needed.chain(self.controls.iter().copied()).collect();
        let all = [Control::Input, Control::Shots, Control::Wording, Control::Settings];
        all.into_iter().filter(|control| wanted.contains(control)).collect()
    }

    fn texts(&self) -> Vec<&Text> {
        let mut texts = vec![&self.title, &self.text];
        for check in &self.checks {
            texts.extend(&check.text);
            if let Task::Answer { question, choices } = &check.task {
                texts.push(question);
                texts.extend(choices.iter().flat_map(|choice| [&choice.text, &choice.why]));
            }
        }
        if let Some(figure) = &self.figure {
            texts.extend([&figure.title, &figure.x, &figure.y, &figure.source]);
            texts.extend(figure.series.iter().map(|series| &series.name));
        }
        texts
    }

    fn check(&self, place: Place<'_>) -> Result<(), Fault> {
        const MOST_CHECKS: usize = 8;
        const MOST_HIGHLIGHTS: usize = 12;
        self.title.check(place.field("title"), 80)?;
        let text = place.field("text");
        self.text.check(text, 1500)?;
        self.text.check_page(text)?;
        if let Some(scene) = &self.scene {
            scene.check(place.field("scene"))?;
        }
        if let Some(figure) = &self.figure {
            figure.check(place.field("figure"))?;
        }
        if let Some(tensors) = &self.tensors
            && tensors.highlight.len() > MOST_HIGHLIGHTS
        {
            let what = format!("highlights more than {MOST_HIGHLIGHTS} parts of names");
            return Err(place.field("tensors").fault(what));
        }
        if self.checks.len() > MOST_CHECKS {
            let what = format!("lists more than {MOST_CHECKS} tasks");
            return Err(place.field("checks").fault(what));
        }
        for (number, check) in self.checks.iter().enumerate() {
            let place = place.item("checks", number);
            check.check(place)?;
            if check.task.needs_scene() && self.scene.is_none() {
                return Err(place.fault("needs a prompt to do it with, but the page has no scene"));
            }
            self.check_fits(check, place.field("do"))?;
        }
        if !self.controls.is_empty() && self.scene.is_none() {
            return Err(place.field("controls").fault("the page has no scene to control"));
        }
        Ok(())
    }

    /// A task must be one that can be done in the page's scene and is not done from the start.
    fn check_fits(&self, check: &Check, place: Place<'_>) -> Result<(), Fault> {
        let Some(scene) = &self.scene else { return Ok(()) };
        match &check.task {
            Task::Look(view) if scene.view == Some(*view) => {
                let view = view.id();
                Err(place.fault(format!("the scene opens the view \"{view}\" by itself")))
            }
            Task::Wording(name)
                if zeroshot_prompting::Template::by_id(scene.input.task(), name).is_none() =>
            {
                let task = scene.input.task().id();
                Err(place.fault(format!("\"{name}\" is no wording of the task \"{task}\"")))
            }
            Task::Shots(_) | Task::CompareShots if !scene.input.task().takes_shots() => {
                let task = scene.input.task().id();
                Err(place.fault(format!("the task \"{task}\" takes no shots")))
            }
            _ => Ok(()),
        }
    }
}

/// An id is part of an address and of a file's name.
pub fn check_id(id: &str, place: Place<'_>) -> Result<(), Fault> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=40).contains(&id.len()) && id.bytes().all(plain) {
        return Ok(());
    }
    let shown: String = id.chars().take(50).collect();
    let what = format!("\"{shown}\" is no id: 1 to 40 of the characters a to z, 0 to 9 and -");
    Err(place.fault(what))
}

#[cfg(test)]
mod tests;
