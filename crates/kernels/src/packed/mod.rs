//! Matrices of 8-bit and 4-bit weights, ggml's Q8_0 and Q4_0, laid out so that one load of the
//! activations serves eight rows.
//!
//! The rows are taken in groups of eight. Of a group, 32 columns lie together: for each four
//! columns the four weights of the first row, of the second, and so on. So 16 bytes of Q8_0 are
//! four columns of four rows, what the dot products of every kind of SIMD (relaxed ones too) take
//! at once. In Q4_0 a byte's lower half is the weight that Q8_0 has there, and its upper half the
//! one 16 columns later. The layout takes as many bytes as ggml's own, but for rows that fill up
//! the last group.

mod activations;
#[cfg(target_arch = "x86_64")]
mod avx2;
mod portable;
mod product;
#[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
mod relaxed;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;
#[cfg(target_arch = "x86_64")]
mod vnni;

use crate::blocks::BLOCK;
use crate::lanes::half_to_f32 as scale;
use half::f16;
use std::fmt;

/// Rows that are taken together.
const GROUP: usize = 8;

/// Columns of a row that lie together.
const QUAD: usize = 4;

/// The scales of one block of each row of a group, as the bits of F16.
type GroupScales = [u16; GROUP];

/// A matrix `[rows, columns]` of weights of 8 or 4 bits.
#[derive(Clone)]
pub struct Packed<const BITS: usize> {
    rows: usize,
    columns: usize,
    /// Group by group, and in each block by block.
    quants: Vec<u8>,
    scales: Vec<GroupScales>,
}

/// A matrix in Q8_0.
pub type PackedQ8 = Packed<8>;

/// A matrix in Q4_0.
pub type PackedQ4 = Packed<4>;

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
    /// A weight is infinite or not a number, or does not fit into F16.
    Value,
    /// There is not so much memory.
    Memory,
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
            Self::Value => f.write_str("a weight is not a number in the range of its type"),
            Self::Memory => f.write_str("there is not enough memory for the matrix"),
        }
    }
}

impl std::error::Error for Error {}

impl<const BITS: usize> Packed<BITS> {
    /// Bytes of a block in ggml's layout: the scale as F16, then the weights.
    pub const BLOCK_BYTES: usize = 2 + BLOCK * BITS / 8;

    /// Bytes of one block of each row of a group.
    const GROUP_BYTES: usize = GROUP * BLOCK * BITS / 8;

    /// What is added to a weight to store it without a sign; Q8_0 stores the sign.
    const OFFSET: i32 = if BITS == 4 { 8 } else { 0 };

    /// A matrix of zeros, to be filled in pieces as they arrive.
    ///
    /// # Errors
    /// If rows are not whole blocks, or memory is short.
    pub fn zeros(rows: usize, columns: usize) -> Result<Self, Error> {
        const { assert!(BITS == 8 || BITS == 4) };
        if columns == 0 || !columns.is_multiple_of(BLOCK) {
            return Err(Error::Columns(columns));
        }
        let blocks = rows.div_ceil(GROUP) * (columns / BLOCK);
        // The scale of a block of zeros says nothing; their codes must be those of zero.
        let zero = if BITS == 4 { 0x88 } else { 0 };
        let quants = filled(zero, blocks.saturating_mul(Self::GROUP_BYTES))?;
        Ok(Self { rows, columns, quants, scales: filled([0; GROUP], blocks)? })
    }

    /// Repacks a matrix in ggml's layout, as [`Packed::set_stored`] does.
    ///
    /// # Errors
    /// If rows are not whole blocks, the bytes not as many as the shape says, or a scale not
    /// finite.
    pub fn from_blocks(rows: usize, columns: usize, bytes: &[u8]) -> Result<Self, Error> {
        let mut packed = Self::zeros(rows, columns)?;
        let blocks = rows.saturating_mul(columns / BLOCK);
        check_length(blocks.saturating_mul(Self::BLOCK_BYTES), bytes.len())?;
        packed.set_stored(0, bytes)?;
        Ok(packed)
    }

    /// Quantises a matrix, as [`Packed::set_rows`] does.
    ///
    /// # Errors
    /// If rows are not whole blocks, the values not as many as the shape says, or so large that
    /// their scale is not finite.
    pub fn quantize(rows: usize, columns: usize, values: &[f32]) -> Result<Self, Error> {
        let mut packed = Self::zeros(rows, columns)?;
        check_length(rows.saturating_mul(columns), values.len())?;
        packed.set_rows(0, values)?;
        Ok(packed)
    }

    /// Takes whole rows in ggml's layout, one after the other from row `first` on: blocks of
    /// [`Self::BLOCK_BYTES`].
    ///
    /// # Errors
    /// If the bytes are not whole rows, go beyond the last, or a scale is not finite.
    pub fn set_stored(&mut self, first: usize, bytes: &[u8]) -> Result<(), Error> {
        let of_row = self.columns / BLOCK * Self::BLOCK_BYTES;
        self.check_rows(first, bytes.len(), of_row)?;
        for (row, bytes) in (first..).zip(bytes.chunks_exact(of_row)) {
            for (block, bytes) in bytes.chunks_exact(Self::BLOCK_BYTES).enumerate() {
                let (scale, quants) = bytes.split_at(2);
                let scale = u16::from_le_bytes([scale[0], scale[1]]);
                let quads = self.put_scale(row, block, scale)?;
                // What ggml has in the halves of a byte, this layout has there too.
                for (place, quad) in quads.zip(quants.as_chunks::<QUAD>().0) {
                    *place = *quad;
                }
            }
        }
        Ok(())
    }

    /// Quantises whole rows, one after the other from row `first` on, with ggml's rounding.
    ///
    /// # Errors
    /// If the values are not whole rows, go beyond the last, or are so large that their scale is
    /// not finite.
    pub fn set_rows(&mut self, first: usize, values: &[f32]) -> Result<(), Error> {
        self.check_rows(first, values.len(), self.columns)?;
        let blocks = self.columns / BLOCK;
        for (index, values) in values.as_chunks::<BLOCK>().0.iter().enumerate() {
            self.put_values(first + index / blocks, index % blocks, values)?;
        }
        Ok(())
    }

    /// Quantises whole columns, one after the other from column `first` on, as a matrix that is
    /// stored transposed brings them: `[columns, rows]`, in whole blocks of [`BLOCK`] columns.
    ///
    /// # Errors
    /// As [`Packed::set_rows`].
    pub fn set_columns(&mut self, first: usize, values: &[f32]) -> Result<(), Error> {
        let block = BLOCK * self.rows;
        let count = values.len().checked_div(block).unwrap_or(0) * BLOCK;
        let fits = first.is_multiple_of(BLOCK) && first + count <= self.columns;
        if !fits || count * self.rows != values.len() {
            let expected = self.columns.saturating_sub(first) * self.rows;
            return Err(Error::Length { expected, found: values.len() });
        }
        for (index, columns) in values.chunks_exact(block.max(1)).enumerate() {
            for row in 0..self.rows {
                let values = std::array::from_fn(|column| columns[column * self.rows + row]);
                self.put_values(row, first / BLOCK + index, &values)?;
            }
        }
        Ok(())
    }

    fn check_rows(&self, first: usize, found: usize, of_row: usize) -> Result<(), Error> {
        let expected = self.rows.saturating_sub(first) * of_row;
        let fits = found.is_multiple_of(of_row) && found <= expected;
        if fits { Ok(()) } else { Err(Error::Length { expected, found }) }
    }

    fn put_values(&mut self, row: usize, block: usize, values: &[f32; BLOCK]) -> Result<(), Error> {
        let (scale, quants) = if BITS == 4 { to_4_bits(values) } else { to_8_bits(values) };
        self.put(row, block, f16::from_f32(scale).to_bits(), &quants)
    }

    /// Puts a block of a row into its place.
    fn put(
        &mut self,
        row: usize,
        block: usize,
        scale: u16,
        quants: &[i8; BLOCK],
    ) -> Result<(), Error> {
        let stored = |column: usize| (i32::from(quants[column]) + Self::OFFSET) as u8;
        for (quad, place) in self.put_scale(row, block, scale)?.enumerate() {
            for (column, byte) in (quad * QUAD..).zip(place) {
                *byte = stored(column);
                if BITS == 4 {
                    *byte |= stored(column + BLOCK / 2) << 4;
                }
            }
        }
        Ok(())
    }

    /// Puts the scale of a row's block into its place, and gives the places of its weights.
    #[inline(always)]
    fn put_scale(
        &mut self,
        row: usize,
        block: usize,
        scale: u16,
    ) -> Result<impl Iterator<Item = &mut [u8; QUAD]>, Error> {
        if !f16::from_bits(scale).is_finite() {
            return Err(Error::Scale);
        }
        let (index, row) = self.place(row, block);
        self.scales[index][row] = scale;
        let bytes = &mut self.quants[index * Self::GROUP_BYTES..][..Self::GROUP_BYTES];
        Ok(bytes.as_chunks_mut::<QUAD>().0.iter_mut().skip(row).step_by(GROUP))
    }

    /// The byte of a group's block in which a row's weight lies.
    const fn byte_of(row: usize, column: usize) -> usize {
        let column = if BITS == 4 { column % (BLOCK / 2) } else { column };
        (column / QUAD * GROUP + row) * QUAD + column % QUAD
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
            let bytes = &self.quants[index * Self::GROUP_BYTES..][..Self::GROUP_BYTES];
            for (column, out) in out.iter_mut().enumerate() {
                *out = f32::from(weight::<BITS>(bytes, row, column)) * scale;
            }
        }
    }

    /// Writes one row in ggml's layout: the same bytes that [`Packed::set_stored`] takes.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn extend_with_stored(&self, row: usize, out: &mut Vec<u8>) {
        assert!(row < self.rows);
        let start = out.len();
        out.resize(start + self.columns / BLOCK * Self::BLOCK_BYTES, 0);
        let stored = out[start..].chunks_exact_mut(Self::BLOCK_BYTES);
        for (block, stored) in stored.enumerate() {
            let (index, row) = self.place(row, block);
            let (scale, quants) = stored.split_at_mut(2);
            scale.copy_from_slice(&self.scales[index][row].to_le_bytes());
            let bytes = &self.quants[index * Self::GROUP_BYTES..][..Self::GROUP_BYTES];
            let quads = bytes.as_chunks::<QUAD>().0.iter().skip(row).step_by(GROUP);
            // What ggml has in the halves of a byte, this layout has there too.
            for (stored, quad) in quants.as_chunks_mut::<QUAD>().0.iter_mut().zip(quads) {
                *stored = *quad;
            }
        }
    }

    /// The blocks of a group.
    #[inline(always)]
    fn group(&self, group: usize) -> Group<'_, BITS> {
        let blocks = self.columns / BLOCK;
        let (first, last) = (group * blocks, (group + 1) * blocks);
        Group {
            quants: &self.quants[first * Self::GROUP_BYTES..last * Self::GROUP_BYTES],
            scales: &self.scales[first..last],
        }
    }
}

/// A weight of a group's block.
#[inline(always)]
fn weight<const BITS: usize>(block: &[u8], row: usize, column: usize) -> i8 {
    let byte = block[Packed::<BITS>::byte_of(row, column)];
    if BITS == 4 { nibble(byte, column) as i8 - 8 } else { byte.cast_signed() }
}

/// The half of a byte of Q4_0 that holds the weight of a column of its block.
#[inline(always)]
const fn nibble(byte: u8, column: usize) -> u8 {
    if column < BLOCK / 2 { byte & 0x0f } else { byte >> 4 }
}

/// A block in Q8_0: its scale and weights.
fn to_8_bits(values: &[f32; BLOCK]) -> (f32, [i8; BLOCK]) {
    let scale = values.iter().fold(0.0, |max: f32, x| max.max(x.abs())) / 127.0;
    let inverse = if scale == 0.0 { 0.0 } else { 1.0 / scale };
    (scale, values.map(|value| (value * inverse).round() as i8))
}

/// A block in Q4_0: the weight that is farthest from zero becomes -8.
fn to_4_bits(values: &[f32; BLOCK]) -> (f32, [i8; BLOCK]) {
    let farthest =
        values.iter().fold(0.0, |max: f32, &x| if x.abs() > max.abs() { x } else { max });
    let scale = farthest / -8.0;
    let inverse = if scale == 0.0 { 0.0 } else { 1.0 / scale };
    // Rounds as ggml does: half a step is added, and the rest cut off.
    (scale, values.map(|value| ((value * inverse + 8.5) as i8).min(15) - 8))
}

impl<const BITS: usize> fmt::Debug for Packed<BITS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PackedQ{BITS}[{}, {}]", self.rows, self.columns)
    }
}

/// Eight rows of a matrix, in blocks.
#[derive(Clone, Copy)]
struct Group<'a, const BITS: usize> {
    quants: &'a [u8],
    scales: &'a [GroupScales],
}

impl<'a, const BITS: usize> Group<'a, BITS> {
    /// Its blocks: the weights' bytes and the scales.
    #[inline(always)]
    fn blocks(self) -> impl Iterator<Item = (&'a [u8], &'a GroupScales)> {
        self.quants.chunks_exact(Packed::<BITS>::GROUP_BYTES).zip(self.scales)
    }
}

/// So many equal elements; where memory is short, an error in place of an abort.
pub(crate) fn filled<T: Clone>(value: T, length: usize) -> Result<Vec<T>, Error> {
    let mut elements = Vec::new();
    elements.try_reserve_exact(length).map_err(|_| Error::Memory)?;
    elements.resize(length, value);
    Ok(elements)
}

fn check_length(expected: usize, found: usize) -> Result<(), Error> {
    if expected == found { Ok(()) } else { Err(Error::Length { expected, found }) }
}

#[cfg(test)]
mod tests;
