//! Attention against the same in F64, in F32 and in 8 bits.

use crate::{assert_near, exact_softmax, vector};
use zeroshot_kernels::{BLOCK, Cache, Cached, CachedMut, Queries, Tokens, portable};

/// Attention in F64 to keys and values `[heads, seen, head_dim]`.
fn exact_attention(queries: Queries, cache: Cache, keys: &[f32], values: &[f32]) -> Vec<f64> {
    let dim = cache.head_dim;
    let seen = keys.len() / cache.width();
    let mut all = Vec::new();
    let tokens = queries.tokens;
    for (token, row) in tokens.rows.chunks(tokens.stride).enumerate() {
        for (head, query) in row[..cache.width()].chunks(dim).enumerate() {
            let of_head = |all: &[f32]| -> Vec<Vec<f64>> {
                let rows = all[head * seen * dim..].chunks(dim).take(tokens.start + token + 1);
                rows.map(|row| row.iter().copied().map(f64::from).collect()).collect()
            };
            let (keys, values) = (of_head(keys), of_head(values));
            let score = |key: &Vec<f64>| -> f64 {
                let products = query.iter().zip(key).map(|(&q, k)| f64::from(q) * k);
                products.sum::<f64>() * f64::from(queries.scale)
            };
            let weights = exact_softmax(&keys.iter().map(score).collect::<Vec<_>>());
            all.extend((0..dim).map(|column| {
                values
                    .iter()
                    .zip(&weights)
                    .map(|(value, weight)| value[column] * weight)
                    .sum::<f64>()
            }));
        }
    }
    all
}

/// Keys, or values, of some tokens, in F32 and in 8 bits.
fn written(cache: Cache, tokens: &[Tokens], column: usize) -> (Vec<f32>, Vec<u8>) {
    let (mut wide, mut kept) = (vec![0.0; cache.elements()], vec![0; cache.bytes()]);
    for &tokens in tokens {
        cache.write(tokens, column, CachedMut::F32(&mut wide));
        cache.write(tokens, column, CachedMut::Q8(&mut kept));
    }
    (wide, kept)
}

#[test]
fn attention_is_softmax_of_scores_times_values() {
    for (heads, positions, head_dim) in [(3, 40, 12), (2, 50, 64)] {
        let cache = Cache { heads, positions, head_dim };
        let (width, start, tokens) = (cache.width(), 3, 30);
        let (old, new) = (vector(start * 3 * width, 9), vector(tokens * 3 * width, 11));
        let [old_tokens, new_tokens] = [(&old, 0), (&new, start)].map(|(rows, start)| Tokens {
            rows,
            stride: 3 * width,
            start,
        });
        let queries = Queries { tokens: new_tokens, scale: 0.7 };
        let seen = start + tokens;
        let [(keys, kept_keys), (values, kept_values)] = [1, 2].map(|part| {
            let (wide, kept) = written(cache, &[old_tokens, new_tokens], part * width);
            let rows = old.chunks(3 * width).chain(new.chunks(3 * width));
            let rows: Vec<&[f32]> = rows.map(|row| &row[part * width..][..width]).collect();
            for (head, kept) in wide.chunks(positions * head_dim).enumerate() {
                let written = rows.iter().flat_map(|row| &row[head * head_dim..][..head_dim]);
                assert!(kept.iter().take(seen * head_dim).eq(written), "head {head}");
            }
            (wide, kept)
        });
        let mut found = vec![0.0; tokens * width];
        portable::attention(queries, cache, Cached::F32(&keys), Cached::F32(&values), &mut found);
        let seen_of = |all: &[f32]| -> Vec<f32> {
            let heads = all.chunks(positions * head_dim);
            heads.flat_map(|head| &head[..seen * head_dim]).copied().collect()
        };
        let (keys, values) = (seen_of(&keys), seen_of(&values));
        assert_near(&found, &exact_attention(queries, cache, &keys, &values), 2e-6);

        // What is kept in 8 bits is within half a step of what was written, and attended to as it
        // is kept.
        let widened = [(kept_keys, keys), (kept_values, values)].map(|(kept, exact)| {
            let widened = cache.widened(&kept, seen);
            let numbers = widened.chunks(head_dim).zip(exact.chunks(head_dim));
            for (widened, exact) in numbers.flat_map(|(w, e)| w.chunks(BLOCK).zip(e.chunks(BLOCK)))
            {
                let largest = exact.iter().fold(0.0_f32, |largest, x| largest.max(x.abs()));
                for (widened, exact) in widened.iter().zip(exact) {
                    assert!((widened - exact).abs() <= largest / 253.9, "{widened} for {exact}");
                }
            }
            (kept, widened)
        });
        let [(kept_keys, keys), (kept_values, values)] = widened;
        let (kept_keys, kept_values) = (Cached::Q8(&kept_keys), Cached::Q8(&kept_values));
        portable::attention(queries, cache, kept_keys, kept_values, &mut found);
        assert_near(&found, &exact_attention(queries, cache, &keys, &values), 1e-4);
    }
}

/// A number that is far from all others, as keys may have in one column, makes those of its block
/// coarse: what is attended to stays the same.
#[test]
fn attention_in_8_bits_bears_a_column_far_from_the_others() {
    let cache = Cache { heads: 1, positions: 200, head_dim: 64 };
    let mut rows = vector(200 * 3 * 64, 14);
    for row in rows.chunks_mut(3 * 64) {
        row[64 + 5] += 10.0;
    }
    let tokens = Tokens { rows: &rows, stride: 3 * 64, start: 0 };
    let queries = Queries { tokens, scale: 0.125 };
    let [(keys, kept_keys), (values, kept_values)] =
        [1, 2].map(|part| written(cache, &[tokens], part * 64));
    let mut found = vec![0.0; 200 * 64];
    let (kept_keys, kept_values) = (Cached::Q8(&kept_keys), Cached::Q8(&kept_values));
    portable::attention(queries, cache, kept_keys, kept_values, &mut found);
    assert_near(&found, &exact_attention(queries, cache, &keys, &values), 0.01);
}

/// Weights are rounded as well: of many that are alike, and of one that is all.
#[test]
fn attention_in_8_bits_weighs_many_positions_and_one() {
    let cache = Cache { heads: 1, positions: 1000, head_dim: 64 };
    let values = vector(cache.elements(), 12);
    let keep = |rows: &[f32]| written(cache, &[Tokens { rows, stride: 64, start: 0 }], 0).1;
    let kept_values = keep(&values);
    let values = cache.widened(&kept_values, 1000);
    let column = |weight: &dyn Fn(usize) -> f64, column: usize| -> f64 {
        values.chunks(64).enumerate().map(|(at, row)| weight(at) * f64::from(row[column])).sum()
    };
    let attend = |query: &[f32], keys: &[u8]| {
        let tokens = Tokens { rows: query, stride: 64, start: 999 };
        let queries = Queries { tokens, scale: 1.0 };
        let mut found = vec![0.0; 64];
        let (keys, values) = (Cached::Q8(keys), Cached::Q8(&kept_values));
        portable::attention(queries, cache, keys, values, &mut found);
        found
    };
    let query = vec![1.0; 64];
    let mean: Vec<f64> = (0..64).map(|at| column(&|_| 1e-3, at)).collect();
    let mut keys = vec![0.0; cache.elements()];
    assert_near(&attend(&query, &keep(&keys)), &mean, 2e-5);

    keys[500 * 64..501 * 64].fill(2.0);
    let one: Vec<f64> = (0..64).map(|at| f64::from(values[500 * 64 + at])).collect();
    assert_near(&attend(&query, &keep(&keys)), &one, 2e-4);
}
