//! What every packed matrix can do, whatever its numbers are kept in.

use crate::packed::Error;
use crate::{Element, Packed, PackedF16, PackedF32, PackedFloats, PackedQ4, PackedQ8};
use std::fmt;

/// What the numbers of a packed matrix are kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// 32-bit floats.
    F32,
    /// 16-bit floats.
    F16,
    /// 8-bit integers, a scale for each [`BLOCK`](crate::BLOCK): ggml's Q8_0.
    Q8,
    /// 4-bit integers, a scale for each [`BLOCK`](crate::BLOCK): ggml's Q4_0.
    Q4,
}

impl Numbers {
    /// A matrix of zeros, to be filled. Made here and not by whoever uses it, so that the code for
    /// each type is compiled in this crate, as it is set up for it: generic code is compiled by
    /// the crate that names the type.
    ///
    /// # Errors
    /// If rows are not whole blocks, or have no columns; if memory is short.
    pub fn zeros(self, rows: usize, columns: usize) -> Result<Box<dyn PackedMatrix>, Error> {
        Ok(match self {
            Self::F32 => Box::new(PackedF32::zeros(rows, columns)?),
            Self::F16 => Box::new(PackedF16::zeros(rows, columns)?),
            Self::Q8 => Box::new(PackedQ8::zeros(rows, columns)?),
            Self::Q4 => Box::new(PackedQ4::zeros(rows, columns)?),
        })
    }
}

/// A matrix `[rows, columns]` in the order that the kernels read it in.
pub trait PackedMatrix: fmt::Debug + Send + Sync {
    /// Number of rows: the outputs of a linear layer, the entries of an embedding.
    fn rows(&self) -> usize;

    /// Number of columns: the inputs.
    fn columns(&self) -> usize;

    /// Bytes that it takes in memory.
    fn bytes(&self) -> usize;

    /// Unpacks one row.
    ///
    /// # Panics
    /// If there is no such row, or `out` is not of a row's length.
    fn row(&self, row: usize, out: &mut [f32]);

    /// `x` times the transpose of the matrix, plus the bias: `[tokens, columns]` to
    /// `[tokens, rows]`.
    ///
    /// # Panics
    /// If the lengths do not fit together.
    fn multiply(&self, x: &[f32], bias: Option<&[f32]>, y: &mut [f32]);

    /// Takes whole rows from row `first` on.
    ///
    /// # Errors
    /// If the values are not whole rows, go beyond the last, or cannot be kept in its numbers.
    fn set_rows(&mut self, first: usize, values: &[f32]) -> Result<(), Error>;

    /// Takes whole columns, a multiple of [`BLOCK`](crate::BLOCK), from column `first` on:
    /// `[columns, rows]`.
    ///
    /// # Errors
    /// The same.
    fn set_columns(&mut self, first: usize, values: &[f32]) -> Result<(), Error>;

    /// Takes whole rows from row `first` on, as ggml stores them in these numbers.
    ///
    /// # Errors
    /// The same.
    fn set_stored(&mut self, first: usize, bytes: &[u8]) -> Result<(), Error>;

    /// Writes one row as ggml stores it: the bytes that [`set_stored`](Self::set_stored) takes.
    ///
    /// # Panics
    /// If there is no such row.
    fn extend_with_stored(&self, row: usize, out: &mut Vec<u8>);
}

macro_rules! forward {
    () => {
        fn rows(&self) -> usize {
            self.rows()
        }

        fn columns(&self) -> usize {
            self.columns()
        }

        fn bytes(&self) -> usize {
            self.bytes()
        }

        fn row(&self, row: usize, out: &mut [f32]) {
            self.row(row, out);
        }

        fn multiply(&self, x: &[f32], bias: Option<&[f32]>, y: &mut [f32]) {
            self.multiply(x, bias, y);
        }

        fn set_rows(&mut self, first: usize, values: &[f32]) -> Result<(), Error> {
            self.set_rows(first, values)
        }

        fn set_columns(&mut self, first: usize, values: &[f32]) -> Result<(), Error> {
            self.set_columns(first, values)
        }

        fn set_stored(&mut self, first: usize, bytes: &[u8]) -> Result<(), Error> {
            self.set_stored(first, bytes)
        }

        fn extend_with_stored(&self, row: usize, out: &mut Vec<u8>) {
            self.extend_with_stored(row, out);
        }
    };
}

impl<const BITS: usize> PackedMatrix for Packed<BITS> {
    forward!();
}

impl<E: Element> PackedMatrix for PackedFloats<E> {
    forward!();
}
