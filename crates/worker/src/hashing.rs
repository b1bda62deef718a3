//! The digests of weights as they arrive, and what they were wherever a tensor became whole: a load
//! that was cut off goes on from the last one that is kept.
//!
//! XXH64 is always taken; it costs next to nothing, and by it one model is told from another. SHA-256
//! takes longer than all the rest of a load, so it is taken only where one is listed that the weights
//! have to be checked against. Where it is taken is up to whoever loads.

use std::hash::Hasher;

use serde_json::Value;
use sha2::digest::common::hazmat::{SerializableState, SerializedState};
use sha2::{Digest, Sha256};
use twox_hash::XxHash64;
use zeroshot_gpt2::parts::hexadecimal;

/// Bytes that an XXH64 takes at once; fewer wait in its buffer.
const XXH64_STRIPE: u64 = 32;

/// What takes the digests.
pub trait Hashing {
    /// Takes the next bytes.
    fn update(&mut self, bytes: &[u8]);

    /// A tensor has become whole.
    fn mark(&mut self);

    /// Goes on from the mark of an earlier load, whatever was taken before.
    fn resume(&mut self, from: Mark);
}

/// A digest that has not come to its end.
pub trait Running: Clone + Default {
    /// Takes the next bytes.
    fn update(&mut self, bytes: &[u8]);

    /// What it is of everything so far, in hexadecimal.
    fn hexadecimal(&self) -> String;

    /// All of it as text without a space.
    fn state(&self) -> String;

    /// One that goes on from what [`Running::state`] was; none if this is no such text.
    fn of_state(text: &str) -> Option<Self>;
}

impl Running for Sha256 {
    fn update(&mut self, bytes: &[u8]) {
        Digest::update(self, bytes);
    }

    fn hexadecimal(&self) -> String {
        hexadecimal(&self.clone().finalize())
    }

    fn state(&self) -> String {
        hexadecimal(&self.serialize())
    }

    fn of_state(text: &str) -> Option<Self> {
        let bytes = text.as_bytes().as_chunks::<2>().0.iter().map(|pair| {
            let pair = std::str::from_utf8(pair).ok()?;
            u8::from_str_radix(pair, 16).ok()
        });
        let bytes: Vec<u8> = bytes.collect::<Option<_>>()?;
        let state = SerializedState::<Self>::try_from(bytes.as_slice()).ok()?;
        Self::deserialize(&state).ok()
    }
}

impl Running for XxHash64 {
    fn update(&mut self, bytes: &[u8]) {
        self.write(bytes);
    }

    fn hexadecimal(&self) -> String {
        format!("{:016x}", self.finish())
    }

    fn state(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn of_state(text: &str) -> Option<Self> {
        let state: Value = serde_json::from_str(text).ok()?;
        // The crate takes a state's word for how much is in its buffer.
        let waits = state.get("buffer_usage")?.as_u64()?;
        if waits < XXH64_STRIPE { serde_json::from_value(state).ok() } else { None }
    }
}

/// A digest, and what it was at each mark.
#[derive(Clone, Debug, Default)]
pub struct Marked<D> {
    digest: D,
    marks: Vec<D>,
}

impl<D: Running> Marked<D> {
    /// One that goes on from its first mark.
    pub fn at(digest: D) -> Self {
        Self { marks: vec![digest.clone()], digest }
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
    }

    /// Sets the next mark.
    pub fn mark(&mut self) {
        self.marks.push(self.digest.clone());
    }

    /// What it was at a mark, by its number, as text; empty if there is no such mark.
    pub fn marked(&self, mark: usize) -> String {
        self.marks.get(mark).map(D::state).unwrap_or_default()
    }

    /// All of it as text, for [`Marked::of_states`].
    pub fn states(&self) -> String {
        let states: Vec<_> =
            std::iter::once(&self.digest).chain(&self.marks).map(D::state).collect();
        states.join(" ")
    }

    /// One that goes on from what [`Marked::states`] was.
    pub fn of_states(text: &str) -> Option<Self> {
        let mut states = text.split(' ').map(D::of_state);
        Some(Self { digest: states.next()??, marks: states.collect::<Option<_>>()? })
    }

    /// The digest of everything so far, in hexadecimal.
    pub fn digest(&self) -> String {
        self.digest.hexadecimal()
    }
}

/// The digests of weights in hexadecimal, each empty if it was not taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Digests {
    /// As `xxhsum` prints it.
    pub xxh64: String,
    /// As `sha256sum` prints it.
    pub sha256: String,
}

/// Both digests on their way.
#[derive(Clone, Default)]
pub struct Hashes {
    /// Tells one model from another.
    pub xxh64: Marked<XxHash64>,
    /// Checked against one that is listed; none where none is, or where it is taken elsewhere.
    pub sha256: Option<Marked<Sha256>>,
}

impl Hashes {
    /// Those that are to be taken where this SHA-256 is listed, empty if none is.
    pub fn of(listed: &str) -> Self {
        let sha256 = (!listed.is_empty()).then(Marked::default);
        Self { sha256, ..Self::default() }
    }

    /// What they were at a mark, by its number, for a [`note`].
    pub fn marked(&self, mark: usize) -> String {
        let sha256 = self.sha256.as_ref().map(|sha256| sha256.marked(mark));
        self.marked_beside(mark, &sha256.unwrap_or_default())
    }

    /// The same, with what the SHA-256 was that is taken elsewhere.
    pub fn marked_beside(&self, mark: usize, sha256: &str) -> String {
        format!("{} {sha256}", self.xxh64.marked(mark))
    }

    /// The digests of everything so far.
    pub fn digests(&self) -> Digests {
        let sha256 = self.sha256.as_ref().map(Marked::digest).unwrap_or_default();
        Digests { xxh64: self.xxh64.digest(), sha256 }
    }
}

impl Hashing for Hashes {
    fn update(&mut self, bytes: &[u8]) {
        self.xxh64.update(bytes);
        if let Some(sha256) = &mut self.sha256 {
            sha256.update(bytes);
        }
    }

    fn mark(&mut self) {
        self.xxh64.mark();
        if let Some(sha256) = &mut self.sha256 {
            sha256.mark();
        }
    }

    fn resume(&mut self, from: Mark) {
        self.xxh64 = Marked::at(from.xxh64);
        if self.sha256.is_some() {
            self.sha256 = from.sha256.map(Marked::at);
        }
    }
}

/// What the digests were where a tensor became whole.
pub struct Mark {
    /// The one that is always taken.
    pub xxh64: XxHash64,
    /// The other, if it was.
    pub sha256: Option<Sha256>,
}

/// What is noted of a load that may be cut off: how far the last tensor reaches that is kept, and
/// what the digests were there.
pub fn note(position: u64, marked: &str) -> String {
    format!("{position}:{marked}")
}

/// What was noted, if it is of this place.
pub fn noted(note: &str, position: u64) -> Option<Mark> {
    let (place, marked) = note.split_once(':')?;
    let (xxh64, sha256) = marked.split_once(' ')?;
    let xxh64 = XxHash64::of_state(xxh64).filter(|_| place.parse() == Ok(position))?;
    let sha256 = match sha256 {
        "" => None,
        sha256 => Some(Sha256::of_state(sha256)?),
    };
    Some(Mark { xxh64, sha256 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goes_on_from_text<D: Running>(whole: &str) -> String {
        let mut first = Marked::<D>::default();
        first.update(&[7; 1000]);
        first.mark();
        first.update(&[7; 500]);
        first.mark();

        let mut elsewhere = Marked::<D>::of_states(&first.states()).expect("states");
        elsewhere.update(&[7; 1500]);
        assert_eq!(elsewhere.digest(), whole);
        assert_eq!(elsewhere.marked(0), first.marked(0));
        assert_eq!(elsewhere.marked(2), "");
        first.marked(0)
    }

    #[test]
    fn they_go_on_from_text() {
        let sha256 = hexadecimal(&Sha256::digest([7; 3000]));
        // `head -c 3000 /dev/zero | tr '\0' '\7' | xxhsum`
        let xxh64 = "71887411fa894cfe";
        let digests = Digests { xxh64: xxh64.to_owned(), sha256: sha256.clone() };
        let marks = [goes_on_from_text::<XxHash64>(xxh64), goes_on_from_text::<Sha256>(&sha256)];

        let note = note(1000, &marks.join(" "));
        let mut again = Hashes::of(&sha256);
        again.update(b"something else");
        again.resume(noted(&note, 1000).expect("of this place"));
        again.update(&[7; 2000]);
        assert_eq!(again.digests(), digests);
        assert_eq!(again.marked(0), marks.join(" "));

        assert!(noted(&note, 1001).is_none());
        for damaged in ["", "1000:", "1000: ", "1000:00ff", &note[1..], &note[..note.len() - 1]] {
            assert!(noted(damaged, 1000).is_none(), "{damaged}");
        }
    }

    #[test]
    fn what_lists_no_sha256_has_only_the_other_taken() {
        let mut hashes = Hashes::of("");
        hashes.update(b"weights");
        hashes.mark();
        let digests = hashes.digests();
        assert_eq!((digests.xxh64.len(), digests.sha256.as_str()), (16, ""));
        let mark = noted(&note(7, &hashes.marked(0)), 7).expect("of this place");
        assert!(mark.sha256.is_none());
    }

    #[test]
    fn a_state_that_cannot_be_is_refused() {
        let mut digest = XxHash64::default();
        Running::update(&mut digest, &[7; 40]);
        let state = digest.state();
        assert!(XxHash64::of_state(&state).is_some());
        // More in its buffer than fits there.
        let damaged = state.replace("\"buffer_usage\":8", "\"buffer_usage\":33");
        assert_ne!(damaged, state);
        assert!(XxHash64::of_state(&damaged).is_none());
    }
}
