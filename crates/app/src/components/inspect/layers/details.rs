//! One cell of the lens in full: the best guesses of one depth at one position, and the token that
//! came.

use super::depth_name;
use crate::components::inspect::ink::{plain, quoted};
use crate::{
    components::chart::Format,
    i18n::I18n,
    state::{Lens, Transcript},
};
use yew::prelude::*;

/// Which cell, and of what.
pub struct LensCell<'a> {
    pub transcript: &'a Transcript,
    pub lens: &'a Lens,
    pub n_layer: usize,
    pub depth: usize,
    /// In the transcript.
    pub position: usize,
    /// How much further on it is there than in what the lens was asked about.
    pub shift: isize,
}

/// The cell in full.
pub fn details(i18n: &I18n, cell: &LensCell) -> Html {
    let there = cell.position.saturating_add_signed(-cell.shift);
    let Some(glimpse) = cell.lens.at(cell.depth, there) else { return Html::default() };
    let token = |position: usize| cell.transcript.pieces.get(position).map(quoted);
    let share = |logprob: f32| Format::Share.write(f64::from(logprob.exp()));
    let heading = i18n.tf(
        "layers.details",
        &[
            ("depth", &depth_name(i18n, cell.depth, cell.n_layer)),
            ("token", &token(cell.position).unwrap_or_default()),
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
            if let (Some(next), Some(came)) = (glimpse.next, token(cell.position + 1)) {
                <p>{ i18n.tf("layers.came", &[
                    ("token", &came),
                    ("share", &share(next.logprob)),
                    ("rank", &(next.rank + 1)),
                ]) }</p>
            }
        </div>
    }
}
