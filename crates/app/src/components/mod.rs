//! What is seen: one component to a file. They draw the state and call back; they decide nothing.

mod about;
mod answer;
pub mod chart;
mod context_meter;
mod examples;
mod fields;
mod header;
mod inspect;
mod manuscript;
mod number_choice;
mod run_bar;
mod settings;
mod shots;
mod stage;
mod status;
mod task_picker;
mod text_area;
mod wording;

pub use about::About;
pub use answer::Answer;
pub use context_meter::ContextMeter;
pub use examples::Examples;
pub use fields::Fields;
pub use header::Header;
pub use inspect::Inspect;
pub use manuscript::Manuscript;
pub use number_choice::NumberChoice;
pub use run_bar::{RunBar, Wish};
pub use settings::Settings;
pub use shots::{MarkFields, Shots};
pub use stage::Stage;
pub use status::Status;
pub use task_picker::TaskPicker;
pub use text_area::TextArea;
pub use wording::Wording;

use crate::i18n::I18n;
use yew::prelude::*;

/// The texts of the page's language, from the context that `App` provides.
#[hook]
pub fn use_i18n() -> I18n {
    use_context::<I18n>().unwrap_or_else(|| I18n::new(crate::i18n::Locale::English))
}
