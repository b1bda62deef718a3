//! How much of the model's context the prompt fills.

use super::use_i18n;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// Tokens of the prompt, once they are counted.
    pub tokens: Option<usize>,
    /// Positions of the model's context, once the model is there.
    pub n_positions: Option<usize>,
}

#[function_component]
pub fn ContextMeter(props: &Props) -> Html {
    let i18n = use_i18n();
    let (Some(tokens), Some(n_positions)) = (props.tokens, props.n_positions) else {
        return html! { <p class="meter">{ i18n.t("meter.unknown") }</p> };
    };
    // The prompt must leave room for at least one new token.
    let over = (tokens + 1).saturating_sub(n_positions);
    html! {
        <p class={classes!("meter", (over > 0).then_some("over"))}>
            <span>
                { i18n.tf("meter.tokens", &[("used", &tokens), ("size", &n_positions)]) }
                if over > 0 {
                    { i18n.tf("meter.over", &[("over", &over)]) }
                }
            </span>
            // The fuller, the worse: past three quarters there is little room, past nine tenths none.
            <meter
                aria-hidden="true"
                max={n_positions.to_string()}
                optimum="0"
                low={(n_positions * 3 / 4).to_string()}
                high={(n_positions * 9 / 10).to_string()}
                value={tokens.min(n_positions).to_string()}
            />
        </p>
    }
}
