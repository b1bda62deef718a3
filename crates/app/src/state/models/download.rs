//! A model that is on its way: how much of it is there, how fast it comes, and what it waits for.

use super::Chosen;
use std::collections::VecDeque;
use zeroshot_protocol::{Failure, RequestId};

/// The rate is that of the last ten seconds: long enough to stand still, short enough to follow.
const WINDOW_MS: f64 = 10_000.0;
/// Nothing is said of the rate before so much of the window has passed.
const LEAST_MS: f64 = 1_000.0;
/// A sample closer than this to the one before gives its place to the next.
const BETWEEN_MS: f64 = 200.0;

/// A model on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Download {
    /// The request that loads it.
    pub id: RequestId,
    pub chosen: Chosen,
    /// Whether nobody asked for it in this visit: the choice of an earlier one.
    pub unattended: bool,
    pub received: u64,
    /// 0 if not known.
    pub total: u64,
    pub from_device: bool,
    pub flow: Flow,
    /// Whether what was kept of it could not be used, so that it is fetched again.
    pub damaged: bool,
    /// When how many bytes were there.
    samples: VecDeque<(f64, u64)>,
}

/// Whether it comes.
#[derive(Clone, Debug, PartialEq)]
pub enum Flow {
    Coming,
    Paused,
    /// It goes on by itself at `until`, by the page's clock.
    Waiting {
        failure: Failure,
        until: f64,
    },
}

impl Download {
    pub fn new(id: RequestId, chosen: Chosen, unattended: bool) -> Self {
        let total = chosen.source.bytes;
        Self {
            id,
            chosen,
            unattended,
            received: 0,
            total,
            from_device: false,
            flow: Flow::Coming,
            damaged: false,
            samples: VecDeque::new(),
        }
    }

    /// Bytes have arrived by `now`.
    pub fn progress(&mut self, received: u64, total: u64, from_device: bool, now: f64) {
        // What was kept of it is there at once; a start from nothing is another arrival.
        if from_device != self.from_device || received < self.received {
            self.samples.clear();
        }
        self.received = received;
        self.total = if total > 0 { total } else { self.total };
        self.from_device = from_device;
        if matches!(self.flow, Flow::Waiting { .. }) {
            self.flow = Flow::Coming;
        }
        let count = self.samples.len();
        if count > 1 && self.samples[count - 1].0 - self.samples[count - 2].0 < BETWEEN_MS {
            self.samples.pop_back();
        }
        self.samples.push_back((now, received));
        while self.samples.len() > 2 && now - self.samples[1].0 >= WINDOW_MS {
            self.samples.pop_front();
        }
    }

    /// It stands still, or goes on: the time in between says nothing of the rate.
    pub fn turn(&mut self, flow: Flow) {
        self.samples.clear();
        self.flow = flow;
    }

    /// Bytes a second, while they come.
    pub fn rate(&self) -> Option<f64> {
        let ((first, before), (last, now)) = self.samples.front().zip(self.samples.back())?;
        let (elapsed, bytes) = (last - first, now.checked_sub(*before)?);
        let told = self.flow == Flow::Coming && elapsed >= LEAST_MS && bytes > 0;
        told.then(|| bytes as f64 * 1000.0 / elapsed)
    }

    /// Seconds until all is there, at the present rate.
    pub fn seconds_left(&self) -> Option<f64> {
        let left = self.total.checked_sub(self.received)?;
        (self.total > 0).then_some(left as f64 / self.rate()?)
    }

    /// How much of it is there, from 0 to 1.
    pub fn share(&self) -> Option<f64> {
        (self.total > 0).then(|| (self.received as f64 / self.total as f64).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn download() -> Download {
        let entry = crate::catalogue::first().expect("there is one");
        Download::new(1, Chosen::of(&entry, "", None), false)
    }

    #[test]
    fn the_rate_is_that_of_the_last_seconds() {
        let mut download = download();
        assert_eq!((download.rate(), download.seconds_left()), (None, None));
        // A megabyte a second for half a minute, then half of that.
        for tenth in 0..=300_u32 {
            let at = f64::from(tenth) * 100.0;
            download.progress(u64::from(tenth) * 100_000, 40_000_000, false, at);
        }
        assert!((download.rate().expect("told") - 1e6).abs() < 1.0);
        assert!((download.seconds_left().expect("told") - 10.0).abs() < 0.01);
        for tenth in 1..=110_u32 {
            let at = 30_000.0 + f64::from(tenth) * 100.0;
            download.progress(30_000_000 + u64::from(tenth) * 50_000, 40_000_000, false, at);
        }
        assert!((download.rate().expect("told") - 5e5).abs() < 1.0);
        assert!(download.samples.len() < 60, "{}", download.samples.len());
    }

    #[test]
    fn nothing_is_said_of_the_rate_too_early_or_while_it_stands_still() {
        let mut download = download();
        download.progress(1000, 10_000, false, 0.0);
        download.progress(2000, 10_000, false, 900.0);
        assert_eq!(download.rate(), None);
        download.progress(3000, 10_000, false, 1000.0);
        assert_eq!(download.rate(), Some(2000.0));
        download.turn(Flow::Paused);
        assert_eq!((download.rate(), download.seconds_left()), (None, None));
        download.turn(Flow::Coming);
        download.progress(4000, 10_000, false, 60_000.0);
        download.progress(5000, 10_000, false, 61_000.0);
        assert_eq!(download.rate(), Some(1000.0), "the pause does not count");
    }

    #[test]
    fn what_the_device_had_does_not_count_as_fetched() {
        let mut download = download();
        download.progress(0, 10_000, true, 0.0);
        download.progress(8000, 10_000, true, 1500.0);
        download.progress(8000, 10_000, false, 1600.0);
        download.progress(8500, 10_000, false, 2600.0);
        assert_eq!(download.rate(), Some(500.0));
        assert_eq!(download.share(), Some(0.85));
    }

    #[test]
    fn bytes_end_the_wait() {
        let mut download = download();
        let failure = Failure::Network { file: "model.safetensors".to_owned() };
        download.turn(Flow::Waiting { failure, until: 5000.0 });
        download.progress(10, 0, false, 10.0);
        assert_eq!(download.flow, Flow::Coming);
        assert_eq!(download.total, download.chosen.source.bytes, "a server that says nothing");
    }
}
