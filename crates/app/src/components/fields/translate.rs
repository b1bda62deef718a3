//! What to translate, from which language, into which.

use crate::{components::TextArea, i18n::I18n};
use web_sys::HtmlSelectElement;
use yew::prelude::*;
use zeroshot_prompting::{Input, Language};

/// The fields of a translation.
pub fn translate_fields(
    i18n: &I18n,
    (from, to, text): (Language, Language, &str),
    disabled: bool,
    on_fill: &Callback<Input>,
) -> Html {
    let fill = {
        let (on_fill, text) = (on_fill.clone(), text.to_owned());
        move |from, to| on_fill.emit(Input::Translate { from, to, text: text.clone() })
    };
    let select =
        |id: &'static str, label: String, chosen: Language, on_pick: Callback<Language>| {
            let onchange = move |event: Event| {
                let value = event.target_unchecked_into::<HtmlSelectElement>().value();
                if let Some(language) = Language::by_code(&value) {
                    on_pick.emit(language);
                }
            };
            html! {
                <div class="field">
                    <label for={id}>{ label }</label>
                    <select {id} {onchange} {disabled}>
                        { for Language::ALL.into_iter().map(|language| html! {
                            <option value={language.code()} selected={language == chosen}>
                                { i18n.t(&format!("language.{}", language.code())) }
                            </option>
                        }) }
                    </select>
                </div>
            }
        };
    // Picking the other side's language swaps the two: a language is never translated into itself.
    let pick_from = {
        let fill = fill.clone();
        Callback::from(move |language| fill(language, if language == to { from } else { to }))
    };
    let pick_to = {
        let fill = fill.clone();
        Callback::from(move |language| fill(if language == from { to } else { from }, language))
    };
    let on_text = on_fill.reform(move |text| Input::Translate { from, to, text });
    html! {
        <>
            <div class="pair">
                { select("from", i18n.t("field.from"), from, pick_from) }
                <button
                    type="button"
                    class="quiet"
                    aria-label={i18n.t("field.swap")}
                    title={i18n.t("field.swap")}
                    {disabled}
                    onclick={move |_| fill(to, from)}
                >{ "⇄" }</button>
                { select("to", i18n.t("field.to"), to, pick_to) }
            </div>
            <TextArea
                id="text"
                label={i18n.t("field.text")}
                value={text.to_owned()}
                rows={3}
                lang={AttrValue::from(from.code())}
                {disabled}
                on_input={on_text}
            />
        </>
    }
}
