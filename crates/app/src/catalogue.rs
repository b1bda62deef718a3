//! The models that come with the page, from `www/models/index.json`.

use serde::Deserialize;
use std::collections::HashMap;
use zeroshot_protocol::{ModelSource, Place};

#[derive(Deserialize)]
struct Entry {
    id: String,
    title: String,
    folder: String,
    files: Files,
    bytes: u64,
    #[serde(default)]
    sha256: HashMap<String, String>,
}

#[derive(Deserialize)]
struct Files {
    config: String,
    tokenizer: String,
    weights: String,
}

fn entries() -> Vec<Entry> {
    serde_json::from_str(include_str!("../../../www/models/index.json")).unwrap_or_default()
}

/// The catalogue's name for the model whose weights have this SHA-256.
pub fn id_of_weights(sha256: &str) -> Option<String> {
    let is = |entry: &Entry| entry.sha256.get(&entry.files.weights).is_some_and(|of| of == sha256);
    entries().into_iter().find(is).map(|entry| entry.id)
}

/// Every model: its title, and where it is.
pub fn all() -> Vec<(String, ModelSource)> {
    entries().into_iter().map(|entry| (entry.title.clone(), source(entry))).collect()
}

/// Where the built-in model is: the catalogue's first entry. The file is part of the build and
/// checked by a test.
pub fn built_in() -> Option<ModelSource> {
    entries().into_iter().next().map(source)
}

fn source(entry: Entry) -> ModelSource {
    ModelSource {
        place: Place::Site { folder: format!("./models/{}/", entry.folder) },
        sha256: entry.sha256.get(&entry.files.weights).cloned().unwrap_or_default(),
        config: entry.files.config,
        tokenizer: entry.files.tokenizer,
        weights: entry.files.weights,
        bytes: entry.bytes,
        quantization: None,
        keep: None,
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    #[test]
    fn the_built_in_model_is_where_the_catalogue_says() {
        let source = super::built_in().expect("the catalogue has a first entry");
        let www = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www");
        let super::Place::Site { folder } = &source.place else { panic!("{:?}", source.place) };
        let folder = www.join(folder);
        for file in [&source.config, &source.tokenizer, &source.weights] {
            assert!(folder.join(file).is_file(), "{file} is missing");
        }
        let size = fs::metadata(folder.join(&source.weights)).expect("readable").len();
        assert_eq!(size, source.bytes);
        assert_eq!(source.sha256.len(), 64);
    }
}
