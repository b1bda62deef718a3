//! Matrices of 8-bit weights, ggml's Q8_0, laid out so that one load of the activations serves
//! eight rows.
//!
//! The rows are taken in groups of eight. Of a group, 32 columns lie together: for each four
//! columns the four weights of the first row, of the second, and so on. So 16 bytes are four
//! columns of four rows, what the dot products of every kind of SIMD (relaxed ones too) take
//! at once. The layout takes as many bytes as Q8_0 itself, but for rows that fill up the last
//! group.

mod activations;
#[cfg(target_arch = "x86_64")]
mod avx2;
mod portable;
mod product;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;
#[cfg(target_arch = "x86_64")]
mod vnni;

use half::f16;
use std::fmt;

/// Weights that share a scale.
pub const BLOCK: usize = 32;

/// Bytes of a block in ggml's layout: the scale as F16, then the weights.
pub const BLOCK_BYTES: usize = 2 + BLOCK;

/// Rows that are taken together.
const GROUP: usize = 8;

/// Columns of a row that lie together.
const QUAD: usize = 4;

/// One block of each row of a group.
type GroupQuants = [i8; GROUP * BLOCK];

/// The scales of one block of each row of a group, as the bits of F16.
type GroupScales = [u16; GROUP];

/// A matrix `[rows, columns]` in Q8_0.
#[derive(Clone)]
pub struct PackedQ8 {
    rows: usize,
    columns: usize,
    /// Group by group, and in each block by block.
    quants: Vec<GroupQuants>,
    scales: Vec<GroupScales>,
}

/// What is wrong with the shape of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// Rows must be whole blocks; these have so many columns.
    Columns(usize),
    /// The data are not as long as the shape says.
    Length {
        /// Elements or bytes that the shape asks for.
        expected: usize,
        /// Those that there are.
        found: usize,
    },
    /// A scale is infinite or not a number, or does not fit into F16.
    Scale,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Columns(columns) => {
                write!(f, "rows of {columns} are not whole blocks of {BLOCK}")
            }
            Self::Length { expected, found } => {
                write!(f, "the matrix is {found} long; its shape says {expected}")
            }
            Self::Scale => f.write_str("the scale of a block is not a number in the range of F16"),
        }
    }
}

impl std::error::Error for Error {}

impl PackedQ8 {
    /// Repacks a matrix in ggml's layout: its rows one after the other, blocks of
    /// [`BLOCK_BYTES`].
    ///
    /// # Errors
    /// If rows are not whole blocks, the bytes not as many as the shape says, or a scale not
    /// finite.
    pub fn from_blocks(rows: usize, columns: usize, bytes: &[u8]) -> Result<Self, Error> {
        let mut packed = Self::zeros(rows, columns)?;
        let blocks = columns / BLOCK;
        check_length(rows.saturating_mul(blocks).saturating_mul(BLOCK_BYTES), bytes.len())?;
        for (index, block) in bytes.as_chunks::<BLOCK_BYTES>().0.iter().enumerate() {
            let mut quants = [0; BLOCK];
            for (quant, &byte) in quants.iter_mut().zip(&block[2..]) {
                *quant = byte.cast_signed();
            }
            let scale = u16::from_le_bytes([block[0], block[1]]);
            packed.put(index / blocks, index % blocks, scale, &quants)?;
        }
        Ok(packed)
    }

    /// Quantises a matrix, with ggml's rounding.
    ///
    /// # Errors
    /// If rows are not whole blocks, the values not as many as the shape says, or so large that
    /// their scale is not finite.
    pub fn quantize(rows: usize, columns: usize, values: &[f32]) -> Result<Self, Error> {
        let mut packed = Self::zeros(rows, columns)?;
        let blocks = columns / BLOCK;
        check_length(rows.saturating_mul(columns), values.len())?;
        for (index, values) in values.as_chunks::<BLOCK>().0.iter().enumerate() {
            let scale = values.iter().fold(0.0, |max: f32, x| max.max(x.abs())) / 127.0;
            let inverse = if scale == 0.0 { 0.0 } else { 1.0 / scale };
            let quants = values.map(|value| (value * inverse).round() as i8);
            packed.put(index / blocks, index % blocks, f16::from_f32(scale).to_bits(), &quants)?;
        }
        Ok(packed)
    }

    fn zeros(rows: usize, columns: usize) -> Result<Self, Error> {
        if columns == 0 || !columns.is_multiple_of(BLOCK) {
            return Err(Error::Columns(columns));
        }
        let blocks = rows.div_ceil(GROUP) * (columns / BLOCK);
        let quants = vec![[0; GROUP * BLOCK]; blocks];
        Ok(Self { rows, columns, quants, scales: vec![[0; GROUP]; blocks] })
    }

    /// Puts a block of a row into its place.
    fn put(
        &mut self,
        row: usize,
        block: usize,
        scale: u16,
        quants: &[i8; BLOCK],
    ) -> Result<(), Error> {
        if !f16::from_bits(scale).is_finite() {
            return Err(Error::Scale);
        }
        let (index, row) = self.place(row, block);
        self.scales[index][row] = scale;
        for (quad, values) in quants.as_chunks::<QUAD>().0.iter().enumerate() {
            let at = (quad * GROUP + row) * QUAD;
            self.quants[index][at..at + QUAD].copy_from_slice(values);
        }
        Ok(())
    }

    /// Which of the groups' blocks a row's block lies in, and which row of the group it is.
    fn place(&self, row: usize, block: usize) -> (usize, usize) {
        (row / GROUP * (self.columns / BLOCK) + block, row % GROUP)
    }

    /// Number of rows: the outputs of a linear layer, the entries of an embedding.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns: the inputs.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Bytes that it takes in memory.
    pub fn bytes(&self) -> usize {
        size_of_val(self.quants.as_slice()) + size_of_val(self.scales.as_slice())
    }

    /// Unpacks one row.
    ///
    /// # Panics
    /// If there is no such row, or `out` is not of a row's length.
    pub fn row(&self, row: usize, out: &mut [f32]) {
        assert!(row < self.rows && out.len() == self.columns);
        for (block, out) in out.as_chunks_mut::<BLOCK>().0.iter_mut().enumerate() {
            let (index, row) = self.place(row, block);
            let scale = scale(self.scales[index][row]);
            for (quad, out) in out.as_chunks_mut::<QUAD>().0.iter_mut().enumerate() {
                let at = (quad * GROUP + row) * QUAD;
                for (out, &quant) in out.iter_mut().zip(&self.quants[index][at..at + QUAD]) {
                    *out = f32::from(quant) * scale;
                }
            }
        }
    }

    /// The blocks of a group.
    #[inline(always)]
    fn group(&self, group: usize) -> Group<'_> {
        let blocks = self.columns / BLOCK;
        let range = group * blocks..(group + 1) * blocks;
        Group { quants: &self.quants[range.clone()], scales: &self.scales[range] }
    }
}

impl fmt::Debug for PackedQ8 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PackedQ8[{}, {}]", self.rows, self.columns)
    }
}

/// Eight rows of a matrix, in blocks.
#[derive(Clone, Copy)]
struct Group<'a> {
    quants: &'a [GroupQuants],
    scales: &'a [GroupScales],
}

/// 2^112: what the bits of an F16, moved to those of an F32, are too small by.
const F16_BIAS: f32 = f32::from_bits((127 + 112) << 23);

/// A scale from the bits of an F16, in the way that vectors can do it: right for every finite one.
fn scale(bits: u16) -> f32 {
    let moved = (i32::from(bits.cast_signed()) << 13) & SCALE_BITS;
    f32::from_bits(moved.cast_unsigned()) * F16_BIAS
}

/// The sign and the 15 bits below it, after a sign-extended F16 has been moved up by 13.
const SCALE_BITS: i32 = 0x8fff_e000_u32.cast_signed();

fn check_length(expected: usize, found: usize) -> Result<(), Error> {
    if expected == found { Ok(()) } else { Err(Error::Length { expected, found }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finite_scale_is_that_of_f16() {
        for bits in 0..=u16::MAX {
            let expected = f16::from_bits(bits);
            if expected.is_finite() {
                assert_eq!(scale(bits).to_bits(), expected.to_f32().to_bits(), "{bits:#x}");
            }
        }
    }

    #[test]
    fn shapes_that_do_not_fit_are_refused() {
        assert_eq!(PackedQ8::quantize(2, 48, &[0.0; 96]).unwrap_err(), Error::Columns(48));
        assert_eq!(PackedQ8::quantize(2, 0, &[]).unwrap_err(), Error::Columns(0));
        let error = PackedQ8::from_blocks(2, 32, &[0; 34]).unwrap_err();
        assert_eq!(error, Error::Length { expected: 68, found: 34 });
        assert_eq!(error.to_string(), "the matrix is 34 long; its shape says 68");
    }

    #[test]
    fn scales_that_are_not_finite_are_refused() {
        for bits in [0x7c00_u16, 0xfc00, 0x7e00] {
            let mut block = [1; BLOCK_BYTES];
            block[..2].copy_from_slice(&bits.to_le_bytes());
            assert_eq!(PackedQ8::from_blocks(1, BLOCK, &block).unwrap_err(), Error::Scale);
        }
        for value in [f32::INFINITY, 1e8] {
            assert_eq!(PackedQ8::quantize(1, BLOCK, &[value; BLOCK]).unwrap_err(), Error::Scale);
        }
    }
}
