//! Two continuations of one prompt beside each other, with the first token that differs marked.

use super::take::{Take, TakeColumn};
use crate::{
    components::use_i18n,
    state::{Parting, parting},
};
use std::rc::Rc;
use yew::prelude::*;
use zeroshot_prompting::Keep;
use zeroshot_protocol::Event;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub left_heading: AttrValue,
    pub right_heading: AttrValue,
    pub left: Rc<Vec<Event>>,
    pub right: Rc<Vec<Event>>,
    pub keep: Keep,
    /// Whether nothing more will come.
    pub stopped: bool,
}

#[function_component]
pub fn Pair(props: &Props) -> Html {
    let i18n = use_i18n();
    let left = use_memo(props.left.clone(), |events| Take::of(events));
    let right = use_memo(props.right.clone(), |events| Take::of(events));
    let parting = parting(&left.ids(), &right.ids());
    let ended = matches!((&left.end, &right.end), (Some(Ok(_)), Some(Ok(_))));
    let mark = match parting {
        Parting::At(at) => Some(at),
        _ => None,
    };
    let piece = |take: &Take, at: usize| {
        take.pieces.get(at).map(|piece| format!("{:?}", piece.text)).unwrap_or_default()
    };
    let said = match parting {
        Parting::At(at) => Some(i18n.tf(
            "versus.differs",
            &[("n", &(at + 1)), ("left", &piece(&left, at)), ("right", &piece(&right, at))],
        )),
        _ if !ended => None,
        Parting::Never => Some(i18n.tf("versus.same_text", &[("n", &left.pieces.len())])),
        Parting::LeftEnds(at) => Some(i18n.tf("versus.left_ends", &[("n", &at)])),
        Parting::RightEnds(at) => Some(i18n.tf("versus.right_ends", &[("n", &at)])),
    };
    let column = |heading: &AttrValue, events: &Rc<Vec<Event>>| {
        html! {
            <TakeColumn
                heading={heading.clone()}
                events={events.clone()}
                keep={props.keep}
                whole=true
                {mark}
                stopped={props.stopped}
            />
        }
    };
    html! {
        <>
            <p class="said" role="status">{ said }</p>
            <div class="takes two" aria-busy={(!props.stopped).to_string()}>
                { column(&props.left_heading, &props.left) }
                { column(&props.right_heading, &props.right) }
            </div>
        </>
    }
}
