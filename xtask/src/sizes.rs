//! How much a visitor downloads: the size of each wasm file, as it is and as brotli sends it.
//!
//! The limits that those sizes must keep are in `tidy`.

use std::path::Path;

use anyhow::{Context, Result};

/// A file's size in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Size {
    /// The file's name in `dist`.
    pub name: String,
    /// As it lies on the disk.
    pub raw: u64,
    /// Compressed by brotli at its best.
    pub brotli: u64,
}

/// The sizes of the wasm files in `dist`, by name.
pub fn measure(dist: &Path) -> Result<Vec<Size>> {
    let mut sizes = Vec::new();
    for entry in std::fs::read_dir(dist).context("the page is not built yet")? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "wasm") {
            let bytes = std::fs::read(&path)?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            sizes.push(Size { name, raw: bytes.len() as u64, brotli: brotli_len(&bytes)? });
        }
    }
    sizes.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(sizes)
}

/// The length of `bytes` compressed as a static host would (quality 11).
fn brotli_len(bytes: &[u8]) -> Result<u64> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &params)?;
    Ok(compressed.len() as u64)
}

/// Prints a table of sizes.
pub fn print(sizes: &[Size]) {
    for Size { name, raw, brotli } in sizes {
        println!(
            "{name:<48} {:>9.1} kB {:>9.1} kB brotli",
            *raw as f64 / 1e3,
            *brotli as f64 / 1e3
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_wasm_files_only() {
        let dist = std::env::temp_dir().join(format!("zeroshot-sizes-{}", std::process::id()));
        std::fs::create_dir_all(&dist).unwrap();
        std::fs::write(dist.join("a.wasm"), vec![0; 10_000]).unwrap();
        std::fs::write(dist.join("a.js"), "x").unwrap();
        let sizes = measure(&dist).unwrap();
        std::fs::remove_dir_all(&dist).unwrap();
        assert_eq!(sizes.len(), 1);
        assert_eq!(sizes[0].raw, 10_000);
        assert!(sizes[0].brotli < 100);
    }
}
