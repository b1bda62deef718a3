//! What the tokens are coloured by, and what each colour stands for.

use super::strip::Colour;
use crate::{
    components::use_i18n,
    state::measures::{RANK_STEPS, SURPRISAL_STEPS, grouped},
};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub colour: Colour,
    pub on_choose: Callback<Colour>,
}

#[function_component]
pub fn Legend(props: &Props) -> Html {
    let i18n = use_i18n();
    let choice = |colour: Colour| {
        let on_choose = props.on_choose.clone();
        html! {
            <label class="choice">
                <input
                    type="radio"
                    name="token-colour"
                    checked={props.colour == colour}
                    onchange={move |_| on_choose.emit(colour)}
                />
                <span>{ i18n.t(&format!("tokens.colour_{}", colour.id())) }</span>
            </label>
        }
    };
    let stretches = match props.colour {
        Colour::Surprisal => surprisals(),
        Colour::Rank => ranks(),
        Colour::None => Vec::new(),
    };
    let unit = i18n.t(&format!("tokens.unit_{}", props.colour.id()));
    html! {
        <div class="token-legend">
            <fieldset>
                <legend>{ i18n.t("tokens.colour") }</legend>
                <div class="choices">{ for Colour::ALL.into_iter().map(choice) }</div>
            </fieldset>
            if !stretches.is_empty() {
                <p class="scale">
                    { for stretches.into_iter().enumerate().map(|(heat, stretch)| html! {
                        <span class={format!("token heat-{heat}")}>{ stretch }</span>
                    }) }
                    <span class="unit">{ unit }</span>
                </p>
            }
        </div>
    }
}

fn surprisals() -> Vec<String> {
    let mut stretches = vec![format!("<{}", SURPRISAL_STEPS[0])];
    stretches.extend(SURPRISAL_STEPS.windows(2).map(|ends| format!("{}–{}", ends[0], ends[1])));
    stretches.extend(SURPRISAL_STEPS.last().map(|last| format!("≥{last}")));
    stretches
}

fn ranks() -> Vec<String> {
    let mut stretches = vec!["1".to_owned()];
    stretches.extend(RANK_STEPS.windows(2).map(|ends| format!("{}–{}", ends[0] + 1, ends[1])));
    stretches.extend(RANK_STEPS.last().map(|last| format!(">{}", grouped(*last as usize))));
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::measures::{heat_of_rank, heat_of_surprisal};

    #[test]
    fn the_legend_says_what_the_scale_does() {
        assert_eq!(surprisals(), ["<1", "1–2", "2–4", "4–7", "7–11", "≥11"]);
        assert_eq!(heat_of_surprisal(6.9), 3);
        assert_eq!(ranks(), ["1", "2–5", "6–20", "21–100", "101–1000", ">1,000"]);
        assert_eq!((heat_of_rank(4), heat_of_rank(5), heat_of_rank(1000)), (1, 2, 5));
    }
}
