//! The SHA-256 of weights as they arrive, and what it was wherever a tensor became whole: a load that
//! was cut off goes on from the last one that is kept. Where it is taken is up to whoever loads.

use sha2::digest::common::hazmat::{SerializableState, SerializedState};
use sha2::{Digest, Sha256};
use zeroshot_gpt2::parts::hexadecimal;

/// What takes it.
pub trait Hashing {
    /// Takes the next bytes.
    fn update(&mut self, bytes: &[u8]);

    /// A tensor has become whole.
    fn mark(&mut self);

    /// Goes on from the mark of an earlier load, whatever was taken before.
    fn resume(&mut self, from: Fingerprint);
}

/// A SHA-256 that has not come to its end, and what it was at each mark.
#[derive(Clone, Default)]
pub struct Fingerprint {
    digest: Sha256,
    marks: Vec<Sha256>,
}

impl Hashing for Fingerprint {
    fn update(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
    }

    fn mark(&mut self) {
        self.marks.push(self.digest.clone());
    }

    fn resume(&mut self, from: Self) {
        *self = from;
    }
}

impl Fingerprint {
    /// What it was at a mark, by its number, as text; empty if there is no such mark.
    pub fn marked(&self, mark: usize) -> String {
        self.marks.get(mark).map(state).unwrap_or_default()
    }

    /// All of it as text, for [`Fingerprint::of_states`].
    pub fn states(&self) -> String {
        let states: Vec<_> = std::iter::once(&self.digest).chain(&self.marks).map(state).collect();
        states.join(" ")
    }

    /// One that goes on from what [`Fingerprint::states`] was.
    pub fn of_states(text: &str) -> Option<Self> {
        let mut states = text.split(' ').map(of_state);
        Some(Self { digest: states.next()??, marks: states.collect::<Option<_>>()? })
    }

    /// The digest of everything so far, in hexadecimal.
    pub fn digest(&self) -> String {
        hexadecimal(&self.digest.clone().finalize())
    }
}

/// What is noted of a load that may be cut off: how far the last tensor reaches that is kept, and
/// what the SHA-256 was there.
pub fn note(position: u64, marked: &str) -> String {
    format!("{position}:{marked}")
}

/// What was noted, if it is of this place.
pub fn noted(note: &str, position: u64) -> Option<Fingerprint> {
    let (place, marked) = note.split_once(':')?;
    let digest = of_state(marked).filter(|_| place.parse() == Ok(position))?;
    Some(Fingerprint { marks: vec![digest.clone()], digest })
}

fn state(digest: &Sha256) -> String {
    hexadecimal(&digest.serialize())
}

fn of_state(text: &str) -> Option<Sha256> {
    let bytes = text.as_bytes().as_chunks::<2>().0.iter().map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    let bytes: Vec<u8> = bytes.collect::<Option<_>>()?;
    let state = SerializedState::<Sha256>::try_from(bytes.as_slice()).ok()?;
    Sha256::deserialize(&state).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_on_from_text() {
        let whole = hexadecimal(&Sha256::digest([7; 3000]));
        let mut first = Fingerprint::default();
        first.update(&[7; 1000]);
        first.mark();
        first.update(&[7; 500]);
        first.mark();

        let mut elsewhere = Fingerprint::of_states(&first.states()).expect("states");
        elsewhere.update(&[7; 1500]);
        assert_eq!(elsewhere.digest(), whole);
        assert_eq!(elsewhere.marked(0), first.marked(0));
        assert_eq!(elsewhere.marked(2), "");

        let note = note(1000, &elsewhere.marked(0));
        let mut again = Fingerprint::default();
        again.update(b"something else");
        again.resume(noted(&note, 1000).expect("of this place"));
        again.update(&[7; 2000]);
        assert_eq!(again.digest(), whole);
        assert_eq!(again.marked(0), first.marked(0));

        assert!(noted(&note, 1001).is_none());
        for damaged in ["", "1000:", "1000:00ff", &note[1..], &note[..note.len() - 1]] {
            assert!(noted(damaged, 1000).is_none(), "{damaged}");
        }
    }
}
