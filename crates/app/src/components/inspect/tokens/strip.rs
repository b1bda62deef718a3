//! The text as a strip of tokens, each coloured by what the model thought of it; arrow keys move
//! along it.

use super::{
    transcript::{Stretch, Token, Transcript},
    words,
};
use crate::components::inspect::ink::{Ink, inks, line_ends, plain};
use crate::{
    components::use_i18n,
    state::measures::{heat_of_rank, heat_of_surprisal, surprisal},
};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;
use zeroshot_prompting::Part;

/// Tokens that are drawn together. While a text grows, only its last ones are drawn again.
const CHUNK: usize = 32;

/// What the tokens are coloured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    Surprisal,
    Rank,
    None,
}

impl Colour {
    pub const ALL: [Self; 3] = [Self::Surprisal, Self::Rank, Self::None];

    /// Its name in keys.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Surprisal => "surprisal",
            Self::Rank => "rank",
            Self::None => "none",
        }
    }

    /// The class of a token.
    fn class(self, token: &Token) -> Option<String> {
        let prediction = token.prediction.as_ref()?;
        let heat = match self {
            Self::Surprisal => heat_of_surprisal(surprisal(prediction.logprob)),
            Self::Rank => heat_of_rank(prediction.rank),
            Self::None => return None,
        };
        Some(format!("heat-{heat}"))
    }
}

#[derive(PartialEq, Properties)]
pub struct Props {
    pub transcript: Rc<Transcript>,
    pub colour: Colour,
    /// The token whose details are shown; the number of all tokens is the place after the last.
    pub shown: usize,
    /// The token that the keyboard is at.
    pub pinned: usize,
    /// Whether the place after the last token is offered.
    pub next: bool,
    /// The first token that is another one in the run that this is compared with.
    pub parts_at: Option<usize>,
    pub on_pin: Callback<usize>,
    pub on_hover: Callback<Option<usize>>,
}

#[function_component]
pub fn Strip(props: &Props) -> Html {
    let i18n = use_i18n();
    let transcript = &props.transcript;
    let len = transcript.tokens.len();
    let spans = transcript.spans();
    let starts: Vec<usize> = spans.iter().map(|(_, span)| span.start).collect();
    let on_pin = props.on_pin.clone();
    let pin = move |target: Option<web_sys::EventTarget>| {
        if let Some(index) = token_of(target) {
            on_pin.emit(index);
        }
    };
    let onclick = {
        let pin = pin.clone();
        move |event: MouseEvent| pin(event.target())
    };
    let onfocusin = move |event: FocusEvent| pin(event.target());
    let onmouseover = props.on_hover.reform(|event: MouseEvent| token_of(event.target()));
    let onmouseleave = props.on_hover.reform(|_| None);
    let last = if props.next { len } else { len.saturating_sub(1) };
    let pinned = props.pinned;
    let onkeydown = move |event: KeyboardEvent| {
        let to = match event.key().as_str() {
            "ArrowRight" => Some((pinned + 1).min(last)),
            "ArrowLeft" => pinned.checked_sub(1),
            "ArrowDown" => starts.iter().find(|start| **start > pinned).copied().or(Some(last)),
            "ArrowUp" => starts.iter().rfind(|start| **start < pinned).copied(),
            "Home" => Some(0),
            "End" => Some(last),
            _ => return,
        };
        event.prevent_default();
        let strip = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
        if let (Some(to), Some(strip)) = (to, strip)
            && let Some(token) = element_of(&strip, to)
        {
            let _ = token.focus();
        }
    };
    let strip = use_node_ref();
    {
        // The token whose details are shown may lie beyond what is seen of a long text.
        let strip = strip.clone();
        use_effect_with((props.pinned, len == 0), move |(pinned, _)| {
            if let Some(strip) = strip.cast::<Element>() {
                bring_into_view(&strip, *pinned);
            }
        });
    }
    let within = |index: usize, chunk: &std::ops::Range<usize>| {
        chunk.contains(&index).then(|| index - chunk.start)
    };
    let group = |(stretch, span): &(Stretch, std::ops::Range<usize>)| {
        let name = words::name_of(&i18n, *stretch);
        let chunks = span.clone().step_by(CHUNK).map(|start| {
            let chunk = start..span.end.min(start + CHUNK);
            html! {
                <Chunk
                    key={start}
                    tokens={transcript.tokens[chunk.clone()].to_vec()}
                    {start}
                    colour={props.colour}
                    shown={within(props.shown, &chunk)}
                    pinned={within(props.pinned, &chunk)}
                    parts_at={props.parts_at.and_then(|at| within(at, &chunk))}
                />
            }
        });
        html! {
            <span key={span.start} class={classes!("stretch", class_of(*stretch))} role="group" aria-label={name.clone()}>
                <span class="stretch-name" aria-hidden="true">{ name.clone() }</span>
                { for chunks }
            </span>
        }
    };
    html! {
        <div
            class="token-strip"
            role="listbox"
            ref={strip}
            aria-label={i18n.t("tokens.strip")}
            {onclick}
            {onfocusin}
            {onmouseover}
            {onmouseleave}
            {onkeydown}
        >
            { for spans.iter().map(group) }
            if props.next {
                <span
                    class={classes!("token", "next", (props.shown == len).then_some("shown"))}
                    role="option"
                    aria-selected={(props.shown == len).to_string()}
                    aria-label={i18n.t("tokens.next")}
                    tabindex={if props.pinned == len { "0" } else { "-1" }}
                    data-token={len.to_string()}
                >{ "…" }</span>
            }
        </div>
    }
}

fn element_of(strip: &Element, token: usize) -> Option<HtmlElement> {
    let found = strip.query_selector(&format!("[data-token='{token}']")).ok()??;
    found.dyn_into::<HtmlElement>().ok()
}

/// Scrolls the strip, and nothing but the strip, until a token can be seen.
fn bring_into_view(strip: &Element, token: usize) {
    let Some(token) = element_of(strip, token) else { return };
    let (top, height) = (token.offset_top(), token.offset_height());
    let (seen, room) = (strip.scroll_top(), strip.client_height());
    if top < seen || top + height > seen + room {
        strip.set_scroll_top(top - room / 2);
    }
}

/// The token that an event is about.
fn token_of(target: Option<web_sys::EventTarget>) -> Option<usize> {
    let element = target?.dyn_into::<Element>().ok()?;
    element.closest("[data-token]").ok()??.get_attribute("data-token")?.parse().ok()
}

const fn class_of(stretch: Stretch) -> &'static str {
    match stretch {
        Stretch::Prompt(Part::Instruction) => "instruction",
        Stretch::Prompt(Part::Shot(_)) => "shot",
        Stretch::Prompt(Part::Input) => "input",
        Stretch::Prompt(Part::Cue) => "cue",
        Stretch::Answer | Stretch::Recorded => "answer",
        Stretch::Rest | Stretch::Stop => "rest",
    }
}

#[derive(PartialEq, Properties)]
struct ChunkProps {
    tokens: Vec<Token>,
    /// The number of the first.
    start: usize,
    colour: Colour,
    shown: Option<usize>,
    pinned: Option<usize>,
    parts_at: Option<usize>,
}

#[function_component]
fn Chunk(props: &ChunkProps) -> Html {
    let i18n = use_i18n();
    let token = |(index, token): (usize, &Token)| {
        let piece = token.piece();
        let text = plain(piece);
        let name = match &token.prediction {
            Some(prediction) => i18n.tf(
                "tokens.name",
                &[
                    ("token", &text),
                    ("percent", &words::percent(prediction.logprob.into())),
                    ("bits", &words::in_bits(&i18n, surprisal(prediction.logprob))),
                ],
            ),
            None => text,
        };
        let shown = props.shown == Some(index);
        let ink = |ink: Ink| match ink {
            Ink::Text(text) => html! { { text } },
            Ink::Blank(sign) => html! { <i class="blank">{ sign }</i> },
            Ink::Byte(byte) => html! { <i class="byte">{ format!("{byte:02X}") }</i> },
        };
        html! {
            <>
                if props.parts_at == Some(index) {
                    <span class="parts-here" aria-hidden="true">{ i18n.t("tokens.parts_here") }</span>
                }
                <span
                    class={classes!(
                        "token",
                        props.colour.class(token),
                        shown.then_some("shown"),
                        (!piece.bytes.is_empty()).then_some("split"),
                    )}
                    role="option"
                    aria-selected={shown.to_string()}
                    aria-label={name}
                    tabindex={if props.pinned == Some(index) { "0" } else { "-1" }}
                    data-token={(props.start + index).to_string()}
                >
                    { for inks(piece).into_iter().map(ink) }
                </span>
                { for (0..line_ends(piece).min(2)).map(|_| html! { <br /> }) }
            </>
        }
    };
    html! { { for props.tokens.iter().enumerate().map(token) } }
}
