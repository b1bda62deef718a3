//! The worker's program: in the browser it starts listening; natively there is nothing to run.

fn main() {
    #[cfg(target_arch = "wasm32")]
    zeroshot_worker::web::start();
}
