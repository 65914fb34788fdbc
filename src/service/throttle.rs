//! How often a name may be tried at the sign-in: failures in memory, by name.
//!
//! For: `accounts`. Uses: instants that the caller hands in. Promises: an attempt counts as a failure
//! from the moment it begins, so that many at once gain nothing; a name that does not exist is
//! treated as one that does; memory is bounded by [`MOST_NAMES`]; a wait is never longer than
//! [`LONGEST_WAIT`], so that nobody is kept out for good by somebody else's guesses.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::survey::time::Instant;

/// Failures without any wait: people mistype.
const FREE: u32 = 5;
/// Wait after the first failure beyond [`FREE`]; each further one doubles it.
const FIRST_WAIT: Duration = Duration::from_secs(30);
/// Longest wait.
const LONGEST_WAIT: Duration = Duration::from_mins(15);
/// Failures are forgotten this long after the last of them.
const MEMORY: Duration = Duration::from_hours(1);
/// Names remembered at most.
const MOST_NAMES: usize = 10_000;

/// Failures by name.
#[derive(Debug, Default)]
pub struct Throttle(Mutex<HashMap<String, Failures>>);

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Instant,
}

impl Failures {
    fn allowed_from(self) -> Instant {
        let Some(beyond) = self.count.checked_sub(FREE) else {
            return self.last;
        };
        let factor = 1_u32.checked_shl(beyond).unwrap_or(u32::MAX);
        let wait = FIRST_WAIT.saturating_mul(factor).min(LONGEST_WAIT);
        self.last.plus(wait)
    }

    fn is_forgotten(self, now: Instant) -> bool {
        // A failure in the future is from a clock that was set back since: waiting for it could take days.
        now < self.last || now.since(self.last) > MEMORY
    }
}

impl Throttle {
    /// Begins an attempt: counts it as a failure, or says how long to wait.
    pub fn begin(&self, name: &str, now: Instant) -> Result<(), Duration> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        count(&mut names, name, now)
    }

    /// What was asked for is right, but not all that a sign-in needs was asked: this attempt is taken back, earlier failures stay.
    pub fn undo(&self, name: &str) {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(failures) = names.get_mut(name) {
            failures.count = failures.count.saturating_sub(1);
        }
    }

    /// The attempt succeeded: the name's failures are forgotten.
    pub fn succeed(&self, name: &str) {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.remove(name);
    }
}

fn count(names: &mut HashMap<String, Failures>, name: &str, now: Instant) -> Result<(), Duration> {
    let known = names.get(name).copied().filter(|f| !f.is_forgotten(now));
    let count = match known {
        Some(failures) if now < failures.allowed_from() => {
            return Err(failures.allowed_from().since(now));
        }
        Some(failures) => failures.count.saturating_add(1),
        None => 1,
    };
    if known.is_none() && names.len() >= MOST_NAMES {
        make_room(names, now);
    }
    names.insert(name.to_owned(), Failures { count, last: now });
    Ok(())
}

/// Forgets what is old; if nothing is, the name with the fewest and oldest failures.
fn make_room(names: &mut HashMap<String, Failures>, now: Instant) {
    names.retain(|_, failures| !failures.is_forgotten(now));
    if names.len() < MOST_NAMES {
        return;
    }
    let least = names
        .iter()
        .min_by_key(|(_, failures)| (failures.count, failures.last))
        .map(|(name, _)| name.clone());
    if let Some(name) = least {
        names.remove(&name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(seconds: u64) -> Instant {
        Instant::from_micros(0).plus(Duration::from_secs(seconds))
    }

    #[test]
    fn five_failures_are_free_and_then_the_wait_doubles_up_to_a_quarter_of_an_hour() {
        let throttle = Throttle::default();
        for _ in 0..5 {
            assert_eq!(throttle.begin("ada", second(0)), Ok(()));
        }
        let mut now = 0;
        for wait in [30, 60, 120, 240, 480, 900, 900] {
            let left = throttle.begin("ada", second(now)).unwrap_err();
            assert_eq!(left, Duration::from_secs(wait));
            assert!(throttle.begin("ada", second(now + wait - 1)).is_err());
            now += wait;
            assert_eq!(throttle.begin("ada", second(now)), Ok(()));
        }
    }

    #[test]
    fn a_refused_attempt_does_not_lengthen_the_wait() {
        let throttle = Throttle::default();
        for _ in 0..5 {
            throttle.begin("ada", second(0)).unwrap();
        }
        for _ in 0..100 {
            assert!(throttle.begin("ada", second(29)).is_err());
        }
        assert_eq!(throttle.begin("ada", second(30)), Ok(()));
    }

    #[test]
    fn what_is_right_but_proves_little_takes_itself_back_and_no_earlier_failure() {
        let throttle = Throttle::default();
        for _ in 0..4 {
            throttle.begin("ada", second(0)).unwrap();
        }
        for _ in 0..20 {
            throttle.begin("ada", second(1)).unwrap();
            throttle.undo("ada");
        }
        throttle.begin("ada", second(2)).unwrap();
        assert!(throttle.begin("ada", second(2)).is_err());
        throttle.undo("nobody");
    }

    #[test]
    fn success_and_an_hour_without_failures_forget_a_name_and_others_are_untouched() {
        let throttle = Throttle::default();
        for _ in 0..5 {
            throttle.begin("ada", second(0)).unwrap();
            throttle.begin("ben", second(0)).unwrap();
        }
        throttle.succeed("ada");
        assert_eq!(throttle.begin("ada", second(1)), Ok(()));
        assert!(throttle.begin("ben", second(1)).is_err());
        assert_eq!(throttle.begin("ben", second(3_601)), Ok(()));
        for _ in 0..4 {
            assert_eq!(throttle.begin("ben", second(3_601)), Ok(()));
        }
        assert!(throttle.begin("ben", second(3_601)).is_err());
    }

    #[test]
    fn a_clock_that_was_set_back_makes_nobody_wait_until_it_is_where_it_was() {
        let throttle = Throttle::default();
        for _ in 0..5 {
            throttle.begin("ada", second(500_000)).unwrap();
        }
        assert!(throttle.begin("ada", second(500_000)).is_err());
        for _ in 0..5 {
            assert_eq!(throttle.begin("ada", second(0)), Ok(()));
        }
        assert!(throttle.begin("ada", second(0)).is_err());
    }

    #[test]
    fn a_flood_of_names_neither_grows_without_end_nor_frees_the_name_under_attack() {
        let throttle = Throttle::default();
        for _ in 0..5 {
            throttle.begin("ada", second(0)).unwrap();
        }
        for n in 0..MOST_NAMES + 50 {
            throttle.begin(&format!("name {n}"), second(1)).unwrap();
        }
        assert_eq!(throttle.0.lock().unwrap().len(), MOST_NAMES);
        assert!(throttle.begin("ada", second(2)).is_err());
    }
}
