//! How long a load waits before it tries again, and when it gives up.

use zeroshot_protocol::Failure;

/// Seconds before each try to go on after the connection broke.
const PAUSES: [u32; 6] = [1, 2, 5, 10, 10, 10];

/// How often a server that asks for patience is asked again.
const TRIES_AT_BUSY: usize = 3;

/// A server that asks for more patience than this, in seconds, is told of in place of being waited
/// for.
const LONGEST: u32 = 120;

/// What has been tried since bytes arrived last.
#[derive(Debug, Default)]
pub struct Patience {
    tries: usize,
}

impl Patience {
    /// Bytes have arrived: whatever was wrong is over.
    pub fn restore(&mut self) {
        self.tries = 0;
    }

    /// Seconds to wait after this failure; `None` where another try would not help.
    pub fn pause(&mut self, failure: &Failure) -> Option<u32> {
        let (asked, most) = match failure {
            Failure::Network { .. } => (0, PAUSES.len()),
            Failure::TooManyRequests { seconds } => (seconds.unwrap_or_default(), TRIES_AT_BUSY),
            _ => return None,
        };
        if self.tries >= most || asked > LONGEST {
            return None;
        }
        let pause = PAUSES[self.tries].max(asked);
        self.tries += 1;
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(failure: &Failure) -> Vec<u32> {
        let mut patience = Patience::default();
        std::iter::from_fn(|| patience.pause(failure)).collect()
    }

    #[test]
    fn a_broken_connection_is_tried_six_times_ever_more_slowly() {
        let network = Failure::Network { file: "m.gguf".to_owned() };
        assert_eq!(pauses(&network), [1, 2, 5, 10, 10, 10]);
        let mut patience = Patience::default();
        assert_eq!((patience.pause(&network), patience.pause(&network)), (Some(1), Some(2)));
        patience.restore();
        assert_eq!(patience.pause(&network), Some(1));
    }

    #[test]
    fn a_busy_server_gets_the_time_that_it_asks_for() {
        let busy = |seconds| Failure::TooManyRequests { seconds };
        assert_eq!(pauses(&busy(None)), [1, 2, 5]);
        assert_eq!(pauses(&busy(Some(4))), [4, 4, 5]);
        assert!(pauses(&busy(Some(3600))).is_empty());
    }

    #[test]
    fn what_time_does_not_heal_is_not_tried_again() {
        let missing = Failure::FileMissing { file: "m.gguf".to_owned(), status: 404 };
        assert!(pauses(&missing).is_empty());
        assert!(pauses(&Failure::FileChanged { file: "m.gguf".to_owned() }).is_empty());
    }
}
