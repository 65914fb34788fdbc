//! What can go wrong in a store, by kind; neither database shows through.

use rusqlite::ffi;
use sqlx::error::{BoxDynError, ErrorKind};

use super::Store;

/// An error of a store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached or opened.
    #[error("the database cannot be opened")]
    Opening(#[source] sqlx::Error),
    /// Every server that was asked is a standby.
    #[error("none of the database servers takes writes")]
    NoPrimary,
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
    Duplicate(#[source] BoxDynError),
    /// A row that is referred to does not exist.
    #[error("refers to what is not there")]
    Reference(#[source] BoxDynError),
    /// A value breaks a rule of the table.
    #[error("a value breaks a rule of the table")]
    Rule(#[source] BoxDynError),
    /// Another transaction was in the way; the action can be tried again.
    #[error("another transaction was in the way")]
    Contention(#[source] BoxDynError),
    /// No connection was free, or the database does not answer.
    #[error("the database does not answer")]
    Unavailable(#[source] BoxDynError),
    /// There is no room for the write; the action can be tried again when there is.
    #[error("the disk of the database is full: make room, the service goes on by itself")]
    Full(#[source] BoxDynError),
    /// The files cannot be written; the action can be tried again when they can.
    #[error(
        "the database cannot be written: give its owner write access to the folder and its files"
    )]
    ReadOnly(#[source] BoxDynError),
    /// The commit's outcome is unknown.
    #[error("it is unknown whether transaction {name} was committed")]
    Unsettled {
        /// Name of the transaction.
        name: &'static str,
        /// Why.
        #[source]
        source: BoxDynError,
    },
    /// A stored value is none that this version can have written.
    #[error("the stored {0} cannot be read")]
    Corrupt(&'static str),
    /// Another program has the store.
    #[error("this needs a store that another program has")]
    Elsewhere(#[from] Elsewhere),
    /// Anything else.
    #[error("the database refused")]
    Other(#[source] BoxDynError),
}

/// A store that this program does not open, because another one has it. At the end of a chain of causes, so that whoever looks for
/// it finds it behind whatever the error was wrapped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {} is with another program", .0.name())]
pub struct Elsewhere(pub Store);

/// Why a store does not open, as far as a person can mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenProblem {
    /// What was given is no address of a database.
    Address,
    /// There is no file.
    NoFile,
    /// Nobody answers at the address.
    Silent,
    /// The server wants another account or password.
    Account,
    /// The server has no such database.
    NoDatabase,
    /// Every server that was asked is a standby.
    NoPrimary,
    /// The file cannot be opened or written.
    File,
    /// Another program holds the file.
    Held,
    /// The disk is full.
    Full,
    /// The file is no database.
    Foreign,
}

impl StoreError {
    /// Why the store does not open; nothing where only the causes tell.
    #[must_use]
    pub fn open_problem(&self) -> Option<OpenProblem> {
        match self {
            Self::Opening(source) => opening_problem(source),
            Self::NoPrimary => Some(OpenProblem::NoPrimary),
            Self::Missing("file") => Some(OpenProblem::NoFile),
            Self::Unavailable(_) => Some(OpenProblem::Silent),
            Self::ReadOnly(_) => Some(OpenProblem::File),
            Self::Full(_) => Some(OpenProblem::Full),
            Self::Contention(_) => Some(OpenProblem::Held),
            _ => None,
        }
    }

    /// The error of a connection that could not be made.
    pub(super) fn opening(source: sqlx::Error) -> Self {
        Self::Opening(source)
    }

    /// The same error when it comes from a commit.
    pub(super) fn at_commit(self, name: &'static str) -> Self {
        // A serialization failure at the commit is a certain "no", everything else is not.
        match self {
            contention @ Self::Contention(_) => contention,
            Self::Duplicate(source)
            | Self::Reference(source)
            | Self::Rule(source)
            | Self::Unavailable(source)
            | Self::Full(source)
            | Self::ReadOnly(source)
            | Self::Other(source) => Self::Unsettled { name, source },
            other => other,
        }
    }

    /// Whether the same action, tried again, may go through.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Contention(_)
                | Self::Unavailable(_)
                | Self::Full(_)
                | Self::ReadOnly(_)
                | Self::Unsettled { .. }
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
            | sqlx::Error::Tls(_)
            // A server that is going down or coming up answers a connection's first byte with an error.
            | sqlx::Error::Protocol(_)
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error.into()),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Corrupt("value"),
            sqlx::Error::Database(database) => match database.kind() {
                ErrorKind::UniqueViolation => Self::Duplicate(error.into()),
                ErrorKind::ForeignKeyViolation => Self::Reference(error.into()),
                ErrorKind::NotNullViolation | ErrorKind::CheckViolation => Self::Rule(error.into()),
                _ => {
                    let kind = kind(database.code().as_deref().unwrap_or_default());
                    kind.unwrap_or(Self::Other)(error.into())
                }
            },
            _ => Self::Other(error.into()),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::QueryReturnedNoRows => Self::Missing("row"),
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..) => Self::Corrupt("value"),
            rusqlite::Error::SqliteFailure(failure, _) => {
                let kind: fn(BoxDynError) -> Self = match failure.extended_code {
                    ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
                        Self::Duplicate
                    }
                    ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Self::Reference,
                    ffi::SQLITE_CONSTRAINT_NOTNULL | ffi::SQLITE_CONSTRAINT_CHECK => Self::Rule,
                    code => of_sqlite(code).unwrap_or(Self::Other),
                };
                kind(error.into())
            }
            _ => Self::Other(error.into()),
        }
    }
}

fn opening_problem(error: &sqlx::Error) -> Option<OpenProblem> {
    let code = match error {
        sqlx::Error::Configuration(_) => return Some(OpenProblem::Address),
        // A file of ours is made before it is opened, with the system's own error.
        sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            return Some(OpenProblem::File);
        }
        sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => {
            return Some(OpenProblem::Full);
        }
        sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::ReadOnlyFilesystem => {
            return Some(OpenProblem::File);
        }
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::Tls(_) => {
            return Some(OpenProblem::Silent);
        }
        sqlx::Error::Database(error) => error.code()?.into_owned(),
        _ => return None,
    };
    if code.len() == 5 {
        return match code.as_str() {
            "28P01" | "28000" => Some(OpenProblem::Account),
            "3D000" => Some(OpenProblem::NoDatabase),
            "57P03" | "53300" => Some(OpenProblem::Silent),
            _ => None,
        };
    }
    match code.parse::<u32>().ok()? & 0xff {
        3 | 8 | 10 | 14 => Some(OpenProblem::File),
        5 | 6 => Some(OpenProblem::Held),
        13 => Some(OpenProblem::Full),
        26 => Some(OpenProblem::Foreign),
        _ => None,
    }
}

/// The kind of an error by its code: five characters from PostgreSQL, a number from SQLite.
fn kind(code: &str) -> Option<fn(BoxDynError) -> StoreError> {
    if code.len() == 5 {
        return match code {
            // Serialization failure, deadlock, a lock that was not to be had.
            "40001" | "40P01" | "55P03" => Some(StoreError::Contention),
            // Read-only (a standby), shutting down, starting, too many connections.
            "25006" | "57P01" | "57P02" | "57P03" | "53300" => Some(StoreError::Unavailable),
            "53100" => Some(StoreError::Full),
            _ => None,
        };
    }
    of_sqlite(code.parse().ok()?)
}

/// The kind of an error of SQLite.
fn of_sqlite(code: i32) -> Option<fn(BoxDynError) -> StoreError> {
    // The low byte is the kind; what is above it says more than anybody here asks.
    match code & 0xff {
        // Busy, locked.
        5 | 6 => Some(StoreError::Contention),
        // Input/output error, cannot open.
        10 | 14 => Some(StoreError::Unavailable),
        8 => Some(StoreError::ReadOnly),
        13 => Some(StoreError::Full),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: &str) -> Option<StoreError> {
        kind(code).map(|kind| kind(sqlx::Error::PoolClosed.into()))
    }

    #[test]
    fn extended_codes_of_sqlite_are_of_the_kind_of_their_low_byte() {
        // Busy snapshot, busy recovery, shared cache.
        for code in ["5", "517", "261", "262"] {
            assert!(
                matches!(of(code), Some(StoreError::Contention(_))),
                "{code}"
            );
        }
        // Failed write, failed fsync, path that cannot be opened.
        for code in ["10", "778", "1034", "782"] {
            assert!(
                matches!(of(code), Some(StoreError::Unavailable(_))),
                "{code}"
            );
        }
        // A folder that cannot be written, a file that was moved away.
        for code in ["8", "1544", "1032"] {
            assert!(matches!(of(code), Some(StoreError::ReadOnly(_))), "{code}");
        }
        assert!(matches!(of("13"), Some(StoreError::Full(_))));
        assert!(of("1").is_none() && of("11").is_none() && of("").is_none());
    }

    #[test]
    fn a_server_that_is_no_help_may_be_one_later() {
        for error in [
            sqlx::Error::Protocol("unexpected response from SSLRequest: 0x45".to_owned()),
            sqlx::Error::Tls("no".into()),
            sqlx::Error::Io(std::io::ErrorKind::BrokenPipe.into()),
            sqlx::Error::PoolTimedOut,
        ] {
            let text = error.to_string();
            assert!(StoreError::from(error).is_transient(), "{text}");
        }
        assert!(!StoreError::from(sqlx::Error::RowNotFound).is_transient());
    }

    #[test]
    fn codes_of_postgresql_are_no_numbers() {
        assert!(matches!(of("53100"), Some(StoreError::Full(_))));
        assert!(matches!(of("40001"), Some(StoreError::Contention(_))));
        assert!(matches!(of("57P03"), Some(StoreError::Unavailable(_))));
        // The low byte of this number would be SQLite's "full".
        assert!(of("42765").is_none());
    }
}
