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
    /// `english: A dog.`, and `french: Un chien.` on the next line.
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
            Self::Labels => (format!("{}: ", from.label()), "\n".to_owned()),
            Self::HowToSay => ("How do you say \"".to_owned(), format!("\" in {}?\n", to.name())),
        }
    }

    /// What stands before the translation.
    fn cue(self, to: Language) -> String {
        match self {
            Self::Equals => " =".to_owned(),
            Self::Instruction => format!("{}:", to.name()),
            Self::Labels => format!("{}:", to.label()),
            Self::HowToSay => format!("In {}:", to.name()),
        }
    }
}
