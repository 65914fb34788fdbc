//! Migrations: the same numbers and names in both folders of a store, embedded in the program.

use std::collections::BTreeSet;

use sqlx::migrate::{Migrate, Migrator};

use super::{Db, Elsewhere, Pools, Store, StoreError};

static OFFICE_SQLITE: Migrator = sqlx::migrate!("migrations/office/sqlite");
static OFFICE_POSTGRES: Migrator = sqlx::migrate!("migrations/office/postgres");
static URN_SQLITE: Migrator = sqlx::migrate!("migrations/urn/sqlite");
static URN_POSTGRES: Migrator = sqlx::migrate!("migrations/urn/postgres");

impl Store {
    /// The word for messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::Urn => "urn",
        }
    }
}

fn migrator(store: Store, pools: &Pools) -> &'static Migrator {
    match (store, pools) {
        (Store::Office, Pools::Sqlite { .. }) => &OFFICE_SQLITE,
        (Store::Office, Pools::Postgres(_) | Pools::Elsewhere(_)) => &OFFICE_POSTGRES,
        (Store::Urn, Pools::Sqlite { .. }) => &URN_SQLITE,
        (Store::Urn, Pools::Postgres(_) | Pools::Elsewhere(_)) => &URN_POSTGRES,
    }
}

impl Db {
    /// The newest migration of this version.
    pub(super) fn known_version(&self, store: Store) -> i64 {
        let steps = migrator(store, &self.0).iter();
        steps.map(|step| step.version).max().unwrap_or(0)
    }

    /// Every migration of this version.
    fn known_versions(&self, store: Store) -> BTreeSet<i64> {
        let steps = migrator(store, &self.0).iter();
        steps.map(|step| step.version).collect()
    }

    /// Brings the tables of this store up to this version. Refuses a database with a migration
    /// that this version does not know, or one whose text has changed.
    pub async fn migrate(&self, store: Store) -> Result<(), StoreError> {
        let migrator = migrator(store, &self.0);
        match &*self.0 {
            Pools::Sqlite { writer, .. } => migrator.run(writer).await,
            Pools::Postgres(server) => migrator.run(&server.pool).await,
            Pools::Elsewhere(store) => return Err(Elsewhere(*store).into()),
        }
        .map_err(|source| StoreError::Migrating {
            store: store.name(),
            source,
        })
    }

    /// Makes sure that the tables are exactly those of this version.
    pub async fn check_schema(&self, store: Store) -> Result<(), StoreError> {
        self.schema(store).await?.check(store)
    }

    /// Which migrations the tables have, and which this version has.
    pub async fn schema(&self, store: Store) -> Result<Schema, StoreError> {
        let migrator = migrator(store, &self.0);
        let known = self.known_version(store);
        let applied = match &*self.0 {
            Pools::Sqlite { writer, .. } => {
                applied(&mut *writer.acquire().await?, &migrator.table_name).await
            }
            Pools::Postgres(server) => {
                applied(&mut *server.pool.acquire().await?, &migrator.table_name).await
            }
            Pools::Elsewhere(store) => return Err(Elsewhere(*store).into()),
        };
        let found: BTreeSet<i64> = applied
            .map_err(|source| StoreError::Migrating {
                store: store.name(),
                source,
            })?
            .into_iter()
            .collect();
        Ok(Schema {
            found: newest(&found, &self.known_versions(store)),
            known,
        })
    }
}

/// The newest migration before which none that this version knows is missing; a later one than it knows is told as
/// it is. Numbers may have gaps.
fn newest(applied: &BTreeSet<i64>, known: &BTreeSet<i64>) -> i64 {
    match applied.last() {
        Some(last) if Some(last) > known.last() => *last,
        _ => known
            .iter()
            .take_while(|number| applied.contains(number))
            .last()
            .copied()
            .unwrap_or(0),
    }
}

/// Numbers of migrations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// The newest that the tables have; 0 is an empty database.
    pub found: i64,
    /// The newest of this version.
    pub known: i64,
}

impl Schema {
    /// Refuses all but this version's.
    pub(super) fn check(self, store: Store) -> Result<(), StoreError> {
        let Self { found, known } = self;
        if found == known {
            return Ok(());
        }
        Err(StoreError::Schema {
            store: store.name(),
            found,
            known,
        })
    }
}

async fn applied<C: Migrate>(
    conn: &mut C,
    table: &str,
) -> Result<Vec<i64>, sqlx::migrate::MigrateError> {
    conn.ensure_migrations_table(table).await?;
    Ok(conn
        .list_applied_migrations(table)
        .await?
        .into_iter()
        .map(|step| step.version)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::newest;

    #[test]
    fn a_migration_that_is_missing_in_the_middle_hides_those_after_it() {
        let of = |applied: &[i64]| newest(&applied.iter().copied().collect(), &[1, 2, 3].into());
        assert_eq!(of(&[]), 0);
        assert_eq!(of(&[1, 2, 3]), 3);
        assert_eq!(of(&[1, 3]), 1);
        assert_eq!(of(&[2, 3]), 0);
        assert_eq!(of(&[1, 2, 3, 9]), 9);
    }

    #[test]
    fn numbers_that_nobody_gave_are_not_missing() {
        let of = |applied: &[i64]| newest(&applied.iter().copied().collect(), &[1, 2, 6].into());
        assert_eq!(of(&[1, 2]), 2);
        assert_eq!(of(&[1, 6]), 1);
        assert_eq!(of(&[1, 2, 6]), 6);
        assert_eq!(of(&[1, 2, 6, 7]), 7);
    }
}
