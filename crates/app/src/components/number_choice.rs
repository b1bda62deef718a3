//! A row of numbers of which one is chosen.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// Names the group in the page; unique.
    pub name: AttrValue,
    pub legend: AttrValue,
    /// What each number is called, in order; shown is the number, counted from `first`.
    pub names: Vec<AttrValue>,
    #[prop_or_default]
    pub first: usize,
    /// Index of the chosen one.
    pub chosen: Option<usize>,
    pub on_choose: Callback<usize>,
}

#[function_component]
pub fn NumberChoice(props: &Props) -> Html {
    let choice = |(index, name): (usize, &AttrValue)| {
        let on_choose = props.on_choose.clone();
        html! {
            <label class="choice" title={name.clone()}>
                <input
                    type="radio"
                    name={props.name.clone()}
                    aria-label={name.clone()}
                    checked={props.chosen == Some(index)}
                    onchange={move |_| on_choose.emit(index)}
                />
                <span aria-hidden="true">{ props.first + index }</span>
            </label>
        }
    };
    html! {
        <fieldset class="numbers">
            <legend>{ &props.legend }</legend>
            <div class="choices">{ for props.names.iter().enumerate().map(choice) }</div>
        </fieldset>
    }
}
