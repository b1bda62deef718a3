//! A model as it is kept by whoever loads it: one GGUF file that holds all of it, its tensors in
//! the types that they were converted to and in the order in which they arrived. So it can be
//! written while they still arrive or when the model is used already, and what there is of it is
//! always the beginning of the whole: a load that was cut off takes its finished tensors from there
//! ([`Stream::restore`]).
//!
//! Which bytes the file has is said here; where it lies is the caller's.
//!
//! [`Stream::restore`]: super::Stream::restore

use super::builder::{Added, Builder};
use super::filling::Filling;
use super::{Naming, Param, TensorInfo, TensorType, WeightType, gguf_write, pack};
use crate::linear::Matrix;
use crate::{Config, Result, Vocabulary};
use std::borrow::Cow;

/// How far a kept file has been given out, or read back.
pub struct Keeping {
    header: Vec<u8>,
    /// Where the tensors lie in the file, in the order of their bytes.
    tensors: Vec<(Param, TensorInfo)>,
    /// Bytes of the file so far.
    position: u64,
    /// The tensor at that position; after the last, their number.
    next: usize,
    /// As many of the tensors are known to have arrived.
    arrived: usize,
    /// What is being read back.
    pub(super) filling: Option<Filling>,
}

impl Keeping {
    /// A file of these tensors, in this order.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) if the model cannot be said in GGUF.
    pub(super) fn new(
        config: &Config,
        vocabulary: &Vocabulary,
        tensors: &[(Param, TensorType)],
    ) -> Result<Self> {
        let most = most_common(config, tensors);
        let header = pack::header_of(config, vocabulary, most, tensors)?;
        let mut start = header.len() as u64;
        let mut placed = Vec::with_capacity(tensors.len());
        for &(param, kind) in tensors {
            let shape = param.shape(config);
            // The header has refused what cannot be counted.
            let bytes = kind.bytes(&shape).unwrap_or_default();
            let (name, type_name) = (param.name(Naming::Gguf), kind.name().to_owned());
            let info = TensorInfo { name, type_name, tensor_type: Some(kind), shape, start, bytes };
            placed.push((param, info));
            start += padded(bytes);
        }
        Ok(Self { header, tensors: placed, position: 0, next: 0, arrived: 0, filling: None })
    }

    /// Bytes of the whole file.
    pub fn file_bytes(&self) -> u64 {
        self.tensors.last().map_or(self.header.len() as u64, |(_, info)| end(info))
    }

    /// Bytes that have been given out.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Bytes up to the end of the last tensor that is whole, or of nothing before the first: the
    /// most that can be read back.
    pub fn whole(&self) -> u64 {
        let end = self.end_of(self.next);
        if self.next == 0 { end.min(self.position) } else { end }
    }

    /// Where the first `count` tensors end, and the header before them.
    fn end_of(&self, count: usize) -> u64 {
        let last = count.checked_sub(1).and_then(|last| self.tensors.get(last));
        last.map_or(self.header.len() as u64, |(_, info)| end(info))
    }

    /// The last tensor that is whole.
    pub(super) fn last(&self) -> Option<Param> {
        let (param, _) = self.tensors.get(self.next.checked_sub(1)?)?;
        Some(*param)
    }

    /// How many more bytes could be given out now.
    pub(super) fn behind(&mut self, builder: &Builder) -> u64 {
        let of =
            |index: usize| self.tensors.get(index).and_then(|(param, _)| builder.added(*param));
        let mut arrived = self.arrived.max(self.next);
        while of(arrived).is_some() {
            arrived += 1;
        }
        self.arrived = arrived;
        self.end_of(arrived).saturating_sub(self.position)
    }

    /// Appends the next bytes that are there, about `most` of them; says whether there were any.
    pub(super) fn give(
        &mut self,
        builder: &Builder,
        most: usize,
        out: &mut Vec<u8>,
    ) -> Result<bool> {
        let header = self.header.len() as u64;
        if self.position < header {
            let rest = &self.header[self.position as usize..];
            let part = &rest[..rest.len().min(most)];
            out.extend_from_slice(part);
            self.position += part.len() as u64;
            return Ok(true);
        }
        let Some((param, info)) = self.tensors.get(self.next) else { return Ok(false) };
        let Some(added) = builder.added(*param) else { return Ok(false) };
        let from = (self.position - info.start) as usize;
        let (before, bytes) = (out.len(), info.bytes as usize);
        added.extend_with_stored(from, most, bytes, out)?;
        self.position += (out.len() - before) as u64;
        if self.position >= info.start + info.bytes {
            let padding = (end(info) - self.position) as usize;
            out.resize(out.len() + padding, 0);
            self.position = end(info);
            self.next += 1;
        }
        Ok(true)
    }

    /// Whether these bytes, the next ones of a kept file, belong to this one, as far as its header
    /// says.
    pub(super) fn is_same_header(&self, bytes: &[u8]) -> bool {
        let rest = self.header.get(self.position as usize..).unwrap_or_default();
        let shared = rest.len().min(bytes.len());
        rest[..shared] == bytes[..shared]
    }

    /// The tensor that is next and where it lies.
    pub(super) fn tensor(&self) -> Option<&(Param, TensorInfo)> {
        self.tensors.get(self.next)
    }

    /// Goes on to the next tensor.
    pub(super) fn pass(&mut self) {
        self.next += 1;
    }

    /// Counts bytes that were read back.
    pub(super) fn count(&mut self, bytes: usize) {
        self.position += bytes as u64;
    }

    /// Goes back to the end of the last whole tensor: what there is of the next one is given out
    /// anew.
    pub(super) fn rewind(&mut self) {
        self.filling = None;
        self.position = self.whole();
    }
}

impl Added<'_> {
    /// Appends about `most` of its bytes from byte `from` on, as a GGUF file has them: `bytes` in
    /// all.
    fn extend_with_stored(
        &self,
        from: usize,
        most: usize,
        bytes: usize,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let part = |whole: &[u8], out: &mut Vec<u8>| {
            let rest = whole.get(from..).unwrap_or_default();
            out.extend_from_slice(&rest[..rest.len().min(most)]);
        };
        match self {
            &Self::Vector(tensor) | &Self::Matrix(Matrix::Plain(tensor)) => {
                let values = tensor.flatten_all()?;
                let rest = values.dims1()?.saturating_sub(from / 4);
                let values = values.narrow(0, from / 4, rest.min(most.div_ceil(4)))?;
                let bytes = pack::float_bytes(&values.to_vec1::<f32>()?, TensorType::F32);
                out.extend_from_slice(&bytes);
            }
            Self::Matrix(Matrix::Packed(blocks)) => {
                let whole: Cow<[u8]> = blocks.data()?;
                part(&whole, out);
            }
            Self::Matrix(Matrix::Kernels(matrix, _)) => {
                let of_row = (bytes / matrix.rows().max(1)).max(1);
                let first = from / of_row;
                let last = (first + (most / of_row).max(1)).min(matrix.rows());
                for row in first..last {
                    matrix.extend_with_stored(row, out);
                }
            }
        }
        Ok(())
    }
}

/// Where the next tensor begins.
fn end(info: &TensorInfo) -> u64 {
    info.start + padded(info.bytes)
}

fn padded(bytes: u64) -> u64 {
    bytes + gguf_write::padding(bytes) as u64
}

/// The type of most of the matrices' numbers, as near as a file's type can say it.
fn most_common(config: &Config, tensors: &[(Param, TensorType)]) -> WeightType {
    let numbers = |kind: WeightType| -> usize {
        let of_kind = tensors.iter().filter(|(param, stored)| {
            param.kind.is_matrix() && stored.name().eq_ignore_ascii_case(kind.name())
        });
        of_kind.map(|(param, _)| param.shape(config).iter().product::<usize>()).sum()
    };
    WeightType::ALL.into_iter().max_by_key(|&kind| numbers(kind)).unwrap_or(WeightType::F32)
}
