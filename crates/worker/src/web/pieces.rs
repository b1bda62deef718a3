//! The pieces of a kept file, each held against its digest; the next one is read and checked, by
//! the browser's own code, while the one before is worked on.

use std::rc::Rc;

use js_sys::{ArrayBuffer, Reflect, Uint8Array};
use sha2::{Digest, Sha256};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use zeroshot_gpt2::parts::hexadecimal;

use super::{fetch::take, scope::scope, shelf::Reader};
use crate::{ledger::pieces, record::Record};

/// A kept file that is read from its beginning.
pub struct Pieces {
    reader: Rc<Reader>,
    digests: Vec<String>,
    length: u64,
    /// The piece that is asked for next.
    index: u64,
    ahead: Option<JsFuture>,
}

/// A piece is not as it was written, or cannot be read.
pub struct Unsound;

impl Pieces {
    /// The file that this record is of.
    pub fn new(reader: Reader, record: &Record) -> Self {
        let mut pieces = Self {
            reader: Rc::new(reader),
            digests: record.pieces.clone(),
            length: record.length,
            index: 0,
            ahead: None,
        };
        pieces.ask();
        pieces
    }

    /// The next piece, in place of what `bytes` had; `false` after the last.
    ///
    /// # Errors
    /// [`Unsound`].
    pub async fn next(&mut self, bytes: &mut Vec<u8>) -> Result<bool, Unsound> {
        let Some(ahead) = self.ahead.take() else { return Ok(false) };
        let piece = ahead.await.map_err(|_| Unsound)?;
        self.ask();
        take(&Uint8Array::new(&piece), bytes);
        Ok(true)
    }

    fn ask(&mut self) {
        let (index, length) = (self.index, self.length);
        if index >= pieces(length) {
            return;
        }
        self.index += 1;
        let reader = Rc::clone(&self.reader);
        let place = usize::try_from(index).ok();
        let expected = place.and_then(|place| self.digests.get(place)).cloned();
        self.ahead = Some(JsFuture::from(future_to_promise(async move {
            let piece = reader.piece(index, length).await?;
            let digest = digest(&piece).await;
            let sound = expected.is_some_and(|expected| expected.eq_ignore_ascii_case(&digest));
            if sound { Ok(piece.into()) } else { Err(JsValue::UNDEFINED) }
        })));
    }
}

/// The SHA-256 of some bytes, where possible by the browser's own code, which is many times as
/// fast as ours and has a thread of its own.
async fn digest(bytes: &ArrayBuffer) -> String {
    let by_browser = async {
        // Not there on pages that are not secure.
        let crypto = Reflect::get(&scope(), &"crypto".into())?;
        if Reflect::get(&crypto, &"subtle".into())?.is_undefined() {
            return Err(JsValue::UNDEFINED);
        }
        let subtle = scope().crypto()?.subtle();
        let digest = subtle.digest_with_str_and_buffer_source("SHA-256", bytes)?;
        JsFuture::from(digest).await?.dyn_into::<ArrayBuffer>()
    };
    match by_browser.await {
        Ok(digest) => hexadecimal(&Uint8Array::new(&digest).to_vec()),
        Err(_) => hexadecimal(&Sha256::digest(Uint8Array::new(bytes).to_vec())),
    }
}
