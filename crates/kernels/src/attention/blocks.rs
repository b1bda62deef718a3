//! Attention to keys and values in 8 bits.
//!
//! The numbers of one position and head are rounded in blocks of [`BLOCK`] with a scale each, as
//! those of Q8_0: a number far from the others, which keys may have, makes those of its own block
//! coarse and no more. What they are multiplied with, queries and weights, is rounded to 16 bits in
//! blocks as well. Products are summed up as integers within a block, which is exact whatever the
//! order, and cannot overflow: 32 products of 127 with 32,767 are below 2^27.

use super::Kept;
use crate::blocks::{self, BLOCK, Block, LARGEST_OF_16, filled, scale};
use crate::lanes::{LANES, Lanes};

impl Kept for Block {
    const COST: usize = 2;

    /// The query in integers, with what one stands for.
    type Query = Vec<([i16; BLOCK], f32)>;

    fn elements(head_dim: usize) -> usize {
        head_dim.div_ceil(BLOCK)
    }

    #[inline(always)]
    fn write<L: Lanes>(numbers: &[f32], out: &mut [Self]) {
        for (numbers, out) in numbers.chunks(BLOCK).zip(out) {
            blocks::keep::<L>(&filled(numbers), out);
        }
    }

    #[inline(always)]
    fn score<L: Lanes>(
        query: &[f32],
        rounded: &mut Self::Query,
        keys: &[Self],
        scores: &mut [f32],
    ) {
        let of_position = Self::elements(query.len());
        rounded.resize(of_position, ([0; BLOCK], 0.0));
        for (numbers, (rounded, unit)) in query.chunks(BLOCK).zip(rounded.iter_mut()) {
            *unit = blocks::round::<L>(&filled(numbers), LARGEST_OF_16, rounded);
        }
        let (fours, rest) = scores.as_chunks_mut::<4>();
        let (keys, keys_of_rest) = keys.split_at(fours.len() * 4 * of_position);
        for (scores, keys) in fours.iter_mut().zip(keys.chunks_exact(4 * of_position)) {
            let (first, second) = keys.split_at(2 * of_position);
            let ((a, b), (c, d)) = (first.split_at(of_position), second.split_at(of_position));
            *scores = products::<L>(rounded, [a, b, c, d]);
        }
        for (score, key) in rest.iter_mut().zip(keys_of_rest.chunks_exact(of_position)) {
            [*score, ..] = products::<L>(rounded, [key; 4]);
        }
    }

    #[inline(always)]
    fn weigh<L: Lanes>(weights: &[f32], factor: f32, values: &[Self], out: &mut [f32]) {
        let of_position = Self::elements(out.len());
        for (block, out) in out.chunks_mut(BLOCK).enumerate() {
            let mut sums = [L::splat(0.0); BLOCK / LANES];
            let some = weights.chunks(BLOCK).zip(values.chunks(BLOCK * of_position));
            for (weights, values) in some {
                let mut scaled = [0.0; BLOCK];
                let positions = weights.iter().zip(values.chunks_exact(of_position));
                for (scaled, (weight, value)) in scaled.iter_mut().zip(positions) {
                    *scaled = weight * scale(&value[block]);
                }
                let mut rounded = [0; BLOCK];
                let unit = L::splat(blocks::round::<L>(&scaled, LARGEST_OF_16, &mut rounded));
                let pairs = &rounded.as_chunks().0[..weights.len().div_ceil(2)];
                let weighed = L::weighed(pairs, values, of_position, block);
                for (sum, weighed) in sums.iter_mut().zip(weighed) {
                    *sum = sum.add(weighed.mul(unit));
                }
            }
            let mut all = [0.0; BLOCK];
            for (sum, all) in sums.into_iter().zip(all.as_chunks_mut().0) {
                sum.mul(L::splat(factor)).store(all);
            }
            out.copy_from_slice(&all[..out.len()]);
        }
    }
}

/// The products of a query with four keys.
#[inline(always)]
fn products<L: Lanes>(query: &[([i16; BLOCK], f32)], keys: [&[Block]; 4]) -> [f32; 4] {
    let mut sums = [0.0; 4];
    let [a, b, c, d] = keys;
    for ((((query, a), b), c), d) in query.iter().zip(a).zip(b).zip(c).zip(d) {
        let (query, unit) = query;
        let products = L::dots(query, [a, b, c, d]);
        let scales = [scale(a), scale(b), scale(c), scale(d)];
        for ((sum, product), scale) in sums.iter_mut().zip(products).zip(scales) {
            *sum += product * (scale * unit);
        }
    }
    sums
}

/// The numbers of a position.
pub(super) fn numbers(position: &[Block], head_dim: usize) -> impl Iterator<Item = f32> + use<'_> {
    let numbers = position.iter().flat_map(|block| {
        let scale = scale(block);
        blocks::integers(block).iter().map(move |&number| f32::from(number.cast_signed()) * scale)
    });
    numbers.take(head_dim)
}
