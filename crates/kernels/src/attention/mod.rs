//! Causal self-attention over a cache of keys and values that is allocated once, in F32 or in
//! 8 bits.
//!
//! How scores come from keys, and what values add up to, is said beside what they are kept in:
//! [`floats`] and [`blocks`].

#![allow(unsafe_code, reason = "threads write different parts of one output")]

mod blocks;
mod floats;

use crate::blocks::{BLOCK, Block};
use crate::dispatch::on_best_lanes;
use crate::lanes::Lanes;
use crate::norm::exponentials;
use crate::{parts::Parts, pool};
use std::ops::Range;

/// How keys, or values, lie in their cache: `[heads, positions, head_dim]` in F32, and
/// `[heads, positions, Cache::bytes_of_head(head_dim)]` in 8 bits.
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
    /// In 8 bits, each block of a position's numbers with its scale: little more than a quarter of
    /// the memory, and less than half of the work.
    Q8(&'a [u8]),
}

/// Keys, or values, in their cache, to be written.
#[derive(Debug)]
pub enum CachedMut<'a> {
    /// In 32-bit floats.
    F32(&'a mut [f32]),
    /// In 8 bits.
    Q8(&'a mut [u8]),
}

/// What a linear layer gave for consecutive tokens: queries, keys or values among it.
#[derive(Clone, Copy, Debug)]
pub struct Tokens<'a> {
    /// The rows of all tokens. What is meant of one is `heads * head_dim` neighbouring elements, its
    /// heads side by side.
    pub rows: &'a [f32],
    /// From one token's row to the next.
    pub stride: usize,
    /// Position of the first token.
    pub start: usize,
}

impl Tokens<'_> {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.rows.len() / self.stride
    }

    /// Positions up to the last of them.
    fn seen(&self) -> usize {
        self.start + self.count()
    }
}

/// The queries of consecutive tokens.
#[derive(Clone, Copy, Debug)]
pub struct Queries<'a> {
    /// A query is the first elements of a row. A token attends to every position up to its own.
    pub tokens: Tokens<'a>,
    /// What scores are multiplied by.
    pub scale: f32,
}

impl Cache {
    /// Elements of the keys, or of the values, in F32.
    pub fn elements(&self) -> usize {
        self.heads * self.positions * self.head_dim
    }

    /// Bytes of the keys, or of the values, in 8 bits.
    pub fn bytes(&self) -> usize {
        self.heads * self.positions * Self::bytes_of_head(self.head_dim)
    }

    /// Bytes that the numbers of one position of a head take in 8 bits, with their scales.
    pub const fn bytes_of_head(head_dim: usize) -> usize {
        head_dim.div_ceil(BLOCK) * size_of::<Block>()
    }

    /// Width of a token: all of its heads.
    pub fn width(&self) -> usize {
        self.heads * self.head_dim
    }

    /// Writes the keys, or values, of consecutive tokens: the elements from `column` on of their
    /// rows.
    ///
    /// # Panics
    /// If `cache` is not of this layout, or has no room for the tokens.
    pub fn write(&self, tokens: Tokens, column: usize, cache: CachedMut) {
        on_best_lanes!(write_with(*self, tokens, column, cache));
    }

    /// The keys, or values, of the first `seen` positions of a cache in 8 bits:
    /// `[heads, seen, head_dim]`.
    ///
    /// # Panics
    /// If `cache` is not of this layout, or has no such positions.
    pub fn widened(&self, cache: &[u8], seen: usize) -> Vec<f32> {
        assert_eq!(cache.len(), self.bytes());
        assert!(seen <= self.positions);
        let of_position = Block::elements(self.head_dim).max(1);
        let of_head = (self.positions * of_position).max(1);
        let heads = cache.as_chunks().0.chunks_exact(of_head);
        let positions = heads.flat_map(|head| head.chunks_exact(of_position).take(seen));
        positions.flat_map(|position| blocks::numbers(position, self.head_dim)).collect()
    }
}

#[inline(always)]
pub(crate) fn write_with<L: Lanes>(layout: Cache, tokens: Tokens, column: usize, cache: CachedMut) {
    match cache {
        CachedMut::F32(cache) => write_as::<L, f32>(layout, tokens, column, cache),
        CachedMut::Q8(cache) => {
            let (blocks, []) = cache.as_chunks_mut() else { panic!("a cache is whole blocks") };
            write_as::<L, Block>(layout, tokens, column, blocks);
        }
    }
}

#[inline(always)]
fn write_as<L: Lanes, K: Kept>(layout: Cache, tokens: Tokens, column: usize, cache: &mut [K]) {
    let of_position = K::elements(layout.head_dim);
    assert_eq!(cache.len(), layout.heads * layout.positions * of_position);
    assert!(tokens.seen() <= layout.positions);
    for (token, row) in tokens.rows.chunks_exact(tokens.stride).enumerate() {
        let heads = row[column..column + layout.width()].chunks_exact(layout.head_dim);
        for (head, numbers) in heads.enumerate() {
            let at = (head * layout.positions + tokens.start + token) * of_position;
            K::write::<L>(numbers, &mut cache[at..at + of_position]);
        }
    }
}

/// What the numbers of a key, or of a value, are kept in.
trait Kept: Copy {
    /// What a multiplication and addition takes, in those of a product with packed weights.
    const COST: usize;

    /// What a query is made into before it meets the keys.
    type Query: Default;

    /// Elements of one position of a head.
    fn elements(head_dim: usize) -> usize;

    /// Keeps a head's numbers of one position.
    fn write<L: Lanes>(numbers: &[f32], out: &mut [Self]);

    /// The products of a query with each key. `made` is the memory for what the query is made into.
    fn score<L: Lanes>(query: &[f32], made: &mut Self::Query, keys: &[Self], scores: &mut [f32]);

    /// The sum of the values, each times its weight and the common factor.
    fn weigh<L: Lanes>(weights: &[f32], factor: f32, values: &[Self], out: &mut [f32]);
}

/// Softmax of the queries' scores with the keys, times the values: `[tokens, heads * head_dim]`
/// into `out`. The tokens' own keys and values must be in the cache already.
///
/// # Panics
/// If the slices are not of the lengths that `cache` and `queries` say, or keys and values not of
/// one kind.
pub fn attention(queries: Queries, cache: Cache, keys: Cached, values: Cached, out: &mut [f32]) {
    check_attention(&queries, &cache, out);
    let of_head = 2 * out.len() * queries.tokens.seen() / cache.heads.max(1);
    let cost = match keys {
        Cached::F32(_) => f32::COST,
        Cached::Q8(_) => Block::COST,
    };
    let grain = pool::grain(cache.heads, cost * of_head);
    let out = Parts::new(out);
    pool::split(cache.heads, grain, |heads| {
        on_best_lanes!(attend_cached(queries, cache, heads.clone(), keys, values, out));
    });
}

pub(crate) fn check_attention(queries: &Queries, cache: &Cache, out: &[f32]) {
    let tokens = &queries.tokens;
    assert!(tokens.stride >= cache.width());
    assert_eq!(tokens.rows.len(), tokens.count() * tokens.stride);
    assert_eq!(out.len(), tokens.count() * cache.width());
    assert!(tokens.seen() <= cache.positions);
}

/// Some of the heads, whatever their keys and values are kept in.
#[inline(always)]
pub(crate) fn attend_cached<L: Lanes>(
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
        (Cached::Q8(keys), Cached::Q8(values)) => {
            let ((keys, []), (values, [])) = (keys.as_chunks(), values.as_chunks()) else {
                panic!("a cache is whole blocks");
            };
            attend::<L, Block>(queries, cache, heads, keys, values, out);
        }
        _ => panic!("keys and values are kept alike"),
    }
}

/// Some of the heads.
#[inline(always)]
fn attend<L: Lanes, K: Kept>(
    queries: Queries,
    cache: Cache,
    heads: Range<usize>,
    keys: &[K],
    values: &[K],
    out: Parts,
) {
    let (width, head_dim) = (cache.width(), cache.head_dim);
    let of_position = K::elements(head_dim);
    let elements = cache.heads * cache.positions * of_position;
    assert_eq!((keys.len(), values.len()), (elements, elements));
    let Queries { tokens, scale } = queries;
    let mut scores = vec![0.0; tokens.seen()];
    let (mut query, mut made) = (vec![0.0; head_dim], K::Query::default());
    for head in heads {
        let at = head * cache.positions * of_position;
        for token in 0..tokens.count() {
            let row = &tokens.rows[token * tokens.stride + head * head_dim..][..head_dim];
            for (scaled, value) in query.iter_mut().zip(row) {
                *scaled = value * scale;
            }
            let seen = tokens.start + token + 1;
            let (scores, seen) = (&mut scores[..seen], at..at + seen * of_position);
            K::score::<L>(&query, &mut made, &keys[seen.clone()], scores);
            let sum = exponentials::<L>(scores);
            let start = token * width + head * head_dim;
            // SAFETY: of each token, this head's part is written here alone.
            let out = unsafe { out.part(start..start + head_dim) };
            K::weigh::<L>(scores, 1.0 / sum, &values[seen], out);
        }
    }
}
