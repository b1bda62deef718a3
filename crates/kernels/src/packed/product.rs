//! The order in which a product goes through weights and activations, whatever multiplies them.

#![allow(unsafe_code, reason = "threads write different parts of one output")]

use super::activations::{Activations, Row};
use super::{BLOCK, GROUP, Group, GroupScales, Packed, portable};
use crate::parts::{Parts, put_rows};
use crate::pool;
use std::ops::Range;

/// Tokens that are multiplied at once, so that weights are widened once for all of them.
pub(super) const TILE: usize = 4;

/// Tokens whose activations are gone through before the next group of rows: as many as stay within
/// the processor's cache.
const TOKENS: usize = 64;

/// The products of eight rows with one token, and with a tile of tokens.
///
/// For every row and token, the products of a block are summed up in integers, made a float, and
/// multiplied by the product of both scales; these are summed up from the first block to the last.
pub(super) trait Dot {
    fn one<const BITS: usize>(&self, group: Group<BITS>, token: Row) -> [f32; GROUP];
    fn tile<const BITS: usize>(
        &self,
        group: Group<BITS>,
        tokens: [Row; TILE],
    ) -> [[f32; GROUP]; TILE];
}

impl<const BITS: usize> Packed<BITS> {
    /// `x` times the transpose of the matrix, plus the bias: `[tokens, columns]` to
    /// `[tokens, rows]`. The activations are rounded to 8 bits in blocks of 32.
    ///
    /// # Panics
    /// If the lengths do not fit together.
    pub fn multiply(&self, x: &[f32], bias: Option<&[f32]>, y: &mut [f32]) {
        self.check(x, bias, y);
        let x = Activations::quantize(x, self.columns);
        #[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
        if BITS == 4 {
            return self.multiply_with(super::relaxed::Relaxed, &x.narrowed(), bias, y);
        }
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        self.multiply_with(super::simd128::Simd128, &x, bias, y);
        #[cfg(target_arch = "x86_64")]
        if let Some(vnni) = super::vnni::Vnni::detect() {
            return self.multiply_with(vnni, &x.narrowed(), bias, y);
        }
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = super::avx2::Avx2::detect() {
            return self.multiply_with(avx2, &x, bias, y);
        }
        #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
        self.multiply_with(portable::Portable, &x, bias, y);
    }

    pub(crate) fn multiply_portably(&self, x: &[f32], bias: Option<&[f32]>, y: &mut [f32]) {
        self.check(x, bias, y);
        let x = Activations::quantize_portably(x, self.columns);
        self.multiply_with(portable::Portable, &x, bias, y);
    }

    fn check(&self, x: &[f32], bias: Option<&[f32]>, y: &[f32]) {
        let tokens = x.len() / self.columns;
        assert_eq!(x.len(), tokens * self.columns);
        assert_eq!(y.len(), tokens * self.rows);
        assert!(bias.is_none_or(|bias| bias.len() == self.rows));
    }

    fn multiply_with(
        &self,
        dot: impl Dot + Sync,
        x: &Activations,
        bias: Option<&[f32]>,
        y: &mut [f32],
    ) {
        if self.rows == 0 {
            return;
        }
        let tokens = y.len() / self.rows;
        let groups = self.rows.div_ceil(GROUP);
        let grain = pool::grain(groups, GROUP * self.columns * tokens);
        let y = Parts::new(y);
        pool::split(groups, grain, |range| {
            for start in (0..tokens).step_by(TOKENS) {
                let end = tokens.min(start + TOKENS);
                for group in range.clone() {
                    self.multiply_group(&dot, group, x, start..end, bias, y);
                }
            }
        });
    }

    /// A group of rows with some tokens.
    #[inline(always)]
    fn multiply_group(
        &self,
        dot: &impl Dot,
        group: usize,
        x: &Activations,
        tokens: Range<usize>,
        bias: Option<&[f32]>,
        y: Parts,
    ) {
        let first = group * GROUP;
        let rows = first..self.rows.min(first + GROUP);
        let bias = bias.map(|bias| &bias[rows.clone()]);
        let weights = self.group(group);
        let put = |token: usize, products: [f32; GROUP]| {
            let at = token * self.rows;
            // SAFETY: of each token, the rows of this group are written here alone.
            let out = unsafe { y.part(at + rows.start..at + rows.end) };
            put_rows(out, products, bias);
        };
        let mut token = tokens.start;
        while token + TILE <= tokens.end {
            let tile = std::array::from_fn(|i| x.row(token + i));
            for (i, products) in dot.tile(weights, tile).into_iter().enumerate() {
                put(token + i, products);
            }
            token += TILE;
        }
        for token in token..tokens.end {
            put(token, dot.one(weights, x.row(token)));
        }
    }
}

/// One block of a row of activations.
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    pub(super) quants: &'a [i16; BLOCK],
    pub(super) scale: f32,
    pub(super) sum: i32,
}

/// A group's blocks with those of a row.
#[inline(always)]
pub(super) fn blocks<'a, const BITS: usize>(
    group: Group<'a, BITS>,
    row: Row<'a>,
) -> impl Iterator<Item = (&'a [u8], &'a GroupScales, Block<'a>)> {
    let activations = row.quants.iter().zip(row.scales).zip(row.sums);
    group.blocks().zip(activations).map(
        #[inline(always)]
        |((bytes, scales), ((quants, &scale), &sum))| (bytes, scales, Block { quants, scale, sum }),
    )
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::super::{PackedQ4, PackedQ8, avx2::Avx2, vnni::Vnni};
    use super::*;

    fn wave(len: usize, step: f32) -> Vec<f32> {
        (0..len).map(|i| (i as f32 * step).sin() * (1.0 + (i % 19) as f32)).collect()
    }

    fn compare<const BITS: usize>(weights: &Packed<BITS>) {
        let (rows, columns, tokens) = (weights.rows, weights.columns, 7);
        let (x, bias) = (wave(tokens * columns, 0.11), wave(rows, 0.7));
        let x = Activations::quantize(&x, columns).narrowed();
        let mut expected = vec![0.0; tokens * rows];
        weights.multiply_with(portable::Portable, &x, Some(&bias), &mut expected);
        let mut found = expected.clone();
        if let Some(avx2) = Avx2::detect() {
            found.fill(0.0);
            weights.multiply_with(avx2, &x, Some(&bias), &mut found);
            assert_eq!(found, expected, "AVX2, {BITS} bits");
        }
        if let Some(vnni) = Vnni::detect() {
            found.fill(0.0);
            weights.multiply_with(vnni, &x, Some(&bias), &mut found);
            assert_eq!(found, expected, "VNNI, {BITS} bits");
        }
    }

    /// Of the kinds of products for this processor, only the fastest is ever used; the others must
    /// be right as well.
    #[test]
    fn every_kind_of_product_gives_the_same_bits() {
        let values = wave(21 * 96, 0.37);
        compare(&PackedQ8::quantize(21, 96, &values).unwrap());
        compare(&PackedQ4::quantize(21, 96, &values).unwrap());
    }
}
