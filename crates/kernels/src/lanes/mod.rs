//! Eight `f32` at once, the only vocabulary of the kernels on floats: written once against it, they
//! do the same operations in the same order whatever the lanes are made of.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod portable;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;

#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::{Avx2, halves};
pub(crate) use portable::Portable;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(crate) use simd128::{Simd128, halves};

use crate::blocks::{BLOCK, Block};

/// Number of lanes.
pub const LANES: usize = 8;

/// Eight `f32`, with operations that round as IEEE 754 says.
pub trait Lanes: Copy {
    fn splat(value: f32) -> Self;
    fn load(from: &[f32; LANES]) -> Self;
    /// Loads the bits of eight finite F16.
    fn load_half(from: &[u16; LANES]) -> Self;
    fn store(self, to: &mut [f32; LANES]);

    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    fn div(self, other: Self) -> Self;
    /// The larger of the two; `self` if either is not a number.
    fn at_least(self, other: Self) -> Self;
    /// The smaller of the two; `self` if either is not a number.
    fn at_most(self, other: Self) -> Self;
    fn abs(self) -> Self;
    /// The lanes' bits moved 23 places up, which makes an exponent of a small integer.
    fn bits_to_exponent(self) -> Self;

    /// The nearest integers, the even one of two, of lanes within 16 bits; 0 for what is not a number.
    fn round(self) -> [i16; LANES];

    /// Each of four vectors' sum over its lanes, all added in the order of [`sum_in_order`].
    fn sums(four: [Self; 4]) -> [f32; 4];

    /// The sums of the products of `x` with the integers of each of four blocks.
    fn dots(x: &[i16; BLOCK], four: [&Block; 4]) -> [f32; 4];

    /// The sums of the integers of one block of each position, each position times its weight: of
    /// `stride` blocks it is that at `at`. Weights come by pairs; where the second of the last pair
    /// has no position, it is 0.
    fn weighed(
        pairs: &[[i16; 2]],
        positions: &[Block],
        stride: usize,
        at: usize,
    ) -> [Self; BLOCK / LANES];

    /// The sum over the lanes, in the order of [`sum_in_order`].
    #[inline(always)]
    fn sum(self) -> f32 {
        sum_in_order(self.to_array())
    }

    /// The largest lane.
    #[inline(always)]
    fn largest(self) -> f32 {
        self.to_array().into_iter().fold(f32::NEG_INFINITY, |a, b| if a < b { b } else { a })
    }

    #[inline(always)]
    fn to_array(self) -> [f32; LANES] {
        let mut lanes = [0.0; LANES];
        self.store(&mut lanes);
        lanes
    }

    /// Loads fewer than all lanes; the others are `fill`.
    #[inline(always)]
    fn load_part(from: &[f32], fill: f32) -> Self {
        let mut lanes = [fill; LANES];
        lanes[..from.len()].copy_from_slice(from);
        Self::load(&lanes)
    }

    /// Stores the first lanes.
    #[inline(always)]
    fn store_part(self, to: &mut [f32]) {
        to.copy_from_slice(&self.to_array()[..to.len()]);
    }

    /// `e^self` with a relative error below 2e-7, for lanes between -80 and 88; others are moved
    /// to that range, so that the result is never infinite, and never so near zero that what is
    /// multiplied with it is subnormal, which processors are slow at. (Range reduction and
    /// polynomial of the Cephes library's `expf`.)
    #[inline(always)]
    fn exp(self) -> Self {
        // Added to a small number, 1.5 * 2^23 leaves it rounded to an integer in the lowest bits;
        // the 127 more make them the exponent of that power of two.
        const ROUND: f32 = 12_582_912.0 + 127.0;
        let x = self.at_least(Self::splat(-80.0)).at_most(Self::splat(88.0));
        let shifted = x.mul(Self::splat(std::f32::consts::LOG2_E)).add(Self::splat(ROUND));
        let n = shifted.sub(Self::splat(ROUND));
        // ln 2 in two parts: the first has few enough bits that its product with n is exact.
        let r = x.sub(n.mul(Self::splat(0.693_359_4))).sub(n.mul(Self::splat(-2.121_944_4e-4)));
        let mut p = Self::splat(1.987_569_1e-4);
        for coefficient in [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5] {
            p = p.mul(r).add(Self::splat(coefficient));
        }
        let fraction = p.mul(r.mul(r)).add(r).add(Self::splat(1.0));
        fraction.mul(shifted.bits_to_exponent())
    }
}

/// The one order in which lanes are added up: that of two pairwise additions after the halves have
/// been added, which four vectors can share.
#[inline(always)]
pub(crate) fn sum_in_order(lanes: [f32; LANES]) -> f32 {
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (b + f)) + ((c + g) + (d + h))
}

/// `f` of all lanes of `x` in place, the last of them filled up with zeros.
#[inline(always)]
pub(crate) fn map_in_place<L: Lanes>(x: &mut [f32], f: impl Fn(L) -> L) {
    let (whole, rest) = x.as_chunks_mut::<LANES>();
    for lanes in whole {
        f(L::load(lanes)).store(lanes);
    }
    if !rest.is_empty() {
        f(L::load_part(rest, 0.0)).store_part(rest);
    }
}

/// 2^112: what the bits of an F16, moved to those of an F32, are too small by.
pub(crate) const F16_BIAS: f32 = f32::from_bits((127 + 112) << 23);

/// The sign and the 15 bits below it, after a sign-extended F16 has been moved up by 13.
pub(crate) const HALF_BITS: i32 = 0x8fff_e000_u32.cast_signed();

/// The number from the bits of an F16, in the way that vectors can do it: right for every finite
/// one.
#[inline(always)]
pub(crate) fn half_to_f32(bits: u16) -> f32 {
    let moved = (i32::from(bits.cast_signed()) << 13) & HALF_BITS;
    f32::from_bits(moved.cast_unsigned()) * F16_BIAS
}

/// A scale's inverse; that of one so small that it has no finite one is 0: what it would scale is as
/// good as zero.
#[inline(always)]
pub(crate) fn inverse(scale: f32) -> f32 {
    if scale < f32::MIN_POSITIVE { 0.0 } else { 1.0 / scale }
}

/// Added to a number below 2^22, leaves it rounded to an integer in the lowest bits.
pub(crate) const ROUND: f32 = 12_582_912.0;

#[cfg(test)]
mod tests {
    use super::*;
    use half::f16;

    #[test]
    fn every_finite_half_is_that_of_f16() {
        for bits in 0..=u16::MAX {
            let expected = f16::from_bits(bits);
            if expected.is_finite() {
                assert_eq!(half_to_f32(bits).to_bits(), expected.to_f32().to_bits(), "{bits:#x}");
            }
        }
    }
}
