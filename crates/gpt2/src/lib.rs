//! GPT-2 (Radford et al. 2019) on candle tensors, from bytes to streamed text.
//!
//! The way through: [`Config`] and [`weights`] make a [`Model`]; [`Tokenizer`] turns text into
//! token ids and back; [`Session`] holds both with the [`KvCache`] and runs one generation after
//! another, a small step at a time. [`sampling`] never sees text, [`text_stream`] never sees
//! logits.
//!
//! Everything takes bytes and gives values: files, network, clock and threads are the caller's,
//! so the same code runs natively and in a browser's worker.

mod attention;
mod backend;
mod branches;
mod config;
mod distribution;
mod error;
mod inquiry;
mod kernel_ops;
mod kv_cache;
mod linear;
mod model;
mod ops;
pub mod parts;
mod prediction;
mod prng;
mod reading;
pub mod sampling;
mod session;
mod tensors;
pub mod text_stream;
mod tokenizer;
pub mod weights;

pub use backend::Backend;
pub use config::{Activation, Config, ModelType};
pub use distribution::{Distribution, MAX_BARS};
pub use error::{Error, Part, Result};
pub use inquiry::{Finding, Glimpse, Inquiry};
pub use kv_cache::KvCache;
pub use model::Model;
pub use prediction::{Prediction, TOP_CHOICES};
pub use prng::Prng;
pub use session::{Finish, PREFILL_TILE, Session, Started, Step};
pub use tensors::TensorSummary;
pub use tokenizer::{Added, END_OF_TEXT, Scheme, Tokenizer, Vocabulary};
pub use weights::WeightType;
#[cfg(not(target_arch = "wasm32"))]
pub use zeroshot_kernels::use_threads;
