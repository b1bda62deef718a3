//! The frame of every chart: its picture, its numbers as a table, and the buttons that save it.

use super::save;
use crate::components::use_i18n;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

/// The width of a picture before it is known how much room there is.
const USUAL_WIDTH: f64 = 640.0;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// The node that [`use_width`] measures.
    pub node: NodeRef,
    /// The chart's name, shown above it.
    pub name: AttrValue,
    /// What a saved picture is called, without its ending.
    pub file: AttrValue,
    /// The same numbers as a table.
    pub table: Html,
    /// The picture: one `svg` with `role="img"`.
    pub children: Html,
}

#[function_component]
pub fn Figure(props: &Props) -> Html {
    let i18n = use_i18n();
    let button = |text: String, save: fn(&Element, &str)| {
        let (node, file) = (props.node.clone(), props.file.clone());
        let label = format!("{text}: {}", props.name);
        let onclick = move |_| {
            let picture = node.cast::<Element>().and_then(|frame| frame.query_selector("svg").ok());
            if let Some(picture) = picture.flatten() {
                save(&picture, &file);
            }
        };
        html! { <button type="button" class="link" aria-label={label} {onclick}>{ text }</button> }
    };
    html! {
        <figure class="chart">
            <figcaption>{ &props.name }</figcaption>
            <div class="chart-picture" ref={props.node.clone()}>{ props.children.clone() }</div>
            <div class="chart-tools">
                <details>
                    <summary>{ i18n.t("chart.table") }</summary>
                    <div class="chart-table" tabindex="0" role="group" aria-label={props.name.clone()}>
                        { props.table.clone() }
                    </div>
                </details>
                { button(i18n.t("chart.save_svg"), save::svg) }
                { button(i18n.t("chart.save_png"), save::png) }
            </div>
        </figure>
    }
}

/// The width of a node, followed as it changes.
#[hook]
pub fn use_width(node: &NodeRef) -> f64 {
    let width = use_state_eq(|| USUAL_WIDTH);
    let (node, setter) = (node.clone(), width.setter());
    use_effect_with((), move |()| {
        let observed = node.cast::<Element>().and_then(|element| {
            let measure = {
                let element = element.clone();
                move || match element.client_width() {
                    // It is folded away.
                    0 => {}
                    width => setter.set(f64::from(width)),
                }
            };
            measure();
            let closure = Closure::<dyn FnMut()>::new(measure);
            let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
            observer.observe(&element);
            Some((observer, closure))
        });
        move || {
            if let Some((observer, _closure)) = observed {
                observer.disconnect();
            }
        }
    });
    *width
}
