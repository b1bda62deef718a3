//! A question with answers to choose from; each says why it is right or why it is not.

use super::prose::inline;
use crate::i18n::I18n;
use yew::prelude::*;
use zeroshot_lessons::{Choice, Text};

/// A question; `name` is that of its group in the page, unique there.
pub fn question(
    i18n: &I18n,
    name: &str,
    question: &Text,
    choices: &[Choice],
    chosen: Option<usize>,
    on_choose: &Callback<usize>,
) -> Html {
    let tag = i18n.locale.tag();
    let choice = |(index, choice): (usize, &Choice)| {
        let on_choose = on_choose.clone();
        html! {
            <label class="answer-choice">
                <input
                    type="radio"
                    name={name.to_owned()}
                    checked={chosen == Some(index)}
                    onchange={move |_| on_choose.emit(index)}
                />
                <span>{ inline(choice.text.of(tag)) }</span>
            </label>
        }
    };
    let answer = chosen.and_then(|index| choices.get(index));
    html! {
        <fieldset class="question">
            <legend>{ inline(question.of(tag)) }</legend>
            { for choices.iter().enumerate().map(choice) }
            <div role="status">
                if let Some(choice) = answer {
                    <p class={classes!("why", choice.right.then_some("right"))}>
                        <strong>{ i18n.t(if choice.right { "lessons.right" } else { "lessons.wrong" }) }</strong>
                        { " " }
                        { inline(choice.why.of(tag)) }
                    </p>
                }
            </div>
        </fieldset>
    }
}
