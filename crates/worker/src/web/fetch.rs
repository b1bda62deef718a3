//! Fetching one file, piece by piece or as a whole.

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, ReadableStreamDefaultReader, ReadableStreamReadResult, RequestInit, RequestMode,
    Response,
};
use zeroshot_protocol::Failure;

use super::scope::scope;
use crate::arrival::{Head, check_length, check_size};

/// One file to fetch.
pub struct Wanted<'a> {
    /// The folder's address, ending in `/`.
    pub folder: &'a str,
    /// The file's name.
    pub file: &'a str,
    /// Its length in the catalogue, 0 if that does not say.
    pub listed: u64,
    /// The most bytes that it may have.
    pub most: u64,
}

impl Wanted<'_> {
    /// Fetches the file as a whole; else as [`Wanted::stream`].
    ///
    /// # Errors
    /// The same, and if memory is short.
    pub async fn fetch(
        &self,
        signal: &AbortSignal,
        on_head: impl FnOnce(u64),
        mut on_bytes: impl FnMut(u64),
    ) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let take = |piece: &[u8]| {
            bytes.try_reserve(piece.len()).map_err(|_| Failure::OutOfMemory)?;
            bytes.extend_from_slice(piece);
            on_bytes(piece.len() as u64);
            Ok(())
        };
        self.stream(signal, on_head, take).await?;
        Ok(bytes)
    }

    /// Fetches the file piece by piece. `on_head` hears the bytes to expect, 0 if not known;
    /// `on_piece` gets the bytes, and ends the transfer with an error of its own.
    ///
    /// # Errors
    /// Says whether the file is missing, cut, too large, or did not get here.
    pub async fn stream(
        &self,
        signal: &AbortSignal,
        on_head: impl FnOnce(u64),
        mut on_piece: impl FnMut(&[u8]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let broken = |error: JsValue| {
            // A load that was overtaken is no news.
            if !signal.aborted() {
                web_sys::console::warn_1(&error);
            }
            Failure::Network { file: self.file.to_owned() }
        };
        let response = self.request(signal).await.map_err(broken)?;
        let expected = head(&response).check(self.file, self.listed)?;
        check_size(self.file, self.most, expected)?;
        on_head(expected);

        let (mut found, mut piece) = (0, Vec::new());
        if let Some(body) = response.body() {
            let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
            while let Some(chunk) = read(&reader).await.map_err(broken)? {
                found += u64::from(chunk.length());
                check_size(self.file, self.most, found)?;
                piece.resize(chunk.length() as usize, 0);
                chunk.copy_to(&mut piece);
                on_piece(&piece)?;
            }
        }
        check_length(self.file, expected, found)
    }

    async fn request(&self, signal: &AbortSignal) -> Result<Response, JsValue> {
        let init = RequestInit::new();
        // No other host is ever asked, whatever the address says.
        init.set_mode(RequestMode::SameOrigin);
        init.set_signal(Some(signal));
        let address = format!("{}{}", self.folder, self.file);
        let response = JsFuture::from(scope().fetch_with_str_and_init(&address, &init)).await?;
        response.dyn_into()
    }
}

fn head(response: &Response) -> Head {
    let header = |name| response.headers().get(name).ok().flatten();
    Head {
        status: response.status(),
        content_type: header("content-type"),
        content_length: header("content-length").and_then(|length| length.parse().ok()),
        encoded: header("content-encoding").is_some_and(|encoding| encoding != "identity"),
    }
}

/// The next bytes of the body, in whatever pieces they come; `None` at its end.
async fn read(reader: &ReadableStreamDefaultReader) -> Result<Option<Uint8Array>, JsValue> {
    let result: ReadableStreamReadResult = JsFuture::from(reader.read()).await?.unchecked_into();
    if result.get_done().unwrap_or(true) {
        return Ok(None);
    }
    result.get_value().dyn_into().map(Some)
}
