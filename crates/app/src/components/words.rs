//! The list of words that are masked where the page shows what a model wrote.

use super::{TextArea, use_i18n};
use crate::state::MaskedWords;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub masked: MaskedWords,
    pub on_mask: Callback<String>,
}

#[function_component]
pub fn Words(props: &Props) -> Html {
    let i18n = use_i18n();
    html! {
        <details class="masked-words">
            <summary>{ i18n.t("words.title") }</summary>
            <TextArea
                id="masked-words"
                label={i18n.t("words.list")}
                value={props.masked.text().to_owned()}
                rows={2}
                on_input={props.on_mask.clone()}
            />
            <p class="help">{ i18n.t("words.help") }</p>
        </details>
    }
}

/// What is masked, from the context that `App` provides.
#[hook]
pub fn use_masked_words() -> MaskedWords {
    use_context::<MaskedWords>().unwrap_or_default()
}
