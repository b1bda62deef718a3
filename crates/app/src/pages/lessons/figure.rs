//! A plot of the figures that a lesson brings, with who measured them.

use super::prose::inline;
use crate::components::{
    chart::{Axis, Format, Kind, LineChart, Point, Series},
    use_i18n,
};
use std::rc::Rc;
use yew::prelude::*;
use zeroshot_lessons::Figure;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub figure: Figure,
    /// What a saved picture is called, without its ending.
    pub file: AttrValue,
}

#[function_component]
pub fn LessonFigure(props: &Props) -> Html {
    let i18n = use_i18n();
    let tag = i18n.locale.tag();
    let figure = &props.figure;
    let own = |text: &zeroshot_lessons::Text| AttrValue::from(text.of(tag).to_owned());
    let least = figure.at.first().copied().unwrap_or(1.0);
    let greatest = figure.at.last().copied().unwrap_or(10.0);
    let x = Axis {
        title: own(&figure.x),
        kind: Kind::Log,
        format: Format::Number,
        // Room beside the first and the last point.
        range: Some((least * 0.8, greatest * 1.25)),
        whole: false,
    };
    let y = Axis {
        title: own(&figure.y),
        kind: Kind::Linear,
        format: Format::Number,
        range: Some(figure.range),
        whole: false,
    };
    let series = figure.series.iter().map(|series| Series {
        name: own(&series.name),
        points: figure
            .at
            .iter()
            .zip(&series.values)
            .map(|(&x, &y)| Point { x, y, spread: None })
            .collect(),
    });
    let series: Vec<Series> = series.collect();
    html! {
        <div class="lesson-figure">
            <LineChart
                name={own(&figure.title)}
                file={props.file.clone()}
                {x}
                {y}
                series={Rc::new(series)}
            />
            <p class="help">{ inline(&own(&figure.source)) }</p>
        </div>
    }
}
