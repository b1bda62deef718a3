//! A labelled field for text of one or more lines.

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// Names the field in the page; unique.
    pub id: AttrValue,
    pub label: AttrValue,
    pub value: AttrValue,
    #[prop_or(1)]
    pub rows: u32,
    /// The language of the text, for spelling and for reading aloud.
    #[prop_or_default]
    pub lang: Option<AttrValue>,
    #[prop_or_default]
    pub disabled: bool,
    pub on_input: Callback<String>,
}

#[function_component]
pub fn TextArea(props: &Props) -> Html {
    let oninput = {
        let on_input = props.on_input.clone();
        Callback::from(move |event: InputEvent| {
            on_input.emit(event.target_unchecked_into::<HtmlTextAreaElement>().value());
        })
    };
    html! {
        <div class="field">
            <label for={props.id.clone()}>{ &props.label }</label>
            <textarea
                id={props.id.clone()}
                class="grows"
                rows={props.rows.to_string()}
                lang={props.lang.clone()}
                dir="auto"
                value={props.value.clone()}
                disabled={props.disabled}
                {oninput}
            />
        </div>
    }
}
