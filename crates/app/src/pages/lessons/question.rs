//! A question with answers to choose from; each says why it is right or why it is not.

use super::prose::Inline;
use crate::components::use_i18n;
use yew::prelude::*;
use zeroshot_lessons::{Choice, Text};

#[derive(PartialEq, Properties)]
pub struct Props {
    /// Names the group in the page; unique.
    pub name: AttrValue,
    pub question: Text,
    pub choices: Vec<Choice>,
    pub chosen: Option<usize>,
    pub on_choose: Callback<usize>,
}

#[function_component]
pub fn Question(props: &Props) -> Html {
    let i18n = use_i18n();
    let tag = i18n.locale.tag();
    let choice = |(index, choice): (usize, &Choice)| {
        let on_choose = props.on_choose.clone();
        let text = choice.text.of(tag).to_owned();
        html! {
            <label class="answer-choice">
                <input
                    type="radio"
                    name={props.name.clone()}
                    checked={props.chosen == Some(index)}
                    onchange={move |_| on_choose.emit(index)}
                />
                <span><Inline {text} /></span>
            </label>
        }
    };
    let chosen = props.chosen.and_then(|index| props.choices.get(index));
    let question = props.question.of(tag).to_owned();
    html! {
        <fieldset class="question">
            <legend><Inline text={question} /></legend>
            { for props.choices.iter().enumerate().map(choice) }
            <div role="status">
                if let Some(choice) = chosen {
                    <p class={classes!("why", choice.right.then_some("right"))}>
                        <strong>{ i18n.t(if choice.right { "lessons.right" } else { "lessons.wrong" }) }</strong>
                        { " " }
                        <Inline text={choice.why.of(tag).to_owned()} />
                    </p>
                }
            </div>
        </fieldset>
    }
}
