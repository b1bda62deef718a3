//! One answer of a server: its head, then its bytes piece by piece.

use std::cell::RefCell;

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, Headers, ReadableStream, ReadableStreamByobReader, ReadableStreamDefaultReader,
    ReadableStreamReadResult, ReferrerPolicy, RequestCache, RequestCredentials, RequestInit,
    RequestMode, Response,
};

use super::{control::ignore, scope::scope};
use crate::{
    address::Address,
    arrival::{Head, Range},
};

/// Asks for a file, or for a part of it. `stored` says that the worker keeps it itself, so that
/// nobody else needs to.
///
/// # Errors
/// Where no answer comes.
pub async fn ask(
    address: &Address,
    range: Option<&str>,
    stored: bool,
    signal: &AbortSignal,
) -> Result<(Head, Body), JsValue> {
    let init = RequestInit::new();
    if address.elsewhere {
        init.set_mode(RequestMode::Cors);
        init.set_credentials(RequestCredentials::Omit);
        init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    } else {
        // No other host is asked, whatever the address says.
        init.set_mode(RequestMode::SameOrigin);
    }
    if stored || range.is_some() {
        init.set_cache(RequestCache::NoStore);
    }
    if let Some(range) = range {
        let headers = Headers::new()?;
        headers.set("range", range)?;
        init.set_headers(&headers);
    }
    init.set_signal(Some(signal));
    let answer = scope().fetch_with_str_and_init(&address.url, &init);
    let response: Response = JsFuture::from(answer).await?.dyn_into()?;
    Ok((head(&response), Body::new(response.body())))
}

fn head(response: &Response) -> Head {
    let header = |name| response.headers().get(name).ok().flatten();
    Head {
        status: response.status(),
        content_type: header("content-type"),
        content_length: header("content-length").and_then(|length| length.parse().ok()),
        encoded: header("content-encoding").is_some_and(|encoding| encoding != "identity"),
        range: header("content-range").and_then(|range| Range::parse(&range)),
        etag: header("etag"),
        retry_after: header("retry-after").and_then(|seconds| seconds.trim().parse().ok()),
    }
}

/// Bytes that are read at once.
const AT_ONCE: u32 = 1 << 20;

/// The bytes of an answer, or of a file. Dropped, it closes the connection.
pub struct Body(Option<Reader>);

/// Browsers hand bytes over in buffers of their own, whose garbage is collected too seldom for
/// files of gigabytes; most of them can be given one buffer that is used again and again.
enum Reader {
    Again(ReadableStreamByobReader, RefCell<Option<ArrayBuffer>>),
    New(ReadableStreamDefaultReader),
}

impl Body {
    /// Of a stream; one that is not there is empty.
    pub fn new(stream: Option<ReadableStream>) -> Self {
        Self(stream.map(|stream| match ReadableStreamByobReader::new(&stream) {
            Ok(reader) => Reader::Again(reader, RefCell::default()),
            Err(_) => Reader::New(stream.get_reader().unchecked_into()),
        }))
    }

    /// The next bytes, in whatever pieces they come, in place of what `piece` had; none at the
    /// end, which is told by `false`.
    ///
    /// # Errors
    /// Where the connection broke.
    pub async fn read(&self, piece: &mut Vec<u8>) -> Result<bool, JsValue> {
        piece.clear();
        let read = match &self.0 {
            None => return Ok(false),
            Some(Reader::New(reader)) => reader.read(),
            Some(Reader::Again(reader, buffer)) => {
                let buffer = buffer.take().unwrap_or_else(|| ArrayBuffer::new(AT_ONCE));
                reader.read_with_array_buffer_view(&Uint8Array::new(&buffer))
            }
        };
        let result: ReadableStreamReadResult = JsFuture::from(read).await?.unchecked_into();
        if result.get_done().unwrap_or(true) {
            return Ok(false);
        }
        let bytes: Uint8Array = result.get_value().dyn_into()?;
        take(&bytes, piece);
        if let Some(Reader::Again(_, buffer)) = &self.0 {
            buffer.replace(Some(bytes.buffer()));
        }
        Ok(true)
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        match &self.0 {
            None => {}
            Some(Reader::Again(reader, _)) => ignore(reader.cancel()),
            Some(Reader::New(reader)) => ignore(reader.cancel()),
        }
    }
}

/// Copies bytes here.
pub fn take(bytes: &Uint8Array, piece: &mut Vec<u8>) {
    piece.resize(bytes.length() as usize, 0);
    bytes.copy_to(piece);
}
