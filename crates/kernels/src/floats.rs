//! Matrices of F16 and F32 weights, laid out so that eight rows are one vector.
//!
//! The rows are taken in groups of eight. Of a group, the eight weights of each column lie
//! together: a vector of sums for eight rows needs one vector of weights and one activation for
//! each column, and nothing is added up across a vector.

#![allow(unsafe_code, reason = "threads write different parts of one output")]

use crate::dispatch::on_best_lanes;
use crate::lanes::{LANES, Lanes, Portable};
use crate::packed::{Error, filled};
use crate::parts::{Parts, put_rows};
use crate::pool;
use half::f16;
use std::fmt;
use std::ops::Range;

/// Rows that are taken together.
const GROUP: usize = LANES;

/// Groups that one token is multiplied with at once, and tokens that one group is: enough sums
/// that none waits for the one before.
const TILE: usize = 4;

/// Tokens whose activations are gone through before the next group of rows: as many as stay within
/// the processor's cache.
const TOKENS: usize = 32;

/// A number that weights are kept in.
pub trait Element: Copy + Default + Send + Sync + fmt::Debug {
    /// The nearest one to a number.
    fn from_f32(value: f32) -> Self;
    /// The number.
    fn to_f32(self) -> f32;
    /// From its bytes, the lowest first.
    #[doc(hidden)]
    fn from_bytes(bytes: &[u8]) -> Self;
    /// Its bytes, the lowest first.
    #[doc(hidden)]
    fn extend_with_bytes(self, out: &mut Vec<u8>);
    /// Eight of them.
    #[doc(hidden)]
    fn lanes<L: Lanes>(eight: &[Self; GROUP]) -> L;
}

impl Element for f32 {
    fn from_f32(value: f32) -> Self {
        value
    }

    fn to_f32(self) -> f32 {
        self
    }

    fn from_bytes(bytes: &[u8]) -> Self {
        bytes.first_chunk().map_or(0.0, |&bytes| Self::from_le_bytes(bytes))
    }

    fn extend_with_bytes(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    #[inline(always)]
    fn lanes<L: Lanes>(eight: &[Self; GROUP]) -> L {
        L::load(eight)
    }
}

impl Element for f16 {
    fn from_f32(value: f32) -> Self {
        Self::from_f32(value)
    }

    fn to_f32(self) -> f32 {
        self.to_f32()
    }

    fn from_bytes(bytes: &[u8]) -> Self {
        bytes.first_chunk().map_or(Self::ZERO, |&bytes| Self::from_le_bytes(bytes))
    }

    fn extend_with_bytes(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    #[inline(always)]
    fn lanes<L: Lanes>(eight: &[Self; GROUP]) -> L {
        L::load_half(&bits(eight))
    }
}

#[inline(always)]
fn bits(eight: &[f16; GROUP]) -> [u16; GROUP] {
    eight.map(
        #[inline(always)]
        |half| half.to_bits(),
    )
}

/// A matrix `[rows, columns]` of floats.
#[derive(Clone)]
pub struct PackedFloats<E> {
    rows: usize,
    columns: usize,
    /// Group by group, and in each column by column.
    weights: Vec<[E; GROUP]>,
}

/// A matrix in F16.
pub type PackedF16 = PackedFloats<f16>;

/// A matrix in F32.
pub type PackedF32 = PackedFloats<f32>;

impl<E: Element> PackedFloats<E> {
    /// A matrix of zeros, to be filled in pieces as they arrive.
    ///
    /// # Errors
    /// If there are no columns, or memory is short.
    pub fn zeros(rows: usize, columns: usize) -> Result<Self, Error> {
        if columns == 0 {
            return Err(Error::Columns(columns));
        }
        let length = rows.div_ceil(GROUP).saturating_mul(columns);
        let weights = filled([E::default(); GROUP], length)?;
        Ok(Self { rows, columns, weights })
    }

    /// Packs a matrix, as [`PackedFloats::set_rows`] does.
    ///
    /// # Errors
    /// If there are no columns, the values are not as many as the shape says, or one of them is
    /// not finite in this type.
    pub fn pack(rows: usize, columns: usize, values: &[f32]) -> Result<Self, Error> {
        let mut packed = Self::zeros(rows, columns)?;
        let expected = rows.saturating_mul(columns);
        if values.len() != expected {
            return Err(Error::Length { expected, found: values.len() });
        }
        packed.set_rows(0, values)?;
        Ok(packed)
    }

    /// Takes whole rows, one after the other from row `first` on.
    ///
    /// # Errors
    /// If the values are not whole rows, go beyond the last, or one of them is not finite in this
    /// type.
    pub fn set_rows(&mut self, first: usize, values: &[f32]) -> Result<(), Error> {
        let expected = self.rows.saturating_sub(first) * self.columns;
        if !values.len().is_multiple_of(self.columns) || values.len() > expected {
            return Err(Error::Length { expected, found: values.len() });
        }
        for (row, values) in (first..).zip(values.chunks_exact(self.columns)) {
            for (column, &value) in values.iter().enumerate() {
                self.put(row, column, value)?;
            }
        }
        Ok(())
    }

    /// Takes whole columns, one after the other from column `first` on, as a matrix that is stored
    /// transposed brings them: `[columns, rows]`.
    ///
    /// # Errors
    /// As [`PackedFloats::set_rows`].
    pub fn set_columns(&mut self, first: usize, values: &[f32]) -> Result<(), Error> {
        let expected = self.columns.saturating_sub(first) * self.rows;
        if !values.len().is_multiple_of(self.rows.max(1)) || values.len() > expected {
            return Err(Error::Length { expected, found: values.len() });
        }
        for (column, values) in (first..).zip(values.chunks_exact(self.rows.max(1))) {
            for (row, &value) in values.iter().enumerate() {
                self.put(row, column, value)?;
            }
        }
        Ok(())
    }

    /// Takes whole rows, one after the other from row `first` on, as their bytes, the lowest of each
    /// number first.
    ///
    /// # Errors
    /// As [`PackedFloats::set_rows`].
    pub fn set_stored(&mut self, first: usize, bytes: &[u8]) -> Result<(), Error> {
        let of_row = self.columns * size_of::<E>();
        let expected = self.rows.saturating_sub(first) * of_row;
        if !bytes.len().is_multiple_of(of_row) || bytes.len() > expected {
            return Err(Error::Length { expected, found: bytes.len() });
        }
        for (row, bytes) in (first..).zip(bytes.chunks_exact(of_row)) {
            for (column, bytes) in bytes.chunks_exact(size_of::<E>()).enumerate() {
                self.put_element(row, column, E::from_bytes(bytes))?;
            }
        }
        Ok(())
    }

    /// Writes one row: the same bytes that [`PackedFloats::set_stored`] takes.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn extend_with_stored(&self, row: usize, out: &mut Vec<u8>) {
        assert!(row < self.rows);
        for weights in self.group(row / GROUP) {
            weights[row % GROUP].extend_with_bytes(out);
        }
    }

    fn put(&mut self, row: usize, column: usize, value: f32) -> Result<(), Error> {
        self.put_element(row, column, E::from_f32(value))
    }

    fn put_element(&mut self, row: usize, column: usize, element: E) -> Result<(), Error> {
        if !element.to_f32().is_finite() {
            return Err(Error::Value);
        }
        self.weights[row / GROUP * self.columns + column][row % GROUP] = element;
        Ok(())
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
        size_of_val(self.weights.as_slice())
    }

    /// Unpacks one row.
    ///
    /// # Panics
    /// If there is no such row, or `out` is not of a row's length.
    pub fn row(&self, row: usize, out: &mut [f32]) {
        assert!(row < self.rows && out.len() == self.columns);
        for (out, weights) in out.iter_mut().zip(self.group(row / GROUP)) {
            *out = weights[row % GROUP].to_f32();
        }
    }

    /// `x` times the transpose of the matrix, plus the bias: `[tokens, columns]` to
    /// `[tokens, rows]`. Products are summed up in F32, from the first column to the last.
    ///
    /// # Panics
    /// If the lengths do not fit together.
    pub fn multiply(&self, x: &[f32], bias: Option<&[f32]>, y: &mut [f32]) {
        self.check(x, bias, y);
        let groups = self.rows.div_ceil(GROUP);
        let grain = pool::grain(groups, GROUP * x.len());
        let y = Parts::new(y);
        pool::split(groups, grain, |range| {
            on_best_lanes!(multiply_groups(self, range.clone(), x, bias, y));
        });
    }

    pub(crate) fn multiply_portably(&self, x: &[f32], bias: Option<&[f32]>, y: &mut [f32]) {
        self.check(x, bias, y);
        let groups = 0..self.rows.div_ceil(GROUP);
        multiply_groups::<Portable>(self, groups, x, bias, Parts::new(y));
    }

    fn check(&self, x: &[f32], bias: Option<&[f32]>, y: &[f32]) {
        let tokens = x.len() / self.columns;
        assert!(x.len() == tokens * self.columns && y.len() == tokens * self.rows);
        assert!(bias.is_none_or(|bias| bias.len() == self.rows));
    }

    #[inline(always)]
    fn group(&self, group: usize) -> &[[E; GROUP]] {
        &self.weights[group * self.columns..][..self.columns]
    }
}

impl<E> fmt::Debug for PackedFloats<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PackedFloats[{}, {}]", self.rows, self.columns)
    }
}

/// Some groups of rows with all tokens.
#[inline(always)]
fn multiply_groups<L: Lanes>(
    matrix: &PackedFloats<impl Element>,
    groups: Range<usize>,
    x: &[f32],
    bias: Option<&[f32]>,
    y: Parts,
) {
    let (rows, columns) = (matrix.rows, matrix.columns);
    let tokens = x.len() / columns;
    let token = |token: usize| &x[token * columns..][..columns];
    let put = |token: usize, group: usize, sums: L| {
        let first = group * GROUP;
        let last = rows.min(first + GROUP);
        // SAFETY: of each token, the rows of these groups are written here alone.
        let out = unsafe { y.part(token * rows + first..token * rows + last) };
        put_rows(out, sums.to_array(), bias.map(|bias| &bias[first..last]));
    };
    for start in (0..tokens).step_by(TOKENS) {
        let end = tokens.min(start + TOKENS);
        let whole = start + (end - start) / TILE * TILE;
        for group in groups.clone() {
            for first in (start..whole).step_by(TILE) {
                let x = std::array::from_fn(
                    #[inline(always)]
                    |i| token(first + i),
                );
                for (i, sums) in tile::<L, _>(matrix.group(group), x).into_iter().enumerate() {
                    put(first + i, group, sums);
                }
            }
        }
        for index in whole..end {
            let x = token(index);
            let mut group = groups.start;
            while group + TILE <= groups.end {
                let four = std::array::from_fn(
                    #[inline(always)]
                    |i| matrix.group(group + i),
                );
                for (i, sums) in one::<L, _, TILE>(four, x).into_iter().enumerate() {
                    put(index, group + i, sums);
                }
                group += TILE;
            }
            for group in group..groups.end {
                let [sums] = one::<L, _, 1>([matrix.group(group)], x);
                put(index, group, sums);
            }
        }
    }
}

/// Some groups of rows with one token.
#[inline(always)]
fn one<L: Lanes, E: Element, const GROUPS: usize>(
    groups: [&[[E; GROUP]]; GROUPS],
    x: &[f32],
) -> [L; GROUPS] {
    let mut sums = [L::splat(0.0); GROUPS];
    for (column, &x) in x.iter().enumerate() {
        let x = L::splat(x);
        for (sum, group) in sums.iter_mut().zip(groups) {
            *sum = sum.add(E::lanes::<L>(&group[column]).mul(x));
        }
    }
    sums
}

/// One group of rows with some tokens.
#[inline(always)]
fn tile<L: Lanes, E: Element>(group: &[[E; GROUP]], tokens: [&[f32]; TILE]) -> [L; TILE] {
    let mut sums = [L::splat(0.0); TILE];
    for (column, weights) in group.iter().enumerate() {
        let weights = E::lanes::<L>(weights);
        for (sum, x) in sums.iter_mut().zip(tokens) {
            *sum = sum.add(weights.mul(L::splat(x[column])));
        }
    }
    sums
}
