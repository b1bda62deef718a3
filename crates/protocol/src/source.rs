//! Where a model comes from, and what becomes of its numbers.

use serde::{Deserialize, Serialize};

/// A model's files, and what becomes of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelSource {
    /// Where the files are.
    pub place: Place,
    /// File name of the configuration, usually `config.json`; empty for a GGUF file that holds it.
    pub config: String,
    /// File name of the tokenizer, usually `tokenizer.json`; empty for a GGUF file that holds it.
    pub tokenizer: String,
    /// File name of the weights: `.safetensors`, `.gguf`, or `.parts.json`, the list of the parts
    /// that a file was cut into.
    pub weights: String,
    /// Bytes of the weights, for progress where the server does not say; 0 if not known.
    pub bytes: u64,
    /// SHA-256 of the weights in hexadecimal; empty if not known. A file that differs is refused.
    pub sha256: String,
    /// What the matrices are turned into as they arrive; `None` leaves them as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantization: Option<Quantization>,
    /// The title under which the packed model is kept on the device; `None` keeps it in memory
    /// alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<String>,
}

impl ModelSource {
    /// A model at this place of which nothing else is known or wanted.
    #[must_use]
    pub const fn at(place: Place) -> Self {
        Self {
            place,
            config: String::new(),
            tokenizer: String::new(),
            weights: String::new(),
            bytes: 0,
            sha256: String::new(),
            quantization: None,
            keep: None,
        }
    }
}

/// Where a model's files are.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Place {
    /// A folder of the page's own site.
    Site {
        /// Its address, ending in `/`.
        folder: String,
    },
    /// A repository of a model hub, whose files are at `{base}/{repo}/resolve/{revision}/{file}`.
    Hub {
        /// The hub's address without a `/` at its end: `https://huggingface.co`.
        base: String,
        /// `owner/model`.
        repo: String,
        /// A branch, a tag or a commit, usually `main`.
        revision: String,
    },
    /// Files that the visitor picked or dropped. They travel beside the message: a
    /// `Load` or `Describe` of such a source is posted as an array of the JSON string and the
    /// `File`s. Once kept, the model is loaded by the same source without them.
    Picked,
}

/// A type of numbers that weights can be turned into when they are loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Quantization {
    /// 32-bit floats.
    F32,
    /// 16-bit floats.
    F16,
    /// 8-bit integers, 32 to a scale.
    #[serde(rename = "Q8_0")]
    Q8,
    /// 4-bit integers, 32 to a scale.
    #[serde(rename = "Q4_0")]
    Q4,
}
