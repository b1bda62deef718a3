//! The fields of the open task.

mod answer;
mod translate;

use super::{TextArea, use_i18n};
use answer::answer_fields;
use translate::translate_fields;
use yew::prelude::*;
use zeroshot_prompting::Input;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub input: Input,
    /// Whether the prompt was edited by hand, so that the fields no longer write it.
    pub disabled: bool,
    pub on_fill: Callback<Input>,
}

#[function_component]
pub fn Fields(props: &Props) -> Html {
    let i18n = use_i18n();
    let on_fill = props.on_fill.clone();
    let disabled = props.disabled;
    match props.input.clone() {
        Input::Translate { from, to, text } => {
            translate_fields(&i18n, (from, to, &text), disabled, &on_fill)
        }
        Input::Answer { passage, turns, question } => {
            answer_fields(&i18n, (&passage, &turns, &question), disabled, &on_fill)
        }
        Input::Summarize { article } => html! {
            <TextArea
                id="article"
                label={i18n.t("field.article")}
                value={article}
                rows={8}
                {disabled}
                on_input={move |article| on_fill.emit(Input::Summarize { article })}
            />
        },
        Input::Free { text } => html! {
            <TextArea
                id="text"
                label={i18n.t("field.free_text")}
                value={text}
                rows={6}
                {disabled}
                on_input={move |text| on_fill.emit(Input::Free { text })}
            />
        },
    }
}
