//! The built page in a real Chromium, as a visitor uses it.

mod bad_input;
mod broken;
mod load;
mod looks;
mod runs;
mod tasks;
