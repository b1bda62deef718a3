//! A passage, the conversation about it so far, and the question.

use crate::components::{TextArea, use_i18n};
use yew::prelude::*;
use zeroshot_prompting::{Input, Turn};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub passage: String,
    pub turns: Vec<Turn>,
    pub question: String,
    pub disabled: bool,
    pub on_fill: Callback<Input>,
}

#[function_component]
pub fn AnswerFields(props: &Props) -> Html {
    let i18n = use_i18n();
    let Props { passage, turns, question, disabled, on_fill } = props;
    let fill = |change: fn(&mut String, &mut Vec<Turn>, &mut String, usize, String), index| {
        let fields = (passage.clone(), turns.clone(), question.clone());
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
                    disabled={*disabled}
                    on_input={fill(|_, turns, _, index, text| turns[index].question = text, index)}
                />
                <TextArea
                    id={format!("turn-{number}-answer")}
                    label={i18n.tf("field.turn_answer", &[("n", &number)])}
                    value={turn.answer.clone()}
                    disabled={*disabled}
                    on_input={fill(|_, turns, _, index, text| turns[index].answer = text, index)}
                />
                <button
                    type="button"
                    class="quiet"
                    disabled={*disabled}
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
                value={passage.clone()}
                rows={6}
                disabled={*disabled}
                on_input={fill(|passage, _, _, _, text| *passage = text, 0)}
            />
            { for turns.iter().enumerate().map(turn) }
            <TextArea
                id="question"
                label={i18n.t("field.question")}
                value={question.clone()}
                disabled={*disabled}
                on_input={fill(|_, _, question, _, text| *question = text, 0)}
            />
            <button
                type="button"
                class="quiet"
                disabled={*disabled}
                onclick={move |_| add.emit(String::new())}
            >{ i18n.t("field.add_turn") }</button>
        </>
    }
}
