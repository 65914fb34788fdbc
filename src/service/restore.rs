//! Restores: a backup becomes an instance again, or the part of one that an operator has, and says what is missing.
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
use super::process;
use crate::ledger::checkpoint::{Checkpoint, CheckpointError};
use crate::ledger::tree::Frontier;
use crate::storage::backup::file;
use crate::storage::office::{audit, process_entry};
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
    /// Leaves of the newest checkpoint that was known; nothing if none was, or the urn is with another program.
    pub known: Option<u64>,
    /// Entries of the process log that a checkpoint had signed and that the backup lacks; nothing where none was known.
    pub missing_entries: Option<u64>,
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
    let stores: Vec<(&Source, Store)> = config.stores().collect();
    let names: Vec<Store> = stores.iter().map(|(_, store)| *store).collect();
    let manifest = backup::open(folder, &names)?;
    let keys = config.open_keys()?;
    for (source, store) in &stores {
        if !is_free(source, *store).await? {
            return Err(RestoreError::NotEmpty(*store));
        }
    }
    let workshop = config.keys.with_file_name("restore.part");
    if workshop.exists() {
        std::fs::remove_dir_all(&workshop).map_err(BackupError::at(&workshop))?;
    }
    std::fs::create_dir(&workshop).map_err(BackupError::at(&workshop))?;
    let (mut office, mut urn) = (Db::elsewhere(Store::Office), Db::elsewhere(Store::Urn));
    for store in names {
        let (from, to) = (folder.join(name(store)), workshop.join(name(store)));
        std::fs::copy(&from, &to).map_err(BackupError::at(&from))?;
        let opened = open_store(&file(&to), store, Schema::Migrate).await;
        let opened = opened.map_err(|error| match error {
            super::app::OpenError::Store(store, error) => RestoreError::Store(store, error),
            super::app::OpenError::Keys(error) => RestoreError::Keys(error),
        })?;
        match store {
            Store::Office => office = opened,
            Store::Urn => urn = opened,
        }
    }
    let (office, urn) = (Office(office), Urn(urn));
    let restored = mend(config, &keys, &office, &urn, known).await?;
    if office.0.here().is_ok() {
        note(config, &office, &manifest, &restored).await?;
    }
    office.0.close().await;
    urn.0.close().await;
    // The urn first: an office without its urn takes no answer.
    for (source, store) in stores.iter().rev() {
        place(source, *store, &workshop.join(name(*store))).await?;
    }
    std::fs::remove_dir_all(&workshop).map_err(BackupError::at(&workshop))?;
    Ok((manifest, restored))
}

/// Writes into the audit log what was restored.
async fn note(
    config: &AppConfig,
    office: &Office,
    manifest: &Manifest,
    restored: &[RestoredWave],
) -> Result<(), RestoreError> {
    let mut tx = office.0.begin_write("note restore").await?;
    let detail = json!({
        "made_at": manifest.made_at,
        "lost": restored.iter().map(|wave| (wave.check.wave.slug.as_str(), wave.lost)).collect::<BTreeMap<_, _>>(),
    });
    let entry = Entry::by_console(config.clock.now(), random()?, "restore", "instance", detail);
    audit::insert(&mut tx.conn(), &entry).await?;
    Ok(tx.commit().await?)
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
        let mut wave = RestoredWave {
            check,
            lost: 0,
            unreadable: 0,
            known: None,
            missing_entries: None,
        };
        if office.0.here().is_ok() {
            compare_process(config, office, &notes, &mut wave).await?;
        }
        if urn.0.here().is_ok() {
            compare_answers(config, keys, urn, &notes, &mut wave).await?;
        }
        restored.push(wave);
    }
    Ok(restored)
}

/// Compares the log of a wave's life with the heads that are known of it.
async fn compare_process(
    config: &AppConfig,
    office: &Office,
    notes: &[Checkpoint],
    wave: &mut RestoredWave,
) -> Result<(), RestoreError> {
    let slug = &wave.check.wave.slug;
    let path = logs::path_named(slug, process::NAME);
    let heads = notes.iter().filter(|head| head.origin.ends_with(&path));
    let heads: Vec<&Checkpoint> = heads.collect();
    let Some(size) = heads.iter().map(|head| head.size).max() else {
        return Ok(());
    };
    let failed = |error| RestoreError::Store(Store::Office, error);
    let mut tx = office.0.begin_read("process log").await.map_err(failed)?;
    let entries = process_entry::list(&mut tx.conn(), wave.check.wave.id).await;
    let entries = entries.map_err(failed)?;
    for head in heads {
        let first = usize::try_from(head.size).ok();
        let Some(first) = first.and_then(|size| entries.get(..size)) else {
            continue;
        };
        if Frontier::of(first.iter().map(String::as_bytes)).root() != head.root {
            let origin = logs::origin_named(&config.public_url, slug, process::NAME);
            return Err(RestoreError::Fork { origin });
        }
    }
    wave.missing_entries = Some(size.saturating_sub(entries.len() as u64));
    Ok(())
}

/// Compares the log of a wave's answers with the heads that are known of it; takes out of the pool what nobody can read.
async fn compare_answers(
    config: &AppConfig,
    keys: &Keys,
    urn: &Urn,
    notes: &[Checkpoint],
    wave: &mut RestoredWave,
) -> Result<(), RestoreError> {
    let Some(found) = &wave.check.urn else {
        return Ok(());
    };
    let (id, slug) = (wave.check.wave.id, &wave.check.wave.slug);
    // Signed with this instance's key, by whatever address it was reached.
    let path = logs::path(slug, found.log.number);
    let mut heads: Vec<Checkpoint> = notes.to_vec();
    if let Some(note) = keys.kept_checkpoint(id)? {
        heads.extend(Checkpoint::open(&note, &keys.verifying()));
    }
    heads.retain(|head| head.origin.ends_with(&path));
    let mut tx = urn.0.begin_write("compare log").await?;
    let conn = &mut tx.conn();
    for head in heads.iter().filter(|head| head.size <= found.leaves) {
        let tree = logs::grow(conn, id, Frontier::default(), head.size).await?;
        if tree.root() != head.root {
            let origin = logs::origin(&config.public_url, slug, found.log.number);
            return Err(RestoreError::Fork { origin });
        }
    }
    let size = heads.iter().map(|head| head.size).max();
    let lost = size.map_or(0, |size| size.saturating_sub(found.leaves));
    let unreadable = take_out_unreadable(conn, keys, id).await?;
    // A destroyed key proves that its records were logged, be a checkpoint known or not.
    let lost = lost.max(unreadable);
    if lost > 0 {
        let all = found.log.lost + lost;
        log::insert_halted(conn, id, found.log.number + 1, all).await?;
        gate::halt(conn, id).await?;
    }
    tx.commit().await?;
    (wave.lost, wave.unreadable, wave.known) = (lost, unreadable, size);
    Ok(())
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
