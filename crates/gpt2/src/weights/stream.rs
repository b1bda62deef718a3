//! A model whose file arrives in pieces, of any length: first the header, then each tensor goes
//! straight to the place where it stays. Never more of the file is held than the header, one
//! vector, or some rows of a matrix.

use super::{Builder, Filling, TensorInfo, WeightType, gguf, safetensors};
use crate::{Config, Error, Model, Result};
use std::collections::VecDeque;

/// A header longer than this is not one of a GPT-2: its vocabulary takes a few megabytes.
const MAX_HEADER: usize = 64 << 20;

/// A model on its way.
pub struct Stream {
    target: Option<WeightType>,
    stage: Stage,
    /// Bytes of the file so far.
    position: u64,
}

enum Stage {
    /// The header has not yet come as a whole.
    Header {
        format: Format,
        bytes: Vec<u8>,
    },
    Tensors(Box<Tensors>),
}

/// What the file is.
enum Format {
    Safetensors(Box<Config>),
    Gguf,
}

/// The tensors of a file, in the order of their bytes.
struct Tensors {
    builder: Builder,
    left: VecDeque<TensorInfo>,
    filling: Option<Filling>,
    file_bytes: u64,
    gguf: Option<gguf::Header>,
}

impl Stream {
    /// A safetensors file of a model of this configuration; its matrices are converted to `target`,
    /// or stay in the file's format.
    pub fn safetensors(config: Config, target: Option<WeightType>) -> Self {
        Self::new(Format::Safetensors(Box::new(config)), target)
    }

    /// A GGUF file; its matrices are converted to `target`, or stay in the file's format.
    pub fn gguf(target: Option<WeightType>) -> Self {
        Self::new(Format::Gguf, target)
    }

    fn new(format: Format, target: Option<WeightType>) -> Self {
        Self { target, stage: Stage::Header { format, bytes: Vec::new() }, position: 0 }
    }

    /// Bytes of the file that have been taken: where a transfer that broke has to go on.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Bytes of the whole file, once its header is there.
    pub fn file_bytes(&self) -> Option<u64> {
        match &self.stage {
            Stage::Header { .. } => None,
            Stage::Tensors(tensors) => Some(tensors.file_bytes),
        }
    }

    /// The header of a GGUF file, once it is there: it holds the tokenizer.
    pub fn gguf_header(&self) -> Option<&gguf::Header> {
        match &self.stage {
            Stage::Header { .. } => None,
            Stage::Tensors(tensors) => tensors.gguf.as_ref(),
        }
    }

    /// Takes the next bytes of the file. What comes after the last tensor is passed over.
    ///
    /// # Errors
    /// As [`Builder::from_safetensors`], [`Builder::from_gguf`] and [`Filling::write`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let (target, start) = (self.target, self.position);
        self.position += bytes.len() as u64;
        match &mut self.stage {
            Stage::Tensors(tensors) => tensors.write(start, bytes),
            Stage::Header { format, bytes: so_far } => {
                so_far.extend_from_slice(bytes);
                let tensors = match format.tensors(so_far, target) {
                    // The header goes on in the next bytes.
                    Err(Error::Truncated { .. }) if so_far.len() <= MAX_HEADER => return Ok(()),
                    Err(Error::Truncated { .. }) => {
                        let detail = format!("its header is longer than {MAX_HEADER} bytes");
                        return Err(Error::weights(detail));
                    }
                    tensors => tensors?,
                };
                // The first bytes after the header came with its last.
                let bytes = std::mem::take(so_far);
                let mut tensors = Box::new(tensors);
                tensors.write(0, &bytes)?;
                self.stage = Stage::Tensors(tensors);
                Ok(())
            }
        }
    }

    /// The model, once the whole file has been written.
    ///
    /// # Errors
    /// [`Error::Truncated`] if it ends too early.
    pub fn finish(self) -> Result<Model> {
        match self.stage {
            Stage::Header { format, bytes } => match format.tensors(&bytes, self.target) {
                Err(error) => Err(error),
                Ok(tensors) => Err(tensors.truncated(self.position)),
            },
            Stage::Tensors(tensors) if self.position < tensors.file_bytes => {
                Err(tensors.truncated(self.position))
            }
            Stage::Tensors(tensors) => tensors.builder.finish(),
        }
    }
}

impl Format {
    /// [`Error::Truncated`] if `prefix` ends within the header.
    fn tensors(&self, prefix: &[u8], target: Option<WeightType>) -> Result<Tensors> {
        let (builder, tensors, file_bytes, gguf) = match self {
            Self::Safetensors(config) => {
                let header = safetensors::header(prefix)?;
                let builder = Builder::from_safetensors(Config::clone(config), &header, target)?;
                (builder, header.tensors, header.file_bytes, None)
            }
            Self::Gguf => {
                let mut header = gguf::header(prefix)?;
                let builder = Builder::from_gguf(&header, target)?;
                let tensors = std::mem::take(&mut header.tensors);
                (builder, tensors, header.file_bytes, Some(header))
            }
        };
        Ok(Tensors { builder, left: tensors.into(), filling: None, file_bytes, gguf })
    }
}

impl Tensors {
    /// Takes the file's bytes from position `start` on.
    fn write(&mut self, start: u64, bytes: &[u8]) -> Result<()> {
        let end = start + bytes.len() as u64;
        // The part of these bytes that lies in a tensor.
        let part = |tensor: &TensorInfo| {
            let within = |position: u64| (position.clamp(start, end) - start) as usize;
            &bytes[within(tensor.start)..within(tensor.start.saturating_add(tensor.bytes))]
        };
        while let Some(tensor) = self.left.front() {
            if tensor.start >= end && tensor.bytes > 0 {
                break;
            }
            if self.filling.is_none() {
                self.filling = self.builder.begin(&tensor.name)?;
            }
            if let Some(filling) = &mut self.filling {
                filling.write(part(tensor))?;
            }
            if tensor.start.saturating_add(tensor.bytes) > end {
                break;
            }
            if let Some(filling) = self.filling.take() {
                self.builder.put(filling)?;
            }
            self.left.pop_front();
        }
        Ok(())
    }

    fn truncated(&self, found: u64) -> Error {
        Error::Truncated { expected: self.file_bytes, found }
    }
}
