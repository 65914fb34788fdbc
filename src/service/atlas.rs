//! Where counties lie on a map: brought by an organizer, used by every page of results.
//!
//! For: `/data/map`, `/results/{wave}/map`. Uses: `survey::boundary`, the office. Promises: a file is taken whole or not at
//! all, with every problem named; who brought what, with its digest, is in the audit log in the same transaction. A map
//! changes no figure, so one person suffices.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::app::App;
use super::import::{ImportError, random};
use crate::report::result::Atlas;
use crate::storage::StoreError;
pub use crate::storage::office::boundary_set::BoundarySet;
use crate::storage::office::{account, area, audit, boundary_set};
use crate::survey::account::{Account, AccountName};
use crate::survey::audit::Entry;
use crate::survey::boundary::{self, Boundaries, BoundaryProblem};
use crate::survey::ids::BoundarySetId;
use crate::survey::role::Action;

/// Why nothing was brought.
#[derive(Debug, thiserror::Error)]
pub enum AtlasError {
    /// The person's role does not import.
    #[error("importing is not among this account's rights")]
    Denied,
    /// The file has problems.
    #[error("the file has {} problems", .0.len())]
    Problems(Vec<BoundaryProblem>),
    /// The office failed.
    #[error("the office failed")]
    Store(#[from] StoreError),
    /// The work was cut off, or there were no random bytes.
    #[error("the file could not be taken over")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<ImportError> for AtlasError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Denied => Self::Denied,
            ImportError::Store(error) => Self::Store(error),
            other => Self::Broken(Box::new(other)),
        }
    }
}

/// A file as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Where it comes from, in words.
    pub source: String,
    /// Made up, or standing in for others.
    pub synthetic: bool,
    /// The property of a feature that has the county's code.
    pub property: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The boundaries that count, and who brought them, for staff.
pub async fn read(
    app: &App,
    person: &Account,
) -> Result<Option<(BoundarySet, Option<AccountName>)>, AtlasError> {
    if !person.may(Action::WatchFieldwork) {
        return Err(AtlasError::Denied);
    }
    let mut tx = app.office.0.begin_read("read boundaries").await?;
    let conn = &mut tx.conn();
    let Some(set) = boundary_set::find_latest(conn).await? else {
        return Ok(None);
    };
    let people = account::list(conn).await?;
    let by = people.into_iter().find(|who| who.id == set.brought_by);
    Ok(Some((set, by.map(|who| who.name))))
}

/// The boundaries that count, for everybody.
pub async fn latest(app: &App) -> Result<Option<Atlas>, StoreError> {
    let mut tx = app.office.0.begin_read("find boundaries").await?;
    let found = boundary_set::find_latest(&mut tx.conn()).await?;
    Ok(found.map(|set| Atlas {
        boundaries: set.boundaries,
        source: set.source,
        synthetic: set.synthetic,
    }))
}

/// Takes a file over, in the place of what was brought before.
pub async fn bring(app: &App, person: &Account, sent: Sent) -> Result<(), AtlasError> {
    if !person.may(Action::Import) {
        return Err(AtlasError::Denied);
    }
    let mut tx = app.office.0.begin_read("areas of a map").await?;
    let tree = area::list(&mut tx.conn()).await?;
    drop(tx);
    let digest: [u8; 32] = Sha256::digest(&sent.bytes).into();
    let (source, synthetic) = (sent.source.clone(), sent.synthetic);
    // A large file takes a moment of work, which is no reason to let other requests wait.
    let work = move || boundary::read(&sent.bytes, &sent.property, &tree);
    let read = tokio::task::spawn_blocking(work).await;
    let read = read.map_err(|error| AtlasError::Broken(Box::new(error)))?;
    let boundaries = read.map_err(AtlasError::Problems)?;
    let now = app.clock.now();
    let (kind, counties) = match &boundaries {
        Boundaries::Outlines(all) => ("outlines", all.len()),
        Boundaries::Tiles(all) => ("tiles", all.len()),
    };
    let detail = json!({
        "source": source,
        "synthetic": synthetic,
        "kind": kind,
        "counties": counties,
        "digest": hex::encode(digest),
    });
    let set = BoundarySet {
        id: BoundarySetId::new(now, random()?),
        source,
        synthetic,
        digest,
        boundaries,
        brought_by: person.id,
        brought_at: now,
    };
    let mut tx = app.office.0.begin_write("bring boundaries").await?;
    let conn = &mut tx.conn();
    boundary_set::insert(conn, &set).await?;
    let entry = Entry::by(
        person,
        now,
        random()?,
        "bring_map",
        "map".to_owned(),
        detail,
    );
    audit::insert(conn, &entry).await?;
    Ok(tx.commit().await?)
}
