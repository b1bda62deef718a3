//! The products with the 256-bit vectors of x86-64 processors.

#![allow(unsafe_code, reason = "vector loads take pointers, and not every processor has AVX2")]

use super::activations::Row;
use super::product::{Block, Dot, TILE, blocks};
use super::{BLOCK, GROUP, Group, GroupScales, Packed, QUAD};
use crate::lanes::halves;
use core::arch::x86_64::*;

/// Products with 256-bit vectors. There is one only where the processor has them.
pub(super) struct Avx2(());

impl Avx2 {
    /// `None` if the processor has no AVX2.
    pub(super) fn detect() -> Option<Self> {
        crate::dispatch::has_avx2().then_some(Self(()))
    }
}

/// Quads of a block whose weights are in bytes of their own; in Q4_0 the others are in the upper
/// halves of the same bytes.
const LOWER_QUADS: usize = BLOCK / QUAD / 2;

/// Four weights of four rows each, widened: those from `row` on, for the columns from `quad * QUAD`
/// on. Of Q4_0 as they are stored, without a sign.
#[inline]
#[target_feature(enable = "avx2")]
fn weights<const BITS: usize>(bytes: &[u8], quad: usize, row: usize) -> __m256i {
    let at = if BITS == 4 { quad % LOWER_QUADS } else { quad };
    let four: &[u8] = &bytes[(at * GROUP + row) * QUAD..][..4 * QUAD];
    // SAFETY: the slice is of sixteen bytes, and this reads sixteen at any alignment.
    let stored = unsafe { _mm_loadu_si128(four.as_ptr().cast()) };
    if BITS == 8 {
        return _mm256_cvtepi8_epi16(stored);
    }
    let moved = if quad < LOWER_QUADS { stored } else { _mm_srli_epi16::<4>(stored) };
    _mm256_cvtepu8_epi16(_mm_and_si128(moved, _mm_set1_epi8(0x0f)))
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
    halves(unsafe { _mm_loadu_si128(scales.as_ptr().cast()) })
}

/// `sums` and the products of a block: each row's are in two neighbouring lanes, of `low` for the
/// first four rows and of `high` for the others.
#[inline]
#[target_feature(enable = "avx2")]
fn scaled<const BITS: usize>(
    sums: __m256,
    low: __m256i,
    high: __m256i,
    scales: __m256,
    x: Block,
) -> __m256 {
    // Rows 0, 1, 4, 5 and 2, 3, 6, 7.
    let pairs = _mm256_hadd_epi32(low, high);
    let stored = _mm256_permute4x64_epi64::<0b11_01_10_00>(pairs);
    let surplus = _mm256_set1_epi32(Packed::<BITS>::OFFSET * x.sum);
    let products = _mm256_cvtepi32_ps(_mm256_sub_epi32(stored, surplus));
    let factors = _mm256_mul_ps(scales, _mm256_set1_ps(x.scale));
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
fn one<const BITS: usize>(group: Group<BITS>, token: Row) -> [f32; GROUP] {
    let mut sums = _mm256_setzero_ps();
    for (bytes, bits, x) in blocks(group, token) {
        let mut products = [_mm256_setzero_si256(); 2];
        for quad in 0..BLOCK / QUAD {
            let x = activations(x.quants, quad);
            for (half, product) in products.iter_mut().enumerate() {
                let weights = weights::<BITS>(bytes, quad, half * GROUP / 2);
                *product = _mm256_add_epi32(*product, _mm256_madd_epi16(weights, x));
            }
        }
        sums = scaled::<BITS>(sums, products[0], products[1], scales(bits), x);
    }
    to_array(sums)
}

#[target_feature(enable = "avx2")]
fn tile<const BITS: usize>(group: Group<BITS>, tokens: [Row; TILE]) -> [[f32; GROUP]; TILE] {
    let mut sums = [_mm256_setzero_ps(); TILE];
    let [a, b, c, d] = tokens;
    let others = blocks(group, b).zip(blocks(group, c)).zip(blocks(group, d));
    for ((bytes, bits, a), (((.., b), (.., c)), (.., d))) in blocks(group, a).zip(others) {
        let mut products = [[_mm256_setzero_si256(); 2]; TILE];
        for quad in 0..BLOCK / QUAD {
            let low = weights::<BITS>(bytes, quad, 0);
            let high = weights::<BITS>(bytes, quad, GROUP / 2);
            for (product, x) in products.iter_mut().zip([a, b, c, d]) {
                let x = activations(x.quants, quad);
                product[0] = _mm256_add_epi32(product[0], _mm256_madd_epi16(low, x));
                product[1] = _mm256_add_epi32(product[1], _mm256_madd_epi16(high, x));
            }
        }
        let scales = scales(bits);
        for ((sum, [low, high]), x) in sums.iter_mut().zip(products).zip([a, b, c, d]) {
            *sum = scaled::<BITS>(*sum, low, high, scales, x);
        }
    }
    let mut out = [[0.0; GROUP]; TILE];
    for (sum, out) in sums.into_iter().zip(&mut out) {
        *out = to_array(sum);
    }
    out
}

impl Dot for Avx2 {
    fn one<const BITS: usize>(&self, group: Group<BITS>, token: Row) -> [f32; GROUP] {
        // SAFETY: that there is such a value says that the processor has AVX2.
        unsafe { one(group, token) }
    }

    fn tile<const BITS: usize>(
        &self,
        group: Group<BITS>,
        tokens: [Row; TILE],
    ) -> [[f32; GROUP]; TILE] {
        // SAFETY: that there is such a value says that the processor has AVX2.
        unsafe { tile(group, tokens) }
    }
}
