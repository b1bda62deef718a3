//! The products in plain Rust.

use super::activations::Row;
use super::product::{Dot, TILE, blocks};
use super::{BLOCK, GROUP, Group, QUAD, scale};

/// Products in plain Rust.
pub(super) struct Portable;

impl Dot for Portable {
    fn one<const BITS: usize>(&self, group: Group<BITS>, token: Row) -> [f32; GROUP] {
        let mut sums = [0.0; GROUP];
        for (bytes, scales, x) in blocks(group, token) {
            let mut products = [0; GROUP];
            for (quad, rows) in bytes.as_chunks::<{ GROUP * QUAD }>().0.iter().enumerate() {
                // A byte of Q4_0 holds two weights, half a block apart.
                for half in 0..8 / BITS {
                    let x = &x.quants[quad * QUAD + half * BLOCK / 2..][..QUAD];
                    for (product, weights) in products.iter_mut().zip(rows.as_chunks::<QUAD>().0) {
                        for (&byte, &x) in weights.iter().zip(x) {
                            *product += weight::<BITS>(byte, half) * i32::from(x);
                        }
                    }
                }
            }
            for ((sum, product), &bits) in sums.iter_mut().zip(products).zip(scales) {
                *sum += product as f32 * (scale(bits) * x.scale);
            }
        }
        sums
    }

    fn tile<const BITS: usize>(
        &self,
        group: Group<BITS>,
        tokens: [Row; TILE],
    ) -> [[f32; GROUP]; TILE] {
        tokens.map(|token| self.one(group, token))
    }
}

/// The weight in a byte, or in one of its halves.
#[inline(always)]
fn weight<const BITS: usize>(byte: u8, half: usize) -> i32 {
    match (BITS, half) {
        (4, 0) => i32::from(byte & 0x0f) - 8,
        (4, _) => i32::from(byte >> 4) - 8,
        _ => i32::from(byte.cast_signed()),
    }
}
