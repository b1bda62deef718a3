//! The kernels' tests against their twins in plain Rust, run where simd128 is.
#![cfg(target_arch = "wasm32")]

#[path = "../../../crates/kernels/tests/equality.rs"]
mod equality;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
