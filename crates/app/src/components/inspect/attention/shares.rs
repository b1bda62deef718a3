//! The shares of one look as a table: every token, where it stands and what it gets.

use super::region_name;
use crate::components::inspect::ink::plain;
use crate::{
    components::use_i18n,
    state::{Region, Transcript},
};
use std::rc::Rc;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub transcript: Rc<Transcript>,
    pub all: Rc<Vec<f32>>,
    /// The shares without the first token, if that is how they are drawn.
    pub drawn: Option<Rc<Vec<f32>>>,
}

#[function_component]
pub fn Shares(props: &Props) -> Html {
    let i18n = use_i18n();
    let open = use_state(|| false);
    let ontoggle = {
        let open = open.clone();
        move |event: yew::events::Event| {
            let details = event.target_unchecked_into::<web_sys::Element>();
            open.set(details.has_attribute("open"));
        }
    };
    let exact = |share: f32| format!("{:.2}%", share * 100.0);
    let row = |(index, share): (usize, &f32)| {
        let piece = props.transcript.pieces.get(index)?;
        let region = if index == 0 { Region::First } else { props.transcript.regions[index] };
        let drawn = props.drawn.as_ref().map(|drawn| drawn.get(index).copied().unwrap_or(0.0));
        Some(html! {
            <tr>
                <td>{ index + 1 }</td>
                <th scope="row">{ plain(piece) }</th>
                <td>{ region_name(&i18n, region) }</td>
                <td>{ exact(*share) }</td>
                { for drawn.map(|share| html! { <td>{ exact(share) }</td> }) }
            </tr>
        })
    };
    html! {
        <details {ontoggle}>
            <summary>{ i18n.t("attention.table") }</summary>
            // A long text makes a long table: it is drawn when it is seen.
            if *open {
                <div class="shares" tabindex="0" role="group" aria-label={i18n.t("attention.table")}>
                    <table>
                        <caption class="unseen">{ i18n.t("attention.table") }</caption>
                        <thead>
                            <tr>
                                <th scope="col">{ i18n.t("attention.number") }</th>
                                <th scope="col">{ i18n.t("attention.token") }</th>
                                <th scope="col">{ i18n.t("attention.part") }</th>
                                <th scope="col">{ i18n.t("attention.share") }</th>
                                if props.drawn.is_some() {
                                    <th scope="col">{ i18n.t("attention.share_left") }</th>
                                }
                            </tr>
                        </thead>
                        <tbody>{ for props.all.iter().enumerate().filter_map(row) }</tbody>
                        <tfoot>
                            <tr>
                                <td></td>
                                <th scope="row">{ i18n.t("attention.sum") }</th>
                                <td></td>
                                <td>{ exact(props.all.iter().sum()) }</td>
                                { for props.drawn.as_ref().map(|drawn| html! {
                                    <td>{ exact(drawn.iter().sum()) }</td>
                                }) }
                            </tr>
                        </tfoot>
                    </table>
                </div>
            }
        </details>
    }
}
