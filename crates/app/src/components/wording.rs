//! The wording: which of the task's templates writes the prompt.

use super::use_i18n;
use web_sys::HtmlSelectElement;
use yew::prelude::*;
use zeroshot_prompting::Template;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub template: &'static Template,
    pub disabled: bool,
    pub on_pick: Callback<&'static Template>,
}

#[function_component]
pub fn Wording(props: &Props) -> Html {
    let i18n = use_i18n();
    let task = props.template.task;
    let on_pick = props.on_pick.clone();
    let onchange = move |event: Event| {
        let id = event.target_unchecked_into::<HtmlSelectElement>().value();
        if let Some(template) = Template::by_id(task, &id) {
            on_pick.emit(template);
        }
    };
    let name = |template: &Template| i18n.t(&format!("template.{}.{}", task.id(), template.id));
    if Template::all(task).len() < 2 {
        return Html::default();
    }
    html! {
        <div class="field">
            <label for="wording">{ i18n.t("wording.legend") }</label>
            <select id="wording" {onchange} disabled={props.disabled}>
                { for Template::all(task).iter().map(|template| html! {
                    <option value={template.id} selected={template.id == props.template.id}>
                        { name(template) }
                    </option>
                }) }
            </select>
        </div>
    }
}
