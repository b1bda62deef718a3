//! All heads of a layer, small: what each looks at from the token that looks, as a strip of the
//! parts of the text.

use super::region_name;
use crate::{
    components::use_i18n,
    state::{Region, Transcript, look_by_region, percent, without_first},
};
use std::rc::Rc;
use yew::prelude::*;
use zeroshot_prompting::Part;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// By head, then by token.
    pub heads: Rc<Vec<Vec<f32>>>,
    pub transcript: Rc<Transcript>,
    pub layer: usize,
    /// The head that is drawn over the text; `None` for the mean of all.
    pub head: Option<usize>,
    pub leave_first: bool,
    pub on_choose: Callback<usize>,
}

#[function_component]
pub fn Heads(props: &Props) -> Html {
    let i18n = use_i18n();
    let strip = |(head, shares): (usize, &Vec<f32>)| {
        let left = props.leave_first.then(|| without_first(shares));
        let shares = left.as_ref().unwrap_or(shares);
        let look = look_by_region(&props.transcript.spans(shares.len()), shares);
        let most = look.iter().max_by(|(_, a), (_, b)| a.total_cmp(b)).copied();
        let name = i18n.tf("attention.one_head", &[("n", &(head + 1))]);
        let most = most
            .map(|(region, share)| format!("{} {}", region_name(&i18n, region), percent(share)));
        let chosen = props.head == Some(head);
        let on_choose = props.on_choose.clone();
        html! {
            <li>
                <button
                    type="button"
                    class="look-head"
                    aria-pressed={chosen.to_string()}
                    onclick={move |_| on_choose.emit(head)}
                >
                    <span class="look-name">{ name }</span>
                    <span class="look-strip" aria-hidden="true">
                        { for look.iter().map(|(region, share)| html! {
                            <span
                                class={format!("look-of-{}", class_of(*region))}
                                style={format!("flex-grow: {share:.4}")}
                            />
                        }) }
                    </span>
                    <span class="look-most">{ for most }</span>
                </button>
            </li>
        }
    };
    let length = props.heads.first().map(Vec::len).unwrap_or_default();
    let mut kinds: Vec<(&str, String)> = Vec::new();
    for span in props.transcript.spans(length) {
        let name = match span.region {
            Region::Prompt(Part::Shot(_)) => i18n.t("attention.strip_shots"),
            region => region_name(&i18n, region),
        };
        let kind = (class_of(span.region), name);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    html! {
        <div class="look-heads">
            <h4>{ i18n.tf("attention.heads_title", &[("layer", &(props.layer + 1))]) }</h4>
            <p class="look-key" aria-hidden="true">
                { for kinds.into_iter().map(|(class, name)| html! {
                    <span><i class={format!("look-of-{class}")} />{ name }</span>
                }) }
            </p>
            <ul>{ for props.heads.iter().enumerate().map(strip) }</ul>
        </div>
    }
}

/// The tint that a region has in the manuscript.
const fn class_of(region: Region) -> &'static str {
    match region {
        Region::First => "first",
        Region::Prompt(Part::Instruction) => "instruction",
        Region::Prompt(Part::Shot(_)) => "shot",
        Region::Prompt(Part::Input) => "input",
        Region::Prompt(Part::Cue) => "cue",
        Region::Answer => "answer",
        Region::Rest => "rest",
    }
}
