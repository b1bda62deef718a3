//! One call of each kernel, on the shapes of GPT-2 124M, as a program whose instructions can be
//! counted: `tests/instructions` runs what this compiles to, for the same target and with the same
//! settings as the worker. `cargo xtask instructions` does both.

#![allow(unsafe_code, reason = "what is called from outside needs a name of its own")]

use std::cell::RefCell;
use std::hint::black_box;
use zeroshot_kernels as kernels;
use zeroshot_kernels::{Cache, Cached, CachedMut, Numbers, PackedMatrix, Queries, Tokens};

/// Width of a token.
const WIDTH: usize = 768;

/// Rows of the matrices.
const ROWS: usize = 768;

/// Tokens that a product takes at once.
const TILE: usize = 4;

/// The heads and positions that attention goes through.
const CACHE: Cache = Cache { heads: 12, positions: 128, head_dim: 64 };

/// A kernel and everything that it takes.
type Call = Box<dyn FnMut()>;

thread_local! {
    static CALLS: RefCell<Vec<Call>> = const { RefCell::new(Vec::new()) };
}

/// Makes everything ready, and says how many calls there are; `NAMES` of the counter says which.
#[unsafe(no_mangle)]
pub extern "C" fn prepare() -> usize {
    let calls = calls();
    let count = calls.len();
    CALLS.set(calls);
    count
}

/// Calls one of the kernels.
#[unsafe(no_mangle)]
pub extern "C" fn call(index: usize) {
    CALLS.with_borrow_mut(|calls| calls[index]());
}

/// Numbers between -1 and 1.
fn wave(len: usize) -> Vec<f32> {
    (0..len).map(|i| ((i * 7919) % 2003) as f32 / 1001.5 - 1.0).collect()
}

fn calls() -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for numbers in [Numbers::Q8, Numbers::Q4, Numbers::F16, Numbers::F32] {
        for tokens in [1, TILE] {
            calls.push(product(numbers, tokens));
        }
    }
    calls.extend([stored(), written(), quantised()]);
    for tokens in [1, TILE] {
        calls.extend([attention(tokens), attention_of_8_bits(tokens)]);
    }
    let (x, weight, bias, mut out) = (wave(WIDTH), wave(WIDTH), wave(WIDTH), wave(WIDTH));
    calls.push(Box::new(move || {
        kernels::layer_norm(black_box(&x), &weight, &bias, 1e-5, &mut out);
    }));
    let mut x = wave(4 * WIDTH);
    calls.push(Box::new(move || kernels::gelu_new(black_box(&mut x))));
    let logits = wave(50_257);
    calls.push(Box::new(move || {
        black_box(kernels::softmax_totals(black_box(&logits)));
    }));
    calls
}

/// A matrix of some numbers.
#[allow(clippy::unwrap_used, reason = "shapes and numbers that fit")]
fn matrix(numbers: Numbers) -> Box<dyn PackedMatrix> {
    let mut matrix = numbers.zeros(ROWS, WIDTH).unwrap();
    matrix.set_rows(0, &wave(ROWS * WIDTH)).unwrap();
    matrix
}

fn product(numbers: Numbers, tokens: usize) -> Call {
    let (matrix, bias) = (matrix(numbers), wave(ROWS));
    let (x, mut y) = (wave(tokens * WIDTH), vec![0.0; tokens * ROWS]);
    Box::new(move || matrix.multiply(black_box(&x), Some(&bias), &mut y))
}

/// The rows of a matrix as a file has them, into their places.
fn stored() -> Call {
    let (mut matrix, mut bytes) = (matrix(Numbers::Q8), Vec::new());
    (0..ROWS).for_each(|row| matrix.extend_with_stored(row, &mut bytes));
    Box::new(move || {
        let _ = black_box(matrix.set_stored(0, black_box(&bytes)));
    })
}

/// The way back.
fn written() -> Call {
    let (matrix, mut bytes) = (matrix(Numbers::Q8), Vec::new());
    Box::new(move || {
        bytes.clear();
        (0..ROWS).for_each(|row| matrix.extend_with_stored(row, &mut bytes));
        black_box(&bytes);
    })
}

/// Rows of F32 into 4 bits.
fn quantised() -> Call {
    let (mut matrix, values) = (matrix(Numbers::Q4), wave(ROWS * WIDTH));
    Box::new(move || {
        let _ = black_box(matrix.set_rows(0, black_box(&values)));
    })
}

/// Tokens at the end of a cache.
fn attention(tokens: usize) -> Call {
    let (mut attend, keys, values) =
        (attend(tokens), wave(CACHE.elements()), wave(CACHE.elements()));
    Box::new(move || attend(Cached::F32(&keys), Cached::F32(&values)))
}

/// The same in 8 bits, and what it takes to write their own keys and values.
fn attention_of_8_bits(tokens: usize) -> Call {
    let (rows, width) = (wave(CACHE.positions * CACHE.width()), CACHE.width());
    let kept = || {
        let mut kept = vec![0; CACHE.bytes()];
        let tokens = Tokens { rows: &rows, stride: width, start: 0 };
        CACHE.write(tokens, 0, CachedMut::Q8(&mut kept));
        kept
    };
    let (mut attend, mut keys, mut values) = (attend(tokens), kept(), kept());
    let (new, start) = (wave(tokens * width), CACHE.positions - tokens);
    Box::new(move || {
        let tokens = Tokens { rows: black_box(&new), stride: width, start };
        for kept in [&mut keys, &mut values] {
            CACHE.write(tokens, 0, CachedMut::Q8(kept));
        }
        attend(Cached::Q8(&keys), Cached::Q8(&values));
    })
}

fn attend(tokens: usize) -> impl FnMut(Cached, Cached) {
    let stride = 3 * CACHE.width();
    let rows = wave(tokens * stride);
    let mut out = vec![0.0; tokens * CACHE.width()];
    move |keys, values| {
        let start = CACHE.positions - tokens;
        let tokens = Tokens { rows: black_box(&rows), stride, start };
        let queries = Queries { tokens, scale: 0.125 };
        kernels::attention(queries, CACHE, keys, values, &mut out);
    }
}
