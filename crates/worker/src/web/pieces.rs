//! The pieces of a kept file, each held against its digest.

use std::{collections::VecDeque, vec};

use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;

use super::{fetch::take, shelf::Reader};
use crate::{
    ledger::{PIECE, digest, pieces},
    record::Record,
};

/// Pieces that are asked for ahead, where the browser brings them: it takes longer to bring one than
/// is spent on it.
const AHEAD: usize = 3;

/// A kept file that is read from its beginning.
pub struct Pieces {
    reader: Reader,
    /// Those that are still to come.
    digests: vec::IntoIter<String>,
    length: u64,
    /// The piece that is read or asked for next.
    index: u64,
    ahead: VecDeque<JsFuture>,
}

/// A piece is not as it was written, or cannot be read.
pub struct Unsound;

impl Pieces {
    /// The file that this record is of.
    pub fn new(reader: Reader, record: &Record) -> Self {
        let (digests, length) = (record.pieces.clone().into_iter(), record.length);
        Self { reader, digests, length, index: 0, ahead: VecDeque::with_capacity(AHEAD) }
    }

    /// The next piece, in place of what `bytes` had; `false` after the last.
    ///
    /// # Errors
    /// [`Unsound`].
    pub async fn next(&mut self, bytes: &mut Vec<u8>) -> Result<bool, Unsound> {
        let Some(expected) = self.digests.next() else { return Ok(false) };
        match &self.reader {
            Reader::Open(file) => {
                let start = self.index * PIECE as u64;
                let length = self.length.saturating_sub(start).min(PIECE as u64);
                // No piece is longer than a usize.
                bytes.resize(length as usize, 0);
                file.read(start, bytes).map_err(|_| Unsound)?;
                self.index += 1;
            }
            Reader::Asked(asked) => {
                while self.ahead.len() < AHEAD && self.index < pieces(self.length) {
                    let piece = asked.piece(self.index, self.length).map_err(|_| Unsound)?;
                    self.ahead.push_back(piece);
                    self.index += 1;
                }
                let piece = self.ahead.pop_front().ok_or(Unsound)?.await.map_err(|_| Unsound)?;
                take(&Uint8Array::new(&piece), bytes);
            }
        }
        if expected.eq_ignore_ascii_case(&digest(bytes)) { Ok(true) } else { Err(Unsound) }
    }
}
