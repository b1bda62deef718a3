//! Tasks written as text: what a visitor fills in, the template that turns it and its shots into
//! the one prompt that GPT-2 continues, and the paper's recipe for decoding and for reading the
//! answer out of the continuation.
//!
//! Pure text: no tensors, no tokens, no web. Running the prompt is up to `worker` and `gpt2`,
//! showing it is up to `app`.

mod examples;
mod input;
mod order;
mod prompt;
mod recipe;
mod sentences;
mod task;
mod templates;
mod wording;

pub use examples::{Example, ExampleSet, ExamplesError, LanguagePair, Recorded};
pub use input::{Input, Shot, Turn};
pub use order::{permutation, selections, with_wrong_answers};
pub use prompt::{Part, Prompt, Segment};
pub use recipe::{Keep, Recipe};
pub use task::{Language, Task};
pub use templates::Template;
pub use wording::{Marks, Wording, WordingError};
