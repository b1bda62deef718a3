//! Activations, quantised row by row before they meet the weights.

use crate::blocks::{self, BLOCK, LARGEST_OF_8};
use crate::dispatch::on_best_lanes;
use crate::lanes::Lanes;

/// Rows of activations in blocks of 32 with one scale each, rounded to -127 ... 127. Kept in 16 bits,
/// which the products without relaxed SIMD take, so that they are widened once and not once a row of
/// weights. Scales stay F32, unlike Q8_0's.
pub(super) struct Activations {
    quants: Vec<[i16; BLOCK]>,
    scales: Vec<f32>,
    /// Of each block's numbers: what products with weights that are stored without a sign are too
    /// large by, but for a factor.
    sums: Vec<i32>,
    /// The same in 8 bits, for instructions that take those. Empty until
    /// [`Activations::narrow`].
    narrow: Vec<[i8; BLOCK]>,
    blocks: usize,
}

/// One row of activations.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) quants: &'a [[i16; BLOCK]],
    pub(super) scales: &'a [f32],
    pub(super) sums: &'a [i32],
    /// Empty unless the activations have been narrowed.
    #[cfg_attr(
        not(any(target_arch = "x86_64", feature = "relaxed-simd")),
        allow(dead_code, reason = "not every kind of product asks for it")
    )]
    pub(super) narrow: &'a [[i8; BLOCK]],
}

impl Activations {
    /// Quantises rows of `columns`, a multiple of [`BLOCK`].
    pub(super) fn quantize(x: &[f32], columns: usize) -> Self {
        on_best_lanes!(quantize_with(x, columns))
    }

    pub(super) fn quantize_portably(x: &[f32], columns: usize) -> Self {
        quantize_with::<crate::lanes::Portable>(x, columns)
    }

    /// Makes the blocks of 8 bits as well.
    #[cfg_attr(
        not(any(target_arch = "x86_64", feature = "relaxed-simd")),
        allow(dead_code, reason = "not every kind of product asks for it")
    )]
    pub(super) fn narrowed(self) -> Self {
        let narrow = self.quants.iter().map(|block| block.map(|quant| quant as i8)).collect();
        Self { narrow, ..self }
    }

    #[inline(always)]
    pub(super) fn row(&self, row: usize) -> Row<'_> {
        let range = row * self.blocks..(row + 1) * self.blocks;
        Row {
            quants: &self.quants[range.clone()],
            scales: &self.scales[range.clone()],
            sums: &self.sums[range.clone()],
            narrow: self.narrow.get(range).unwrap_or_default(),
        }
    }
}

#[inline(always)]
fn quantize_with<L: Lanes>(x: &[f32], columns: usize) -> Activations {
    let rows = x.as_chunks::<BLOCK>().0;
    let mut quants = vec![[0; BLOCK]; rows.len()];
    let mut scales = vec![0.0; rows.len()];
    for ((x, quants), scale) in rows.iter().zip(&mut quants).zip(&mut scales) {
        *scale = blocks::round::<L>(x, LARGEST_OF_8, quants);
    }
    let sums = quants.iter().map(|block| block.iter().map(|&quant| i32::from(quant)).sum());
    let sums = sums.collect();
    Activations { quants, scales, sums, narrow: Vec::new(), blocks: columns / BLOCK }
}
