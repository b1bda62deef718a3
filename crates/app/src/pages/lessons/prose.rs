//! A lesson's text, set: paragraphs, code, emphasis, and nothing else.

use yew::prelude::*;
use zeroshot_lessons::{Span, parse};

/// A text of one or more paragraphs.
pub fn prose(text: &str) -> Html {
    html! { { for parse(text).into_iter().map(|spans| html! { <p>{ set(spans) }</p> }) } }
}

/// A text of one paragraph, without one around it.
pub fn inline(text: &str) -> Html {
    html! { { for parse(text).into_iter().map(set) } }
}

fn set(spans: Vec<Span>) -> Html {
    let span = |span| match span {
        Span::Plain(text) => html! { { text } },
        Span::Code(text) => html! { <code>{ text }</code> },
        Span::Emphasis(text) => html! { <em>{ text }</em> },
    };
    html! { { for spans.into_iter().map(span) } }
}
