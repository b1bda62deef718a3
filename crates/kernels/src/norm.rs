//! Normalisations of whole rows: layer norm and softmax.

use crate::dispatch::on_best_lanes;
use crate::lanes::{LANES, Lanes, map_in_place};
use crate::pool;
use std::sync::OnceLock;

/// Layer normalisation (Ba et al. 2016) of the rows of `x`, each as long as `weight` and `bias`,
/// into `out`.
///
/// # Panics
/// If the lengths do not fit together.
pub fn layer_norm(x: &[f32], weight: &[f32], bias: &[f32], epsilon: f32, out: &mut [f32]) {
    check_layer_norm(x, weight, bias, out);
    on_best_lanes!(layer_norm_with(x, weight, bias, epsilon, out));
}

pub(crate) fn check_layer_norm(x: &[f32], weight: &[f32], bias: &[f32], out: &[f32]) {
    assert_eq!(weight.len(), bias.len());
    assert_eq!(x.len(), out.len());
    assert!(x.is_empty() || (!weight.is_empty() && x.len().is_multiple_of(weight.len())));
}

/// Softmax of one row, in place; nothing if it is empty.
pub fn softmax(row: &mut [f32]) {
    on_best_lanes!(softmax_with(row));
}

/// The largest number of a row; minus infinity if there are none. If one is not a number, it may be
/// any.
pub fn largest(row: &[f32]) -> f32 {
    on_best_lanes!(largest_with(row))
}

/// Numbers of a row whose totals one thread takes at once.
const PART: usize = 4096;

/// Multiplications that take as long as the exponential of one number.
const COST: usize = 12;

/// What the softmax of a row comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SoftmaxTotals {
    /// The largest number of the row.
    pub largest: f32,
    /// The sum of the exponentials of all numbers' distances from it, none of them above 0.
    pub sum: f64,
    /// The sum of these exponentials, each times its distance.
    pub distances: f64,
}

/// The totals of a row's softmax, without the softmax itself: the logarithm of a probability is
/// the distance from the largest less the logarithm of the sum, the entropy that logarithm less
/// the mean distance. Not a number where a softmax would be none: if a number of the row is not
/// one, if one is infinity, or all of them are minus infinity; and if there are none.
pub fn softmax_totals(row: &[f32]) -> SoftmaxTotals {
    let largest = largest(row);
    let parts: Vec<_> = row.chunks(PART).map(|part| (part, OnceLock::new())).collect();
    let grain = pool::grain(parts.len(), PART * COST);
    pool::split(parts.len(), grain, |range| {
        for (part, totals) in &parts[range] {
            totals.get_or_init(|| on_best_lanes!(part_totals_with(part, largest)));
        }
    });
    sum_up(largest, parts.into_iter().filter_map(|(_, totals)| totals.into_inner()))
}

pub(crate) fn softmax_totals_with<L: Lanes>(row: &[f32]) -> SoftmaxTotals {
    let largest = largest_with::<L>(row);
    sum_up(largest, row.chunks(PART).map(|part| part_totals_with::<L>(part, largest)))
}

/// The totals of a row from those of its parts, always added up in this order: whoever took which
/// part, the bits are the same.
fn sum_up(largest: f32, parts: impl Iterator<Item = [f64; 2]>) -> SoftmaxTotals {
    let all = parts.reduce(|all, part| [all[0] + part[0], all[1] + part[1]]);
    let [sum, distances] = all.unwrap_or([f64::NAN; 2]);
    SoftmaxTotals { largest, sum, distances }
}

/// Sum, and sum of the products with the distances, of a part of a row; the first is not a number if
/// a distance is none.
#[inline(always)]
fn part_totals_with<L: Lanes>(row: &[f32], largest: f32) -> [f64; 2] {
    /// Numbers whose exponentials are added up in F32, before the sums go on in F64.
    const CHUNK: usize = 16 * LANES;
    let largest = L::splat(largest);
    let (mut sum, mut distances) = (0.0, 0.0);
    let mut all = L::splat(0.0);
    for chunk in row.chunks(CHUNK) {
        let mut totals = ChunkTotals { sums: L::splat(0.0), products: L::splat(0.0), all };
        let (whole, rest) = chunk.as_chunks::<LANES>();
        for lanes in whole {
            totals.add(L::load(lanes).sub(largest));
        }
        if !rest.is_empty() {
            totals.add(L::load_part(rest, f32::NEG_INFINITY).sub(largest));
        }
        sum += f64::from(totals.sums.sum());
        distances += f64::from(totals.products.sum());
        all = totals.all;
    }
    if all.sum().is_nan() {
        sum = f64::NAN;
    }
    [sum, distances]
}

/// Sums over a chunk of a row, lane by lane.
struct ChunkTotals<L> {
    /// Of exponentials.
    sums: L,
    /// Of their products with the distances.
    products: L,
    /// Not a number as soon as one distance of the whole row is none, which `at_least` may lose: with
    /// relaxed SIMD, the compiler takes an instruction for it that leaves open what becomes of one.
    all: L,
}

impl<L: Lanes> ChunkTotals<L> {
    // A method and not a closure, which need not be inlined.
    #[inline(always)]
    fn add(&mut self, distance: L) {
        self.all = self.all.add(distance);
        // Further away, the exponential comes no nearer to zero.
        let distance = distance.at_least(L::splat(-80.0));
        let exponential = distance.exp();
        self.sums = self.sums.add(exponential);
        self.products = self.products.add(exponential.mul(distance));
    }
}

#[inline(always)]
pub(crate) fn layer_norm_with<L: Lanes>(
    x: &[f32],
    weight: &[f32],
    bias: &[f32],
    epsilon: f32,
    out: &mut [f32],
) {
    if x.is_empty() {
        return;
    }
    let width = weight.len();
    let (weight, weight_rest) = weight.as_chunks::<LANES>();
    let (bias, bias_rest) = bias.as_chunks::<LANES>();
    for (x, out) in x.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
        let (x, x_rest) = x.as_chunks::<LANES>();
        let mut sum = L::load_part(x_rest, 0.0);
        for lanes in x {
            sum = sum.add(L::load(lanes));
        }
        let mean = sum.sum() / width as f32;
        let centre = L::splat(mean);
        // Where the row ends, the mean stands in: it adds nothing to the variance.
        let centred_rest = L::load_part(x_rest, mean).sub(centre);
        let mut squares = centred_rest.mul(centred_rest);
        for lanes in x {
            let centred = L::load(lanes).sub(centre);
            squares = squares.add(centred.mul(centred));
        }
        let variance = squares.sum() / width as f32;
        let scale = L::splat(1.0 / (variance + epsilon).sqrt());
        let (out, out_rest) = out.as_chunks_mut::<LANES>();
        for (((lanes, weight), bias), out) in x.iter().zip(weight).zip(bias).zip(out) {
            let normed = L::load(lanes).sub(centre).mul(scale);
            normed.mul(L::load(weight)).add(L::load(bias)).store(out);
        }
        let normed = centred_rest.mul(scale);
        normed
            .mul(L::load_part(weight_rest, 0.0))
            .add(L::load_part(bias_rest, 0.0))
            .store_part(out_rest);
    }
}

#[inline(always)]
pub(crate) fn softmax_with<L: Lanes>(row: &mut [f32]) {
    let sum = exponentials::<L>(row);
    let factor = L::splat(1.0 / sum);
    map_in_place::<L>(
        row,
        #[inline(always)]
        |lanes| lanes.mul(factor),
    );
}

/// Replaces a row by its exponentials, the largest of them 1, and returns their sum.
#[inline(always)]
pub(crate) fn exponentials<L: Lanes>(row: &mut [f32]) -> f32 {
    let shift = L::splat(largest_with::<L>(row));
    let (whole, rest) = row.as_chunks_mut::<LANES>();
    let mut sum = L::splat(0.0);
    for lanes in whole {
        let exponential = L::load(lanes).sub(shift).exp();
        exponential.store(lanes);
        sum = sum.add(exponential);
    }
    if !rest.is_empty() {
        L::load_part(rest, f32::NEG_INFINITY).sub(shift).exp().store_part(rest);
        sum = sum.add(L::load_part(rest, 0.0));
    }
    sum.sum()
}

#[inline(always)]
pub(crate) fn largest_with<L: Lanes>(row: &[f32]) -> f32 {
    let (whole, rest) = row.as_chunks::<LANES>();
    let mut largest = L::load_part(rest, f32::NEG_INFINITY);
    for lanes in whole {
        largest = largest.at_least(L::load(lanes));
    }
    largest.largest()
}
