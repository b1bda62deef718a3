//! The pieces of a kept file, each held against its digest; the next ones are read while the one
//! before is worked on.

use std::{collections::VecDeque, rc::Rc, vec};

use js_sys::Uint8Array;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::{fetch::take, shelf::Reader};
use crate::{
    ledger::{digest, pieces},
    record::Record,
};

/// Pieces that are asked for ahead: it takes longer to bring one than is spent on it.
const AHEAD: usize = 3;

/// A kept file that is read from its beginning.
pub struct Pieces {
    reader: Rc<Reader>,
    /// Those of the pieces that have not been given out.
    digests: vec::IntoIter<String>,
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
        let (digests, ahead) = (record.pieces.clone().into_iter(), VecDeque::with_capacity(AHEAD));
        let (reader, length) = (Rc::new(reader), record.length);
        let mut pieces = Self { reader, digests, length, index: 0, ahead };
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
        let expected = self.digests.next().ok_or(Unsound)?;
        if expected.eq_ignore_ascii_case(&digest(bytes)) { Ok(true) } else { Err(Unsound) }
    }

    fn ask(&mut self) {
        let (index, length) = (self.index, self.length);
        if index >= pieces(length) {
            return;
        }
        self.index += 1;
        let reader = Rc::clone(&self.reader);
        let piece = async move { reader.piece(index, length).await.map(Into::into) };
        self.ahead.push_back(JsFuture::from(future_to_promise(piece)));
    }
}
