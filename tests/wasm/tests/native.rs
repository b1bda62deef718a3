//! The native half: what is recorded is what this build draws.
//!
//! After a change that is meant to change samples: `ZEROSHOT_RECORD=1 cargo test -p zeroshot-wasm-tests`.
#![cfg(not(target_arch = "wasm32"))]

use zeroshot_wasm_tests::{recorded, samples};

#[test]
fn the_record_is_what_the_native_build_draws() {
    let samples = samples().expect("all models run");
    if std::env::var_os("ZEROSHOT_RECORD").is_some() {
        let lines: Vec<String> = samples.iter().map(|ids| format!("  {ids:?}")).collect();
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/recorded.json");
        std::fs::write(path, format!("[\n{}\n]\n", lines.join(",\n")))
            .expect("the record can be written");
        return;
    }
    assert_eq!(samples, recorded());
}
