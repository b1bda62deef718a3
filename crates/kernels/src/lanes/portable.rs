//! Eight lanes in plain Rust.

use super::{LANES, Lanes, ROUND, half_to_f32, sum_in_order};
use crate::blocks::{BLOCK, Block, integers};

/// Eight `f32` in an array, which the compiler puts into whatever registers there are.
#[derive(Clone, Copy)]
pub(crate) struct Portable([f32; LANES]);

impl Portable {
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        let mut lanes = self.0;
        for (a, b) in lanes.iter_mut().zip(other.0) {
            *a = f(*a, b);
        }
        Self(lanes)
    }
}

impl Lanes for Portable {
    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self([value; LANES])
    }

    #[inline(always)]
    fn load(from: &[f32; LANES]) -> Self {
        Self(*from)
    }

    #[inline(always)]
    fn load_half(from: &[u16; LANES]) -> Self {
        let mut lanes = [0.0; LANES];
        for (lane, &bits) in lanes.iter_mut().zip(from) {
            *lane = half_to_f32(bits);
        }
        Self(lanes)
    }

    #[inline(always)]
    fn store(self, to: &mut [f32; LANES]) {
        *to = self.0;
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.zip(other, |a, b| a / b)
    }

    #[inline(always)]
    fn at_least(self, other: Self) -> Self {
        self.zip(other, |a, b| if a < b { b } else { a })
    }

    #[inline(always)]
    fn at_most(self, other: Self) -> Self {
        self.zip(other, |a, b| if b < a { b } else { a })
    }

    #[inline(always)]
    fn abs(self) -> Self {
        Self(self.0.map(f32::abs))
    }

    #[inline(always)]
    fn bits_to_exponent(self) -> Self {
        Self(self.0.map(|lane| f32::from_bits(lane.to_bits() << 23)))
    }

    #[inline(always)]
    fn round(self) -> [i16; LANES] {
        let mut rounded = [0; LANES];
        for (rounded, lane) in rounded.iter_mut().zip(self.0) {
            *rounded = (lane + ROUND).to_bits() as i16;
        }
        rounded
    }

    #[inline(always)]
    fn sums(four: [Self; 4]) -> [f32; 4] {
        four.map(|lanes| sum_in_order(lanes.0))
    }

    #[inline(always)]
    fn dots(x: &[i16; BLOCK], four: [&Block; 4]) -> [f32; 4] {
        let mut dots = [0.0; 4];
        for (dot, y) in dots.iter_mut().zip(four) {
            let products = x.iter().zip(integers(y)).map(|(&x, &y)| times(x, y));
            *dot = products.sum::<i32>() as f32;
        }
        dots
    }

    #[inline(always)]
    fn weighed(
        pairs: &[[i16; 2]],
        positions: &[Block],
        stride: usize,
        at: usize,
    ) -> [Self; BLOCK / LANES] {
        let mut sums = [0_i32; BLOCK];
        for (position, &weight) in positions.chunks_exact(stride).zip(pairs.as_flattened()) {
            for (sum, &number) in sums.iter_mut().zip(integers(&position[at])) {
                *sum += times(weight, number);
            }
        }
        let mut lanes = [Self([0.0; LANES]); BLOCK / LANES];
        for (lanes, sums) in lanes.iter_mut().zip(sums.as_chunks::<LANES>().0) {
            for (lane, &sum) in lanes.0.iter_mut().zip(sums) {
                *lane = sum as f32;
            }
        }
        lanes
    }
}

/// The product of an integer with one of a block.
#[inline(always)]
fn times(x: i16, y: u8) -> i32 {
    i32::from(x) * i32::from(y.cast_signed())
}
