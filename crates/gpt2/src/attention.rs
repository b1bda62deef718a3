//! Causal self-attention, the `GPT2Attention` of `modeling_gpt2.py`.

use crate::kv_cache::LayerCache;
use crate::linear::Linear;
use crate::{Backend, Config, Result, ops};
use candle_core::{Device, Tensor};

#[derive(Debug)]
pub(crate) struct Attention {
    /// `c_attn`: queries, keys and values, side by side.
    pub(crate) qkv: Linear,
    /// `c_proj`.
    pub(crate) out: Linear,
    pub(crate) n_head: usize,
    /// What scores are multiplied by.
    pub(crate) scale: f64,
    pub(crate) backend: Backend,
}

impl Attention {
    /// The factor of a block's attention scores.
    pub(crate) fn scale(config: &Config, layer: usize) -> f64 {
        let mut scale = 1.0;
        if config.scale_attn_weights {
            scale /= (config.head_dim() as f64).sqrt();
        }
        if config.scale_attn_by_inverse_layer_idx {
            scale /= (layer + 1) as f64;
        }
        scale
    }

    /// `[tokens, n_embd]` to the same; `len` tokens are in the cache already, and these are added.
    pub(crate) fn forward(
        &self,
        x: &Tensor,
        mask: Option<&Tensor>,
        cache: &mut LayerCache,
        len: usize,
    ) -> Result<Tensor> {
        let qkv = self.qkv.forward(x)?;
        let mixed = match self.backend {
            Backend::Plain => self.attend(&qkv, mask, cache, len)?,
            Backend::Kernels => cache.attend(&qkv, self.scale, len)?,
        };
        self.out.forward(&mixed)
    }

    /// The weighted means of the values: `[tokens, 3 * n_embd]` to `[tokens, n_embd]`.
    fn attend(
        &self,
        qkv: &Tensor,
        mask: Option<&Tensor>,
        cache: &mut LayerCache,
        len: usize,
    ) -> Result<Tensor> {
        let (tokens, width) = (qkv.dim(0)?, qkv.dim(1)? / 3);
        let (keys, values) = cache.append(&self.heads(qkv, 1)?, &self.heads(qkv, 2)?, len)?;
        let mixed = self.weights(qkv, &keys, mask)?.matmul(&values)?;
        Ok(mixed.transpose(0, 1)?.reshape((tokens, width))?)
    }

    /// Softmax of the scaled products of queries and keys: `[n_head, tokens, len + tokens]`.
    fn weights(&self, qkv: &Tensor, keys: &Tensor, mask: Option<&Tensor>) -> Result<Tensor> {
        let queries = (self.heads(qkv, 0)? * self.scale)?;
        let mut scores = queries.matmul(&keys.t()?)?;
        if let Some(mask) = mask {
            scores = scores.broadcast_add(mask)?;
        }
        ops::softmax(&scores)
    }

    /// The queries (0), keys (1) or values (2) of each head:
    /// `[tokens, 3 * n_embd]` to `[n_head, tokens, head_dim]`.
    fn heads(&self, qkv: &Tensor, index: usize) -> Result<Tensor> {
        let (tokens, width) = (qkv.dim(0)?, qkv.dim(1)? / 3);
        let part = qkv.narrow(1, index * width, width)?;
        let split = part.reshape((tokens, self.n_head, width / self.n_head))?;
        Ok(split.transpose(0, 1)?.contiguous()?)
    }

    /// How much `x`, `[tokens, n_embd]` at the positions from `start` on, attends to each position
    /// up to the last of its own: `[n_head, tokens, start + tokens]`. All of these are in the
    /// cache.
    pub(crate) fn look(&self, x: &Tensor, start: usize, cache: &LayerCache) -> Result<Tensor> {
        let tokens = x.dim(0)?;
        let keys = cache.keys(start + tokens)?;
        self.weights(&self.qkv.forward(x)?, &keys, causal_mask(tokens, start)?.as_ref())
    }
}

/// What is added to the scores of `tokens` new tokens after `len`: nothing for the tokens that
/// each may attend to, minus infinity for those that come after it. `None` for a single token,
/// which may attend to all.
pub(crate) fn causal_mask(tokens: usize, len: usize) -> Result<Option<Tensor>> {
    if tokens == 1 {
        return Ok(None);
    }
    let total = len + tokens;
    let row = |token: usize| {
        (0..total).map(move |other| if other > len + token { f32::NEG_INFINITY } else { 0.0 })
    };
    let mask = (0..tokens).flat_map(row).collect();
    Ok(Some(Tensor::from_vec(mask, (tokens, total), &Device::Cpu)?))
}
