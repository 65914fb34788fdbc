//! Restores: a backup becomes an instance again, and says what is missing.
//!
//! For: `minyi restore`. Uses: `backup`, `check`, `logs`, keys. Promises: nothing that exists is
//! overwritten; what the backup's logs lack of a checkpoint that is known elsewhere is counted, and
//! such a log signs nothing more until two people let a new one begin; records whose key was destroyed since
//! are counted and taken out, since nobody can read them.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

use super::app::{AppConfig, Schema, open_store};
use super::backup::{self, BackupError, Manifest, name};
use super::check::{self, WaveCheck};
use super::keys::{Keys, KeysError, random};
use super::logs;
use crate::ledger::checkpoint::{Checkpoint, CheckpointError};
use crate::ledger::tree::Frontier;
use crate::storage::backup::file;
use crate::storage::office::audit;
use crate::storage::urn::{gate, log, pool};
use crate::storage::{Conn, Db, Office, Source, Store, StoreError, Urn};
use crate::survey::audit::Entry;
use crate::survey::ids::WaveId;

/// What was restored of a wave.
#[derive(Clone, Debug)]
pub struct RestoredWave {
    /// Its counts.
    pub check: WaveCheck,
    /// Leaves that a checkpoint had signed and that the backup lacks.
    pub lost: u64,
    /// Records that were taken out because nobody can read them.
    pub unreadable: u64,
    /// Leaves of the newest checkpoint that was known; nothing if none was.
    pub known: Option<u64>,
}

/// Why nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The backup.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The keys.
    #[error("the keys cannot be used")]
    Keys(#[from] KeysError),
    /// There is something in the way.
    #[error("the {} is not empty", .0.name())]
    NotEmpty(Store),
    /// A checkpoint cannot be used.
    #[error("checkpoint {name}: {source}")]
    Checkpoint {
        /// Name of the file.
        name: String,
        /// Why.
        #[source]
        source: CheckpointError,
    },
    /// A checkpoint that this instance signed contradicts the backup's log.
    #[error("the log {origin} is another one than the checkpoint's")]
    Fork {
        /// Name of the log.
        origin: String,
    },
    /// A store.
    #[error("the {} failed", .0.name())]
    Store(Store, #[source] StoreError),
}

impl From<StoreError> for RestoreError {
    fn from(error: StoreError) -> Self {
        Self::Store(Store::Urn, error)
    }
}

/// Restores a backup into stores that do not exist yet. `known` are checkpoints from elsewhere, each
/// with the name of its file.
pub async fn restore(
    config: &AppConfig,
    folder: &Path,
    known: &[(String, String)],
) -> Result<(Manifest, Vec<RestoredWave>), RestoreError> {
    let manifest = backup::open(folder)?;
    let urn = config.urn_keys.as_deref().unwrap_or(&config.keys);
    let keys = Keys::open_apart(Some(&config.keys), Some(urn))?;
    for (source, store) in [(&config.office, Store::Office), (&config.urn, Store::Urn)] {
        if !is_free(source, store).await? {
            return Err(RestoreError::NotEmpty(store));
        }
    }
    let workshop = config.keys.with_file_name("restore.part");
    if workshop.exists() {
        std::fs::remove_dir_all(&workshop).map_err(BackupError::at(&workshop))?;
    }
    std::fs::create_dir(&workshop).map_err(BackupError::at(&workshop))?;
    let mut copies = Vec::new();
    for store in [Store::Office, Store::Urn] {
        let (from, to) = (folder.join(name(store)), workshop.join(name(store)));
        std::fs::copy(&from, &to).map_err(BackupError::at(&from))?;
        let opened = open_store(&file(&to), store, Schema::Migrate).await;
        copies.push(opened.map_err(|error| match error {
            super::app::OpenError::Store(store, error) => RestoreError::Store(store, error),
            super::app::OpenError::Keys(error) => RestoreError::Keys(error),
        })?);
    }
    let [office, urn] = <[Db; 2]>::try_from(copies).map_err(|_| StoreError::Missing("store"))?;
    let (office, urn) = (Office(office), Urn(urn));
    let restored = mend(config, &keys, &office, &urn, known).await?;
    let mut tx = office.0.begin_write("note restore").await?;
    let detail = json!({
        "made_at": manifest.made_at,
        "lost": restored.iter().map(|wave| (wave.check.wave.slug.as_str(), wave.lost)).collect::<BTreeMap<_, _>>(),
    });
    let entry = Entry::by_console(config.clock.now(), random()?, "restore", "instance", detail);
    audit::insert(&mut tx.conn(), &entry).await?;
    tx.commit().await?;
    office.0.close().await;
    urn.0.close().await;
    for (source, store) in [(&config.urn, Store::Urn), (&config.office, Store::Office)] {
        place(source, store, &workshop.join(name(store))).await?;
    }
    std::fs::remove_dir_all(&workshop).map_err(BackupError::at(&workshop))?;
    Ok((manifest, restored))
}

/// Whether the store can be filled: no file, or a database whose tables have no rows.
async fn is_free(source: &Source, store: Store) -> Result<bool, RestoreError> {
    match source {
        Source::Sqlite { path, .. } => Ok(!path.exists()),
        Source::Postgres { .. } => {
            let failed = |error| RestoreError::Store(store, error);
            let db = Db::open(source).await.map_err(failed)?;
            db.migrate(store).await.map_err(failed)?;
            let free = db.is_empty(store).await.map_err(failed)?;
            db.close().await;
            Ok(free)
        }
    }
}

/// Gives a finished store its place.
async fn place(source: &Source, store: Store, from: &Path) -> Result<(), RestoreError> {
    let failed = |error| RestoreError::Store(store, error);
    match source {
        Source::Sqlite { path, .. } => {
            backup::sync(from)
                .and_then(|()| std::fs::rename(from, path))
                .map_err(BackupError::at(path))?;
            let parent = path.parent().unwrap_or(Path::new("."));
            Ok(backup::sync(parent).map_err(BackupError::at(parent))?)
        }
        Source::Postgres { .. } => {
            let db = Db::open(source).await.map_err(failed)?;
            db.load(store, from).await.map_err(failed)?;
            db.close().await;
            Ok(())
        }
    }
}

/// Compares every log with what is known of it, and takes out what nobody can read.
async fn mend(
    config: &AppConfig,
    keys: &Keys,
    office: &Office,
    urn: &Urn,
    known: &[(String, String)],
) -> Result<Vec<RestoredWave>, RestoreError> {
    let mut notes = Vec::new();
    for (name, note) in known {
        let opened = Checkpoint::open(note, &keys.verifying());
        let name = name.clone();
        notes.push(opened.map_err(|source| RestoreError::Checkpoint { name, source })?);
    }
    let mut restored = Vec::new();
    for check in check::waves(office, urn, Some(keys)).await? {
        let id = check.wave.id;
        let origin = logs::origin(&config.public_url, &check.wave.slug, check.log.number);
        // Signed with this instance's key, by whatever address it was reached.
        let path = logs::path(&check.wave.slug, check.log.number);
        let mut heads: Vec<Checkpoint> = notes.clone();
        if let Some(note) = keys.kept_checkpoint(id)? {
            heads.extend(Checkpoint::open(&note, &keys.verifying()));
        }
        heads.retain(|head| head.origin.ends_with(&path));
        let mut tx = urn.0.begin_write("compare log").await?;
        let conn = &mut tx.conn();
        for head in heads.iter().filter(|head| head.size <= check.leaves) {
            let tree = logs::grow(conn, id, Frontier::default(), head.size).await?;
            if tree.root() != head.root {
                return Err(RestoreError::Fork { origin });
            }
        }
        let size = heads.iter().map(|head| head.size).max();
        let lost = size.map_or(0, |size| size.saturating_sub(check.leaves));
        let unreadable = take_out_unreadable(conn, keys, id).await?;
        // A destroyed key proves that its records were logged, be a checkpoint known or not.
        let lost = lost.max(unreadable);
        if lost > 0 {
            let all = check.log.lost + lost;
            log::insert_halted(conn, id, check.log.number + 1, all).await?;
            gate::halt(conn, id).await?;
        }
        tx.commit().await?;
        restored.push(RestoredWave {
            check,
            lost,
            unreadable,
            known: size,
        });
    }
    Ok(restored)
}

/// Takes records out whose key was destroyed: their batch was logged after the backup was made.
async fn take_out_unreadable(
    conn: &mut Conn<'_>,
    keys: &Keys,
    wave: WaveId,
) -> Result<u64, RestoreError> {
    let mut taken = 0;
    for line in pool::count_waiting(conn, wave).await? {
        if !keys.is_destroyed(wave, line.epoch)? {
            continue;
        }
        let records = pool::list(conn, wave, &line.county, &[&line.unit]).await?;
        let gone: Vec<[u8; 16]> = records
            .iter()
            .filter(|record| record.epoch == line.epoch)
            .map(|record| record.key)
            .collect();
        taken += pool::delete(conn, wave, &line.county, &gone).await?;
    }
    Ok(taken)
}
