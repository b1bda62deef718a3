//! What is being fetched, so that it can be ended: models, one for each seat, and documents.

use std::cell::RefCell;

use web_sys::{AbortController, AbortSignal};
use zeroshot_protocol::{Failure, RequestId, Seat};

/// The fetches under way.
#[derive(Default)]
pub struct Fetches(RefCell<Vec<Fetch>>);

struct Fetch {
    id: RequestId,
    /// Of a model, the one that it becomes.
    seat: Option<Seat>,
    controller: AbortController,
}

impl Fetches {
    /// Begins one: the signal tells when it was ended from here.
    ///
    /// # Errors
    /// [`Failure::Internal`] where the browser has no such signals.
    pub fn begin(&self, id: RequestId, seat: Option<Seat>) -> Result<AbortSignal, Failure> {
        let controller = AbortController::new()
            .map_err(|error| Failure::Internal { detail: format!("{error:?}") })?;
        let signal = controller.signal();
        self.0.borrow_mut().push(Fetch { id, seat, controller });
        Ok(signal)
    }

    /// One has come to its own end, or is ended here; whether there was one.
    pub fn end(&self, id: RequestId) -> bool {
        self.end_where(|fetch| fetch.id == id)
    }

    /// Ends the model's that was to become this one.
    pub fn clear(&self, seat: Seat) {
        self.end_where(|fetch| fetch.seat == Some(seat));
    }

    fn end_where(&self, matches: impl Fn(&Fetch) -> bool) -> bool {
        let (ended, rest): (Vec<_>, Vec<_>) =
            self.0.take().into_iter().partition(|fetch| matches(fetch));
        self.0.replace(rest);
        // One that is done does not mind.
        ended.iter().for_each(|fetch| fetch.controller.abort());
        !ended.is_empty()
    }
}
