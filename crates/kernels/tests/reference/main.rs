//! The kernels in plain Rust against the formulas they stand for, computed naively in F64.
#![cfg(not(target_arch = "wasm32"))]

mod attention;

use zeroshot_kernels::{BLOCK, Packed, PackedF16, PackedQ4, PackedQ8, portable};

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
