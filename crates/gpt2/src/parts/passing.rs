//! Bytes on their way into parts, and out of them.

use super::{Parts, PartsError, Piece};
use sha2::{Digest, Sha256};

/// Cuts a file into parts while its bytes come by.
pub struct Cutter {
    file: String,
    part_bytes: u64,
    whole: Sha256,
    part: Sha256,
    /// Bytes of the part at hand.
    filled: u64,
    parts: Vec<Piece>,
}

/// Some bytes, and the part that they belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut<'a> {
    /// The part's number, from 0.
    pub part: usize,
    /// The bytes.
    pub bytes: &'a [u8],
}

impl Cutter {
    /// Parts of `part_bytes`, one at least, of the file of this name.
    pub fn new(file: &str, part_bytes: u64) -> Self {
        Self {
            file: file.to_owned(),
            part_bytes: part_bytes.max(1),
            whole: Sha256::new(),
            part: Sha256::new(),
            filled: 0,
            parts: Vec::new(),
        }
    }

    /// The file name of a part.
    pub fn name(&self, part: usize) -> String {
        format!("{}.{:03}", self.file, part + 1)
    }

    /// Takes the file's next bytes, and says where they belong.
    pub fn write<'a>(&mut self, mut bytes: &'a [u8]) -> Vec<Cut<'a>> {
        self.whole.update(bytes);
        let mut cuts = Vec::new();
        while !bytes.is_empty() {
            if self.filled == self.part_bytes {
                self.end_part();
            }
            let room = usize::try_from(self.part_bytes - self.filled).unwrap_or(usize::MAX);
            let (here, rest) = bytes.split_at(bytes.len().min(room));
            self.part.update(here);
            self.filled += here.len() as u64;
            cuts.push(Cut { part: self.parts.len(), bytes: here });
            bytes = rest;
        }
        cuts
    }

    /// The list, once all bytes have come by.
    pub fn finish(mut self) -> Parts {
        if self.filled > 0 {
            self.end_part();
        }
        let bytes = self.parts.iter().map(|part| part.bytes).sum();
        let sha256 = hexadecimal(&self.whole.finalize());
        Parts { whole: Piece { file: self.file, bytes, sha256 }, parts: self.parts }
    }

    fn end_part(&mut self) {
        let sha256 = hexadecimal(&self.part.finalize_reset());
        let (file, bytes) = (self.name(self.parts.len()), std::mem::take(&mut self.filled));
        self.parts.push(Piece { file, bytes, sha256 });
    }
}

/// Checks parts while their bytes come by, in order.
pub struct Checker<'a> {
    list: &'a Parts,
    whole: Sha256,
    digest: Sha256,
    /// The part at hand, and its bytes so far.
    part: usize,
    filled: u64,
}

impl<'a> Checker<'a> {
    /// Checks the parts of this list.
    pub fn new(list: &'a Parts) -> Self {
        Self { list, whole: Sha256::new(), digest: Sha256::new(), part: 0, filled: 0 }
    }

    /// Takes the next bytes of the part at hand.
    ///
    /// # Errors
    /// [`PartsError::Length`] if they are more than it has.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), PartsError> {
        self.filled = self.filled.saturating_add(bytes.len() as u64);
        match self.list.parts.get(self.part) {
            Some(piece) if self.filled <= piece.bytes => {
                self.digest.update(bytes);
                self.whole.update(bytes);
                Ok(())
            }
            Some(piece) => Err(self.length(piece)),
            None if bytes.is_empty() => Ok(()),
            None => Err(self.length(&self.list.whole)),
        }
    }

    /// Ends the part at hand.
    ///
    /// # Errors
    /// [`PartsError::Length`] if bytes are missing, [`PartsError::Damaged`] if they are others.
    pub fn end_part(&mut self) -> Result<(), PartsError> {
        let Some(piece) = self.list.parts.get(self.part) else { return Ok(()) };
        if self.filled != piece.bytes {
            return Err(self.length(piece));
        }
        piece.compare(hexadecimal(&self.digest.finalize_reset()))?;
        self.part += 1;
        self.filled = 0;
        Ok(())
    }

    /// Ends the whole.
    ///
    /// # Errors
    /// [`PartsError::Length`] if a part is missing, [`PartsError::Damaged`] if parts of two files
    /// were put together.
    pub fn finish(self) -> Result<(), PartsError> {
        if let Some(missing) = self.list.parts.get(self.part) {
            return Err(self.length(missing));
        }
        self.list.whole.compare(hexadecimal(&self.whole.finalize()))
    }

    fn length(&self, piece: &Piece) -> PartsError {
        let Piece { file, bytes: expected, .. } = piece.clone();
        PartsError::Length { file, expected, found: self.filled }
    }
}

/// A digest as it is written.
pub fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(bytes: &[u8], part_bytes: u64, at_once: usize) -> (Parts, Vec<Vec<u8>>) {
        let mut cutter = Cutter::new("m.gguf", part_bytes);
        let mut files: Vec<Vec<u8>> = Vec::new();
        for chunk in bytes.chunks(at_once) {
            for Cut { part, bytes } in cutter.write(chunk) {
                files.resize(files.len().max(part + 1), Vec::new());
                files[part].extend(bytes);
            }
        }
        (cutter.finish(), files)
    }

    fn check(list: &Parts, files: &[Vec<u8>]) -> Result<(), PartsError> {
        let mut checker = Checker::new(list);
        for file in files {
            file.chunks(7).try_for_each(|chunk| checker.write(chunk))?;
            checker.end_part()?;
        }
        checker.finish()
    }

    #[test]
    fn parts_are_the_file_whatever_pieces_it_comes_in() {
        let bytes: Vec<u8> = (0..=250).collect();
        let (list, files) = cut(&bytes, 100, 33);
        assert_eq!(files.concat(), bytes);
        let sizes: Vec<u64> = list.parts.iter().map(|part| part.bytes).collect();
        assert_eq!(sizes, [100, 100, 51]);
        let names: Vec<&str> = list.parts.iter().map(|part| part.file.as_str()).collect();
        assert_eq!(names, ["m.gguf.001", "m.gguf.002", "m.gguf.003"]);
        assert_eq!(Parts::from_json(list.to_json().as_bytes()), Ok(list.clone()));
        assert_eq!(check(&list, &files), Ok(()));
        assert_eq!(cut(&bytes, 100, 251), (list, files));
        // A last part that is full is not followed by an empty one; nothing is a file too.
        assert_eq!(cut(&bytes[..200], 100, 200).1.len(), 2);
        let (empty, none) = cut(&[], 100, 1);
        assert_eq!((empty.parts.len(), check(&empty, &none)), (0, Ok(())));
        // printf abc | sha256sum
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(cut(b"abc", 2, 1).0.whole.sha256, abc);
    }

    #[test]
    fn the_part_that_is_damaged_is_named() {
        let bytes: Vec<u8> = (0..=250).collect();
        let (list, files) = cut(&bytes, 100, 33);
        let faulty = |change: fn(&mut Vec<Vec<u8>>)| {
            let mut files = files.clone();
            change(&mut files);
            check(&list, &files).expect_err("damaged").to_string()
        };
        let flipped = faulty(|files| files[1][5] ^= 1);
        assert!(flipped.starts_with("m.gguf.002 is damaged: its SHA-256 is"), "{flipped}");
        let short = faulty(|files| files[0].truncate(99));
        assert_eq!(short, "m.gguf.001 has 99 bytes or more; expected 100");
        let long = faulty(|files| files[2].push(0));
        assert_eq!(long, "m.gguf.003 has 52 bytes or more; expected 51");
        let missing = faulty(|files| drop(files.pop()));
        assert_eq!(missing, "m.gguf.003 has 0 bytes or more; expected 51");
        let surplus = faulty(|files| files.push(vec![1]));
        assert_eq!(surplus, "m.gguf has 1 bytes or more; expected 251");

        let mut mixed = list.clone();
        mixed.whole.sha256 = "0".repeat(64);
        let mixed = check(&mixed, &files).expect_err("of another file").to_string();
        assert!(mixed.starts_with("m.gguf is damaged"), "{mixed}");
    }
}
