//! How the arrival of bytes is reported: often enough to look steady, seldom enough that a fast
//! connection does not bury the page in messages.

/// Milliseconds between two reports.
const INTERVAL_MS: f64 = 50.0;

/// Bytes of a model's files: those that have come, and all of them, 0 if not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bytes {
    /// Bytes so far.
    pub received: u64,
    /// Bytes in all.
    pub total: u64,
}

/// The bytes of a model's files, and when they were last reported.
#[derive(Debug, Default)]
pub struct Progress {
    bytes: Bytes,
    reported: Option<(Bytes, f64)>,
}

impl Progress {
    /// A file begins; `rest` is how many bytes are still to come, of this and of later files, if
    /// that is known.
    pub fn begin(&mut self, rest: Option<u64>) {
        self.bytes.total = rest.map_or(0, |rest| self.bytes.received + rest);
    }

    /// Counts `bytes` that arrived at `now`, in milliseconds. What to report, if it is time.
    pub fn add(&mut self, bytes: u64, now: f64) -> Option<Bytes> {
        self.bytes.received += bytes;
        let due = self.reported.is_none_or(|(_, then)| now - then >= INTERVAL_MS);
        due.then(|| self.report(now))
    }

    /// What to report at the end, unless it has been reported.
    pub fn finish(&mut self, now: f64) -> Option<Bytes> {
        let told = self.reported.map(|(bytes, _)| bytes);
        (told != Some(self.bytes)).then(|| self.report(now))
    }

    fn report(&mut self, now: f64) -> Bytes {
        self.reported = Some((self.bytes, now));
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_twenty_reports_a_second_and_the_last_byte_is_told() {
        let mut progress = Progress::default();
        progress.begin(Some(10_000));
        let reports: Vec<_> = (0..1000).filter_map(|ms| progress.add(10, f64::from(ms))).collect();
        assert_eq!(reports.len(), 20);
        assert_eq!(reports[0], Bytes { received: 10, total: 10_000 });
        assert!(reports.is_sorted_by_key(|bytes| bytes.received));
        assert_eq!(progress.finish(1000.0), Some(Bytes { received: 10_000, total: 10_000 }));
        assert_eq!(progress.finish(1001.0), None);
    }

    #[test]
    fn the_total_is_told_as_soon_as_the_rest_is_known() {
        let mut progress = Progress::default();
        progress.begin(None);
        assert_eq!(progress.add(7, 0.0), Some(Bytes { received: 7, total: 0 }));
        progress.begin(Some(100));
        assert_eq!(progress.add(1, 100.0), Some(Bytes { received: 8, total: 107 }));
    }
}
