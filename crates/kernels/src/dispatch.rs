//! Which implementation of a kernel runs: decided by the target in wasm, by the processor natively.

/// Calls `$kernel::<L>(…)` with the fastest [`Lanes`](crate::lanes::Lanes) there are.
macro_rules! on_best_lanes {
    ($kernel:ident($($argument:expr),* $(,)?)) => {{
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        {
            $kernel::<$crate::lanes::Simd128>($($argument),*)
        }
        #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
        {
            $crate::dispatch::compiled_for_processor(
                #[inline(always)]
                || $kernel::<$crate::lanes::Portable>($($argument),*),
            )
        }
    }};
}

pub(crate) use on_best_lanes;

/// Whether the processor has AVX2.
#[cfg(target_arch = "x86_64")]
pub(crate) fn has_avx2() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
}

/// Runs a kernel in plain Rust, compiled a second time for AVX2 where the processor has it. The
/// compiler may use wider registers then, but no fused multiply-add: the bits stay the same.
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "a function for a processor's feature can be called no other way")]
pub(crate) fn compiled_for_processor<R>(kernel: impl FnOnce() -> R) -> R {
    #[target_feature(enable = "avx2")]
    fn with_avx2<R>(kernel: impl FnOnce() -> R) -> R {
        kernel()
    }
    // SAFETY: the processor has the feature that the function is compiled for.
    if has_avx2() { unsafe { with_avx2(kernel) } } else { kernel() }
}

/// Runs a kernel in plain Rust.
#[cfg(not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128"))))]
pub(crate) fn compiled_for_processor<R>(kernel: impl FnOnce() -> R) -> R {
    kernel()
}
