//! Ids: one type per table, so that a wave is never taken for an account.
//!
//! Office records carry a `UUIDv7`, made from an [`Instant`] and random bytes that the caller hands
//! in. A response does not: a `UUIDv7` tells the time, so [`ResponseId`] is 128 random bits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::time::Instant;

/// Declares an id type of an office table.
macro_rules! id {
    ($($(#[$meta:meta])* $name:ident;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id: sorted by `at` to the millisecond, otherwise random.
            #[must_use]
            pub fn new(at: Instant, random: [u8; 10]) -> Self {
                Self(uuid::Builder::from_unix_timestamp_millis(at.millis(), &random).into_uuid())
            }

            /// The id that a store or a document holds.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The value that a store holds.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// The sixteen bytes that go into hashes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.simple().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::parse_str(text).map(Self).map_err(|_| InvalidId)
            }
        }
    )*};
}

id! {
    /// A person of the staff.
    AccountId;
    /// One import of a frame.
    FrameId;
    /// One import of population margins.
    MarginSetId;
    /// One import of results that others reported.
    ReportedSetId;
    /// One version of a questionnaire that people work on.
    QuestionnaireId;
    /// One survey round.
    WaveId;
    /// One stored run of a wave's plan.
    EstimateId;
    /// A reported indicator of a county and year.
    IndicatorId;
    /// One stored application of a standard.
    EvaluationId;
    /// An entry of the audit log.
    AuditId;
    /// A file that somebody has sent.
    UploadId;
    /// A change of a sealed wave's rules.
    RuleChangeId;
    /// A proposal to give an open county the title.
    DecisionId;
    /// A proposal to correct a published result.
    CorrectionId;
    /// A standard that people work on.
    StandardDraftId;
    /// A step of a county toward the title of a year.
    TitleStepId;
    /// Boundaries of counties that somebody brought.
    BoundarySetId;
}

/// A text that is no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct InvalidId;

/// A response's name: 128 random bits, which tell neither time nor order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResponseId([u8; 16]);

impl ResponseId {
    /// The id made of these bytes, which must come from a secure generator.
    #[must_use]
    pub const fn from_random(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The sixteen bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for ResponseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResponseId(")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_sorts_by_time_and_reads_back_from_its_text() {
        let early = WaveId::new(Instant::from_micros(1_000_000), [255; 10]);
        let late = WaveId::new(Instant::from_micros(1_001_000), [0; 10]);
        assert!(early < late);
        assert_eq!(early.to_string().parse::<WaveId>(), Ok(early));
        assert_eq!(early.uuid().get_version_num(), 7);
        assert_eq!("no id".parse::<WaveId>(), Err(InvalidId));
    }
}
