//! A passage, the conversation about it so far, and the question.

use crate::{components::TextArea, i18n::I18n};
use yew::prelude::*;
use zeroshot_prompting::{Input, Turn};

/// The fields of a question.
pub fn answer_fields(
    i18n: &I18n,
    (passage, turns, question): (&str, &[Turn], &str),
    disabled: bool,
    on_fill: &Callback<Input>,
) -> Html {
    let fill = |change: fn(&mut String, &mut Vec<Turn>, &mut String, usize, String), index| {
        let fields = (passage.to_owned(), turns.to_vec(), question.to_owned());
        on_fill.reform(move |value: String| {
            let (mut passage, mut turns, mut question) = fields.clone();
            change(&mut passage, &mut turns, &mut question, index, value);
            Input::Answer { passage, turns, question }
        })
    };
    let turn = |(index, turn): (usize, &Turn)| {
        let number = index + 1;
        let remove = fill(|_, turns, _, index, _| drop(turns.remove(index)), index);
        html! {
            <div class="turn" key={index}>
                <TextArea
                    id={format!("turn-{number}-question")}
                    label={i18n.tf("field.turn_question", &[("n", &number)])}
                    value={turn.question.clone()}
                    {disabled}
                    on_input={fill(|_, turns, _, index, text| turns[index].question = text, index)}
                />
                <TextArea
                    id={format!("turn-{number}-answer")}
                    label={i18n.tf("field.turn_answer", &[("n", &number)])}
                    value={turn.answer.clone()}
                    {disabled}
                    on_input={fill(|_, turns, _, index, text| turns[index].answer = text, index)}
                />
                <button
                    type="button"
                    class="quiet"
                    {disabled}
                    onclick={move |_| remove.emit(String::new())}
                >{ i18n.tf("field.remove_turn", &[("n", &number)]) }</button>
            </div>
        }
    };
    let add = fill(|_, turns, _, _, _| turns.push(Turn::default()), 0);
    html! {
        <>
            <TextArea
                id="passage"
                label={i18n.t("field.passage")}
                value={passage.to_owned()}
                rows={6}
                {disabled}
                on_input={fill(|passage, _, _, _, text| *passage = text, 0)}
            />
            { for turns.iter().enumerate().map(turn) }
            <TextArea
                id="question"
                label={i18n.t("field.question")}
                value={question.to_owned()}
                {disabled}
                on_input={fill(|_, _, question, _, text| *question = text, 0)}
            />
            <button
                type="button"
                class="quiet"
                {disabled}
                onclick={move |_| add.emit(String::new())}
            >{ i18n.t("field.add_turn") }</button>
        </>
    }
}
