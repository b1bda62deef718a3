//! The paper's recipe for a task: how to decode, and which part of what was generated is the
//! answer.

use zeroshot_decoding::Decoding;

use crate::{sentences, task::Task};

/// How a task is decoded and its answer read.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// How the continuation is drawn.
    pub decoding: Decoding,
    /// What of it is the answer.
    pub keep: Keep,
}

impl Recipe {
    /// What the paper did for `task`.
    ///
    /// No stop strings: what the model goes on to say after its answer shows that it only ever
    /// continues text. The token limits leave room for some of that, not for much.
    pub(crate) fn of(task: Task) -> Self {
        match task {
            // The paper keeps the first generated sentence. Here a pair is a line, which may hold
            // several sentences; of one sentence it is the same.
            Task::Translate => Self {
                decoding: Decoding { max_new_tokens: 64, ..Decoding::default() },
                keep: Keep::FirstLine,
            },
            Task::Answer => Self {
                decoding: Decoding { max_new_tokens: 32, ..Decoding::default() },
                keep: Keep::FirstLine,
            },
            Task::Summarize => Self {
                decoding: Decoding {
                    temperature: 1.0,
                    top_k: 2,
                    max_new_tokens: 100,
                    ..Decoding::default()
                },
                keep: Keep::FirstSentences(3),
            },
            // The paper's samples have k = 40; a little cooler, because smaller models wander.
            Task::Free => Self {
                decoding: Decoding {
                    temperature: 0.8,
                    top_k: 40,
                    max_new_tokens: 160,
                    ..Decoding::default()
                },
                keep: Keep::All,
            },
        }
    }
}

/// Which part of the generated text is the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The first line that is not blank.
    FirstLine,
    /// The first sentence.
    FirstSentence,
    /// The first sentences, this many at most. A blank line ends them early: in a prompt with
    /// shots it is where the next example would begin.
    FirstSentences(usize),
    /// All of it.
    All,
}

impl Keep {
    /// Parts `generated` into the answer and what the model went on to say. The two together are
    /// `generated`; the answer keeps its leading space.
    ///
    /// While text still arrives (`finished` is false), an end is taken for one only when what
    /// follows has proved it, so that the answer grows and never shrinks: `Mr.` may be the end of
    /// a sentence until `Mr. Brown` is there.
    pub fn split(self, generated: &str, finished: bool) -> (&str, &str) {
        let lead = generated.len() - generated.trim_start().len();
        let end = match self {
            Self::FirstLine => {
                generated[lead..].find(['\n', '\r']).map_or(generated.len(), |end| lead + end)
            }
            Self::FirstSentence => sentences::end_of(generated, 1, finished),
            Self::FirstSentences(count) => sentences::end_of(generated, count, finished),
            Self::All => generated.len(),
        };
        generated.split_at(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipes_are_those_of_the_paper() {
        let translate = Recipe::of(Task::Translate);
        assert!(translate.decoding.is_greedy());
        assert_eq!(translate.keep, Keep::FirstLine);
        let answer = Recipe::of(Task::Answer);
        assert!(answer.decoding.is_greedy());
        let summary = Recipe::of(Task::Summarize);
        assert_eq!((summary.decoding.top_k, summary.decoding.max_new_tokens), (2, 100));
        assert_eq!(summary.keep, Keep::FirstSentences(3));
        for task in Task::ALL {
            assert_eq!(Recipe::of(task).decoding.validate(), Ok(()));
        }
    }

    #[test]
    fn a_line_ends_the_answer_and_the_rest_is_kept() {
        for (generated, answer, rest) in [
            (" Deux femmes.\nA man = Un", " Deux femmes.", "\nA man = Un"),
            (" Deux femmes. Elles", " Deux femmes. Elles", ""),
            ("\n Tom.\r\nQ: Who", "\n Tom.", "\r\nQ: Who"),
            ("\n", "\n", ""),
            ("", "", ""),
        ] {
            assert_eq!(Keep::FirstLine.split(generated, false), (answer, rest));
            assert_eq!(Keep::All.split(generated, false), (generated, ""));
        }
    }

    #[test]
    fn an_answer_only_grows_while_it_arrives() {
        let text = " Mr. Brown sold 3.5 kg. \"Thank you!\" said Anna… \u{ab} Oui ! \u{bb} Puis rien.\
                    \n\nA new article. \u{4f60}\u{597d}\u{3002}\u{518d}\u{89c1}\u{3002}";
        for keep in [Keep::FirstLine, Keep::FirstSentence, Keep::FirstSentences(3), Keep::All] {
            let whole = keep.split(text, true).0;
            for (end, _) in text.char_indices() {
                let (answer, rest) = keep.split(&text[..end], false);
                assert!(
                    whole.starts_with(answer.trim_end()),
                    "{keep:?}: {answer:?} shrank to {whole:?}"
                );
                assert!(rest.is_empty() || answer == whole, "{keep:?}: {answer:?} ended early");
            }
        }
    }
}
