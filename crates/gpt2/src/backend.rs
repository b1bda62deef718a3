//! The two ways to compute one forward pass.

/// What computes the operations of the forward pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Backend {
    /// The project's kernels: layer norm, `gelu_new`, attention over the cache, and products with
    /// Q8_0 weights. What they have no part in, candle computes.
    #[default]
    Kernels,
    /// candle's own operations alone: the reference that the kernels must agree with.
    Plain,
}
