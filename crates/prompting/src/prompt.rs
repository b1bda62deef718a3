//! A prompt: one text, made of segments that remember what they are for.
//!
//! The model gets [`Prompt::text`] and nothing else; the segments are there so that a reader can
//! see the parts.

/// What a piece of the prompt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Says what to do.
    Instruction,
    /// An example of the task done; counted from 0 in the order given to the template.
    Shot(usize),
    /// What the visitor filled in.
    Input,
    /// Where the answer belongs: the last thing the model reads.
    Cue,
}

/// A piece of the prompt. The line ends after it are part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// What it is for.
    pub part: Part,
    /// Exactly the text that the model gets.
    pub text: String,
}

/// The whole text that the model continues, in segments. No segment is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// The pieces, in order.
    pub segments: Vec<Segment>,
}

impl Prompt {
    /// Exactly what the model gets.
    pub fn text(&self) -> String {
        self.segments.iter().map(|segment| segment.text.as_str()).collect()
    }

    /// Adds a piece, unless it is empty.
    pub(crate) fn push(&mut self, part: Part, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.segments.push(Segment { part, text });
        }
    }
}
