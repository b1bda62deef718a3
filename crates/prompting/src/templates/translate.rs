//! Translation: a pair of sentences, then a sentence whose pair is missing.

use super::{labelled, one_line, written};
use crate::{
    input::Shot,
    prompt::{Part, Prompt},
    task::Language,
    wording::Marks,
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
    pub(super) fn render(
        self,
        languages: (Language, Language),
        text: &str,
        shots: &[Shot],
        marks: &Marks,
    ) -> Prompt {
        let own = self.marks(languages.0, languages.1);
        let of = |own: Option<String>, changed: &Option<String>| {
            own.map(|own| changed.as_deref().map_or(own, one_line)).unwrap_or_default()
        };
        let (input, output) = (of(own.input, &marks.input), of(own.output, &marks.output));
        let (before, after) = match self {
            Self::HowToSay => {
                ("How do you say \"".to_owned(), format!("\" in {}?\n", languages.1.name()))
            }
            Self::Equals => (lead(&input), String::new()),
            Self::Instruction | Self::Labels => (lead(&input), "\n".to_owned()),
        };
        // On the line of its text, the sign between the two has space around it.
        let cue = match self {
            Self::Equals if !output.is_empty() => format!(" {output}"),
            _ => output,
        };

        let mut prompt = Prompt::default();
        for (index, shot) in written(shots) {
            if let Shot::Translate { source, target } = shot {
                let answer = match self {
                    Self::Equals if cue.is_empty() => format!(" {}", one_line(target)),
                    _ => labelled(&cue, target),
                };
                let line = format!("{before}{}{after}{answer}", one_line(source));
                prompt.push(Part::Shot(index), format!("{}\n", line.trim()));
            }
        }
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

    /// What stands before a sentence and before its translation.
    pub(super) fn marks(self, from: Language, to: Language) -> Marks {
        let input = match self {
            Self::Equals => Some(String::new()),
            Self::Instruction => Some(format!("Translate {} to {}:", from.name(), to.name())),
            Self::Labels => Some(format!("{}:", from.name())),
            // Its question is one sentence around the text.
            Self::HowToSay => None,
        };
        let output = match self {
            Self::Equals => "=".to_owned(),
            Self::Instruction | Self::Labels => format!("{}:", to.name()),
            Self::HowToSay => format!("In {}:", to.name()),
        };
        Marks { input, output: Some(output) }
    }
}

/// A mark and the space after it.
fn lead(mark: &str) -> String {
    if mark.is_empty() { String::new() } else { format!("{mark} ") }
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

    #[test]
    fn signs_and_labels_can_be_others() {
        let mark = |text: &str| Some(text.to_owned());
        for (id, marks, text) in [
            (
                "paper",
                Marks { input: None, output: mark(" =>\n") },
                "A dog runs on the beach. => Un chien court sur la plage.\nTwo women are talking. =>",
            ),
            (
                "paper",
                Marks { input: mark("foo"), output: mark("") },
                "foo A dog runs on the beach. Un chien court sur la plage.\nfoo Two women are talking.",
            ),
            (
                "labels",
                Marks { input: mark("wug"), output: mark("dax") },
                "wug A dog runs on the beach.\ndax Un chien court sur la plage.\n\
                 wug Two women are talking.\ndax",
            ),
            (
                "how-to-say",
                Marks { input: mark("not written"), output: mark("So:") },
                "How do you say \"A dog runs on the beach.\" in French?\n\
                 So: Un chien court sur la plage.\n\
                 How do you say \"Two women are talking.\" in French?\nSo:",
            ),
        ] {
            let template = Template::by_id(Task::Translate, id).expect(id);
            assert_eq!(template.render_with(&input(), &shots(), &marks).text(), text, "{id}");
        }
    }
}
