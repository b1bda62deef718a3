//! The best guess of every depth at some positions: depths downwards, positions across.

use super::{
    depth_name,
    heat_grid::{Cell, Heading, HeatGrid},
};
use crate::components::inspect::ink::plain;
use crate::{
    components::use_i18n,
    state::{Lens, Transcript, percent},
};
use std::rc::Rc;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub id: AttrValue,
    pub name: AttrValue,
    pub transcript: Rc<Transcript>,
    pub lens: Rc<Lens>,
    pub n_layer: usize,
    /// The positions in the transcript.
    pub positions: (usize, usize),
    /// How much further on a position is there than in what the lens was asked about.
    pub shift: isize,
    /// Depth and position of the chosen cell.
    pub chosen: Option<(usize, usize)>,
    pub on_choose: Callback<(usize, usize)>,
}

#[function_component]
pub fn LensTable(props: &Props) -> Html {
    let i18n = use_i18n();
    let (start, end) = props.positions;
    let token =
        |position: usize| props.transcript.pieces.get(position).map(plain).unwrap_or_default();
    let heading = |position: usize| Heading {
        note: Some(i18n.tf("layers.after", &[("token", &token(position))]).into()),
        text: token(position + 1).into(),
    };
    let depths = 0..=props.n_layer;
    let columns: Vec<_> = (start..end).map(heading).collect();
    let rows: Vec<AttrValue> =
        depths.map(|depth| depth_name(&i18n, depth, props.n_layer).into()).collect();
    let cell = |depth: usize, position: usize| {
        let there = position.saturating_add_signed(-props.shift);
        let best = props.lens.at(depth, there).and_then(|glimpse| glimpse.top.first());
        let (text, share) =
            best.map(|best| (plain(&best.piece), best.logprob.exp())).unwrap_or_default();
        let marked = props.lens.agrees(depth, there, props.n_layer);
        let key = if marked { "layers.cell_agrees" } else { "layers.cell" };
        let (at, share_text) = (&rows[depth], percent(share));
        let name = i18n.tf(key, &[("depth", at), ("token", &text), ("share", &share_text)]);
        Cell { text: text.into(), name: name.into(), share, marked }
    };
    let cells: Vec<Vec<_>> = (0..props.lens.len().min(props.n_layer + 1))
        .map(|depth| (start..end).map(|position| cell(depth, position)).collect())
        .collect();
    html! {
        <HeatGrid
            id={props.id.clone()}
            name={props.name.clone()}
            corner={i18n.t("layers.depth")}
            columns={Rc::new(columns)}
            rows={Rc::new(rows)}
            cells={Rc::new(cells)}
            chosen={props.chosen.map(|(depth, position)| (depth, position.saturating_sub(start)))}
            on_choose={props.on_choose.reform(move |(depth, column): (usize, usize)| (depth, start + column))}
            typed=true
        />
    }
}
