//! The web worker: fetches models, runs their sessions one small step per turn of the event loop,
//! and tells the page in events.
//!
//! What it decides is in modules without the web, tested natively. About requests: [`runner`] (what
//! one about text leads to), [`failure`] (what went wrong, in the protocol's words). About files:
//! [`address`] (where they are), [`arrival`] and [`transfer`] (what a server's answer means and how
//! a file goes on after a cut), [`hashing`] (its digests meanwhile), [`patience`] (when it is tried
//! again), [`progress`] (how often bytes are reported), [`document`] (which files the page may
//! read), [`open`] (from files to a session), [`picked`] and [`parts`] (which file is which part).
//! About what is kept: [`key`] (what it is called), [`pace`] (when), [`ledger`] (its bytes and their
//! digests), [`record`] (what stands beside it). The browser around them is `web`, kept thin. Text and
//! tensors are up to `gpt2`.

pub mod address;
pub mod arrival;
pub mod document;
pub mod failure;
pub mod hashing;
pub mod key;
pub mod ledger;
pub mod open;
pub mod pace;
pub mod parts;
pub mod patience;
pub mod picked;
pub mod progress;
pub mod record;
pub mod runner;
pub mod transfer;
#[cfg(target_arch = "wasm32")]
pub mod web;
