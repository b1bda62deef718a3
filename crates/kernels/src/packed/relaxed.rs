//! The products of 4-bit weights with wasm's relaxed dot product of 8-bit integers.
//!
//! The instruction is the same on every processor only while its second operand is between 0 and
//! 127. The weights of Q4_0 as they are stored are, and 32 products of them with activations stay
//! far within 16 bits in pairs; those of Q8_0 are not.

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

/// The products of a group's rows with each of some tokens.
#[inline]
#[target_feature(enable = "relaxed-simd")]
fn products<const BITS: usize, const TOKENS: usize>(
    group: Group<BITS>,
    rows: [Row; TOKENS],
) -> [[f32; GROUP]; TOKENS] {
    let mut out = [[0.0; GROUP]; TOKENS];
    let lower = BLOCK / QUAD / 2;
    // Four rows at a time: sums of eight rows and four tokens have not enough registers.
    for half in [0, HALF] {
        let mut sums = [f32x4_splat(0.0); TOKENS];
        for (block, (bytes, bits)) in group.blocks().enumerate() {
            let x: [&[i8; BLOCK]; TOKENS] = rows.map(|row| &row.narrow[block]);
            let mut dots = rows.map(|row| i32x4_splat(-Packed::<BITS>::OFFSET * row.sums[block]));
            for quad in 0..lower {
                let stored = stored(bytes, quad, half);
                let low = v128_and(stored, u8x16_splat(0x0f));
                let high = u8x16_shr(stored, 4);
                for (dot, x) in dots.iter_mut().zip(x) {
                    let (a, b) = (activations(x, quad), activations(x, quad + lower));
                    *dot = i32x4_relaxed_dot_i8x16_i7x16_add(a, low, *dot);
                    *dot = i32x4_relaxed_dot_i8x16_i7x16_add(b, high, *dot);
                }
            }
            let scales = scales(bits, half);
            for ((sum, dot), row) in sums.iter_mut().zip(dots).zip(rows) {
                let factors = f32x4_mul(scales, f32x4_splat(row.scales[block]));
                *sum = f32x4_add(*sum, f32x4_mul(f32x4_convert_i32x4(dot), factors));
            }
        }
        for (sum, out) in sums.into_iter().zip(&mut out) {
            store(sum, &mut out[half..]);
        }
    }
    out
}

impl Dot for Relaxed {
    fn one<const BITS: usize>(&self, group: Group<BITS>, token: Row) -> [f32; GROUP] {
        let [sums] = products(group, [token]);
        sums
    }

    fn tile<const BITS: usize>(
        &self,
        group: Group<BITS>,
        tokens: [Row; TILE],
    ) -> [[f32; GROUP]; TILE] {
        products(group, tokens)
    }
}
