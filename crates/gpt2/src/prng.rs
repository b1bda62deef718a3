//! The pseudo-random numbers of sampling: xoshiro256++ (Blackman & Vigna 2019), seeded by
//! splitmix64 as its authors advise. Our own, so that a seed draws the same text on every
//! platform and in every release.

/// A pseudo-random sequence.
#[derive(Clone, Debug)]
pub struct Prng {
    state: [u64; 4],
}

impl Prng {
    /// The sequence that belongs to `seed`.
    pub fn new(seed: u64) -> Self {
        let mut splitmix = seed;
        let state = std::array::from_fn(|_| {
            splitmix = splitmix.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = splitmix;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        });
        Self { state }
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// The next number in `[0, 1)`: 53 random bits, so every value is exact in an `f64`.
    pub fn uniform(&mut self) -> f64 {
        const UNIT: f64 = 1.0 / (1u64 << 53) as f64;
        (self.next_u64() >> 11) as f64 * UNIT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The authors' C programs print these for the state that splitmix64 makes of seed 0.
    #[test]
    fn the_sequence_never_changes() {
        let mut prng = Prng::new(0);
        assert_eq!(prng.state[0], 0xe220_a839_7b1d_cdaf);
        let drawn: Vec<u64> = (0..3).map(|_| prng.next_u64()).collect();
        assert_eq!(drawn, [0x5317_5d61_490b_23df, 0x61da_6f3d_c380_d507, 0x5c0f_df91_ec9a_7bfc]);
    }

    #[test]
    fn uniform_numbers_fill_the_unit_interval() {
        let mut prng = Prng::new(42);
        let drawn: Vec<f64> = (0..10_000).map(|_| prng.uniform()).collect();
        assert!(drawn.iter().all(|x| (0.0..1.0).contains(x)));
        let mean = drawn.iter().sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
    }
}
