//! What is being fetched, so that it can be ended: models, one for each seat, and documents.

use std::{cell::RefCell, rc::Rc};

use zeroshot_protocol::{RequestId, Seat};

use super::control::Control;

/// The fetches under way.
#[derive(Default)]
pub struct Fetches(RefCell<Vec<Rc<Control>>>);

impl Fetches {
    /// One has begun.
    pub fn begin(&self, control: Rc<Control>) {
        self.0.borrow_mut().push(control);
    }

    /// The one of this request.
    pub fn find(&self, id: RequestId) -> Option<Rc<Control>> {
        self.0.borrow().iter().find(|control| control.id == id).cloned()
    }

    /// One has come to its own end, or is ended here; whether there was one.
    pub fn end(&self, id: RequestId) -> bool {
        self.end_where(|control| control.id == id)
    }

    /// Ends the model's that was to become this one.
    pub fn clear(&self, seat: Seat) {
        self.end_where(|control| control.seat == Some(seat));
    }

    fn end_where(&self, matches: impl Fn(&Control) -> bool) -> bool {
        let (ended, rest): (Vec<_>, Vec<_>) =
            self.0.take().into_iter().partition(|control| matches(control));
        self.0.replace(rest);
        // One that is done does not mind.
        ended.iter().for_each(|control| control.end());
        !ended.is_empty()
    }
}
