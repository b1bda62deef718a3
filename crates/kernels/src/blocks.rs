//! Blocks of numbers that share a scale: how they are rounded to integers, and how keys and values
//! keep them in 8 bits.
//!
//! Weights of 8 and 4 bits are packed in their own way, by [`packed`](crate::Packed).

use crate::lanes::{LANES, Lanes, inverse};

/// Numbers that share a scale.
pub const BLOCK: usize = 32;

/// The largest integer that numbers are rounded to in 8 bits; the least is its negative.
pub(crate) const LARGEST_OF_8: f32 = 127.0;

/// The same in 16 bits.
pub(crate) const LARGEST_OF_16: f32 = 32_767.0;

/// A block in 8 bits, and behind it its scale, an F32 with the lowest byte first. (ggml's Q8_0 has a
/// scale of 16 bits in front.)
pub(crate) type Block = [u8; BLOCK + SCALE];

/// Bytes of a scale.
const SCALE: usize = size_of::<f32>();

/// Rounds numbers so that the one farthest from zero becomes `largest`, in either direction, and
/// returns what an integer stands for. What is not a number becomes 0.
#[inline(always)]
pub(crate) fn round<L: Lanes>(numbers: &[f32; BLOCK], largest: f32, out: &mut [i16; BLOCK]) -> f32 {
    let numbers = numbers.as_chunks::<LANES>().0;
    let farthest = numbers.iter().fold(
        L::splat(0.0),
        #[inline(always)]
        |farthest, lanes| farthest.at_least(L::load(lanes).abs()),
    );
    let scale = farthest.largest() / largest;
    let inverse = L::splat(inverse(scale));
    for (lanes, out) in numbers.iter().zip(out.as_chunks_mut::<LANES>().0) {
        *out = L::load(lanes).mul(inverse).round();
    }
    scale
}

/// Up to a block of numbers, filled up with zeros.
#[inline(always)]
pub(crate) fn filled(numbers: &[f32]) -> [f32; BLOCK] {
    let mut filled = [0.0; BLOCK];
    filled[..numbers.len()].copy_from_slice(numbers);
    filled
}

/// Keeps a block in 8 bits.
#[inline(always)]
pub(crate) fn keep<L: Lanes>(numbers: &[f32; BLOCK], out: &mut Block) {
    let mut rounded = [0; BLOCK];
    let scale = round::<L>(numbers, LARGEST_OF_8, &mut rounded);
    let (out, out_scale) = out.split_at_mut(BLOCK);
    for (out, rounded) in out.iter_mut().zip(rounded) {
        *out = rounded as u8;
    }
    out_scale.copy_from_slice(&scale.to_le_bytes());
}

/// The integers of a block.
#[inline(always)]
pub(crate) fn integers(block: &Block) -> &[u8; BLOCK] {
    match block.first_chunk() {
        Some(integers) => integers,
        None => unreachable!("a block is longer"),
    }
}

/// What an integer of a block stands for.
#[inline(always)]
pub(crate) fn scale(block: &Block) -> f32 {
    f32::from_le_bytes(block.last_chunk().copied().unwrap_or_default())
}
