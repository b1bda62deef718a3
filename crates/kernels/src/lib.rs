//! The arithmetic that a GPT-2 spends its time on, written for SIMD: products with packed
//! weights of 4, 8, 16 and 32 bits, attention over a key-value cache, layer normalisation, gelu and
//! softmax.
//!
//! Everything works on slices of `f32`; tensors, files and the model itself are others'. Each
//! kernel exists for wasm's simd128, for x86-64 with AVX2 where that helps, and in plain Rust
//! ([`portable`]). All of them do the same operations in the same order, so that they give the
//! same bits: a model computes in a browser what it computes natively.
//!
//! Large products, attention and gelu are shared by the threads of a [`Pool`], if there is one; that
//! changes no bit of a result. Of relaxed SIMD only what is the same on every processor: not its multiply-adds,
//! which round differently from one to another.

mod attention;
mod blocks;
mod dispatch;
mod elementwise;
mod floats;
mod lanes;
mod matrix;
mod norm;
mod packed;
mod parts;
mod pool;
pub mod portable;

pub use attention::{Cache, Cached, CachedMut, Queries, Tokens, attention};
pub use blocks::BLOCK;
pub use elementwise::gelu_new;
pub use floats::{Element, PackedF16, PackedF32, PackedFloats};
/// What weights, keys and values may be kept in.
pub use half::f16;
pub use matrix::{Numbers, PackedMatrix};
pub use norm::{SoftmaxTotals, largest, layer_norm, softmax, softmax_totals};
pub use packed::{Error, Packed, PackedQ4, PackedQ8};
#[cfg(not(target_arch = "wasm32"))]
pub use pool::use_threads;
pub use pool::{Pool, abandon, join, threads, use_pool};
