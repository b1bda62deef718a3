//! Translation: a pair of sentences, then a sentence whose pair is missing.

use super::{labelled, one_line, written};
use crate::{
    input::Shot,
    prompt::{Part, Prompt},
    task::Language,
};

/// The ways to write a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `A dog. = Un chien.`: the paper's. Without a shot nothing says which language is wanted.
    Equals,
    /// `Translate English to French: A dog.`, and `French: Un chien.` on the next line.
    Instruction,
    /// `English: A dog.`, and `French: Un chien.` on the next line.
    Labels,
    /// `How do you say "A dog." in French?`, and `In French: Un chien.` on the next line.
    HowToSay,
}

impl Form {
    pub(super) fn render(self, from: Language, to: Language, text: &str, shots: &[Shot]) -> Prompt {
        let mut prompt = Prompt::default();
        let cue = self.cue(to);
        for (index, shot) in written(shots) {
            if let Shot::Translate { source, target } = shot {
                let (before, after) = self.around(from, to);
                let question = format!("{before}{}{after}", one_line(source));
                let line = format!("{question}{}\n", labelled(&cue, target));
                prompt.push(Part::Shot(index), line);
            }
        }
        let (before, after) = self.around(from, to);
        let text = one_line(text);
        match self {
            Self::Instruction => {
                prompt.push(Part::Instruction, before);
                prompt.push(Part::Input, format!("{text}{after}"));
            }
            Self::HowToSay => {
                prompt.push(Part::Instruction, before);
                prompt.push(Part::Input, text);
                prompt.push(Part::Instruction, after);
            }
            Self::Equals | Self::Labels => {
                prompt.push(Part::Input, format!("{before}{text}{after}"));
            }
        }
        prompt.push(Part::Cue, cue);
        prompt
    }

    /// What stands before and after the sentence to translate.
    fn around(self, from: Language, to: Language) -> (String, String) {
        match self {
            Self::Equals => (String::new(), String::new()),
            Self::Instruction => {
                (format!("Translate {} to {}: ", from.name(), to.name()), "\n".to_owned())
            }
            Self::Labels => (format!("{}: ", from.name()), "\n".to_owned()),
            Self::HowToSay => ("How do you say \"".to_owned(), format!("\" in {}?\n", to.name())),
        }
    }

    /// What stands before the translation.
    fn cue(self, to: Language) -> String {
        match self {
            Self::Equals => " =".to_owned(),
            Self::Instruction | Self::Labels => format!("{}:", to.name()),
            Self::HowToSay => format!("In {}:", to.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Input, Task, Template};

    fn shots() -> Vec<Shot> {
        vec![Shot::Translate {
            source: "A dog runs on the beach.".to_owned(),
            target: "Un chien court sur la plage.".to_owned(),
        }]
    }

    fn input() -> Input {
        Input::Translate {
            from: Language::English,
            to: Language::French,
            text: "Two women\nare talking.\n".to_owned(),
        }
    }

    #[test]
    fn each_form_reads_as_agreed_with_one_shot_and_with_none() {
        for (id, one, none) in [
            (
                "paper",
                "A dog runs on the beach. = Un chien court sur la plage.\n\
                 Two women are talking. =",
                "Two women are talking. =",
            ),
            (
                "instruction",
                "Translate English to French: A dog runs on the beach.\n\
                 French: Un chien court sur la plage.\n\
                 Translate English to French: Two women are talking.\n\
                 French:",
                "Translate English to French: Two women are talking.\nFrench:",
            ),
            (
                "labels",
                "English: A dog runs on the beach.\nFrench: Un chien court sur la plage.\n\
                 English: Two women are talking.\nFrench:",
                "English: Two women are talking.\nFrench:",
            ),
            (
                "how-to-say",
                "How do you say \"A dog runs on the beach.\" in French?\n\
                 In French: Un chien court sur la plage.\n\
                 How do you say \"Two women are talking.\" in French?\n\
                 In French:",
                "How do you say \"Two women are talking.\" in French?\nIn French:",
            ),
        ] {
            let template = Template::by_id(Task::Translate, id).expect(id);
            assert_eq!(template.render(&input(), &shots()).text(), one, "{id}");
            assert_eq!(template.render(&input(), &[]).text(), none, "{id}");
        }
    }

    #[test]
    fn the_parts_are_told_apart() {
        let template = Template::by_id(Task::Translate, "instruction").expect("it is offered");
        let prompt = template.render(&input(), &shots());
        let parts: Vec<_> =
            prompt.segments.iter().map(|segment| (segment.part, segment.text.as_str())).collect();
        assert_eq!(
            parts[1..],
            [
                (Part::Instruction, "Translate English to French: "),
                (Part::Input, "Two women are talking.\n"),
                (Part::Cue, "French:"),
            ]
        );
        assert_eq!(parts[0].0, Part::Shot(0));
    }

    #[test]
    fn directions_are_named() {
        let input = Input::Translate {
            from: Language::German,
            to: Language::English,
            text: "Ja.".to_owned(),
        };
        let template = Template::by_id(Task::Translate, "labels").expect("it is offered");
        assert_eq!(template.render(&input, &[]).text(), "German: Ja.\nEnglish:");
    }
}
