//! What stands before a text and before its answer: the wording's labels or signs, or others.

use crate::components::use_i18n;
use web_sys::HtmlInputElement;
use yew::prelude::*;
use zeroshot_prompting::Marks;

/// Signs that can stand between a text and its answer on one line; the first is the paper's.
const SIGNS: [&str; 4] = ["=", "=>", "->", ":"];
/// Words that mean nothing, for seeing how much the labels' meaning matters.
const NONSENSE: [&str; 2] = ["Wug:", "Dax:"];

#[derive(PartialEq, Properties)]
pub struct Props {
    /// What the wording itself has; `None` where nothing can be changed.
    pub own: Marks,
    /// What is put in their place.
    pub marks: Marks,
    pub disabled: bool,
    pub on_change: Callback<Marks>,
}

#[function_component]
pub fn MarkFields(props: &Props) -> Html {
    let i18n = use_i18n();
    let Props { own, marks, disabled, .. } = props;
    let disabled = *disabled;
    if own.are_own() {
        return Html::default();
    }
    let field = |id: &'static str, label: String, value: &str, put: fn(&Marks, String) -> Marks| {
        let (on_change, marks, own) = (props.on_change.clone(), marks.clone(), own.clone());
        let oninput = move |event: InputEvent| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            on_change.emit(unless_own(put(&marks, text), &own));
        };
        html! {
            <div class="field">
                <label for={id}>{ label }</label>
                <input {id} class="mark" autocomplete="off" value={value.to_owned()} {disabled} {oninput} />
            </div>
        }
    };
    let button = |text: String, wanted: Marks| {
        let on_change = props.on_change.clone();
        html! {
            <button
                type="button"
                class="secondary"
                {disabled}
                aria-pressed={(wanted == *marks).to_string()}
                onclick={move |_| on_change.emit(wanted.clone())}
            >{ text }</button>
        }
    };
    let sign = own.output.as_deref() == Some(SIGNS[0]);
    let nonsense = Marks {
        input: own.input.as_ref().filter(|mark| !mark.is_empty()).map(|_| NONSENSE[0].to_owned()),
        output: Some(NONSENSE[1].to_owned()),
    };
    let value = |changed: &Option<String>, own: &Option<String>| {
        changed.clone().or_else(|| own.clone()).unwrap_or_default()
    };
    html! {
        <details class="marks">
            <summary>{ i18n.t("marks.title") }</summary>
            <p class="help">{ i18n.t("marks.help") }</p>
            if own.input.is_some() {
                { field(
                    "mark-input",
                    i18n.t("marks.input"),
                    &value(&marks.input, &own.input),
                    |marks, text| Marks { input: Some(text), ..marks.clone() },
                ) }
            }
            { field(
                "mark-output",
                i18n.t("marks.output"),
                &value(&marks.output, &own.output),
                |marks, text| Marks { output: Some(text), ..marks.clone() },
            ) }
            <div class="shot-tools" role="group" aria-label={i18n.t("marks.choices")}>
                if sign {
                    { for SIGNS.into_iter().map(|sign| {
                        let wanted = Marks { output: Some(sign.to_owned()), ..marks.clone() };
                        button(sign.to_owned(), unless_own(wanted, own))
                    }) }
                }
                { button(i18n.t("marks.nonsense"), nonsense) }
                if !marks.are_own() {
                    { button(i18n.t("marks.own"), Marks::default()) }
                }
            </div>
        </details>
    }
}

/// Marks of which none is said that the wording has anyway.
fn unless_own(marks: Marks, own: &Marks) -> Marks {
    Marks {
        input: marks.input.filter(|mark| Some(mark) != own.input.as_ref()),
        output: marks.output.filter(|mark| Some(mark) != own.output.as_ref()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wordings_own_marks_are_no_change() {
        let mark = |text: &str| Some(text.to_owned());
        let own = Marks { input: mark("Q:"), output: mark("A:") };
        assert_eq!(unless_own(own.clone(), &own), Marks::default());
        let changed = Marks { input: mark("Q:"), output: mark("B:") };
        assert_eq!(unless_own(changed, &own), Marks { input: None, output: mark("B:") });
    }
}
