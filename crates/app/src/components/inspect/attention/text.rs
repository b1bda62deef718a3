//! The text as tokens, of which one looks at those before it: what each of them gets is drawn
//! behind it, and written under it where it is one per cent or more.

use super::heat_grid::mix;
use crate::components::inspect::ink::plain;
use crate::{
    components::use_i18n,
    state::{Transcript, percent},
};
use std::rc::Rc;
use web_sys::HtmlElement;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub transcript: Rc<Transcript>,
    /// The token that looks.
    pub position: usize,
    /// What each token up to it gets; while that is not known, what the one before gave.
    pub shares: Rc<Vec<f32>>,
    pub on_pick: Callback<usize>,
}

#[function_component]
pub fn LookText(props: &Props) -> Html {
    let i18n = use_i18n();
    let position = props.position;
    let count = props.transcript.pieces.len();
    let frame = use_node_ref();
    let token = use_node_ref();
    {
        let (frame, token) = (frame.clone(), token.clone());
        use_effect_with(position, move |_| show(&frame, &token));
    }
    let onkeydown = {
        let on_pick = props.on_pick.clone();
        move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "ArrowLeft" | "ArrowUp" => position.saturating_sub(1),
                "ArrowRight" | "ArrowDown" => (position + 1).min(count.saturating_sub(1)),
                "Home" => 0,
                "End" => count.saturating_sub(1),
                _ => return,
            };
            event.prevent_default();
            on_pick.emit(to);
        }
    };
    let set = |(index, piece): (usize, &zeroshot_protocol::Piece)| {
        let share = props.shares.get(index).copied();
        let breaks = piece.bytes.is_empty() && piece.text.contains(['\n', '\r']);
        let text =
            if breaks || !piece.bytes.is_empty() { plain(piece) } else { piece.text.clone() };
        let name = match share {
            Some(share) => format!("{}, {}", plain(piece), percent(share)),
            None => plain(piece),
        };
        // The number stands under it without its sign: there is no room for more.
        let figure = share.filter(|share| *share >= 0.005).map(|share| (share * 100.0).round());
        let class = classes!(
            "look-token",
            (index == position).then_some("looks"),
            (index > position).then_some("unseen-yet"),
            props.transcript.answer.contains(&index).then_some("written"),
        );
        let on_pick = props.on_pick.clone();
        html! {
            <>
                <span
                    {class}
                    ref={if index == position { token.clone() } else { NodeRef::default() }}
                    role="option"
                    id={format!("look-{index}")}
                    aria-selected={(index == position).to_string()}
                    aria-label={name}
                    style={format!("--mix: {:.1}%", mix(share.unwrap_or_default()))}
                    onclick={move |_| on_pick.emit(index)}
                >
                    <span class="look-word">{ text }</span>
                    // A space, or word and number are read as one.
                    { " " }
                    <span class="look-figure">{ for figure }</span>
                </span>
                if breaks {
                    <br />
                }
            </>
        }
    };
    html! {
        <div
            ref={frame.clone()}
            class="look-text"
            role="listbox"
            tabindex="0"
            aria-label={i18n.t("attention.pick")}
            aria-activedescendant={format!("look-{position}")}
            {onkeydown}
        >
            { for props.transcript.pieces.iter().enumerate().map(set) }
        </div>
    }
}

/// Scrolls a long text to the token that looks, and nothing but the text.
fn show(frame: &NodeRef, token: &NodeRef) {
    let nodes = frame.cast::<HtmlElement>().zip(token.cast::<HtmlElement>());
    let Some((frame, token)) = nodes else { return };
    let (top, height) = (token.offset_top(), token.offset_height());
    let seen = frame.scroll_top()..frame.scroll_top() + frame.client_height() - height;
    if !seen.contains(&top) {
        frame.set_scroll_top(top - frame.client_height() / 2);
    }
}
