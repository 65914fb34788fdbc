//! Why a submission has no receipt: what a resident reads, and what is ours to mend.

use std::time::Duration;

use super::RETRY;
use super::pipeline::Full;
use crate::ledger::seal::SealError;
use crate::service::keys::KeysError;
use crate::storage::StoreError;
use crate::survey::answer::AnswerProblem;
use crate::survey::area::Area;
use crate::survey::invitation::CodeProblem;
use crate::survey::time::Instant;

/// Why a submission has no receipt.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// No such wave, or no such county.
    #[error("there is no such survey")]
    UnknownWave,
    /// The code is well formed and belongs to nobody.
    #[error("there is no such code")]
    UnknownCode,
    /// What was typed is no code.
    #[error("this is no code")]
    BadCodeForm(#[from] CodeProblem),
    /// Fieldwork has not begun.
    #[error("answers are taken from {opens_at} on")]
    NotYetOpen {
        /// When it begins.
        opens_at: Instant,
    },
    /// Fieldwork is over.
    #[error("answers were taken until {closed_at}")]
    Closed {
        /// When it ended.
        closed_at: Instant,
    },
    /// Another submission with this code was received before.
    #[error("a submission with this code was received before")]
    AlreadyReceived,
    /// Another device had a blind token signed with this code; whether answers came with it nobody can tell.
    #[error("the code was used for a blind token elsewhere")]
    UsedElsewhere,
    /// What was sent is no blind token of this wave, or no blinded message.
    #[error("this is no blind token")]
    NoToken,
    /// The commitment that the phone has was opened, or its day's key is gone: it takes a new one.
    #[error("this commitment cannot be used any more")]
    Worn,
    /// As many commitments as may be were opened for this token.
    #[error("no more commitments are opened for this token")]
    TooManyTrials,
    /// Another card took the place of this code's, which may have been used before or not.
    #[error("another card took the place of this one")]
    Replaced,
    /// Some answers cannot be taken.
    #[error("{} answers cannot be taken", .0.len())]
    Invalid(Vec<AnswerProblem>),
    /// The code belongs to another county.
    #[error("the code belongs to county {}", county.code)]
    OtherCounty {
        /// That county.
        county: Box<Area>,
    },
    /// Nothing is settled; send the same again.
    #[error("busy, send again")]
    Busy {
        /// After how long.
        retry_after: Duration,
    },
    /// This way needs a store that another program has.
    #[error("another program takes this")]
    Elsewhere(#[source] StoreError),
    /// A mistake of ours or of the machine.
    #[error("the intake failed")]
    Internal(#[from] Failure),
}

/// A mistake of ours or of the machine.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A store.
    #[error("a store failed")]
    Store(#[from] StoreError),
    /// A key.
    #[error("a key failed")]
    Keys(#[from] KeysError),
    /// A record did not fit its seal.
    #[error("a record could not be sealed")]
    Seal(#[from] SealError),
    /// One of the two steps failed; its log line says why.
    #[error("{0} failed")]
    Step(&'static str),
    /// An epoch's key file is not the one that was used before.
    #[error("the key of epoch {0} is another one than before")]
    WrongEpochKey(i64),
    /// A kept receipt cannot be read.
    #[error("a kept receipt cannot be read")]
    Receipt,
    /// Every epoch that was tried is closed.
    #[error("no epoch is open")]
    NoEpoch,
}

impl From<StoreError> for IntakeError {
    fn from(error: StoreError) -> Self {
        if error.is_transient() {
            Self::Busy { retry_after: RETRY }
        } else if matches!(error, StoreError::Elsewhere(_)) {
            Self::Elsewhere(error)
        } else {
            Self::Internal(error.into())
        }
    }
}

impl From<KeysError> for IntakeError {
    fn from(error: KeysError) -> Self {
        // The first resident of a day writes that day's keys.
        if error.is_transient() {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the keys of the day could not be written"
            );
            Self::Busy { retry_after: RETRY }
        } else {
            Self::Internal(error.into())
        }
    }
}

impl From<SealError> for IntakeError {
    fn from(error: SealError) -> Self {
        Self::Internal(error.into())
    }
}

impl From<Full> for IntakeError {
    fn from(_: Full) -> Self {
        Self::Busy { retry_after: RETRY }
    }
}
