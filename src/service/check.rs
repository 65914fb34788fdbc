//! Whether an instance's two stores tell one story, or as much of it as one of them knows.
//!
//! For: `minyi check`, and every backup and restore. Promises: reads only; compares counts between the
//! stores and never a single code with a single response. Where one store is with another operator, the counts that two people compare
//! are of whole waves: used codes on one side, records on the other.

use std::collections::BTreeSet;

use super::intake::record;
use super::keys::{Keys, KeysError};
use super::logs;
use super::paper;
use super::retention;
use super::terms::{self, Terms};
use crate::ledger::commitment::Commitment;
use crate::ledger::tree::{Frontier, Hash};
use crate::storage::office::{invitation, process_entry, wave};
use crate::storage::urn::log::{self, Log};
use crate::storage::urn::{leaf, pool, response, spent};
use crate::storage::{Conn, Office, StoreError, Urn};
use crate::survey::ids::WaveId;
use crate::survey::time::Instant;
use crate::survey::wave::{Wave, WaveKind, WaveState};

/// Counts of one wave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaveCheck {
    /// The wave.
    pub wave: Wave,
    /// Codes that were used; nothing where the office is with another program.
    pub used: Option<u64>,
    /// What the urn has of it; nothing where that is with another program.
    pub urn: Option<UrnCheck>,
    /// Key files of the wave in this place; `None` without keys.
    pub keys_here: Option<u64>,
    /// When its keys are destroyed, as its seal stated.
    pub keys_until: Option<Instant>,
    /// What does not fit.
    pub problems: Vec<Mismatch>,
}

/// Counts of one wave in the urn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrnCheck {
    /// Tokens that were spent.
    pub spent: u64,
    /// Records that wait for a batch.
    pub pool: u64,
    /// Of these, records whose key is not among the keys.
    pub unreadable: u64,
    /// Responses.
    pub responses: u64,
    /// Leaves of the log.
    pub leaves: u64,
    /// Root of the tree over them.
    pub root: Hash,
    /// The log in use.
    pub log: Log,
}

impl UrnCheck {
    /// Records, waiting or logged.
    #[must_use]
    pub const fn records(&self) -> u64 {
        self.pool + self.responses
    }
}

/// Something that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// Leaves and responses are not the same commitments.
    Leaves {
        /// Responses without a leaf.
        unlogged: u64,
        /// Leaves without a response.
        missing: u64,
    },
    /// Responses that are not what was committed to.
    Altered(u64),
    /// Spent tokens are not as many as records and responses.
    Spent,
    /// Fewer codes were used than there are records and responses.
    Used,
}

impl Mismatch {
    /// Key of its sentence.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Leaves { .. } => "check-leaves",
            Self::Altered(_) => "check-altered",
            Self::Spent => "check-spent",
            Self::Used => "check-used",
        }
    }
}

/// Checks every wave that has a log, in the stores that are here; without keys, nothing is said of unreadable records.
///
/// # Errors
/// A store failed, or a document that the urn was given cannot be read.
pub async fn waves(
    office: &Office,
    urn: &Urn,
    keys: Option<&Keys>,
) -> Result<Vec<WaveCheck>, StoreError> {
    let mut checks = if office.0.here().is_ok() {
        of_office(office, keys).await?
    } else {
        let told = terms::list(urn).await?;
        told.into_iter()
            .map(|told| told.map(|told| of_terms(told, keys)))
            .collect::<Result<_, _>>()?
    };
    checks.retain(|check| check.wave.state >= WaveState::Open);
    if urn.0.here().is_ok() {
        // The urn as a whole comes first: a code that is used meanwhile has no record here yet, and never the
        // other way round.
        let mut tx = urn.0.begin_read("check urn").await?;
        for check in &mut checks {
            let (found, problems) = in_urn(&mut tx.conn(), keys, check.wave.id).await?;
            check.urn = Some(found);
            check.problems.extend(problems);
        }
    }
    if office.0.here().is_ok() {
        count_used(office, &mut checks).await?;
    }
    Ok(checks)
}

/// The waves as the office has them.
async fn of_office(office: &Office, keys: Option<&Keys>) -> Result<Vec<WaveCheck>, StoreError> {
    let mut tx = office.0.begin_read("waves to check").await?;
    let mut conn = tx.conn();
    let mut checks = Vec::new();
    for wave in wave::list(&mut conn).await? {
        let entries = process_entry::list(&mut conn, wave.id).await?;
        checks.push(begun(wave, retention::read(&entries).until, keys));
    }
    Ok(checks)
}

/// A wave as the urn was told of it.
fn of_terms(told: Terms, keys: Option<&Keys>) -> WaveCheck {
    begun(told.wave, told.codes_until, keys)
}

fn begun(wave: Wave, keys_until: Option<Instant>, keys: Option<&Keys>) -> WaveCheck {
    let left = keys.and_then(|keys| keys.left(wave.id).ok());
    WaveCheck {
        wave,
        used: None,
        urn: None,
        keys_here: left.map(|left| count(left.len())),
        keys_until,
        problems: Vec::new(),
    }
}

/// Counts used codes and compares them with the records, where these are here.
async fn count_used(office: &Office, checks: &mut [WaveCheck]) -> Result<(), StoreError> {
    let mut tx = office.0.begin_read("check office").await?;
    for check in checks {
        let issued = invitation::count_by_county(&mut tx.conn(), check.wave.id).await?;
        let used = issued.values().map(|(_, used)| used).sum();
        check.used = Some(used);
        // An open wave has no codes.
        let coded = check.wave.kind == WaveKind::Probability;
        let records = check.urn.as_ref().map_or(0, UrnCheck::records);
        if coded && used < records {
            check.problems.push(Mismatch::Used);
        }
    }
    Ok(())
}

/// What the urn says of a wave.
async fn in_urn(
    urn: &mut Conn<'_>,
    keys: Option<&Keys>,
    id: WaveId,
) -> Result<(UrnCheck, Vec<Mismatch>), StoreError> {
    let spent: u64 = spent::count_by_county(urn, id).await?.into_values().sum();
    let waiting = pool::count_waiting(urn, id).await?;
    let records: u64 = waiting.iter().map(|line| line.records).sum();
    let unreadable = waiting.iter().filter(|line| {
        keys.is_some_and(|keys| {
            matches!(
                keys.is_destroyed(id, line.epoch),
                Ok(true) | Err(KeysError::Missing { .. })
            )
        })
    });
    let unreadable = unreadable.map(|line| line.records).sum();
    let tree = logs::grow(urn, id, Frontier::default(), u64::MAX).await?;
    let (responses, mut problems) = compare(urn, id).await?;
    let log = log::latest(urn, id).await?;
    // What was lost in a restore was spent all the same.
    let returned = paper::count(urn, id).await?.into_values();
    // An envelope spends its code when it arrives; its sheet is typed later, or never.
    let unentered: u64 = returned.map(|paper| paper.envelopes - paper.entered).sum();
    let stored = records + responses + unentered;
    if !(stored..=stored + log.lost).contains(&spent) {
        problems.push(Mismatch::Spent);
    }
    let found = UrnCheck {
        spent,
        pool: records,
        unreadable,
        responses,
        leaves: tree.size(),
        root: tree.root(),
        log,
    };
    Ok((found, problems))
}

/// Number of responses, and how they differ from the leaves and from what was committed to.
async fn compare(urn: &mut Conn<'_>, wave: WaveId) -> Result<(u64, Vec<Mismatch>), StoreError> {
    let responses = response::list(urn, wave).await?;
    let leaves = leaf::list(urn, wave, 0, u64::MAX).await?;
    let logged: BTreeSet<Hash> = leaves.iter().map(|leaf| leaf.commitment).collect();
    let kept: BTreeSet<Hash> = responses.iter().map(|r| r.commitment).collect();
    let opens = responses.iter().filter(|response| {
        let commitment = Commitment::from_bytes(response.commitment);
        commitment.opens(&response.salt, &record::canonical(response))
    });
    let altered = count(responses.len() - opens.count());
    let unlogged = count(kept.difference(&logged).count());
    let missing = count(logged.difference(&kept).count());
    let mut problems = Vec::new();
    if unlogged > 0 || missing > 0 || leaves.len() != logged.len() {
        problems.push(Mismatch::Leaves { unlogged, missing });
    }
    if altered > 0 {
        problems.push(Mismatch::Altered(altered));
    }
    Ok((count(responses.len()), problems))
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
