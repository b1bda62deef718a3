//! The bytes of a kept file, cut into pieces of one length, and the digests by which damage is
//! found: of each piece, so that a part can be checked, and of the whole.

use sha2::{Digest, Sha256};
use zeroshot_gpt2::parts::hexadecimal;

/// Bytes of every piece but the last.
pub const PIECE: usize = 4 << 20;

/// A kept file on its way to the device.
pub struct Ledger {
    whole: Sha256,
    /// Of the pieces that are full.
    digests: Vec<String>,
    /// The piece at hand.
    piece: Vec<u8>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { whole: Sha256::new(), digests: Vec::new(), piece: Vec::with_capacity(PIECE) }
    }
}

impl Ledger {
    /// Takes as many of the next bytes as fit into the piece at hand; gives how many.
    pub fn take(&mut self, bytes: &[u8]) -> usize {
        let taken = bytes.len().min(PIECE - self.piece.len());
        self.whole.update(&bytes[..taken]);
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
        self.digests.push(hexadecimal(&Sha256::digest(&self.piece)));
        self.piece.clear();
    }

    /// Bytes so far.
    pub fn length(&self) -> u64 {
        (self.digests.len() * PIECE) as u64 + self.piece.len() as u64
    }

    /// The digests of all pieces so far, the one at hand with what it has.
    pub fn digests(&self) -> Vec<String> {
        let mut digests = self.digests.clone();
        if !self.piece.is_empty() {
            digests.push(hexadecimal(&Sha256::digest(&self.piece)));
        }
        digests
    }

    /// The digest of all bytes so far.
    pub fn whole(&self) -> String {
        hexadecimal(&self.whole.clone().finalize())
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
    fn every_piece_and_the_whole_have_their_digest() {
        let bytes: Vec<u8> = (0..2 * PIECE + 10).map(|i| (i % 251) as u8).collect();
        let (mut ledger, mut kept) = (Ledger::default(), Vec::new());
        for mut part in bytes.chunks(1_000_003) {
            while !part.is_empty() {
                part = &part[ledger.take(part)..];
                if ledger.is_full() {
                    assert_eq!(ledger.piece().0, kept.len());
                    kept.push(ledger.piece().1.to_vec());
                    ledger.turn();
                }
            }
        }
        assert_eq!(ledger.length(), bytes.len() as u64);
        assert_eq!(ledger.piece(), (2, &bytes[2 * PIECE..]));
        kept.push(ledger.piece().1.to_vec());
        assert_eq!(kept.concat(), bytes);
        let expected: Vec<_> = kept.iter().map(|part| hexadecimal(&Sha256::digest(part))).collect();
        assert_eq!(ledger.digests(), expected);
        assert_eq!(expected.len() as u64, pieces(ledger.length()));
        assert_eq!(ledger.whole(), hexadecimal(&Sha256::digest(&bytes)));
    }

    #[test]
    fn nothing_has_no_pieces() {
        let ledger = Ledger::default();
        assert_eq!((ledger.length(), ledger.digests().len(), pieces(0)), (0, 0, 0));
    }
}
