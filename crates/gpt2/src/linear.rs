//! Matrices as they are kept in memory, and the linear layer.

use crate::Result;
use candle_core::quantized::QTensor;
use candle_core::{Device, Tensor};
use std::sync::Arc;

/// A matrix `[out, in]`: the weight of a linear layer, or an embedding of `out` rows.
#[derive(Clone, Debug)]
pub(crate) enum Matrix {
    /// In F32.
    Plain(Tensor),
    /// In F16 or in ggml's blocks. Never widened as a whole: products read the packed weights,
    /// and the embedding unpacks the rows it is asked for.
    Packed(Arc<QTensor>),
}

impl Matrix {
    /// `x` times the transpose: `[tokens, in]` to `[tokens, out]`.
    pub(crate) fn multiply(&self, x: &Tensor) -> Result<Tensor> {
        Ok(match self {
            Self::Plain(weight) => x.matmul(&weight.t()?)?,
            Self::Packed(weight) => x.apply_op1_no_bwd(weight.as_ref())?,
        })
    }

    /// The rows of these indices: `[indices, in]`.
    pub(crate) fn rows(&self, indices: &[u32]) -> Result<Tensor> {
        let indices = Tensor::new(indices, &Device::Cpu)?;
        Ok(match self {
            Self::Plain(weight) => weight.index_select(&indices, 0)?,
            Self::Packed(weight) => weight.embedding(&indices)?,
        })
    }

    /// Bytes that it takes in memory.
    pub(crate) fn bytes(&self) -> u64 {
        match self {
            Self::Plain(weight) => (weight.elem_count() * weight.dtype().size_in_bytes()) as u64,
            Self::Packed(weight) => weight.storage_size_in_bytes() as u64,
        }
    }
}

/// A linear layer, Hugging Face's `Conv1D` with its weight transposed.
#[derive(Debug)]
pub(crate) struct Linear {
    pub(crate) weight: Matrix,
    /// `[out]`
    pub(crate) bias: Tensor,
}

impl Linear {
    /// `[tokens, in]` to `[tokens, out]`.
    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        Ok(self.weight.multiply(x)?.broadcast_add(&self.bias)?)
    }
}
