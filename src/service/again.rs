//! Actions of staff that others were in the way of: done again, as a database asks.
//!
//! On PostgreSQL two people who change one row at one moment cannot both go on from what they read; the later one
//! is told so ([`StoreError::Contention`]) and begins anew from what the first one left. An action that is
//! no longer possible then is refused in its own words.

use super::atlas::AtlasError;
use super::close::CloseError;
use super::import::ImportError;
use super::questionnaires::WritingError;
use super::quotas::QuotaError;
use super::rules::RuleError;
use super::seeds::SeedError;
use super::waves::WaveError;
use crate::storage::StoreError;

/// How often an action is tried.
const TRIES: usize = 5;

/// An error that may only mean that others were in the way.
pub trait Contended {
    /// Nothing was changed, and the same action may succeed now.
    fn is_contended(&self) -> bool;
}

impl Contended for WaveError {
    fn is_contended(&self) -> bool {
        matches!(self, Self::Store(StoreError::Contention(_)))
    }
}

impl Contended for AtlasError {
    fn is_contended(&self) -> bool {
        matches!(self, Self::Store(StoreError::Contention(_)))
    }
}

impl Contended for CloseError {
    fn is_contended(&self) -> bool {
        matches!(self, Self::Wave(error) if error.is_contended())
    }
}

impl Contended for ImportError {
    fn is_contended(&self) -> bool {
        matches!(self, Self::Store(StoreError::Contention(_)))
    }
}

impl Contended for WritingError {
    fn is_contended(&self) -> bool {
        matches!(
            self,
            Self::NumberTaken | Self::Store(StoreError::Contention(_))
        )
    }
}

impl Contended for SeedError {
    fn is_contended(&self) -> bool {
        matches!(self, Self::Wave(error) if error.is_contended())
    }
}

impl Contended for QuotaError {
    fn is_contended(&self) -> bool {
        matches!(self, Self::Wave(error) if error.is_contended())
    }
}

impl Contended for RuleError {
    fn is_contended(&self) -> bool {
        matches!(self, Self::Wave(error) if error.is_contended())
    }
}

/// Does something, and again while others are in its way.
pub async fn again<T, E, Doing>(act: impl Fn() -> Doing) -> Result<T, E>
where
    E: Contended,
    Doing: Future<Output = Result<T, E>>,
{
    for _ in 1..TRIES {
        match act().await {
            Err(error) if error.is_contended() => {}
            done => return done,
        }
    }
    act().await
}
