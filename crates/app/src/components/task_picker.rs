//! The four tasks, of which one is open.

use super::use_i18n;
use yew::prelude::*;
use zeroshot_prompting::Task;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub task: Task,
    pub on_open: Callback<Task>,
}

#[function_component]
pub fn TaskPicker(props: &Props) -> Html {
    let i18n = use_i18n();
    let choice = |task: Task| {
        let on_open = props.on_open.clone();
        html! {
            <label class="choice">
                <input
                    type="radio"
                    name="task"
                    checked={props.task == task}
                    onchange={move |_| on_open.emit(task)}
                />
                <span>{ i18n.t(&format!("task.{}", task.id())) }</span>
            </label>
        }
    };
    html! {
        <fieldset class="tasks">
            <legend class="unseen">{ i18n.t("task.legend") }</legend>
            <div class="choices">{ for Task::ALL.into_iter().map(choice) }</div>
        </fieldset>
    }
}
