//! Auditors: the records of a closed wave under signature, and what came of the audit, said in public.
//!
//! For: `/organize/{wave}/audit`, `minyi export --audit`, `minyi wave audited`. Uses: office, urn, `survey::analysis`. Promises: only
//! an auditor, only after the close, only under signature; each bundle is in the audit log with its SHA-256 before the first byte
//! leaves; what an auditor attests is an entry of the process log that names nobody.

mod bundle;
mod rerun;

use serde_json::json;
use sha2::{Digest as _, Sha256};

pub(super) use rerun::Rerun;

use super::again::again;
use super::app::App;
use super::exports::ExportError;
use super::process;
use super::waves::{WaveError, find, record};
use crate::storage::StoreError;
use crate::storage::office::audit;
use crate::survey::account::Account;
use crate::survey::answer::DecodeError;
use crate::survey::audit::Entry;
use crate::survey::role::Action;
use crate::survey::seeds::BadList;
use crate::survey::wave::{Wave, WaveKind, WaveSlug, WaveState};

/// What the audit log calls a bundle that was taken.
pub const TAKEN: &str = "take_records";
/// What it calls the attestation.
pub const ATTESTED: &str = "attest_audit";

/// Why there are no records, or nothing was attested.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// Auditing is not among the account's rights.
    #[error("auditing is not among this account's rights")]
    Denied,
    /// The wave is not closed.
    #[error("the wave is not closed")]
    NotClosed,
    /// An open wave has no sample and nothing that could be computed again.
    #[error("an open wave has no sample")]
    NoSample,
    /// The undertaking is not signed.
    #[error("the undertaking is not signed")]
    NotSigned,
    /// A digest has 64 hexadecimal digits.
    #[error("{0:?} is no SHA-256")]
    NoDigest(String),
    /// The wave.
    #[error(transparent)]
    Wave(#[from] WaveError),
    /// What is published of it.
    #[error("what is published cannot be read")]
    Export(#[from] ExportError),
    /// A stored record cannot be read.
    #[error("a stored record cannot be read")]
    Record(#[from] DecodeError),
    /// A list of seeded answers cannot be read.
    #[error("a list of seeded answers cannot be read")]
    Seeds(#[from] BadList),
    /// A document cannot be written.
    #[error("a document cannot be written")]
    Document(#[from] serde_json::Error),
    /// The bundle cannot be packed.
    #[error("the bundle cannot be packed")]
    Packing(#[from] zip::result::ZipError),
    /// The writing was interrupted.
    #[error("the writing was interrupted")]
    Interrupted(#[from] tokio::task::JoinError),
}

impl From<StoreError> for AuditError {
    fn from(error: StoreError) -> Self {
        Self::Wave(error.into())
    }
}

/// Whether the person signs: keeps what is in the bundle to themselves and destroys it after the audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undertaking {
    /// Signed.
    Signed,
    /// Not signed.
    Unsigned,
}

/// What an auditor says of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// SHA-256 of the bundle's `SHA256SUMS`, hexadecimal.
    pub bundle: String,
    /// SHA-256 of the protocol of `minyi verify`, hexadecimal.
    pub protocol: String,
    /// Everything that could be checked holds.
    pub agrees: bool,
}

/// An audited wave.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    /// The wave.
    pub wave: Wave,
    /// Bundles that were taken and attestations, the first one first.
    pub history: Vec<Entry>,
}

/// What auditors did with a wave.
pub async fn board(app: &App, person: &Account, slug: &WaveSlug) -> Result<Board, AuditError> {
    let wave = closed(app, person, slug).await?;
    let mut tx = app.office.0.begin_read("audits of a wave").await?;
    let mut history = audit::list_subject(&mut tx.conn(), &super::waves::subject(slug)).await?;
    history.retain(|entry| [TAKEN, ATTESTED].contains(&entry.action.as_str()));
    history.sort_by_key(|entry| entry.at);
    Ok(Board { wave, history })
}

/// The auditors' bundle.
pub async fn take(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    undertaking: Undertaking,
) -> Result<Vec<u8>, AuditError> {
    let wave = closed(app, person, slug).await?;
    if undertaking == Undertaking::Unsigned {
        return Err(AuditError::NotSigned);
    }
    let bytes = bundle::bytes(app, &wave).await?;
    let detail = json!({ "sha256": hex::encode(Sha256::digest(&bytes)), "undertaking": true });
    again(|| note(app, person, &wave, TAKEN, detail.clone())).await?;
    Ok(bytes)
}

/// An auditor says in the process log what came of an audit.
pub async fn attest(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    said: &Attestation,
) -> Result<(), AuditError> {
    let wave = closed(app, person, slug).await?;
    for digest in [&said.bundle, &said.protocol] {
        let is_one = hex::decode(digest).is_ok_and(|bytes| bytes.len() == 32);
        if !is_one {
            return Err(AuditError::NoDigest(digest.clone()));
        }
    }
    let detail = json!({
        "bundle": said.bundle.to_lowercase(),
        "protocol": said.protocol.to_lowercase(),
        "agrees": said.agrees,
    });
    Ok(again(|| note(app, person, &wave, ATTESTED, detail.clone())).await?)
}

async fn note(
    app: &App,
    person: &Account,
    wave: &Wave,
    action: &str,
    detail: serde_json::Value,
) -> Result<(), WaveError> {
    let mut tx = app.office.0.begin_write("note an audit").await?;
    let now = app.clock.now();
    process::append(&mut tx.conn(), wave, now, action, &detail).await?;
    record(&mut tx.conn(), person, now, action, wave, detail).await?;
    Ok(tx.commit().await?)
}

async fn closed(app: &App, person: &Account, slug: &WaveSlug) -> Result<Wave, AuditError> {
    if !person.may(Action::Audit) {
        return Err(AuditError::Denied);
    }
    let mut tx = app.office.0.begin_read("wave of an audit").await?;
    let wave = find(&mut tx.conn(), slug).await?;
    if wave.kind == WaveKind::Open {
        return Err(AuditError::NoSample);
    }
    if wave.state < WaveState::Closed {
        return Err(AuditError::NotClosed);
    }
    Ok(wave)
}
