//! Eight lanes in two of wasm's registers.

use super::{F16_BIAS, HALF_BITS, LANES, Lanes};
use core::arch::wasm32::*;

/// Lanes 0 to 3 and 4 to 7.
#[derive(Clone, Copy)]
pub(crate) struct Simd128(v128, v128);

/// `[a0 + a1, a2 + a3, b0 + b1, b2 + b3]`
#[inline(always)]
fn add_pairs(a: v128, b: v128) -> v128 {
    f32x4_add(i32x4_shuffle::<0, 2, 4, 6>(a, b), i32x4_shuffle::<1, 3, 5, 7>(a, b))
}

/// The numbers of four F16 whose bits have been sign-extended, `F16_BIAS` times too small.
#[inline(always)]
fn halves_scaled(bits: v128) -> v128 {
    v128_and(i32x4_shl(bits, 13), i32x4_splat(HALF_BITS))
}

/// The numbers of four F16 whose bits have been sign-extended.
#[inline(always)]
pub(crate) fn halves(bits: v128) -> v128 {
    f32x4_mul(halves_scaled(bits), f32x4_splat(F16_BIAS))
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
    fn load_half_scaled(from: &[u16; LANES]) -> Self {
        let start = from.as_ptr().cast::<v128>();
        // SAFETY: the eight numbers behind the reference are one vector; alignment is not asked.
        let bits = unsafe { v128_load(start) };
        let (low, high) = (i32x4_extend_low_i16x8(bits), i32x4_extend_high_i16x8(bits));
        Self(halves_scaled(low), halves_scaled(high))
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
    fn sums(four: [Self; 4]) -> [f32; 4] {
        let [a, b, c, d] = four.map(|lanes| f32x4_add(lanes.0, lanes.1));
        let sums = add_pairs(add_pairs(a, b), add_pairs(c, d));
        [
            f32x4_extract_lane::<0>(sums),
            f32x4_extract_lane::<1>(sums),
            f32x4_extract_lane::<2>(sums),
            f32x4_extract_lane::<3>(sums),
        ]
    }
}
