//! The bytes of a kept file, cut into pieces of one length: each has a digest, so that damage is
//! found wherever it is, and a part of the file can be checked by itself.
//!
//! The digests are XXH3's of 128 bits, which take a twentieth of SHA-256's time: they find what a disk
//! or a crash did. Who can change a site's kept files on purpose can change their digests too.

use std::ops::Range;

use twox_hash::XxHash3_128;

/// Bytes of every piece but the last.
pub const PIECE: usize = 4 << 20;

/// A kept file on its way to the device.
pub struct Ledger {
    /// The digests of the pieces that are full and lie where they are kept.
    digests: Vec<String>,
    /// The piece at hand.
    piece: Vec<u8>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { digests: Vec::new(), piece: Vec::with_capacity(PIECE) }
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
        (self.digests.len(), &self.piece)
    }

    /// Whether the piece at hand is full: once it lies where it is kept, [`Ledger::turn`] begins
    /// the next.
    pub fn is_full(&self) -> bool {
        self.piece.len() == PIECE
    }

    /// Begins the next piece.
    pub fn turn(&mut self) {
        self.digests.push(digest(&self.piece));
        self.piece.clear();
    }

    /// Bytes so far.
    pub fn length(&self) -> u64 {
        (self.digests.len() * PIECE + self.piece.len()) as u64
    }

    /// The digests of all pieces, and of the one at hand if there is anything in it.
    pub fn digests(&self) -> Vec<String> {
        let mut digests = self.digests.clone();
        if !self.piece.is_empty() {
            digests.push(digest(&self.piece));
        }
        digests
    }
}

/// What is noted of a piece, in hexadecimal.
pub fn digest(piece: &[u8]) -> String {
    format!("{:032x}", XxHash3_128::oneshot(piece))
}

/// Whether this may be what [`digest`] gave.
pub fn is_digest(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// How many pieces a file of so many bytes has.
pub fn pieces(length: u64) -> u64 {
    length.div_ceil(PIECE as u64)
}

/// Where a piece of so many bytes lies, by its number.
pub fn extent(index: u64, length: u64) -> Range<u64> {
    let start = index.saturating_mul(PIECE as u64).min(length);
    start..start.saturating_add(PIECE as u64).min(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extents_are_the_whole_one_after_the_other() {
        for length in [0, 1, PIECE as u64, 2 * PIECE as u64 + 10] {
            let mut end = 0;
            for piece in (0..pieces(length)).map(|index| extent(index, length)) {
                assert!(piece.start == end && piece.end > end, "{piece:?} of {length}");
                end = piece.end;
            }
            assert_eq!(end, length);
        }
        assert_eq!(extent(u64::MAX, 10), 10..10);
    }

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
        let digests: Vec<_> = kept.iter().map(|piece| digest(piece)).collect();
        assert_eq!(ledger.digests(), digests);
        assert!(digests.iter().all(|digest| is_digest(digest)));
    }

    /// As `xxhsum -H2` prints it, so that the files can be checked by other tools.
    #[test]
    fn digests_are_those_of_xxhash() {
        assert_eq!(digest(b""), "99aa06d3014798d86001c324468d497f");
        assert!(!is_digest("99aa06d3014798d86001c324468d497") && !is_digest(&"g".repeat(32)));
    }

    #[test]
    fn nothing_has_no_pieces() {
        let ledger = Ledger::default();
        assert_eq!((ledger.length(), ledger.piece().1.len(), pieces(0)), (0, 0, 0));
        assert!(ledger.digests().is_empty());
    }
}
