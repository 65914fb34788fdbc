//! Whether submissions can be taken at this moment.
//!
//! For: load balancers, by way of `web`. Uses: the stores that this program has. Promises: an answer within [`WAIT`] and a little;
//! a reason is one word that names the store.

use std::time::Duration;

use super::app::App;
use crate::storage::{Db, Store, StoreError};

/// How long a store may take to answer.
const WAIT: Duration = Duration::from_secs(1);

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotReady {
    /// The instance was told to stop.
    Stopping,
    /// A store does not answer in time.
    Slow(Store),
    /// A store fails.
    Failing(Store),
    /// The tables of a store are not those of this version.
    OtherTables(Store),
}

impl NotReady {
    /// The reason in one word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stopping => "stopping",
            Self::Slow(Store::Office) => "office-slow",
            Self::Slow(Store::Urn) => "urn-slow",
            Self::Failing(Store::Office) => "office-fails",
            Self::Failing(Store::Urn) => "urn-fails",
            Self::OtherTables(Store::Office) => "office-tables",
            Self::OtherTables(Store::Urn) => "urn-tables",
        }
    }
}

/// Asks the stores that this program has.
pub async fn check(app: &App) -> Result<(), NotReady> {
    if app.stop.is_cancelled() {
        return Err(NotReady::Stopping);
    }
    let (office, urn) = tokio::join!(
        answers(&app.office.0, Store::Office),
        answers(&app.urn.0, Store::Urn)
    );
    office.and(urn)
}

async fn answers(db: &Db, store: Store) -> Result<(), NotReady> {
    if db.here().is_err() {
        return Ok(());
    }
    match tokio::time::timeout(WAIT, db.has_known_tables(store)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(StoreError::Schema { .. })) => Err(NotReady::OtherTables(store)),
        Ok(Err(error)) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "a store fails");
            Err(NotReady::Failing(store))
        }
        Err(_) => Err(NotReady::Slow(store)),
    }
}
