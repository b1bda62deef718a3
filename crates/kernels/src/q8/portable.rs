//! The products in plain Rust.

use super::activations::Row;
use super::product::{Dot, TILE, blocks};
use super::{GROUP, Group, QUAD, scale};

/// Products in plain Rust.
pub(super) struct Portable;

impl Dot for Portable {
    fn one(&self, group: Group, token: Row) -> [f32; GROUP] {
        let mut sums = [0.0; GROUP];
        for (quants, scales, x, x_scale) in blocks(group, token) {
            let mut products = [0; GROUP];
            let columns = x.as_chunks::<QUAD>().0.iter();
            for (rows, x) in quants.as_chunks::<{ GROUP * QUAD }>().0.iter().zip(columns) {
                for (product, weights) in products.iter_mut().zip(rows.as_chunks::<QUAD>().0) {
                    for (&weight, &x) in weights.iter().zip(x) {
                        *product += i32::from(weight) * i32::from(x);
                    }
                }
            }
            for ((sum, product), &bits) in sums.iter_mut().zip(products).zip(scales) {
                *sum += product as f32 * (scale(bits) * x_scale);
            }
        }
        sums
    }

    fn tile(&self, group: Group, tokens: [Row; TILE]) -> [[f32; GROUP]; TILE] {
        tokens.map(|token| self.one(group, token))
    }
}
