//! Whether an instance's two stores tell one story.
//!
//! For: `minyi check`, and every backup and restore. Promises: reads only; compares counts between the
//! stores and never a single code with a single response.

use std::collections::BTreeSet;

use super::intake::record;
use super::keys::{Keys, KeysError};
use super::logs;
use super::paper;
use crate::ledger::commitment::Commitment;
use crate::ledger::tree::{Frontier, Hash};
use crate::storage::office::{invitation, wave};
use crate::storage::urn::log::{self, Log};
use crate::storage::urn::{leaf, pool, response, spent};
use crate::storage::{Conn, Office, StoreError, Urn};
use crate::survey::ids::WaveId;
use crate::survey::wave::{Wave, WaveKind, WaveState};

/// Counts of one wave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaveCheck {
    /// The wave.
    pub wave: Wave,
    /// Codes that were used.
    pub used: u64,
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
    /// Key files of the wave in this place; `None` without keys.
    pub keys_here: Option<u64>,
    /// What does not fit.
    pub problems: Vec<Mismatch>,
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

/// Checks every wave that has a log; without keys, nothing is said of unreadable records.
pub async fn waves(
    office: &Office,
    urn: &Urn,
    keys: Option<&Keys>,
) -> Result<Vec<WaveCheck>, StoreError> {
    let waves = {
        let mut tx = office.0.begin_read("waves to check").await?;
        wave::list(&mut tx.conn()).await?
    };
    // The urn as a whole comes first: a code that is used meanwhile has no record here yet, and never the
    // other way round.
    let mut checks = Vec::new();
    let mut tx = urn.0.begin_read("check urn").await?;
    for wave in waves.into_iter().filter(|w| w.state >= WaveState::Open) {
        checks.push(check(&mut tx.conn(), keys, wave).await?);
    }
    drop(tx);
    let mut tx = office.0.begin_read("check office").await?;
    for check in &mut checks {
        let issued = invitation::count_by_county(&mut tx.conn(), check.wave.id).await?;
        check.used = issued.values().map(|(_, used)| used).sum();
        // An open wave has no codes.
        let coded = check.wave.kind == WaveKind::Probability;
        if coded && check.used < check.pool + check.responses {
            check.problems.push(Mismatch::Used);
        }
    }
    Ok(checks)
}

/// What the urn says of a wave; the office is asked later.
async fn check(
    urn: &mut Conn<'_>,
    keys: Option<&Keys>,
    wave: Wave,
) -> Result<WaveCheck, StoreError> {
    let id = wave.id;
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
    let keys_here = keys.and_then(|keys| keys.left(id).ok());
    let keys_here = keys_here.map(|left| u64::try_from(left.len()).unwrap_or(u64::MAX));
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
    Ok(WaveCheck {
        wave,
        used: 0,
        spent,
        pool: records,
        unreadable,
        responses,
        leaves: tree.size(),
        root: tree.root(),
        log,
        keys_here,
        problems,
    })
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
