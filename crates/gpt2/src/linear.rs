//! Matrices as they are kept in memory, and the linear layer.

use crate::Result;
use crate::kernel_ops::Product;
use crate::weights::TensorType;
use candle_core::quantized::QTensor;
use candle_core::{Device, Tensor};
use std::sync::Arc;
use zeroshot_kernels::PackedMatrix;

/// A matrix `[out, in]`: the weight of a linear layer, or an embedding of `out` rows.
#[derive(Clone, Debug)]
pub(crate) enum Matrix {
    /// In F32, multiplied by candle.
    Plain(Tensor),
    /// In F16 or in ggml's blocks, multiplied by candle. Never widened as a whole: products read
    /// the packed weights, and the embedding unpacks the rows it is asked for.
    Packed(Arc<QTensor>),
    /// In the order that the kernels read it in.
    Kernels(Arc<dyn PackedMatrix>, TensorType),
}

impl Matrix {
    /// `x` times the transpose: `[tokens, in]` to `[tokens, out]`.
    pub(crate) fn multiply(&self, x: &Tensor) -> Result<Tensor> {
        Ok(match self {
            Self::Plain(weight) => x.matmul(&weight.t()?)?,
            Self::Packed(weight) => x.apply_op1_no_bwd(weight.as_ref())?,
            Self::Kernels(weight, _) => x.apply_op1_no_bwd(&Product(weight.as_ref()))?,
        })
    }

    /// The rows of these indices: `[indices, in]`.
    pub(crate) fn rows(&self, indices: &[u32]) -> Result<Tensor> {
        let tensor = || Tensor::new(indices, &Device::Cpu);
        Ok(match self {
            Self::Plain(weight) => weight.index_select(&tensor()?, 0)?,
            Self::Packed(weight) => weight.embedding(&tensor()?)?,
            Self::Kernels(weight, _) => {
                let mut rows = vec![0.0; indices.len() * weight.columns()];
                for (&index, row) in indices.iter().zip(rows.chunks_exact_mut(weight.columns())) {
                    weight.row(index as usize, row);
                }
                Tensor::from_vec(rows, (indices.len(), weight.columns()), &Device::Cpu)?
            }
        })
    }

    /// `[out, in]`
    pub(crate) fn shape(&self) -> Result<(usize, usize)> {
        Ok(match self {
            Self::Plain(weight) => weight.dims2()?,
            Self::Packed(weight) => weight.shape().dims2()?,
            Self::Kernels(weight, _) => (weight.rows(), weight.columns()),
        })
    }

    /// The type of its numbers, by ggml's name.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Plain(_) => TensorType::F32.name(),
            Self::Packed(weight) => {
                TensorType::from_candle(weight.dtype()).map_or("?", TensorType::name)
            }
            Self::Kernels(_, kind) => kind.name(),
        }
    }

    /// Bytes that it takes in memory.
    pub(crate) fn bytes(&self) -> u64 {
        match self {
            Self::Plain(weight) => (weight.elem_count() * weight.dtype().size_in_bytes()) as u64,
            Self::Packed(weight) => weight.storage_size_in_bytes() as u64,
            Self::Kernels(weight, _) => weight.bytes() as u64,
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
        if let Matrix::Kernels(weight, _) = &self.weight {
            return Ok(x.apply_op2_no_bwd(&self.bias, &Product(weight.as_ref()))?);
        }
        Ok(self.weight.multiply(x)?.broadcast_add(&self.bias)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::quantized::GgmlDType;
    use zeroshot_kernels::PackedQ8;

    /// candle's product rounds the scales of the activations to F16 too: a part in 2,048.
    #[test]
    fn a_product_by_the_kernels_is_near_candles() {
        let wave = |len: usize, step: f32| -> Vec<f32> {
            (0..len).map(|i| (i as f32 * step).sin() * (1.0 + (i % 17) as f32)).collect()
        };
        let (rows, columns, tokens) = (50, 192, 6);
        let values = wave(rows * columns, 0.37);
        let tensor = Tensor::from_slice(&values, (rows, columns), &Device::Cpu).unwrap();
        let blocks = Arc::new(QTensor::quantize(&tensor, GgmlDType::Q8_0).unwrap());
        let data = blocks.data().unwrap();
        let packed = Arc::new(PackedQ8::from_blocks(rows, columns, &data).unwrap());
        let (plain, kernels) =
            (Matrix::Packed(blocks.clone()), Matrix::Kernels(packed, TensorType::Q8_0));

        let both_rows = [&plain, &kernels].map(|matrix| {
            matrix.rows(&[49, 0, 7]).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap()
        });
        assert_eq!(both_rows[0], both_rows[1]);
        let quantized = PackedQ8::quantize(rows, columns, &values).unwrap();
        let quantized =
            Matrix::Kernels(Arc::new(quantized), TensorType::Q8_0).rows(&[49, 0, 7]).unwrap();
        assert_eq!(quantized.flatten_all().unwrap().to_vec1::<f32>().unwrap(), both_rows[0]);

        let x = Tensor::from_vec(wave(tokens * columns, 0.11), (tokens, columns), &Device::Cpu);
        let x = x.unwrap();
        let [plain, kernels] = [plain, kernels].map(|matrix| matrix.multiply(&x).unwrap());
        let norm = |t: &Tensor| t.sqr().unwrap().sum_all().unwrap().to_scalar::<f32>().unwrap();
        let difference = norm(&(&plain - &kernels).unwrap()) / norm(&plain);
        assert!(difference.sqrt() < 1e-3, "{}", difference.sqrt());
    }
}
