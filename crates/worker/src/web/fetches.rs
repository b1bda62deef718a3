//! What is being fetched, so that it can be ended: models, one for each seat, and documents.

use std::{cell::RefCell, rc::Rc};

use zeroshot_protocol::{RequestId, Seat};

use super::control::Control;

/// The fetches under way.
#[derive(Default)]
pub struct Fetches {
    under_way: RefCell<Vec<Rc<Control>>>,
    /// Those that were ended and still put away what had arrived.
    ending: RefCell<Vec<Rc<Control>>>,
}

impl Fetches {
    /// One has begun.
    pub fn begin(&self, control: Rc<Control>) {
        self.under_way.borrow_mut().push(control);
    }

    /// The work of one is over, by itself or because it was ended.
    pub fn done(&self, id: RequestId) {
        for fetches in [&self.under_way, &self.ending] {
            fetches.borrow_mut().retain(|control| control.id != id);
        }
    }

    /// Whether a load that was ended is still putting away what had arrived.
    pub fn puts_away(&self) -> bool {
        self.ending.borrow().iter().any(|control| control.seat.is_some())
    }

    /// The one of this request.
    pub fn find(&self, id: RequestId) -> Option<Rc<Control>> {
        self.under_way.borrow().iter().find(|control| control.id == id).cloned()
    }

    /// Ends one; whether there was one.
    pub fn end(&self, id: RequestId) -> bool {
        self.end_where(|control| control.id == id)
    }

    /// Ends the model's that was to become this one.
    pub fn clear(&self, seat: Seat) {
        self.end_where(|control| control.seat == Some(seat));
    }

    fn end_where(&self, matches: impl Fn(&Control) -> bool) -> bool {
        let (ended, rest): (Vec<_>, Vec<_>) =
            self.under_way.take().into_iter().partition(|control| matches(control));
        self.under_way.replace(rest);
        ended.iter().for_each(|control| control.end());
        let any = !ended.is_empty();
        self.ending.borrow_mut().extend(ended);
        any
    }
}
