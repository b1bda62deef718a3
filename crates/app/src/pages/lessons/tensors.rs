//! The model's tensors: name, shape, and how their numbers are spread, with those that a lesson
//! points out marked. Of the model that is loaded; as recorded before there is one.

use crate::{components::use_i18n, hooks::use_query};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;
use zeroshot_lessons::Recording;
use zeroshot_protocol::{Event, Query, Seat, TensorSummary};

#[derive(PartialEq, Properties)]
pub struct Props {
    /// Parts of the names that are marked.
    pub highlight: Vec<String>,
    pub recording: Option<Rc<Recording>>,
}

#[function_component]
pub fn Tensors(props: &Props) -> Html {
    let i18n = use_i18n();
    let heard = use_query(Seat::Main, Some(Query::Tensors));
    let all = use_state(|| false);
    let own = heard.events.iter().find_map(|event| match event {
        Event::Tensors { tensors, .. } => Some(tensors.as_slice()),
        _ => None,
    });
    let recorded = props.recording.as_ref().map(|recording| recording.tensors.as_slice());
    let tensors = own.or(recorded).unwrap_or_default();
    let is_marked = |tensor: &TensorSummary| is_marked(&tensor.name, &props.highlight);
    let shown: Vec<_> = tensors.iter().filter(|tensor| *all || is_marked(tensor)).collect();
    let widest = shown.iter().map(|tensor| tensor.std).fold(f32::MIN_POSITIVE, f32::max);
    let row = |tensor: &&TensorSummary| {
        let marked = is_marked(tensor);
        let share = (tensor.std / widest * 100.0).clamp(0.0, 100.0);
        html! {
            <tr class={marked.then_some("marked")}>
                <th scope="row">
                    <code>{ &tensor.name }</code>
                    if marked && *all {
                        <span class="unseen">{ i18n.t("lessons.tensors.marked") }</span>
                    }
                </th>
                <td>{ shape(&tensor.shape) }</td>
                <td>{ decimals(tensor.mean) }</td>
                <td class="spread">
                    <div>
                        <span class="spread-track">
                            <span class="spread-bar" style={format!("width: {share:.0}%")} />
                        </span>
                        { decimals(tensor.std) }
                    </div>
                </td>
            </tr>
        }
    };
    let onchange = {
        let all = all.clone();
        move |event: web_sys::Event| {
            all.set(event.target_unchecked_into::<HtmlInputElement>().checked());
        }
    };
    html! {
        <section class="tensors" aria-labelledby="tensors">
            <h3 id="tensors">{ i18n.t("lessons.tensors") }</h3>
            if tensors.is_empty() {
                <p class="help">{ i18n.t("inspect.no_model") }</p>
            } else {
                <p class="help">
                    { i18n.t("lessons.tensors.help") }
                    if own.is_none() { { " " }{ i18n.t("lessons.tensors.recorded") } }
                </p>
                <p class="check">
                    <input id="all-tensors" type="checkbox" checked={*all} {onchange} />
                    <label for="all-tensors">
                        { i18n.tf("lessons.tensors.all", &[("count", &tensors.len())]) }
                    </label>
                </p>
                <div class="tensor-table" tabindex="0" role="region" aria-labelledby="tensors">
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{ i18n.t("lessons.tensors.name") }</th>
                                <th scope="col">{ i18n.t("lessons.tensors.shape") }</th>
                                <th scope="col">{ i18n.t("lessons.tensors.mean") }</th>
                                <th scope="col">{ i18n.t("lessons.tensors.std") }</th>
                            </tr>
                        </thead>
                        <tbody>{ for shown.iter().map(row) }</tbody>
                    </table>
                </div>
            }
        </section>
    }
}

/// Whether one of the parts stands in the name as a whole: `wte` in `wte.weight`, `ln_f` not in
/// `ln_fx.bias`.
fn is_marked(name: &str, parts: &[String]) -> bool {
    let name = format!(".{name}.");
    parts.iter().any(|part| name.contains(&format!(".{part}.")))
}

/// To three decimals, and zero without a sign.
fn decimals(value: f32) -> String {
    format!("{:.3}", (value * 1000.0).round() / 1000.0 + 0.0)
}

fn shape(shape: &[usize]) -> String {
    shape.iter().map(ToString::to_string).collect::<Vec<_>>().join(" × ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_parts_of_names_are_marked() {
        let parts = ["ln_1", "c_proj.weight", "wte"].map(str::to_owned);
        for (name, marked) in [
            ("h.0.ln_1.bias", true),
            ("h.3.mlp.c_proj.weight", true),
            ("wte.weight", true),
            ("h.0.ln_10.bias", false),
            ("h.0.attn.c_proj.bias", false),
            ("xwte.weight", false),
        ] {
            assert_eq!(is_marked(name, &parts), marked, "{name}");
        }
        assert_eq!([-0.0001, 0.0846, -1.5].map(decimals), ["0.000", "0.085", "-1.500"]);
        assert_eq!(shape(&[512, 256]), "512 × 256");
    }
}
