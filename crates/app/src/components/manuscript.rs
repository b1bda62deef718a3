//! The manuscript: the whole text, exactly as the model gets it, set with its parts tinted and
//! named in the margin, and the model's continuation in another ink behind it.
//!
//! The text is set twice in the same place: once as tinted spans, and over them once as a
//! textarea without ink of its own, so that the prompt can be edited as one text. What the model
//! wrote lies above the textarea and can be selected, but not edited.

use super::{use_i18n, use_masked_words};
use crate::{
    i18n::I18n,
    state::{Phase, Run},
};
use std::rc::Rc;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;
use zeroshot_prompting::{Part, Prompt};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub prompt: Prompt,
    pub edited: bool,
    pub run: Option<Rc<Run>>,
    pub on_edit: Callback<String>,
    pub on_return: Callback<()>,
    /// The context meter.
    #[prop_or_default]
    pub children: Html,
}

/// A stretch of the manuscript that is set in one way.
struct Stretch {
    /// Its CSS class.
    class: &'static str,
    /// Its name in the margin.
    name: String,
    text: String,
    /// Whether a model wrote it.
    written: bool,
}

#[function_component]
pub fn Manuscript(props: &Props) -> Html {
    let i18n = use_i18n();
    let open = use_state(|| false);
    let masked = use_masked_words();
    let mut stretches = stretches(&i18n, &props.prompt, props.run.as_deref());
    for stretch in stretches.iter_mut().filter(|stretch| stretch.written) {
        stretch.text = masked.mask(&stretch.text);
    }
    let labels = labels(&stretches);
    let set = |(stretch, label): (&Stretch, Option<String>)| {
        // A name belongs to the line on which the text begins, not to the line breaks before it.
        let body =
            if stretch.written { stretch.text.trim_start_matches('\n') } else { &stretch.text };
        let breaks = &stretch.text[..stretch.text.len() - body.len()];
        html! {
            <>
                { breaks }
                { for label.map(|label| html! { <i class="margin">{ label }</i> }) }
                <span class={classes!("part", stretch.class)}>{ body }</span>
            </>
        }
    };
    let on_edit = props.on_edit.clone();
    let oninput = move |event: InputEvent| {
        on_edit.emit(event.target_unchecked_into::<HtmlTextAreaElement>().value());
    };
    let toggle = {
        let open = open.clone();
        move |_| open.set(!*open)
    };
    let on_return = props.on_return.clone();
    html! {
        <section class={classes!("manuscript", open.then_some("open"))} aria-label={i18n.t("manuscript.title")}>
            <div class="manuscript-head">
                <h2>{ i18n.t("manuscript.title") }</h2>
                { props.children.clone() }
            </div>
            if props.edited {
                <p class="aside">
                    { i18n.t("manuscript.edited") }
                    { " " }
                    <button type="button" class="link" onclick={move |_| on_return.emit(())}>
                        { i18n.t("manuscript.return") }
                    </button>
                </p>
            }
            <div class="sheet">
                <div class="ink" aria-hidden="true">
                    { for stretches.iter().zip(labels).map(set) }
                    // Keeps the height of a last line that is still empty, as a textarea does.
                    { "\u{200b}" }
                </div>
                <textarea
                    class="hand"
                    aria-label={i18n.t("manuscript.prompt")}
                    aria-describedby="manuscript-help"
                    spellcheck="false"
                    autocomplete="off"
                    dir="auto"
                    value={props.prompt.text()}
                    {oninput}
                />
            </div>
            <button type="button" class="fold quiet" aria-expanded={open.to_string()} onclick={toggle}>
                { i18n.t(if *open { "manuscript.fold" } else { "manuscript.unfold" }) }
            </button>
            <p id="manuscript-help" class="help">{ i18n.t("manuscript.help") }</p>
        </section>
    }
}

fn stretches(i18n: &I18n, prompt: &Prompt, run: Option<&Run>) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = prompt
        .segments
        .iter()
        .map(|segment| {
            let (class, name) = match segment.part {
                Part::Instruction => ("instruction", i18n.t("part.instruction")),
                Part::Shot(index) => ("shot", i18n.tf("part.shot", &[("n", &(index + 1))])),
                Part::Input => ("input", i18n.t("part.input")),
                Part::Cue => ("cue", i18n.t("part.cue")),
            };
            Stretch { class, name, text: segment.text.clone(), written: false }
        })
        .collect();
    if let Some(run) = run {
        let (answer, rest) = run.answer();
        let recorded = run.phase == Phase::Recorded;
        let answer_name = i18n.t(if recorded { "part.recorded" } else { "part.answer" });
        stretches.push(Stretch {
            class: "answer",
            name: answer_name,
            text: answer.to_owned(),
            written: true,
        });
        if !rest.trim().is_empty() {
            stretches.push(Stretch {
                class: "rest",
                name: i18n.t("part.rest"),
                text: rest.to_owned(),
                written: true,
            });
        }
    }
    stretches.retain(|stretch| !stretch.text.is_empty());
    stretches
}

/// The margin's label for each stretch: one for each line on which a stretch begins, with the
/// names of all that begin there.
fn labels(stretches: &[Stretch]) -> Vec<Option<String>> {
    let mut labels: Vec<Option<String>> = Vec::with_capacity(stretches.len());
    // The stretch whose label stands on the line that is being set.
    let mut owner: Option<usize> = None;
    for (index, stretch) in stretches.iter().enumerate() {
        if stretch.written && stretch.text.starts_with('\n') {
            owner = None;
        }
        labels.push(None);
        let at = *owner.get_or_insert(index);
        let label = labels[at].get_or_insert_default();
        if label.is_empty() {
            label.push_str(&stretch.name);
        } else if !label.ends_with(&stretch.name) {
            label.push_str(" · ");
            label.push_str(&stretch.name);
        }
        if stretch.text.trim_start_matches('\n').contains('\n') {
            owner = None;
        }
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(name: &str, text: &str) -> Stretch {
        Stretch { class: "", name: name.to_owned(), text: text.to_owned(), written: false }
    }

    #[test]
    fn parts_that_begin_on_one_line_share_a_label() {
        let stretches = [
            stretch("shot 1", "a = b\n"),
            stretch("input", "c"),
            stretch("cue", " ="),
            stretch("answer", " d"),
            Stretch { written: true, ..stretch("rest", "\ne = f") },
        ];
        assert_eq!(
            labels(&stretches),
            [
                Some("shot 1".to_owned()),
                Some("input · cue · answer".to_owned()),
                None,
                None,
                Some("rest".to_owned())
            ]
        );
    }

    #[test]
    fn a_part_after_one_of_several_lines_has_its_own_label() {
        let stretches = [stretch("input", "one\ntwo"), stretch("cue", " TL;DR:")];
        assert_eq!(labels(&stretches), [Some("input".to_owned()), Some("cue".to_owned())]);
    }
}
