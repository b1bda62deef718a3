//! The pieces of a kept file, each held against its digest; the next ones are read while the one
//! before is worked on.

use std::{collections::VecDeque, rc::Rc};

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::{digests::Taken, fetch::take, shelf::Reader};
use crate::{ledger::pieces, record::Record};

/// Pieces that are asked for ahead: the browser takes longer to bring one than to check it.
const AHEAD: usize = 3;

/// A kept file that is read from its beginning.
pub struct Pieces {
    reader: Rc<Reader>,
    digests: Vec<String>,
    length: u64,
    /// The piece that is asked for next.
    index: u64,
    ahead: VecDeque<JsFuture>,
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
            ahead: VecDeque::with_capacity(AHEAD),
        };
        (0..AHEAD).for_each(|_| pieces.ask());
        pieces
    }

    /// The next piece, in place of what `bytes` had; `false` after the last.
    ///
    /// # Errors
    /// [`Unsound`].
    pub async fn next(&mut self, bytes: &mut Vec<u8>) -> Result<bool, Unsound> {
        let Some(ahead) = self.ahead.pop_front() else { return Ok(false) };
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
        let piece = future_to_promise(async move {
            let piece = reader.piece(index, length).await?;
            let digest = Taken::of(&Uint8Array::new(&piece)).digest().await?;
            let sound = expected.is_some_and(|expected| expected.eq_ignore_ascii_case(&digest));
            if sound { Ok(piece.into()) } else { Err(JsValue::UNDEFINED) }
        });
        self.ahead.push_back(JsFuture::from(piece));
    }
}
