//! How probable the token that came was at each depth, with the shots and without them.

use crate::components::{
    chart::{Axis, Format, LineChart, Point, Series},
    use_i18n,
};
use std::rc::Rc;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// The token that came.
    pub came: String,
    pub n_layer: usize,
    /// Its probability by depth.
    pub few: Rc<Vec<f32>>,
    /// The same without the shots.
    pub none: Option<Rc<Vec<f32>>>,
    pub n_shots: usize,
}

#[function_component]
pub fn Probability(props: &Props) -> Html {
    let i18n = use_i18n();
    let series = |name: String, probabilities: &[f32]| {
        let point =
            |(depth, y): (usize, &f32)| Point { x: depth as f64, y: f64::from(*y), spread: None };
        Series { name: name.into(), points: probabilities.iter().enumerate().map(point).collect() }
    };
    let mut lines =
        vec![series(i18n.tf("layers.with_shots", &[("n", &props.n_shots)]), &props.few)];
    if let Some(none) = &props.none {
        lines.push(series(i18n.t("layers.without_shots"), none));
    }
    let x = Axis {
        title: i18n.t("layers.blocks_passed").into(),
        range: Some((0.0, props.n_layer as f64)),
        whole: true,
        ..Axis::default()
    };
    let y = Axis {
        title: i18n.t("layers.probability").into(),
        format: Format::Share,
        range: Some((0.0, 1.0)),
        ..Axis::default()
    };
    html! {
        if !props.few.is_empty() {
            <LineChart
                name={i18n.tf("layers.chart", &[("token", &props.came)])}
                file="probability-by-depth"
                {x}
                {y}
                series={Rc::new(lines)}
                height={260.0}
            />
        }
    }
}
