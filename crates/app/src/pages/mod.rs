//! The pages that an address can name.

mod lessons;
mod playground;

pub use lessons::Lessons;
pub use playground::Playground;
