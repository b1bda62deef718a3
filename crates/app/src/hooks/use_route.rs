//! The page that the address names, followed as the visitor goes back and forth.

use crate::{browser, state::Route};
use gloo::{events::EventListener, utils::window};
use yew::prelude::*;

/// The route of the address. Going elsewhere is a link's job: `<a href={route.to_string()}>`.
#[hook]
pub fn use_route() -> Route {
    let route = use_state_eq(|| Route::parse(&browser::fragment()));
    let followed = route.clone();
    // Another page begins at its top, wherever the one before was scrolled to.
    use_effect_with(std::mem::discriminant(&*route), |_| browser::to_top());
    use_effect_with((), move |()| {
        let listener = EventListener::new(&window(), "hashchange", move |_| {
            followed.set(Route::parse(&browser::fragment()));
        });
        move || drop(listener)
    });
    (*route).clone()
}
