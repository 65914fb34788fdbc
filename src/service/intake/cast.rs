//! Second step: the urn. The token is unspent; keep the sealed record and the spent token.

use std::collections::{BTreeMap, BTreeSet};

use subtle::ConstantTimeEq as _;

use crate::storage::urn::pool::{self, Pooled};
use crate::storage::urn::spent::{self, Earlier, NewSpent};
use crate::storage::urn::{epoch, gate};
use crate::storage::{Backend, Conn, StoreError, Urn};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;

/// A sealed record to be cast.
#[derive(Clone)]
pub(super) struct Cast {
    pub wave: WaveId,
    pub county: AreaCode,
    pub spent: NewSpent,
    pub record: Pooled,
}

/// What became of it.
#[derive(Clone)]
pub(super) enum Outcome {
    /// Kept.
    Kept,
    /// The same submission was kept before; this is its receipt, sealed.
    Again(Earlier),
    /// Another submission was kept before.
    Other,
    /// The urn takes no more records of this wave.
    Shut,
    /// The epoch's key is being destroyed: seal again under a later one.
    Stale,
    /// It is unknown whether it was kept; sending again settles it.
    Unsettled,
    /// The urn failed.
    Failed,
}

/// One county's part of a batch, with places in the batch.
type Part<'a> = Vec<(usize, &'a Cast)>;

/// Casts a batch. On SQLite it is one transaction; on PostgreSQL one per county, so that each
/// touches one partition.
pub(super) async fn cast(urn: &Urn, batch: &[Cast]) -> Vec<Outcome> {
    let mut counties: BTreeMap<(WaveId, &AreaCode), Part<'_>> = BTreeMap::new();
    for (place, cast) in batch.iter().enumerate() {
        counties
            .entry((cast.wave, &cast.county))
            .or_default()
            .push((place, cast));
    }
    let parts: Vec<Part<'_>> = counties.into_values().collect();
    let transactions: Vec<&[Part<'_>]> = match urn.0.backend() {
        Backend::Sqlite => vec![parts.as_slice()],
        Backend::Postgres => parts.chunks(1).collect(),
    };
    let mut outcomes = vec![Outcome::Unsettled; batch.len()];
    for parts in transactions {
        match commit(urn, parts).await {
            Ok(settled) => {
                for (place, outcome) in settled {
                    if let Some(slot) = outcomes.get_mut(place) {
                        *slot = outcome;
                    }
                }
            }
            Err(error) => fail(parts, &error, &mut outcomes),
        }
    }
    outcomes
}

fn fail(parts: &[Part<'_>], error: &StoreError, outcomes: &mut [Outcome]) {
    if error.is_transient() {
        tracing::warn!(
            error = error as &dyn std::error::Error,
            "casting was not settled"
        );
        return;
    }
    tracing::error!(error = error as &dyn std::error::Error, "casting failed");
    for (place, _) in parts.iter().flatten() {
        if let Some(slot) = outcomes.get_mut(*place) {
            *slot = Outcome::Failed;
        }
    }
}

async fn commit(urn: &Urn, parts: &[Part<'_>]) -> Result<Vec<(usize, Outcome)>, StoreError> {
    let mut tx = urn.0.begin_intake("cast").await?;
    let mut settled = Vec::new();
    for part in parts {
        settled.extend(cast_part(&mut tx.conn(), part).await?);
    }
    tx.commit().await?;
    Ok(settled)
}

async fn cast_part(
    conn: &mut Conn<'_>,
    part: &Part<'_>,
) -> Result<Vec<(usize, Outcome)>, StoreError> {
    let Some((_, first)) = part.first() else {
        return Ok(Vec::new());
    };
    let (wave, county) = (first.wave, &first.county);
    if !gate::hold(conn, wave, county).await? {
        return Ok(part
            .iter()
            .map(|(place, _)| (*place, Outcome::Shut))
            .collect());
    }
    let live = live_epochs(conn, part, wave).await?;
    // The first of several submissions with one token is the one to keep; the map's order is the
    // key order in which rows are locked.
    let mut candidates: BTreeMap<[u8; 32], &Cast> = BTreeMap::new();
    for (_, cast) in part
        .iter()
        .filter(|(_, cast)| live.contains(&cast.record.epoch))
    {
        candidates.entry(cast.spent.token_hash).or_insert(cast);
    }
    let tokens: Vec<&NewSpent> = candidates.values().map(|cast| &cast.spent).collect();
    let fresh = spent::insert(conn, wave, county, &tokens).await?;
    let records: Vec<&Pooled> = candidates
        .values()
        .filter(|cast| fresh.contains(&cast.spent.token_hash))
        .map(|cast| &cast.record)
        .collect();
    if !records.is_empty() {
        pool::insert(conn, wave, county, &records).await?;
    }
    let kept = |cast: &Cast| {
        fresh.contains(&cast.spent.token_hash)
            && candidates
                .get(&cast.spent.token_hash)
                .is_some_and(|first| first.record.key == cast.record.key)
    };
    let others: BTreeSet<[u8; 32]> = part
        .iter()
        .filter(|(_, cast)| !kept(cast))
        .map(|(_, cast)| cast.spent.token_hash)
        .collect();
    let others: Vec<[u8; 32]> = others.into_iter().collect();
    let earlier = if others.is_empty() {
        BTreeMap::new()
    } else {
        spent::list(conn, wave, county, &others).await?
    };
    Ok(part
        .iter()
        .map(|(place, cast)| {
            let outcome = if kept(cast) {
                Outcome::Kept
            } else {
                compare(cast, earlier.get(&cast.spent.token_hash))
            };
            (*place, outcome)
        })
        .collect())
}

/// The epochs of these casts whose keys may still be used.
async fn live_epochs(
    conn: &mut Conn<'_>,
    part: &Part<'_>,
    wave: WaveId,
) -> Result<BTreeSet<i64>, StoreError> {
    let named: BTreeSet<i64> = part.iter().map(|(_, cast)| cast.record.epoch).collect();
    let mut live = BTreeSet::new();
    for number in named {
        if epoch::hold(conn, wave, number).await? {
            live.insert(number);
        }
    }
    Ok(live)
}

/// What an earlier cast with the same token means for this one.
fn compare(cast: &Cast, earlier: Option<&Option<Earlier>>) -> Outcome {
    match earlier {
        Some(Some(earlier)) if bool::from(earlier.digest.ct_eq(&cast.spent.digest)) => {
            Outcome::Again(earlier.clone())
        }
        Some(_) => Outcome::Other,
        None => Outcome::Stale,
    }
}
