//! Tables of an earlier version brought up to this one, after a backup.
//!
//! For: `minyi migrate`. Promises: nothing is changed before a backup is complete.

use std::path::Path;

use super::app::AppConfig;
use super::backup::{self, BackupError};
use crate::storage::{Db, Store, StoreError};

/// Newest migrations of both stores, before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// The office's.
    pub office: i64,
    /// The urn's.
    pub urn: i64,
}

/// Migrates what is of an earlier version; nothing if both stores are of this one.
pub async fn migrate(config: &AppConfig, to: &Path) -> Result<Option<Migrated>, BackupError> {
    let mut opened = Vec::new();
    let mut is_old = false;
    for (source, store) in [(&config.office, Store::Office), (&config.urn, Store::Urn)] {
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
    let [(office, _, office_found), (urn, _, urn_found)] = opened.as_slice() else {
        return Ok(None);
    };
    if !is_old {
        return Ok(None);
    }
    backup::make(office, urn, &config.public_url, config.clock.now(), to).await?;
    for (db, store, _) in &opened {
        let failed = |error| BackupError::Store(*store, error);
        db.migrate(*store).await.map_err(failed)?;
    }
    let migrated = Migrated {
        office: *office_found,
        urn: *urn_found,
    };
    for (db, _, _) in opened {
        db.close().await;
    }
    Ok(Some(migrated))
}
