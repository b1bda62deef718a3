//! The kernels in plain Rust, for any processor: what the fast ones must equal, bit by bit.
//!
//! Each takes what its fast twin takes and panics where that does.

use crate::Tokens;
use crate::attention::{attend_cached, check_attention, write_with};
use crate::elementwise::gelu_new_with;
use crate::lanes::Portable;
use crate::norm::{
    check_layer_norm, largest_with, layer_norm_with, softmax_totals_with, softmax_with,
};
use crate::parts::Parts;
use crate::{Cache, Cached, CachedMut, Element, Packed, PackedFloats, Queries, SoftmaxTotals};

/// [`gelu_new`](crate::gelu_new()).
pub fn gelu_new(x: &mut [f32]) {
    gelu_new_with::<Portable>(x);
}

/// [`layer_norm`](crate::layer_norm).
pub fn layer_norm(x: &[f32], weight: &[f32], bias: &[f32], epsilon: f32, out: &mut [f32]) {
    check_layer_norm(x, weight, bias, out);
    layer_norm_with::<Portable>(x, weight, bias, epsilon, out);
}

/// [`softmax`](crate::softmax).
pub fn softmax(row: &mut [f32]) {
    softmax_with::<Portable>(row);
}

/// [`largest`](crate::largest).
pub fn largest(row: &[f32]) -> f32 {
    largest_with::<Portable>(row)
}

/// [`softmax_totals`](crate::softmax_totals).
pub fn softmax_totals(row: &[f32]) -> SoftmaxTotals {
    softmax_totals_with::<Portable>(row)
}

/// [`attention`](crate::attention()).
pub fn attention(queries: Queries, cache: Cache, keys: Cached, values: Cached, out: &mut [f32]) {
    check_attention(&queries, &cache, out);
    attend_cached::<Portable>(queries, cache, 0..cache.heads, keys, values, Parts::new(out));
}

/// [`Cache::write`].
pub fn write(layout: Cache, tokens: Tokens, column: usize, cache: CachedMut) {
    write_with::<Portable>(layout, tokens, column, cache);
}

/// [`Packed::multiply`].
pub fn multiply<const BITS: usize>(
    weights: &Packed<BITS>,
    x: &[f32],
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    weights.multiply_portably(x, bias, y);
}

/// [`PackedFloats::multiply`].
pub fn multiply_floats(
    weights: &PackedFloats<impl Element>,
    x: &[f32],
    bias: Option<&[f32]>,
    y: &mut [f32],
) {
    weights.multiply_portably(x, bias, y);
}
