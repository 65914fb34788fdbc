//! Places in the quota cells of an open wave: kept while somebody answers, taken with the answer.
//!
//! Promises: of a cell that closes, no more than its target are ever counted, from however many nodes, because
//! whoever keeps or takes a place holds the cell's row; cells are held in their order, so that two nodes never
//! wait for each other in a circle. An answer is never refused here: one that finds no place is kept and
//! counted as such.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::future::join_all;

use crate::storage::urn::{cell, gate, reservation};
use crate::storage::{Backend, Direct, StoreError, Urn};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;
use crate::survey::quota::{Cell, QuotaRule, Tally};
use crate::survey::time::Instant;

use super::cast::Cast;

/// A place is kept at least this long.
pub(super) const KEPT: Duration = Duration::from_hours(1);
/// Ends of reservations are multiples of this, so that none tells when somebody came.
const STEP: Duration = Duration::from_mins(10);
/// How often a transaction is tried when others are in its way.
const TRIES: usize = 4;

/// What an answer of an open wave claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    /// The cell of its answers; `None` if they have none.
    pub cell: Option<Cell>,
    /// When it came.
    pub at: Instant,
}

/// Asks for a place.
#[derive(Clone)]
pub(super) struct Reserve {
    pub wave: WaveId,
    pub county: AreaCode,
    pub cell: Cell,
    pub token_hash: [u8; 32],
    pub at: Instant,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reserved {
    /// The place is kept, or the cell needs none.
    Kept,
    /// The cell is full.
    Full,
    /// The urn takes no records of this wave and county.
    Shut,
    /// Unknown; asking again settles it.
    Unsettled,
    /// The urn failed.
    Failed,
}

/// Keeps places: one transaction on SQLite, on PostgreSQL one per county.
pub(super) async fn reserve(urn: &Urn, batch: &[Reserve]) -> Vec<Reserved> {
    let mut counties: BTreeMap<(WaveId, &AreaCode), Vec<(usize, &Reserve)>> = BTreeMap::new();
    for (place, request) in batch.iter().enumerate() {
        let key = (request.wave, &request.county);
        counties.entry(key).or_default().push((place, request));
    }
    let parts: Vec<Vec<(usize, &Reserve)>> = counties.into_values().collect();
    let transactions: Vec<&[Vec<(usize, &Reserve)>]> = match urn.0.backend() {
        Backend::Sqlite => vec![parts.as_slice()],
        Backend::Postgres => parts.chunks(1).collect(),
    };
    let commits = transactions.iter().map(|parts| commit(urn, parts));
    let mut outcomes = vec![Reserved::Unsettled; batch.len()];
    for (parts, result) in transactions.iter().zip(join_all(commits).await) {
        let settled = result.unwrap_or_else(|error| {
            let failed = failure(&error);
            let requests = parts.iter().flatten();
            requests.map(|(place, _)| (*place, failed)).collect()
        });
        for (place, outcome) in settled {
            if let Some(slot) = outcomes.get_mut(place) {
                *slot = outcome;
            }
        }
    }
    outcomes
}

fn failure(error: &StoreError) -> Reserved {
    let source = error as &dyn std::error::Error;
    if error.is_transient() {
        tracing::warn!(error = source, "places were not settled");
        Reserved::Unsettled
    } else {
        tracing::error!(error = source, "keeping places failed");
        Reserved::Failed
    }
}

type Part<'a> = Vec<(usize, &'a Reserve)>;

async fn commit(urn: &Urn, parts: &[Part<'_>]) -> Result<Vec<(usize, Reserved)>, StoreError> {
    for _ in 1..TRIES {
        match attempt(urn, parts).await {
            Err(StoreError::Contention(_)) => {}
            settled => return settled,
        }
    }
    attempt(urn, parts).await
}

async fn attempt(urn: &Urn, parts: &[Part<'_>]) -> Result<Vec<(usize, Reserved)>, StoreError> {
    let mut tx = urn.0.begin_direct("keep places").await?;
    let mut settled = Vec::new();
    for part in parts {
        settled.extend(reserve_county(&mut tx.conn()?, part).await?);
    }
    tx.commit().await?;
    Ok(settled)
}

async fn reserve_county(
    conn: &mut Direct<'_>,
    part: &Part<'_>,
) -> Result<Vec<(usize, Reserved)>, StoreError> {
    let Some((_, first)) = part.first() else {
        return Ok(Vec::new());
    };
    let (wave, county) = (first.wave, &first.county);
    if gate::hold(conn, wave, &[county]).await?.is_empty() {
        return Ok(part.iter().map(|(at, _)| (*at, Reserved::Shut)).collect());
    }
    let mut cells: BTreeMap<&Cell, Part<'_>> = BTreeMap::new();
    for (place, request) in part {
        cells
            .entry(&request.cell)
            .or_default()
            .push((*place, *request));
    }
    let mut settled = Vec::new();
    for (of, requests) in cells {
        settled.extend(reserve_cell(conn, (wave, county, of), &requests).await?);
    }
    Ok(settled)
}

/// A cell of a wave and county.
type Of<'a> = (WaveId, &'a AreaCode, &'a Cell);

async fn reserve_cell(
    conn: &mut Direct<'_>,
    (wave, county, of): Of<'_>,
    requests: &Part<'_>,
) -> Result<Vec<(usize, Reserved)>, StoreError> {
    let all = |outcome| requests.iter().map(|(at, _)| (*at, outcome)).collect();
    let Some(standing) = cell::hold(conn, wave, county, of).await? else {
        return Ok(all(Reserved::Kept));
    };
    if standing.rule == QuotaRule::Monitor {
        return Ok(all(Reserved::Kept));
    }
    let Some(now) = requests.iter().map(|(_, request)| request.at).max() else {
        return Ok(Vec::new());
    };
    reservation::delete_expired(conn, wave, county, of, now).await?;
    let mut taken =
        standing.tally.counted + reservation::count_live(conn, wave, county, of, now).await?;
    let mut settled = Vec::with_capacity(requests.len());
    for (place, request) in requests {
        if taken < standing.target {
            let until = expiry(request.at);
            reservation::insert(conn, wave, county, &request.token_hash, of, until).await?;
            taken += 1;
            settled.push((*place, Reserved::Kept));
        } else {
            settled.push((*place, Reserved::Full));
        }
    }
    Ok(settled)
}

/// Until when a place that is asked for at `at` is kept.
fn expiry(at: Instant) -> Instant {
    let step = i64::try_from(STEP.as_micros()).unwrap_or(i64::MAX);
    let end = at.plus(KEPT).micros();
    let into = end.rem_euclid(step);
    let rest = if into == 0 { 0 } else { step - into };
    Instant::from_micros(end.saturating_add(rest))
}

/// Counts answers of a county that were kept just now toward their cells, in the transaction that keeps them.
pub(super) async fn take(
    conn: &mut Direct<'_>,
    wave: WaveId,
    county: &AreaCode,
    kept: &[&Cast],
) -> Result<(), StoreError> {
    let mut cells: BTreeMap<&Cell, Vec<(&Cast, Instant)>> = BTreeMap::new();
    let mut homeless = Vec::new();
    for cast in kept {
        match &cast.claim {
            Some(Claim {
                cell: Some(of), at, ..
            }) => cells.entry(of).or_default().push((cast, *at)),
            Some(Claim { cell: None, .. }) => homeless.push(cast),
            None => {}
        }
    }
    for (of, casts) in cells {
        take_cell(conn, (wave, county, of), &casts).await?;
    }
    // Who turned out not to be asked gives the place back.
    for cast in homeless {
        reservation::delete(conn, wave, county, &cast.spent.token_hash).await?;
    }
    Ok(())
}

async fn take_cell(
    conn: &mut Direct<'_>,
    (wave, county, of): Of<'_>,
    casts: &[(&Cast, Instant)],
) -> Result<(), StoreError> {
    let Some(standing) = cell::hold(conn, wave, county, of).await? else {
        for (cast, _) in casts {
            reservation::delete(conn, wave, county, &cast.spent.token_hash).await?;
        }
        return Ok(());
    };
    let mut reserved = BTreeSet::new();
    for (cast, at) in casts {
        let token = &cast.spent.token_hash;
        let held = reservation::delete(conn, wave, county, token).await?;
        if held.is_some_and(|(kept, until)| kept == *of && until > *at) {
            reserved.insert(*token);
        }
    }
    let Some(now) = casts.iter().map(|(_, at)| *at).max() else {
        return Ok(());
    };
    let others = match standing.rule {
        QuotaRule::Monitor => 0,
        QuotaRule::Close => reservation::count_live(conn, wave, county, of, now).await?,
    };
    let late = casts.len() - reserved.len();
    let tally = settle(
        standing,
        u64::try_from(reserved.len()).unwrap_or(u64::MAX),
        u64::try_from(late).unwrap_or(u64::MAX),
        others,
    );
    cell::update_tally(conn, wave, county, of, tally).await
}

/// The counts of a cell after answers with a kept place and late ones without, while `others` still have
/// a place: those with a place are counted first, late ones where a place is free.
fn settle(standing: cell::Standing, reserved: u64, late: u64, others: u64) -> Tally {
    let cell::Standing {
        target,
        rule,
        tally,
    } = standing;
    let (first, second) = match rule {
        QuotaRule::Monitor => (reserved, late),
        QuotaRule::Close => {
            let first = reserved.min(target.saturating_sub(tally.counted));
            let free = target.saturating_sub(tally.counted + first + others);
            (first, late.min(free))
        }
    };
    let counted = first + second;
    Tally {
        counted: tally.counted + counted,
        uncounted: tally.uncounted + (reserved + late - counted),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cell_that_closes_never_counts_more_than_its_target_and_loses_no_answer(
            target in 0..50_u64, counted in 0..50_u64, uncounted in 0..9_u64,
            reserved in 0..30_u64, late in 0..30_u64, others in 0..30_u64,
        ) {
            prop_assume!(counted <= target);
            let tally = Tally { counted, uncounted };
            let standing = |rule| cell::Standing { target, rule, tally };
            let closes = settle(standing(QuotaRule::Close), reserved, late, others);
            prop_assert!(closes.counted <= target);
            prop_assert_eq!(
                closes.counted + closes.uncounted,
                counted + uncounted + reserved + late
            );
            // A late answer never takes a place that is kept for somebody else.
            if closes.counted > counted + reserved {
                prop_assert!(closes.counted + others <= target);
            }
            // As long as places were kept within the target, whoever has one is counted.
            if counted + reserved + others <= target {
                prop_assert!(closes.counted >= counted + reserved);
            }
            let watched = settle(standing(QuotaRule::Monitor), reserved, late, others);
            prop_assert_eq!(watched.counted, counted + reserved + late);
        }

        #[test]
        fn a_place_is_kept_an_hour_and_its_end_is_round(at in 0..1_000_000_000_000_000_i64) {
            let at = Instant::from_micros(at);
            let kept = expiry(at).since(at);
            prop_assert!(kept >= KEPT && kept < KEPT + STEP);
            prop_assert_eq!(expiry(at).micros() % 600_000_000, 0);
        }
    }
}
