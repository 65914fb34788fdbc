//! All SQL, for both databases. Returns the types of the rooms below.
//!
//! [`Db`] is one database, SQLite or PostgreSQL; [`Office`] and [`Urn`] are the two that nothing
//! joins. Every statement is a constant declared by `statements!` or `per_backend!`, so that a
//! test prepares all of them on both databases. Transactions have a name and one of four kinds:
//!
//! | | SQLite | PostgreSQL |
//! |---|---|---|
//! | [`Db::begin_read`] | deferred, on a reader | repeatable read, read only |
//! | [`Db::begin_write`] | immediate, on the one writer | repeatable read |
//! | [`Db::begin_intake`] | immediate, on the one writer | read committed |
//! | [`Db::begin_direct`] | immediate, in the calling thread | read committed |
//!
//! SQLite runs in WAL mode with `synchronous=FULL`: what was committed survives a power cut.

#[macro_use]
mod statement;
pub mod backup;
mod copy;
pub mod cosignature;
#[macro_use]
mod direct;
mod error;
mod migrate;
pub mod office;
mod postgres;
mod ready;
pub mod urn;
mod value;

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _, Postgres, Sqlite, Transaction};
use tokio::sync::Notify;
use tokio::time::timeout;

use self::direct::{Held, Turn};

pub use direct::{Direct, DirectTx};
pub use error::{Elsewhere, OpenProblem, StoreError};
pub use migrate::Schema;
pub use statement::Statement;

/// Readers of one SQLite file; more would only wait for the same cores.
const SQLITE_READERS: u32 = 8;
/// Rows that a SQLite connection reads ahead.
const SQLITE_ROWS: usize = 256;
/// Pages of 4 KiB after which a commit folds the journal. Rows have random keys, so each dirties a page
/// of its own; the longer the journal, the more of them fall on pages that are written once.
const WAL_PAGES: &str = "16000";
/// Page cache of a reader: 512 KiB. There are many, and what they read they read once.
const READER_CACHE: &str = "-512";
/// How long after a write the journal is folded beside the writer.
const FOLD_PACE: Duration = Duration::from_millis(50);
/// Page cache of the intake: 8 MiB, so that most of a wave's trees stay in memory down to their leaves.
const INTAKE_CACHE: &str = "-8192";
/// Page cache of the writer for everything else: 4 MiB.
const WRITER_CACHE: &str = "-4096";
/// How long a SQLite connection waits for another process's write.
const SQLITE_WAIT: Duration = Duration::from_secs(10);
/// How long a request waits for a connection.
const ACQUIRE_WAIT: Duration = Duration::from_secs(10);

/// Which of the two databases, and where. Its `Debug` holds no address, since a password may stand in it.
#[derive(Clone, PartialEq, Eq)]
pub enum Source {
    /// A file.
    Sqlite {
        /// Path of the file; made when missing.
        path: PathBuf,
        /// How much a commit waits for.
        durability: Durability,
    },
    /// A server.
    Postgres {
        /// `postgres://` addresses of one database: of the primary and, in any order, its standbys.
        urls: Vec<String>,
    },
}

/// What a SQLite commit waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// The disk (`synchronous=FULL`): survives a power cut. The only choice for real answers.
    Full,
    /// The operating system (`synchronous=OFF`): survives a killed process only. For tests.
    Process,
}

/// A database of answers and a database of everything else have different tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// Accounts, areas, frames, waves, invitations, results.
    Office,
    /// Sealed records, responses, the log.
    Urn,
}

/// One database with its connections. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Pools>);

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite { path, .. } => write!(f, "Sqlite({})", path.display()),
            Self::Postgres { urls } => write!(f, "Postgres({} addresses)", urls.len()),
        }
    }
}

impl Source {
    /// Whether there is something to open: a file must exist, a server is asked when it is opened.
    #[must_use]
    pub fn is_there(&self) -> bool {
        match self {
            Self::Sqlite { path, .. } => path.exists(),
            Self::Postgres { .. } => true,
        }
    }
}

enum Pools {
    Sqlite {
        readers: SqlitePool,
        writer: SqlitePool,
        /// Whose turn it is to write.
        turn: Turn,
        /// Something is about to be written.
        written: Notify,
    },
    Postgres(postgres::Server),
    /// Another program has it: every use of it says so.
    Elsewhere(Store),
}

/// The office: nothing in it names a response.
#[derive(Clone)]
pub struct Office(pub Db);

/// The urn: nothing in it names a code.
#[derive(Clone)]
pub struct Urn(pub Db);

/// A connection to either database, for the `sql!` macro.
pub enum Conn<'a> {
    /// To SQLite.
    Sqlite(&'a mut SqliteConnection),
    /// To PostgreSQL.
    Postgres(&'a mut PgConnection),
}

/// A named transaction; dropped without [`Tx::commit`] it leaves no trace.
pub struct Tx {
    name: &'static str,
    inner: Inner,
}

enum Inner {
    /// The turn is given on when the transaction is over.
    Sqlite(Transaction<'static, Sqlite>, Option<Held>),
    Postgres(Transaction<'static, Postgres>),
}

/// The two kinds of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// An embedded file.
    Sqlite,
    /// A server.
    Postgres,
}

impl Db {
    /// Connects. Makes a missing SQLite file, but no tables: see [`Db::migrate`].
    pub async fn open(source: &Source) -> Result<Self, StoreError> {
        let pools = match source {
            Source::Sqlite { path, durability } => {
                make_private(path).map_err(|error| StoreError::opening(error.into()))?;
                let options = sqlite_options(path, *durability);
                // The writer comes first: it makes the file and turns WAL on.
                // A file does not hang up, so nothing is asked of a connection before it is used.
                let writer = SqlitePoolOptions::new()
                    .max_connections(1)
                    .test_before_acquire(false)
                    .acquire_timeout(ACQUIRE_WAIT)
                    .before_acquire(|conn, _| Box::pin(async { Ok(is_between(conn)) }))
                    .connect_with(options.clone().pragma("cache_size", WRITER_CACHE))
                    .await
                    .map_err(StoreError::opening)?;
                let readers = SqlitePoolOptions::new()
                    .max_connections(SQLITE_READERS)
                    .test_before_acquire(false)
                    .acquire_timeout(ACQUIRE_WAIT)
                    .before_acquire(|conn, _| Box::pin(async { Ok(is_between(conn)) }))
                    .connect_with(
                        options
                            .create_if_missing(false)
                            .pragma("cache_size", READER_CACHE),
                    )
                    .await
                    .map_err(StoreError::opening)?;
                Pools::Sqlite {
                    readers,
                    writer,
                    turn: Turn::new(path.clone(), *durability),
                    written: Notify::new(),
                }
            }
            Source::Postgres { urls } => Pools::Postgres(postgres::Server::open(urls).await?),
        };
        Ok(Self(Arc::new(pools)))
    }

    /// Stands for a store that another program has: every use fails with [`StoreError::Elsewhere`], and nothing is opened.
    #[must_use]
    pub fn elsewhere(store: Store) -> Self {
        Self(Arc::new(Pools::Elsewhere(store)))
    }

    /// Refuses where another program has the store, before something is done that needs it later.
    pub fn here(&self) -> Result<(), StoreError> {
        match &*self.0 {
            Pools::Elsewhere(store) => Err(Elsewhere(*store).into()),
            Pools::Sqlite { .. } | Pools::Postgres(_) => Ok(()),
        }
    }

    /// Which kind of database this is; of one that another program has, a kind for which nobody waits in a thread.
    #[must_use]
    pub fn backend(&self) -> Backend {
        match &*self.0 {
            Pools::Sqlite { .. } => Backend::Sqlite,
            Pools::Postgres(_) | Pools::Elsewhere(_) => Backend::Postgres,
        }
    }

    /// A transaction that only reads, from one state of the database.
    pub async fn begin_read(&self, name: &'static str) -> Result<Tx, StoreError> {
        let inner = match &*self.0 {
            Pools::Sqlite { readers, .. } => {
                Inner::Sqlite(readers.begin_with("BEGIN DEFERRED").await?, None)
            }
            Pools::Postgres(server) => Inner::Postgres(
                server
                    .begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await?,
            ),
            Pools::Elsewhere(store) => return Err(Elsewhere(*store).into()),
        };
        Ok(Tx { name, inner })
    }

    /// A transaction that writes. On PostgreSQL it may fail with [`StoreError::Contention`], after
    /// which the whole action can be tried again.
    pub async fn begin_write(&self, name: &'static str) -> Result<Tx, StoreError> {
        let inner = match &*self.0 {
            Pools::Sqlite {
                writer,
                turn,
                written,
                ..
            } => {
                written.notify_one();
                write(writer, turn).await?
            }
            Pools::Postgres(server) => Inner::Postgres(
                server
                    .begin("BEGIN ISOLATION LEVEL REPEATABLE READ")
                    .await?,
            ),
            Pools::Elsewhere(store) => return Err(Elsewhere(*store).into()),
        };
        Ok(Tx { name, inner })
    }

    /// A transaction of the intake: single conditional statements, rows locked in key order.
    pub async fn begin_intake(&self, name: &'static str) -> Result<Tx, StoreError> {
        let inner = match &*self.0 {
            Pools::Sqlite {
                writer,
                turn,
                written,
                ..
            } => {
                written.notify_one();
                write(writer, turn).await?
            }
            Pools::Postgres(server) => {
                Inner::Postgres(server.begin("BEGIN ISOLATION LEVEL READ COMMITTED").await?)
            }
            Pools::Elsewhere(store) => return Err(Elsewhere(*store).into()),
        };
        Ok(Tx { name, inner })
    }

    /// Writes the WAL back into the SQLite file and empties it, so that it keeps no trace of the
    /// order of commits; nothing to do on PostgreSQL. Readers in the way leave it for the next time.
    pub async fn fold_journal(&self) -> Result<(), StoreError> {
        if let Pools::Sqlite { writer, turn, .. } = &*self.0 {
            let _turn = turn.take().await;
            let mut conn = writer.acquire().await?;
            sqlx::query(FOLD_JOURNAL).execute(&mut *conn).await?;
        }
        Ok(())
    }

    /// Folds the WAL back bit by bit beside the writer, a moment after something was written, so that no commit
    /// has to wait for a long fold; ends at once on PostgreSQL, and else never.
    pub async fn keep_folding(&self) {
        while let Pools::Sqlite {
            readers, written, ..
        } = &*self.0
        {
            written.notified().await;
            tokio::time::sleep(FOLD_PACE).await;
            // What cannot be folded now is folded the next time, or by a commit.
            if let Ok(mut conn) = readers.acquire().await
                && let Err(error) = sqlx::query(FOLD_BESIDE).execute(&mut *conn).await
            {
                let error = &error as &dyn std::error::Error;
                tracing::debug!(error, "the journal was not folded");
            }
        }
    }

    /// Closes every connection; SQLite then merges its WAL.
    pub async fn close(&self) {
        match &*self.0 {
            Pools::Sqlite {
                readers, writer, ..
            } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(server) => server.pool.close().await,
            Pools::Elsewhere(_) => {}
        }
    }
}

/// A transaction of the one writer, in its turn.
async fn write(writer: &SqlitePool, turn: &Turn) -> Result<Inner, StoreError> {
    let held = timeout(ACQUIRE_WAIT, turn.take()).await;
    let held = held.map_err(|_| sqlx::Error::PoolTimedOut)?;
    let tx = writer.begin_with("BEGIN IMMEDIATE").await?;
    Ok(Inner::Sqlite(tx, Some(held)))
}

/// Whether the connection can begin a transaction. After a full disk or a failed write SQLite has
/// undone the transaction itself, and sqlx, whose own undoing then fails, counts it as open for ever:
/// such a connection is closed, and the next one is whole.
fn is_between(conn: &SqliteConnection) -> bool {
    !conn.is_in_transaction()
}

/// Makes an empty file that only its owner may read, unless there is one. SQLite gives its journal
/// the same permissions.
fn make_private(path: &std::path::Path) -> std::io::Result<()> {
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match made {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Not among the prepared statements: a pragma of one database.
const FOLD_JOURNAL: &str = "PRAGMA wal_checkpoint(TRUNCATE)";
/// The same without holding anybody up.
const FOLD_BESIDE: &str = "PRAGMA wal_checkpoint(PASSIVE)";

fn sqlite_options(path: &std::path::Path, durability: Durability) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(match durability {
            Durability::Full => SqliteSynchronous::Full,
            Durability::Process => SqliteSynchronous::Off,
        })
        .foreign_keys(true)
        .busy_timeout(SQLITE_WAIT)
        .row_buffer_size(SQLITE_ROWS)
        // Deleted records and cut receipts are overwritten, not left in free pages.
        .pragma("secure_delete", "ON")
        .pragma("wal_autocheckpoint", WAL_PAGES)
        .disable_statement_logging()
}

impl Tx {
    /// The connection inside this transaction.
    pub fn conn(&mut self) -> Conn<'_> {
        match &mut self.inner {
            Inner::Sqlite(tx, _) => Conn::Sqlite(tx),
            Inner::Postgres(tx) => Conn::Postgres(tx),
        }
    }

    /// The name it was begun with, for logs.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Makes the changes last. An error leaves it unknown whether they do.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.inner {
            Inner::Sqlite(tx, _turn) => tx.commit().await,
            Inner::Postgres(tx) => tx.commit().await,
        }
        .map_err(|error| StoreError::from(error).at_commit(self.name))
    }

    /// Undoes the changes now, instead of when dropped.
    pub async fn rollback(self) -> Result<(), StoreError> {
        match self.inner {
            Inner::Sqlite(tx, _turn) => tx.rollback().await?,
            Inner::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}

impl Conn<'_> {
    /// Which kind of database this is.
    #[must_use]
    pub fn backend(&self) -> Backend {
        match self {
            Self::Sqlite(_) => Backend::Sqlite,
            Self::Postgres(_) => Backend::Postgres,
        }
    }
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Db({:?})", self.backend())
    }
}

/// Every statement of both stores, for the test that prepares them.
#[must_use]
pub fn statements() -> Vec<(Store, Statement)> {
    let office = office::statements().into_iter();
    let urn = urn::statements().into_iter();
    office
        .map(|statement| (Store::Office, statement))
        .chain(urn.map(|statement| (Store::Urn, statement)))
        .chain([Store::Office, Store::Urn].into_iter().flat_map(|store| {
            let both = ready::STATEMENTS.iter();
            both.map(move |statement| (store, *statement))
        }))
        .collect()
}
