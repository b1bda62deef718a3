//! How many shots stand in the prompt, what they say, and in which order.
//!
//! `fields` is one shot; `marks` is what stands before texts and answers.

mod fields;
mod marks;

pub use marks::MarkFields;

use super::{NumberChoice, use_i18n};
use crate::state::{DeskAction, MAX_SHOTS, Slot};
use fields::{Move, ShotFields};
use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;
use zeroshot_prompting::Shot;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub shots: Vec<Shot>,
    pub slots: Vec<Slot>,
    pub n_shots: usize,
    pub on_action: Callback<DeskAction>,
}

#[function_component]
pub fn Shots(props: &Props) -> Html {
    let i18n = use_i18n();
    let names = (0..=MAX_SHOTS)
        .map(|count| {
            AttrValue::from(match count {
                0 => i18n.t("shots.none"),
                1 => i18n.t("shots.one"),
                _ => i18n.tf("shots.several", &[("n", &count)]),
            })
        })
        .collect::<Vec<_>>();
    // The button that was pressed last: it keeps the focus where its shot has gone.
    let pressed = use_mut_ref(|| None::<String>);
    let said = use_state_eq(String::new);
    {
        let pressed = pressed.clone();
        let order: Vec<u32> = props.slots.iter().map(|slot| slot.id).collect();
        use_effect_with((order, props.n_shots), move |_| {
            if let Some(id) = pressed.borrow_mut().take() {
                focus(&id);
            }
        });
    }
    let shot = |index: usize| {
        let (shot, slot) = (props.shots.get(index)?.clone(), *props.slots.get(index)?);
        let on_action = props.on_action.clone();
        let on_fill = on_action.reform(move |shot| DeskAction::FillShot(index, shot));
        let on_switch = on_action.reform(move |off| DeskAction::SwitchShot { index, off });
        let on_move = {
            let (on_action, pressed, said) = (on_action.clone(), pressed.clone(), said.clone());
            let (i18n, last) = (i18n.clone(), props.n_shots - 1);
            Callback::from(move |direction: Move| {
                let to = match direction {
                    Move::Up => index.saturating_sub(1),
                    Move::Down => (index + 1).min(last),
                };
                // At an end the button that led there has nothing left to do.
                let next = match to {
                    0 => Move::Down,
                    to if to == last => Move::Up,
                    _ => direction,
                };
                *pressed.borrow_mut() = Some(next.button_id(slot.id));
                said.set(i18n.tf("shots.moved", &[("n", &(index + 1)), ("to", &(to + 1))]));
                on_action.emit(DeskAction::MoveShot { from: index, to });
            })
        };
        let on_remove = {
            let (on_action, pressed, said) = (on_action.clone(), pressed.clone(), said.clone());
            let i18n = i18n.clone();
            Callback::from(move |()| {
                *pressed.borrow_mut() = Some("add-shot".to_owned());
                said.set(i18n.tf("shots.removed", &[("n", &(index + 1))]));
                on_action.emit(DeskAction::RemoveShot(index));
            })
        };
        Some(html! {
            <ShotFields
                key={slot.id}
                {index}
                {shot}
                {slot}
                last={index + 1 == props.n_shots}
                {on_fill}
                {on_switch}
                {on_move}
                {on_remove}
            />
        })
    };
    let on_add = {
        let (on_action, pressed) = (props.on_action.clone(), pressed.clone());
        let new = props.n_shots + 1;
        move |_| {
            // The button goes with the last place; then the new shot is where to be.
            *pressed.borrow_mut() = (new == MAX_SHOTS).then(|| format!("shot-{new}-remove"));
            on_action.emit(DeskAction::AddShot);
        }
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
            <details class="shot-list">
                <summary>{ i18n.t("shots.edit") }</summary>
                <div class="shot-rows">{ for (0..props.n_shots).filter_map(shot) }</div>
                <p class="unseen" role="status">{ &*said }</p>
                <div class="shot-tools">
                    if props.n_shots < MAX_SHOTS {
                        <button id="add-shot" type="button" class="secondary" onclick={on_add}>
                            { i18n.t("shots.add") }
                        </button>
                    }
                    <button
                        type="button"
                        class="quiet"
                        onclick={props.on_action.reform(|_| DeskAction::RestoreShots)}
                    >{ i18n.t("shots.restore") }</button>
                </div>
                if props.n_shots > 1 {
                    <Shuffle on_shuffle={props.on_action.reform(DeskAction::ShuffleShots)} />
                }
            </details>
        </section>
    }
}

fn focus(id: &str) {
    if let Some(element) = gloo::utils::document().get_element_by_id(id) {
        let element: HtmlElement = wasm_bindgen::JsCast::unchecked_into(element);
        let _ = element.focus();
    }
}

#[derive(PartialEq, Properties)]
struct ShuffleProps {
    on_shuffle: Callback<u64>,
}

/// Puts the shots in the order of a seed: the one that is written there, and the next one when
/// that has already been used.
#[function_component]
fn Shuffle(props: &ShuffleProps) -> Html {
    let i18n = use_i18n();
    let text = use_state(|| "1".to_owned());
    let used = use_state(|| None::<u64>);
    let seed = text.trim().parse::<u32>().ok().map(u64::from);
    let oninput = {
        let (text, used) = (text.clone(), used.clone());
        move |event: InputEvent| {
            text.set(event.target_unchecked_into::<HtmlInputElement>().value());
            used.set(None);
        }
    };
    let onclick = {
        let (on_shuffle, text) = (props.on_shuffle.clone(), text.clone());
        move |_| {
            if let Some(seed) = seed {
                let seed = if *used == Some(seed) { seed + 1 } else { seed };
                text.set(seed.to_string());
                used.set(Some(seed));
                on_shuffle.emit(seed);
            }
        }
    };
    html! {
        <div class="shot-tools">
            <button type="button" class="secondary" disabled={seed.is_none()} {onclick}>
                { i18n.t("shots.shuffle") }
            </button>
            <label for="shuffle-seed">{ i18n.t("shots.shuffle_seed") }</label>
            <input
                id="shuffle-seed"
                class="seed"
                inputmode="numeric"
                autocomplete="off"
                value={(*text).clone()}
                aria-invalid={seed.is_none().to_string()}
                {oninput}
            />
        </div>
    }
}
