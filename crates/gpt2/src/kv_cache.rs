//! The keys and values of the tokens that the model has read.

use crate::kernel_ops::{Append, Attend, Widen};
use crate::{Config, Error, Result};
use candle_core::{DType, Device, Tensor};
use std::ops::Range;
use zeroshot_kernels::Cache;

/// Keys and values of every block, allocated once for all of the context's positions.
pub struct KvCache {
    layers: Vec<LayerCache>,
    n_positions: usize,
    len: usize,
}

/// One block's keys and values, each `[n_head, n_positions, head_dim]`: a head's own lie together,
/// as its attention reads them. In 8 bits the last dimension is [`Cache::bytes_of_head`].
pub(crate) struct LayerCache {
    head_dim: usize,
    keys: Tensor,
    values: Tensor,
}

impl KvCache {
    /// An empty cache for a model of this configuration, in F32:
    /// `8 * n_layer * n_positions * n_embd` bytes. [`Model::cache`](crate::Model::cache) takes little
    /// more than a quarter of it where that is enough.
    ///
    /// # Errors
    /// [`Error::Candle`] if it cannot be allocated.
    pub fn new(config: &Config) -> Result<Self> {
        Self::of_type(config, DType::F32)
    }

    /// The same in F32, or in 8 bits.
    pub(crate) fn of_type(config: &Config, dtype: DType) -> Result<Self> {
        let shape = (config.n_head, config.n_positions, of_position(config, dtype));
        let zeros = || Tensor::zeros(shape, dtype, &Device::Cpu);
        let head_dim = config.head_dim();
        let layer = |_| Ok(LayerCache { head_dim, keys: zeros()?, values: zeros()? });
        let layers = (0..config.n_layer).map(layer).collect::<Result<_>>()?;
        Ok(Self { layers, n_positions: config.n_positions, len: 0 })
    }

    /// Bytes that one of this type takes: one allocation for the keys and one for the values of
    /// each block, all as large.
    pub(crate) fn bytes(config: &Config, dtype: DType) -> usize {
        let of_head = [config.n_positions, of_position(config, dtype)];
        let numbers = [2, config.n_layer, config.n_head].into_iter().chain(of_head);
        numbers.fold(dtype.size_in_bytes(), usize::saturating_mul)
    }

    /// Tokens held.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it holds no token.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Tokens that it can hold.
    pub fn n_positions(&self) -> usize {
        self.n_positions
    }

    /// Forgets all but the first `len` tokens.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Checks that `count` more tokens fit.
    pub(crate) fn check_room(&self, count: usize) -> Result<()> {
        if count > self.n_positions - self.len {
            return Err(Error::OutOfBounds(format!(
                "{count} tokens after {} do not fit into a context of {}",
                self.len, self.n_positions
            )));
        }
        Ok(())
    }

    /// Each block's keys and values, in order, and the number of tokens held so far.
    pub(crate) fn layers(&mut self) -> (impl Iterator<Item = &mut LayerCache>, usize) {
        (self.layers.iter_mut(), self.len)
    }

    /// One block's keys and values.
    pub(crate) fn layer(&self, layer: usize) -> Option<&LayerCache> {
        self.layers.get(layer)
    }

    /// A copy of every block's keys and values of some tokens.
    pub(crate) fn copy(&self, tokens: Range<usize>) -> Result<Vec<(Tensor, Tensor)>> {
        let part = |all: &Tensor| -> Result<Tensor> {
            Ok(all.narrow(1, tokens.start, tokens.len())?.force_contiguous()?)
        };
        self.layers.iter().map(|layer| Ok((part(&layer.keys)?, part(&layer.values)?))).collect()
    }

    /// Adds tokens by their keys and values: some of a copy that was made before.
    pub(crate) fn put_back(
        &mut self,
        copy: &[(Tensor, Tensor)],
        tokens: Range<usize>,
    ) -> Result<()> {
        self.check_room(tokens.len())?;
        let part = |all: &Tensor| all.narrow(1, tokens.start, tokens.len())?.contiguous();
        for (layer, (keys, values)) in self.layers.iter_mut().zip(copy) {
            layer.append(&part(keys)?, &part(values)?, self.len)?;
        }
        self.extend(tokens.len());
        Ok(())
    }

    /// Counts `count` more tokens, once every block has written theirs.
    pub(crate) fn extend(&mut self, count: usize) {
        self.len += count;
    }
}

/// Numbers that a position of one head takes.
fn of_position(config: &Config, dtype: DType) -> usize {
    let head_dim = config.head_dim();
    if dtype == DType::U8 { Cache::bytes_of_head(head_dim) } else { head_dim }
}

impl LayerCache {
    /// The keys of the first `len` tokens, in F32: `[n_head, len, head_dim]`.
    pub(crate) fn keys(&self, len: usize) -> Result<Tensor> {
        Ok(match self.keys.dtype() {
            DType::U8 => {
                let widen = Widen { head_dim: self.head_dim, seen: len };
                self.keys.apply_op1_no_bwd(&widen)?
            }
            _ => self.keys.narrow(1, 0, len)?,
        })
    }

    /// Writes the keys and values of new tokens, `[n_head, tokens, head_dim]`, after the first
    /// `len`, and returns those of all of them.
    pub(crate) fn append(
        &mut self,
        keys: &Tensor,
        values: &Tensor,
        len: usize,
    ) -> Result<(Tensor, Tensor)> {
        let total = len + keys.dim(1)?;
        self.keys.slice_set(keys, 1, len)?;
        self.values.slice_set(values, 1, len)?;
        Ok((self.keys.narrow(1, 0, total)?, self.values.narrow(1, 0, total)?))
    }

    /// Writes the keys and values of new tokens after the first `len`, and lets their queries
    /// attend to all that each may see, by the kernels: queries, keys and values side by side,
    /// `[tokens, 3 * n_embd]`, to `[tokens, n_embd]`.
    pub(crate) fn attend(&mut self, qkv: &Tensor, scale: f64, len: usize) -> Result<Tensor> {
        self.keys.inplace_op2(qkv, &Append { start: len, part: 1 })?;
        self.values.inplace_op2(qkv, &Append { start: len, part: 2 })?;
        let attend = Attend { start: len, scale: scale as f32 };
        Ok(qkv.apply_op3_no_bwd(&self.keys, &self.values, &attend)?)
    }
}
