//! What is kept on the device, and what a model would take before it is fetched.

use crate::{ModelSource, ModelSummary, Quantization};
use serde::{Deserialize, Serialize};

/// The models that are kept on this device.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Storage {
    /// All of them, those that are not yet complete too; the one used last comes first.
    pub models: Vec<StoredModel>,
    /// Bytes that this site keeps in all, by the browser's estimate; `None` where it gives none.
    pub usage: Option<u64>,
    /// Bytes that it may keep, by the same estimate.
    pub quota: Option<u64>,
    /// Where they are kept.
    pub shelf: Shelf,
}

/// Where a browser lets a page keep large files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shelf {
    /// The origin-private file system.
    FileSystem,
    /// The Cache API, where there is no such file system.
    Cache,
    /// Nowhere: a private window, or storage that was forbidden.
    #[default]
    None,
}

/// A model that is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredModel {
    /// Names it in requests.
    pub key: String,
    /// As it was called when it was kept.
    pub title: String,
    /// Loads it: the same source that it came from.
    pub source: ModelSource,
    /// Bytes that it takes on the device now.
    pub bytes: u64,
    /// Bytes of the whole.
    pub total: u64,
    /// What it is, once it is complete.
    pub model: Option<ModelSummary>,
    /// When it was used last, in milliseconds since 1970.
    pub last_used: f64,
}

impl StoredModel {
    /// Whether it can be loaded without the network.
    pub const fn is_complete(&self) -> bool {
        self.model.is_some()
    }
}

/// Whether a loaded model is kept on the device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kept", rename_all = "snake_case")]
pub enum Kept {
    /// It was not asked for.
    #[default]
    NotAsked,
    /// It is.
    Yes,
    /// It is being put there, and can be used meanwhile: [`Event::Kept`](crate::Event::Kept) tells
    /// how that ended.
    Underway,
    /// There was no room: it works until the page is closed.
    NoRoom {
        /// Bytes that it takes.
        needed: u64,
        /// Bytes that the browser says it may still keep, if it says.
        available: Option<u64>,
    },
    /// This browser keeps nothing for the page, or another tab is keeping the same model.
    Unable {
        /// Why, in English, for a report.
        detail: String,
    },
}

/// What a model is, and takes, by its configuration and the header of its weights alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// The same source with the names of its files and their length filled in.
    pub source: ModelSource,
    /// `gpt2` or `openai-gpt`.
    pub architecture: String,
    /// Parameters, tied ones counted once.
    pub parameters: u64,
    /// Positions in the context.
    pub n_positions: usize,
    /// Bytes to fetch.
    pub download: u64,
    /// Bytes of the packed weights in memory and, within a few percent, on the device: by type.
    pub packed: Vec<(Quantization, u64)>,
    /// Bytes that a full context takes in memory besides, in F32; half of it with weights of 8 or 4
    /// bits.
    pub kv_cache: u64,
}
