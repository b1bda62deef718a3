//! When what has arrived of a model is put on the device: what is not yet can be when the model is in
//! use already, so a load is only held up for it where it loses nothing by that, or much would be
//! lost if it were cut off.

/// Milliseconds that have to be waited for bytes for each step, of about a megabyte: several times as
/// long as it takes. So a connection of up to some 50 MB a second finds all kept that has arrived,
/// and a faster one waits for little more than it would have.
const WAITED_MS: f64 = 20.0;

/// Bytes that may be there and not kept: what a load that was cut off would have to fetch once more,
/// and what is left to keep afterwards, within about a second. GPT-2 124M in 8 bits is smaller.
const MOST_BEHIND: u64 = 256 << 20;

/// Milliseconds between two steps once the model is there and idle: none but a turn of the event loop.
const IDLE_PAUSE_MS: i32 = 0;

/// The same while a model writes or reads: it loses a tenth of its speed.
const BUSY_PAUSE_MS: i32 = 40;

/// Milliseconds after which a turn begins no other step.
pub const TURN_MS: f64 = 4.0;

/// How long was waited for bytes since the last step.
#[derive(Debug, Default)]
pub struct Pace {
    waited: f64,
}

impl Pace {
    /// Bytes were waited for.
    pub fn wait(&mut self, milliseconds: f64) {
        self.waited += milliseconds;
    }

    /// Whether to keep something now, if `behind` bytes could be.
    pub fn is_due(&mut self, behind: u64) -> bool {
        // What was waited while there was nothing to keep is gone.
        let due = behind == 0 || behind > MOST_BEHIND || self.waited >= WAITED_MS;
        if due {
            self.waited = 0.0;
        }
        due && behind > 0
    }
}

/// Milliseconds to leave between two turns in which a model is kept that is there.
pub const fn pause(busy: bool) -> i32 {
    if busy { BUSY_PAUSE_MS } else { IDLE_PAUSE_MS }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: u64 = 1 << 20;

    /// How far a load is behind at its end, that gets `bytes` in pieces of 64 KiB, and waits for each
    /// so many milliseconds.
    fn behind(bytes: u64, waits: f64) -> u64 {
        let (mut pace, mut arrived, mut kept, mut most) = (Pace::default(), 0, 0, 0);
        while arrived < bytes {
            pace.wait(waits);
            arrived += 64 << 10;
            while pace.is_due(arrived - kept) {
                kept = arrived.min(kept + STEP);
            }
            most = most.max(arrived - kept);
        }
        most
    }

    #[test]
    fn a_connection_that_is_waited_for_finds_all_kept() {
        // 1, 10 and 40 MB a second.
        for waits in [64.0, 6.4, 1.6] {
            assert!(behind(500 << 20, waits) <= 2 * STEP, "{waits} ms");
        }
    }

    #[test]
    fn a_fast_one_is_not_held_up_until_much_would_be_lost() {
        let model = 137 << 20;
        assert_eq!(behind(model, 0.0), model);
        // As from the same machine: a third of the time is waited.
        assert!(behind(model, 0.2) > model * 3 / 4);
        let large = behind(1 << 30, 0.0);
        assert!((MOST_BEHIND - STEP..=MOST_BEHIND).contains(&large), "{large}");
    }

    #[test]
    fn what_was_waited_for_nothing_does_not_count() {
        let mut pace = Pace::default();
        pace.wait(5000.0);
        assert!(!pace.is_due(0) && !pace.is_due(STEP));
        pace.wait(WAITED_MS);
        assert!(pace.is_due(STEP) && !pace.is_due(STEP));
    }
}
