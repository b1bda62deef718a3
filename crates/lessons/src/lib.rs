//! Lessons as data: what a lesson file says, what makes it sound, and when a task in it is done.
//!
//! A lesson comes from outside, from a server or from a teacher's disk: whatever is wrong with it
//! ends in a [`Fault`] that says where. Pure: fetching a lesson and drawing it is up to `app`,
//! recording what the model says to it is up to `cli`.

mod check;
mod doings;
mod fault;
mod figure;
mod index;
mod markup;
mod recording;
mod scene;
mod schema;
mod text;

pub use check::{Check, Choice, Relation, SettingName, ShotCount, Task, ViewName};
pub use doings::{Doings, RunDone};
pub use fault::Fault;
pub use figure::{Figure, Series};
pub use index::Index;
pub use markup::{Paragraph, Span, parse};
pub use recording::{Recording, Take};
pub use scene::{Scene, Settings, Variation};
pub use schema::{Control, Lesson, MAX_BYTES, Page, TensorTable};
pub use text::Text;
