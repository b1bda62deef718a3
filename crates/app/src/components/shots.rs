//! How many shots stand in the prompt, and what they say.

use super::{NumberChoice, TextArea, use_i18n};
use crate::state::DeskAction;
use yew::prelude::*;
use zeroshot_prompting::Shot;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub shots: Vec<Shot>,
    pub n_shots: usize,
    pub on_action: Callback<DeskAction>,
}

#[function_component]
pub fn Shots(props: &Props) -> Html {
    let i18n = use_i18n();
    let names = (0..=props.shots.len())
        .map(|count| {
            AttrValue::from(match count {
                0 => i18n.t("shots.none"),
                1 => i18n.t("shots.one"),
                _ => i18n.tf("shots.several", &[("n", &count)]),
            })
        })
        .collect::<Vec<_>>();
    let on_fill = |index: usize| {
        let on_action = props.on_action.clone();
        Callback::from(move |shot| on_action.emit(DeskAction::FillShot(index, shot)))
    };
    html! {
        <section class="shots">
            <NumberChoice
                name="shots"
                legend={i18n.t("shots.legend")}
                {names}
                chosen={Some(props.n_shots)}
                on_choose={props.on_action.reform(DeskAction::SetShotCount)}
            />
            <p class="help">{ i18n.t("shots.help") }</p>
            if props.n_shots > 0 {
                <details class="shot-list">
                    <summary>{ i18n.t("shots.edit") }</summary>
                    { for props.shots.iter().take(props.n_shots).enumerate().map(|(index, shot)| html! {
                        <ShotFields key={index} {index} shot={shot.clone()} on_fill={on_fill(index)} />
                    }) }
                </details>
            }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct ShotProps {
    index: usize,
    shot: Shot,
    on_fill: Callback<Shot>,
}

/// The fields of one shot.
#[function_component]
fn ShotFields(props: &ShotProps) -> Html {
    let i18n = use_i18n();
    let number = props.index + 1;
    let field = |(at, (name, value)): (usize, (&'static str, &str))| {
        let shot = props.shot.clone();
        let on_input = props.on_fill.reform(move |text| with_field(shot.clone(), at, text));
        html! {
            <TextArea
                id={format!("shot-{number}-{name}")}
                label={i18n.t(&format!("shot.{name}"))}
                value={value.to_owned()}
                rows={if matches!(name, "passage" | "article") { 3 } else { 1 }}
                {on_input}
            />
        }
    };
    html! {
        <fieldset class="shot-fields">
            <legend>{ i18n.tf("part.shot", &[("n", &number)]) }</legend>
            { for props.shot.fields().into_iter().enumerate().map(field) }
        </fieldset>
    }
}

/// `shot` with its field number `at`, in the order of [`Shot::fields`], changed to `text`.
fn with_field(mut shot: Shot, at: usize, text: String) -> Shot {
    let slot = match (&mut shot, at) {
        (Shot::Translate { source, .. }, 0) => source,
        (Shot::Translate { target, .. }, _) => target,
        (Shot::Answer { passage, .. }, 0) => passage,
        (Shot::Answer { question, .. }, 1) => question,
        (Shot::Answer { answer, .. }, _) => answer,
        (Shot::Summarize { article, .. }, 0) => article,
        (Shot::Summarize { summary, .. }, _) => summary,
    };
    *slot = text;
    shot
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroshot_prompting::Task;

    #[test]
    fn each_field_is_changed_where_it_is_shown() {
        for task in [Task::Translate, Task::Answer, Task::Summarize] {
            let shot = Shot::empty(task).expect("takes shots");
            for at in 0..shot.fields().len() {
                let changed = with_field(shot.clone(), at, "new".to_owned());
                let texts: Vec<_> = changed.fields().into_iter().map(|(_, text)| text).collect();
                assert!(texts.iter().enumerate().all(|(i, text)| (*text == "new") == (i == at)));
            }
        }
    }
}
