//! Which implementation of a kernel runs: decided by the target in wasm, by the processor natively.

/// Calls `$kernel::<L>(…)` with the fastest [`Lanes`](crate::lanes::Lanes) there are.
macro_rules! on_best_lanes {
    ($kernel:ident($($argument:expr),* $(,)?)) => {{
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        {
            $kernel::<$crate::lanes::Simd128>($($argument),*)
        }
        #[cfg(target_arch = "x86_64")]
        {
            if let Some(processor) = $crate::dispatch::WithAvx2::detect() {
                processor.run(
                    #[inline(always)]
                    || $kernel::<$crate::lanes::Avx2>($($argument),*),
                )
            } else {
                $kernel::<$crate::lanes::Portable>($($argument),*)
            }
        }
        #[cfg(not(any(
            target_arch = "x86_64",
            all(target_arch = "wasm32", target_feature = "simd128")
        )))]
        {
            $kernel::<$crate::lanes::Portable>($($argument),*)
        }
    }};
}

pub(crate) use on_best_lanes;

/// Whether the processor has AVX2.
#[cfg(target_arch = "x86_64")]
pub(crate) fn has_avx2() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
}

/// A processor with AVX2.
#[cfg(target_arch = "x86_64")]
pub(crate) struct WithAvx2(());

#[cfg(target_arch = "x86_64")]
impl WithAvx2 {
    /// `None` if this one has none.
    pub(crate) fn detect() -> Option<Self> {
        has_avx2().then_some(Self(()))
    }

    /// Runs a kernel that is compiled for AVX2 as it is inlined here. It is not compiled for fused
    /// multiply-adds: the bits stay those of every other processor.
    #[allow(unsafe_code, reason = "what asks for a processor's feature can be called no other way")]
    pub(crate) fn run<R>(self, kernel: impl FnOnce() -> R) -> R {
        #[target_feature(enable = "avx2")]
        fn compiled<R>(kernel: impl FnOnce() -> R) -> R {
            kernel()
        }
        // SAFETY: the processor has the feature that the function is compiled for.
        unsafe { compiled(kernel) }
    }
}
