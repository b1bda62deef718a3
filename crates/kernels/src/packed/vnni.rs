//! The products with the 8-bit dot products of newer x86-64 processors, AVX-512's VNNI, in 256-bit
//! vectors.

#![allow(unsafe_code, reason = "vector loads take pointers, and few processors have VNNI")]

use super::activations::Row;
use super::avx2::{scales, to_array};
use super::product::{Dot, TILE};
use super::{BLOCK, GROUP, Group, QUAD};
use core::arch::x86_64::*;

/// Products with 8-bit dot products. There is one only where the processor has them.
pub(super) struct Vnni(());

impl Vnni {
    /// `None` if the processor has no VNNI.
    pub(super) fn detect() -> Option<Self> {
        let found = crate::dispatch::has_avx2()
            && std::arch::is_x86_feature_detected!("avx512vnni")
            && std::arch::is_x86_feature_detected!("avx512vl");
        found.then_some(Self(()))
    }
}

/// What weights are too large by: the instruction takes one operand without a sign.
const fn offset(bits: usize) -> i32 {
    if bits == 4 { 8 } else { 128 }
}

/// Four weights of each row, without a sign.
#[inline]
#[target_feature(enable = "avx2")]
fn weights<const BITS: usize>(bytes: &[u8], quad: usize) -> __m256i {
    let lower = BLOCK / QUAD / 2;
    let at = if BITS == 4 { quad % lower } else { quad };
    let rows: &[u8] = &bytes[at * GROUP * QUAD..][..GROUP * QUAD];
    // SAFETY: the slice is of 32 bytes, and this reads 32 at any alignment.
    let stored = unsafe { _mm256_loadu_si256(rows.as_ptr().cast()) };
    if BITS == 8 {
        return _mm256_xor_si256(stored, _mm256_set1_epi8(i8::MIN));
    }
    // A byte of Q4_0 holds two weights, half a block apart.
    let moved = if quad < lower { stored } else { _mm256_srli_epi16::<4>(stored) };
    _mm256_and_si256(moved, _mm256_set1_epi8(0x0f))
}

/// Four activations, eight times.
#[inline]
#[target_feature(enable = "avx2")]
fn activations(x: &[i8; BLOCK], quad: usize) -> __m256i {
    let four: &[i8] = &x[quad * QUAD..][..QUAD];
    // SAFETY: the slice is of four bytes, and this reads four at any alignment.
    _mm256_set1_epi32(unsafe { four.as_ptr().cast::<i32>().read_unaligned() })
}

/// The products of a group's rows with each of some tokens. What the weights are too large by is
/// taken from the sums beforehand.
#[inline]
#[target_feature(enable = "avx2,avx512vnni,avx512vl")]
fn products<const BITS: usize, const TOKENS: usize>(
    group: Group<BITS>,
    rows: [Row; TOKENS],
) -> [[f32; GROUP]; TOKENS] {
    let mut sums = [_mm256_setzero_ps(); TOKENS];
    for (block, (bytes, bits)) in group.blocks().enumerate() {
        let x: [&[i8; BLOCK]; TOKENS] = rows.map(|row| &row.narrow[block]);
        // Two sums for each token: the instruction takes several cycles.
        let mut even = rows.map(|row| _mm256_set1_epi32(-offset(BITS) * row.sums[block]));
        let mut odd = [_mm256_setzero_si256(); TOKENS];
        for quad in (0..BLOCK / QUAD).step_by(2) {
            let (first, second) = (weights::<BITS>(bytes, quad), weights::<BITS>(bytes, quad + 1));
            for (token, x) in x.iter().enumerate() {
                let (a, b) = (activations(x, quad), activations(x, quad + 1));
                even[token] = _mm256_dpbusd_epi32(even[token], first, a);
                odd[token] = _mm256_dpbusd_epi32(odd[token], second, b);
            }
        }
        let scales = scales(bits);
        for (token, sum) in sums.iter_mut().enumerate() {
            let products = _mm256_cvtepi32_ps(_mm256_add_epi32(even[token], odd[token]));
            let factors = _mm256_mul_ps(scales, _mm256_set1_ps(rows[token].scales[block]));
            *sum = _mm256_add_ps(*sum, _mm256_mul_ps(products, factors));
        }
    }
    sums.map(|sum| to_array(sum))
}

#[target_feature(enable = "avx2,avx512vnni,avx512vl")]
fn one<const BITS: usize>(group: Group<BITS>, token: Row) -> [f32; GROUP] {
    let [sums] = products(group, [token]);
    sums
}

#[target_feature(enable = "avx2,avx512vnni,avx512vl")]
fn tile<const BITS: usize>(group: Group<BITS>, tokens: [Row; TILE]) -> [[f32; GROUP]; TILE] {
    products(group, tokens)
}

impl Dot for Vnni {
    fn one<const BITS: usize>(&self, group: Group<BITS>, token: Row) -> [f32; GROUP] {
        // SAFETY: that there is such a value says that the processor has the features.
        unsafe { one(group, token) }
    }

    fn tile<const BITS: usize>(
        &self,
        group: Group<BITS>,
        tokens: [Row; TILE],
    ) -> [[f32; GROUP]; TILE] {
        // SAFETY: that there is such a value says that the processor has the features.
        unsafe { tile(group, tokens) }
    }
}
