//! Eight lanes in two of wasm's registers.

use super::{F16_BIAS, HALF_BITS, LANES, Lanes, ROUND};
use crate::blocks::{self, BLOCK, Block};
use core::arch::wasm32::*;

/// Lanes 0 to 3 and 4 to 7.
#[derive(Clone, Copy)]
pub(crate) struct Simd128(v128, v128);

/// `[a0 + a1, a2 + a3, b0 + b1, b2 + b3]`
#[inline(always)]
fn add_pairs(a: v128, b: v128) -> v128 {
    f32x4_add(i32x4_shuffle::<0, 2, 4, 6>(a, b), i32x4_shuffle::<1, 3, 5, 7>(a, b))
}

/// The same of integers.
#[inline(always)]
fn add_integer_pairs(a: v128, b: v128) -> v128 {
    i32x4_add(i32x4_shuffle::<0, 2, 4, 6>(a, b), i32x4_shuffle::<1, 3, 5, 7>(a, b))
}

/// The numbers of four F16 whose bits have been sign-extended.
#[inline(always)]
pub(crate) fn halves(bits: v128) -> v128 {
    let moved = v128_and(i32x4_shl(bits, 13), i32x4_splat(HALF_BITS));
    f32x4_mul(moved, f32x4_splat(F16_BIAS))
}

#[inline(always)]
fn lanes_of(four: v128) -> [f32; 4] {
    [
        f32x4_extract_lane::<0>(four),
        f32x4_extract_lane::<1>(four),
        f32x4_extract_lane::<2>(four),
        f32x4_extract_lane::<3>(four),
    ]
}

/// Integers of 16 bits that are one register.
const INTEGERS: usize = 8;

#[inline(always)]
#[allow(unsafe_code, reason = "vector loads take pointers")]
fn integers(from: &[i16; INTEGERS]) -> v128 {
    // SAFETY: the eight numbers behind the reference are one vector; alignment is not asked.
    unsafe { v128_load(from.as_ptr().cast()) }
}

/// Eight integers of a block, in 16 bits.
#[inline(always)]
#[allow(unsafe_code, reason = "vector loads take pointers")]
fn widened(block: &Block, at: usize) -> v128 {
    let eight = &blocks::integers(block).as_chunks::<INTEGERS>().0[at];
    // SAFETY: the eight bytes behind the reference are what is read; alignment is not asked.
    unsafe { i16x8_load_extend_i8x8(eight.as_ptr().cast()) }
}

/// Adds the integers of two blocks to the sums, each block times its weight. Those of both lie
/// beside each other for it: one instruction multiplies two and adds the products up.
#[inline(always)]
#[allow(unsafe_code, reason = "vector loads take pointers")]
fn add_pair(sums: &mut [[v128; 2]; BLOCK / LANES], weights: &[i16; 2], [a, b]: [&Block; 2]) {
    // SAFETY: the two numbers behind the reference are 32 bits; alignment is not asked.
    let weights = unsafe { v128_load32_splat(weights.as_ptr().cast()) };
    for (at, [low, high]) in sums.iter_mut().enumerate() {
        let (a, b) = (widened(a, at), widened(b, at));
        let mixed = i16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(a, b);
        *low = i32x4_add(*low, i32x4_dot_i16x8(mixed, weights));
        let mixed = i16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(a, b);
        *high = i32x4_add(*high, i32x4_dot_i16x8(mixed, weights));
    }
}

impl Lanes for Simd128 {
    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self(f32x4_splat(value), f32x4_splat(value))
    }

    #[inline(always)]
    #[allow(unsafe_code, reason = "vector loads take pointers")]
    fn load(from: &[f32; LANES]) -> Self {
        let start = from.as_ptr().cast::<v128>();
        // SAFETY: the eight floats behind the reference are two vectors; alignment is not asked.
        unsafe { Self(v128_load(start), v128_load(start.add(1))) }
    }

    #[inline(always)]
    #[allow(unsafe_code, reason = "vector loads take pointers")]
    fn load_half(from: &[u16; LANES]) -> Self {
        let start = from.as_ptr().cast::<v128>();
        // SAFETY: the eight numbers behind the reference are one vector; alignment is not asked.
        let bits = unsafe { v128_load(start) };
        let (low, high) = (i32x4_extend_low_i16x8(bits), i32x4_extend_high_i16x8(bits));
        Self(halves(low), halves(high))
    }

    #[inline(always)]
    #[allow(unsafe_code, reason = "vector stores take pointers")]
    fn store(self, to: &mut [f32; LANES]) {
        let start = to.as_mut_ptr().cast::<v128>();
        // SAFETY: the eight floats behind the reference are two vectors; alignment is not asked.
        unsafe {
            v128_store(start, self.0);
            v128_store(start.add(1), self.1);
        }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(f32x4_add(self.0, other.0), f32x4_add(self.1, other.1))
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(f32x4_sub(self.0, other.0), f32x4_sub(self.1, other.1))
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(f32x4_mul(self.0, other.0), f32x4_mul(self.1, other.1))
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Self(f32x4_div(self.0, other.0), f32x4_div(self.1, other.1))
    }

    #[inline(always)]
    fn at_least(self, other: Self) -> Self {
        Self(f32x4_pmax(self.0, other.0), f32x4_pmax(self.1, other.1))
    }

    #[inline(always)]
    fn at_most(self, other: Self) -> Self {
        Self(f32x4_pmin(self.0, other.0), f32x4_pmin(self.1, other.1))
    }

    #[inline(always)]
    fn abs(self) -> Self {
        Self(f32x4_abs(self.0), f32x4_abs(self.1))
    }

    #[inline(always)]
    fn bits_to_exponent(self) -> Self {
        Self(i32x4_shl(self.0, 23), i32x4_shl(self.1, 23))
    }

    #[inline(always)]
    #[allow(unsafe_code, reason = "vector stores take pointers")]
    fn round(self) -> [i16; LANES] {
        let add = f32x4_splat(ROUND);
        let (low, high) = (f32x4_add(self.0, add), f32x4_add(self.1, add));
        let bits = i16x8_shuffle::<0, 2, 4, 6, 8, 10, 12, 14>(low, high);
        let mut rounded = [0; LANES];
        // SAFETY: the eight numbers are one vector; alignment is not asked.
        unsafe { v128_store(rounded.as_mut_ptr().cast(), bits) };
        rounded
    }

    #[inline(always)]
    fn sums(four: [Self; 4]) -> [f32; 4] {
        let [a, b, c, d] = four.map(|lanes| f32x4_add(lanes.0, lanes.1));
        lanes_of(add_pairs(add_pairs(a, b), add_pairs(c, d)))
    }

    #[inline(always)]
    fn dots(x: &[i16; BLOCK], four: [&Block; 4]) -> [f32; 4] {
        let mut sums = [i32x4_splat(0); 4];
        for (at, x) in x.as_chunks().0.iter().enumerate() {
            let x = integers(x);
            for (sum, y) in sums.iter_mut().zip(four) {
                *sum = i32x4_add(*sum, i32x4_dot_i16x8(x, widened(y, at)));
            }
        }
        let [a, b, c, d] = sums;
        let sums = add_integer_pairs(add_integer_pairs(a, b), add_integer_pairs(c, d));
        lanes_of(f32x4_convert_i32x4(sums))
    }

    #[inline(always)]
    fn weighed(
        pairs: &[[i16; 2]],
        positions: &[Block],
        stride: usize,
        at: usize,
    ) -> [Self; BLOCK / LANES] {
        let mut sums = [[i32x4_splat(0); 2]; BLOCK / LANES];
        let twos = positions.chunks_exact(2 * stride);
        let last = twos.remainder().get(at);
        for (pair, two) in pairs.iter().zip(twos) {
            let (first, second) = two.split_at(stride);
            add_pair(&mut sums, pair, [&first[at], &second[at]]);
        }
        if let (Some(pair), Some(last)) = (pairs.last(), last) {
            add_pair(&mut sums, pair, [last; 2]);
        }
        sums.map(
            #[inline(always)]
            |[low, high]| Self(f32x4_convert_i32x4(low), f32x4_convert_i32x4(high)),
        )
    }
}
