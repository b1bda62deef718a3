//! The desk's settings and others, on the same prompt with the same seed.

use super::{
    pair::Pair,
    queue::{Action, Job, use_queue},
};
use crate::{
    components::{settings::unusable_sentence, use_i18n},
    state::{Desk, Setting, SettingsForm, Unusable},
};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;
use zeroshot_protocol::{Decoding, Seat};

/// The settings that can be others; length, seed and stop texts are the desk's.
const OTHERS: [Setting; 4] =
    [Setting::Temperature, Setting::TopK, Setting::TopP, Setting::RepetitionPenalty];

#[derive(PartialEq, Properties)]
pub struct Props {
    pub desk: Rc<Desk>,
    /// Whether the visitor's own run is under way.
    pub busy: bool,
}

#[function_component]
pub fn TwoSettings(props: &Props) -> Html {
    let i18n = use_i18n();
    let queue = use_queue(props.busy);
    let typed = use_state(|| None::<SettingsForm>);
    let other = (*typed).clone().unwrap_or_else(|| contrast(&props.desk));
    let jobs = use_memo((props.desk.clone(), other.clone()), |(desk, other)| jobs(desk, other));
    {
        let dispatcher = queue.dispatcher();
        use_effect_with(jobs.clone(), move |_| dispatcher.dispatch(Action::Clear));
    }
    let start = {
        let (queue, jobs) = (queue.dispatcher(), jobs.clone());
        move |_| {
            if let Ok(jobs) = &*jobs {
                queue.dispatch(Action::Start(jobs.clone()));
            }
        }
    };
    let stop = {
        let queue = queue.dispatcher();
        move |_| queue.dispatch(Action::Stop)
    };
    let unusable = jobs.as_ref().as_ref().err().copied();
    let field = |setting: Setting| {
        let (typed, other_form) = (typed.clone(), other.clone());
        let id = format!("other-{}", setting.id());
        let oninput = move |event: InputEvent| {
            let mut form = other_form.clone();
            form.set(setting, event.target_unchecked_into::<HtmlInputElement>().value());
            typed.set(Some(form));
        };
        html! {
            <div class="field">
                <label for={id.clone()}>{ i18n.t(&format!("setting.{}", setting.id())) }</label>
                <input
                    {id}
                    inputmode="decimal"
                    autocomplete="off"
                    value={other.text(setting).to_owned()}
                    aria-invalid={(unusable.map(|unusable| unusable.setting) == Some(setting)).to_string()}
                    {oninput}
                />
            </div>
        }
    };
    html! {
        <>
            <p class="help">{ i18n.t("versus.help") }</p>
            <fieldset>
                <legend>{ i18n.t("versus.other") }</legend>
                <div class="other-settings">{ for OTHERS.into_iter().map(field) }</div>
            </fieldset>
            <div class="shot-tools">
                if queue.goes_on() {
                    <button type="button" class="secondary" onclick={stop}>{ i18n.t("compare.stop") }</button>
                } else {
                    <button type="button" class="secondary" disabled={unusable.is_some()} onclick={start}>
                        { i18n.t(if queue.heard().is_empty() { "compare.start" } else { "compare.again" }) }
                    </button>
                }
                <span class="take-state">
                    { i18n.tf("versus.seed", &[("seed", &props.desk.settings.text(Setting::Seed))]) }
                </span>
                <span role="status" class="take-state">
                    if queue.goes_on() && props.busy { { i18n.t("compare.busy") } }
                </span>
            </div>
            if let Some(unusable) = unusable {
                <p class="alert" role="alert">{ unusable_sentence(&i18n, &unusable) }</p>
            }
            if let [left, right] = queue.heard() {
                <Pair
                    left_heading={i18n.t("versus.desk")}
                    right_heading={i18n.t("versus.other")}
                    left={left.clone()}
                    right={right.clone()}
                    keep={props.desk.keep()}
                    stopped={!queue.goes_on()}
                />
            }
        </>
    }
}

/// Settings that differ from the desk's where it shows: drawing by chance, or not.
fn contrast(desk: &Desk) -> SettingsForm {
    let greedy = desk.settings.decoding().is_ok_and(|decoding| decoding.is_greedy());
    let other = if greedy {
        Decoding { temperature: 1.0, top_k: 40, ..Decoding::default() }
    } else {
        Decoding::default()
    };
    SettingsForm::from(&other)
}

/// A run by the desk's settings, and one in which some are `other`.
fn jobs(desk: &Desk, other: &SettingsForm) -> Result<Vec<Job>, Unusable> {
    let first = desk.settings.decoding()?;
    let mut second = desk.settings.clone();
    for setting in OTHERS {
        second.set(setting, other.text(setting).to_owned());
    }
    let prompt = desk.prompt().text();
    let job = |decoding| Job::generate(Seat::Main, prompt.clone(), decoding);
    Ok(vec![job(first), job(second.decoding()?)])
}

#[cfg(test)]
mod tests {
    use super::super::queue::What;
    use super::*;
    use crate::state::State;

    #[test]
    fn only_the_settings_differ_between_the_two() {
        let state = State::default();
        let desk = state.desk();
        let jobs = jobs(desk, &contrast(desk)).expect("both are usable");
        let [What::Generate(prompt, first), What::Generate(same, second)] =
            [jobs[0].what.clone(), jobs[1].what.clone()]
        else {
            panic!("{jobs:?}")
        };
        assert_eq!(prompt, same);
        assert_ne!(first.is_greedy(), second.is_greedy());
        assert_eq!((first.seed, first.max_new_tokens), (second.seed, second.max_new_tokens));
    }

    #[test]
    fn an_unusable_setting_is_named() {
        let state = State::default();
        let mut other = contrast(state.desk());
        other.set(Setting::TopP, "7".to_owned());
        let refused = jobs(state.desk(), &other).map_err(|unusable| unusable.setting);
        assert_eq!(refused, Err(Setting::TopP));
    }
}
