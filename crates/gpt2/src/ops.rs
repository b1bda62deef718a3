//! The operations between the matrix products: in candle's own tensor operations, and where there
//! is a kernel that must agree with them, by that.

use crate::config::Activation;
use crate::{Backend, Result, kernel_ops};
use candle_core::{D, Tensor};

/// Layer normalisation (Ba et al. 2016) over the last dimension.
#[derive(Debug)]
pub(crate) struct LayerNorm {
    pub(crate) weight: Tensor,
    pub(crate) bias: Tensor,
    pub(crate) epsilon: f64,
    pub(crate) backend: Backend,
}

impl LayerNorm {
    /// `[tokens, n_embd]` to the same.
    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        if self.backend == Backend::Kernels {
            let kernel = kernel_ops::LayerNorm { epsilon: self.epsilon as f32 };
            return Ok(x.apply_op3_no_bwd(&self.weight, &self.bias, &kernel)?);
        }
        let centred = x.broadcast_sub(&x.mean_keepdim(D::Minus1)?)?;
        let variance = centred.sqr()?.mean_keepdim(D::Minus1)?;
        let normed = centred.broadcast_div(&(variance + self.epsilon)?.sqrt()?)?;
        Ok(normed.broadcast_mul(&self.weight)?.broadcast_add(&self.bias)?)
    }
}

/// Softmax over the last dimension.
pub(crate) fn softmax(x: &Tensor) -> Result<Tensor> {
    let shifted = x.broadcast_sub(&x.max_keepdim(D::Minus1)?)?;
    let exponentials = shifted.exp()?;
    Ok(exponentials.broadcast_div(&exponentials.sum_keepdim(D::Minus1)?)?)
}

/// The activation between the two layers of an MLP.
pub(crate) fn activate(x: &Tensor, function: Activation, backend: Backend) -> Result<Tensor> {
    Ok(match function {
        Activation::GeluNew if backend == Backend::Kernels => {
            x.apply_op1_no_bwd(&kernel_ops::GeluNew)?
        }
        Activation::GeluNew => x.gelu()?,
        Activation::Gelu => x.gelu_erf()?,
        Activation::Relu => x.relu()?,
        Activation::Silu => x.silu()?,
        Activation::Tanh => x.tanh()?,
    })
}
