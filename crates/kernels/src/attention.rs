//! Causal self-attention over a cache of keys and values that is allocated once, in F32 or F16.

#![allow(unsafe_code, reason = "threads write different parts of one output")]

use crate::Element;
use crate::dispatch::on_best_lanes;
use crate::lanes::{LANES, Lanes, Portable};
use crate::norm::exponentials;
use crate::{parts::Parts, pool};
use half::f16;
use std::ops::Range;

/// How keys, or values, lie in their cache: `[heads, positions, head_dim]`.
#[derive(Clone, Copy, Debug)]
pub struct Cache {
    /// Number of heads.
    pub heads: usize,
    /// Positions that there is room for.
    pub positions: usize,
    /// Width of one head.
    pub head_dim: usize,
}

/// Keys, or values, in their cache.
#[derive(Clone, Copy, Debug)]
pub enum Cached<'a> {
    /// In 32-bit floats.
    F32(&'a [f32]),
    /// In 16-bit floats: half the memory, and half of what attention to a long text has to read.
    F16(&'a [f16]),
}

/// The queries of consecutive tokens, each token's heads side by side.
#[derive(Clone, Copy, Debug)]
pub struct Queries<'a> {
    /// The rows of all tokens; a query is the first `heads * head_dim` elements of one.
    pub rows: &'a [f32],
    /// From one token's row to the next.
    pub stride: usize,
    /// Position of the first token. A token attends to every position up to its own.
    pub start: usize,
    /// What scores are multiplied by.
    pub scale: f32,
}

impl Cache {
    /// Elements of the keys, or of the values.
    pub fn elements(&self) -> usize {
        self.heads * self.positions * self.head_dim
    }

    /// Width of a token: all of its heads.
    pub fn width(&self) -> usize {
        self.heads * self.head_dim
    }

    /// Writes the keys, or values, of consecutive tokens from position `start` on. Those of a token
    /// are the elements from `column` on of its row, its heads side by side.
    ///
    /// # Panics
    /// If `cache` is not of this layout, or has no room for the tokens.
    pub fn write<E: Element>(
        &self,
        rows: &[f32],
        stride: usize,
        column: usize,
        start: usize,
        cache: &mut [E],
    ) {
        assert_eq!(cache.len(), self.elements());
        assert!(start + rows.len() / stride <= self.positions);
        for (token, row) in rows.chunks_exact(stride).enumerate() {
            let heads = row[column..column + self.width()].chunks_exact(self.head_dim);
            for (head, values) in heads.enumerate() {
                let at = (head * self.positions + start + token) * self.head_dim;
                for (element, &value) in cache[at..at + self.head_dim].iter_mut().zip(values) {
                    *element = E::from_f32(value);
                }
            }
        }
    }
}

/// What a multiplication and addition takes here, in those of a product with packed weights.
const COST: usize = 4;

/// Softmax of the queries' scores with the keys, times the values: `[tokens, heads * head_dim]`
/// into `out`. The tokens' own keys and values must be in the cache already.
///
/// # Panics
/// If the slices are not of the lengths that `cache` and `queries` say, or keys and values not of
/// one kind.
pub fn attention(queries: Queries, cache: Cache, keys: Cached, values: Cached, out: &mut [f32]) {
    check_attention(&queries, &cache, out);
    let seen = queries.start + queries.rows.len() / queries.stride;
    let of_head = 2 * out.len() * seen / cache.heads.max(1);
    let grain = pool::grain(cache.heads, COST * of_head);
    let out = Parts::new(out);
    pool::split(cache.heads, grain, |heads| {
        on_best_lanes!(attend_cached(queries, cache, heads.clone(), keys, values, out));
    });
}

fn check_attention(queries: &Queries, cache: &Cache, out: &[f32]) {
    let tokens = queries.rows.len() / queries.stride;
    assert!(queries.stride >= cache.width());
    assert_eq!(queries.rows.len(), tokens * queries.stride);
    assert_eq!(out.len(), tokens * cache.width());
    assert!(queries.start + tokens <= cache.positions);
}

pub(crate) fn attention_portably(
    queries: Queries,
    cache: Cache,
    keys: Cached,
    values: Cached,
    out: &mut [f32],
) {
    check_attention(&queries, &cache, out);
    let (heads, out) = (0..cache.heads, Parts::new(out));
    attend_cached::<Portable>(queries, cache, heads, keys, values, out);
}

/// Some of the heads, whatever their keys and values are kept in.
#[inline(always)]
fn attend_cached<L: Lanes>(
    queries: Queries,
    cache: Cache,
    heads: Range<usize>,
    keys: Cached,
    values: Cached,
    out: Parts,
) {
    match (keys, values) {
        (Cached::F32(keys), Cached::F32(values)) => {
            attend::<L, f32>(queries, cache, heads, keys, values, out);
        }
        (Cached::F16(keys), Cached::F16(values)) => {
            attend::<L, f16>(queries, cache, heads, keys, values, out);
        }
        _ => panic!("keys and values are kept alike"),
    }
}

/// Some of the heads.
#[inline(always)]
fn attend<L: Lanes, E: Element>(
    queries: Queries,
    cache: Cache,
    heads: Range<usize>,
    keys: &[E],
    values: &[E],
    out: Parts,
) {
    assert_eq!((keys.len(), values.len()), (cache.elements(), cache.elements()));
    let tokens = queries.rows.len() / queries.stride;
    let (width, head_dim) = (cache.width(), cache.head_dim);
    let mut scores = vec![0.0; queries.start + tokens];
    let mut query = vec![0.0; head_dim];
    for head in heads {
        let at = head * cache.positions * head_dim;
        for token in 0..tokens {
            let row = &queries.rows[token * queries.stride + head * head_dim..][..head_dim];
            for (scaled, value) in query.iter_mut().zip(row) {
                // Keys come too small by the factor, which is exact.
                *scaled = value * queries.scale * E::FACTOR;
            }
            let seen = queries.start + token + 1;
            let scores = &mut scores[..seen];
            score::<L, E>(&query, &keys[at..at + seen * head_dim], scores);
            let sum = exponentials::<L>(scores);
            let start = token * width + head * head_dim;
            // SAFETY: of each token, this head's part is written here alone.
            let out = unsafe { out.part(start..start + head_dim) };
            weigh::<L, E>(scores, 1.0 / sum, &values[at..at + seen * head_dim], out);
        }
    }
}

/// The products of a query with each key. Four keys at a time share the loads of the query and the
/// additions across lanes.
#[inline(always)]
fn score<L: Lanes, E: Element>(query: &[f32], keys: &[E], scores: &mut [f32]) {
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
        *score = products::<L, E>(query, key).sum();
    }
}

/// The products of a query's and a key's elements, not yet summed up over the lanes.
#[inline(always)]
fn products<L: Lanes, E: Element>(query: &[f32], key: &[E]) -> L {
    let (query, query_rest) = query.as_chunks::<LANES>();
    let (key, rest) = key.as_chunks::<LANES>();
    let mut sum = L::splat(0.0);
    for (query, key) in query.iter().zip(key) {
        sum = sum.add(L::load(query).mul(E::scaled_lanes(key)));
    }
    if rest.is_empty() {
        return sum;
    }
    sum.add(L::load_part(query_rest, 0.0).mul(part::<L, E>(rest)))
}

/// Fewer than all lanes; the others are 0.
#[inline(always)]
fn part<L: Lanes, E: Element>(elements: &[E]) -> L {
    let mut lanes = [E::default(); LANES];
    for (lane, &element) in lanes.iter_mut().zip(elements) {
        *lane = element;
    }
    E::scaled_lanes(&lanes)
}

/// The sum of the values, each times its weight and the common factor. As many lanes at a time as
/// the sums have registers.
#[inline(always)]
fn weigh<L: Lanes, E: Element>(weights: &[f32], factor: f32, values: &[E], out: &mut [f32]) {
    const AT_ONCE: usize = 4;
    let (dim, factor) = (out.len(), L::splat(factor));
    let mut column = 0;
    let (wide, rest) = out.as_chunks_mut::<{ AT_ONCE * LANES }>();
    for out in wide {
        let mut sums = [L::splat(0.0); AT_ONCE];
        for (&weight, value) in weights.iter().zip(values.chunks_exact(dim)) {
            let weight = L::splat(weight * E::FACTOR);
            let value = &value[column..column + AT_ONCE * LANES];
            for (sum, value) in sums.iter_mut().zip(value.as_chunks().0) {
                *sum = sum.add(weight.mul(E::scaled_lanes(value)));
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
            let value = part::<L, E>(&value[column..column + out.len()]);
            sum = sum.add(L::splat(weight * E::FACTOR).mul(value));
        }
        sum.mul(factor).store_part(out);
        column += out.len();
    }
}
