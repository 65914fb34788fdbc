//! Witnesses of this instance: after each batch and each step of a wave the heads of its logs are cosigned by other parties.
//!
//! For: `serve --witness`. Uses: requests of ours, `ledger`, a table of cosignatures in each store: heads of process logs are the office's,
//! heads of answers' logs the urn's, so that each of two programs asks for its own. Promises: a witness that does not answer
//! holds nobody up and is asked again; only a line that verifies under the witness' key is kept; where a witness saw a longer log than
//! there is, the log says so as an error: either it was rolled back, or somebody else signs with its key.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::app::App;
use super::logs::{self, LogError};
use super::outgoing::{Outgoing, OutgoingError};
use super::process;
use super::terms;
use super::witness::write_request;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::cosignature::Cosigner;
use crate::ledger::whole::Whole;
use crate::storage::StoreError;
use crate::storage::cosignature;
pub use crate::storage::cosignature::Cosignature;
use crate::storage::office::wave;
use crate::storage::urn::leaf;
use crate::survey::time::Instant;
use crate::survey::wave::{Wave, WaveState};

/// How long somebody who deposits a list waits for a witness.
const AT_ONCE: Duration = Duration::from_secs(6);

/// Another party: its key and where it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Name and key.
    pub cosigner: Cosigner,
    /// Its address, without a slash at the end.
    pub url: String,
}

impl Party {
    /// Reads `NAME+HASH+KEY@ADDRESS`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (key, url) = text.split_once('@')?;
        Some(Self {
            cosigner: Cosigner::read(key)?,
            url: url.trim_end_matches('/').to_owned(),
        })
    }
}

/// The witnesses of an instance. Cheap to clone.
#[derive(Clone, Default)]
pub struct Witnesses(Option<Arc<Asking>>);

struct Asking {
    parties: Vec<Party>,
    outgoing: Outgoing,
}

impl Witnesses {
    /// These parties.
    #[must_use]
    pub fn new(parties: Vec<Party>, outgoing: Outgoing) -> Self {
        Self(Some(Arc::new(Asking { parties, outgoing })))
    }
}

/// Why a head was not cosigned.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// A store.
    #[error("a store failed")]
    Store(#[from] StoreError),
    /// The log stands still.
    #[error("the log stands still")]
    Log(#[from] LogError),
    /// The witness cannot be reached.
    #[error("the witness cannot be reached")]
    Away(#[from] OutgoingError),
    /// It does not answer while somebody waits.
    #[error("the witness does not answer at once")]
    Late,
    /// It refuses.
    #[error("the witness answered {0}")]
    Refused(u16),
    /// It says that this head does not go on the one it saw.
    #[error("the witness says that this head does not go on the one it saw")]
    Inconsistent,
    /// It cosigned a longer log than there is.
    #[error("the witness cosigned {theirs} entries, and there are {ours}")]
    Longer {
        /// Entries that it saw.
        theirs: u64,
        /// Entries here.
        ours: u64,
    },
    /// What it answered is no cosignature of this head.
    #[error("the answer is no cosignature of this head")]
    NotSigned,
}

/// A log with its head, and its entries for a proof.
struct Log {
    name: String,
    note: String,
    size: u64,
    entries: Vec<Vec<u8>>,
}

/// A head with the log's signature and the lines of witnesses.
pub(super) struct Fresh {
    /// All of it.
    pub note: String,
    /// Entries of the log.
    pub size: u64,
}

/// Asks at this pace until the instance stops; for a running server.
pub fn keep_asking(app: &App, pace: Duration) {
    if app.witnesses.0.is_none() {
        return;
    }
    let tasks = app.tasks.clone();
    let app = app.clone();
    tasks.spawn(async move {
        loop {
            if let Err(error) = ask_all(&app).await {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "no witness could be asked");
            }
            tokio::select! {
                () = app.stop.cancelled() => return,
                () = tokio::time::sleep(pace) => {}
            }
        }
    });
}

/// Has every head cosigned that is not yet; how many were.
pub async fn ask_all(app: &App) -> Result<u64, StoreError> {
    let Some(asking) = app.witnesses.0.clone() else {
        return Ok(0);
    };
    let mut cosigned = 0;
    for wave in waves(app).await? {
        for log in names(app, &wave).await? {
            for party in &asking.parties {
                match ask(app, &asking.outgoing, party, (&wave, &log)).await {
                    Ok(true) => cosigned += 1,
                    Ok(false) => {}
                    Err(error) => tracing::error!(
                        wave = %wave.slug,
                        log,
                        witness = party.cosigner.name,
                        error = &error as &dyn std::error::Error,
                        "a head was not cosigned"
                    ),
                }
            }
        }
    }
    Ok(cosigned)
}

/// Waves with a log of which this program has a head.
async fn waves(app: &App) -> Result<Vec<Wave>, StoreError> {
    if app.office.0.here().is_err() {
        return terms::opened(app).await;
    }
    let mut tx = app.office.0.begin_read("waves to be witnessed").await?;
    let mut waves = wave::list(&mut tx.conn()).await?;
    waves.retain(|wave| wave.state >= WaveState::Sealed);
    Ok(waves)
}

/// Asks one witness for the head of a log; whether there was one that it had not cosigned.
async fn ask(
    app: &App,
    outgoing: &Outgoing,
    party: &Party,
    (wave, name): (&Wave, &str),
) -> Result<bool, AskError> {
    let last = last(app, wave, name, &party.cosigner.name).await?;
    let Some(log) = read(app, wave, name, last).await? else {
        return Ok(false);
    };
    let given = cosign(outgoing, party, &log, last.unwrap_or(0)).await?;
    keep(app, wave, &log.name, &given).await?;
    Ok(true)
}

/// Keeps a cosignature in the store whose log it is.
async fn keep(app: &App, wave: &Wave, log: &str, given: &Cosignature) -> Result<(), StoreError> {
    if log == process::NAME {
        let mut tx = app.office.0.begin_write("keep a cosignature").await?;
        cosignature::upsert(&mut tx.conn(), wave.id, log, given).await?;
        return tx.commit().await;
    }
    let mut tx = app.urn.0.begin_write("keep a cosignature").await?;
    cosignature::upsert(&mut tx.conn(), wave.id, log, given).await?;
    tx.commit().await
}

/// A head of a log as it is at this moment, cosigned at this moment by at least one witness; nothing if there is none or none answers.
pub(super) async fn fresh(app: &App, wave: &Wave, name: &str) -> Result<Option<Fresh>, AskError> {
    let Some(asking) = app.witnesses.0.clone() else {
        return Ok(None);
    };
    let Some(log) = read(app, wave, name, None).await? else {
        return Ok(None);
    };
    let mut found = Fresh {
        note: log.note.clone(),
        size: log.size,
    };
    let (outgoing, log) = (&asking.outgoing, &log);
    let asked = asking.parties.iter().map(|party| async move {
        let last = last(app, wave, name, &party.cosigner.name).await?;
        let cosigning = cosign(outgoing, party, log, last.unwrap_or(0));
        let given = tokio::time::timeout(AT_ONCE, cosigning).await;
        given.map_err(|_| AskError::Late)?
    });
    let answers = futures_util::future::join_all(asked).await;
    let mut lines = 0;
    for (party, answer) in asking.parties.iter().zip(answers) {
        match answer {
            Ok(given) => {
                keep(app, wave, name, &given).await?;
                found.note.push_str(&given.line);
                found.note.push('\n');
                lines += 1;
            }
            Err(error) => tracing::error!(
                wave = %wave.slug,
                log = name,
                witness = party.cosigner.name,
                error = &error as &dyn std::error::Error,
                "a head was not cosigned"
            ),
        }
    }
    Ok((lines > 0).then_some(found))
}

/// Names of the logs of a wave.
async fn names(app: &App, wave: &Wave) -> Result<Vec<String>, StoreError> {
    let mut names = Vec::new();
    if app.office.0.here().is_ok() {
        names.push(process::NAME.to_owned());
    }
    // The head of the answers' log is with the urn.
    if wave.state >= WaveState::Open && app.urn.0.here().is_ok() {
        let log = logs::standing(app, wave.id).await?;
        if !log.is_halted {
            names.push(log.number.to_string());
        }
    }
    Ok(names)
}

async fn last(app: &App, wave: &Wave, log: &str, witness: &str) -> Result<Option<u64>, StoreError> {
    let given = list(app, wave, log).await?;
    let own = given.into_iter().find(|one| one.witness == witness);
    Ok(own.map(|one| one.size))
}

/// A log whose head is not the one that was cosigned last.
async fn read(
    app: &App,
    wave: &Wave,
    name: &str,
    last: Option<u64>,
) -> Result<Option<Log>, AskError> {
    let (note, size, entries) = if name == process::NAME {
        let entries = process::entries(app, wave).await?;
        let note = process::checkpoint(app, wave, &entries);
        let size = entries.len() as u64;
        let bytes = entries.into_iter().map(String::into_bytes);
        (note, size, bytes.collect())
    } else {
        let note = logs::checkpoint(app, wave).await?;
        let size = size_of(app, &note);
        if last == Some(size) {
            return Ok(None);
        }
        let mut tx = app.urn.0.begin_read("leaves for a proof").await?;
        let leaves = leaf::list(&mut tx.conn(), wave.id, 0, size).await?;
        let entries = leaves.iter().map(|leaf| leaf.commitment.to_vec());
        (note, size, entries.collect())
    };
    Ok((last != Some(size)).then(|| Log {
        name: name.to_owned(),
        note,
        size,
        entries,
    }))
}

/// The size that a head of ours says.
fn size_of(app: &App, note: &str) -> u64 {
    let key = app.keys.signing().verifying_key();
    Checkpoint::open(note, &key).map_or(0, |head| head.size)
}

/// Has a head cosigned that goes on one of `old` entries; a witness that saw another one is asked once more.
async fn cosign(
    outgoing: &Outgoing,
    party: &Party,
    log: &Log,
    old: u64,
) -> Result<Cosignature, AskError> {
    let url = format!("{}/add-checkpoint", party.url);
    let mut old = old;
    for _ in 0..2 {
        let tree = Whole::of(log.entries.iter().map(Vec::as_slice));
        let proof = match old {
            0 => Some(Vec::new()),
            old => tree.consistency(old, log.size),
        };
        let proof = proof.ok_or(AskError::Longer {
            theirs: old,
            ours: log.size,
        })?;
        let request = write_request(old, &proof, &log.note);
        let (status, body) = outgoing.post(&url, request).await?;
        let text = String::from_utf8_lossy(&body).into_owned();
        match status {
            200 => {
                let found = party.cosigner.line_of(&log.note, &text);
                let (line, time) = found.ok_or(AskError::NotSigned)?;
                let micros = i64::try_from(time).unwrap_or(0).saturating_mul(1_000_000);
                return Ok(Cosignature {
                    witness: party.cosigner.name.clone(),
                    size: log.size,
                    at: Instant::from_micros(micros),
                    line: line.to_owned(),
                });
            }
            409 => {
                old = text.trim().parse().map_err(|_| AskError::Refused(status))?;
                if old > log.size {
                    return Err(AskError::Longer {
                        theirs: old,
                        ours: log.size,
                    });
                }
            }
            422 => return Err(AskError::Inconsistent),
            status => return Err(AskError::Refused(status)),
        }
    }
    Err(AskError::Refused(409))
}

/// A head with the lines of those who cosigned it.
pub(super) async fn cosigned(
    app: &App,
    wave: &Wave,
    log: &str,
    note: String,
) -> Result<String, StoreError> {
    let size = size_of(app, &note);
    let given = list(app, wave, log).await?;
    let lines = given.iter().filter(|one| one.size == size);
    Ok(lines.fold(note, |note, one| format!("{note}{}\n", one.line)))
}

/// Who cosigned a log of a wave, and how far, as far as this program knows it.
pub(super) async fn list(
    app: &App,
    wave: &Wave,
    log: &str,
) -> Result<Vec<Cosignature>, StoreError> {
    let mut latest = BTreeMap::new();
    if log != process::NAME && app.urn.0.here().is_ok() {
        let mut tx = app.urn.0.begin_read("cosignatures").await?;
        for one in cosignature::list(&mut tx.conn(), wave.id, log).await? {
            latest.insert(one.witness.clone(), one);
        }
    }
    if app.office.0.here().is_ok() {
        // Also those under an answers' log that an earlier version kept here.
        let mut tx = app.office.0.begin_read("cosignatures").await?;
        for one in cosignature::list(&mut tx.conn(), wave.id, log).await? {
            let known = latest.get(&one.witness);
            if known.is_none_or(|known: &Cosignature| known.size < one.size) {
                latest.insert(one.witness.clone(), one);
            }
        }
    }
    Ok(latest.into_values().collect())
}
