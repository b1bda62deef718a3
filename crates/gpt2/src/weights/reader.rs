//! Bounds-checked little-endian reading of a header from a slice.

use crate::{Error, Result};

/// A position in the first bytes of a file. Reading past their end is [`Error::Truncated`], with
/// the least number of bytes that the file must have.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    pub(super) fn position(&self) -> usize {
        self.position
    }

    pub(super) fn take(&mut self, count: u64) -> Result<&'a [u8]> {
        let end = (self.position as u64).saturating_add(count);
        let found = self.bytes.len() as u64;
        let range = usize::try_from(end).ok().map(|end| self.position..end);
        let Some(taken) = range.and_then(|range| self.bytes.get(range)) else {
            return Err(Error::Truncated { expected: end, found });
        };
        self.position += taken.len();
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N as u64)?);
        Ok(array)
    }

    pub(super) fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_le_bytes)
    }
}
