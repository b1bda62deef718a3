//! The pieces of a kept file, each held against its digest. They are read at once where the file could
//! be opened; else the next ones are asked for while the one before is worked on.

use std::{collections::VecDeque, rc::Rc, vec};

use js_sys::Uint8Array;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::{
    fetch::take,
    shelf::{OpenFile, Reader},
};
use crate::{
    ledger::{digest, extent, pieces},
    record::Record,
};

/// Pieces that are asked for ahead: it takes longer to bring one than is spent on it.
const AHEAD: usize = 3;

/// A kept file that is read from its beginning.
pub struct Pieces {
    /// What the pieces are read by, as long as that does not fail.
    open: Option<OpenFile>,
    reader: Rc<Reader>,
    /// Those of the pieces that have not been given out.
    digests: vec::IntoIter<String>,
    length: u64,
    /// The piece that is read or asked for next.
    index: u64,
    ahead: VecDeque<JsFuture>,
}

/// A piece is not as it was written, or cannot be read.
pub struct Unsound;

impl Pieces {
    /// The file that this record is of, which may be open too.
    pub fn new(reader: Reader, open: Option<OpenFile>, record: &Record) -> Self {
        Self {
            open,
            reader: Rc::new(reader),
            digests: record.pieces.clone().into_iter(),
            length: record.length,
            index: 0,
            ahead: VecDeque::with_capacity(AHEAD),
        }
    }

    /// The next piece, in place of what `bytes` had; `false` after the last.
    ///
    /// # Errors
    /// [`Unsound`].
    pub async fn next(&mut self, bytes: &mut Vec<u8>) -> Result<bool, Unsound> {
        let Some(expected) = self.digests.next() else { return Ok(false) };
        let is_sound = |bytes: &[u8]| expected.eq_ignore_ascii_case(&digest(bytes));
        if let Some(open) = &self.open {
            let extent = extent(self.index, self.length);
            // No piece is longer than a usize.
            bytes.resize((extent.end - extent.start) as usize, 0);
            if open.read(extent.start, bytes) && is_sound(bytes) {
                self.index += 1;
                return Ok(true);
            }
            // Chromium's reads fail now and then where another tab has just read the same file: then
            // the browser is asked for the rest.
            self.open = None;
        }
        self.ask_ahead();
        let piece = self.ahead.pop_front().ok_or(Unsound)?.await.map_err(|_| Unsound)?;
        self.ask_ahead();
        take(&Uint8Array::new(&piece), bytes);
        if is_sound(bytes) { Ok(true) } else { Err(Unsound) }
    }

    fn ask_ahead(&mut self) {
        while self.ahead.len() < AHEAD && self.index < pieces(self.length) {
            let (reader, index, length) = (Rc::clone(&self.reader), self.index, self.length);
            let piece = async move { reader.piece(index, length).await.map(Into::into) };
            self.ahead.push_back(JsFuture::from(future_to_promise(piece)));
            self.index += 1;
        }
    }
}
