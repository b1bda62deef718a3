//! The kernels in plain Rust against the formulas they stand for, computed naively in F64.
#![cfg(not(target_arch = "wasm32"))]

use zeroshot_kernels::{
    BLOCK, Cache, Cached, CachedMut, Packed, PackedF16, PackedQ4, PackedQ8, Queries, portable,
};

/// Values that look random and are always the same.
fn vector(len: usize, seed: usize) -> Vec<f32> {
    let mut state = (seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..len).map(|_| next()).collect()
}

fn assert_near(found: &[f32], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (index, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        let error = (f64::from(found) - expected).abs();
        assert!(error <= tolerance, "at {index}: {found} for {expected}");
    }
}

/// Dot products of the unpacked rows with activations that are rounded to 8 bits by hand.
#[test]
fn products_are_those_of_the_unpacked_weights() {
    products_are_those_of_the_unpacked::<8>();
    products_are_those_of_the_unpacked::<4>();
}

fn products_are_those_of_the_unpacked<const BITS: usize>() {
    let (rows, columns, tokens) = (19, 96, 6);
    let weights =
        Packed::<BITS>::quantize(rows, columns, &vector(rows * columns, 1)).expect("packs");
    let (x, bias) = (vector(tokens * columns, 2), vector(rows, 3));
    let mut y = vec![0.0; tokens * rows];
    portable::multiply(&weights, &x, Some(&bias), &mut y);
    let rounded: Vec<f64> = x
        .chunks_exact(BLOCK)
        .flat_map(|block| {
            let scale = f64::from(block.iter().fold(0.0f32, |max, x| max.max(x.abs()))) / 127.0;
            block.iter().map(move |&x| (f64::from(x) / scale).round() * scale)
        })
        .collect();
    let mut row = vec![0.0; columns];
    let mut expected = vec![0.0; tokens * rows];
    for index in 0..rows {
        weights.row(index, &mut row);
        for (token, x) in rounded.chunks_exact(columns).enumerate() {
            let dot: f64 = row.iter().zip(x).map(|(&w, x)| f64::from(w) * x).sum();
            expected[token * rows + index] = dot + f64::from(bias[index]);
        }
    }
    assert_near(&y, &expected, 2e-5);
}

/// Whatever the number of tokens at once and of rows, each sum is that of one row with one token.
#[test]
fn products_of_floats_are_sums_from_the_first_column_to_the_last() {
    let (rows, columns, tokens) = (43, 50, 9);
    let values = vector(rows * columns, 1);
    let weights = PackedF16::pack(rows, columns, &values).expect("packs");
    let (x, bias) = (vector(tokens * columns, 2), vector(rows, 3));
    let mut y = vec![0.0; tokens * rows];
    weights.multiply(&x, Some(&bias), &mut y);
    let mut row = vec![0.0; columns];
    for index in 0..rows {
        weights.row(index, &mut row);
        for (token, x) in x.chunks_exact(columns).enumerate() {
            let sum = row.iter().zip(x).fold(0.0, |sum: f32, (w, x)| sum + w * x);
            assert_eq!(y[token * rows + index], sum + bias[index], "row {index}, token {token}");
        }
    }
    assert_eq!(PackedF16::pack(1, 1, &[1e9]).unwrap_err(), zeroshot_kernels::Error::Value);
}

#[test]
fn packing_keeps_the_weights() {
    let (rows, columns) = (11, 64);
    let values = vector(rows * columns, 4);
    let quantized = PackedQ8::quantize(rows, columns, &values).expect("packs");
    let mut row = vec![0.0; columns];
    for (index, values) in values.chunks_exact(columns).enumerate() {
        quantized.row(index, &mut row);
        for (block, exact) in row.chunks_exact(BLOCK).zip(values.chunks_exact(BLOCK)) {
            let step = exact.iter().fold(0.0f32, |max, x| max.max(x.abs())) / 127.0;
            for (&found, &exact) in block.iter().zip(exact) {
                // Half a step, and the scale's own rounding to F16.
                assert!((found - exact).abs() <= 0.56 * step, "{found} for {exact}");
            }
        }
    }

    let blocks: Vec<u8> = (0..rows * 2 * PackedQ8::BLOCK_BYTES)
        .map(|at| match at % PackedQ8::BLOCK_BYTES {
            0 => 0,
            1 => 0x3c, // A scale of one.
            _ => (at * 7 % 251) as u8,
        })
        .collect();
    let packed = PackedQ8::from_blocks(rows, columns, &blocks).expect("packs");
    for (index, blocks) in blocks.chunks_exact(2 * PackedQ8::BLOCK_BYTES).enumerate() {
        packed.row(index, &mut row);
        let expected = blocks.chunks_exact(PackedQ8::BLOCK_BYTES).flat_map(|block| &block[2..]);
        let expected: Vec<f32> = expected.map(|&byte| f32::from(byte as i8)).collect();
        assert_eq!(row, expected);
    }
    assert_eq!(
        packed.bytes(),
        16 * 2 * PackedQ8::BLOCK_BYTES,
        "eleven rows take the place of sixteen"
    );
}

/// ggml's own lines: the weight farthest from zero becomes -8, and a byte's halves are the weights
/// of a column and of that half a block later.
#[test]
fn four_bits_are_packed_as_ggml_packs_them() {
    let mut values = vector(BLOCK, 5);
    values[3] = 1.5;
    let quantized = PackedQ4::quantize(1, BLOCK, &values).expect("packs");
    let scale = half::f16::from_f32(1.5 / -8.0);
    let codes: Vec<u8> =
        values.iter().map(|&value| ((value / (1.5 / -8.0) + 8.5) as u8).min(15)).collect();
    let mut block = scale.to_bits().to_le_bytes().to_vec();
    block.extend((0..BLOCK / 2).map(|j| codes[j] | codes[j + BLOCK / 2] << 4));
    assert_eq!(block.len(), PackedQ4::BLOCK_BYTES);
    let packed = PackedQ4::from_blocks(1, BLOCK, &block).expect("packs");
    let mut written = Vec::new();
    quantized.extend_with_stored(0, &mut written);
    assert_eq!(written, block);
    let (mut found, mut expected) = (vec![0.0; BLOCK], vec![1.0; BLOCK]);
    quantized.row(0, &mut found);
    packed.row(0, &mut expected);
    assert_eq!(found, expected);
    let by_hand: Vec<f32> =
        codes.iter().map(|&code| (f32::from(code) - 8.0) * scale.to_f32()).collect();
    assert_eq!(expected, by_hand);
    assert_eq!(packed.bytes(), 8 * PackedQ4::BLOCK_BYTES, "one row takes the place of eight");
}

/// Rows and columns may come in any pieces and any order: the matrix is the same.
#[test]
fn matrices_are_filled_in_pieces() {
    let (rows, columns) = (11, 96);
    let values = vector(rows * columns, 6);
    let transposed: Vec<f32> =
        (0..rows * columns).map(|index| values[index % rows * columns + index / rows]).collect();
    fn filled<const BITS: usize>(values: &[f32], transposed: &[f32]) {
        let (rows, columns) = (11, 96);
        let whole = Packed::<BITS>::quantize(rows, columns, values).expect("packs");
        let mut by_rows = Packed::<BITS>::zeros(rows, columns).expect("whole blocks");
        by_rows.set_rows(7, &values[7 * columns..]).expect("four rows");
        by_rows.set_rows(0, &values[..7 * columns]).expect("seven rows");
        let mut by_columns = Packed::<BITS>::zeros(rows, columns).expect("whole blocks");
        by_columns.set_columns(32, &transposed[32 * rows..]).expect("64 columns");
        by_columns.set_columns(0, &transposed[..32 * rows]).expect("32 columns");
        let (mut expected, mut found) = (vec![0.0; columns], vec![0.0; columns]);
        for packed in [&by_rows, &by_columns] {
            for row in 0..rows {
                whole.row(row, &mut expected);
                packed.row(row, &mut found);
                assert_eq!(found, expected, "{BITS} bits, row {row}");
            }
        }
        assert!(by_rows.set_rows(7, values).is_err(), "more rows than there are");
        assert!(by_columns.set_columns(80, &transposed[..32 * rows]).is_err(), "no whole block");
    }
    filled::<8>(&values, &transposed);
    filled::<4>(&values, &transposed);
    let whole = PackedF16::pack(rows, columns, &values).expect("packs");
    let mut stored = Vec::new();
    (0..rows).for_each(|row| whole.extend_with_stored(row, &mut stored));
    let mut by_bytes = PackedF16::zeros(rows, columns).expect("columns");
    by_bytes.set_stored(2, &stored[2 * 2 * columns..]).expect("nine rows");
    by_bytes.set_stored(0, &stored[..2 * 2 * columns]).expect("two rows");
    let mut by_columns = PackedF16::zeros(rows, columns).expect("columns");
    by_columns.set_columns(50, &transposed[50 * rows..]).expect("46 columns");
    by_columns.set_columns(0, &transposed[..50 * rows]).expect("50 columns");
    let (mut expected, mut found) = (vec![0.0; columns], vec![0.0; columns]);
    for row in 0..rows {
        whole.row(row, &mut expected);
        by_columns.row(row, &mut found);
        assert_eq!(found, expected, "row {row}");
        by_bytes.row(row, &mut found);
        assert_eq!(found, expected, "row {row}");
    }
}

#[test]
fn gelu_is_the_tanh_approximation() {
    let mut largest = (0.0, 0.0);
    for index in -200_000..=200_000 {
        let x = index as f32 * 1e-4;
        let mut found = [x];
        portable::gelu_new(&mut found);
        let x = f64::from(x);
        let u = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x.powi(3));
        let expected = x / (1.0 + (-2.0 * u).exp());
        let error = (f64::from(found[0]) - expected).abs();
        largest.0 = f64::max(largest.0, error);
        if expected.abs() > 1e-30 {
            largest.1 = f64::max(largest.1, error / expected.abs());
        }
    }
    println!("absolute {:e}, relative {:e}", largest.0, largest.1);
    assert!(largest.0 <= 6e-7 && largest.1 <= 2e-5, "{largest:?}");
    let mut extremes = [f32::NAN, 1e30, -1e4];
    portable::gelu_new(&mut extremes);
    assert!(extremes[0].is_nan() && extremes[1] == 1e30 && extremes[2].abs() < 1e-30);
}

#[test]
fn layer_norm_is_that_of_the_paper() {
    for width in [1, 9, 64, 770] {
        let (x, weight, bias) = (vector(2 * width, 5), vector(width, 6), vector(width, 7));
        let mut found = vec![0.0; 2 * width];
        portable::layer_norm(&x, &weight, &bias, 1e-5, &mut found);
        for (x, found) in x.chunks_exact(width).zip(found.chunks_exact(width)) {
            let mean = x.iter().map(|&x| f64::from(x)).sum::<f64>() / width as f64;
            let centred = x.iter().map(|&x| f64::from(x) - mean);
            let variance = centred.clone().map(|x| x * x).sum::<f64>() / width as f64;
            let parameters = weight.iter().zip(&bias);
            let expected: Vec<f64> = centred
                .zip(parameters)
                .map(|(x, (&weight, &bias))| {
                    x / (variance + 1e-5).sqrt() * f64::from(weight) + f64::from(bias)
                })
                .collect();
            assert_near(found, &expected, 2e-6);
        }
    }
}

fn exact_softmax(x: &[f64]) -> Vec<f64> {
    let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let exponentials: Vec<f64> = x.iter().map(|x| (x - largest).exp()).collect();
    let sum: f64 = exponentials.iter().sum();
    exponentials.iter().map(|x| x / sum).collect()
}

#[test]
fn softmax_is_a_distribution() {
    for len in [1, 8, 13, 1024] {
        let x: Vec<f32> = vector(len, 8).iter().map(|x| x * 30.0).collect();
        let mut found = x.clone();
        portable::softmax(&mut found);
        let x: Vec<f64> = x.into_iter().map(f64::from).collect();
        assert_near(&found, &exact_softmax(&x), 3e-7);
    }
}

/// The error of a logarithm of a probability, and of an entropy, is that of the sum of exponentials.
#[test]
fn softmax_totals_give_logarithms_and_entropy() {
    for len in [1, 8, 13, 1024, 50_257] {
        let row: Vec<f32> = vector(len, 8).iter().map(|x| x * 20.0).collect();
        let found = portable::softmax_totals(&row);
        let x: Vec<f64> = row.iter().copied().map(f64::from).collect();
        let exact = exact_softmax(&x);
        let (likely, probability) = x.iter().zip(&exact).max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
        assert_eq!(f64::from(found.largest), *likely);
        assert!((-found.sum.ln() - probability.ln()).abs() < 3e-7, "{len}");
        let entropy: f64 =
            -exact.iter().map(|p| if *p > 0.0 { p * p.ln() } else { 0.0 }).sum::<f64>();
        let difference = found.sum.ln() - found.distances / found.sum - entropy;
        assert!(difference.abs() < 3e-6, "{len}: {difference}");
    }
    for row in [&[][..], &[f32::NEG_INFINITY], &[0.0, f32::INFINITY], &[f32::NAN, 1.0]] {
        assert!(portable::softmax_totals(row).sum.is_nan(), "{row:?}");
    }
}

/// Attention in F64 to keys and values `[heads, seen, head_dim]`.
fn exact_attention(queries: Queries, cache: Cache, keys: &[f32], values: &[f32]) -> Vec<f64> {
    let dim = cache.head_dim;
    let seen = keys.len() / cache.width();
    let mut all = Vec::new();
    for (token, row) in queries.rows.chunks(queries.stride).enumerate() {
        for (head, query) in row[..cache.width()].chunks(dim).enumerate() {
            let of_head = |all: &[f32]| -> Vec<Vec<f64>> {
                let rows = all[head * seen * dim..].chunks(dim).take(queries.start + token + 1);
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

#[test]
fn attention_is_softmax_of_scores_times_values() {
    for (heads, positions, head_dim) in [(3, 40, 12), (2, 50, 64)] {
        let cache = Cache { heads, positions, head_dim };
        let (width, start, tokens) = (cache.width(), 3, 30);
        let (old, new) = (vector(start * 3 * width, 9), vector(tokens * 3 * width, 11));
        let queries = Queries { rows: &new, stride: 3 * width, start, scale: 0.7 };
        let seen = start + tokens;
        let [(keys, kept_keys), (values, kept_values)] = [1, 2].map(|part| {
            let (mut wide, mut kept) = (vec![0.0; cache.elements()], vec![0; cache.bytes()]);
            for (rows, from) in [(&old, 0), (&new, start)] {
                let column = part * width;
                cache.write(rows, 3 * width, column, from, CachedMut::F32(&mut wide));
                cache.write(rows, 3 * width, column, from, CachedMut::Q8(&mut kept));
            }
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
    let queries = Queries { rows: &rows, stride: 3 * 64, start: 0, scale: 0.125 };
    let [(keys, kept_keys), (values, kept_values)] = [1, 2].map(|part| {
        let (mut wide, mut kept) = (vec![0.0; cache.elements()], vec![0; cache.bytes()]);
        cache.write(&rows, 3 * 64, part * 64, 0, CachedMut::F32(&mut wide));
        cache.write(&rows, 3 * 64, part * 64, 0, CachedMut::Q8(&mut kept));
        (wide, kept)
    });
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
    let (mut kept_keys, mut kept_values) = (vec![0; cache.bytes()], vec![0; cache.bytes()]);
    cache.write(&values, 64, 0, 0, CachedMut::Q8(&mut kept_values));
    let values = cache.widened(&kept_values, 1000);
    let column = |weight: &dyn Fn(usize) -> f64, column: usize| -> f64 {
        values.chunks(64).enumerate().map(|(at, row)| weight(at) * f64::from(row[column])).sum()
    };
    let attend = |query: &[f32], keys: &[u8]| {
        let queries = Queries { rows: query, stride: 64, start: 999, scale: 1.0 };
        let mut found = vec![0.0; 64];
        let (keys, values) = (Cached::Q8(keys), Cached::Q8(&kept_values));
        portable::attention(queries, cache, keys, values, &mut found);
        found
    };
    let query = vec![1.0; 64];
    let mean: Vec<f64> = (0..64).map(|at| column(&|_| 1e-3, at)).collect();
    assert_near(&attend(&query, &kept_keys), &mean, 2e-5);

    let mut keys = vec![0.0; cache.elements()];
    keys[500 * 64..501 * 64].fill(2.0);
    cache.write(&keys, 64, 0, 0, CachedMut::Q8(&mut kept_keys));
    let one: Vec<f64> = (0..64).map(|at| f64::from(values[500 * 64 + at])).collect();
    assert_near(&attend(&query, &kept_keys), &one, 2e-4);
}
