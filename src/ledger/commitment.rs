//! Commitments: what the log holds of a record.
//!
//! C = SHA-256(`minyi/v1/response` ‖ salt ‖ record), with 32 random bytes of salt that the resident
//! never sees: so a commitment proves that a record is there, and cannot prove what it says. The
//! record is what [`Record`] writes; it holds the answers and where they count, and not the mode,
//! language, direction and quality bits, which may be dropped at the batch.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// Separates these hashes from every other use of SHA-256.
const PURPOSE: &[u8] = b"minyi/v1/response";
/// Layout of the record's bytes.
const LAYOUT: u8 = 1;

/// A salted hash of one record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Commitment([u8; 32]);

/// What a commitment covers.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    /// The wave's id.
    pub wave: &'a [u8; 16],
    /// The response's random id.
    pub id: &'a [u8; 16],
    /// Division code of the county.
    pub county: &'a str,
    /// The stratum.
    pub stratum: &'a str,
    /// The variance unit.
    pub variance_unit: &'a str,
    /// The answers in the questionnaire's canonical bytes.
    pub answers: &'a [u8],
}

impl Record<'_> {
    /// The canonical bytes: layout, wave, id, then county, stratum, variance unit and answers, each
    /// after its length in four bytes, most significant first.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        let parts = [
            self.county.as_bytes(),
            self.stratum.as_bytes(),
            self.variance_unit.as_bytes(),
            self.answers,
        ];
        let length = parts.iter().map(|part| part.len() + 4).sum::<usize>() + 33;
        let mut bytes = Vec::with_capacity(length);
        bytes.push(LAYOUT);
        bytes.extend_from_slice(self.wave);
        bytes.extend_from_slice(self.id);
        for part in parts {
            let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

/// A record's canonical bytes, read.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// The wave's id.
    pub wave: [u8; 16],
    /// The response's random id.
    pub id: [u8; 16],
    /// Division code of the county.
    pub county: String,
    /// The stratum.
    pub stratum: String,
    /// The variance unit.
    pub variance_unit: String,
    /// The answers in the questionnaire's canonical bytes.
    pub answers: Vec<u8>,
}

impl Opened {
    /// Reads what [`Record::canonical`] wrote, to the last byte; nothing else is a record.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (layout, rest) = bytes.split_first()?;
        let (wave, rest) = rest.split_first_chunk::<16>()?;
        let (id, mut rest) = rest.split_first_chunk::<16>()?;
        let mut part = || -> Option<Vec<u8>> {
            let (length, after) = rest.split_first_chunk::<4>()?;
            let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
            let (own, after) = after.split_at_checked(length)?;
            rest = after;
            Some(own.to_vec())
        };
        let mut text = || String::from_utf8(part()?).ok();
        let (county, stratum, variance_unit) = (text()?, text()?, text()?);
        let answers = part()?;
        (*layout == LAYOUT && rest.is_empty()).then_some(Self {
            wave: *wave,
            id: *id,
            county,
            stratum,
            variance_unit,
            answers,
        })
    }
}

impl Commitment {
    /// The commitment to a record's canonical bytes.
    #[must_use]
    pub fn to(salt: &[u8; 32], record: &[u8]) -> Self {
        let hash = Sha256::new()
            .chain_update(PURPOSE)
            .chain_update(salt)
            .chain_update(record)
            .finalize();
        Self(hash.into())
    }

    /// Whether salt and record open this commitment.
    #[must_use]
    pub fn opens(&self, salt: &[u8; 32], record: &[u8]) -> bool {
        self.0.ct_eq(&Self::to(salt, record).0).into()
    }

    /// The commitment that a store or a receipt holds.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Eight groups of eight hexadecimal digits, to be read and compared by people.
    #[must_use]
    pub fn groups(&self) -> [String; 8] {
        let mut groups = <[String; 8]>::default();
        for (group, bytes) in groups.iter_mut().zip(self.0.chunks_exact(4)) {
            *group = hex::encode(bytes);
        }
        groups
    }
}

impl fmt::Debug for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Commitment({})", hex::encode(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Vec<u8> {
        Record {
            wave: &[1; 16],
            id: &[2; 16],
            county: "140302",
            stratum: "140302-urban",
            variance_unit: "140302-urban-01",
            answers: &[1, 0, 255],
        }
        .canonical()
    }

    /// Bytes and hash computed with Python's `struct` and `hashlib`.
    #[test]
    fn bytes_and_hash_are_the_documented_ones() {
        assert_eq!(
            hex::encode(record()),
            "010101010101010101010101010101010102020202020202020202020202020202000000063134303330320000000c3134303330322d757262616e0000000f3134303330322d757262616e2d3031000000030100ff"
        );
        let commitment = Commitment::to(&[3; 32], &record());
        assert_eq!(
            commitment.groups().concat(),
            "3e7302e74497a5822e9203d918fb7c48b8b66150563806c910714017459a4643"
        );
        assert_eq!(commitment.groups().map(|group| group.len()), [8; 8]);
    }

    #[test]
    fn opens_with_its_own_salt_and_record_only() {
        let commitment = Commitment::to(&[3; 32], &record());
        assert!(commitment.opens(&[3; 32], &record()));
        assert!(!commitment.opens(&[4; 32], &record()));
        for place in 0..record().len() {
            let mut changed = record();
            changed[place] ^= 1;
            assert!(!commitment.opens(&[3; 32], &changed), "byte {place}");
        }
    }

    #[test]
    fn a_record_reads_back_and_nothing_else_is_one() {
        let opened = Opened::read(&record()).unwrap();
        assert_eq!((opened.wave, opened.id), ([1; 16], [2; 16]));
        assert_eq!(opened.county, "140302");
        assert_eq!(opened.stratum, "140302-urban");
        assert_eq!(opened.variance_unit, "140302-urban-01");
        assert_eq!(opened.answers, [1, 0, 255]);
        for end in 0..record().len() {
            assert!(Opened::read(&record()[..end]).is_none(), "{end} bytes");
        }
        assert!(Opened::read(&[record(), vec![0]].concat()).is_none());
        let mut other = record();
        other[0] = 2;
        assert!(Opened::read(&other).is_none(), "another layout");
    }

    /// Without lengths, `ab` + `c` and `a` + `bc` would be one record.
    #[test]
    fn a_part_cannot_lend_its_end_to_the_next() {
        let moved = Record {
            wave: &[1; 16],
            id: &[2; 16],
            county: "140302140302",
            stratum: "-urban",
            variance_unit: "140302-urban-01",
            answers: &[1, 0, 255],
        };
        assert_ne!(moved.canonical(), record());
    }
}
