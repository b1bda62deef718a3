//! A value that changes more often than is worth drawing.

use gloo::timers::callback::Timeout;
use std::{cell::Cell, rc::Rc};
use yew::prelude::*;

/// `value`; while it changes `fast`, what it was at most `pause_ms` milliseconds ago.
#[hook]
pub fn use_paced<T: Clone + 'static>(value: &T, fast: bool, pause_ms: u32) -> T {
    let kept = use_mut_ref(|| value.clone());
    let pause = use_mut_ref(|| None::<Timeout>);
    let over = use_memo((), |()| Rc::new(Cell::new(true)));
    let redraw = use_force_update();
    if !fast || over.get() {
        *kept.borrow_mut() = value.clone();
        over.set(!fast);
        *pause.borrow_mut() = fast.then(|| {
            let over = Rc::clone(&over);
            Timeout::new(pause_ms, move || {
                over.set(true);
                redraw.force_update();
            })
        });
    }
    kept.borrow().clone()
}
