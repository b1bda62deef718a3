//! What this worker was compiled for, and the threads of the build that has them.
//!
//! A thread is a worker of this worker's: it runs the same program on the same memory and does
//! nothing but its share of the kernels' work. `crates/worker/start.js` starts it. One that is slow
//! to start, or never does, holds nobody up.

use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use zeroshot_kernels::Pool;
use zeroshot_protocol::Build;

use super::scope::{scope, start_worker};

/// By its name `start.js` knows that a worker is a thread.
const NAME: &str = "thread";

/// What this program was compiled for.
pub const BUILD: Build = if cfg!(target_feature = "atomics") {
    Build::Threads
} else if cfg!(feature = "relaxed-simd") {
    Build::Relaxed
} else {
    Build::Simd
};

/// The most threads that are of use: half of the processors, as the others are often their twins
/// that share a core, and never more than four, as memory gets no faster.
pub fn most() -> usize {
    if BUILD != Build::Threads {
        return 1;
    }
    let processors = scope().navigator().hardware_concurrency() as usize;
    match processors {
        0 | 1 => 1,
        _ => (processors / 2).clamp(2, 4),
    }
}

/// Has the kernels use this many threads, or as many of them as there can be.
pub fn set(count: usize) {
    let helpers = count.clamp(1, most()) - 1;
    if helpers + 1 == zeroshot_kernels::threads() {
        return;
    }
    if helpers == 0 {
        return zeroshot_kernels::use_pool(None);
    }
    let pool = Pool::new(helpers);
    let id = pool.id();
    zeroshot_kernels::use_pool(Some(pool));
    for _ in 0..helpers {
        if let Err(error) = start_thread(id) {
            web_sys::console::warn_1(&error);
        }
    }
}

fn start_thread(pool: u32) -> Result<(), JsValue> {
    let worker = start_worker(NAME)?;
    let pool = JsValue::from(pool);
    let shared = js_sys::Array::of3(&wasm_bindgen::module(), &wasm_bindgen::memory(), &pool);
    worker.post_message(&shared)
}

/// What `start.js` has a thread do: it works until its pool is given up.
#[wasm_bindgen]
pub fn work_for_pool(pool: u32) {
    zeroshot_kernels::join(pool);
}

/// What `start.js` calls when the program of a thread has stopped in the middle: whoever waits for
/// it hears that it failed.
#[wasm_bindgen]
pub fn thread_failed() {
    zeroshot_kernels::abandon();
}
