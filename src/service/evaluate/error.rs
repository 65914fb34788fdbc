//! Why nothing was imported or evaluated.
//!
//! For: the rest of this folder and its callers. Promises: every variant that a person can mend has
//! a sentence for people, see [`EvaluationError::sentences`].

use std::fmt;

use crate::evaluation::indicator::Indicator;
use crate::evaluation::indicator_file::RowProblem;
use crate::evaluation::standard::StandardError;
use crate::service::keys::KeysError;
use crate::service::waves::WaveError;
use crate::storage::StoreError;
use crate::survey::account::Account;
use crate::survey::role::Action;
use crate::survey::wave::{WaveSlug, WaveState};

/// Why nothing was imported or evaluated.
#[derive(Debug, thiserror::Error)]
pub enum EvaluationError {
    /// The person's role does not evaluate.
    #[error("evaluating is not among this account's rights")]
    Denied,
    /// The standard has problems, each named by line and field.
    #[error("the standard cannot be used")]
    Standard(#[source] StandardError),
    /// Another text is stored under this id and version.
    #[error("standard {id}, version {version}, is there already with another text")]
    VersionTaken {
        /// Id of the standard.
        id: String,
        /// Its version.
        version: u32,
    },
    /// No standard has been imported.
    #[error("no standard has been imported yet")]
    NoStandard,
    /// The indicators have problems, each named by line and column.
    #[error("the indicators have {} problems", .0.len())]
    Indicators(Vec<RowProblem>),
    /// Counties of the file that are not among the imported areas.
    #[error("{} counties are not among the imported areas", .0.len())]
    NoArea(Vec<String>),
    /// Values that somebody verified and that the file would change.
    #[error("{} verified values would be changed", .0.len())]
    Verified(Vec<ValueKey>),
    /// The wave has no result yet, because it has not closed.
    #[error("wave {wave} is {}, not closed", state.as_str())]
    NotClosed {
        /// The wave.
        wave: WaveSlug,
        /// State that it is in.
        state: WaveState,
    },
    /// The wave's evaluation is published, and stays as it is.
    #[error("the evaluation of wave {0} is published")]
    Published(WaveSlug),
    /// The wave closed without a stored result.
    #[error("wave {0} has no stored result")]
    NoResult(WaveSlug),
    /// There is no such wave, or a store failed.
    #[error(transparent)]
    Wave(#[from] WaveError),
}

/// Which value: a county's indicator of a year.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ValueKey {
    /// Division code of the county.
    pub county: String,
    /// The year that the value describes.
    pub year: i32,
    /// Indicator id of the standard.
    pub indicator: String,
}

impl ValueKey {
    /// The place of this value.
    #[must_use]
    pub fn of(indicator: &Indicator) -> Self {
        Self {
            county: indicator.county.clone(),
            year: indicator.year,
            indicator: indicator.id.clone(),
        }
    }
}

impl fmt::Display for ValueKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.county, self.year, self.indicator)
    }
}

impl EvaluationError {
    /// A mistake of ours or of the machine: nothing that the person who asked could mend.
    #[must_use]
    pub const fn is_internal(&self) -> bool {
        matches!(self, Self::Wave(WaveError::Store(_) | WaveError::Keys(_)))
    }
}

impl From<StoreError> for EvaluationError {
    fn from(error: StoreError) -> Self {
        Self::Wave(error.into())
    }
}

impl From<KeysError> for EvaluationError {
    fn from(error: KeysError) -> Self {
        Self::Wave(error.into())
    }
}

/// Whether the person may do that.
pub(super) fn allowed(person: &Account, action: Action) -> Result<(), EvaluationError> {
    if person.may(action) {
        Ok(())
    } else {
        Err(EvaluationError::Denied)
    }
}
