//! Kept models in the origin-private file system: `KEY.gguf`, which other tools read, and beside
//! it `KEY.json`.

use js_sys::{AsyncIterator, Function, IteratorNext, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, FileSystemReadWriteOptions, FileSystemSyncAccessHandle,
};

use crate::{ledger::PIECE, record::MAX_RECORD, web::scope::scope};

/// The folder's name.
const FOLDER: &str = "zeroshot-models";

/// The folder of all kept models.
pub struct Files(FileSystemDirectoryHandle);

/// A file that is open for reading, which others may read too.
pub struct OpenFile(FileSystemSyncAccessHandle);

/// A file that is open for writing; nobody else can write it meanwhile.
pub struct Writer(FileSystemSyncAccessHandle);

impl Drop for Writer {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Files {
    /// Opens the folder; `None` where the browser has no such file system, or forbids it.
    pub async fn open() -> Option<Self> {
        let navigator = scope().navigator();
        if !Reflect::has(&navigator, &"storage".into()).ok()? {
            return None;
        }
        let storage = navigator.storage();
        if !Reflect::has(&storage, &"getDirectory".into()).ok()? {
            return None;
        }
        let root = JsFuture::from(storage.get_directory()).await.ok()?;
        let root: FileSystemDirectoryHandle = root.dyn_into().ok()?;
        let options = FileSystemGetDirectoryOptions::new();
        options.set_create(true);
        let folder = root.get_directory_handle_with_options(FOLDER, &options);
        let folder = JsFuture::from(folder).await.ok()?;
        // Older ones have files that can be read but not written from a worker.
        let prototype = Reflect::get(&js_sys::global(), &"FileSystemFileHandle".into()).ok()?;
        let prototype = Reflect::get(&prototype, &"prototype".into()).ok()?;
        let writes = Reflect::has(&prototype, &"createSyncAccessHandle".into()).ok()?;
        writes.then(|| Self(folder.unchecked_into()))
    }

    async fn file(&self, name: &str, create: bool) -> Result<FileSystemFileHandle, JsValue> {
        let options = FileSystemGetFileOptions::new();
        options.set_create(create);
        let file = self.0.get_file_handle_with_options(name, &options);
        JsFuture::from(file).await.map(JsCast::unchecked_into)
    }

    async fn read(&self, name: &str) -> Result<File, JsValue> {
        let file = self.file(name, false).await?;
        JsFuture::from(file.get_file()).await.map(JsCast::unchecked_into)
    }

    async fn write(&self, name: &str) -> Result<Writer, JsValue> {
        let file = self.file(name, true).await?;
        let handle = JsFuture::from(file.create_sync_access_handle()).await?;
        Ok(Writer(handle.unchecked_into()))
    }

    /// The text of a record, if there is one of a sensible length.
    pub async fn record(&self, key: &str) -> Result<Option<String>, JsValue> {
        let file = self.read(&record_name(key)).await?;
        if file.size() > MAX_RECORD as f64 {
            return Ok(None);
        }
        Ok(JsFuture::from(file.text()).await?.as_string())
    }

    /// Writes the text of a record.
    pub async fn put_record(&self, key: &str, json: &str) -> Result<(), JsValue> {
        let writer = self.write(&record_name(key)).await?;
        writer.put_at(0, json.as_bytes())?;
        writer.cut(json.len() as u64)
    }

    /// A model's file for reading.
    pub async fn reader(&self, key: &str) -> Result<File, JsValue> {
        self.read(&file_name(key)).await
    }

    /// A model's file, open for reading.
    pub async fn open_file(&self, key: &str) -> Result<OpenFile, JsValue> {
        OpenFile::of(&self.file(&file_name(key), false).await?).await
    }

    /// A model's file for writing.
    pub async fn writer(&self, key: &str) -> Result<Writer, JsValue> {
        self.write(&file_name(key)).await
    }

    /// Deletes a model's files; those that are not there are deleted already.
    pub async fn delete(&self, key: &str) -> Result<(), JsValue> {
        for name in [file_name(key), record_name(key)] {
            if let Err(error) = JsFuture::from(self.0.remove_entry(&name)).await {
                let name = Reflect::get(&error, &"name".into())?;
                if name.as_string().as_deref() != Some("NotFoundError") {
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// The names of the files, without their ends.
    pub async fn keys(&self) -> Result<Vec<String>, JsValue> {
        let (names, mut keys): (AsyncIterator, _) = (self.0.keys(), Vec::new());
        loop {
            let next: IteratorNext = JsFuture::from(names.next()?).await?.unchecked_into();
            if next.done() {
                return Ok(keys);
            }
            let name = next.value().as_string().unwrap_or_default();
            let key = name.strip_suffix(".gguf").or_else(|| name.strip_suffix(".json"));
            keys.extend(key.map(str::to_owned));
        }
    }
}

impl OpenFile {
    /// Opens a file, where the browser can do so without keeping other tabs from it.
    async fn of(file: &FileSystemFileHandle) -> Result<Self, JsValue> {
        let options = Object::new();
        Reflect::set(&options, &"mode".into(), &"read-only".into())?;
        let open: Function = Reflect::get(file, &"createSyncAccessHandle".into())?.dyn_into()?;
        let handle: Promise = open.call1(file, &options)?.dyn_into()?;
        let open = Self(JsFuture::from(handle).await?.unchecked_into());
        // Those that know of no modes give one that nobody else can have meanwhile.
        let mode = Reflect::get(&open.0, &"mode".into())?.as_string();
        if mode.as_deref() == Some("read-only") { Ok(open) } else { Err(JsValue::UNDEFINED) }
    }

    /// Fills `bytes` with what begins at a place; says whether there was so much that could be read.
    pub fn read(&self, start: u64, bytes: &mut [u8]) -> bool {
        let options = FileSystemReadWriteOptions::new();
        options.set_at(start as f64);
        let read = self.0.read_with_u8_array_and_options(bytes, &options);
        read.is_ok_and(|read| read == bytes.len() as f64)
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Writer {
    /// Puts a piece into its place.
    pub fn put(&self, index: usize, piece: &[u8]) -> Result<(), JsValue> {
        self.put_at(index as u64 * PIECE as u64, piece)
    }

    fn put_at(&self, start: u64, bytes: &[u8]) -> Result<(), JsValue> {
        let options = FileSystemReadWriteOptions::new();
        options.set_at(start as f64);
        let written = self.0.write_with_u8_array_and_options(bytes, &options)?;
        // Some browsers write a part where the disk is full.
        if written < bytes.len() as f64 {
            let full = js_sys::Error::new("the disk is full");
            full.set_name("QuotaExceededError");
            return Err(full.into());
        }
        Ok(())
    }

    /// Makes sure that nothing is behind a place. That all before it is on the disk is left to the
    /// system, which a load need not wait for: what a power cut takes, its digest misses.
    pub fn cut(&self, length: u64) -> Result<(), JsValue> {
        self.0.truncate_with_f64(length as f64)
    }
}

fn file_name(key: &str) -> String {
    format!("{key}.gguf")
}

fn record_name(key: &str) -> String {
    format!("{key}.json")
}
