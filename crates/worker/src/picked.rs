//! Which of the files that a visitor picked is which part of a model.

use zeroshot_protocol::{Failure, ModelSource, Place};

/// The usual name of the configuration.
pub const CONFIG: &str = "config.json";

/// The usual name of the tokenizer.
pub const TOKENIZER: &str = "tokenizer.json";

/// The files that OpenAI published in its place.
pub const VOCAB: &str = "vocab.json";

/// The second of them.
pub const MERGES: &str = "merges.txt";

/// The usual name of the weights.
pub const WEIGHTS: &str = "model.safetensors";

/// The source with the names of its files and the length of its weights filled in, from the names
/// and lengths of the files that were picked.
///
/// # Errors
/// [`Failure::NoWeights`] if none of them holds weights that can be read, [`Failure::NotPicked`]
/// names another file that is missing.
pub fn resolve(source: &ModelSource, files: &[(String, u64)]) -> Result<ModelSource, Failure> {
    let find = |name: &str| files.iter().find(|(found, _)| found == name);
    let needed = |name: &str| {
        let found = find(name).map(|(name, _)| name.clone());
        found.ok_or_else(|| Failure::NotPicked { file: name.to_owned() })
    };
    let with_end = |end: &str| {
        let mut found = files.iter().filter(|(name, _)| name.ends_with(end));
        // Several are the parts of one model, or several models.
        found.next().filter(|_| found.next().is_none())
    };
    let weights = if source.weights.is_empty() {
        let names = || files.iter().map(|(name, _)| name.clone()).collect();
        find(WEIGHTS)
            .or_else(|| with_end(".gguf"))
            .or_else(|| with_end(".safetensors"))
            .ok_or_else(|| Failure::NoWeights { files: names() })?
    } else {
        find(&source.weights).ok_or_else(|| Failure::NotPicked { file: source.weights.clone() })?
    };
    let (weights, bytes) = weights.clone();
    let alone = weights.ends_with(".gguf");
    let config = match source.config.as_str() {
        "" if alone => String::new(),
        "" => needed(CONFIG)?,
        name => needed(name)?,
    };
    let tokenizer = match source.tokenizer.as_str() {
        "" if alone => String::new(),
        "" if find(VOCAB).is_some() && find(TOKENIZER).is_none() => needed(VOCAB)?,
        "" => needed(TOKENIZER)?,
        name => needed(name)?,
    };
    if tokenizer == VOCAB {
        needed(MERGES)?;
    }
    let place = Place::Picked;
    Ok(ModelSource { place, config, tokenizer, weights, bytes, ..source.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picked(names: &[&str]) -> Vec<(String, u64)> {
        names.iter().zip(100..).map(|(name, bytes)| ((*name).to_owned(), bytes)).collect()
    }

    fn source(weights: &str) -> ModelSource {
        ModelSource { weights: weights.to_owned(), ..ModelSource::at(Place::Picked) }
    }

    #[test]
    fn the_parts_are_found_by_their_names() {
        for (names, expected) in [
            (&["my gpt2.gguf"][..], ("", "", "my gpt2.gguf", 100)),
            (
                &["README.md", "config.json", "tokenizer.json", "model.safetensors"],
                ("config.json", "tokenizer.json", "model.safetensors", 103),
            ),
            (
                &["x.safetensors", "config.json", "vocab.json", "merges.txt"],
                ("config.json", "vocab.json", "x.safetensors", 100),
            ),
            (
                &["vocab.json", "tokenizer.json", "config.json", "x.safetensors"],
                ("config.json", "tokenizer.json", "x.safetensors", 103),
            ),
            // A folder of the hub may hold both.
            (
                &["a.gguf", "config.json", "tokenizer.json", "model.safetensors"],
                ("config.json", "tokenizer.json", "model.safetensors", 103),
            ),
        ] {
            let found = resolve(&source(""), &picked(names)).expect("complete");
            let found = (&*found.config, &*found.tokenizer, &*found.weights, found.bytes);
            assert_eq!(found, expected, "{names:?}");
        }
        let named = resolve(&source("b.gguf"), &picked(&["a.gguf", "b.gguf"])).expect("complete");
        assert_eq!((named.weights.as_str(), named.bytes), ("b.gguf", 101));
    }

    #[test]
    fn a_missing_part_is_named() {
        for (weights, names, file) in [
            ("", &["model.safetensors", "tokenizer.json"][..], "config.json"),
            ("", &["model.safetensors", "config.json"], "tokenizer.json"),
            ("", &["model.safetensors", "config.json", "vocab.json"], "merges.txt"),
            ("b.gguf", &["a.gguf"], "b.gguf"),
            ("b.gguf", &[], "b.gguf"),
        ] {
            let found = resolve(&source(weights), &picked(names));
            assert_eq!(found, Err(Failure::NotPicked { file: file.to_owned() }), "{names:?}");
        }
        for names in [
            &["pytorch_model.bin", "config.json"][..],
            &["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"],
            &[],
        ] {
            let files = names.iter().map(|&name| name.to_owned()).collect();
            assert_eq!(resolve(&source(""), &picked(names)), Err(Failure::NoWeights { files }));
        }
    }
}
