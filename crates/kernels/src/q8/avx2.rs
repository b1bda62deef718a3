//! The products with the 256-bit vectors of x86-64 processors.

#![allow(unsafe_code, reason = "vector loads take pointers, and not every processor has AVX2")]

use super::activations::Row;
use super::product::{Dot, TILE, blocks};
use super::{BLOCK, F16_BIAS, GROUP, Group, GroupQuants, GroupScales, QUAD, SCALE_BITS};
use core::arch::x86_64::*;

/// Products with 256-bit vectors. There is one only where the processor has them.
pub(super) struct Avx2(());

impl Avx2 {
    /// `None` if the processor has no AVX2.
    pub(super) fn detect() -> Option<Self> {
        crate::dispatch::has_avx2().then_some(Self(()))
    }
}

/// Four weights of four rows each, widened: those from `row` on, for the columns from `quad * QUAD`
/// on.
#[inline]
#[target_feature(enable = "avx2")]
fn weights(quants: &GroupQuants, quad: usize, row: usize) -> __m256i {
    let four: &[i8] = &quants[(quad * GROUP + row) * QUAD..][..4 * QUAD];
    // SAFETY: the slice is of sixteen bytes, and this reads sixteen at any alignment.
    _mm256_cvtepi8_epi16(unsafe { _mm_loadu_si128(four.as_ptr().cast()) })
}

/// Four activations, four times.
#[inline]
#[target_feature(enable = "avx2")]
fn activations(x: &[i16; BLOCK], quad: usize) -> __m256i {
    let four: &[i16] = &x[quad * QUAD..][..QUAD];
    // SAFETY: the slice is of eight bytes, and this reads eight at any alignment.
    _mm256_set1_epi64x(unsafe { four.as_ptr().cast::<i64>().read_unaligned() })
}

#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn scales(scales: &GroupScales) -> __m256 {
    // SAFETY: the array is of sixteen bytes, and this reads sixteen at any alignment.
    let bits = _mm256_cvtepi16_epi32(unsafe { _mm_loadu_si128(scales.as_ptr().cast()) });
    let moved = _mm256_and_si256(_mm256_slli_epi32::<13>(bits), _mm256_set1_epi32(SCALE_BITS));
    _mm256_mul_ps(_mm256_castsi256_ps(moved), _mm256_set1_ps(F16_BIAS))
}

/// `sums` and the products of a block: each row's are in two neighbouring lanes, of `low` for the
/// first four rows and of `high` for the others.
#[inline]
#[target_feature(enable = "avx2")]
fn scaled(sums: __m256, low: __m256i, high: __m256i, scales: __m256, x_scale: f32) -> __m256 {
    // Rows 0, 1, 4, 5 and 2, 3, 6, 7.
    let pairs = _mm256_hadd_epi32(low, high);
    let products = _mm256_cvtepi32_ps(_mm256_permute4x64_epi64::<0b11_01_10_00>(pairs));
    let factors = _mm256_mul_ps(scales, _mm256_set1_ps(x_scale));
    _mm256_add_ps(sums, _mm256_mul_ps(products, factors))
}

#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn to_array(sums: __m256) -> [f32; GROUP] {
    let mut out = [0.0; GROUP];
    // SAFETY: the array is of eight floats, one vector, stored at any alignment.
    unsafe { _mm256_storeu_ps(out.as_mut_ptr(), sums) };
    out
}

#[target_feature(enable = "avx2")]
fn one(group: Group, token: Row) -> [f32; GROUP] {
    let mut sums = _mm256_setzero_ps();
    for (quants, bits, x, x_scale) in blocks(group, token) {
        let mut products = [_mm256_setzero_si256(); 2];
        for quad in 0..BLOCK / QUAD {
            let x = activations(x, quad);
            for (half, product) in products.iter_mut().enumerate() {
                let dot = _mm256_madd_epi16(weights(quants, quad, half * GROUP / 2), x);
                *product = _mm256_add_epi32(*product, dot);
            }
        }
        sums = scaled(sums, products[0], products[1], scales(bits), x_scale);
    }
    to_array(sums)
}

#[target_feature(enable = "avx2")]
fn tile(group: Group, tokens: [Row; TILE]) -> [[f32; GROUP]; TILE] {
    let mut sums = [_mm256_setzero_ps(); TILE];
    let [a, b, c, d] = tokens;
    let others = blocks(group, b).zip(blocks(group, c)).zip(blocks(group, d));
    for ((quants, bits, xa, sa), (((.., xb, sb), (.., xc, sc)), (.., xd, sd))) in
        blocks(group, a).zip(others)
    {
        let mut products = [[_mm256_setzero_si256(); 2]; TILE];
        for quad in 0..BLOCK / QUAD {
            let (low, high) = (weights(quants, quad, 0), weights(quants, quad, GROUP / 2));
            for (product, x) in products.iter_mut().zip([xa, xb, xc, xd]) {
                let x = activations(x, quad);
                product[0] = _mm256_add_epi32(product[0], _mm256_madd_epi16(low, x));
                product[1] = _mm256_add_epi32(product[1], _mm256_madd_epi16(high, x));
            }
        }
        let scales = scales(bits);
        for ((sum, [low, high]), x_scale) in sums.iter_mut().zip(products).zip([sa, sb, sc, sd]) {
            *sum = scaled(*sum, low, high, scales, x_scale);
        }
    }
    let mut out = [[0.0; GROUP]; TILE];
    for (sum, out) in sums.into_iter().zip(&mut out) {
        *out = to_array(sum);
    }
    out
}

impl Dot for Avx2 {
    fn one(&self, group: Group, token: Row) -> [f32; GROUP] {
        // SAFETY: that there is such a value says that the processor has AVX2.
        unsafe { one(group, token) }
    }

    fn tile(&self, group: Group, tokens: [Row; TILE]) -> [[f32; GROUP]; TILE] {
        // SAFETY: that there is such a value says that the processor has AVX2.
        unsafe { tile(group, tokens) }
    }
}
