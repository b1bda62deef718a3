//! Eight lanes in plain Rust.

use super::{COLUMNS, LANES, Lanes, ROUND, half_to_f32, sum_in_order};

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
            let bits = (lane + ROUND).to_bits().cast_signed() - ROUND.to_bits().cast_signed();
            *rounded = bits.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
        }
        rounded
    }

    #[inline(always)]
    fn sums(four: [Self; 4]) -> [f32; 4] {
        four.map(|lanes| sum_in_order(lanes.0))
    }

    #[inline(always)]
    fn dots(x: &[i16], four: [&[i16]; 4]) -> [f32; 4] {
        let mut dots = [0.0; 4];
        for (dot, y) in dots.iter_mut().zip(four) {
            let products = x.iter().zip(y).map(|(&x, &y)| i32::from(x) * i32::from(y));
            *dot = products.fold(0, i32::wrapping_add) as f32;
        }
        dots
    }

    #[inline(always)]
    fn weighed(
        pairs: &[[i16; 2]],
        rows: &[i16],
        stride: usize,
        column: usize,
    ) -> [Self; COLUMNS / LANES] {
        let mut sums = [0_i32; COLUMNS];
        for (row, &weight) in rows.chunks_exact(stride).zip(pairs.as_flattened()) {
            for (sum, &number) in sums.iter_mut().zip(&row[column..column + COLUMNS]) {
                *sum = sum.wrapping_add(i32::from(number) * i32::from(weight));
            }
        }
        let mut lanes = [Self([0.0; LANES]); COLUMNS / LANES];
        for (lanes, sums) in lanes.iter_mut().zip(sums.as_chunks::<LANES>().0) {
            for (lane, &sum) in lanes.0.iter_mut().zip(sums) {
                *lane = sum as f32;
            }
        }
        lanes
    }
}
