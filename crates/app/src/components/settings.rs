//! All settings of decoding, behind one panel; each says what it does to the text.

use super::{TextArea, use_i18n};
use crate::{
    i18n::{I18n, refusal},
    state::{DeskAction, Setting, SettingsForm, Unusable},
};
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub form: SettingsForm,
    /// The field that a run was refused for.
    pub unusable: Option<Unusable>,
    pub on_action: Callback<DeskAction>,
}

#[function_component]
pub fn Settings(props: &Props) -> Html {
    let i18n = use_i18n();
    // Opens for a refused setting, and stays as it is while that is corrected.
    let open = use_state(|| false);
    {
        let open = open.clone();
        use_effect_with(props.unusable.is_some(), move |refused| {
            if *refused {
                open.set(true);
            }
        });
    }
    let ontoggle = {
        let open = open.clone();
        move |event: Event| open.set(event.target_unchecked_into::<Element>().has_attribute("open"))
    };
    let on_action = &props.on_action;
    let number = |setting: Setting| {
        let id = setting.id();
        let unusable = props.unusable.filter(|unusable| unusable.setting == setting);
        let oninput = on_action.reform(move |event: InputEvent| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            DeskAction::Set(setting, text)
        });
        html! {
            <div class="setting">
                <label for={id}>{ i18n.t(&format!("setting.{id}")) }</label>
                <input
                    {id}
                    inputmode="decimal"
                    autocomplete="off"
                    value={props.form.text(setting).to_owned()}
                    aria-invalid={unusable.is_some().to_string()}
                    aria-describedby={format!("{id}-help")}
                    {oninput}
                />
                <p id={format!("{id}-help")} class="help">
                    if let Some(unusable) = unusable {
                        <strong class="alert" role="alert">{ unusable_sentence(&i18n, &unusable) }</strong>
                        { " " }
                    }
                    { i18n.t(&format!("setting.{id}.help")) }
                </p>
            </div>
        }
    };
    let check = |id: &'static str, checked: bool, action: fn(bool) -> DeskAction| {
        let onchange = on_action.reform(move |event: Event| {
            action(event.target_unchecked_into::<HtmlInputElement>().checked())
        });
        html! {
            <div class="setting check">
                <input {id} type="checkbox" {checked} {onchange} aria-describedby={format!("{id}-help")} />
                <label for={id}>{ i18n.t(&format!("setting.{id}")) }</label>
                <p id={format!("{id}-help")} class="help">
                    { i18n.t(&format!("setting.{id}.help")) }
                </p>
            </div>
        }
    };
    html! {
        <details class="settings" open={*open} {ontoggle}>
            <summary>{ i18n.t("settings.title") }</summary>
            { for Setting::ALL.into_iter().filter(|setting| *setting != Setting::Stop).map(number) }
            { check("keep_seed", props.form.keep_seed, DeskAction::KeepSeed) }
            { check("trim", props.form.trim, DeskAction::SetTrim) }
            <TextArea
                id="stop"
                label={i18n.t("setting.stop")}
                value={props.form.text(Setting::Stop).to_owned()}
                rows={2}
                on_input={on_action.reform(|text| DeskAction::Set(Setting::Stop, text))}
            />
            <p class="help">{ i18n.t("setting.stop.help") }</p>
            <button
                type="button"
                class="quiet"
                onclick={on_action.reform(|_| DeskAction::ResetSettings)}
            >{ i18n.t("settings.reset") }</button>
        </details>
    }
}

/// Why a setting cannot be used as it is.
pub fn unusable_sentence(i18n: &I18n, unusable: &Unusable) -> String {
    refusal(i18n, unusable.setting.id(), unusable.least, unusable.greatest)
}
