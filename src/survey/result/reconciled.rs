//! Counts that must agree at the close.

use serde::{Deserialize, Serialize};

/// Two counts of which the first must not be smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// Which two.
    pub check: Check,
    /// The count that must be at least as large.
    pub more: u64,
    /// The count that must not be larger.
    pub less: u64,
    /// Whether it holds; one that does not stops the close.
    pub holds: bool,
}

/// Pairs of counts that are reconciled at the close.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Codes issued ≥ codes used.
    IssuedUsed,
    /// Codes used ≥ records.
    UsedCast,
    /// Records = leaves in the log.
    CastLeaves,
    /// Records = eligible + screened out + left out + seeded.
    CastEligible,
    /// Return envelopes ≥ sheets typed into the record; only where there was paper.
    EnvelopesEntered,
    /// Codes used for a blind token ≥ blind tokens with an answer; only where there were any. Holds in each variance unit.
    BlindCast,
    /// Records of an open wave ≥ counted and uncounted in its cells.
    CastCells,
}
