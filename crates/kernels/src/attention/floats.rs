//! Attention to keys and values in F32.

use super::Kept;
use crate::lanes::{LANES, Lanes};

impl Kept for f32 {
    const COST: usize = 4;

    type Query = ();

    fn elements(head_dim: usize) -> usize {
        head_dim
    }

    #[inline(always)]
    fn write<L: Lanes>(numbers: &[f32], out: &mut [Self]) {
        out.copy_from_slice(numbers);
    }

    /// Four keys at a time share the loads of the query and the additions across lanes.
    #[inline(always)]
    fn score<L: Lanes>(query: &[f32], (): &mut (), keys: &[Self], scores: &mut [f32]) {
        let dim = query.len();
        let (fours, rest) = scores.as_chunks_mut::<4>();
        let (keys, keys_of_rest) = keys.split_at(fours.len() * 4 * dim);
        for (scores, keys) in fours.iter_mut().zip(keys.chunks_exact(4 * dim)) {
            let (first, second) = keys.split_at(2 * dim);
            let ((a, b), (c, d)) = (first.split_at(dim), second.split_at(dim));
            // Not by `map`, which leaves the products a call of their own.
            *scores = L::sums([
                products(query, a),
                products(query, b),
                products(query, c),
                products(query, d),
            ]);
        }
        for (score, key) in rest.iter_mut().zip(keys_of_rest.chunks_exact(dim)) {
            *score = products::<L>(query, key).sum();
        }
    }

    /// As many lanes at a time as the sums have registers.
    #[inline(always)]
    fn weigh<L: Lanes>(weights: &[f32], factor: f32, values: &[Self], out: &mut [f32]) {
        const AT_ONCE: usize = 4;
        let (dim, factor) = (out.len(), L::splat(factor));
        let mut column = 0;
        let (wide, rest) = out.as_chunks_mut::<{ AT_ONCE * LANES }>();
        for out in wide {
            let mut sums = [L::splat(0.0); AT_ONCE];
            for (&weight, value) in weights.iter().zip(values.chunks_exact(dim)) {
                let weight = L::splat(weight);
                let value = &value[column..column + AT_ONCE * LANES];
                for (sum, value) in sums.iter_mut().zip(value.as_chunks().0) {
                    *sum = sum.add(weight.mul(L::load(value)));
                }
            }
            for (sum, out) in sums.into_iter().zip(out.as_chunks_mut().0) {
                sum.mul(factor).store(out);
            }
            column += AT_ONCE * LANES;
        }
        for out in rest.chunks_mut(LANES) {
            let mut sum = L::splat(0.0);
            for (&weight, value) in weights.iter().zip(values.chunks_exact(dim)) {
                let value = L::load_part(&value[column..column + out.len()], 0.0);
                sum = sum.add(L::splat(weight).mul(value));
            }
            sum.mul(factor).store_part(out);
            column += out.len();
        }
    }
}

/// The products of a query's and a key's elements, not yet summed up over the lanes.
#[inline(always)]
fn products<L: Lanes>(query: &[f32], key: &[f32]) -> L {
    let (query, query_rest) = query.as_chunks::<LANES>();
    let (key, rest) = key.as_chunks::<LANES>();
    let mut sum = L::splat(0.0);
    for (query, key) in query.iter().zip(key) {
        sum = sum.add(L::load(query).mul(L::load(key)));
    }
    if rest.is_empty() {
        return sum;
    }
    sum.add(L::load_part(query_rest, 0.0).mul(L::load_part(rest, 0.0)))
}
