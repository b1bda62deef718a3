//! Where kept models lie: the origin-private file system, else the Cache API. Both hold, for each
//! model, a record and the pieces of its file; what these mean is up to `record` and `ledger`.

mod cache;
mod files;

pub use files::OpenFile;

use std::ops::Range;

use js_sys::{ArrayBuffer, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::StorageEstimate;
use zeroshot_protocol::{Shelf as Kind, Storage};

use super::{
    locks::{Mode, try_lock},
    scope::scope,
};
use crate::{
    key::is_key,
    ledger::extent,
    record::{Record, listed},
};

/// Why something could not be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no room.
    Full,
    /// Anything else, in English.
    Other(String),
}

impl From<JsValue> for Refused {
    fn from(error: JsValue) -> Self {
        let name = Reflect::get(&error, &"name".into()).ok().and_then(|name| name.as_string());
        match name.as_deref() {
            Some("QuotaExceededError") => Self::Full,
            _ => Self::Other(format!("{error:?}")),
        }
    }
}

/// Where kept models lie.
pub enum Shelf {
    /// In files.
    Files(files::Files),
    /// As answers to requests that nobody makes.
    Cache(cache::Cache),
}

/// A kept file that can be read.
pub enum Reader {
    /// From a file.
    Files(web_sys::File),
    /// From the cache.
    Cache(cache::Cache, String),
}

/// A kept file that is being written.
pub enum Writer {
    /// To a file.
    Files(files::Writer),
    /// To the cache.
    Cache(cache::Cache, String),
}

impl Shelf {
    /// Finds the best place that the browser allows; `None` where it allows none.
    pub async fn open() -> Option<Self> {
        if let Some(files) = files::Files::open().await {
            return Some(Self::Files(files));
        }
        cache::Cache::open().await.map(Self::Cache)
    }

    /// Which it is.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Files(_) => Kind::FileSystem,
            Self::Cache(_) => Kind::Cache,
        }
    }

    /// The record of a model; `None` if there is none that makes sense.
    pub async fn record(&self, key: &str) -> Option<Record> {
        let json = match self {
            Self::Files(files) => files.record(key).await,
            Self::Cache(cache) => cache.record(key).await,
        };
        json.ok().flatten().and_then(|json| Record::read(&json, key))
    }

    /// Writes the record of a model.
    ///
    /// # Errors
    /// Says why it could not be.
    pub async fn put_record(&self, record: &Record) -> Result<(), Refused> {
        match self {
            Self::Files(files) => files.put_record(&record.key, &record.to_json()).await?,
            Self::Cache(cache) => cache.put_record(&record.key, &record.to_json()).await?,
        }
        Ok(())
    }

    /// A model's file for reading; `None` if it is not there.
    pub async fn reader(&self, key: &str) -> Option<Reader> {
        match self {
            Self::Files(files) => files.reader(key).await.ok().map(Reader::Files),
            Self::Cache(cache) => Some(Reader::Cache(cache.clone(), key.to_owned())),
        }
    }

    /// A model's file, open for reading; `None` where the browser cannot open it without keeping other
    /// tabs from it.
    pub async fn open_file(&self, key: &str) -> Option<OpenFile> {
        match self {
            Self::Files(files) => files.open_file(key).await.ok(),
            Self::Cache(..) => None,
        }
    }

    /// A model's file for writing, all of which may be there already.
    ///
    /// # Errors
    /// Says why it cannot be written.
    pub async fn writer(&self, key: &str) -> Result<Writer, Refused> {
        Ok(match self {
            Self::Files(files) => Writer::Files(files.writer(key).await?),
            Self::Cache(cache) => Writer::Cache(cache.clone(), key.to_owned()),
        })
    }

    /// Deletes all that is kept of a model; says whether it could be.
    pub async fn delete(&self, key: &str) -> bool {
        match self {
            Self::Files(files) => files.delete(key).await,
            Self::Cache(cache) => cache.delete(key).await,
        }
        .is_ok()
    }

    /// The keys of all that lies here, each once.
    pub async fn keys(&self) -> Vec<String> {
        let keys = match self {
            Self::Files(files) => files.keys().await,
            Self::Cache(cache) => cache.keys().await,
        };
        let mut keys = keys.unwrap_or_default();
        keys.retain(|key| is_key(key));
        keys.sort();
        keys.dedup();
        keys
    }

    /// The records of all models. What has none that makes sense is no use to anybody and is
    /// deleted.
    async fn records(&self) -> Vec<Record> {
        let mut records = Vec::new();
        for key in self.keys().await {
            match self.record(&key).await {
                Some(record) => records.push(record),
                None => {
                    // Unless somebody is at it. Whoever was when the record was read may have let go
                    // since and left one: only under the lock it is sure that there is none.
                    if let Some(_lock) = try_lock(&key, Mode::Exclusive).await {
                        match self.record(&key).await {
                            Some(record) => records.push(record),
                            None => drop(self.delete(&key).await),
                        }
                    }
                }
            }
        }
        records
    }
}

impl Reader {
    /// A piece of the file, of which `length` bytes are to be read in all.
    ///
    /// # Errors
    /// Where it cannot be read, or is not there.
    pub async fn piece(&self, index: u64, length: u64) -> Result<ArrayBuffer, JsValue> {
        let Range { start, end } = extent(index, length);
        match self {
            Self::Files(file) => {
                let part = file.slice_with_f64_and_f64(start as f64, end as f64)?;
                JsFuture::from(part.array_buffer()).await.map(Into::into)
            }
            Self::Cache(cache, key) => {
                let piece = cache.piece(key, index).await?;
                // It may have grown since its length was noted.
                Ok(piece.slice_with_end(0, (end - start) as u32))
            }
        }
    }
}

impl Writer {
    /// Puts a piece into its place.
    ///
    /// # Errors
    /// Says why it could not be.
    pub async fn put(&self, index: usize, piece: &[u8]) -> Result<(), Refused> {
        match self {
            Self::Files(writer) => writer.put(index, piece)?,
            Self::Cache(cache, key) => cache.put(key, index, piece).await?,
        }
        Ok(())
    }

    /// Makes sure that nothing is behind a place.
    ///
    /// # Errors
    /// The same.
    pub fn cut(&self, length: u64) -> Result<(), Refused> {
        if let Self::Files(writer) = self {
            writer.cut(length)?;
        }
        Ok(())
    }
}

/// All that is kept, for the page.
pub async fn storage(shelf: Option<&Shelf>) -> Storage {
    let records = match shelf {
        Some(shelf) => shelf.records().await,
        None => Vec::new(),
    };
    let (usage, quota) = estimate().await;
    let shelf = shelf.map_or(Kind::None, Shelf::kind);
    Storage { models: listed(records), usage, quota, shelf }
}

/// Bytes that the browser may still keep for this site, if it says.
pub async fn available() -> Option<u64> {
    let (usage, quota) = estimate().await;
    quota.zip(usage).map(|(quota, usage)| quota.saturating_sub(usage))
}

async fn estimate() -> (Option<u64>, Option<u64>) {
    // Not on pages that are not secure.
    let navigator = scope().navigator();
    if !Reflect::has(&navigator, &"storage".into()).unwrap_or(false) {
        return (None, None);
    }
    let Ok(estimate) = navigator.storage().estimate() else { return (None, None) };
    let Ok(estimate) = JsFuture::from(estimate).await else { return (None, None) };
    let estimate: StorageEstimate = estimate.into();
    let whole = |bytes: Option<f64>| bytes.map(|bytes| bytes as u64);
    (whole(estimate.get_usage()), whole(estimate.get_quota()))
}
