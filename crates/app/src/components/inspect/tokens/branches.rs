//! The runs of this prompt: which left which, what they say, how probable they are; one is shown,
//! another can be compared with it.

use super::{family::Member, words};
use crate::components::inspect::ink::plain;
use crate::{components::use_i18n, i18n::I18n};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;
use zeroshot_protocol::{Prediction, RequestId};

/// Where two runs part.
#[derive(Clone, Debug, PartialEq)]
pub struct Parting {
    /// The number of the token in the continuation.
    pub at: usize,
    /// What stands there in the run that is shown, and in the other; nothing where one ends.
    pub here: Option<Rc<Prediction>>,
    pub there: Option<Rc<Prediction>>,
}

#[derive(PartialEq, Properties)]
pub struct Props {
    pub members: Rc<Vec<Member>>,
    pub shown: Option<RequestId>,
    /// The run that the one shown is compared with.
    pub other: Option<RequestId>,
    /// Where they part; `None` if they are the same.
    pub parting: Option<Parting>,
    pub on_show: Callback<RequestId>,
    pub on_compare: Callback<Option<RequestId>>,
    pub on_name: Callback<(RequestId, String)>,
}

#[function_component]
pub fn Branches(props: &Props) -> Html {
    let i18n = use_i18n();
    let shown = props.members.iter().find(|member| Some(member.id) == props.shown);
    let item = |(index, member): (usize, &Member)| {
        let id = member.id;
        let is_shown = props.shown == Some(id);
        let is_other = props.other == Some(id);
        let name = name_of(&i18n, index, member);
        let on_show = props.on_show.clone();
        let on_compare = props.on_compare.clone();
        let probability = i18n.tf(
            "tokens.run_probability",
            &[("percent", &words::percent(member.logprob)), ("tokens", &member.tokens)],
        );
        html! {
            <li key={id} style={format!("--depth: {}", member.depth.min(6))} class={classes!(is_shown.then_some("shown"))}>
                <div class="run-line">
                    <button
                        type="button"
                        class="link"
                        aria-current={is_shown.then_some("true")}
                        onclick={move |_| on_show.emit(id)}
                    >{ name.clone() }</button>
                    if let (Some(at), Some(taken)) = (member.left_at, &member.taken) {
                        <span class="run-left">{ i18n.tf("tokens.left_at", &[
                            ("n", &(at + 1)),
                            ("token", &plain(&taken.piece)),
                        ]) }</span>
                    }
                    <span class="run-figures">{ probability }</span>
                    if !is_shown && props.members.len() > 1 {
                        <button
                            type="button"
                            class="link"
                            aria-pressed={is_other.to_string()}
                            aria-label={i18n.tf("tokens.compare_with", &[("name", &name)])}
                            onclick={move |_| on_compare.emit((!is_other).then_some(id))}
                        >{ i18n.t("tokens.compare") }</button>
                    }
                </div>
                <q class="run-text">{ snippet(&member.text) }</q>
            </li>
        }
    };
    let naming = shown.map(|member| {
        let id = member.id;
        let on_name = props.on_name.clone();
        let onchange = move |event: Event| {
            on_name.emit((id, event.target_unchecked_into::<HtmlInputElement>().value()));
        };
        html! {
            <div class="field run-name">
                <label for="run-name">{ i18n.t("tokens.name_run") }</label>
                <input
                    id="run-name"
                    autocomplete="off"
                    value={member.name.clone().unwrap_or_default()}
                    {onchange}
                />
            </div>
        }
    });
    html! {
        <section class="branches" aria-label={i18n.t("tokens.runs")}>
            <h3>{ i18n.t("tokens.runs") }</h3>
            <ul>{ for props.members.iter().enumerate().map(item) }</ul>
            if props.other.is_some() && shown.is_some() {
                <p class="parting" role="status">{ parting(&i18n, props.parting.as_ref()) }</p>
            }
            { for naming }
        </section>
    }
}

/// The visitor's name for a run, or its number in the list.
fn name_of(i18n: &I18n, index: usize, member: &Member) -> String {
    member.name.clone().unwrap_or_else(|| i18n.tf("tokens.run", &[("n", &(index + 1))]))
}

/// Where two runs part, in words.
fn parting(i18n: &I18n, parting: Option<&Parting>) -> String {
    let Some(parting) = parting else { return i18n.t("tokens.same") };
    let side = |prediction: &Option<Rc<Prediction>>| match prediction {
        Some(prediction) => i18n.tf(
            "tokens.side",
            &[
                ("token", &plain(&prediction.piece)),
                ("percent", &words::percent(prediction.logprob.into())),
            ],
        ),
        None => i18n.t("tokens.side_ends"),
    };
    i18n.tf(
        "tokens.parting",
        &[
            ("n", &(parting.at + 1)),
            ("here", &side(&parting.here)),
            ("there", &side(&parting.there)),
        ],
    )
}

/// The beginning of a text, on one line.
fn snippet(text: &str) -> String {
    const MOST: usize = 70;
    let line = text.trim().replace('\n', " ↵ ");
    let mut characters = line.chars();
    let start: String = characters.by_ref().take(MOST).collect();
    if characters.next().is_some() { start + "…" } else { start }
}

#[cfg(test)]
mod tests {
    use super::super::transcript::tests::prediction;
    use super::*;
    use crate::i18n::Locale;

    #[test]
    fn a_long_text_is_shown_by_its_beginning() {
        assert_eq!(snippet(" un\nchat "), "un ↵ chat");
        assert_eq!(snippet(&"é".repeat(100)).chars().count(), 71);
    }

    #[test]
    fn both_probabilities_are_told_where_two_runs_part() {
        let i18n = I18n::new(Locale::English);
        let here = Some(Rc::new(Prediction { logprob: 0.5f32.ln(), ..prediction(1, " chat") }));
        let sentence = parting(&i18n, Some(&Parting { at: 1, here, there: None }));
        assert!(sentence.contains("·chat") && sentence.contains("50%"), "{sentence}");
        assert_ne!(parting(&i18n, None), sentence);
    }
}
