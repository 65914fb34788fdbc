//! When everybody reads a result: announced beforehand, and then for all at once.

use std::time::Duration;

use super::{Refusal, Wave, WaveState};
use crate::survey::time::Instant;

/// A release is announced at least this long before.
pub const NOTICE: Duration = Duration::from_hours(1);

impl Wave {
    /// The time is announced at which everybody will read the result. Until then it may be announced anew; what was announced
    /// before stays in the process log.
    pub fn announce(mut self, release_at: Instant, now: Instant) -> Result<Self, Refusal> {
        self.needs(WaveState::Closed)?;
        let earliest = now.plus(NOTICE);
        if release_at < earliest {
            return Err(Refusal::ShortNotice { earliest });
        }
        self.release_at = Some(release_at);
        Ok(self)
    }

    /// The result is shown to everyone: at the announced time, and without one where the data are made up.
    pub fn publish(mut self, at: Instant) -> Result<Self, Refusal> {
        self.needs(WaveState::Closed)?;
        match self.release_at {
            Some(release_at) if at < release_at => return Err(Refusal::TooEarly { release_at }),
            None if !self.synthetic => return Err(Refusal::NotAnnounced),
            Some(_) | None => {}
        }
        self.published_at = Some(at);
        self.state = WaveState::Published;
        Ok(self)
    }

    /// The announced time, while the result waits for it.
    #[must_use]
    pub fn awaits(&self) -> Option<Instant> {
        self.release_at.filter(|_| self.state == WaveState::Closed)
    }
}
