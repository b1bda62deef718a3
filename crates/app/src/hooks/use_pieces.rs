//! The tokens that the main model's tokenizer cuts a text into.

use super::use_query::Models;
use std::rc::Rc;
use yew::prelude::*;
use zeroshot_protocol::{Event, Piece, Request, Seat};

/// Has `text` cut into tokens as soon as the model is there, and again when either is another.
/// `None` until that has been heard; an empty text is not asked about.
#[hook]
pub fn use_pieces(text: Option<String>) -> Option<Rc<Vec<Piece>>> {
    let cut = use_state(|| None::<(String, u32, Rc<Vec<Piece>>)>);
    let models = use_context::<Models>().filter(|models| models.of(Seat::Main).is_some());
    let text = text.filter(|text| !text.is_empty());
    let asked = text.zip(models.map(|models| (models.loads, models.worker)));
    let pieces = asked.as_ref().zip(cut.as_ref()).and_then(|((text, (loads, _)), cut)| {
        (cut.0 == *text && cut.1 == *loads).then(|| Rc::clone(&cut.2))
    });
    let setter = cut.setter();
    use_effect_with(asked, move |asked| {
        let under_way = asked.clone().map(|(text, (loads, worker))| {
            let of = text.clone();
            let on_events = Callback::from(move |events: Vec<Event>| {
                for event in events {
                    if let Event::Tokenized { pieces, .. } = event {
                        setter.set(Some((of.clone(), loads, Rc::new(pieces))));
                    }
                }
            });
            worker.ask(move |id| Request::Tokenize { id, text }, on_events)
        });
        move || drop(under_way)
    });
    pieces
}
