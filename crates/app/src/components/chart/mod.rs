//! Plots and bars, as every view draws them: SVG that is read without colour, with its numbers as
//! a table, to be saved as a picture.
//!
//! `scale` and `layout` say where things lie, `line` and `bars` draw them, `figure` is the frame
//! that they share, `save` makes the pictures.

mod bars;
mod figure;
mod layout;
mod line;
mod save;
mod scale;

pub use bars::{Bar, Bars};
pub use figure::{Figure, use_width};
pub use line::LineChart;
pub use scale::{Format, Kind};

use yew::AttrValue;

/// An axis of a plot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axis {
    pub title: AttrValue,
    pub kind: Kind,
    pub format: Format,
    /// Its ends, where they are not to follow from the numbers.
    pub range: Option<(f64, f64)>,
    /// Whether only whole numbers are marked.
    pub whole: bool,
}

/// Numbers that belong together, in the order in which they are joined.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    pub name: AttrValue,
    pub points: Vec<Point>,
}

/// A point of a series.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
    /// Between what and what it was found to lie.
    pub spread: Option<(f64, f64)>,
}
