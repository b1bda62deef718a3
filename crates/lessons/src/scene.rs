//! What the stage of a page is set up with, and the prompts that follow from it.

use crate::{Fault, ViewName, fault::Place};
use serde::{Deserialize, Serialize};
use zeroshot_prompting::{ExampleSet, Input, Part, Prompt, Segment, Shot, Template};
use zeroshot_protocol::Decoding;

/// Shots that a prompt can have.
pub(crate) const MAX_SHOTS: usize = 5;
/// Characters of a text that a scene puts into the prompt.
const MOST_CHARACTERS: usize = 6000;

/// What the stage of a page is set up with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// The task and its fields.
    pub input: Input,
    /// The wording, by its template's name; the task's first one where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// The shots; the page's own for this task follow after them, up to five.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shots: Vec<Shot>,
    /// How many of them stand in the prompt.
    #[serde(default)]
    pub shot_count: usize,
    /// Settings that differ from the task's recipe.
    #[serde(default)]
    pub settings: Settings,
    /// The whole prompt, as if it had been edited by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// The view that is open at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<ViewName>,
    /// An answer that would be right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What a recording is made of besides the scene as it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_recorded: Vec<Variation>,
}

/// Settings of decoding, as far as they are given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// [`Decoding::temperature`]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f32>,
    /// [`Decoding::top_k`]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_k: Option<usize>,
    /// [`Decoding::top_p`]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f32>,
    /// [`Decoding::repetition_penalty`]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repetition_penalty: Option<f32>,
    /// [`Decoding::max_new_tokens`]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_new_tokens: Option<usize>,
    /// [`Decoding::seed`]; where it is given, every run uses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u32>,
    /// [`Decoding::stop`]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<Vec<String>>,
}

impl Settings {
    fn over(&self, recipe: Decoding) -> Decoding {
        Decoding {
            temperature: self.temperature.unwrap_or(recipe.temperature),
            top_k: self.top_k.unwrap_or(recipe.top_k),
            top_p: self.top_p.unwrap_or(recipe.top_p),
            repetition_penalty: self.repetition_penalty.unwrap_or(recipe.repetition_penalty),
            max_new_tokens: self.max_new_tokens.unwrap_or(recipe.max_new_tokens),
            seed: self.seed.map_or(recipe.seed, u64::from),
            stop: self.stop.clone().unwrap_or(recipe.stop),
            overflow: recipe.overflow,
        }
    }
}

/// A scene changed as the page asks the visitor to change it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variation {
    /// Another text in the field that has to be filled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Another wording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// Another number of shots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shot_count: Option<usize>,
    /// Other settings.
    #[serde(default)]
    pub settings: Settings,
}

impl Scene {
    /// The wording.
    pub fn template(&self) -> &'static Template {
        self.template_of(&Variation::default())
    }

    fn template_of(&self, variation: &Variation) -> &'static Template {
        let task = self.input.task();
        let name = variation.template.as_ref().or(self.template.as_ref());
        name.and_then(|name| Template::by_id(task, name))
            .unwrap_or_else(|| Template::default_of(task))
    }

    /// The shots to choose from: its own, then those of the page that fit.
    pub fn shots(&self, examples: &ExampleSet) -> Vec<Shot> {
        let mut shots = self.shots.clone();
        let fitting = examples.shots_for(&self.input).iter();
        shots.extend(fitting.filter(|shot| !self.shots.contains(shot)).cloned());
        shots.truncate(MAX_SHOTS);
        shots
    }

    /// How it is decoded.
    pub fn decoding(&self) -> Decoding {
        self.settings.over(self.template().recipe().decoding)
    }

    /// The prompt that its fields write, in case it has been edited.
    fn written(&self, variation: &Variation, examples: &ExampleSet) -> Prompt {
        let mut input = self.input.clone();
        if let Some(text) = &variation.text {
            match &mut input {
                Input::Translate { text: field, .. }
                | Input::Free { text: field }
                | Input::Answer { question: field, .. }
                | Input::Summarize { article: field } => field.clone_from(text),
            }
        }
        let shots = self.shots(examples);
        let count = variation.shot_count.unwrap_or(self.shot_count).min(shots.len());
        self.template_of(variation).render(&input, &shots[..count])
    }

    /// Its prompt.
    pub fn prompt(&self, examples: &ExampleSet) -> Prompt {
        match &self.prompt {
            Some(text) => {
                Prompt { segments: vec![Segment { part: Part::Input, text: text.clone() }] }
            }
            None => self.written(&Variation::default(), examples),
        }
    }

    /// The prompts and settings that a recording is made of: the scene's own first.
    pub fn takes(&self, examples: &ExampleSet) -> Vec<(String, Decoding)> {
        let mut takes = vec![(self.prompt(examples).text(), self.decoding())];
        for variation in &self.also_recorded {
            let recipe = self.template_of(variation).recipe().decoding;
            let decoding = variation.settings.over(self.settings.over(recipe));
            // A prompt edited by hand stays unless the variation asks for one that fields write.
            let edited = self.prompt.as_ref().filter(|_| {
                variation.text.is_none()
                    && variation.template.is_none()
                    && variation.shot_count.is_none()
            });
            let written = || self.written(variation, examples).text();
            takes.push((edited.cloned().unwrap_or_else(written), decoding));
        }
        takes
    }

    /// Checks what its shape alone does not say.
    pub(crate) fn check(&self, place: Place<'_>) -> Result<(), Fault> {
        const MOST_VARIATIONS: usize = 8;
        let task = self.input.task();
        let length = |place: Place<'_>, text: &str| {
            let found = text.chars().count();
            if found > MOST_CHARACTERS {
                let what = format!("has {found} characters; at most {MOST_CHARACTERS} are allowed");
                return Err(place.fault(what));
            }
            Ok(())
        };
        let template = |place: Place<'_>, name: &Option<String>| match name {
            Some(name) if Template::by_id(task, name).is_none() => {
                let names: Vec<_> =
                    Template::all(task).iter().map(|template| template.id).collect();
                let what = format!(
                    "\"{name}\" is no wording of this task; there are {}",
                    names.join(", ")
                );
                Err(place.field("template").fault(what))
            }
            _ => Ok(()),
        };
        let shot_count = |place: Place<'_>, count: usize| {
            let most = if task.takes_shots() { MAX_SHOTS } else { 0 };
            if count > most {
                let what = format!("is {count}; a prompt of this task has at most {most} shots");
                return Err(place.field("shot_count").fault(what));
            }
            Ok(())
        };
        let settings = |place: Place<'_>, decoding: &Decoding| {
            let place = place.field("settings");
            decoding.validate().map_err(|error| place.fault(error.to_string()))?;
            if decoding.max_new_tokens > 256 {
                return Err(place.fault("max_new_tokens is at most 256 in a lesson"));
            }
            if decoding.stop.len() > 8 || decoding.stop.iter().any(|stop| stop.len() > 100) {
                return Err(place.fault("stop has at most 8 texts of at most 100 bytes"));
            }
            Ok(())
        };

        if self.input.is_blank() && self.prompt.is_none() {
            let field = self.input.required().0;
            return Err(place.field("input").fault(format!("`{field}` is blank")));
        }
        if let Input::Translate { from, to, .. } = &self.input
            && from == to
        {
            return Err(place.field("input").fault("`from` and `to` are the same language"));
        }
        let texts: Vec<&str> = match &self.input {
            Input::Answer { passage, turns, question } => {
                let turns = turns.iter().flat_map(|turn| [turn.question.as_str(), &turn.answer]);
                [passage.as_str(), question].into_iter().chain(turns).collect()
            }
            input => vec![input.required().1],
        };
        texts.into_iter().try_for_each(|text| length(place.field("input"), text))?;
        if let Some(prompt) = &self.prompt {
            length(place.field("prompt"), prompt)?;
        }
        if let Some(expected) = &self.expected {
            length(place.field("expected"), expected)?;
        }
        template(place, &self.template)?;
        if self.shots.len() > MAX_SHOTS {
            return Err(place.field("shots").fault(format!("lists more than {MAX_SHOTS} shots")));
        }
        for (number, shot) in self.shots.iter().enumerate() {
            let place = place.item("shots", number);
            if shot.task() != task {
                let (found, wanted) = (shot.task().id(), task.id());
                return Err(place.fault(format!("is of task \"{found}\", not \"{wanted}\"")));
            }
            shot.fields().into_iter().try_for_each(|(_, text)| length(place, text))?;
        }
        shot_count(place, self.shot_count)?;
        settings(place, &self.decoding())?;
        if self.also_recorded.len() > MOST_VARIATIONS {
            let what = format!("lists more than {MOST_VARIATIONS} variations");
            return Err(place.field("also_recorded").fault(what));
        }
        for (number, variation) in self.also_recorded.iter().enumerate() {
            let place = place.item("also_recorded", number);
            template(place, &variation.template)?;
            shot_count(place, variation.shot_count.unwrap_or(0))?;
            let recipe = self.template_of(variation).recipe().decoding;
            settings(place, &variation.settings.over(self.settings.over(recipe)))?;
            length(place.field("text"), variation.text.as_deref().unwrap_or_default())?;
        }
        Ok(())
    }
}

/// The part of a prompt that is the input.
pub fn input_in(prompt: &Prompt) -> String {
    let inputs = prompt.segments.iter().filter(|segment| segment.part == Part::Input);
    inputs.map(|segment| segment.text.as_str()).collect()
}

/// How many shots stand in a prompt.
pub fn shots_in(prompt: &Prompt) -> usize {
    let mut shots: Vec<usize> = Vec::new();
    for segment in &prompt.segments {
        if let Part::Shot(number) = segment.part
            && !shots.contains(&number)
        {
            shots.push(number);
        }
    }
    shots.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene(rest: &str) -> Scene {
        let json = format!(
            r#"{{"input": {{"task": "translate", "from": "english", "to": "french",
                "text": "A cat."}}{rest}}}"#
        );
        serde_json::from_str(&json).expect("it is of the right shape")
    }

    fn examples() -> ExampleSet {
        let shot = |source: &str| {
            let source = source.to_owned();
            Shot::Translate { target: format!("{source} (fr)"), source }
        };
        let shots = ["One.", "Two."].map(shot).to_vec();
        let from = zeroshot_prompting::Language::English;
        let to = zeroshot_prompting::Language::French;
        let pair = zeroshot_prompting::LanguagePair { from, to, shots };
        ExampleSet { translations: vec![pair], ..ExampleSet::default() }
    }

    #[test]
    fn own_shots_come_before_those_of_the_page() {
        let own = r#", "shots": [{"task": "translate", "source": "Mine.", "target": "À moi."}],
            "shot_count": 2"#;
        let text = scene(own).prompt(&examples()).text();
        assert_eq!(text, "Mine. = À moi.\nOne. = One. (fr)\nA cat. =");
    }

    #[test]
    fn a_recording_is_made_of_the_scene_and_its_variations() {
        let scene = scene(
            r#", "settings": {"max_new_tokens": 20}, "also_recorded": [{"shot_count": 1},
            {"text": "A dog.", "template": "labels"}, {"settings": {"temperature": 1.5}}]"#,
        );
        let takes = scene.takes(&examples());
        let texts: Vec<_> = takes.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(
            texts,
            ["A cat. =", "One. = One. (fr)\nA cat. =", "English: A dog.\nFrench:", "A cat. ="]
        );
        assert!(takes.iter().all(|(_, decoding)| decoding.max_new_tokens == 20));
        let temperatures: Vec<_> = takes.iter().map(|(_, decoding)| decoding.temperature).collect();
        assert_eq!(temperatures, [0.0, 0.0, 0.0, 1.5]);
    }

    #[test]
    fn an_edited_prompt_is_what_is_recorded() {
        let scene = scene(
            r#", "prompt": "Anything", "also_recorded": [{"settings": {"seed": 2}},
            {"shot_count": 0}]"#,
        );
        let texts: Vec<_> = scene.takes(&examples()).into_iter().map(|(text, _)| text).collect();
        assert_eq!(texts, ["Anything", "Anything", "A cat. ="]);
    }
}
