//! The bytes of a kept file, cut into pieces of one length: each has a digest, so that damage is
//! found wherever it is, and a part of the file can be checked by itself. The digests are taken by
//! `web::digests`.

/// Bytes of every piece but the last.
pub const PIECE: usize = 4 << 20;

/// A kept file on its way to the device.
pub struct Ledger {
    /// Pieces that are full and lie where they are kept.
    pieces: usize,
    /// The piece at hand.
    piece: Vec<u8>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { pieces: 0, piece: Vec::with_capacity(PIECE) }
    }
}

impl Ledger {
    /// Takes as many of the next bytes as fit into the piece at hand; gives how many.
    pub fn take(&mut self, bytes: &[u8]) -> usize {
        let taken = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        taken
    }

    /// The number of the piece at hand, and what is in it.
    pub fn piece(&self) -> (usize, &[u8]) {
        (self.pieces, &self.piece)
    }

    /// Whether the piece at hand is full: once it lies where it is kept, [`Ledger::turn`] begins
    /// the next.
    pub fn is_full(&self) -> bool {
        self.piece.len() == PIECE
    }

    /// Begins the next piece.
    pub fn turn(&mut self) {
        self.pieces += 1;
        self.piece.clear();
    }

    /// Bytes so far.
    pub fn length(&self) -> u64 {
        (self.pieces * PIECE + self.piece.len()) as u64
    }
}

/// How many pieces a file of so many bytes has.
pub fn pieces(length: u64) -> u64 {
    length.div_ceil(PIECE as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bytes_come_in_pieces_of_one_length() {
        let bytes: Vec<u8> = (0..2 * PIECE + 10).map(|i| (i % 251) as u8).collect();
        let (mut ledger, mut kept) = (Ledger::default(), Vec::new());
        for mut part in bytes.chunks(1_000_003) {
            while !part.is_empty() {
                part = &part[ledger.take(part)..];
                if ledger.is_full() {
                    assert_eq!((ledger.piece().0, ledger.piece().1.len()), (kept.len(), PIECE));
                    kept.push(ledger.piece().1.to_vec());
                    ledger.turn();
                }
            }
        }
        assert_eq!(ledger.length(), bytes.len() as u64);
        assert_eq!(ledger.piece(), (2, &bytes[2 * PIECE..]));
        kept.push(ledger.piece().1.to_vec());
        assert_eq!(kept.concat(), bytes);
        assert_eq!(kept.len() as u64, pieces(ledger.length()));
    }

    #[test]
    fn nothing_has_no_pieces() {
        let ledger = Ledger::default();
        assert_eq!((ledger.length(), ledger.piece().1.len(), pieces(0)), (0, 0, 0));
    }
}
