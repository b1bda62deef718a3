//! The page's ties to the browser: the worker, the keyboard.

mod use_shortcuts;
mod use_worker;

pub use use_shortcuts::{Shortcut, use_shortcuts};
pub use use_worker::{WorkerHandle, use_worker};
