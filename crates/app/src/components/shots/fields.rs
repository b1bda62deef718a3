//! One shot: its texts, and the buttons that move it, leave it out or take it away.

use crate::{
    components::{TextArea, use_i18n},
    state::Slot,
};
use web_sys::HtmlInputElement;
use yew::prelude::*;
use zeroshot_prompting::Shot;

/// Which way a shot goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Up,
    Down,
}

impl Move {
    /// The button of the shot of this name that moves it so.
    pub fn button_id(self, shot: u32) -> String {
        match self {
            Self::Up => format!("shot-up-{shot}"),
            Self::Down => format!("shot-down-{shot}"),
        }
    }
}

#[derive(PartialEq, Properties)]
pub struct Props {
    pub index: usize,
    pub shot: Shot,
    pub slot: Slot,
    /// Whether it is the last one in the prompt.
    pub last: bool,
    pub on_fill: Callback<Shot>,
    pub on_switch: Callback<bool>,
    pub on_move: Callback<Move>,
    pub on_remove: Callback<()>,
}

#[function_component]
pub fn ShotFields(props: &Props) -> Html {
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
    let mover = |direction: Move, text: String, name: String, disabled: bool| {
        let on_move = props.on_move.clone();
        html! {
            <button
                id={direction.button_id(props.slot.id)}
                type="button"
                class="quiet"
                aria-label={name}
                {disabled}
                onclick={move |_| on_move.emit(direction)}
            >{ text }</button>
        }
    };
    let onchange = props
        .on_switch
        .reform(|event: Event| !event.target_unchecked_into::<HtmlInputElement>().checked());
    html! {
        <fieldset class={classes!("shot-fields", props.slot.off.then_some("off"))}>
            <legend>{ i18n.tf("part.shot", &[("n", &number)]) }</legend>
            { for props.shot.fields().into_iter().enumerate().map(field) }
            <div class="shot-tools">
                <label class="check">
                    <input
                        type="checkbox"
                        checked={!props.slot.off}
                        aria-label={i18n.tf("shots.use_one", &[("n", &number)])}
                        {onchange}
                    />
                    { i18n.t("shots.use") }
                </label>
                { mover(
                    Move::Up,
                    i18n.t("shots.up"),
                    i18n.tf("shots.up_one", &[("n", &number)]),
                    props.index == 0,
                ) }
                { mover(
                    Move::Down,
                    i18n.t("shots.down"),
                    i18n.tf("shots.down_one", &[("n", &number)]),
                    props.last,
                ) }
                <button
                    id={format!("shot-{number}-remove")}
                    type="button"
                    class="quiet"
                    aria-label={i18n.tf("shots.remove_one", &[("n", &number)])}
                    onclick={props.on_remove.reform(|_| ())}
                >{ i18n.t("shots.remove") }</button>
            </div>
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
