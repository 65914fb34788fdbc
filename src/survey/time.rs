//! Time: instants, the clock they come from, and the zone in which people read them.
//!
//! An [`Instant`] is microseconds UTC, which both databases hold exactly in a `BIGINT`. Only a
//! [`Clock`] makes "now"; tests and the demo hand in one that they set.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Instant(i64);

impl Instant {
    /// The instant that a store or a document holds.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch, as stores hold it.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since the epoch; 0 before it.
    #[must_use]
    pub fn millis(self) -> u64 {
        u64::try_from(self.0.div_euclid(1_000)).unwrap_or(0)
    }

    /// This instant moved later, stopping at the end of what can be written.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    /// This instant moved earlier, stopping at the beginning of what can be written.
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    /// Time from `earlier` to this instant; zero if it is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        })
    }
}

impl fmt::Display for Instant {
    /// RFC 3339 in UTC.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

/// A text that is no instant, date or zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTime {
    /// Neither RFC 3339 nor a local date and time.
    #[error("not a date and time")]
    Instant,
    /// No such zone in the bundled data.
    #[error("not a time zone")]
    Zone,
}

/// Where "now" comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    Real,
    /// A clock that stands until it is set; for tests and the demo.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `now`.
    #[must_use]
    pub fn at(now: Instant) -> Self {
        Self::Set(Arc::new(AtomicI64::new(now.0)))
    }

    /// The current instant.
    #[must_use]
    pub fn now(&self) -> Instant {
        match self {
            Self::Real => {
                #[expect(clippy::disallowed_methods, reason = "this is the one place that asks")]
                let now = SystemTime::now();
                let micros = now
                    .duration_since(UNIX_EPOCH)
                    .map_or(0, |since| since.as_micros());
                Instant(i64::try_from(micros).unwrap_or(i64::MAX))
            }
            Self::Set(micros) => Instant(micros.load(Ordering::SeqCst)),
        }
    }

    /// Moves a clock that is set by hand; the machine's clock stays as it is.
    pub fn set(&self, now: Instant) {
        if let Self::Set(micros) = self {
            micros.store(now.0, Ordering::SeqCst);
        }
    }
}

/// The time zone in which people read and enter dates; the data are bundled.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone of an instance that names none: Asia/Shanghai.
    #[must_use]
    pub fn shanghai() -> Self {
        Self::named("Asia/Shanghai").unwrap_or_else(|_| Self(TimeZone::fixed(jiff::tz::offset(8))))
    }

    /// The zone of this IANA name.
    pub fn named(name: &str) -> Result<Self, InvalidTime> {
        TimeZone::get(name).map(Self).map_err(|_| InvalidTime::Zone)
    }

    /// The civil date of an instant here.
    #[must_use]
    pub fn date(&self, at: Instant) -> Date {
        at.timestamp().to_zoned(self.0.clone()).date()
    }

    /// The civil date and time of an instant here.
    #[must_use]
    pub fn civil(&self, at: Instant) -> jiff::civil::DateTime {
        at.timestamp().to_zoned(self.0.clone()).datetime()
    }

    /// Date and time to the minute, `2026-11-23 09:05`.
    #[must_use]
    pub fn minute(&self, at: Instant) -> String {
        at.timestamp()
            .to_zoned(self.0.clone())
            .strftime("%Y-%m-%d %H:%M")
            .to_string()
    }

    /// The first instant of a civil date here.
    #[must_use]
    pub fn start_of(&self, date: Date) -> Instant {
        date.to_zoned(self.0.clone()).map_or(Instant(0), |zoned| {
            Instant(zoned.timestamp().as_microsecond())
        })
    }

    /// The local midnight that ends the day of `at`.
    #[must_use]
    pub fn next_midnight(&self, at: Instant) -> Instant {
        let date = self.date(at);
        date.checked_add(1.day())
            .map_or(at, |next| self.start_of(next))
    }

    /// Reads `2026-11-23`, `2026-11-23T09:05` (local here) or a full RFC 3339 instant.
    pub fn parse(&self, text: &str) -> Result<Instant, InvalidTime> {
        let text = text.trim();
        if let Ok(timestamp) = text.parse::<Timestamp>() {
            return Ok(Instant(timestamp.as_microsecond()));
        }
        let local = text
            .parse::<jiff::civil::DateTime>()
            .map_err(|_| InvalidTime::Instant)?;
        local
            .to_zoned(self.0.clone())
            .map(|zoned| Instant(zoned.timestamp().as_microsecond()))
            .map_err(|_| InvalidTime::Instant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_in_yangquan_ends_at_its_own_midnight() {
        let zone = Zone::shanghai();
        let at = zone.parse("2027-01-10T23:59:59.999999").unwrap();
        assert_eq!(at.to_string(), "2027-01-10T15:59:59.999999Z");
        assert_eq!(zone.date(at).to_string(), "2027-01-10");
        assert_eq!(zone.next_midnight(at).micros(), at.micros() + 1);
        assert_eq!(zone.parse("2027-01-11").unwrap(), zone.next_midnight(at));
        assert_eq!(zone.minute(at), "2027-01-10 23:59");
    }

    #[test]
    fn a_set_clock_stands_until_it_is_moved() {
        let clock = Clock::at(Instant::from_micros(5));
        let same = clock.clone();
        assert_eq!(clock.now(), Instant::from_micros(5));
        clock.set(Instant::from_micros(9));
        assert_eq!(same.now(), Instant::from_micros(9));
    }

    #[test]
    fn differences_never_wrap() {
        let early = Instant::from_micros(10);
        assert_eq!(
            early.since(early.plus(Duration::from_secs(1))),
            Duration::ZERO
        );
        assert_eq!(
            early.plus(Duration::from_micros(5)).since(early),
            Duration::from_micros(5)
        );
        assert_eq!(
            Instant::from_micros(i64::MAX).plus(Duration::MAX).micros(),
            i64::MAX
        );
    }

    #[test]
    fn refuses_what_is_no_time() {
        assert_eq!(Zone::named("Mars/Olympus"), Err(InvalidTime::Zone));
        assert_eq!(
            Zone::shanghai().parse("tomorrow"),
            Err(InvalidTime::Instant)
        );
    }
}
