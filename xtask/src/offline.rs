//! The list of the built page's files, by which the service worker keeps them on the device and tells one version from
//! another.
//!
//! What the service worker does with it is said in `www/service-worker.js`; this module writes that file into the
//! built page with the list in it. A browser takes a changed service worker for a new version, so the list must be
//! renewed whenever a file changes.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::project;

/// The service worker's file in the built page, and in `www/`.
const SERVICE_WORKER: &str = "service-worker.js";

/// Where the list goes in it.
const PLACE: &str = "__BUILD__";

/// What becomes of a file.
#[derive(Debug, PartialEq)]
enum Part {
    /// It is one of the page's own: without exactly this one the page is another.
    Page,
    /// It is the host's, who may have another one tomorrow; kept in advance.
    Offered,
    /// It is the host's, and kept by a device that has fetched it.
    Large,
}

fn part(address: &str) -> Part {
    match address.split_once('/') {
        Some(("lessons", _)) | Some(("models", "index.json")) => Part::Offered,
        Some(("models", file)) if !file.starts_with("builtin/") => Part::Large,
        _ => Part::Page,
    }
}

/// Writes the service worker for the page in `dist` as it is now; the version.
pub fn write(dist: &Path) -> Result<String> {
    let source = project::root().join("www").join(SERVICE_WORKER);
    let source = std::fs::read_to_string(&source).with_context(|| source.display().to_string())?;
    ensure!(source.matches(PLACE).count() == 1, "{SERVICE_WORKER} should say {PLACE} once");
    let mut all = BTreeMap::new();
    collect(dist, "", &mut all)?;
    let (mut files, mut offered) = (BTreeMap::new(), Vec::new());
    for (address, path) in all {
        match part(&address) {
            Part::Page => {
                files.insert(address, hex(&Sha256::digest(std::fs::read(path)?)));
            }
            Part::Offered => offered.push(address),
            Part::Large => {}
        }
    }
    let list = json!({"files": files, "offered": offered});
    // A name for exactly this list.
    let version = hex(&Sha256::digest(list.to_string())[..8]);
    let build = json!({"version": version, "files": files, "offered": offered});
    std::fs::write(dist.join(SERVICE_WORKER), source.replace(PLACE, &format!("{build:#}")))?;
    Ok(version)
}

/// The files below a folder by their addresses relative to the page.
fn collect(folder: &Path, address: &str, files: &mut BTreeMap<String, PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_str().with_context(|| format!("{name:?} is no name for a web page"))?;
        let address = format!("{address}{}", encode(name));
        if name.starts_with('.') || address == SERVICE_WORKER {
            continue;
        }
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{address}/"), files)?;
        } else {
            files.insert(address, entry.path());
        }
    }
    Ok(())
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing into a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// A name as a browser writes it in an address.
fn encode(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~!$&'()*+,;=:@".contains(&byte);
    name.bytes().fold(String::new(), |mut encoded, byte| {
        let _ = match plain(byte) {
            true => write!(encoded, "{}", char::from(byte)),
            false => write!(encoded, "%{byte:02X}"),
        };
        encoded
    })
}

#[cfg(test)]
mod tests {
    use std::fs::{create_dir_all, read_to_string, remove_dir_all, write as put};

    use super::*;

    #[test]
    fn the_version_is_that_of_the_pages_files() -> Result<()> {
        let dist = std::env::temp_dir().join(format!("zeroshot-offline-{}", std::process::id()));
        for folder in ["models/builtin", "models/large", "lessons"] {
            create_dir_all(dist.join(folder))?;
        }
        put(dist.join("index.html"), "abc")?;
        put(dist.join("a b.css"), "")?;
        put(dist.join("models/builtin/model.gguf"), "1")?;
        put(dist.join("models/large/model.gguf"), "2")?;
        put(dist.join("models/index.json"), "[]")?;
        put(dist.join("lessons/one.json"), "{}")?;

        let first = write(&dist)?;
        let script = read_to_string(dist.join(SERVICE_WORKER))?;
        assert!(script.contains(
            // By `printf abc | sha256sum`.
            "\"index.html\": \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\""
        ));
        assert!(script.contains(&first) && script.contains("\"a%20b.css\""));
        assert!(script.contains("models/builtin/model.gguf"));
        assert!(!script.contains("models/large"), "fetched when it is chosen");
        assert!(script.contains("\"models/index.json\"") && script.contains("lessons/one.json"));
        assert!(!script.contains(PLACE));

        assert_eq!(write(&dist)?, first, "nothing changed");
        for file in ["models/large/model.gguf", "models/index.json", "lessons/one.json"] {
            put(dist.join(file), "3")?;
            assert_eq!(write(&dist)?, first, "{file} is no part of the page");
        }
        put(dist.join("models/builtin/model.gguf"), "4")?;
        assert_ne!(write(&dist)?, first);
        Ok(remove_dir_all(&dist)?)
    }
}
