//! How fast this machine reads memory: no engine can decode faster than its weights are read.

use std::hint::black_box;
use std::time::Instant;

use anyhow::Result;

use crate::measurement::Figures;

/// Bytes that each thread reads: far more than any cache holds.
const BYTES: usize = 256 << 20;

/// How often; the best counts, as whatever else runs only ever takes from it.
const TIMES: usize = 6;

/// Gigabytes a second, read by this many threads at once.
pub fn measure(threads: usize) -> Result<Figures> {
    let areas: Vec<Vec<u64>> = (0..threads).map(|seed| vec![seed as u64 + 1; BYTES / 8]).collect();
    let mut best = 0.0_f64;
    for _ in 0..TIMES {
        let begun = Instant::now();
        std::thread::scope(|scope| {
            for area in &areas {
                scope.spawn(|| black_box(sum(area)));
            }
        });
        best = best.max((BYTES * threads) as f64 / begun.elapsed().as_secs_f64() / 1e9);
    }
    Ok(vec![("bandwidth_gb_s", best)])
}

/// Several sums side by side, so that adding up does not hold the reading up.
fn sum(area: &[u64]) -> u64 {
    let mut sums = [0_u64; 32];
    for chunk in area.chunks_exact(32) {
        for (sum, value) in sums.iter_mut().zip(chunk) {
            *sum = sum.wrapping_add(*value);
        }
    }
    sums.iter().fold(0, |all, sum| all.wrapping_add(*sum))
}
