//! One tensor whose bytes arrive in pieces: each piece is converted to the type that the tensor is
//! kept in and goes to the place where it stays, so that no matrix is there twice.
//!
//! Only where nothing can be converted before all has arrived (vectors, and types that the kernels
//! do not multiply) are the bytes gathered first.

use super::{Param, TensorInfo, TensorType, WeightType};
use crate::linear::Matrix;
use crate::{Backend, Result};
use candle_core::quantized::{QStorage, QTensor};
use candle_core::{Device, Tensor};
use std::borrow::Cow;
use std::sync::Arc;
use zeroshot_kernels::{BLOCK, Numbers, PackedMatrix};

/// Numbers that are converted at once.
const NUMBERS: usize = 1 << 18;

/// What a tensor becomes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Becoming {
    /// What matrices are converted to; `None` leaves them in the file's format.
    pub(super) target: Option<WeightType>,
    /// What they will be multiplied by.
    pub(super) backend: Backend,
    /// Whether the file has the transpose.
    pub(super) conv1d: bool,
}

/// A tensor on its way.
pub struct Filling {
    pub(super) param: Param,
    info: TensorInfo,
    stored: TensorType,
    /// As the model has it.
    shape: Vec<usize>,
    becoming: Becoming,
    /// What is being filled; `None` where the bytes have to be gathered.
    matrix: Option<Box<dyn PackedMatrix>>,
    kept: TensorType,
    /// Rows, or columns, that are in their place.
    placed: usize,
    /// Bytes that have arrived and are not yet in their place.
    pending: Vec<u8>,
    received: u64,
}

/// A tensor that has arrived.
pub(super) enum Filled {
    Vector(Tensor),
    Matrix(Matrix),
}

impl Filling {
    pub(super) fn new(
        param: Param,
        info: TensorInfo,
        shape: Vec<usize>,
        becoming: Becoming,
    ) -> Result<Self> {
        let stored = info.stored()?;
        let width = shape.last().copied().unwrap_or(1);
        let kept = kept_type(param, width, stored, becoming.target);
        let by_kernels = param.kind.is_matrix() && becoming.backend == Backend::Kernels;
        let matrix = match (numbers(kept).filter(|_| by_kernels), &shape[..]) {
            (Some(numbers), &[rows, columns]) => {
                let matrix = numbers.zeros(rows, columns);
                Some(matrix.map_err(|error| info.unusable(&error))?)
            }
            _ => None,
        };
        let (pending, placed) = (Vec::new(), 0);
        Ok(Self {
            param,
            info,
            stored,
            shape,
            becoming,
            matrix,
            kept,
            placed,
            pending,
            received: 0,
        })
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`Error::Truncated`](crate::Error::Truncated) if they are more than the header says; [`Error::Invalid`](crate::Error::Invalid) if they
    /// cannot be kept.
    pub fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.received = self.received.saturating_add(bytes.len() as u64);
        if self.received > self.info.bytes {
            return Err(self.info.truncated(self.received));
        }
        let Some(unit) = self.unit() else {
            self.pending.extend_from_slice(bytes);
            return Ok(());
        };
        while !bytes.is_empty() {
            if self.pending.is_empty() && bytes.len() >= unit {
                let (whole, rest) = bytes.split_at(bytes.len() / unit * unit);
                self.place(whole, unit)?;
                bytes = rest;
            } else {
                let (missing, rest) = bytes.split_at(bytes.len().min(unit - self.pending.len()));
                self.pending.extend_from_slice(missing);
                bytes = rest;
                if self.pending.len() == unit {
                    let pending = std::mem::take(&mut self.pending);
                    self.place(&pending, unit)?;
                    self.pending = pending;
                    self.pending.clear();
                }
            }
        }
        Ok(())
    }

    /// The least number of bytes that can be converted by themselves: a row, or, of a matrix that
    /// is stored transposed, a block of columns. `None` where all are needed.
    fn unit(&self) -> Option<usize> {
        let matrix = self.matrix.as_ref()?;
        let (rows, columns) = (matrix.rows(), matrix.columns());
        let shape = if self.becoming.conv1d { [BLOCK, rows] } else { [1, columns] };
        self.stored.bytes(&shape).and_then(|bytes| usize::try_from(bytes).ok())
    }

    /// Puts whole units into their place.
    fn place(&mut self, bytes: &[u8], unit: usize) -> Result<()> {
        let conv1d = self.becoming.conv1d;
        let Some(matrix) = &mut self.matrix else { return Ok(()) };
        let numbers = if conv1d { BLOCK * matrix.rows() } else { matrix.columns() };
        let step = if conv1d { BLOCK } else { 1 };
        let at_once = (NUMBERS / numbers.max(1)).max(1) * unit;
        for bytes in bytes.chunks(at_once) {
            let units = bytes.len() / unit;
            let placed = if conv1d {
                let values = to_f32(bytes, self.stored, &[units * BLOCK, matrix.rows()])?;
                matrix.set_columns(self.placed, &values)
            } else if self.kept == self.stored {
                matrix.set_stored(self.placed, bytes)
            } else {
                let values = to_f32(bytes, self.stored, &[units, matrix.columns()])?;
                matrix.set_rows(self.placed, &values)
            };
            placed.map_err(|error| self.info.unusable(&error))?;
            self.placed += units * step;
        }
        Ok(())
    }

    /// The tensor, once all of its bytes have been written.
    ///
    /// # Errors
    /// [`Error::Truncated`](crate::Error::Truncated) if they are fewer than the header says.
    pub(super) fn finish(mut self) -> Result<Filled> {
        if self.received != self.info.bytes {
            return Err(self.info.truncated(self.received));
        }
        if let Some(mut matrix) = self.matrix.take() {
            if !self.pending.is_empty() {
                // Columns of floats that fill no block.
                let left = matrix.columns() - self.placed;
                let values = to_f32(&self.pending, self.stored, &[left, matrix.rows()])?;
                let placed = matrix.set_columns(self.placed, &values);
                placed.map_err(|error| self.info.unusable(&error))?;
            }
            return Ok(Filled::Matrix(Matrix::Kernels(matrix.into(), self.kept)));
        }
        if !self.param.kind.is_matrix() {
            let values = values(&self.pending, self.stored, &self.shape, false)?;
            return Ok(Filled::Vector(Tensor::from_vec(values, self.shape, &Device::Cpu)?));
        }
        Ok(Filled::Matrix(self.gathered()?))
    }

    /// A matrix of a type that candle multiplies.
    fn gathered(&self) -> Result<Matrix> {
        let (stored, kept, conv1d) = (self.stored, self.kept, self.becoming.conv1d);
        if kept == stored && !conv1d && kept != TensorType::F32 {
            let blocks = from_blocks(&self.pending, stored, &self.shape)?;
            return Ok(Matrix::Packed(Arc::new(blocks)));
        }
        let values = values(&self.pending, stored, &self.shape, conv1d)?;
        let plain = Tensor::from_vec(values, self.shape.as_slice(), &Device::Cpu)?;
        Ok(match kept {
            TensorType::F32 => Matrix::Plain(plain),
            packed => Matrix::Packed(Arc::new(QTensor::quantize(&plain, packed.candle())?)),
        })
    }
}

/// What a tensor with rows of `width` is kept as: vectors in F32, matrices in the type that was
/// asked for where it fits, else in the file's own.
pub(super) fn kept_type(
    param: Param,
    width: usize,
    stored: TensorType,
    target: Option<WeightType>,
) -> TensorType {
    match target {
        _ if !param.kind.is_matrix() => TensorType::F32,
        Some(target) => target.of(param.kind).fitting(width, stored),
        None if stored == TensorType::BF16 => TensorType::F32,
        None => stored,
    }
}

/// What the kernels have for a type, if they multiply it.
const fn numbers(kept: TensorType) -> Option<Numbers> {
    match kept {
        TensorType::F32 => Some(Numbers::F32),
        TensorType::F16 => Some(Numbers::F16),
        TensorType::Q8_0 => Some(Numbers::Q8),
        TensorType::Q4_0 => Some(Numbers::Q4),
        _ => None,
    }
}

/// The tensor of blocks that are already in ggml's layout.
fn from_blocks(bytes: &[u8], stored: TensorType, shape: &[usize]) -> Result<QTensor> {
    // candle reinterprets the bytes as blocks of 16-bit fields, and panics if they do not lie at
    // an address that allows it; where they lie depends on the file.
    const ALIGNMENT: usize = 16;
    let mut copy;
    let aligned = if bytes.as_ptr().align_offset(ALIGNMENT) == 0 {
        bytes
    } else {
        copy = vec![0; bytes.len() + ALIGNMENT];
        let start = copy.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT);
        let aligned = &mut copy[start..start + bytes.len()];
        aligned.copy_from_slice(bytes);
        aligned
    };
    let storage = QStorage::from_data(Cow::Borrowed(aligned), &Device::Cpu, stored.candle())?;
    Ok(QTensor::new(storage, shape)?)
}

/// The values of a stored tensor in the order of `shape`; a `conv1d`'s bytes are of its transpose.
pub(super) fn values(
    bytes: &[u8],
    stored: TensorType,
    shape: &[usize],
    conv1d: bool,
) -> Result<Vec<f32>> {
    let values = to_f32(bytes, stored, shape)?;
    Ok(match shape {
        &[rows, columns] if conv1d => transposed(&values, columns, rows),
        _ => values,
    })
}

/// The values of a stored tensor, in the order they are stored in.
fn to_f32(bytes: &[u8], stored: TensorType, shape: &[usize]) -> Result<Vec<f32>> {
    Ok(match stored {
        TensorType::F32 => bytes.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect(),
        TensorType::F16 => {
            bytes.as_chunks().0.iter().map(|&b| half::f16::from_le_bytes(b).to_f32()).collect()
        }
        TensorType::BF16 => {
            bytes.as_chunks().0.iter().map(|&b| half::bf16::from_le_bytes(b).to_f32()).collect()
        }
        _ => {
            let blocks = from_blocks(bytes, stored, shape)?;
            blocks.dequantize(&Device::Cpu)?.flatten_all()?.to_vec1()?
        }
    })
}

/// The transpose of a row-major matrix. In square tiles, so that reading and writing both stay
/// within the processor's cache: plain loops take several times as long on GPT-2 XL's matrices.
fn transposed(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    const TILE: usize = 32;
    let mut out = vec![0.0; values.len()];
    for row in (0..rows).step_by(TILE) {
        for column in (0..columns).step_by(TILE) {
            for r in row..(row + TILE).min(rows) {
                for c in column..(column + TILE).min(columns) {
                    out[c * rows + r] = values[r * columns + c];
                }
            }
        }
    }
    out
}
