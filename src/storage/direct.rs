//! The intake's own way into a store: many small statements in one transaction, without a thread between.
//!
//! For: the steps of the intake, and nothing else. On SQLite they use a connection of their own in the calling
//! thread, which waits for the disk: every statement of sqlx would be a message to another thread and back,
//! which costs more than the statement (docs/decisions/0007). On PostgreSQL they use sqlx as everybody does.
//! Promises: of all who write a SQLite file in this process one has the turn, in the order in which they came.

use std::ops::DerefMut;
use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::types::FromSql;
use rusqlite::{CachedStatement, Connection, OpenFlags, Row, ToSql};
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgConnection;
use sqlx::{Postgres, Transaction};
use tokio::sync::Mutex;

use super::{Db, Durability, Elsewhere, INTAKE_CACHE, Pools, SQLITE_WAIT, StoreError, WAL_PAGES};

/// Statements that a connection keeps prepared.
const PREPARED: usize = 32;

/// A connection to either database, for the `direct!` macro.
pub enum Direct<'a> {
    /// To SQLite: every call waits.
    Sqlite(&'a mut Connection),
    /// To PostgreSQL.
    Postgres(&'a mut PgConnection),
}

/// Whose turn it is to write a SQLite file: a writer of sqlx that only holds it, or the intake, which finds
/// its connection in it.
pub(super) struct Turn(Arc<Mutex<Slot>>);

/// A turn that somebody has. Boxed without its type: a lint would have every guard dropped early, and a turn ends with
/// its transaction.
pub(super) type Held = Box<dyn DerefMut<Target = Slot> + Send>;

/// The intake's connection, made when it is first needed and after a failure that it does not get over.
pub(super) struct Slot {
    path: PathBuf,
    durability: Durability,
    conn: Option<Connection>,
}

impl Turn {
    pub(super) fn new(path: PathBuf, durability: Durability) -> Self {
        Self(Arc::new(Mutex::new(Slot {
            path,
            durability,
            conn: None,
        })))
    }

    /// Waits for it.
    pub(super) async fn take(&self) -> Held {
        Box::new(self.0.clone().lock_owned().await)
    }
}

impl Slot {
    fn open(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(&self.path, flags)?;
        conn.busy_timeout(SQLITE_WAIT)?;
        conn.set_prepared_statement_cache_capacity(PREPARED);
        let synchronous = match self.durability {
            Durability::Full => "FULL",
            Durability::Process => "OFF",
        };
        // The same as of every other connection; the journal's mode is the file's own.
        for (name, value) in [
            ("synchronous", synchronous),
            ("foreign_keys", "ON"),
            ("secure_delete", "ON"),
            ("wal_autocheckpoint", WAL_PAGES),
            ("cache_size", INTAKE_CACHE),
        ] {
            conn.pragma_update(None, name, value)?;
        }
        Ok(conn)
    }

    /// The connection; a new one where there is none.
    fn conn(&mut self) -> rusqlite::Result<&mut Connection> {
        let made = match self.conn.take() {
            Some(conn) => conn,
            None => self.open()?,
        };
        Ok(self.conn.insert(made))
    }

    fn close(&mut self) {
        self.conn = None;
    }
}

/// A named transaction of the intake; dropped without [`DirectTx::commit`] it leaves no trace.
pub struct DirectTx {
    name: &'static str,
    inner: Inner,
}

enum Inner {
    Sqlite(Own),
    Postgres(Transaction<'static, Postgres>),
    /// The one statement commits itself.
    Single(PoolConnection<Postgres>),
}

/// A transaction in the turn's own connection.
struct Own(Held);

impl Own {
    fn begin(mut turn: Held) -> rusqlite::Result<Self> {
        run(turn.conn()?, "BEGIN IMMEDIATE")?;
        Ok(Self(turn))
    }

    fn commit(&mut self) -> rusqlite::Result<()> {
        run(self.0.conn()?, "COMMIT")
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        // After a full disk or a failed write SQLite has undone the transaction itself.
        let over = |conn: &mut Connection| {
            conn.is_autocommit() || run(conn, "ROLLBACK").is_ok() && conn.is_autocommit()
        };
        if !self.0.conn.as_mut().is_some_and(over) {
            self.0.close();
        }
    }
}

fn run(conn: &mut Connection, text: &'static str) -> rusqlite::Result<()> {
    conn.prepare_cached(text)?.execute([]).map(drop)
}

impl Db {
    /// Whether one statement may write several tables at once, which saves messages.
    #[must_use]
    pub fn writes_at_once(&self) -> bool {
        match &*self.0 {
            Pools::Sqlite { .. } | Pools::Elsewhere(_) => false,
            Pools::Postgres(server) => !server.is_divided,
        }
    }

    /// A transaction of a step of the intake: single conditional statements, rows locked in key order. On SQLite
    /// the calling thread waits for the disk, so it must be one that may.
    pub async fn begin_direct(&self, name: &'static str) -> Result<DirectTx, StoreError> {
        let inner = match &*self.0 {
            Pools::Sqlite { turn, written, .. } => {
                written.notify_one();
                Inner::Sqlite(Own::begin(turn.take().await)?)
            }
            Pools::Postgres(server) => {
                Inner::Postgres(server.begin("BEGIN ISOLATION LEVEL READ COMMITTED").await?)
            }
            Pools::Elsewhere(store) => return Err(Elsewhere(*store).into()),
        };
        Ok(DirectTx { name, inner })
    }

    /// The same for a step that is one writing statement on PostgreSQL, which is then sent alone and commits
    /// itself: one message instead of three. What is asked after it only reads.
    pub async fn begin_single(&self, name: &'static str) -> Result<DirectTx, StoreError> {
        match &*self.0 {
            Pools::Sqlite { .. } | Pools::Elsewhere(_) => self.begin_direct(name).await,
            Pools::Postgres(server) => {
                let inner = Inner::Single(server.pool.acquire().await?);
                Ok(DirectTx { name, inner })
            }
        }
    }
}

impl DirectTx {
    /// The connection inside this transaction.
    pub fn conn(&mut self) -> Result<Direct<'_>, StoreError> {
        Ok(match &mut self.inner {
            Inner::Sqlite(own) => Direct::Sqlite(own.0.conn()?),
            Inner::Postgres(tx) => Direct::Postgres(tx),
            Inner::Single(conn) => Direct::Postgres(conn),
        })
    }

    /// Makes the changes last. An error leaves it unknown whether they do.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.inner {
            Inner::Sqlite(mut own) => own.commit().map_err(StoreError::from),
            Inner::Postgres(tx) => tx.commit().await.map_err(StoreError::from),
            Inner::Single(_) => Ok(()),
        }
        .map_err(|error| error.at_commit(self.name))
    }
}

/// A row of SQLite as a tuple.
pub(super) trait Read: Sized {
    /// Reads it.
    fn read(row: &Row<'_>) -> rusqlite::Result<Self>;
}

macro_rules! tuples {
    ($(($($name:ident $place:literal),*);)*) => {$(
        impl<$($name: FromSql),*> Read for ($($name,)*) {
            fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
                Ok(($(row.get::<_, $name>($place)?,)*))
            }
        }
    )*};
}

tuples! {
    (A 0);
    (A 0, B 1);
    (A 0, B 1, C 2, D 3);
    (A 0, B 1, C 2, D 3, E 4);
}

/// Binds values by the numbers in the text. To SQLite `$2` is a name like any other, and the first name in the text
/// has the first place; sqlx binds by number, too.
fn bind(statement: &mut CachedStatement<'_>, values: &[&dyn ToSql]) -> rusqlite::Result<()> {
    for place in 1..=statement.parameter_count() {
        let name = statement.parameter_name(place).unwrap_or_default();
        let number = name.strip_prefix('$').and_then(|n| n.parse::<usize>().ok());
        let value = number.and_then(|number| values.get(number.checked_sub(1)?));
        let Some(value) = value else {
            return Err(rusqlite::Error::InvalidParameterName(name.to_owned()));
        };
        statement.raw_bind_parameter(place, value)?;
    }
    Ok(())
}

/// The rows of a statement, on SQLite.
pub(super) fn rows<T: Read>(
    conn: &mut Connection,
    text: &'static str,
    values: &[&dyn ToSql],
) -> Result<Vec<T>, StoreError> {
    let mut statement = conn.prepare_cached(text)?;
    bind(&mut statement, values)?;
    let mut rows = statement.raw_query();
    let mut read = Vec::new();
    while let Some(row) = rows.next()? {
        read.push(T::read(row)?);
    }
    Ok(read)
}

/// Runs a statement on SQLite and says how many rows it changed.
pub(super) fn execute(
    conn: &mut Connection,
    text: &'static str,
    values: &[&dyn ToSql],
) -> Result<u64, StoreError> {
    let mut statement = conn.prepare_cached(text)?;
    bind(&mut statement, values)?;
    let changed = statement.raw_execute()?;
    Ok(u64::try_from(changed).unwrap_or(u64::MAX))
}

/// One text with its values on either database: its rows as a type, or how many it changed.
macro_rules! direct {
    ($conn:expr, $text:expr, [$($value:expr),* $(,)?] => $row:ty) => {
        match $conn {
            $crate::storage::Direct::Sqlite(connection) => {
                let values = rusqlite::params![$($value),*];
                $crate::storage::direct::rows::<$row>(connection, $text, values)
            }
            $crate::storage::Direct::Postgres(connection) => {
                let statement = sqlx::query_as::<_, $row>($text)$(.bind($value))*;
                let found = statement.fetch_all(&mut **connection).await;
                found.map_err($crate::storage::StoreError::from)
            }
        }
    };
    ($conn:expr, $text:expr, [$($value:expr),* $(,)?]) => {
        match $conn {
            $crate::storage::Direct::Sqlite(connection) => {
                let values = rusqlite::params![$($value),*];
                $crate::storage::direct::execute(connection, $text, values)
            }
            $crate::storage::Direct::Postgres(connection) => {
                let statement = sqlx::query($text)$(.bind($value))*;
                let done = statement.execute(&mut **connection).await;
                done.map(|done| done.rows_affected())
                    .map_err($crate::storage::StoreError::from)
            }
        }
    };
}
