//! A plot of a few published figures, with its data in the lesson.

use crate::{Fault, Text, fault::Place};
use serde::{Deserialize, Serialize};

/// Lines over a few points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// What it shows.
    pub title: Text,
    /// What the points stand for.
    pub x: Text,
    /// Where they are; each greater than the one before. Drawn on a logarithmic scale.
    pub at: Vec<f64>,
    /// What is measured, with its unit.
    pub y: Text,
    /// The least and greatest value on the scale.
    pub range: (f64, f64),
    /// The lines.
    pub series: Vec<Series>,
    /// Who measured it, and where it is published.
    pub source: Text,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// Its name.
    pub name: Text,
    /// Its value at each point.
    pub values: Vec<f64>,
}

impl Figure {
    /// Checks what its shape alone does not say.
    pub(crate) fn check(&self, place: Place<'_>) -> Result<(), Fault> {
        const MOST_POINTS: usize = 12;
        const MOST_SERIES: usize = 4;
        self.title.check(place.field("title"), 120)?;
        self.x.check(place.field("x"), 80)?;
        self.y.check(place.field("y"), 80)?;
        self.source.check(place.field("source"), 300)?;
        let points = self.at.len();
        if !(2..=MOST_POINTS).contains(&points) {
            return Err(place
                .field("at")
                .fault(format!("has {points} points, not 2 to {MOST_POINTS}")));
        }
        if self.at[0] <= 0.0 || self.at.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err(place.field("at").fault("must be above 0 and rise from point to point"));
        }
        let (least, greatest) = self.range;
        if least >= greatest {
            return Err(place.field("range").fault("the first value must be below the second"));
        }
        if !(1..=MOST_SERIES).contains(&self.series.len()) {
            let what = format!("has {} lines, not 1 to {MOST_SERIES}", self.series.len());
            return Err(place.field("series").fault(what));
        }
        for (number, series) in self.series.iter().enumerate() {
            let place = place.item("series", number);
            series.name.check(place.field("name"), 60)?;
            if series.values.len() != points {
                let what = format!("has {} values for {points} points", series.values.len());
                return Err(place.field("values").fault(what));
            }
            if let Some(value) =
                series.values.iter().find(|value| !(least..=greatest).contains(*value))
            {
                let what = format!("{value} lies outside the range");
                return Err(place.field("values").fault(what));
            }
        }
        Ok(())
    }
}
