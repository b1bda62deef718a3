//! One cell of the lens in full: the best guesses of one depth at one position, and the token that
//! came.

use super::depth_name;
use crate::components::inspect::ink::{plain, quoted};
use crate::{
    components::{chart::Format, use_i18n},
    state::{Lens, Transcript},
};
use std::rc::Rc;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub transcript: Rc<Transcript>,
    pub lens: Rc<Lens>,
    pub n_layer: usize,
    pub depth: usize,
    /// In the transcript.
    pub position: usize,
    /// How much further on it is there than in what the lens was asked about.
    pub shift: isize,
}

#[function_component]
pub fn Details(props: &Props) -> Html {
    let i18n = use_i18n();
    let there = props.position.saturating_add_signed(-props.shift);
    let Some(glimpse) = props.lens.at(props.depth, there) else { return Html::default() };
    let token = |position: usize| props.transcript.pieces.get(position).map(quoted);
    let share = |logprob: f32| Format::Share.write(f64::from(logprob.exp()));
    let heading = i18n.tf(
        "layers.details",
        &[
            ("depth", &depth_name(&i18n, props.depth, props.n_layer)),
            ("token", &token(props.position).unwrap_or_default()),
        ],
    );
    html! {
        <div class="lens-details" aria-live="polite">
            <p>{ heading }</p>
            <ol>
                { for glimpse.top.iter().map(|choice| html! {
                    <li><span class="lens-token">{ plain(&choice.piece) }</span>{ " " }{ share(choice.logprob) }</li>
                }) }
            </ol>
            if let (Some(next), Some(came)) = (glimpse.next, token(props.position + 1)) {
                <p>{ i18n.tf("layers.came", &[
                    ("token", &came),
                    ("share", &share(next.logprob)),
                    ("rank", &(next.rank + 1)),
                ]) }</p>
            }
        </div>
    }
}
