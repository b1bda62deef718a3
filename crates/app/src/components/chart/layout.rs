//! Where everything of a line plot lies, in pixels of its picture.
//!
//! Pure: `line` draws what this says.

use super::{
    Axis, Series,
    scale::{Kind, Scale},
};

/// Room between a mark and what is written beside it.
const GAP: f64 = 8.0;
/// A line of text.
pub const LINE: f64 = 22.0;
/// More points than this are a line without marks.
const MOST_MARKS: usize = 24;
/// Series are named beside their ends in pictures as wide as this, else above the plot.
const WIDE: f64 = 480.0;

/// From the left, and from the top.
type At = (f64, f64);

/// A number at an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    pub at: f64,
    pub text: String,
}

/// A series as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Data of an SVG path.
    pub path: String,
    /// The same of the spread around it.
    pub band: Option<String>,
    pub marks: Vec<At>,
    /// Where its name begins, at half the height of its letters.
    pub name_at: At,
}

/// A plot in its picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// The plot's edges.
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
    pub x_ticks: Vec<Tick>,
    pub y_ticks: Vec<Tick>,
    pub lines: Vec<Line>,
    /// Whether the names stand above the plot, each after its mark.
    pub names_above: bool,
}

/// Lays out a plot in a picture of this size; `None` where there is nothing to plot.
pub fn lay_out(size: (f64, f64), x: &Axis, y: &Axis, series: &[Series]) -> Option<Plot> {
    let (width, height) = size;
    let points = || series.iter().flat_map(|series| &series.points);
    let spread = points().filter_map(|point| point.spread);
    let ys = points().map(|point| point.y).chain(spread.flat_map(|(low, high)| [low, high]));
    let x_scale = scale(x, points().map(|point| point.x))?;
    let y_scale = scale(y, ys)?;

    let y_values = y_scale.ticks(5);
    let y_texts: Vec<_> = y_values.iter().map(|value| y.format.write(*value)).collect();
    let names_above = series.len() > 1 && width < WIDE;
    let name_width = match series {
        [] | [_] => 0.0,
        _ if names_above => 0.0,
        _ => series.iter().map(|series| text_width(&series.name)).fold(0.0, f64::max) + 2.0 * GAP,
    };
    let left = y_texts.iter().map(|text| text_width(text)).fold(0.0, f64::max) + GAP;
    let right = (width - name_width.max(2.0 * GAP)).max(left + 1.0);
    // The vertical axis's title stands above the plot, where it can be read without turning.
    let rows_above = if names_above { series.len() } else { 0 } + 1;
    let top = LINE * rows_above as f64 + GAP;
    let bottom = (height - 2.0 * LINE - GAP).max(top + 1.0);

    let x_at = |value| x_scale.place(value).map(|place| left + place * (right - left));
    let y_at = |value| y_scale.place(value).map(|place| bottom - place * (bottom - top));
    let ticks = |values: Vec<f64>, axis: &Axis, at: &dyn Fn(f64) -> Option<f64>| {
        let tick = |value| Some(Tick { at: at(value)?, text: axis.format.write(value) });
        values.into_iter().filter_map(tick).collect()
    };
    let mut lines: Vec<Line> = series
        .iter()
        .map(|series| {
            let at = |x, y| Some((x_at(x)?, y_at(y)?));
            let marks: Vec<_> =
                series.points.iter().filter_map(|point| at(point.x, point.y)).collect();
            let edges: Vec<_> = series
                .points
                .iter()
                .filter_map(|point| {
                    let (low, high) = point.spread?;
                    Some((at(point.x, low)?, at(point.x, high)?))
                })
                .collect();
            let end = marks.last().copied().unwrap_or((right, bottom));
            Line {
                path: path(&marks),
                band: (edges.len() > 1).then(|| band(&edges)),
                name_at: (right + 2.0 * GAP, end.1),
                marks: if marks.len() > MOST_MARKS { Vec::new() } else { marks },
            }
        })
        .collect();
    if names_above {
        for (row, line) in lines.iter_mut().enumerate() {
            line.name_at = (3.0 * GAP, LINE * (row as f64 + 0.5));
        }
    } else {
        let wanted: Vec<_> = lines.iter().map(|line| line.name_at.1).collect();
        for (line, at) in lines.iter_mut().zip(apart(&wanted, LINE, (top, bottom))) {
            line.name_at.1 = at;
        }
    }
    let room = ((right - left) / 64.0).max(2.0) as usize;
    let x_values = match x.kind {
        // Between two whole numbers of shots or tokens there is nothing.
        Kind::Linear if x.whole => whole(x_scale.ticks(room.min(10))),
        _ => x_scale.ticks(room.min(10)),
    };
    Some(Plot {
        left,
        right,
        top,
        bottom,
        x_ticks: ticks(x_values, x, &x_at),
        y_ticks: ticks(y_values, y, &y_at),
        lines,
        names_above,
    })
}

fn scale(axis: &Axis, values: impl Iterator<Item = f64>) -> Option<Scale> {
    match axis.range {
        Some((low, high)) if low < high => Some(Scale::between(axis.kind, low, high)),
        _ => Scale::around(axis.kind, values),
    }
}

fn whole(values: Vec<f64>) -> Vec<f64> {
    values.into_iter().filter(|value| value.fract() == 0.0).collect()
}

/// About how wide a text is at the size that charts are written in, in bold; rather too much.
pub fn text_width(text: &str) -> f64 {
    let width = |character: char| match character {
        'm' | 'w' | '%' | '×' | '→' | '…' => 14.5,
        character if character.is_ascii_uppercase() => 11.5,
        character if character < '\u{2e80}' => 9.0,
        _ => 16.5,
    };
    text.chars().map(width).sum()
}

/// The data of a path through `points`.
pub fn path(points: &[At]) -> String {
    let mut data = String::new();
    for (index, (x, y)) in points.iter().enumerate() {
        let command = if index == 0 { "M" } else { "L" };
        data.push_str(&format!("{command}{x:.1} {y:.1}"));
    }
    data
}

/// The data of the path around a band, of which each place has a lower and an upper edge.
fn band(edges: &[(At, At)]) -> String {
    let upper = edges.iter().map(|(_, high)| *high);
    let lower = edges.iter().rev().map(|(low, _)| *low);
    path(&upper.chain(lower).collect::<Vec<_>>()) + "Z"
}

/// Places as near to those wanted as can be with `gap` between any two, within the range while
/// that has room.
fn apart(wanted: &[f64], gap: f64, (least, greatest): (f64, f64)) -> Vec<f64> {
    let mut order: Vec<_> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]));
    let mut places = wanted.to_vec();
    let mut free = least;
    for &index in &order {
        places[index] = places[index].max(free);
        free = places[index] + gap;
    }
    let mut free = greatest;
    for &index in order.iter().rev() {
        places[index] = places[index].min(free);
        free = places[index] - gap;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::super::{Format, Point};
    use super::*;

    fn axis(kind: Kind) -> Axis {
        Axis { title: "t".into(), kind, ..Axis::default() }
    }

    fn series(name: &str, ys: &[f64]) -> Series {
        let points = ys.iter().enumerate();
        let points = points.map(|(x, y)| Point { x: x as f64, y: *y, spread: None }).collect();
        Series { name: name.to_owned().into(), points }
    }

    #[test]
    fn points_lie_within_the_plot_and_larger_ones_higher() {
        let all = [series("a", &[0.001, 0.01, 0.5])];
        let plot = lay_out((600.0, 300.0), &axis(Kind::Linear), &axis(Kind::Log), &all);
        let plot = plot.expect("there are points");
        let marks = &plot.lines[0].marks;
        assert!(marks.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 > pair[1].1));
        for (x, y) in marks {
            assert!((plot.left..=plot.right).contains(x) && (plot.top..=plot.bottom).contains(y));
        }
        assert_eq!(plot.lines[0].path.matches('L').count(), 2);
    }

    #[test]
    fn a_band_goes_there_and_back() {
        let mut one = series("a", &[1.0, 2.0]);
        one.points.iter_mut().for_each(|point| point.spread = Some((0.5, 3.0)));
        let plot = lay_out((600.0, 300.0), &axis(Kind::Linear), &axis(Kind::Linear), &[one]);
        let band = plot.expect("there are points").lines[0].band.clone().expect("has a spread");
        assert_eq!((band.matches('L').count(), band.ends_with('Z')), (3, true));
    }

    #[test]
    fn names_do_not_lie_on_each_other() {
        assert_eq!(apart(&[50.0, 51.0, 52.0], 20.0, (0.0, 200.0)), [50.0, 70.0, 90.0]);
        assert_eq!(apart(&[99.0, 95.0], 20.0, (0.0, 100.0)), [100.0, 80.0]);
    }

    #[test]
    fn narrow_pictures_name_their_series_above() {
        let all = [series("a", &[1.0, 2.0]), series("b", &[2.0, 1.0])];
        let plot = |width| {
            lay_out((width, 300.0), &axis(Kind::Linear), &axis(Kind::Linear), &all).expect("points")
        };
        let (narrow, wide) = (plot(330.0), plot(700.0));
        assert!(narrow.names_above && !wide.names_above);
        assert!(narrow.right - narrow.left > 240.0, "the plot keeps the width");
        assert!(wide.lines.iter().all(|line| line.name_at.0 > wide.right));
    }

    #[test]
    fn shots_are_counted_in_whole_numbers() {
        let x = Axis { whole: true, ..axis(Kind::Linear) };
        let y = Axis { format: Format::Share, ..axis(Kind::Linear) };
        let plot = lay_out((900.0, 300.0), &x, &y, &[series("a", &[0.1, 0.2])]).expect("points");
        let texts: Vec<_> = plot.x_ticks.iter().map(|tick| tick.text.as_str()).collect();
        assert_eq!(texts, ["0", "1"]);
        assert!(plot.y_ticks.iter().all(|tick| tick.text.ends_with('%')));
    }

    #[test]
    fn nothing_to_plot_is_no_plot() {
        let y = axis(Kind::Log);
        assert_eq!(lay_out((600.0, 300.0), &axis(Kind::Linear), &y, &[series("a", &[0.0])]), None);
    }
}
