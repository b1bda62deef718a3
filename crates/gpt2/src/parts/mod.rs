//! A file in parts: some hosts of static files refuse large ones. `NAME.parts.json` lists the
//! parts, which are NAME when they are put end to end, each with its size and SHA-256, so that a
//! damaged one is found by name and it alone has to be fetched again.
//!
//! This file is the list, which may come from anywhere and is not believed further than it fits
//! together; the parts' bytes pass through [`Cutter`] and [`Checker`]. Reading and writing files is
//! the caller's.

mod passing;

pub use passing::{Checker, Cut, Cutter, hexadecimal};

use serde::{Deserialize, Serialize};

/// The size of a part where nothing else is said: 50 MB.
pub const PART_BYTES: u64 = 50_000_000;

/// What the list of a file's parts adds to the file's name.
pub const SUFFIX: &str = ".parts.json";

/// More parts than this are not a file.
const MAX_PARTS: usize = 1 << 16;

/// The list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parts {
    /// The whole.
    #[serde(flatten)]
    pub whole: Piece,
    /// Its parts, in order.
    pub parts: Vec<Piece>,
}

/// A file that is a part, or the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Its name, without a folder.
    pub file: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Their SHA-256, in hexadecimal.
    pub sha256: String,
}

/// Why a list of parts, or one of the parts, is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartsError {
    /// It is not a list of parts.
    #[error("the list of parts cannot be read: {0}")]
    NotAList(String),
    /// A name that is more than one, or none: it could lead out of the folder.
    #[error("the list of parts names {0:?}, which is not a plain file name")]
    Name(String),
    /// A text that is not a SHA-256.
    #[error("the list of parts says that the SHA-256 of {file} is {found:?}")]
    Digest {
        /// Of which file.
        file: String,
        /// The text.
        found: String,
    },
    /// Parts and whole are not of one size.
    #[error("the parts of {file} have {parts} bytes; expected {whole}")]
    Sum {
        /// The whole.
        file: String,
        /// Bytes of the whole.
        whole: u64,
        /// Bytes of its parts together.
        parts: u64,
    },
    /// A part that is shorter or longer than the list says.
    #[error("{file} has {found} bytes or more; expected {expected}")]
    Length {
        /// Which.
        file: String,
        /// How many it should have.
        expected: u64,
        /// How many there are, as far as is known.
        found: u64,
    },
    /// A part, or the whole, whose bytes are others.
    #[error("{file} is damaged: its SHA-256 is {found}; expected {expected}")]
    Damaged {
        /// Which.
        file: String,
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
}

impl Parts {
    /// Reads the list.
    ///
    /// # Errors
    /// [`PartsError`] if it is not one, if a name is not a plain file name, or if its sizes do not
    /// agree.
    pub fn from_json(json: &[u8]) -> Result<Self, PartsError> {
        let parts: Self = serde_json::from_slice(json)
            .map_err(|error| PartsError::NotAList(error.to_string()))?;
        if parts.parts.len() > MAX_PARTS {
            let detail =
                format!("it has {} parts; expected {MAX_PARTS} at most", parts.parts.len());
            return Err(PartsError::NotAList(detail));
        }
        for piece in parts.parts.iter().chain([&parts.whole]) {
            piece.check()?;
        }
        let sum = |total: u64, part: &Piece| total.saturating_add(part.bytes);
        let total = parts.parts.iter().fold(0, sum);
        if total != parts.whole.bytes {
            let Piece { file, bytes: whole, .. } = parts.whole;
            return Err(PartsError::Sum { file, whole, parts: total });
        }
        Ok(parts)
    }

    /// The list as a file.
    pub fn to_json(&self) -> String {
        format!("{:#}\n", serde_json::json!(self))
    }
}

impl Piece {
    fn check(&self) -> Result<(), PartsError> {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+' | ' ');
        let file = &self.file;
        let names_one = file.len() <= 255 && !file.starts_with('.') && !file.trim().is_empty();
        if !names_one || !file.chars().all(plain) {
            return Err(PartsError::Name(file.clone()));
        }
        if self.sha256.len() != 64 || !self.sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let (file, found) = (file.clone(), self.sha256.clone());
            return Err(PartsError::Digest { file, found });
        }
        Ok(())
    }

    /// Checks that this is the digest that was found.
    fn compare(&self, found: String) -> Result<(), PartsError> {
        if self.sha256.eq_ignore_ascii_case(&found) {
            return Ok(());
        }
        let (file, expected) = (self.file.clone(), self.sha256.clone());
        Err(PartsError::Damaged { file, expected, found })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_that_do_not_fit_together_are_refused() {
        let mut cutter = Cutter::new("m.gguf", 100);
        cutter.write(&[1; 250]);
        let list = cutter.finish();
        let json = list.to_json();
        let refused = |from: &str, to: &str| {
            assert!(json.contains(from), "{from}");
            Parts::from_json(json.replacen(from, to, 1).as_bytes()).expect_err(to).to_string()
        };
        for name in
            ["../m.gguf.002", "/etc/passwd", "a\\\\b", "", " ", ".hidden", "a/b", "..", "c:d"]
        {
            let message = refused("m.gguf.002", name);
            assert!(message.ends_with("which is not a plain file name"), "{message}");
        }
        assert_eq!(
            refused("\"bytes\": 50", "\"bytes\": 51"),
            "the parts of m.gguf have 251 bytes; expected 250"
        );
        let most = format!("\"bytes\": {}", u64::MAX);
        assert!(refused("\"bytes\": 100", &most).contains("expected 250"));
        let message = refused(&list.parts[1].sha256, "abc");
        assert_eq!(message, "the list of parts says that the SHA-256 of m.gguf.001 is \"abc\"");
        assert!(refused("{", "[").starts_with("the list of parts cannot be read"));
        assert!(refused("\"bytes\": 100", "\"bytes\": -1").starts_with("the list of parts cannot"));
    }
}
