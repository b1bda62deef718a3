//! One file on its way from a server, over as many connections as it takes: what to ask for, and
//! what an answer means. The connections are the browser's.

use zeroshot_protocol::Failure;

use crate::arrival::Head;

/// A file, and what is known of it by now.
#[derive(Clone, Debug)]
pub struct Transfer {
    file: String,
    /// Its length in the catalogue, 0 if that does not say.
    listed: u64,
    /// Bytes that have arrived.
    position: u64,
    /// Its length, 0 if not known.
    total: u64,
    /// The server's name for what is in it.
    etag: Option<String>,
}

impl Transfer {
    /// A file of which nothing is there. `etag` is what the server called it when a part of it was
    /// fetched before, if so.
    pub fn new(file: &str, listed: u64, etag: Option<String>) -> Self {
        Self { file: file.to_owned(), listed, position: 0, total: 0, etag }
    }

    /// Bytes that have arrived, or that are had from elsewhere.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Bytes of the whole file, 0 if not known.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The server's name for what is in the file, if it gives one.
    pub fn etag(&self) -> Option<&str> {
        self.etag.as_deref()
    }

    /// Goes on from another place.
    pub fn seek(&mut self, position: u64) {
        self.position = position;
    }

    /// Learns how long the file is, if that is not known yet.
    pub fn expect(&mut self, bytes: u64) {
        if self.total == 0 {
            self.total = bytes;
        }
    }

    /// Counts bytes that have arrived.
    pub fn count(&mut self, bytes: u64) {
        self.position += bytes;
    }

    /// The `Range` to ask for, if not the whole file.
    pub fn range(&self) -> Option<String> {
        (self.position > 0).then(|| format!("bytes={}-", self.position))
    }

    /// What an answer to that means: how many of its bytes are there already and have to be
    /// skipped.
    ///
    /// # Errors
    /// [`Failure::FileMissing`], [`Failure::FileTruncated`]; [`Failure::FileChanged`] if it is
    /// another file than the one of which a part is there; [`Failure::TooManyRequests`] and
    /// [`Failure::Network`] where trying again may help.
    pub fn begin(&mut self, head: &Head) -> Result<u64, Failure> {
        match head.status {
            429 | 503 => return Err(Failure::TooManyRequests { seconds: head.retry_after }),
            408 | 500 | 502 | 504 if self.position > 0 => return Err(self.broken()),
            // What is asked for lies behind its end.
            416 => return Err(self.changed()),
            _ => {}
        }
        let length = head.check(&self.file, if head.status == 206 { 0 } else { self.listed })?;
        let start = match (head.status, &head.range) {
            (206, Some(range)) => range.start,
            // The server does not let the range be read: it is the one that was asked for.
            (206, None) => self.position,
            _ => 0,
        };
        let total = match (head.status, &head.range) {
            (206, Some(range)) => range.total.unwrap_or_default(),
            (206, None) if length > 0 => start + length,
            (206, None) => 0,
            _ => length,
        };
        let other = |before: &str, now: &str| plain_etag(before) != plain_etag(now);
        let other_name = self.etag.as_deref().zip(head.etag.as_deref());
        let other_name = other_name.is_some_and(|(before, now)| other(before, now));
        if other_name || self.total > 0 && total > 0 && self.total != total {
            return Err(self.changed());
        }
        if total > 0 && total < self.listed {
            let (file, expected) = (self.file.clone(), self.listed);
            return Err(Failure::FileTruncated { file, expected, found: total });
        }
        if total > 0 && total < self.position {
            return Err(self.changed());
        }
        self.total = self.total.max(total);
        if self.etag.is_none() {
            self.etag.clone_from(&head.etag);
        }
        // Bytes between the two would be missing.
        self.position.checked_sub(start).ok_or_else(|| self.broken())
    }

    /// Whether the file is whole where an answer ends.
    ///
    /// # Errors
    /// [`Failure::Network`] if more must come: the connection was closed too early.
    pub fn end(&self) -> Result<(), Failure> {
        if self.position < self.total { Err(self.broken()) } else { Ok(()) }
    }

    /// That the connection broke.
    pub fn broken(&self) -> Failure {
        Failure::Network { file: self.file.clone() }
    }

    fn changed(&self) -> Failure {
        Failure::FileChanged { file: self.file.clone() }
    }
}

/// The part of an `ETag` that stays the same however the file travels: a weak one is marked, and
/// some servers say by what it was compressed.
fn plain_etag(etag: &str) -> &str {
    let etag = etag.trim();
    let etag = etag.strip_prefix("W/").unwrap_or(etag).trim_matches('"');
    ["-gzip", "-br", ";gzip", ";br"]
        .into_iter()
        .find_map(|end| etag.strip_suffix(end))
        .unwrap_or(etag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrival::Range;

    fn whole(length: u64, etag: &str) -> Head {
        let etag = (!etag.is_empty()).then(|| etag.to_owned());
        Head { status: 200, content_length: Some(length), etag, ..Head::default() }
    }

    fn part(start: u64, total: Option<u64>, length: u64, etag: &str) -> Head {
        let range = Some(Range { start, total });
        Head { status: 206, range, ..whole(length, etag) }
    }

    /// A file of 1,000 bytes of which 400 are there.
    fn cut() -> Transfer {
        let mut transfer = Transfer::new("m.safetensors", 0, None);
        assert_eq!(transfer.range(), None);
        assert_eq!(transfer.begin(&whole(1000, "\"a\"")), Ok(0));
        transfer.count(400);
        assert_eq!(transfer.end(), Err(transfer.broken()));
        assert_eq!(transfer.range().as_deref(), Some("bytes=400-"));
        transfer
    }

    #[test]
    fn a_file_that_was_cut_goes_on_where_it_was() {
        for (head, skipped) in [
            (part(400, Some(1000), 600, "\"a\""), 0),
            (part(400, None, 600, ""), 0),
            // It began a little earlier.
            (part(390, Some(1000), 610, "W/\"a\""), 10),
            // The range cannot be read.
            (Head { range: None, ..part(400, None, 600, "") }, 0),
            // It sends everything again.
            (whole(1000, "\"a\""), 400),
            (whole(1000, "\"a-gzip\""), 400),
            (Head { content_length: None, ..whole(0, "") }, 400),
        ] {
            let mut transfer = cut();
            assert_eq!(transfer.begin(&head), Ok(skipped), "{head:?}");
            assert_eq!(transfer.total(), 1000);
            transfer.count(600);
            assert_eq!(transfer.end(), Ok(()));
        }
    }

    #[test]
    fn a_file_of_unknown_length_is_as_long_as_its_header_says() {
        let mut transfer = Transfer::new("m.safetensors", 0, None);
        assert_eq!(transfer.begin(&Head { status: 200, ..Head::default() }), Ok(0));
        transfer.count(10);
        assert_eq!(transfer.end(), Ok(()));
        transfer.expect(1000);
        assert_eq!(transfer.end(), Err(transfer.broken()));
        assert_eq!(transfer.begin(&part(10, None, 990, "")), Ok(0));
    }

    #[test]
    fn another_file_in_its_place_is_noticed() {
        for head in [
            part(400, Some(1000), 600, "\"b\""),
            part(400, Some(1001), 601, "\"a\""),
            whole(1000, "\"b\""),
            whole(900, "\"a\""),
            Head { range: None, ..part(400, None, 700, "") },
            Head { status: 416, ..Head::default() },
        ] {
            let file = "m.safetensors".to_owned();
            assert_eq!(cut().begin(&head), Err(Failure::FileChanged { file }), "{head:?}");
        }
        // Of an earlier visit.
        let mut transfer = Transfer::new("m.safetensors", 0, Some("\"a\"".to_owned()));
        let changed = Failure::FileChanged { file: "m.safetensors".to_owned() };
        assert_eq!(transfer.begin(&whole(1000, "\"b\"")), Err(changed));
        assert_eq!(transfer.begin(&whole(1000, "")), Ok(0), "a server may stop to say");
    }

    #[test]
    fn what_is_missing_in_between_is_asked_for_again() {
        let broken = cut().broken();
        assert_eq!(cut().begin(&part(401, Some(1000), 599, "\"a\"")), Err(broken.clone()));
        for status in [500, 502, 504] {
            let head = Head { status, ..Head::default() };
            assert_eq!(cut().begin(&head), Err(broken.clone()));
        }
    }

    #[test]
    fn a_server_that_has_enough_says_how_long_it_wants_to_rest() {
        for (status, seconds) in [(429, Some(30)), (503, None)] {
            let head = Head { status, retry_after: seconds, ..Head::default() };
            let mut transfer = Transfer::new("config.json", 0, None);
            assert_eq!(transfer.begin(&head), Err(Failure::TooManyRequests { seconds }));
        }
    }

    #[test]
    fn a_file_that_is_not_there_or_too_short_is_refused_at_once() {
        let mut transfer = Transfer::new("m.gguf", 100, None);
        let file = "m.gguf".to_owned();
        let missing = Failure::FileMissing { file: file.clone(), status: 404 };
        let head = Head { status: 404, ..Head::default() };
        assert_eq!(transfer.begin(&head), Err(missing));
        let truncated = Failure::FileTruncated { file, expected: 100, found: 60 };
        assert_eq!(transfer.begin(&whole(60, "")), Err(truncated));
    }
}
