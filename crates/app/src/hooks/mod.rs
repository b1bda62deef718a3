//! The page's ties to the browser and to the model: the worker, the keyboard, the address.

mod use_answers;
mod use_library;
mod use_paced;
mod use_pieces;
mod use_query;
mod use_route;
mod use_shortcuts;
mod use_transcript;
mod use_worker;

pub use use_answers::use_answers;
pub use use_library::{Loader, use_library};
pub use use_paced::use_paced;
pub use use_pieces::use_pieces;
pub use use_query::{Heard, Models, use_query};
pub use use_route::use_route;
pub use use_shortcuts::{Shortcut, is_in_control, use_shortcuts};
pub use use_transcript::{Told, use_transcript};
pub use use_worker::{Asked, WorkerHandle, use_worker};
