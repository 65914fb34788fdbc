//! Somebody else's look at a log: fetched or from a folder, counted anew, held against what was kept before.
//!
//! For: `minyi verify`. Uses: `ledger`, requests of ours. Promises: nothing of what a site sends is believed: the head must be
//! signed with the key that the observer names, all entries must give its root, and they must go on what was kept; what does
//! not is not kept, so that the proof of it stays.

use std::io;
use std::path::{Path, PathBuf};

use ed25519_dalek::VerifyingKey;

use super::outgoing::{Outgoing, OutgoingError};
use crate::ledger::checkpoint::{Checkpoint, CheckpointError};
use crate::ledger::tile::{self, Kind, TilePath};
use crate::ledger::whole::Whole;

/// Name of the head's file.
const HEAD: &str = "checkpoint";

/// Where a log is.
pub enum Log {
    /// At an address, without a slash at the end.
    Site(Outgoing, String),
    /// In a folder with the same files.
    Folder(PathBuf),
}

/// Why a log is not in order, or could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum ObserveError {
    /// A file could not be fetched.
    #[error("{file} could not be fetched")]
    Away {
        /// Its name.
        file: String,
        /// Why.
        #[source]
        source: OutgoingError,
    },
    /// A site answered something else than the file.
    #[error("{file} was answered with status {status}")]
    Status {
        /// Its name.
        file: String,
        /// The status.
        status: u16,
    },
    /// A file in a folder.
    #[error("{file} cannot be read or written")]
    File {
        /// Its name.
        file: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The head is none, or not signed with this key.
    #[error("the head does not hold")]
    Head(#[from] CheckpointError),
    /// The head is another log's.
    #[error("this is the log {found}")]
    Origin {
        /// Its name.
        found: String,
    },
    /// A bundle is not of the form.
    #[error("{0} is no bundle of entries")]
    Bundle(String),
    /// The entries do not give the signed root.
    #[error("the entries are not those that were signed")]
    Root,
    /// There are fewer entries than were kept.
    #[error("the log was rolled back from {kept} to {found} entries")]
    RolledBack {
        /// Entries that were kept.
        kept: u64,
        /// Entries now.
        found: u64,
    },
    /// What was kept is not the beginning of what is there.
    #[error("the first {kept} entries were changed")]
    Rewritten {
        /// Entries that were kept.
        kept: u64,
    },
}

/// A log that is in order.
#[derive(Debug)]
pub struct Observed {
    /// Its head.
    pub head: Checkpoint,
    /// Its entries.
    pub entries: Vec<Vec<u8>>,
    /// How many entries had been kept before, if any were.
    pub kept: Option<u64>,
    /// The signed head, with the lines of those who cosigned it.
    pub note: String,
}

impl Log {
    async fn get(&self, file: &str) -> Result<Vec<u8>, ObserveError> {
        match self {
            Self::Folder(folder) => read(folder, file),
            Self::Site(outgoing, address) => {
                let away = |source| ObserveError::Away {
                    file: file.to_owned(),
                    source,
                };
                let answer = outgoing.get(&format!("{address}/{file}")).await;
                match answer.map_err(away)? {
                    (200, bytes) => Ok(bytes),
                    (status, _) => Err(ObserveError::Status {
                        file: file.to_owned(),
                        status,
                    }),
                }
            }
        }
    }
}

/// Looks at a log; with a folder, compares with what is kept there, and then keeps what was found.
pub async fn observe(
    log: &Log,
    (name, key): &(String, VerifyingKey),
    folder: Option<&Path>,
) -> Result<Observed, ObserveError> {
    let note = String::from_utf8_lossy(&log.get(HEAD).await?).into_owned();
    let head = open(&note, name, key)?;
    let mut bundles = Vec::new();
    let mut entries = Vec::new();
    for path in tile::lowest(Kind::Entries, head.size) {
        let file = format!("tile/{}", path.write());
        let bytes = log.get(&file).await?;
        let bundle = tile::read_entries(&bytes).filter(|bundle| bundle.len() == path.width);
        entries.extend(bundle.ok_or(ObserveError::Bundle(file))?);
        bundles.push((path, bytes));
    }
    let tree = Whole::of(entries.iter().map(Vec::as_slice));
    if tree.root() != head.root {
        return Err(ObserveError::Root);
    }
    let kept = match folder {
        None => None,
        Some(folder) => {
            let kept = compare(folder, name, key, &tree)?;
            keep(folder, &note, &bundles)?;
            kept
        }
    };
    Ok(Observed {
        head,
        entries,
        kept,
        note,
    })
}

fn open(note: &str, name: &str, key: &VerifyingKey) -> Result<Checkpoint, ObserveError> {
    let head = Checkpoint::open(note, key)?;
    if head.origin == name {
        Ok(head)
    } else {
        Err(ObserveError::Origin { found: head.origin })
    }
}

/// Whether the tree goes on what is kept; how much that is.
fn compare(
    folder: &Path,
    name: &str,
    key: &VerifyingKey,
    tree: &Whole,
) -> Result<Option<u64>, ObserveError> {
    if !folder.join(HEAD).exists() {
        return Ok(None);
    }
    let note = String::from_utf8_lossy(&read(folder, HEAD)?).into_owned();
    let kept = open(&note, name, key)?;
    match tree.root_at(kept.size) {
        None => Err(ObserveError::RolledBack {
            kept: kept.size,
            found: tree.size(),
        }),
        Some(root) if root != kept.root => Err(ObserveError::Rewritten { kept: kept.size }),
        Some(_) => Ok(Some(kept.size)),
    }
}

/// Keeps the files as they would be served: bundles first, then the head that covers them.
fn keep(folder: &Path, note: &str, bundles: &[(TilePath, Vec<u8>)]) -> Result<(), ObserveError> {
    for (path, bytes) in bundles {
        write(folder, &format!("tile/{}", path.write()), bytes)?;
    }
    write(folder, HEAD, note.as_bytes())
}

fn read(folder: &Path, file: &str) -> Result<Vec<u8>, ObserveError> {
    std::fs::read(folder.join(file)).map_err(|source| ObserveError::File {
        file: file.to_owned(),
        source,
    })
}

fn write(folder: &Path, file: &str, bytes: &[u8]) -> Result<(), ObserveError> {
    let path = folder.join(file);
    let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    let written = made.and_then(|()| std::fs::write(&path, bytes));
    written.map_err(|source| ObserveError::File {
        file: file.to_owned(),
        source,
    })
}
