//! The keys of a wave's days, from one secret that forgets.
//!
//! Every node of an instance makes the same keys from the same file, without asking another; and
//! from the file as it is today nobody makes the keys of yesterday: the secret of a day is a keyed
//! hash (RFC 2104, SHA-256) of the day before, which is then overwritten.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::LENGTH;

type Secret = Zeroizing<[u8; LENGTH]>;

/// What makes the keys of a day and of all later days.
#[derive(PartialEq, Eq)]
pub(super) struct Ratchet {
    /// The day, from 0.
    pub(super) day: i64,
    secret: Secret,
}

/// The two keys of a day, before they are used.
pub(super) struct DayKeys {
    /// Seals records.
    pub(super) record: Secret,
    /// Seals receipts for resends.
    pub(super) retry: Secret,
}

impl Ratchet {
    /// The first day's.
    pub(super) const fn start(secret: Secret) -> Self {
        Self { day: 0, secret }
    }

    /// The keys of the day.
    pub(super) fn keys(&self) -> DayKeys {
        DayKeys {
            record: self.derive(b"minyi/v1/day-record"),
            retry: self.derive(b"minyi/v1/day-retry"),
        }
    }

    /// The next day's, which knows nothing of this one.
    pub(super) fn next(&self) -> Self {
        Self {
            day: self.day.saturating_add(1),
            secret: self.derive(b"minyi/v1/next-day"),
        }
    }

    /// The line of its file.
    pub(super) fn print(&self) -> Zeroizing<String> {
        let secret = Zeroizing::new(hex::encode(self.secret.as_slice()));
        Zeroizing::new(format!("{} {}", self.day, secret.as_str()))
    }

    /// Reads the line of its file.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let (day, secret) = line.trim().split_once(' ')?;
        let mut ratchet = Self {
            day: day.parse().ok().filter(|day| *day >= 0)?,
            secret: Zeroizing::new([0; LENGTH]),
        };
        hex::decode_to_slice(secret, ratchet.secret.as_mut_slice()).ok()?;
        Some(ratchet)
    }

    fn derive(&self, purpose: &[u8]) -> Secret {
        // HMAC takes a key of any length.
        let keyed = Hmac::<Sha256>::new_from_slice(self.secret.as_slice());
        let tag = keyed.map(|mac| mac.chain_update(purpose).finalize().into_bytes());
        Zeroizing::new(tag.map(Into::into).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_nodes_make_the_same_keys_and_every_day_has_others() {
        let start = || Ratchet::start(Zeroizing::new([7; LENGTH]));
        let (mut one, mut other) = (start(), start());
        let mut seen = std::collections::BTreeSet::new();
        for day in 0..50 {
            assert_eq!((one.day, other.day), (day, day));
            let (keys, same) = (one.keys(), other.keys());
            assert!(keys.record == same.record && keys.retry == same.retry);
            assert!(seen.insert(*keys.record) && seen.insert(*keys.retry));
            assert!(seen.insert(*one.secret), "no key is a secret of the chain");
            other = Ratchet::parse(&other.next().print()).unwrap();
            one = one.next();
        }
    }

    /// Computed with Python's `hmac.new(key, message, "sha256")`.
    #[test]
    fn the_chain_is_the_documented_one() {
        let start = Ratchet::start(Zeroizing::new([7; LENGTH]));
        let hex = |secret: &Secret| hex::encode(secret.as_slice());
        assert_eq!(
            hex(&start.keys().record),
            "c7684d336664f56a87e9c22ab189acfc9d2142bc574825fe54a453b5732ee809"
        );
        assert_eq!(
            hex(&start.keys().retry),
            "909d9d818f5e5c46d708b06561ef91ac20f716d94bb9dea8b8f96982aaca6ee5"
        );
        assert_eq!(
            hex(&start.next().next().keys().record),
            "8cfd93e2159f29bbfc2c395fda0baca0fc074171b21467042ec3479f707ac826"
        );
    }

    #[test]
    fn what_is_no_line_is_refused() {
        let good = Ratchet::start(Zeroizing::new([7; LENGTH])).print();
        assert!(Ratchet::parse(&good).is_some());
        for bad in ["", "0", "-1 00", "x 00", "0 00", &good[..good.len() - 1]] {
            assert!(Ratchet::parse(bad).is_none(), "{bad}");
        }
    }
}
