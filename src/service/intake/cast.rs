//! Second step: the urn. The token is unspent; keep the sealed record and the spent token.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use subtle::ConstantTimeEq as _;

use super::places::{self, Claim};
use crate::storage::urn::cast::{self as rows, Done};
use crate::storage::urn::pool::Pooled;
use crate::storage::urn::spent::{self, Earlier, NewSpent};
use crate::storage::{Backend, Direct, StoreError, Urn};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;

/// How often a transaction is tried when others are in its way.
const TRIES: usize = 4;

/// A sealed record to be cast.
#[derive(Clone)]
pub(super) struct Cast {
    pub wave: WaveId,
    pub county: AreaCode,
    pub spent: NewSpent,
    pub record: Pooled,
    /// In an open wave: the place that it takes.
    pub claim: Option<Claim>,
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
    /// The commitment that the phone has was opened, or its day is over: it takes a new one.
    Worn,
    /// It is unknown whether it was kept; sending again settles it.
    Unsettled,
    /// The urn failed.
    Failed,
}

/// One county's part of a batch, with places in the batch.
struct Part<'a> {
    wave: WaveId,
    county: &'a AreaCode,
    casts: Vec<(usize, &'a Cast)>,
}

impl Part<'_> {
    /// Nothing but tokens and records.
    fn is_plain(&self) -> bool {
        let mut casts = self.casts.iter();
        casts.all(|(_, cast)| cast.claim.is_none() && cast.spent.tried.is_none())
    }
}

/// Casts a batch. On SQLite it is one transaction; on PostgreSQL a statement for each wave, or, where counties may lie on several
/// servers or more is to be written than tokens and records, a transaction for each county, all at once.
pub(super) async fn cast(urn: &Urn, batch: &[Cast]) -> Vec<Outcome> {
    let parts = parts(batch);
    let at_once = urn.0.writes_at_once();
    let together =
        |a: &Part<'_>, b: &Part<'_>| at_once && a.wave == b.wave && a.is_plain() && b.is_plain();
    let transactions: Vec<&[Part<'_>]> = match urn.0.backend() {
        Backend::Sqlite => vec![parts.as_slice()],
        Backend::Postgres => parts.chunk_by(together).collect(),
    };
    let commits = transactions.iter().map(|parts| commit(urn, parts));
    let results = join_all(commits).await;
    let mut outcomes = vec![Outcome::Unsettled; batch.len()];
    for (parts, result) in transactions.into_iter().zip(results) {
        match result {
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

/// The batch by wave and county.
fn parts(batch: &[Cast]) -> Vec<Part<'_>> {
    let mut counties: BTreeMap<(WaveId, &AreaCode), Vec<(usize, &Cast)>> = BTreeMap::new();
    for (place, cast) in batch.iter().enumerate() {
        counties
            .entry((cast.wave, &cast.county))
            .or_default()
            .push((place, cast));
    }
    let parts = counties.into_iter();
    parts
        .map(|((wave, county), casts)| Part {
            wave,
            county,
            casts,
        })
        .collect()
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
    for (place, _) in parts.iter().flat_map(|part| &part.casts) {
        if let Some(slot) = outcomes.get_mut(*place) {
            *slot = Outcome::Failed;
        }
    }
}

/// Casts what goes into one transaction; again while others are in its way, as they can be where a
/// partition lies on another server.
async fn commit(urn: &Urn, parts: &[Part<'_>]) -> Result<Vec<(usize, Outcome)>, StoreError> {
    for _ in 1..TRIES {
        match attempt(urn, parts).await {
            Err(StoreError::Contention(_)) => {}
            settled => return settled,
        }
    }
    attempt(urn, parts).await
}

async fn attempt(urn: &Urn, parts: &[Part<'_>]) -> Result<Vec<(usize, Outcome)>, StoreError> {
    if urn.0.writes_at_once() && parts.iter().all(Part::is_plain) {
        return at_once(urn, parts).await;
    }
    let mut tx = urn.0.begin_direct("cast").await?;
    let mut settled = Vec::new();
    for part in parts {
        let (conn, firsts) = (&mut tx.conn()?, firsts(part));
        let asked: Vec<_> = firsts
            .values()
            .map(|cast| (&cast.spent, &cast.record))
            .collect();
        let done = rows::row_by_row(conn, part.wave, part.county, &asked).await?;
        settled.extend(conclude(conn, part, &firsts, &done).await?);
    }
    tx.commit().await?;
    Ok(settled)
}

/// Casts parts of one wave in one statement.
async fn at_once(urn: &Urn, parts: &[Part<'_>]) -> Result<Vec<(usize, Outcome)>, StoreError> {
    let Some(Part { wave, .. }) = parts.first() else {
        return Ok(Vec::new());
    };
    let firsts: Vec<Firsts<'_>> = parts.iter().map(firsts).collect();
    let asked = parts.iter().zip(&firsts).flat_map(|(part, firsts)| {
        let casts = firsts.values();
        casts.map(|cast| (part.county, &cast.spent, &cast.record))
    });
    let asked: Vec<_> = asked.collect();
    let mut tx = urn.0.begin_single("cast").await?;
    let conn = &mut tx.conn()?;
    let mut done = rows::at_once(conn, *wave, &asked).await?;
    let mut settled = Vec::new();
    for (part, firsts) in parts.iter().zip(&firsts) {
        let done = done.remove(part.county).unwrap_or_default();
        settled.extend(conclude(conn, part, firsts, &done).await?);
    }
    tx.commit().await?;
    Ok(settled)
}

/// The first of several submissions with one token is the one to keep; the map's order is the key order in which rows are locked.
type Firsts<'a> = BTreeMap<[u8; 32], &'a Cast>;

fn firsts<'a>(part: &Part<'a>) -> Firsts<'a> {
    let mut firsts = BTreeMap::new();
    for (_, cast) in &part.casts {
        firsts.entry(cast.spent.token_hash).or_insert(*cast);
    }
    firsts
}

/// Takes the places of what is kept, and says what became of each cast of a county.
async fn conclude(
    conn: &mut Direct<'_>,
    part: &Part<'_>,
    firsts: &Firsts<'_>,
    done: &Done,
) -> Result<Vec<(usize, Outcome)>, StoreError> {
    if !done.is_open {
        let shut = part.casts.iter();
        return Ok(shut.map(|(place, _)| (*place, Outcome::Shut)).collect());
    }
    let kept = firsts
        .values()
        .filter(|cast| done.kept.contains(&cast.spent.token_hash));
    let claims: Vec<&Cast> = kept.filter(|cast| cast.claim.is_some()).copied().collect();
    places::take(conn, part.wave, part.county, &claims).await?;
    settle(conn, part, &done.worn, |cast| {
        let first = firsts.get(&cast.spent.token_hash);
        done.kept.contains(&cast.spent.token_hash)
            && first.is_some_and(|first| first.record.key == cast.record.key)
    })
    .await
}

/// What became of each cast of a county whose gate is open.
async fn settle(
    conn: &mut Direct<'_>,
    part: &Part<'_>,
    worn: &BTreeSet<[u8; 32]>,
    kept: impl Fn(&Cast) -> bool,
) -> Result<Vec<(usize, Outcome)>, StoreError> {
    let others: BTreeSet<[u8; 32]> = part
        .casts
        .iter()
        .filter(|(_, cast)| !kept(cast))
        .map(|(_, cast)| cast.spent.token_hash)
        .collect();
    let others: Vec<[u8; 32]> = others.into_iter().collect();
    let earlier = if others.is_empty() {
        BTreeMap::new()
    } else {
        spent::list(conn, part.wave, part.county, &others).await?
    };
    let outcome = |cast: &Cast| {
        if kept(cast) {
            Outcome::Kept
        } else {
            compare(cast, earlier.get(&cast.spent.token_hash), worn)
        }
    };
    let casts = part.casts.iter();
    Ok(casts.map(|(place, cast)| (*place, outcome(cast))).collect())
}

/// What an earlier cast with the same token means for this one.
fn compare(cast: &Cast, earlier: Option<&Option<Earlier>>, worn: &BTreeSet<[u8; 32]>) -> Outcome {
    match earlier {
        Some(Some(earlier)) if bool::from(earlier.digest.ct_eq(&cast.spent.digest)) => {
            Outcome::Again(earlier.clone())
        }
        Some(_) => Outcome::Other,
        None if cast.spent.tried.is_some() && worn.contains(&cast.spent.token_hash) => {
            Outcome::Worn
        }
        None => Outcome::Stale,
    }
}
