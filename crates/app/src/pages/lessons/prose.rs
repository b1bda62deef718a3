//! A lesson's text, set: paragraphs, code, emphasis, and nothing else.

use yew::prelude::*;
use zeroshot_lessons::{Span, parse};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub text: AttrValue,
}

#[function_component]
pub fn Prose(props: &Props) -> Html {
    html! { { for parse(&props.text).into_iter().map(|spans| html! { <p>{ set(spans) }</p> }) } }
}

/// A text of one paragraph, without one around it.
#[function_component]
pub fn Inline(props: &Props) -> Html {
    html! { { for parse(&props.text).into_iter().map(set) } }
}

fn set(spans: Vec<Span>) -> Html {
    let span = |span| match span {
        Span::Plain(text) => html! { { text } },
        Span::Code(text) => html! { <code>{ text }</code> },
        Span::Emphasis(text) => html! { <em>{ text }</em> },
    };
    html! { { for spans.into_iter().map(span) } }
}
