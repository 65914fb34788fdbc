//! Whether a store answers with tables of this version, asked by a reader.

use super::{Db, Schema, Store, StoreError};

statements! {
    APPLIED = "SELECT MAX(version) AS version FROM _sqlx_migrations WHERE success";
}

impl Db {
    /// Makes sure that the tables are those of this version, without a lock and without writing.
    pub async fn has_known_tables(&self, store: Store) -> Result<(), StoreError> {
        let mut tx = self.begin_read("ready").await?;
        let found: Option<i64> = sql!(&mut tx.conn(), |c| sqlx::query_scalar(APPLIED)
            .fetch_one(c)
            .await)?;
        let schema = Schema {
            found: found.unwrap_or(0),
            known: self.known_version(store),
        };
        schema.check(store)
    }
}
