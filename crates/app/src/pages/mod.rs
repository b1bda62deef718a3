//! The pages that an address can name.

mod lessons;
mod models;
mod playground;

pub use lessons::Lessons;
pub use models::ModelsPage;
pub use playground::Playground;
