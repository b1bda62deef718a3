//! Eight lanes in one register of x86-64 processors with AVX2.
//!
//! The lanes' functions are compiled for AVX2 only as they are inlined into kernels, by
//! [`dispatch`](crate::dispatch), which looks first whether the processor has it. A closure on the way
//! that is not inlined makes each of its instructions a call.

#![allow(unsafe_code, reason = "vector loads take pointers, and not every processor has AVX2")]

use super::{F16_BIAS, HALF_BITS, LANES, Lanes, ROUND};
use crate::blocks::{BLOCK, Block, integers};
use core::arch::x86_64::*;

/// Eight `f32`. There are none but in kernels that run on a processor with AVX2.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(__m256);

/// What an intrinsic gives: every one of this file asks for AVX2 and no more.
macro_rules! avx2 {
    ($call:expr) => {
        // SAFETY: the lanes exist only where the processor has AVX2.
        unsafe { $call }
    };
}

/// The numbers of eight F16.
#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn halves(bits: __m128i) -> __m256 {
    let moved = _mm256_slli_epi32::<13>(_mm256_cvtepi16_epi32(bits));
    let moved = _mm256_and_si256(moved, _mm256_set1_epi32(HALF_BITS));
    _mm256_mul_ps(_mm256_castsi256_ps(moved), _mm256_set1_ps(F16_BIAS))
}

/// Sixteen bytes of a block: its first or its second half.
#[inline]
#[target_feature(enable = "avx2")]
fn half(block: &Block, half: usize) -> __m128i {
    let bytes = &integers(block).as_chunks::<{ BLOCK / 2 }>().0[half];
    // SAFETY: the sixteen bytes behind the reference are one vector; alignment is not asked.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
}

/// The sums of each of four vectors' eight integers.
#[inline]
#[target_feature(enable = "avx2")]
fn integer_sums([a, b, c, d]: [__m256i; 4]) -> __m128i {
    let sums = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
    _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256::<1>(sums))
}

#[inline]
#[target_feature(enable = "avx2")]
fn dots(x: &[i16; BLOCK], four: [&Block; 4]) -> [f32; 4] {
    let mut sums = [_mm256_setzero_si256(); 4];
    for (at, x) in x.as_chunks::<{ BLOCK / 2 }>().0.iter().enumerate() {
        // SAFETY: the sixteen numbers behind the reference are one vector; alignment is not asked.
        let x = unsafe { _mm256_loadu_si256(x.as_ptr().cast()) };
        for (sum, y) in sums.iter_mut().zip(four) {
            let products = _mm256_madd_epi16(x, _mm256_cvtepi8_epi16(half(y, at)));
            *sum = _mm256_add_epi32(*sum, products);
        }
    }
    let mut dots = [0.0; 4];
    // SAFETY: the four numbers are one vector; alignment is not asked.
    unsafe { _mm_storeu_ps(dots.as_mut_ptr(), _mm_cvtepi32_ps(integer_sums(sums))) };
    dots
}

/// Adds the integers of two blocks to the sums, each block times its weight. Those of both lie
/// beside each other for it: one instruction multiplies two and adds the products up.
#[inline]
#[target_feature(enable = "avx2")]
fn add_pair(sums: &mut [__m256i; BLOCK / LANES], [a, b]: [&Block; 2], &[of_a, of_b]: &[i16; 2]) {
    let weights = i32::from(of_b) << 16 | i32::from(of_a.cast_unsigned());
    let weights = _mm256_set1_epi32(weights);
    for (at, sums) in sums.as_chunks_mut::<2>().0.iter_mut().enumerate() {
        let (a, b) = (half(a, at), half(b, at));
        let mixed = [_mm_unpacklo_epi8(a, b), _mm_unpackhi_epi8(a, b)];
        for (sum, mixed) in sums.iter_mut().zip(mixed) {
            let products = _mm256_madd_epi16(_mm256_cvtepi8_epi16(mixed), weights);
            *sum = _mm256_add_epi32(*sum, products);
        }
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn weighed(
    pairs: &[[i16; 2]],
    positions: &[Block],
    stride: usize,
    at: usize,
) -> [Avx2; BLOCK / LANES] {
    let mut sums = [_mm256_setzero_si256(); BLOCK / LANES];
    let twos = positions.chunks_exact(2 * stride);
    let last = twos.remainder().get(at);
    for (pair, two) in pairs.iter().zip(twos) {
        let (first, second) = two.split_at(stride);
        add_pair(&mut sums, [&first[at], &second[at]], pair);
    }
    if let (Some(pair), Some(last)) = (pairs.last(), last) {
        add_pair(&mut sums, [last; 2], pair);
    }
    let [a, b, c, d] = sums;
    [
        Avx2(_mm256_cvtepi32_ps(a)),
        Avx2(_mm256_cvtepi32_ps(b)),
        Avx2(_mm256_cvtepi32_ps(c)),
        Avx2(_mm256_cvtepi32_ps(d)),
    ]
}

/// The lowest sixteen bits of each number.
#[inline]
#[target_feature(enable = "avx2")]
fn low_halves(bits: __m256i) -> [i16; LANES] {
    const GONE: i8 = -1;
    #[rustfmt::skip]
    let bytes = _mm256_setr_epi8(
        0, 1, 4, 5, 8, 9, 12, 13, GONE, GONE, GONE, GONE, GONE, GONE, GONE, GONE,
        0, 1, 4, 5, 8, 9, 12, 13, GONE, GONE, GONE, GONE, GONE, GONE, GONE, GONE,
    );
    let apart = _mm256_shuffle_epi8(bits, bytes);
    let together = _mm256_castsi256_si128(_mm256_permute4x64_epi64::<0b00_00_10_00>(apart));
    let mut low = [0; LANES];
    // SAFETY: the eight numbers are one vector; alignment is not asked.
    unsafe { _mm_storeu_si128(low.as_mut_ptr().cast(), together) };
    low
}

/// The sum of a vector's halves.
#[inline]
#[target_feature(enable = "avx2")]
fn halved(x: __m256) -> __m128 {
    _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps::<1>(x))
}

/// The sum of each of four vectors.
#[inline]
#[target_feature(enable = "avx2")]
fn sums([a, b, c, d]: [__m256; 4]) -> [f32; 4] {
    let (first, second) = (_mm_hadd_ps(halved(a), halved(b)), _mm_hadd_ps(halved(c), halved(d)));
    let mut sums = [0.0; 4];
    // SAFETY: the four numbers are one vector; alignment is not asked.
    unsafe { _mm_storeu_ps(sums.as_mut_ptr(), _mm_hadd_ps(first, second)) };
    sums
}

impl Lanes for Avx2 {
    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self(avx2!(_mm256_set1_ps(value)))
    }

    #[inline(always)]
    fn load(from: &[f32; LANES]) -> Self {
        // The eight floats behind the reference are one vector; alignment is not asked.
        Self(avx2!(_mm256_loadu_ps(from.as_ptr())))
    }

    #[inline(always)]
    fn load_half(from: &[u16; LANES]) -> Self {
        // The same of eight numbers of 16 bits.
        Self(avx2!(halves(_mm_loadu_si128(from.as_ptr().cast()))))
    }

    #[inline(always)]
    fn store(self, to: &mut [f32; LANES]) {
        avx2!(_mm256_storeu_ps(to.as_mut_ptr(), self.0));
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(avx2!(_mm256_add_ps(self.0, other.0)))
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(avx2!(_mm256_sub_ps(self.0, other.0)))
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(avx2!(_mm256_mul_ps(self.0, other.0)))
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Self(avx2!(_mm256_div_ps(self.0, other.0)))
    }

    // The instruction gives its second operand where one is not a number.
    #[inline(always)]
    fn at_least(self, other: Self) -> Self {
        Self(avx2!(_mm256_max_ps(other.0, self.0)))
    }

    #[inline(always)]
    fn at_most(self, other: Self) -> Self {
        Self(avx2!(_mm256_min_ps(other.0, self.0)))
    }

    #[inline(always)]
    fn abs(self) -> Self {
        Self(avx2!(_mm256_andnot_ps(_mm256_set1_ps(-0.0), self.0)))
    }

    #[inline(always)]
    fn bits_to_exponent(self) -> Self {
        let bits = avx2!(_mm256_slli_epi32::<23>(_mm256_castps_si256(self.0)));
        Self(avx2!(_mm256_castsi256_ps(bits)))
    }

    #[inline(always)]
    fn round(self) -> [i16; LANES] {
        avx2!(low_halves(_mm256_castps_si256(self.add(Self::splat(ROUND)).0)))
    }

    #[inline(always)]
    fn sums(four: [Self; 4]) -> [f32; 4] {
        let [Self(a), Self(b), Self(c), Self(d)] = four;
        avx2!(sums([a, b, c, d]))
    }

    #[inline(always)]
    fn dots(x: &[i16; BLOCK], four: [&Block; 4]) -> [f32; 4] {
        avx2!(dots(x, four))
    }

    #[inline(always)]
    fn weighed(
        pairs: &[[i16; 2]],
        positions: &[Block],
        stride: usize,
        at: usize,
    ) -> [Self; BLOCK / LANES] {
        avx2!(weighed(pairs, positions, stride, at))
    }
}
