//! Whether what a server sent is the file that was asked for, and the whole of it.

use zeroshot_protocol::Failure;

/// What a server says of its answer before the bytes come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The HTTP status.
    pub status: u16,
    /// `Content-Type`, if it says.
    pub content_type: Option<String>,
    /// `Content-Length`, if it says.
    pub content_length: Option<u64>,
    /// Whether the bytes travel compressed: then `content_length` does not count those that
    /// arrive here.
    pub encoded: bool,
    /// `Content-Range`, if it says.
    pub range: Option<Range>,
    /// `ETag`, if it says.
    pub etag: Option<String>,
    /// `Retry-After` in seconds, if it says.
    pub retry_after: Option<u32>,
}

/// Which part of a file an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Its first byte.
    pub start: u64,
    /// Bytes of the whole file, if it says.
    pub total: Option<u64>,
}

impl Range {
    /// Reads a `Content-Range`, e.g. `bytes 200-1000/67589`.
    pub fn parse(header: &str) -> Option<Self> {
        let (range, total) = header.trim().strip_prefix("bytes ")?.split_once('/')?;
        let (start, _) = range.split_once('-')?;
        let start = start.trim().parse().ok()?;
        let total = total.trim().parse().ok();
        Some(Self { start, total })
    }
}

impl Head {
    /// Checks that the file is there, and long enough as far as can be told now. `listed` is its
    /// length in the catalogue, 0 if that does not say. Gives the bytes to expect, 0 if not known.
    ///
    /// # Errors
    /// [`Failure::FileMissing`] or [`Failure::FileTruncated`].
    pub fn check(&self, file: &str, listed: u64) -> Result<u64, Failure> {
        // A server made for pages of one address answers any other with its page, as if all were
        // well; no file of a model is a page.
        let is_page = self
            .content_type
            .as_deref()
            .is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"));
        if !(200..300).contains(&self.status) || is_page {
            let status = if is_page && self.status == 200 { 404 } else { self.status };
            return Err(Failure::FileMissing { file: file.to_owned(), status });
        }
        let expected = self.content_length.filter(|_| !self.encoded).unwrap_or(listed);
        if expected < listed {
            return Err(truncated(file, listed, expected));
        }
        Ok(expected)
    }
}

/// Checks that all expected bytes are there; 0 stands for an unknown number.
///
/// # Errors
/// [`Failure::FileTruncated`].
pub fn check_length(file: &str, expected: u64, found: u64) -> Result<(), Failure> {
    if found < expected { Err(truncated(file, expected, found)) } else { Ok(()) }
}

/// Checks that no more bytes come than may.
///
/// # Errors
/// [`Failure::FileInvalid`].
pub fn check_size(file: &str, most: u64, found: u64) -> Result<(), Failure> {
    if found <= most {
        return Ok(());
    }
    let detail = format!("it has more than {most} bytes");
    Err(Failure::FileInvalid { file: file.to_owned(), detail })
}

/// Checks a SHA-256 digest in hexadecimal against the one that is listed, unless that is empty.
///
/// # Errors
/// [`Failure::ChecksumMismatch`].
pub fn check_digest(file: &str, listed: &str, found: &str) -> Result<(), Failure> {
    if listed.is_empty() || listed.eq_ignore_ascii_case(found) {
        Ok(())
    } else {
        Err(Failure::ChecksumMismatch { file: file.to_owned() })
    }
}

fn truncated(file: &str, expected: u64, found: u64) -> Failure {
    Failure::FileTruncated { file: file.to_owned(), expected, found }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(status: u16, kind: &str, length: Option<u64>, encoded: bool) -> Head {
        let content_type = Some(kind.to_owned());
        Head { status, content_type, content_length: length, encoded, ..Head::default() }
    }

    #[test]
    fn a_file_that_is_not_there_is_missing_even_if_a_page_comes_instead() {
        for (head, status) in [
            (head(404, "text/plain", None, false), 404),
            (head(404, "text/html", None, false), 404),
            (head(500, "text/html", None, false), 500),
            (head(200, "text/html; charset=utf-8", Some(900), false), 404),
            (head(200, "Text/HTML", None, false), 404),
        ] {
            let file = "m.gguf".to_owned();
            assert_eq!(head.check("m.gguf", 0), Err(Failure::FileMissing { file, status }));
        }
    }

    #[test]
    fn the_longer_of_both_lengths_is_expected_and_a_shorter_file_refused_at_once() {
        for (length, encoded, listed, expected) in [
            (Some(100), false, 100, Ok(100)),
            (Some(100), false, 0, Ok(100)),
            (None, false, 100, Ok(100)),
            (None, false, 0, Ok(0)),
            // Compressed on the way: only the catalogue knows the length.
            (Some(60), true, 100, Ok(100)),
            (Some(60), true, 0, Ok(0)),
            (Some(60), false, 100, Err(truncated("m.gguf", 100, 60))),
            (Some(0), false, 100, Err(truncated("m.gguf", 100, 0))),
        ] {
            let head = head(200, "application/octet-stream", length, encoded);
            assert_eq!(head.check("m.gguf", listed), expected);
        }
    }

    #[test]
    fn the_part_that_comes_is_read_from_its_header() {
        let range = |start, total| Some(Range { start, total });
        for (header, expected) in [
            ("bytes 200-1000/67589", range(200, Some(67_589))),
            (" bytes 0-0/*", range(0, None)),
            ("bytes */67589", None),
            ("items 1-2/3", None),
            ("bytes -1-2/3", None),
            ("bytes 99999999999999999999-1/3", None),
            ("", None),
        ] {
            assert_eq!(Range::parse(header), expected, "{header}");
        }
    }

    #[test]
    fn bytes_that_do_not_come_are_missed() {
        assert_eq!(check_length("m.gguf", 100, 100), Ok(()));
        assert_eq!(check_length("m.gguf", 0, 100), Ok(()));
        assert_eq!(check_length("m.gguf", 100, 99), Err(truncated("m.gguf", 100, 99)));
    }

    #[test]
    fn a_file_that_is_too_large_is_not_read_to_its_end() {
        assert_eq!(check_size("lessons/a.json", 100, 100), Ok(()));
        let failure = check_size("lessons/a.json", 100, 101).expect_err("too large");
        let Failure::FileInvalid { file, detail } = failure else { panic!("{failure:?}") };
        assert_eq!(
            (file.as_str(), detail.as_str()),
            ("lessons/a.json", "it has more than 100 bytes")
        );
    }

    #[test]
    fn digests_are_compared_whatever_their_case() {
        assert_eq!(check_digest("m.gguf", "", "01"), Ok(()));
        assert_eq!(check_digest("m.gguf", "0AfF", "0aff"), Ok(()));
        let mismatch = Failure::ChecksumMismatch { file: "m.gguf".to_owned() };
        assert_eq!(check_digest("m.gguf", "0aff", "0afe"), Err(mismatch));
    }
}
