//! The web worker: fetches models, runs their sessions one small step per turn of the event loop,
//! and tells the page in events.
//!
//! What it decides is in modules without the web, tested natively: [`runner`] (what a request
//! leads to), [`open`] (from files to a session), [`failure`] (what went wrong, in the protocol's
//! words), [`arrival`] (whether a server's answer is the file), [`document`] (which files the page
//! may read) and [`progress`] (how often bytes are reported). The browser around them is `web`, kept thin. Text and tensors are up to `gpt2`.

pub mod arrival;
pub mod document;
pub mod failure;
pub mod open;
pub mod progress;
pub mod runner;
#[cfg(target_arch = "wasm32")]
pub mod web;
