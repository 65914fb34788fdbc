//! Backups: both stores as two files and a list of what is in them, or the one that an operator has.
//!
//! For: `minyi backup`, and `minyi migrate` before it changes anything. Promises: the service goes on
//! meanwhile; the urn is saved first, then the office, so that no record lacks its used code (where they are with two operators, these
//! keep the same order by appointment); a backup has its name
//! only when its files are on the disk, were opened again and tell one story. Keys are never in it.

use std::fs::{DirBuilder, File};
use std::io::Read as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::check::{self, WaveCheck};
use super::logs;
use crate::storage::backup::file;
use crate::storage::{Db, Office, Store, StoreError, Urn};
use crate::survey::time::Instant;

/// File with the list of what is in a backup.
pub const LIST: &str = "backup.json";

/// What is in a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the program that made it.
    pub software: String,
    /// When, microseconds UTC.
    pub made_at: i64,
    /// The office's file, if it was saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<Saved>,
    /// The urn's file, if it was saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urn: Option<Saved>,
    /// Heads of the waves' logs of answers, if the urn was saved.
    pub logs: Vec<Head>,
}

impl Manifest {
    const fn of(&self, store: Store) -> Option<&Saved> {
        match store {
            Store::Office => self.office.as_ref(),
            Store::Urn => self.urn.as_ref(),
        }
    }
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saved {
    /// Newest migration of its tables.
    pub migration: i64,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
}

/// The head of a wave's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Name of the log.
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// Root of the tree, in hexadecimal digits.
    pub root: String,
}

/// Why there is no backup, or no restore from it.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The folder is there already.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The list is missing or cannot be read.
    #[error("{} is no backup", .0.display())]
    NoBackup(PathBuf),
    /// It does not hold this store.
    #[error("the backup does not hold the {}", .0.name())]
    Lacks(Store),
    /// A file is not the one that was saved.
    #[error("{} is not as it was saved", .0.display())]
    Altered(PathBuf),
    /// The saved stores contradict each other.
    #[error("the stores contradict each other")]
    Contradiction(Vec<WaveCheck>),
    /// A store failed.
    #[error("the {} failed", .0.name())]
    Store(Store, #[source] StoreError),
}

impl BackupError {
    pub(super) fn at(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::File { path, source }
    }
}

/// Name of a store's file in a backup.
pub(super) fn name(store: Store) -> String {
    format!("{}.sqlite", store.name())
}

/// Saves the stores that are here into a new folder; gives what it holds.
pub async fn make(
    office: &Db,
    urn: &Db,
    public_url: &str,
    now: Instant,
    folder: &Path,
) -> Result<(Manifest, Vec<WaveCheck>), BackupError> {
    if folder.exists() {
        return Err(BackupError::Exists(folder.to_owned()));
    }
    let draft = folder.with_extension("part");
    // What an interrupted backup left behind.
    if draft.exists() {
        std::fs::remove_dir_all(&draft).map_err(BackupError::at(&draft))?;
    }
    let made = DirBuilder::new().recursive(true).mode(0o700).create(&draft);
    made.map_err(BackupError::at(&draft))?;
    let mut saved = Vec::new();
    for (db, store) in [(urn, Store::Urn), (office, Store::Office)] {
        if db.here().is_err() {
            continue;
        }
        let failed = |error| BackupError::Store(store, error);
        db.save(store, &draft.join(name(store)))
            .await
            .map_err(failed)?;
        saved.push((store, db.schema(store).await.map_err(failed)?.found));
    }
    let checks = tried(&draft, &saved).await?;
    if checks.iter().any(|check| !check.problems.is_empty()) {
        return Err(BackupError::Contradiction(checks));
    }
    let of = |wanted: Store| -> Result<Option<Saved>, BackupError> {
        let found = saved.iter().find(|(store, _)| *store == wanted);
        let Some((_, migration)) = found else {
            return Ok(None);
        };
        let path = draft.join(name(wanted));
        let sha256 = digest(&path).map_err(BackupError::at(&path))?;
        Ok(Some(Saved {
            migration: *migration,
            sha256,
        }))
    };
    let heads = checks.iter().filter_map(|check| {
        let urn = check.urn.as_ref()?;
        Some(Head {
            origin: logs::origin(public_url, &check.wave.slug, urn.log.number),
            size: urn.leaves,
            root: hex::encode(urn.root),
        })
    });
    let manifest = Manifest {
        software: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: now.micros(),
        office: of(Store::Office)?,
        urn: of(Store::Urn)?,
        logs: heads.collect(),
    };
    publish(&draft, folder, &manifest)?;
    Ok((manifest, checks))
}

/// Restores copies of the saved files for a moment and looks whether they tell one story.
async fn tried(draft: &Path, saved: &[(Store, i64)]) -> Result<Vec<WaveCheck>, BackupError> {
    let workshop = draft.join("try");
    std::fs::create_dir(&workshop).map_err(BackupError::at(&workshop))?;
    let (mut office, mut urn) = (Db::elsewhere(Store::Office), Db::elsewhere(Store::Urn));
    for (store, _) in saved {
        let failed = |error| BackupError::Store(*store, error);
        let (from, to) = (draft.join(name(*store)), workshop.join(name(*store)));
        std::fs::copy(&from, &to).map_err(BackupError::at(&from))?;
        let db = Db::open(&file(&to)).await.map_err(failed)?;
        db.migrate(*store).await.map_err(failed)?;
        if !db.is_whole().await.map_err(failed)? {
            return Err(BackupError::Altered(from));
        }
        match store {
            Store::Office => office = db,
            Store::Urn => urn = db,
        }
    }
    let (office, urn) = (Office(office), Urn(urn));
    let last = saved.last().map_or(Store::Urn, |(store, _)| *store);
    let failed = |error| BackupError::Store(last, error);
    let checks = check::waves(&office, &urn, None).await.map_err(failed)?;
    office.0.close().await;
    urn.0.close().await;
    std::fs::remove_dir_all(&workshop).map_err(BackupError::at(&workshop))?;
    Ok(checks)
}

/// Writes the list, brings everything onto the disk, and gives the folder its name.
fn publish(draft: &Path, folder: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let list = draft.join(LIST);
    let text = serde_json::to_string_pretty(manifest).unwrap_or_default();
    std::fs::write(&list, format!("{text}\n")).map_err(BackupError::at(&list))?;
    let stores = [Store::Office, Store::Urn].into_iter();
    let stores = stores.filter(|store| manifest.of(*store).is_some());
    for name in stores.map(name).chain([LIST.to_owned()]) {
        let path = draft.join(name);
        sync(&path).map_err(BackupError::at(&path))?;
    }
    sync(draft)
        .and_then(|()| std::fs::rename(draft, folder))
        .map_err(BackupError::at(folder))?;
    let parent = folder
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    sync(parent.unwrap_or(Path::new("."))).map_err(BackupError::at(folder))
}

/// Reads the list of a backup and makes sure that the files of these stores are those that were saved.
pub fn open(folder: &Path, stores: &[Store]) -> Result<Manifest, BackupError> {
    let text = std::fs::read_to_string(folder.join(LIST));
    let manifest: Option<Manifest> = text.ok().and_then(|text| serde_json::from_str(&text).ok());
    let manifest = manifest.ok_or_else(|| BackupError::NoBackup(folder.to_owned()))?;
    for store in stores {
        let saved = manifest.of(*store).ok_or(BackupError::Lacks(*store))?;
        let path = folder.join(name(*store));
        if digest(&path).map_err(BackupError::at(&path))? != saved.sha256 {
            return Err(BackupError::Altered(path));
        }
    }
    Ok(manifest)
}

pub(super) fn sync(path: &Path) -> std::io::Result<()> {
    File::open(path)?.sync_all()
}

fn digest(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hex::encode(hash.finalize()));
        }
        hash.update(buffer.get(..read).unwrap_or_default());
    }
}
