//! The products of 4-bit weights with wasm's relaxed dot product of 8-bit integers.
//!
//! The instruction is the same on every processor only while its second operand is between 0 and
//! 127. The weights of Q4_0 as they are stored are; those of Q8_0 are not. It adds up products in
//! pairs, in 16 bits, which hold the sixteen of a block that come together in a lane: 16 * 15 * 127
//! is less than 2^15. So they are widened once a block.

#![allow(unsafe_code, reason = "vector loads take pointers")]

use super::activations::Row;
use super::product::{Dot, TILE};
use super::simd128::{HALF, scales, store};
use super::{BLOCK, GROUP, Group, Packed, QUAD};
use core::arch::wasm32::*;

/// Products with the relaxed dot product.
pub(super) struct Relaxed;

/// Bytes of a quad of four rows.
const VECTOR: usize = HALF * QUAD;

/// The bytes of the four rows from `row` on: weights of the columns from `quad * QUAD` on in the
/// lower halves, of those half a block later in the upper ones.
#[inline(always)]
fn stored(bytes: &[u8], quad: usize, row: usize) -> v128 {
    let four: &[u8] = &bytes[(quad * GROUP + row) * QUAD..][..VECTOR];
    // SAFETY: the slice is of sixteen bytes, and this reads sixteen; alignment is not asked.
    unsafe { v128_load(four.as_ptr().cast()) }
}

/// Four activations, four times.
#[inline(always)]
fn activations(x: &[i8; BLOCK], quad: usize) -> v128 {
    let four: &[i8] = &x[quad * QUAD..][..QUAD];
    // SAFETY: the slice is of four bytes, and this reads four; alignment is not asked.
    unsafe { v128_load32_splat(four.as_ptr().cast()) }
}

/// The products with each of some tokens of `4 * HALVES` rows of a group, from row `first` on.
#[inline]
#[target_feature(enable = "relaxed-simd")]
fn products<const BITS: usize, const TOKENS: usize, const HALVES: usize>(
    group: Group<BITS>,
    rows: [Row; TOKENS],
    first: usize,
    out: &mut [[f32; GROUP]; TOKENS],
) {
    let lower = BLOCK / QUAD / 2;
    let nibble = u8x16_splat(0x0f);
    let mut sums = [[f32x4_splat(0.0); HALVES]; TOKENS];
    for (block, (bytes, bits)) in group.blocks().enumerate() {
        let x: [&[i8; BLOCK]; TOKENS] = rows.map(|row| &row.narrow[block]);
        let mut pairs = [[i16x8_splat(0); HALVES]; TOKENS];
        for quad in 0..lower {
            let stored: [v128; HALVES] =
                std::array::from_fn(|half| stored(bytes, quad, first + half * HALF));
            let low = stored.map(|stored| v128_and(stored, nibble));
            let high = stored.map(|stored| v128_and(u16x8_shr(stored, 4), nibble));
            for (pairs, x) in pairs.iter_mut().zip(x) {
                let (a, b) = (activations(x, quad), activations(x, quad + lower));
                for (half, pairs) in pairs.iter_mut().enumerate() {
                    let products = i16x8_relaxed_dot_i8x16_i7x16(a, low[half]);
                    *pairs = i16x8_add(*pairs, products);
                    let products = i16x8_relaxed_dot_i8x16_i7x16(b, high[half]);
                    *pairs = i16x8_add(*pairs, products);
                }
            }
        }
        for half in 0..HALVES {
            let scales = scales(bits, first + half * HALF);
            for ((sums, pairs), row) in sums.iter_mut().zip(&pairs).zip(rows) {
                let surplus = i32x4_splat(Packed::<BITS>::OFFSET * row.sums[block]);
                let dot = i32x4_sub(i32x4_extadd_pairwise_i16x8(pairs[half]), surplus);
                let factors = f32x4_mul(scales, f32x4_splat(row.scales[block]));
                sums[half] = f32x4_add(sums[half], f32x4_mul(f32x4_convert_i32x4(dot), factors));
            }
        }
    }
    for (sums, out) in sums.into_iter().zip(out) {
        for (half, sum) in sums.into_iter().enumerate() {
            store(sum, &mut out[first + half * HALF..]);
        }
    }
}

impl Dot for Relaxed {
    fn one<const BITS: usize>(&self, group: Group<BITS>, token: Row) -> [f32; GROUP] {
        let mut out = [[0.0; GROUP]];
        products::<BITS, 1, 2>(group, [token], 0, &mut out);
        out[0]
    }

    /// Four rows at a time: the sums of eight rows and four tokens have not enough registers.
    fn tile<const BITS: usize>(
        &self,
        group: Group<BITS>,
        tokens: [Row; TILE],
    ) -> [[f32; GROUP]; TILE] {
        let mut out = [[0.0; GROUP]; TILE];
        products::<BITS, TILE, 1>(group, tokens, 0, &mut out);
        products::<BITS, TILE, 1>(group, tokens, HALF, &mut out);
        out
    }
}
