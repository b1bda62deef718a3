//! The built page in a real Chromium, as a visitor uses it.

mod access;
mod attention;
mod bad_input;
mod broken;
mod builds;
mod class;
mod layers;
mod lessons;
mod load;
mod looks;
mod models;
mod offline;
mod runs;
mod shots;
mod tasks;
mod texts;
mod tokens;
