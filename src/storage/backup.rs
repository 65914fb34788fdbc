//! A store as one SQLite file, and back.
//!
//! A backup has the same form for both databases: it restores into either. A file is copied by
//! `VACUUM INTO`, a server row by row, each from one state and while the service goes on.

use std::path::Path;

use super::copy::copy;
use super::{Db, Durability, Pools, Source, Store, StoreError, make_private};

/// Not among the prepared statements: a command of one database.
const VACUUM_INTO: &str = "VACUUM INTO $1";
/// The same.
const INTEGRITY: &str = "PRAGMA integrity_check(1)";
/// The same.
const REFERENCES: &str = "SELECT COUNT(*) FROM pragma_foreign_key_check";

/// The file as a source.
#[must_use]
pub fn file(path: &Path) -> Source {
    Source::Sqlite {
        path: path.to_owned(),
        durability: Durability::Full,
    }
}

impl Db {
    /// Writes all of the store into a new file, from one state.
    pub async fn save(&self, store: Store, path: &Path) -> Result<(), StoreError> {
        self.here()?;
        make_private(path).map_err(|error| StoreError::opening(error.into()))?;
        match &*self.0 {
            Pools::Sqlite { readers, .. } => {
                let mut conn = readers.acquire().await?;
                let into = path.to_string_lossy().into_owned();
                sqlx::query(VACUUM_INTO)
                    .bind(into)
                    .execute(&mut *conn)
                    .await?;
            }
            Pools::Postgres(_) | Pools::Elsewhere(_) => {
                let saved = Self::open(&file(path)).await?;
                saved.migrate(store).await?;
                copy(self, &saved, store).await?;
                saved.close().await;
            }
        }
        Ok(())
    }

    /// Reads all of a saved store into this one, whose tables are those of this version and empty.
    pub async fn load(&self, store: Store, path: &Path) -> Result<(), StoreError> {
        let saved = Self::open(&file(path)).await?;
        copy(&saved, self, store).await?;
        saved.close().await;
        Ok(())
    }

    /// Whether the file is whole and every row refers to what is there; a server sees to that itself.
    pub async fn is_whole(&self) -> Result<bool, StoreError> {
        let Pools::Sqlite { readers, .. } = &*self.0 else {
            return Ok(true);
        };
        let mut conn = readers.acquire().await?;
        let said: String = sqlx::query_scalar(INTEGRITY).fetch_one(&mut *conn).await?;
        let loose: i64 = sqlx::query_scalar(REFERENCES).fetch_one(&mut *conn).await?;
        Ok(said == "ok" && loose == 0)
    }

    /// Whether no table of the store has a row.
    pub async fn is_empty(&self, store: Store) -> Result<bool, StoreError> {
        let mut tx = self.begin_read("look for rows").await?;
        let conn = &mut tx.conn();
        for table in store.tables() {
            let text = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
            let rows: i64 = sql!(conn, |c| sqlx::query_scalar(text).fetch_one(c).await)?;
            if rows > 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
