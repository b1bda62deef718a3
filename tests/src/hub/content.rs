//! What is in a file: bytes that are there, or random weights that are made where they are sent.

use std::sync::Arc;

/// The content of a file; cheap to clone.
#[derive(Clone)]
pub enum Content {
    /// As it is.
    Bytes(Arc<[u8]>),
    /// A file of weights in safetensors that nobody stores.
    Weights(Arc<Weights>),
}

impl Content {
    /// Its length in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Weights(weights) => weights.header.len() as u64 + weights.data_bytes(),
        }
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes from `offset` on, as many as there are room for; both must lie inside.
    pub fn read(&self, offset: u64, into: &mut [u8]) {
        match self {
            Self::Bytes(bytes) => {
                let start = offset as usize;
                into.copy_from_slice(&bytes[start..start + into.len()]);
            }
            Self::Weights(weights) => weights.read(offset, into),
        }
    }

    /// All of it.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut bytes = vec![0; self.len() as usize];
        self.read(0, &mut bytes);
        bytes
    }

    /// The same, but for one bit of the byte at `offset`.
    pub fn damaged(&self, offset: usize) -> Self {
        let mut bytes = self.to_vec();
        bytes[offset] ^= 1;
        bytes.into()
    }
}

impl<T: Into<Vec<u8>>> From<T> for Content {
    fn from(bytes: T) -> Self {
        Self::Bytes(Arc::from(bytes.into()))
    }
}

/// Random F32 weights behind a header.
pub struct Weights {
    /// Of safetensors, with its length before it; a multiple of eight bytes.
    pub header: Vec<u8>,
    /// What the numbers of each tensor are, in the order of the file, and how many they are.
    pub tensors: Vec<(Numbers, u64)>,
}

/// What the numbers of a tensor are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Numbers {
    /// All the same.
    Same(f32),
    /// Around 0, with this standard deviation.
    Random(f32),
}

impl Weights {
    fn data_bytes(&self) -> u64 {
        4 * self.tensors.iter().map(|(_, count)| count).sum::<u64>()
    }

    fn read(&self, offset: u64, into: &mut [u8]) {
        let header = self.header.len() as u64;
        let mut filled = 0;
        if offset < header {
            let part = &self.header[offset as usize..];
            filled = part.len().min(into.len());
            into[..filled].copy_from_slice(&part[..filled]);
        }
        let (mut tensors, mut end) = (self.tensors.iter(), 0);
        let mut numbers = Numbers::Same(0.0);
        while filled < into.len() {
            let at = offset + filled as u64 - header;
            let (index, start) = (at / 4, at as usize % 4);
            while index >= end {
                let Some((next, count)) = tensors.next() else { return };
                (numbers, end) = (*next, end + count);
            }
            let bytes = number(numbers, index).to_le_bytes();
            let count = (4 - start).min(into.len() - filled);
            into[filled..filled + count].copy_from_slice(&bytes[start..start + count]);
            filled += count;
        }
    }
}

/// The number at this place of the file.
fn number(numbers: Numbers, index: u64) -> f32 {
    match numbers {
        Numbers::Same(value) => value,
        Numbers::Random(deviation) => {
            // SplitMix64 of the place; the sum of four uniform numbers is near enough to a normal one.
            let mut bits = index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            bits ^= bits >> 31;
            let sum: u64 = (0..4).map(|part| bits >> (16 * part) & 0xffff).sum();
            (sum as f32 - 2.0 * 65535.0) / (65536.0 * (4.0f32 / 12.0).sqrt()) * deviation
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_the_same_however_they_are_read() {
        let tensors = vec![(Numbers::Same(1.0), 3), (Numbers::Random(0.02), 1000)];
        let weights = Content::Weights(Arc::new(Weights { header: vec![7; 16], tensors }));
        let whole = weights.to_vec();
        assert_eq!(whole.len(), 16 + 4 * 1003);
        assert_eq!(whole[..16], [7; 16]);
        assert_eq!(whole[16..20], 1f32.to_le_bytes());
        for (start, len) in [(0, 40), (15, 6), (29, 1), (1000, 777)] {
            let mut part = vec![0; len];
            weights.read(start as u64, &mut part);
            assert_eq!(part, whole[start..start + len], "{start}");
        }
        let numbers = whole[28..].chunks(4).map(|b| f32::from_le_bytes(b.try_into().unwrap()));
        let squares: f32 = numbers.map(|number| number * number).sum();
        assert!(((squares / 1000.0).sqrt() - 0.02).abs() < 0.002, "{squares}");
        assert_ne!(weights.damaged(20).to_vec(), whole);
    }
}
