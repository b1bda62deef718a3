//! SHA-256 by the browser's own code, which is several times as fast as ours and works beside this
//! worker: of the pieces of kept files.

use js_sys::{ArrayBuffer, Promise, Reflect, Uint8Array};
use sha2::{Digest, Sha256};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use zeroshot_gpt2::parts::hexadecimal;

use super::scope::scope;
use crate::ledger::PIECE;

/// A digest that is being taken.
pub enum Taken {
    /// By the browser.
    Coming(JsFuture),
    /// By this worker, where the browser does not take any.
    There(String),
}

impl Taken {
    /// Of bytes as they are now: they may change while the digest is still to come.
    pub fn of(bytes: &Uint8Array) -> Self {
        match by_browser(bytes) {
            Ok(promise) => Self::Coming(JsFuture::from(promise)),
            Err(_) => Self::There(hexadecimal(&Sha256::digest(bytes.to_vec()))),
        }
    }

    /// In hexadecimal.
    ///
    /// # Errors
    /// Where the browser takes digests, but not this one.
    pub async fn digest(self) -> Result<String, JsValue> {
        match self {
            Self::Coming(digest) => {
                let digest: ArrayBuffer = digest.await?.dyn_into()?;
                Ok(hexadecimal(&Uint8Array::new(&digest).to_vec()))
            }
            Self::There(digest) => Ok(digest),
        }
    }
}

fn by_browser(bytes: &Uint8Array) -> Result<Promise, JsValue> {
    // Not there on pages that are not secure.
    let crypto = Reflect::get(&scope(), &"crypto".into())?;
    if Reflect::get(&crypto, &"subtle".into())?.is_undefined() {
        return Err(JsValue::UNDEFINED);
    }
    scope().crypto()?.subtle().digest_with_str_and_buffer_source("SHA-256", bytes)
}

/// The digests of a file's pieces, one after the other.
pub struct Digests {
    there: Vec<String>,
    coming: Vec<Taken>,
    /// What digests are taken from: the browser takes none of memory that threads share.
    buffer: Uint8Array,
}

impl Default for Digests {
    fn default() -> Self {
        let buffer = Uint8Array::new_with_length(PIECE as u32);
        Self { there: Vec::new(), coming: Vec::new(), buffer }
    }
}

impl Digests {
    /// Goes on after pieces whose digests are known.
    pub fn known(&mut self, digests: &[String]) {
        self.there.extend_from_slice(digests);
    }

    /// Begins with the next piece.
    pub fn add(&mut self, piece: &[u8]) {
        let taken = self.take(piece);
        self.coming.push(taken);
    }

    fn take(&self, piece: &[u8]) -> Taken {
        let bytes = self.buffer.subarray(0, piece.len() as u32);
        bytes.copy_from(piece);
        Taken::of(&bytes)
    }

    /// Those of all pieces, and of one more that is not full yet.
    ///
    /// # Errors
    /// Where the browser has failed at one.
    pub async fn all(&mut self, rest: &[u8]) -> Result<Vec<String>, JsValue> {
        for taken in self.coming.drain(..) {
            self.there.push(taken.digest().await?);
        }
        let mut digests = self.there.clone();
        if !rest.is_empty() {
            digests.push(self.take(rest).digest().await?);
        }
        Ok(digests)
    }
}
