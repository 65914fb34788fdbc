//! Tables of an earlier version, of both stores or of the one that an operator has, brought up to this one, after a backup.
//!
//! For: `minyi migrate`. Promises: nothing is changed before a backup is complete.

use std::path::Path;

use super::app::AppConfig;
use super::backup::{self, BackupError};
use crate::storage::{Db, Store, StoreError};

/// Newest migrations of the stores of the role, before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Migrated {
    /// The office's.
    pub office: Option<i64>,
    /// The urn's.
    pub urn: Option<i64>,
}

/// Migrates what is of an earlier version; nothing if every store of the role is of this one.
pub async fn migrate(config: &AppConfig, to: &Path) -> Result<Option<Migrated>, BackupError> {
    let mut opened = Vec::new();
    let mut is_old = false;
    for (source, store) in config.stores() {
        let failed = |error| BackupError::Store(store, error);
        if !source.is_there() {
            return Err(failed(StoreError::Missing("file")));
        }
        let db = Db::open(source).await.map_err(failed)?;
        let schema = db.schema(store).await.map_err(failed)?;
        if schema.found == 0 || schema.found > schema.known {
            db.check_schema(store).await.map_err(failed)?;
        }
        is_old |= schema.found < schema.known;
        opened.push((db, store, schema.found));
    }
    if !is_old {
        return Ok(None);
    }
    let (mut office, mut urn) = (Db::elsewhere(Store::Office), Db::elsewhere(Store::Urn));
    let mut migrated = Migrated::default();
    for (db, store, found) in &opened {
        match store {
            Store::Office => (office, migrated.office) = (db.clone(), Some(*found)),
            Store::Urn => (urn, migrated.urn) = (db.clone(), Some(*found)),
        }
    }
    backup::make(&office, &urn, &config.public_url, config.clock.now(), to).await?;
    for (db, store, _) in opened {
        let failed = |error| BackupError::Store(store, error);
        db.migrate(store).await.map_err(failed)?;
        db.close().await;
    }
    Ok(Some(migrated))
}
