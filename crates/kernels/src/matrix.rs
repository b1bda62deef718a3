//! What every packed matrix can do, whatever its numbers are kept in.

use crate::packed::Error;
use crate::{Element, Packed, PackedFloats};
use std::fmt;

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
