//! Tells the linker what must stay in the wasm file when its names are left out.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // wasm-bindgen reads there which of wasm's features it may use.
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        println!("cargo::rustc-link-arg-bins=--keep-section=target_features");
    }
}
