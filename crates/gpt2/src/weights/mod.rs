//! Weights: from the bytes of a file to the tensors of a [`Model`](crate::Model), and back.
//!
//! A file is read in two steps, so that it can be streamed as well as held whole: first its
//! header ([`safetensors`], [`gguf`]), which says where each tensor lies; a [`Builder`] checks it
//! against the configuration before a single weight is read. Then each tensor's bytes, in any
//! order, converted one at a time to the form that the forward pass uses.

mod builder;
mod filling;
pub mod gguf;
mod gguf_config;
pub mod gguf_write;
mod keeping;
pub mod pack;
mod param;
mod reader;
pub mod safetensors;
mod stream;
mod tensor_type;

pub use builder::Builder;
pub use filling::Filling;
pub use keeping::Keeping;
pub use param::{Kind, Naming, Param, parameters};
pub use stream::Stream;
pub use tensor_type::{TensorType, WeightType};

pub(crate) use builder::Weights;

use crate::{Error, Result};

/// A tensor as a file's header lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorInfo {
    /// Its name, as written in the file.
    pub name: String,
    /// Its number format, by the file's own name for it.
    pub type_name: String,
    /// The same, if it is one that can be read.
    pub tensor_type: Option<TensorType>,
    /// Its dimensions, the slowest first.
    pub shape: Vec<usize>,
    /// Where its bytes begin, counted from the file's first.
    pub start: u64,
    /// How many bytes it has.
    pub bytes: u64,
}

impl TensorInfo {
    /// Its number format.
    ///
    /// # Errors
    /// [`Error::UnsupportedType`] if it is none that can be read.
    pub(crate) fn stored(&self) -> Result<TensorType> {
        self.tensor_type.ok_or_else(|| Error::UnsupportedType {
            name: self.name.clone(),
            found: self.type_name.clone(),
            expected: "a float or one of ggml's blocks",
        })
    }

    /// Its number format, once it is sure that these are its bytes, as many as the header says.
    ///
    /// # Errors
    /// [`Error::Truncated`] if they are fewer, or more.
    pub(crate) fn check(&self, bytes: &[u8]) -> Result<TensorType> {
        let found = bytes.len() as u64;
        if found == self.bytes { self.stored() } else { Err(self.truncated(found)) }
    }

    /// Where it ends in the file.
    pub(crate) fn end(&self) -> u64 {
        self.start.saturating_add(self.bytes)
    }

    /// That `found` of its bytes are there, and not all of them, or more.
    pub(crate) fn truncated(&self, found: u64) -> Error {
        Error::Truncated { expected: self.end(), found: self.start.saturating_add(found) }
    }

    /// That its numbers cannot be kept.
    pub(crate) fn unusable(&self, error: &zeroshot_kernels::Error) -> Error {
        if *error == zeroshot_kernels::Error::Memory {
            return Error::OutOfMemory { name: self.name.clone() };
        }
        Error::weights(format!("tensor {}: {error}", self.name))
    }

    /// Its bytes in the whole file.
    ///
    /// # Errors
    /// [`Error::Truncated`] if the file ends before.
    pub fn slice<'a>(&self, file: &'a [u8]) -> Result<&'a [u8]> {
        let end = self.end();
        let range = usize::try_from(self.start).ok().zip(usize::try_from(end).ok());
        range
            .and_then(|(start, end)| file.get(start..end))
            .ok_or(Error::Truncated { expected: end, found: file.len() as u64 })
    }
}
