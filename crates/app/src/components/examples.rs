//! Inputs to pick, by number.

use super::{NumberChoice, use_i18n};
use crate::{examples, state::DeskAction};
use yew::prelude::*;
use zeroshot_prompting::{Example, Task};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub task: Task,
    /// The [`Example::id`] that was picked last.
    pub picked: Option<String>,
    pub on_action: Callback<DeskAction>,
}

#[function_component]
pub fn Examples(props: &Props) -> Html {
    let i18n = use_i18n();
    let all: Vec<&'static Example> = examples::set().of(props.task).collect();
    let picked = |example: &&&Example| Some(&example.id) == props.picked.as_ref();
    let names = all
        .iter()
        .enumerate()
        .map(|(index, example)| {
            let label = example.label();
            AttrValue::from(i18n.tf("examples.one", &[("n", &(index + 1)), ("label", &label)]))
        })
        .collect::<Vec<_>>();
    let chosen = all.iter().position(|example| picked(&example));
    let example = all.iter().find(picked);
    let on_choose = {
        let (on_action, all) = (props.on_action.clone(), all.clone());
        Callback::from(move |index: usize| {
            on_action.emit(DeskAction::PickExample(all[index].id.clone()));
        })
    };
    html! {
        <section class="examples">
            <NumberChoice
                name="examples"
                legend={i18n.t(&format!("examples.{}", props.task.id()))}
                {names}
                first={1}
                {chosen}
                {on_choose}
            />
            if example.is_some_and(|example| !example.works) {
                <p class="help">{ i18n.t("examples.fails") }</p>
            }
            if let Some(note) = example.and_then(|example| example.note.as_ref()) {
                // Like the example itself, in English.
                <p class="help" lang="en">{ note }</p>
            }
        </section>
    }
}
