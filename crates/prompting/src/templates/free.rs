//! The visitor's own text, as it is.

use crate::prompt::{Part, Prompt};

pub(super) fn render(text: &str) -> Prompt {
    let mut prompt = Prompt::default();
    // A line end may be meant; a space at the end leads GPT-2 astray.
    prompt.push(Part::Input, text.trim_end_matches([' ', '\t']));
    prompt
}
