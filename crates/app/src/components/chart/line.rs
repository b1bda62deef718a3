//! A plot of one or several series as lines, each with a mark and a dash of its own.

use super::{
    Axis, Series,
    figure::{Figure, use_width},
    layout::{LINE, Line, Plot, lay_out},
};
use crate::{components::use_i18n, i18n::I18n};
use std::rc::Rc;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// What it is called, for all; shown above it.
    pub name: AttrValue,
    /// What a saved picture is called, without its ending.
    pub file: AttrValue,
    pub x: Axis,
    pub y: Axis,
    pub series: Rc<Vec<Series>>,
    /// What is at x = 0, 1, 2 … is called in the table, where it has a name.
    #[prop_or_default]
    pub x_names: Option<Rc<Vec<String>>>,
    #[prop_or(300.0)]
    pub height: f64,
}

#[function_component]
pub fn LineChart(props: &Props) -> Html {
    let i18n = use_i18n();
    let node = use_node_ref();
    let width = use_width(&node);
    let size = (width, props.height);
    let plot = use_memo(
        (width as u32, props.height as u32, props.x.clone(), props.y.clone(), props.series.clone()),
        |_| lay_out(size, &props.x, &props.y, &props.series),
    );
    html! {
        <Figure
            node={node.clone()}
            name={props.name.clone()}
            file={props.file.clone()}
            table={table(&i18n, props)}
        >
            if let Some(plot) = &*plot {
                { picture(props, plot, size) }
            }
        </Figure>
    }
}

fn picture(props: &Props, plot: &Plot, (width, height): (f64, f64)) -> Html {
    let Plot { left, right, top, bottom, .. } = *plot;
    let number = |value: f64| format!("{value:.1}");
    html! {
        <svg
            role="img"
            aria-label={props.name.clone()}
            viewBox={format!("0 0 {width} {height}")}
            width={number(width)}
            height={number(height)}
        >
            { for plot.y_ticks.iter().map(|tick| html! {
                <>
                    <line class="chart-rule" x1={number(left)} x2={number(right)} y1={number(tick.at)} y2={number(tick.at)} />
                    <text x={number(left - 8.0)} y={number(tick.at + 5.0)} text-anchor="end">{ &tick.text }</text>
                </>
            }) }
            <line class="chart-axis" x1={number(left)} x2={number(right)} y1={number(bottom)} y2={number(bottom)} />
            { for plot.x_ticks.iter().map(|tick| html! {
                <>
                    <line class="chart-axis" x1={number(tick.at)} x2={number(tick.at)} y1={number(bottom)} y2={number(bottom + 5.0)} />
                    <text x={number(tick.at)} y={number(bottom + LINE)} text-anchor="middle">{ &tick.text }</text>
                </>
            }) }
            <text class="chart-title" x="0" y={number(top - 14.0)}>{ &props.y.title }</text>
            <text
                class="chart-title"
                x={number(f64::midpoint(left, right))}
                y={number(bottom + 2.0 * LINE)}
                text-anchor="middle"
            >{ &props.x.title }</text>
            { for plot.lines.iter().enumerate().map(|(index, line)| {
                drawn(index, line, &props.series[index].name, plot.lines.len() > 1, plot.names_above)
            }) }
        </svg>
    }
}

fn drawn(index: usize, line: &Line, name: &str, named: bool, above: bool) -> Html {
    let (x, y) = line.name_at;
    html! {
        <g class={format!("series series-{}", index % 5 + 1)}>
            if let Some(band) = &line.band {
                <path class="chart-band" d={band.clone()} />
            }
            <path class="chart-line" d={line.path.clone()} />
            { for line.marks.iter().map(|at| mark(index, *at)) }
            if named {
                if above {
                    { mark(index, (x - 14.0, y)) }
                }
                <text class="chart-name" x={x.to_string()} y={format!("{:.1}", y + 5.0)}>{ name.to_owned() }</text>
            }
        </g>
    }
}

/// A mark by which a series is known without its colour.
fn mark(index: usize, (x, y): (f64, f64)) -> Html {
    let around = |points: &[(f64, f64)]| {
        let corners = points.iter().map(|(dx, dy)| (x + dx, y + dy)).collect::<Vec<_>>();
        super::layout::path(&corners) + "Z"
    };
    let path = match index % 5 {
        0 => {
            return html! {
                <circle class="chart-mark" cx={format!("{x:.1}")} cy={format!("{y:.1}")} r="4.5" />
            };
        }
        1 => around(&[(-4.0, -4.0), (4.0, -4.0), (4.0, 4.0), (-4.0, 4.0)]),
        2 => around(&[(0.0, -5.5), (5.0, 4.0), (-5.0, 4.0)]),
        3 => around(&[(0.0, -6.0), (6.0, 0.0), (0.0, 6.0), (-6.0, 0.0)]),
        _ => around(&[(0.0, 5.5), (5.0, -4.0), (-5.0, -4.0)]),
    };
    html! { <path class="chart-mark" d={path} /> }
}

/// The numbers of a plot: a row for each x, a column for each series.
fn table(i18n: &I18n, props: &Props) -> Html {
    let mut xs: Vec<f64> =
        props.series.iter().flat_map(|series| &series.points).map(|point| point.x).collect();
    xs.sort_by(f64::total_cmp);
    xs.dedup();
    let x_text = |x: f64| {
        let named = props.x_names.as_ref().and_then(|names| names.get(x as usize));
        named.map_or_else(|| props.x.format.write(x), |name| format!("{name:?}"))
    };
    let cell = |series: &Series, x: f64| {
        let Some(point) = series.points.iter().find(|point| point.x == x) else {
            return String::new();
        };
        let value = props.y.format.write(point.y);
        match point.spread {
            Some((low, high)) if low < high => i18n.tf(
                "chart.spread",
                &[
                    ("value", &value),
                    ("low", &props.y.format.write(low)),
                    ("high", &props.y.format.write(high)),
                ],
            ),
            _ => value,
        }
    };
    let heading = |series: &Series| match props.series.len() {
        1 => props.y.title.clone(),
        _ => series.name.clone(),
    };
    html! {
        <table>
            <caption class="unseen">{ &props.name }</caption>
            <thead>
                <tr>
                    <th scope="col">{ &props.x.title }</th>
                    { for props.series.iter().map(|series| html! {
                        <th scope="col">{ heading(series) }</th>
                    }) }
                </tr>
            </thead>
            <tbody>
                { for xs.iter().map(|x| html! {
                    <tr>
                        <th scope="row">{ x_text(*x) }</th>
                        { for props.series.iter().map(|series| html! { <td>{ cell(series, *x) }</td> }) }
                    </tr>
                }) }
            </tbody>
        </table>
    }
}
