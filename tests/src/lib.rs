//! What the browser tests stand on: a real Chromium, the built page served to it, and the page's own terms.
//!
//! [`Test`] starts and ends all of it around one test; [`Page`] finds things as a visitor does, by role and name;
//! [`native`] gives what the command line writes for the same prompt.
//! What the page must do is said in `tests/page`; nothing here knows how it does it, apart from where it shows
//! the text of the model.

mod driver;
mod elsewhere;
pub mod hub;
pub mod native;
mod page;
mod session;
pub mod site;

pub use driver::{Driver, FLAGS};
pub use page::{Page, Role};
pub use session::Test;
pub use site::Site;
