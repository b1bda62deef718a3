//! Where heads look, in figures: the shares that regions of the text get, over layers and heads
//! and in each, and a head's shares without the first token.
//!
//! Pure arithmetic. All shares of one look add up to 1.

use super::{Region, Span};
use zeroshot_prompting::Part;

/// The share of each region, in every head of every layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Gaze {
    /// In the order in which they first appear in the text.
    pub regions: Vec<Region>,
    /// By layer, then by head, then by region.
    layers: Vec<Vec<Vec<f32>>>,
}

impl Gaze {
    /// Puts together what belongs to one region: an instruction may stand before and after the
    /// input. `layers` has the share of each span, by layer and head.
    pub fn new(spans: &[Span], layers: &[Vec<Vec<f32>>]) -> Self {
        let regions = regions(spans);
        let by_region = |shares: &Vec<f32>| by_region(&regions, spans, shares);
        let layers = layers.iter().map(|heads| heads.iter().map(by_region).collect()).collect();
        Self { regions, layers }
    }

    /// Number of layers.
    pub fn n_layer(&self) -> usize {
        self.layers.len()
    }

    /// The share of each region in one layer, on average over its heads.
    pub fn in_layer(&self, layer: usize) -> Vec<f32> {
        self.layers.get(layer).map(|heads| mean(heads)).unwrap_or_default()
    }

    /// The share of each region, on average over layers and heads.
    pub fn overall(&self) -> Vec<f32> {
        let layers: Vec<_> = (0..self.n_layer()).map(|layer| self.in_layer(layer)).collect();
        mean(&layers)
    }

    /// The share of one region in each head of a layer.
    pub fn by_head(&self, layer: usize, region: usize) -> Vec<f32> {
        let heads = self.layers.get(layer).into_iter().flatten();
        heads.filter_map(|shares| shares.get(region).copied()).collect()
    }

    /// The layer and head that look least at the first token: those that look for something.
    pub fn busiest(&self) -> Option<(usize, usize)> {
        let first = self.regions.iter().position(|region| *region == Region::First)?;
        let places = (0..self.n_layer()).flat_map(|layer| {
            self.by_head(layer, first)
                .into_iter()
                .enumerate()
                .map(move |(head, share)| ((layer, head), share))
        });
        places.min_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(place, _)| place)
    }

    /// What the answer looked at, to be said in a sentence.
    pub fn summary(&self) -> Option<Summary> {
        let overall = self.overall();
        let shares = || self.regions.iter().copied().zip(overall.iter().copied());
        let share_of = |which: &dyn Fn(Region) -> bool| -> f32 {
            shares().filter(|(region, _)| which(*region)).map(|(_, share)| share).sum()
        };
        let (region, share) = shares()
            .filter(|(region, _)| *region != Region::First)
            .max_by(|(_, a), (_, b)| a.total_cmp(b))?;
        let is_shot = |region| matches!(region, Region::Prompt(Part::Shot(_)));
        let n_shots = self.regions.iter().filter(|region| is_shot(**region)).count();
        Some(Summary {
            most: (region, share),
            shots: (n_shots > 1).then(|| share_of(&is_shot)),
            first: share_of(&|region| region == Region::First),
        })
    }
}

/// The shares that a sentence names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// The region that got most, the first token aside.
    pub most: (Region, f32),
    /// Of all shots together, if there are several.
    pub shots: Option<f32>,
    /// Of the first token.
    pub first: f32,
}

/// The regions of some spans, each once.
pub fn regions(spans: &[Span]) -> Vec<Region> {
    let mut regions = Vec::new();
    for span in spans {
        if !regions.contains(&span.region) {
            regions.push(span.region);
        }
    }
    regions
}

/// Adds up the shares of spans by the region that they stand in.
fn by_region(regions: &[Region], spans: &[Span], shares: &[f32]) -> Vec<f32> {
    let share_of = |region: &Region| {
        spans.iter().zip(shares).filter(|(span, _)| span.region == *region).map(|(_, s)| s).sum()
    };
    regions.iter().map(share_of).collect()
}

/// One look's shares by region: what each gets of the shares of single tokens.
pub fn look_by_region(spans: &[Span], shares: &[f32]) -> Vec<(Region, f32)> {
    let of_spans: Vec<f32> = spans
        .iter()
        .map(|span| {
            let end = span.tokens.end.min(shares.len());
            shares.get(span.tokens.start..end).unwrap_or_default().iter().sum()
        })
        .collect();
    let regions = regions(spans);
    let by_region = by_region(&regions, spans, &of_spans);
    regions.into_iter().zip(by_region).collect()
}

/// The mean of rows of equal length.
pub fn mean(rows: &[Vec<f32>]) -> Vec<f32> {
    let width = rows.iter().map(Vec::len).min().unwrap_or_default();
    let mean = |column: usize| {
        rows.iter().map(|row| f64::from(row[column])).sum::<f64>() / rows.len() as f64
    };
    (0..width).map(|column| mean(column) as f32).collect()
}

/// The shares without the first token's, so that they add up to 1 again. All are 0 where there
/// was nothing else.
pub fn without_first(shares: &[f32]) -> Vec<f32> {
    let rest: f64 = shares.iter().skip(1).copied().map(f64::from).sum();
    let share = |(index, share): (usize, &f32)| {
        if index == 0 || rest <= 0.0 { 0.0 } else { (f64::from(*share) / rest) as f32 }
    };
    shares.iter().enumerate().map(share).collect()
}

/// A share of one in whole per cent, as it stands in sentences and narrow cells.
pub fn percent(share: f32) -> String {
    match (share * 100.0).round() {
        rounded if rounded < 1.0 && share > 0.0 => "<1%".to_owned(),
        rounded => format!("{rounded}%"),
    }
}

/// The index and share of the token that is looked at most.
pub fn strongest(shares: &[f32]) -> Option<(usize, f32)> {
    shares.iter().copied().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOT: Region = Region::Prompt(Part::Shot(0));
    const OTHER_SHOT: Region = Region::Prompt(Part::Shot(1));
    const CUE: Region = Region::Prompt(Part::Cue);

    fn spans() -> Vec<Span> {
        let regions = [Region::First, SHOT, OTHER_SHOT, SHOT, CUE];
        let starts = [0, 1, 3, 5, 6];
        let ends = [1, 3, 5, 6, 8];
        let span = |((region, start), end)| Span { region, tokens: start..end };
        regions.into_iter().zip(starts).zip(ends).map(span).collect()
    }

    fn gaze() -> Gaze {
        let layers = vec![
            vec![vec![0.5, 0.1, 0.2, 0.1, 0.1], vec![0.1, 0.2, 0.4, 0.2, 0.1]],
            vec![vec![0.9, 0.0, 0.0, 0.1, 0.0], vec![0.2, 0.0, 0.8, 0.0, 0.0]],
        ];
        Gaze::new(&spans(), &layers)
    }

    fn assert_close(found: &[f32], expected: &[f32]) {
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
        }
    }

    #[test]
    fn what_stands_in_one_region_is_added_up() {
        let gaze = gaze();
        assert_eq!(gaze.regions, [Region::First, SHOT, OTHER_SHOT, CUE]);
        assert_close(&gaze.in_layer(0), &[0.3, 0.3, 0.3, 0.1]);
        assert_close(&gaze.by_head(0, 1), &[0.2, 0.4]);
    }

    #[test]
    fn every_mean_still_adds_up_to_one() {
        let gaze = gaze();
        for shares in [gaze.overall(), gaze.in_layer(0), gaze.in_layer(1)] {
            assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-6, "{shares:?}");
        }
        assert_close(&gaze.overall(), &[0.425, 0.175, 0.35, 0.05]);
    }

    #[test]
    fn the_busiest_head_looks_least_at_the_first_token() {
        assert_eq!(gaze().busiest(), Some((0, 1)));
        assert_eq!(Gaze::new(&[], &[]).busiest(), None);
    }

    #[test]
    fn the_sentence_names_the_part_with_most_and_the_shots_together() {
        let summary = gaze().summary().expect("there are shares");
        assert_eq!(summary.most.0, OTHER_SHOT, "the first token does not count");
        assert_close(&[summary.most.1, summary.first], &[0.35, 0.425]);
        assert_close(&[summary.shots.expect("two shots")], &[0.525]);
    }

    #[test]
    fn without_the_first_token_the_rest_is_the_whole() {
        assert_close(&without_first(&[0.6, 0.1, 0.3]), &[0.0, 0.25, 0.75]);
        assert_close(&without_first(&[1.0]), &[0.0]);
        assert_close(&without_first(&[]), &[]);
    }

    #[test]
    fn little_is_not_nothing() {
        assert_eq!([0.0, 0.004, 0.126, 1.0].map(percent), ["0%", "<1%", "13%", "100%"]);
    }

    #[test]
    fn a_look_is_added_up_by_region_as_far_as_it_reaches() {
        let look = look_by_region(&spans()[..4], &[0.4, 0.1, 0.1, 0.2, 0.2]);
        assert_eq!(
            look.iter().map(|(region, _)| *region).collect::<Vec<_>>(),
            [Region::First, SHOT, OTHER_SHOT]
        );
        assert_close(&look.iter().map(|(_, share)| *share).collect::<Vec<_>>(), &[0.4, 0.2, 0.4]);
    }

    #[test]
    fn shares_of_another_shape_are_no_reason_to_panic() {
        let gaze = Gaze::new(&spans(), &[vec![vec![1.0]], Vec::new()]);
        assert_close(&gaze.in_layer(0), &[1.0, 0.0, 0.0, 0.0]);
        assert_close(&gaze.in_layer(7), &[]);
        assert_eq!(mean(&[]), Vec::<f32>::new());
        assert_eq!(strongest(&[]), None);
        assert_eq!(strongest(&[0.2, 0.7, 0.1]), Some((1, 0.7)));
    }
}
