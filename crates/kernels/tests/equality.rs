//! Every kernel against its twin in plain Rust, bit by bit: natively here, and in a browser's worker
//! as a part of tests/wasm.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;
use zeroshot_kernels::{
    Cache, Cached, CachedMut, Element, Packed, PackedFloats, Queries, Tokens, f16, portable,
};

/// Numbers between -1 and 1 that are always the same (Marsaglia's xorshift).
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn vector(&mut self, len: usize) -> Vec<f32> {
        (0..len).map(|_| (self.bits() >> 40) as f32 / (1 << 23) as f32 - 1.0).collect()
    }
}

fn random() -> Random {
    Random(0x9e37_79b9_7f4a_7c15)
}

/// Numbers at which arithmetic is delicate.
const EDGES: [f32; 16] = [
    0.0,
    -0.0,
    1e-40,
    -1e-40,
    f32::MIN_POSITIVE,
    1e-20,
    -1e-3,
    0.5,
    -1.0,
    3.0,
    -5.5,
    10.0,
    -88.5,
    1e4,
    -1e15,
    1e30,
];

fn bits(x: &[f32]) -> Vec<u32> {
    // Which of the many bit patterns of NaN comes out is left open by wasm.
    x.iter().map(|x| if x.is_nan() { f32::NAN.to_bits() } else { x.to_bits() }).collect()
}

#[test]
fn products() {
    products_with::<8>();
    products_with::<4>();
}

fn products_with<const BITS: usize>() {
    let mut random = random();
    for (rows, columns) in [(1, 32), (8, 32), (9, 64), (31, 96), (16, 768)] {
        let weights = Packed::<BITS>::quantize(rows, columns, &random.vector(rows * columns));
        let weights = weights.expect("whole blocks");
        let bias = random.vector(rows);
        for tokens in [0, 1, 2, 3, 4, 5, 7, 8, 65] {
            let x = random.vector(tokens * columns);
            for bias in [None, Some(bias.as_slice())] {
                let (mut fast, mut plain) = (vec![0.0; tokens * rows], vec![1.0; tokens * rows]);
                weights.multiply(&x, bias, &mut fast);
                portable::multiply(&weights, &x, bias, &mut plain);
                assert_eq!(
                    bits(&fast),
                    bits(&plain),
                    "{BITS} bits, [{rows}, {columns}], {tokens} tokens"
                );
            }
        }
    }
}

#[test]
fn products_of_edge_blocks() {
    products_of_edge_blocks_with::<8>();
    products_of_edge_blocks_with::<4>();
}

fn products_of_edge_blocks_with<const BITS: usize>() {
    let mut random = random();
    let (rows, columns) = (11, 64);
    // Every byte pattern may stand in a file: the weight -128, negative and subnormal scales.
    let block_bytes = Packed::<BITS>::BLOCK_BYTES;
    let mut blocks: Vec<u8> = (0..rows * 2 * block_bytes).map(|_| random.bits() as u8).collect();
    for (index, block) in blocks.chunks_exact_mut(block_bytes).enumerate() {
        let scale = [0x0000, 0x8000, 0x0001, 0x83ff, 0x0400, 0x7bff, 0xfbff, 0x3c00][index % 8];
        block[..2].copy_from_slice(&u16::to_le_bytes(scale));
        if index % 3 == 0 {
            block[2..].fill(0x80);
        }
    }
    let weights = Packed::<BITS>::from_blocks(rows, columns, &blocks).expect("whole blocks");
    let mut x: Vec<f32> = EDGES.iter().copied().cycle().take(6 * columns).collect();
    x[..64].fill(0.0);
    x[64..128].fill(-1e-39);
    x[130] = f32::NAN;
    x[200] = f32::INFINITY;
    x[256..320].fill(-127.0);
    let (mut fast, mut plain) = (vec![0.0; 6 * rows], vec![1.0; 6 * rows]);
    weights.multiply(&x, None, &mut fast);
    portable::multiply(&weights, &x, None, &mut plain);
    assert_eq!(bits(&fast), bits(&plain));
}

#[test]
fn products_of_floats() {
    products_of_floats_with::<f32>();
    products_of_floats_with::<f16>();
}

fn products_of_floats_with<E: Element>() {
    let mut random = random();
    for (rows, columns) in [(1, 1), (8, 5), (9, 64), (37, 33), (64, 768)] {
        let mut values = random.vector(rows * columns);
        values.iter_mut().zip(&EDGES[..12]).for_each(|(value, &edge)| *value = edge);
        let weights = PackedFloats::<E>::pack(rows, columns, &values).expect("fits");
        let bias = random.vector(rows);
        for tokens in [0, 1, 3, 4, 5, 33] {
            let x = random.vector(tokens * columns);
            for bias in [None, Some(bias.as_slice())] {
                let (mut fast, mut plain) = (vec![0.0; tokens * rows], vec![1.0; tokens * rows]);
                weights.multiply(&x, bias, &mut fast);
                portable::multiply_floats(&weights, &x, bias, &mut plain);
                assert_eq!(bits(&fast), bits(&plain), "[{rows}, {columns}], {tokens} tokens");
            }
        }
    }
}

#[test]
fn gelu() {
    let mut random = random();
    let mut x = random.vector(1003);
    x.iter_mut().for_each(|x| *x *= 12.0);
    x.extend(EDGES);
    x.extend([f32::NAN, f32::INFINITY, f32::NEG_INFINITY]);
    let mut plain = x.clone();
    let mut fast = x.clone();
    zeroshot_kernels::gelu_new(&mut fast);
    portable::gelu_new(&mut plain);
    assert_eq!(bits(&fast), bits(&plain));
}

#[test]
fn layer_norm() {
    let mut random = random();
    for width in [1, 5, 8, 36, 64, 770] {
        let (weight, bias) = (random.vector(width), random.vector(width));
        let mut x = random.vector(4 * width);
        x[..width].fill(0.25);
        x[width..2 * width].iter_mut().zip(EDGES.iter().cycle()).for_each(|(x, edge)| *x = *edge);
        let (mut fast, mut plain) = (vec![0.0; 4 * width], vec![1.0; 4 * width]);
        zeroshot_kernels::layer_norm(&x, &weight, &bias, 1e-5, &mut fast);
        portable::layer_norm(&x, &weight, &bias, 1e-5, &mut plain);
        assert_eq!(bits(&fast), bits(&plain), "width {width}");
    }
}

#[test]
fn softmax() {
    let mut random = random();
    for len in [0, 1, 7, 8, 9, 40, 1021] {
        let mut fast = random.vector(len);
        fast.iter_mut().for_each(|x| *x *= 100.0);
        let mut plain = fast.clone();
        zeroshot_kernels::softmax(&mut fast);
        portable::softmax(&mut plain);
        assert_eq!(bits(&fast), bits(&plain), "length {len}");
    }
}

#[test]
fn largest() {
    let mut random = random();
    for len in [0, 1, 7, 8, 9, 40, 1021] {
        let row = random.vector(len);
        let found = zeroshot_kernels::largest(&row);
        assert_eq!(found, portable::largest(&row), "length {len}");
        assert_eq!(found, row.iter().copied().fold(f32::NEG_INFINITY, f32::max), "length {len}");
    }
}

#[test]
fn softmax_totals() {
    let mut random = random();
    for len in [1, 7, 8, 9, 40, 1021, 50_257] {
        let mut row = random.vector(len);
        row.iter_mut().for_each(|x| *x *= 100.0);
        row[len / 2] = f32::NEG_INFINITY;
        row[len - 1] = 3.0;
        let fast = zeroshot_kernels::softmax_totals(&row);
        assert_eq!(fast, portable::softmax_totals(&row), "length {len}");
        row[len / 3] = f32::NAN;
        assert!(zeroshot_kernels::softmax_totals(&row).sum.is_nan(), "length {len}");
    }
}

#[test]
fn attention() {
    let mut random = random();
    for (heads, positions, head_dim) in
        [(1, 9, 4), (3, 40, 12), (2, 70, 64), (2, 12, 41), (1, 35, 72)]
    {
        let cache = Cache { heads, positions, head_dim };
        let (keys, values) = (random.vector(cache.elements()), random.vector(cache.elements()));
        let stride = 3 * cache.width();
        let rows = random.vector(positions * stride);
        let [narrow_keys, narrow_values] = [1, 2].map(|part| {
            let (mut fast, mut plain) = (vec![0; cache.bytes()], vec![1; cache.bytes()]);
            let column = part * cache.width();
            let tokens = Tokens { rows: &rows, stride, start: 0 };
            cache.write(tokens, column, CachedMut::Q8(&mut fast));
            portable::write(cache, tokens, column, CachedMut::Q8(&mut plain));
            assert_eq!(fast, plain, "{cache:?}, part {part}");
            fast
        });
        for (start, tokens) in [(0, 1), (0, 6), (5, 1), (3, 5), (positions - 2, 2)] {
            let rows = random.vector(tokens * stride);
            let queries = Queries { tokens: Tokens { rows: &rows, stride, start }, scale: 0.3 };
            let mut fast = vec![0.0; tokens * cache.width()];
            let mut plain = vec![1.0; tokens * cache.width()];
            let wide = [&keys, &values].map(|elements| Cached::F32(elements));
            let narrow = [&narrow_keys, &narrow_values].map(|elements| Cached::Q8(elements));
            for [keys, values] in [wide, narrow] {
                zeroshot_kernels::attention(queries, cache, keys, values, &mut fast);
                portable::attention(queries, cache, keys, values, &mut plain);
                assert_eq!(bits(&fast), bits(&plain), "{cache:?}, {tokens} tokens after {start}");
            }
        }
    }
}

/// Threads take parts of the work, and no bit of the result is another.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn threads_change_nothing() {
    let mut random = random();
    let (rows, columns, tokens) = (1003, 768, 5);
    let matrix = random.vector(rows * columns);
    let weights = Packed::<8>::quantize(rows, columns, &matrix).expect("whole blocks");
    let floats = PackedFloats::<f16>::pack(rows, columns, &matrix).expect("fits");
    let x = random.vector(tokens * columns);
    let cache = Cache { heads: 6, positions: 700, head_dim: 64 };
    let (keys, values) = (random.vector(cache.elements()), random.vector(cache.elements()));
    let stride = 3 * cache.width();
    let [narrow_keys, narrow_values] = [0, 1].map(|part| {
        let mut narrow = vec![0; cache.bytes()];
        let rows = random.vector(cache.positions * stride);
        let tokens = Tokens { rows: &rows, stride, start: 0 };
        cache.write(tokens, part * cache.width(), CachedMut::Q8(&mut narrow));
        narrow
    });
    let queries_of = random.vector(3 * stride);
    let queries_of = Tokens { rows: &queries_of, stride, start: 690 };
    let queries = Queries { tokens: queries_of, scale: 0.1 };
    let results = || {
        let mut all = vec![vec![0.0; tokens * rows]; 2];
        weights.multiply(&x, None, &mut all[0]);
        floats.multiply(&x, None, &mut all[1]);
        all.push(vec![0.0; 3 * cache.width()]);
        all.push(all[2].clone());
        let (wide_keys, wide_values) = (Cached::F32(&keys), Cached::F32(&values));
        zeroshot_kernels::attention(queries, cache, wide_keys, wide_values, &mut all[2]);
        let (keys, values) = (Cached::Q8(&narrow_keys), Cached::Q8(&narrow_values));
        zeroshot_kernels::attention(queries, cache, keys, values, &mut all[3]);
        all.push(matrix[..50_003].to_vec());
        zeroshot_kernels::gelu_new(&mut all[4]);
        let totals = zeroshot_kernels::softmax_totals(&matrix[..50_003]);
        let totals = [totals.sum.to_bits(), totals.distances.to_bits()];
        (all.iter().map(|result| bits(result)).collect::<Vec<_>>(), totals)
    };
    let alone = results();
    zeroshot_kernels::use_threads(3).expect("threads");
    assert_eq!(zeroshot_kernels::threads(), 3);
    assert_eq!(results(), alone);
    zeroshot_kernels::use_pool(None);
}
