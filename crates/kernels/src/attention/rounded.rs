//! Attention to keys and values in integers of 16 bits.
//!
//! The numbers of one position and head are rounded together, so that their Euclidean norm becomes
//! [`LARGEST`]; the norm stands behind them. Products are summed up as integers, which is exact
//! whatever the order. No sum can overflow: by the inequality of Cauchy and Schwarz, one of a query
//! with a key is at most the product of both norms, and that of values whose weights add up to
//! [`LARGEST_SUM`] at most that times [`LARGEST`], each below 2^31.
//!
//! Rounding takes no more from a head's scores than F16 does: its steps are 2^-15 of the norm, and
//! those of F16 for a number as large as an eighth of it, in a head of 64 the usual one, 2^-14.

use super::{Cache, Kept};
use crate::lanes::{COLUMNS, LANES, Lanes, inverse};

/// What a norm becomes.
const LARGEST: f32 = 32_767.0;

/// What the weights of a block of positions may add up to, before they are rounded: up to half of
/// one a position more afterwards, which must stay within 2^16.
const LARGEST_SUM: f32 = 65_000.0;

/// The largest weight, likewise.
const LARGEST_WEIGHT: f32 = 32_000.0;

/// Positions whose weights are rounded together.
const POSITIONS: usize = 32;

impl Kept for i16 {
    const COST: usize = 2;

    fn elements(head_dim: usize) -> usize {
        head_dim + Cache::NORM
    }

    #[inline(always)]
    fn write<L: Lanes>(numbers: &[f32], out: &mut [Self]) {
        let (out, norm) = out.split_at_mut(numbers.len());
        let bits = round::<L>(numbers, out).to_bits();
        norm[0] = bits as i16;
        norm[1] = (bits >> 16) as i16;
    }

    #[inline(always)]
    fn score<L: Lanes>(query: &[f32], spare: &mut Vec<i16>, keys: &[Self], scores: &mut [f32]) {
        let dim = query.len();
        let of_position = Self::elements(dim);
        spare.resize(dim, 0);
        let factor = round::<L>(query, spare) / (LARGEST * LARGEST);
        let (fours, rest) = scores.as_chunks_mut::<4>();
        let (keys, keys_of_rest) = keys.split_at(fours.len() * 4 * of_position);
        for (scores, keys) in fours.iter_mut().zip(keys.chunks_exact(4 * of_position)) {
            let (first, second) = keys.split_at(2 * of_position);
            let ((a, b), (c, d)) = (first.split_at(of_position), second.split_at(of_position));
            let products = L::dots(spare, [&a[..dim], &b[..dim], &c[..dim], &d[..dim]]);
            let norms = [norm(a), norm(b), norm(c), norm(d)];
            for ((score, product), norm) in scores.iter_mut().zip(products).zip(norms) {
                *score = product * (factor * norm);
            }
        }
        for (score, key) in rest.iter_mut().zip(keys_of_rest.chunks_exact(of_position)) {
            let [product, ..] = L::dots(spare, [&key[..dim]; 4]);
            *score = product * (factor * norm(key));
        }
    }

    #[inline(always)]
    fn weigh<L: Lanes>(weights: &[f32], factor: f32, values: &[Self], out: &mut [f32]) {
        let of_position = Self::elements(out.len());
        out.fill(0.0);
        let blocks = weights.chunks(POSITIONS).zip(values.chunks(POSITIONS * of_position));
        for (weights, values) in blocks {
            let mut weighed = [0.0; POSITIONS];
            let positions = weights.iter().zip(values.chunks_exact(of_position));
            for (weighed, (weight, value)) in weighed.iter_mut().zip(positions) {
                *weighed = weight * norm(value);
            }
            let mut rounded = [0; POSITIONS];
            let unit = round_weights::<L>(&weighed, &mut rounded);
            let pairs = &rounded.as_chunks().0[..weights.len().div_ceil(2)];
            add::<L>(pairs, values, unit * factor / LARGEST, out);
        }
    }
}

/// Rounds the numbers of a position, and returns their norm.
#[inline(always)]
fn round<L: Lanes>(numbers: &[f32], out: &mut [i16]) -> f32 {
    let (lanes, rest) = numbers.as_chunks::<LANES>();
    let rest = L::load_part(rest, 0.0);
    let mut squares = rest.mul(rest);
    for lanes in lanes {
        let lanes = L::load(lanes);
        squares = squares.add(lanes.mul(lanes));
    }
    let norm = squares.sum().sqrt();
    let inverse = L::splat(inverse(norm / LARGEST));
    let (out, out_rest) = out.as_chunks_mut::<LANES>();
    for (lanes, out) in lanes.iter().zip(out) {
        *out = L::load(lanes).mul(inverse).round();
    }
    for (out, rounded) in out_rest.iter_mut().zip(rest.mul(inverse).round()) {
        *out = rounded;
    }
    norm
}

/// Rounds the weights of some positions, none of them negative, and returns what one stands for.
#[inline(always)]
fn round_weights<L: Lanes>(weights: &[f32; POSITIONS], out: &mut [i16; POSITIONS]) -> f32 {
    let lanes = weights.as_chunks::<LANES>().0;
    let (mut sum, mut largest) = (L::splat(0.0), L::splat(0.0));
    for lanes in lanes {
        let lanes = L::load(lanes);
        sum = sum.add(lanes);
        largest = largest.at_least(lanes);
    }
    let unit = (sum.sum() / LARGEST_SUM).max(largest.largest() / LARGEST_WEIGHT);
    let inverse = L::splat(inverse(unit));
    for (lanes, out) in lanes.iter().zip(out.as_chunks_mut::<LANES>().0) {
        *out = L::load(lanes).mul(inverse).round();
    }
    unit
}

/// Adds the values of some positions, by pairs of them, each times its weight and a common factor.
#[inline(always)]
fn add<L: Lanes>(pairs: &[[i16; 2]], values: &[i16], factor: f32, out: &mut [f32]) {
    let of_position = out.len() + Cache::NORM;
    let (wide, rest) = out.as_chunks_mut::<COLUMNS>();
    let first_of_rest = wide.len() * COLUMNS;
    let lanes_factor = L::splat(factor);
    for (index, out) in wide.iter_mut().enumerate() {
        let sums = L::weighed(pairs, values, of_position, index * COLUMNS);
        for (sum, out) in sums.into_iter().zip(out.as_chunks_mut().0) {
            L::load(out).add(sum.mul(lanes_factor)).store(out);
        }
    }
    for (column, out) in (first_of_rest..).zip(rest) {
        let rows = values.chunks_exact(of_position).zip(pairs.as_flattened());
        let sum = rows.fold(0_i32, |sum, (row, &weight)| {
            sum.wrapping_add(i32::from(row[column]) * i32::from(weight))
        });
        *out += sum as f32 * factor;
    }
}

/// The norm of a position's numbers, which stands behind them.
#[inline(always)]
fn norm(position: &[i16]) -> f32 {
    let bits = position.last_chunk().map_or(0, |&[low, high]: &[i16; Cache::NORM]| {
        u32::from(low.cast_unsigned()) | u32::from(high.cast_unsigned()) << 16
    });
    f32::from_bits(bits)
}

/// The numbers of a position.
pub(super) fn numbers(position: &[i16]) -> impl Iterator<Item = f32> {
    let scale = norm(position) / LARGEST;
    let numbers = position.len().saturating_sub(Cache::NORM);
    position[..numbers].iter().map(move |&number| f32::from(number) * scale)
}
