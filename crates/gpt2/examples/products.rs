//! How long the Q8_0 matrix products of GPT-2 124M take, by candle and by the kernels, alternating
//! in one run: one JSON line per shape.
//!
//! `CANDLE_NUM_THREADS=1 cargo run --release -p zeroshot-gpt2 --example products`; the kernels use
//! one thread, candle as many as it is told. Times are the shortest of many: on a busy machine, the
//! one that was disturbed least.

use candle_core::quantized::{GgmlDType, QMatMul, QTensor};
use candle_core::{Device, Module, Result, Tensor};
use std::time::{Duration, Instant};
use zeroshot_kernels::PackedQ8;

/// Name, outputs, inputs.
const SHAPES: [(&str, usize, usize); 5] = [
    ("qkv", 2304, 768),
    ("attention_out", 768, 768),
    ("mlp_up", 3072, 768),
    ("mlp_down", 768, 3072),
    ("head", 50257, 768),
];

/// How long each shape is measured.
const TIME: Duration = Duration::from_millis(1500);

fn main() -> Result<()> {
    for (name, rows, columns) in SHAPES {
        let weights = Tensor::randn(0f32, 0.02, (rows, columns), &Device::Cpu)?;
        let blocks = QTensor::quantize(&weights, GgmlDType::Q8_0)?;
        let packed = PackedQ8::from_blocks(rows, columns, &blocks.data()?);
        let packed = packed.map_err(candle_core::Error::wrap)?;
        let candle = QMatMul::from_qtensor(blocks)?;
        for tokens in [1, 64] {
            let x = Tensor::randn(0f32, 1.0, (tokens, columns), &Device::Cpu)?;
            let slice: Vec<f32> = x.flatten_all()?.to_vec1()?;
            let mut y = vec![0.0; tokens * rows];
            let (mut by_candle, mut by_kernels) = (Vec::new(), Vec::new());
            let start = Instant::now();
            while start.elapsed() < TIME || by_kernels.len() < 5 {
                let turn = Instant::now();
                std::hint::black_box(candle.forward(&x)?);
                by_candle.push(turn.elapsed());
                let turn = Instant::now();
                packed.multiply(std::hint::black_box(&slice), None, &mut y);
                by_kernels.push(turn.elapsed());
            }
            let (candle, kernels) = (shortest(&by_candle), shortest(&by_kernels));
            let billions = (rows * columns * tokens) as f64 * 1e-9;
            println!(
                r#"{{"shape":"{name}","rows":{rows},"columns":{columns},"tokens":{tokens},"candle_us":{:.1},"kernels_us":{:.1},"kernels_gmac_s":{:.2},"ratio":{:.2}}}"#,
                candle * 1e6,
                kernels * 1e6,
                billions / kernels,
                candle / kernels,
            );
        }
    }
    Ok(())
}

/// In seconds.
fn shortest(times: &[Duration]) -> f64 {
    times.iter().min().map_or(f64::NAN, Duration::as_secs_f64)
}
