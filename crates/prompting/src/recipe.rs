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
                decoding: Decoding { max_new_tokens: 96, ..Decoding::default() },
                keep: Keep::FirstLine,
            },
            Task::Answer => Self {
                decoding: Decoding { max_new_tokens: 48, ..Decoding::default() },
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
