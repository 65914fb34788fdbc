//! What can go wrong in a store, by kind; neither database shows through.

use sqlx::error::ErrorKind;

/// An error of a store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached or opened.
    #[error("the database cannot be opened")]
    Opening(#[source] sqlx::Error),
    /// The tables are not those of this version.
    #[error("the {store} has migration {found}, this version knows {known}")]
    Schema {
        /// Which store.
        store: &'static str,
        /// Newest migration found; 0 is an empty database.
        found: i64,
        /// Newest migration of this version.
        known: i64,
    },
    /// A migration failed.
    #[error("the {store} could not be migrated")]
    Migrating {
        /// Which store.
        store: &'static str,
        /// Why.
        #[source]
        source: sqlx::migrate::MigrateError,
    },
    /// Something that must exist does not.
    #[error("no such {0}")]
    Missing(&'static str),
    /// A key exists already.
    #[error("already there")]
    Duplicate(#[source] sqlx::Error),
    /// A row that is referred to does not exist.
    #[error("refers to what is not there")]
    Reference(#[source] sqlx::Error),
    /// A value breaks a rule of the table.
    #[error("a value breaks a rule of the table")]
    Rule(#[source] sqlx::Error),
    /// Another transaction was in the way; the action can be tried again.
    #[error("another transaction was in the way")]
    Contention(#[source] sqlx::Error),
    /// No connection was free, or the database does not answer.
    #[error("the database does not answer")]
    Unavailable(#[source] sqlx::Error),
    /// The commit's outcome is unknown.
    #[error("it is unknown whether transaction {name} was committed")]
    Unsettled {
        /// Name of the transaction.
        name: &'static str,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// A stored value is none that this version can have written.
    #[error("the stored {0} cannot be read")]
    Corrupt(&'static str),
    /// Anything else.
    #[error("the database refused")]
    Other(#[source] sqlx::Error),
}

impl StoreError {
    /// The error of a connection that could not be made.
    pub(super) fn opening(source: sqlx::Error) -> Self {
        Self::Opening(source)
    }

    /// The error of a commit.
    pub(super) fn committing(name: &'static str, source: sqlx::Error) -> Self {
        // A serialization failure at the commit is a certain "no", everything else is not.
        match Self::from(source) {
            contention @ Self::Contention(_) => contention,
            Self::Duplicate(source)
            | Self::Reference(source)
            | Self::Rule(source)
            | Self::Unavailable(source)
            | Self::Other(source) => Self::Unsettled { name, source },
            other => other,
        }
    }

    /// Whether the same action, tried again, may go through.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Contention(_) | Self::Unavailable(_) | Self::Unsettled { .. }
        )
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Self::Missing("row"),
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Io(_)
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Corrupt("value"),
            sqlx::Error::Database(database) => match database.kind() {
                ErrorKind::UniqueViolation => Self::Duplicate(error),
                ErrorKind::ForeignKeyViolation => Self::Reference(error),
                ErrorKind::NotNullViolation | ErrorKind::CheckViolation => Self::Rule(error),
                _ if is_contention(database.code().as_deref()) => Self::Contention(error),
                _ if is_unavailable(database.code().as_deref()) => Self::Unavailable(error),
                _ => Self::Other(error),
            },
            _ => Self::Other(error),
        }
    }
}

/// PostgreSQL: serialization failure, deadlock. SQLite: busy, locked, busy snapshot.
fn is_contention(code: Option<&str>) -> bool {
    matches!(code, Some("40001" | "40P01" | "5" | "6" | "517"))
}

/// PostgreSQL: read-only (a standby), shutting down, starting, too many connections.
/// SQLite: read-only, input/output error, disk full.
fn is_unavailable(code: Option<&str>) -> bool {
    matches!(
        code,
        Some("25006" | "57P01" | "57P02" | "57P03" | "53300" | "53100" | "8" | "10" | "13")
    )
}
