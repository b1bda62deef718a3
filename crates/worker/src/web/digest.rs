//! SHA-256 by the browser.

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::scope::scope;

/// The SHA-256 of `bytes`; `None` where the browser does not offer it, as on a page served over
/// plain HTTP from another machine.
pub async fn sha256(bytes: &[u8]) -> Option<Vec<u8>> {
    // Without a secure context there is a `crypto`, but nothing in its `subtle`.
    if !scope().is_secure_context() {
        return None;
    }
    match digest(bytes).await {
        Ok(digest) => Some(digest),
        Err(error) => {
            web_sys::console::warn_1(&error);
            None
        }
    }
}

async fn digest(bytes: &[u8]) -> Result<Vec<u8>, JsValue> {
    let digest = scope().crypto()?.subtle().digest_with_str_and_u8_array("SHA-256", bytes)?;
    Ok(Uint8Array::new(&JsFuture::from(digest).await?).to_vec())
}
