//! The kernels as candle's custom operations: from tensors to slices and back.
//!
//! The arithmetic is `zeroshot_kernels`'; where an operation belongs in the forward pass is said
//! in `ops`, `linear` and `attention`, each beside what candle computes in its place.

use candle_core::{CpuStorage, CustomOp1, CustomOp2, CustomOp3, InplaceOp2, Layout, Shape, bail};
use candle_core::{Result, WithDType};
use zeroshot_kernels::{Cache, Cached, CachedMut, PackedMatrix, Queries, Tokens};

/// The elements of a tensor that lie one after the other.
fn elements<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match layout.contiguous_offsets() {
        Some((start, end)) => Ok(&f32::cpu_storage_as_slice(storage)?[start..end]),
        None => bail!("kernels take contiguous tensors, not {layout:?}"),
    }
}

fn tensor(values: Vec<f32>, shape: impl Into<Shape>) -> Result<(CpuStorage, Shape)> {
    Ok((CpuStorage::F32(values), shape.into()))
}

/// `x` times the transpose of a packed matrix, `[tokens, in]` to `[tokens, out]`; with the bias, if
/// one is given as second operand.
pub(crate) struct Product<'a>(pub(crate) &'a dyn PackedMatrix);

impl Product<'_> {
    fn forward(
        &self,
        (x, layout): (&CpuStorage, &Layout),
        bias: Option<&[f32]>,
    ) -> Result<(CpuStorage, Shape)> {
        let (tokens, width) = layout.shape().dims2()?;
        if width != self.0.columns() || bias.is_some_and(|bias| bias.len() != self.0.rows()) {
            bail!("a product of {:?} with {:?}", layout.shape(), self.0);
        }
        let mut y = vec![0.0; tokens * self.0.rows()];
        self.0.multiply(elements(x, layout)?, bias, &mut y);
        tensor(y, (tokens, self.0.rows()))
    }
}

impl CustomOp1 for Product<'_> {
    fn name(&self) -> &'static str {
        "packed-product"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        self.forward((x, layout), None)
    }
}

impl CustomOp2 for Product<'_> {
    fn name(&self) -> &'static str {
        "packed-linear"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        self.forward((x, layout), Some(elements(bias, bias_layout)?))
    }
}

/// `gelu_new`, the tanh approximation.
pub(crate) struct GeluNew;

impl CustomOp1 for GeluNew {
    fn name(&self) -> &'static str {
        "gelu-new"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let mut y = elements(x, layout)?.to_vec();
        zeroshot_kernels::gelu_new(&mut y);
        tensor(y, layout.shape().clone())
    }
}

/// Layer norm over the last dimension: `x`, weight, bias.
pub(crate) struct LayerNorm {
    pub(crate) epsilon: f32,
}

impl CustomOp3 for LayerNorm {
    fn name(&self) -> &'static str {
        "layer-norm"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let x = elements(x, layout)?;
        let (weight, bias) = (elements(weight, weight_layout)?, elements(bias, bias_layout)?);
        let width = layout.shape().dims().last().copied().unwrap_or(1);
        if weight.len() != width || bias.len() != width {
            bail!("a layer norm of {:?} with {} weights", layout.shape(), weight.len());
        }
        let mut y = vec![0.0; x.len()];
        zeroshot_kernels::layer_norm(x, weight, bias, self.epsilon, &mut y);
        tensor(y, layout.shape().clone())
    }
}

/// Writes the keys, or values, of new tokens into their cache `[n_head, n_positions, head_dim]`, or
/// what it is in 8 bits, from the tokens' queries, keys and values `[tokens, 3 * n_embd]`.
pub(crate) struct Append {
    /// Position of the first token.
    pub(crate) start: usize,
    /// Which of the three: 1 are the keys, 2 the values.
    pub(crate) part: usize,
}

impl InplaceOp2 for Append {
    fn name(&self) -> &'static str {
        "append-to-cache"
    }

    fn cpu_fwd(
        &self,
        cache: &mut CpuStorage,
        cache_layout: &Layout,
        qkv: &CpuStorage,
        layout: &Layout,
    ) -> Result<()> {
        let (shape, stride) = attended(cache, cache_layout, layout, self.start)?;
        let tokens = Tokens { rows: elements(qkv, layout)?, stride, start: self.start };
        let cache = match (cache, cache_layout.contiguous_offsets()) {
            (CpuStorage::F32(cache), Some((start, end))) => CachedMut::F32(&mut cache[start..end]),
            (CpuStorage::U8(cache), Some((start, end))) => CachedMut::Q8(&mut cache[start..end]),
            _ => return not_a_cache(),
        };
        shape.write(tokens, self.part * shape.width(), cache);
        Ok(())
    }
}

/// Causal attention: queries, keys and values of the new tokens `[tokens, 3 * n_embd]`, of which
/// the queries are used, and the caches of keys and values, to `[tokens, n_embd]`.
pub(crate) struct Attend {
    /// Position of the first token.
    pub(crate) start: usize,
    /// What scores are multiplied by.
    pub(crate) scale: f32,
}

impl CustomOp3 for Attend {
    fn name(&self) -> &'static str {
        "attend"
    }

    fn cpu_fwd(
        &self,
        qkv: &CpuStorage,
        layout: &Layout,
        keys: &CpuStorage,
        keys_layout: &Layout,
        values: &CpuStorage,
        values_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (cache, stride) = attended(keys, keys_layout, layout, self.start)?;
        let tokens = Tokens { rows: elements(qkv, layout)?, stride, start: self.start };
        let (keys, values) = (cached(keys, keys_layout)?, cached(values, values_layout)?);
        let mut mixed = vec![0.0; tokens.count() * cache.width()];
        let queries = Queries { tokens, scale: self.scale };
        zeroshot_kernels::attention(queries, cache, keys, values, &mut mixed);
        tensor(mixed, (tokens.count(), cache.width()))
    }
}

/// The keys of the first positions of a cache in 8 bits, in F32: `[n_head, seen, head_dim]`.
pub(crate) struct Widen {
    /// Width of one head.
    pub(crate) head_dim: usize,
    /// Positions.
    pub(crate) seen: usize,
}

impl CustomOp1 for Widen {
    fn name(&self) -> &'static str {
        "widen-cache"
    }

    fn cpu_fwd(&self, keys: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let cache = cache_shape(keys, layout, self.head_dim)?;
        let Cached::Q8(keys) = cached(keys, layout)? else {
            bail!("only what is in 8 bits is widened");
        };
        if self.seen > cache.positions {
            bail!("{} positions of {cache:?}", self.seen);
        }
        tensor(cache.widened(keys, self.seen), (cache.heads, self.seen, cache.head_dim))
    }
}

/// Keys, or values, as they lie in their cache.
fn cached<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<Cached<'a>> {
    Ok(match (storage, layout.contiguous_offsets()) {
        (CpuStorage::F32(cache), Some((start, end))) => Cached::F32(&cache[start..end]),
        (CpuStorage::U8(cache), Some((start, end))) => Cached::Q8(&cache[start..end]),
        _ => return not_a_cache(),
    })
}

fn not_a_cache<T>() -> Result<T> {
    bail!("a cache is one contiguous tensor of F32 or bytes")
}

/// A cache whose heads are so wide, once it is sure that it is one.
fn cache_shape(storage: &CpuStorage, layout: &Layout, head_dim: usize) -> Result<Cache> {
    let (heads, positions, of_position) = layout.shape().dims3()?;
    let bytes = matches!(storage, CpuStorage::U8(_));
    if of_position != if bytes { Cache::bytes_of_head(head_dim) } else { head_dim } {
        bail!("a head of {head_dim} is not kept in {of_position} numbers");
    }
    Ok(Cache { heads, positions, head_dim })
}

/// The cache that queries, keys and values from position `start` on belong to, and the width of the
/// tokens' rows, once it is sure that they fit.
fn attended(
    storage: &CpuStorage,
    layout: &Layout,
    qkv: &Layout,
    start: usize,
) -> Result<(Cache, usize)> {
    let (tokens, stride) = qkv.shape().dims2()?;
    let heads = layout.shape().dims3()?.0;
    let cache = cache_shape(storage, layout, stride / 3 / heads.max(1))?;
    if stride != 3 * cache.width() || start + tokens > cache.positions {
        bail!("{:?} from position {start} on do not fit into {cache:?}", qkv.shape());
    }
    Ok((cache, stride))
}
