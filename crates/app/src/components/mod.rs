//! What is seen: one component to a file. They draw the state and call back; they decide nothing.

mod about;
mod answer;
pub mod chart;
mod context_meter;
mod desk_tools;
mod examples;
mod fields;
mod header;
mod history;
mod inspect;
mod link_note;
mod manuscript;
mod number_choice;
mod print_note;
mod projector_bar;
mod run_bar;
mod settings;
mod shots;
mod stage;
mod status;
mod task_picker;
mod text_area;
mod wording;
mod words;

pub use about::About;
pub use answer::Answer;
pub use context_meter::ContextMeter;
pub use desk_tools::DeskTools;
pub use examples::Examples;
pub use fields::Fields;
pub use header::Header;
pub use history::History;
pub use inspect::Inspect;
pub use link_note::LinkNote;
pub use manuscript::Manuscript;
pub use number_choice::NumberChoice;
pub use print_note::PrintNote;
pub use projector_bar::{Cue, ProjectorBar};
pub use run_bar::{RunBar, Wish};
pub use settings::Settings;
pub use shots::{MarkFields, Shots};
pub use stage::Stage;
pub use status::Status;
pub use task_picker::TaskPicker;
pub use text_area::TextArea;
pub use wording::Wording;
pub use words::{Words, use_masked_words};

use crate::i18n::I18n;
use yew::prelude::*;

/// The texts of the page's language, from the context that `App` provides.
#[hook]
pub fn use_i18n() -> I18n {
    use_context::<I18n>().unwrap_or_default()
}
