//! Wrong codes: how many may be answered as such.
//!
//! A code has 60 random bits, so guessing is hopeless; what has to be stopped is the flood. Only
//! failures count, in memory: by the network they come from, so that a flood silences itself first, and by
//! wave, so that many networks together gain nothing. A good code always passes, whatever its neighbors
//! typed: a village shares one address. A code with a typo is caught by its check character before it comes
//! here, and counts as no failure.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::IntakeError;
use crate::survey::ids::WaveId;
use crate::survey::time::Instant;

/// Failures of one network.
const NETWORK: Limit = Limit {
    burst: 120,
    refill: Duration::from_millis(500),
};
/// Failures of one wave, from everywhere.
const WAVE: Limit = Limit {
    burst: 1_200,
    refill: Duration::from_millis(50),
};
/// Networks that are remembered at most; the failures of further ones count for their wave alone.
const MOST_NETWORKS: usize = 10_000;

/// Failures that are answered as such.
#[derive(Clone, Copy)]
struct Limit {
    /// At once.
    burst: u32,
    /// One more is allowed after this long.
    refill: Duration,
}

/// Recent failures.
#[derive(Default)]
pub(super) struct Guesses(Mutex<Buckets>);

#[derive(Default)]
struct Buckets {
    waves: HashMap<WaveId, Bucket>,
    networks: HashMap<IpAddr, Bucket>,
}

struct Bucket {
    left: u32,
    since: Instant,
}

impl Bucket {
    const fn full(limit: Limit, now: Instant) -> Self {
        Self {
            left: limit.burst,
            since: now,
        }
    }

    fn refill(&mut self, limit: Limit, now: Instant) {
        // The clock was set back: nothing would be refilled until it is where it was.
        self.since = self.since.min(now);
        let refilled = now.since(self.since).as_millis() / limit.refill.as_millis();
        let refilled = u32::try_from(refilled)
            .unwrap_or(limit.burst)
            .min(limit.burst);
        if refilled > 0 {
            self.left = self.left.saturating_add(refilled).min(limit.burst);
            self.since = now;
        }
    }

    fn fail(&mut self, limit: Limit, now: Instant) -> Result<(), Duration> {
        self.refill(limit, now);
        self.left = self.left.checked_sub(1).ok_or(limit.refill)?;
        Ok(())
    }
}

impl Guesses {
    /// What is said of a code that belongs to nobody: that, or in a flood only to wait.
    pub(super) fn refuse(&self, wave: WaveId, from: Option<IpAddr>, now: Instant) -> IntakeError {
        match self.fail(wave, from, now) {
            Ok(()) => IntakeError::UnknownCode,
            Err(retry_after) => IntakeError::Busy { retry_after },
        }
    }

    /// Counts a failure; an error says how long to keep silent.
    fn fail(&self, wave: WaveId, from: Option<IpAddr>, now: Instant) -> Result<(), Duration> {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(network) = from.map(network) {
            let networks = &mut buckets.networks;
            make_room(networks, network, now);
            if networks.len() < MOST_NETWORKS || networks.contains_key(&network) {
                fail(networks, network, NETWORK, now)?;
            }
        }
        fail(&mut buckets.waves, wave, WAVE, now)
    }
}

fn fail<K: Eq + Hash>(
    buckets: &mut HashMap<K, Bucket>,
    key: K,
    limit: Limit,
    now: Instant,
) -> Result<(), Duration> {
    let bucket = buckets.entry(key);
    bucket
        .or_insert_with(|| Bucket::full(limit, now))
        .fail(limit, now)
}

/// Forgets networks without recent failures when there is no room for this one.
fn make_room(networks: &mut HashMap<IpAddr, Bucket>, network: IpAddr, now: Instant) {
    if networks.len() >= MOST_NETWORKS && !networks.contains_key(&network) {
        networks.retain(|_, bucket| {
            bucket.refill(NETWORK, now);
            bucket.left < NETWORK.burst
        });
    }
}

/// One subscriber: an address of IPv4, the upper half of one of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => {
            let upper = u128::from(six) >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from(upper))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(number: u8) -> WaveId {
        WaveId::new(Instant::from_micros(1), [number; 10])
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_flood_is_silenced_for_its_wave_only_and_forgiven_with_time() {
        let (one, two) = (Instant::from_micros(1), Instant::from_micros(200_001));
        let silent = Err(WAVE.refill);
        let guesses = Guesses::default();
        for _ in 0..WAVE.burst {
            assert_eq!(guesses.fail(wave(1), None, one), Ok(()));
        }
        assert_eq!(guesses.fail(wave(1), None, one), silent);
        assert_eq!(guesses.fail(wave(2), None, one), Ok(()));
        for _ in 0..4 {
            assert_eq!(guesses.fail(wave(1), None, two), Ok(()));
        }
        assert_eq!(guesses.fail(wave(1), None, two), silent);
        // The clock was set back by a fifth of a second, and as much has passed.
        assert_eq!(guesses.fail(wave(1), None, one), silent);
        let later = one.plus(Duration::from_millis(200));
        assert_eq!(guesses.fail(wave(1), None, later), Ok(()));
    }

    #[test]
    fn a_flood_from_one_network_silences_nobody_else() {
        let now = Instant::from_micros(1);
        let guesses = Guesses::default();
        let flood = ["192.0.2.1", "2001:db8:0:7::1"];
        for from in flood {
            for _ in 0..NETWORK.burst {
                assert_eq!(guesses.fail(wave(1), Some(address(from)), now), Ok(()));
            }
        }
        // A thousand more: they do not even count for the wave.
        for from in ["192.0.2.1", "2001:db8:0:7:ffff::9"] {
            for _ in 0..1_000 {
                let silent = Err(NETWORK.refill);
                assert_eq!(guesses.fail(wave(1), Some(address(from)), now), silent);
            }
        }
        for from in ["192.0.2.2", "2001:db8:0:8::1"] {
            assert_eq!(guesses.fail(wave(1), Some(address(from)), now), Ok(()));
        }
        let later = now.plus(NETWORK.refill);
        assert_eq!(
            guesses.fail(wave(1), Some(address(flood[0])), later),
            Ok(())
        );
    }

    #[test]
    fn many_networks_together_gain_nothing_and_memory_is_bounded() {
        let now = Instant::from_micros(1);
        let guesses = Guesses::default();
        let mut answered = 0;
        for number in 0..u32::try_from(MOST_NETWORKS).unwrap() + 50 {
            let address = IpAddr::from(number.to_be_bytes());
            answered += u32::from(guesses.fail(wave(1), Some(address), now).is_ok());
        }
        assert_eq!(answered, WAVE.burst);
        assert_eq!(guesses.0.lock().unwrap().networks.len(), MOST_NETWORKS);
        let later = now.plus(Duration::from_secs(1));
        assert_eq!(
            guesses.fail(wave(2), Some(address("192.0.2.1")), later),
            Ok(())
        );
        assert_eq!(guesses.0.lock().unwrap().networks.len(), 1);
    }
}
