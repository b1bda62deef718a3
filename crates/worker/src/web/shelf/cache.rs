//! Kept models in the Cache API, for browsers that have no file system for pages: each piece and
//! each record as the answer to a request that nobody makes.

use js_sys::{Array, ArrayBuffer, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Request, Response};

use crate::{record::MAX_RECORD, web::scope::scope};

/// The cache's name.
const NAME: &str = "zeroshot kept";

/// A folder of this site's, of which no file is there.
const FOLDER: &str = "/zeroshot-kept";

/// The cache of all kept models. Cheap to clone.
#[derive(Clone)]
pub struct Cache(web_sys::Cache);

impl Cache {
    /// Opens the cache; `None` where the browser has none, or forbids it.
    pub async fn open() -> Option<Self> {
        if !Reflect::has(&scope(), &"caches".into()).ok()? {
            return None;
        }
        let cache = JsFuture::from(scope().caches().ok()?.open(NAME)).await.ok()?;
        cache.dyn_into().ok().map(Self)
    }

    async fn find(&self, address: &str) -> Result<Response, JsValue> {
        let found = JsFuture::from(self.0.match_with_str(address)).await?;
        found.dyn_into()
    }

    async fn store(&self, address: &str, bytes: &[u8]) -> Result<(), JsValue> {
        // A copy: the answer must not change with this worker's memory.
        let bytes = Uint8Array::from(bytes);
        let answer = Response::new_with_opt_buffer_source(Some(&bytes))?;
        JsFuture::from(self.0.put_with_str(address, &answer)).await.map(drop)
    }

    /// The text of a record, if there is one of a sensible length.
    pub async fn record(&self, key: &str) -> Result<Option<String>, JsValue> {
        let found = self.find(&record_address(key)).await?;
        let text = JsFuture::from(found.text()?).await?.as_string();
        Ok(text.filter(|text| text.len() as u64 <= MAX_RECORD))
    }

    /// Writes the text of a record.
    pub async fn put_record(&self, key: &str, json: &str) -> Result<(), JsValue> {
        self.store(&record_address(key), json.as_bytes()).await
    }

    /// A piece of a model's file.
    pub async fn piece(&self, key: &str, index: u64) -> Result<ArrayBuffer, JsValue> {
        let found = self.find(&piece_address(key, index)).await?;
        JsFuture::from(found.array_buffer()?).await.map(Into::into)
    }

    /// Puts a piece into its place.
    pub async fn put(&self, key: &str, index: usize, piece: &[u8]) -> Result<(), JsValue> {
        self.store(&piece_address(key, index as u64), piece).await
    }

    /// Deletes a model's record and pieces.
    pub async fn delete(&self, key: &str) -> Result<(), JsValue> {
        for address in self.addresses().await? {
            if key_of(&address) == Some(key) {
                JsFuture::from(self.0.delete_with_str(&address)).await?;
            }
        }
        Ok(())
    }

    /// The keys of all models, each as often as it has pieces.
    pub async fn keys(&self) -> Result<Vec<String>, JsValue> {
        let addresses = self.addresses().await?;
        Ok(addresses.iter().filter_map(|address| key_of(address)).map(str::to_owned).collect())
    }

    async fn addresses(&self) -> Result<Vec<String>, JsValue> {
        let requests: Array = JsFuture::from(self.0.keys()).await?.unchecked_into();
        Ok(requests.iter().map(|request| request.unchecked_into::<Request>().url()).collect())
    }
}

fn record_address(key: &str) -> String {
    format!("{FOLDER}/{key}/record")
}

fn piece_address(key: &str, index: u64) -> String {
    format!("{FOLDER}/{key}/{index}")
}

fn key_of(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once(FOLDER)?;
    rest.strip_prefix('/')?.split('/').next()
}
