//! The project's own commands, as a library: what `cargo xtask …` does, for its binary and for the browser tests.
//!
//! It finds or installs what a build needs, builds the page with Trunk, serves it and runs every check.
//! It leaves to Cargo and Trunk what is theirs (compiling, freshness of crates, bundling),
//! and knows nothing of models, prompts or Yew.

pub mod command;
pub mod instructions;
pub mod offline;
pub mod page;
pub mod project;
pub mod server;
pub mod sizes;
pub mod system;
pub mod test;
pub mod texts;
pub mod tidy;
pub mod tools;
pub mod wasm;
pub mod workers;
