//! Wrong codes: how many may be answered as such.
//!
//! A code has 60 random bits, so guessing is hopeless; what has to be stopped is the flood. Only
//! failures count, by wave, in memory: addresses are never looked at, since a village shares one,
//! and a good code always passes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::survey::ids::WaveId;
use crate::survey::time::Instant;

/// Failures that are answered at once.
const BURST: u32 = 120;
/// One more is allowed after this long.
const REFILL: Duration = Duration::from_millis(500);

/// Recent failures by wave.
#[derive(Default)]
pub(super) struct Guesses(Mutex<HashMap<WaveId, Bucket>>);

struct Bucket {
    left: u32,
    since: Instant,
}

impl Guesses {
    /// Counts a failure; an error says how long to keep silent.
    #[expect(
        clippy::significant_drop_tightening,
        reason = "the count and its limit are read and changed under one lock"
    )]
    pub(super) fn fail(&self, wave: WaveId, now: Instant) -> Result<(), Duration> {
        let mut waves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = waves.entry(wave).or_insert(Bucket {
            left: BURST,
            since: now,
        });
        // The clock was set back: nothing would be refilled until it is where it was.
        bucket.since = bucket.since.min(now);
        let refilled = now.since(bucket.since).as_millis() / REFILL.as_millis();
        let refilled = u32::try_from(refilled).unwrap_or(BURST).min(BURST);
        if refilled > 0 {
            bucket.left = bucket.left.saturating_add(refilled).min(BURST);
            bucket.since = now;
        }
        if let Some(left) = bucket.left.checked_sub(1) {
            bucket.left = left;
            Ok(())
        } else {
            Err(REFILL)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_silenced_for_its_wave_only_and_forgiven_with_time() {
        let (one, two) = (Instant::from_micros(1), Instant::from_micros(2_000_001));
        let wave = |number| WaveId::new(one, [number; 10]);
        let guesses = Guesses::default();
        for _ in 0..BURST {
            assert_eq!(guesses.fail(wave(1), one), Ok(()));
        }
        assert_eq!(guesses.fail(wave(1), one), Err(REFILL));
        assert_eq!(guesses.fail(wave(2), one), Ok(()));
        for _ in 0..4 {
            assert_eq!(guesses.fail(wave(1), two), Ok(()));
        }
        assert_eq!(guesses.fail(wave(1), two), Err(REFILL));
        // The clock was set back by two seconds, and two more have passed.
        assert_eq!(guesses.fail(wave(1), one), Err(REFILL));
        let later = one.plus(Duration::from_secs(2));
        assert_eq!(guesses.fail(wave(1), later), Ok(()));
    }
}
