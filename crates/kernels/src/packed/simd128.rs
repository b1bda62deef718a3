//! The products with wasm's 128-bit vectors.

#![allow(unsafe_code, reason = "vector loads take pointers")]

use super::activations::Row;
use super::product::{Block, Dot, TILE, blocks};
use super::{BLOCK, GROUP, Group, GroupScales, Packed, QUAD};
use crate::lanes::halves;
use core::arch::wasm32::*;

/// Products with wasm's 128-bit vectors.
pub(super) struct Simd128;

/// Rows that one vector of sums holds.
pub(super) const HALF: usize = GROUP / 2;

/// Four weights of two rows each, widened: those of rows `row` and `row + 1`, for the columns from
/// `quad * QUAD` on. Of Q4_0 as they are stored, without a sign.
#[inline(always)]
fn weights<const BITS: usize>(bytes: &[u8], quad: usize, row: usize) -> v128 {
    let lower = BLOCK / QUAD / 2;
    let at = if BITS == 4 { quad % lower } else { quad };
    let pair: &[u8] = &bytes[(at * GROUP + row) * QUAD..][..2 * QUAD];
    if BITS == 8 {
        // SAFETY: the slice is of eight bytes, and this reads eight; alignment is not asked.
        return unsafe { i16x8_load_extend_i8x8(pair.as_ptr().cast()) };
    }
    // SAFETY: the slice is of eight bytes, and this reads eight; alignment is not asked.
    let stored = unsafe { i16x8_load_extend_u8x8(pair.as_ptr()) };
    // A byte of Q4_0 holds two weights, half a block apart.
    if quad < lower { v128_and(stored, i16x8_splat(0x0f)) } else { u16x8_shr(stored, 4) }
}

/// Four activations, twice.
#[inline(always)]
fn activations(x: &[i16; BLOCK], quad: usize) -> v128 {
    let four: &[i16] = &x[quad * QUAD..][..QUAD];
    // SAFETY: the slice is of eight bytes, and this reads eight; alignment is not asked.
    unsafe { v128_load64_splat(four.as_ptr().cast()) }
}

/// The scales of four rows.
#[inline(always)]
pub(super) fn scales(scales: &GroupScales, row: usize) -> v128 {
    let four: &[u16] = &scales[row..][..HALF];
    // SAFETY: the slice is of eight bytes, and this reads eight; alignment is not asked.
    let bits = unsafe { i32x4_load_extend_i16x4(four.as_ptr().cast()) };
    halves(bits)
}

/// `sums` and the products of a block of four rows: each row's are in two neighbouring lanes, of
/// `low` for the first two rows and of `high` for the others.
#[inline(always)]
fn scaled<const BITS: usize>(sums: v128, low: v128, high: v128, scales: v128, x: Block) -> v128 {
    let (even, odd) =
        (i32x4_shuffle::<0, 2, 4, 6>(low, high), i32x4_shuffle::<1, 3, 5, 7>(low, high));
    let surplus = i32x4_splat(Packed::<BITS>::OFFSET * x.sum);
    let products = f32x4_convert_i32x4(i32x4_sub(i32x4_add(even, odd), surplus));
    f32x4_add(sums, f32x4_mul(products, f32x4_mul(scales, f32x4_splat(x.scale))))
}

#[inline(always)]
pub(super) fn store(sums: v128, to: &mut [f32]) {
    let four: &mut [f32] = &mut to[..HALF];
    // SAFETY: the slice is of four floats, one vector; alignment is not asked.
    unsafe { v128_store(four.as_mut_ptr().cast(), sums) }
}

impl Dot for Simd128 {
    fn one<const BITS: usize>(&self, group: Group<BITS>, token: Row) -> [f32; GROUP] {
        let mut sums = [f32x4_splat(0.0); 2];
        for (bytes, bits, x) in blocks(group, token) {
            let mut products = [i32x4_splat(0); 4];
            for quad in 0..BLOCK / QUAD {
                let x = activations(x.quants, quad);
                for (pair, product) in products.iter_mut().enumerate() {
                    let dot = i32x4_dot_i16x8(weights::<BITS>(bytes, quad, 2 * pair), x);
                    *product = i32x4_add(*product, dot);
                }
            }
            let [a, b, c, d] = products;
            sums[0] = scaled::<BITS>(sums[0], a, b, scales(bits, 0), x);
            sums[1] = scaled::<BITS>(sums[1], c, d, scales(bits, HALF), x);
        }
        let mut out = [0.0; GROUP];
        store(sums[0], &mut out);
        store(sums[1], &mut out[HALF..]);
        out
    }

    /// Four rows at a time: the sums of eight rows and four tokens have not enough registers.
    fn tile<const BITS: usize>(
        &self,
        group: Group<BITS>,
        tokens: [Row; TILE],
    ) -> [[f32; GROUP]; TILE] {
        let mut out = [[0.0; GROUP]; TILE];
        let [a, b, c, d] = tokens;
        for half in [0, HALF] {
            let mut sums = [f32x4_splat(0.0); TILE];
            let others = blocks(group, b).zip(blocks(group, c)).zip(blocks(group, d));
            for ((bytes, bits, a), (((.., b), (.., c)), (.., d))) in blocks(group, a).zip(others) {
                let mut products = [[i32x4_splat(0); 2]; TILE];
                for quad in 0..BLOCK / QUAD {
                    let low = weights::<BITS>(bytes, quad, half);
                    let high = weights::<BITS>(bytes, quad, half + 2);
                    for (product, x) in products.iter_mut().zip([a, b, c, d]) {
                        let x = activations(x.quants, quad);
                        product[0] = i32x4_add(product[0], i32x4_dot_i16x8(low, x));
                        product[1] = i32x4_add(product[1], i32x4_dot_i16x8(high, x));
                    }
                }
                let scales = scales(bits, half);
                for ((sum, [low, high]), x) in sums.iter_mut().zip(products).zip([a, b, c, d]) {
                    *sum = scaled::<BITS>(*sum, low, high, scales, x);
                }
            }
            for (sum, out) in sums.into_iter().zip(&mut out) {
                store(sum, &mut out[half..]);
            }
        }
        out
    }
}
