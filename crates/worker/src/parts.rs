//! Weights that lie on a server in several files: which of them comes next, and whether it is what
//! the list of them says.

use sha2::{Digest, Sha256};
use zeroshot_gpt2::parts::{Parts, Piece, SUFFIX, hexadecimal};
use zeroshot_protocol::Failure;

use crate::arrival::check_digest;

/// The parts of a file, read one after the other.
pub struct Reading {
    list: Parts,
    /// The part at hand; after the last, their number.
    index: usize,
    /// Of the part at hand, if it is read from its beginning.
    digest: Option<Sha256>,
}

/// Whether the weights of this name are a list of parts.
pub fn is_list(weights: &str) -> bool {
    weights.ends_with(SUFFIX)
}

impl Reading {
    /// Begins with the list, which is the file of this name.
    ///
    /// # Errors
    /// [`Failure::FileInvalid`] if it is none, or its parts do not fit together.
    pub fn new(file: &str, json: &[u8]) -> Result<Self, Failure> {
        let list = Parts::from_json(json).map_err(|error| {
            let detail = error.to_string();
            Failure::FileInvalid { file: file.to_owned(), detail }
        })?;
        Ok(Self { list, index: 0, digest: Some(Sha256::new()) })
    }

    /// What all parts are together.
    pub fn whole(&self) -> &Piece {
        &self.list.whole
    }

    /// The part at hand; none after the last.
    pub fn part(&self) -> Option<&Piece> {
        self.list.parts.get(self.index)
    }

    /// Goes on from another place of the whole; gives the place in the part that is then at hand.
    pub fn seek(&mut self, position: u64) -> u64 {
        let mut within = position;
        self.index = 0;
        while let Some(part) = self.list.parts.get(self.index).filter(|part| part.bytes <= within) {
            within -= part.bytes;
            self.index += 1;
        }
        self.digest = (within == 0).then(Sha256::new);
        within
    }

    /// Takes bytes of the part at hand.
    pub fn write(&mut self, bytes: &[u8]) {
        if let Some(digest) = &mut self.digest {
            digest.update(bytes);
        }
    }

    /// Ends the part at hand; says whether there is another.
    ///
    /// # Errors
    /// [`Failure::ChecksumMismatch`] if it is not the one that the list says.
    pub fn end_part(&mut self) -> Result<bool, Failure> {
        let digest = self.digest.take();
        if let (Some(part), Some(digest)) = (self.part(), digest) {
            check_digest(&part.file, &part.sha256, &hexadecimal(&digest.finalize()))?;
        }
        self.index += 1;
        self.digest = Some(Sha256::new());
        Ok(self.index < self.list.parts.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroshot_gpt2::parts::Cutter;

    fn reading() -> Reading {
        let mut cutter = Cutter::new("m.gguf", 100);
        cutter.write(&[7; 250]);
        Reading::new("m.gguf.parts.json", cutter.finish().to_json().as_bytes()).expect("a list")
    }

    fn names(mut reading: Reading, bytes: &[u8]) -> Result<Vec<String>, Failure> {
        let mut names = Vec::new();
        let mut rest = bytes;
        while let Some(part) = reading.part() {
            names.push(part.file.clone());
            let (here, others) = rest.split_at(rest.len().min(part.bytes as usize));
            reading.write(here);
            reading.end_part()?;
            rest = others;
        }
        Ok(names)
    }

    #[test]
    fn the_parts_come_one_after_the_other() {
        assert_eq!(reading().whole().bytes, 250);
        let found = names(reading(), &[7; 250]).expect("sound");
        assert_eq!(found, ["m.gguf.001", "m.gguf.002", "m.gguf.003"]);
    }

    #[test]
    fn a_damaged_part_is_named() {
        let mut bytes = [7; 250];
        bytes[150] = 8;
        let file = "m.gguf.002".to_owned();
        assert_eq!(names(reading(), &bytes), Err(Failure::ChecksumMismatch { file }));
    }

    #[test]
    fn reading_goes_on_in_the_middle() {
        for (position, part, within) in [
            (0, "m.gguf.001", 0),
            (99, "m.gguf.001", 99),
            (100, "m.gguf.002", 0),
            (230, "m.gguf.003", 30),
        ] {
            let mut reading = reading();
            assert_eq!(reading.seek(position), within);
            assert_eq!(reading.part().expect("there").file, part);
            // What is not read from its beginning has no digest.
            reading.write(&[9; 10]);
            assert_eq!(reading.end_part().is_ok(), within > 0, "{position}");
        }
        let mut reading = reading();
        assert_eq!(reading.seek(250), 0);
        assert_eq!(reading.part(), None);
    }

    #[test]
    fn a_list_that_is_none_is_refused() {
        for json in ["", "{}", "<!doctype html>"] {
            let found = Reading::new("m.gguf.parts.json", json.as_bytes());
            assert!(matches!(found.err(), Some(Failure::FileInvalid { .. })), "{json}");
        }
        assert!(is_list("m.gguf.parts.json") && !is_list("m.gguf") && !is_list("parts.json"));
    }
}
