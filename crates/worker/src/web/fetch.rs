//! One answer of a server: its head, then its bytes piece by piece.

use js_sys::{Function, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, Headers, ReadableStream, ReadableStreamDefaultReader, ReadableStreamReadResult,
    ReferrerPolicy, RequestCache, RequestCredentials, RequestInit, RequestMode, Response,
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

/// The bytes of an answer, or of a file. Dropped, it closes the connection.
pub struct Body(Option<ReadableStreamDefaultReader>);

impl Body {
    /// Of a stream; one that is not there is empty.
    pub fn new(stream: Option<ReadableStream>) -> Self {
        Self(stream.map(|stream| stream.get_reader().unchecked_into()))
    }

    /// The next bytes, in whatever pieces they come, in place of what `piece` had; none at the
    /// end, which is told by `false`.
    ///
    /// # Errors
    /// Where the connection broke.
    pub async fn read(&self, piece: &mut Vec<u8>) -> Result<bool, JsValue> {
        piece.clear();
        let Some(reader) = &self.0 else { return Ok(false) };
        let result = JsFuture::from(reader.read()).await?;
        let result: ReadableStreamReadResult = result.unchecked_into();
        if result.get_done().unwrap_or(true) {
            return Ok(false);
        }
        take(&result.get_value().dyn_into()?, piece);
        Ok(true)
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        if let Some(reader) = &self.0 {
            ignore(reader.cancel());
        }
    }
}

/// Copies bytes here, and gives the browser's own back at once: its garbage is collected too
/// seldom for files of gigabytes.
pub fn take(bytes: &Uint8Array, piece: &mut Vec<u8>) {
    piece.resize(bytes.length() as usize, 0);
    bytes.copy_to(piece);
    let buffer = bytes.buffer();
    let transfer = Reflect::get(&buffer, &"transfer".into()).and_then(JsCast::dyn_into::<Function>);
    if let Ok(transfer) = transfer {
        // To a buffer of no bytes. One that cannot be given back is collected some day.
        let _ = transfer.call1(&buffer, &0.into());
    }
}
