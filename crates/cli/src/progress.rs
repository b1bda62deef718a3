//! How far a transfer is, on standard error: one line that is written over on a terminal, a line
//! now and then elsewhere.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// A transfer under way.
pub struct Progress {
    what: String,
    begun: Instant,
    shown: Option<Instant>,
    done: u64,
}

impl Progress {
    /// Of a file of this name.
    pub fn new(what: &str) -> Self {
        Self { what: what.to_owned(), begun: Instant::now(), shown: None, done: 0 }
    }

    /// Counts bytes, of `whole` in all if that is known.
    pub fn add(&mut self, bytes: u64, whole: Option<u64>) {
        self.done += bytes;
        let terminal = std::io::stderr().is_terminal();
        let pause = Duration::from_millis(if terminal { 250 } else { 5000 });
        if whole == Some(self.done) || self.shown.is_none_or(|shown| shown.elapsed() >= pause) {
            let line = line(&self.what, self.done, whole, self.begun.elapsed());
            let end = if terminal && whole != Some(self.done) { "\x1b[K\r" } else { "\n" };
            // Nobody waits for it.
            let _ = write!(std::io::stderr(), "{line}{end}");
            self.shown = Some(Instant::now());
        }
    }
}

fn line(what: &str, done: u64, whole: Option<u64>, took: Duration) -> String {
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let rate = done as f64 / took.as_secs_f64().max(1e-3);
    let of = whole.map_or(String::new(), |whole| format!(" of {:.1}", megabytes(whole)));
    let left = whole.map_or(String::new(), |whole| {
        format!(", {:.0} s left", whole.saturating_sub(done) as f64 / rate.max(1.0))
    });
    format!("{what}: {:.1}{of} MB, {:.1} MB a second{left}", megabytes(done), rate / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_rate_and_time_left_are_told() {
        let half = line("model", 50_000_000, Some(150_000_000), Duration::from_secs(10));
        assert_eq!(half, "model: 50.0 of 150.0 MB, 5.0 MB a second, 20 s left");
        let unknown = line("model", 50_000_000, None, Duration::from_secs(10));
        assert_eq!(unknown, "model: 50.0 MB, 5.0 MB a second");
    }
}
