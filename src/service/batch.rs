//! Batches: from the pool to responses and leaves, in random order.
//!
//! One node at a time holds the wave's lease. A batch takes every variance unit with at least
//! [`UNIT`] waiting records, if these are [`TOTAL`] or more; the rest waits for the next one, or for
//! the close, which shuts the gates and drains the pool. Responses, leaves and the pool's deletions
//! are one transaction, so a crash loses nothing and shows no order. Afterwards the journal is
//! folded, the key of every epoch that is over and logged is destroyed, and a day later the receipts
//! kept for resends are cut loose from their tokens.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rand::SeedableRng as _;
use rand::rngs::ChaCha20Rng;
use uuid::Uuid;

use super::app::App;
use super::intake::{EPOCH, record};
use super::keys::{EpochKey, KeysError, random};
use super::logs;
use super::terms;
use crate::ledger::seal::SealKey;
use crate::stats::rng::shuffle;
use crate::storage::urn::leaf::{self, Leaf};
use crate::storage::urn::pool::{self, Pooled, Waiting};
use crate::storage::urn::{epoch, gate, lease, response, spent, trial};
use crate::storage::{Conn, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;
use crate::survey::response::{Response, Traits, thin};
use crate::survey::sample::UnitCode;
use crate::survey::time::Instant;
use crate::survey::wave::{Wave, WaveState};

/// Records of a variance unit that leave together at least: each hides among nine others.
pub const UNIT: u64 = 10;
/// Records of a batch at least.
pub const TOTAL: u64 = 20;
/// Records of a transaction after which no further unit joins it: the intake waits for it.
const MOST: u64 = 250;
/// Transactions whose records are read together: some thousands of records, one pass over the pool.
const AT_ONCE: usize = 16;
/// Between two transactions of a running wave, so that residents come first.
const PAUSE: Duration = Duration::from_millis(25);
/// How long a node may be silent before another takes over.
const LEASE: Duration = Duration::from_mins(2);
/// Resends are recognized at least this long after the end of their day.
const RESEND: Duration = Duration::from_hours(24);
/// How often a running instance looks for a batch, unless told otherwise.
pub const PACE: Duration = Duration::from_secs(30);

/// Whether records that are too few may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drain {
    /// No: they wait.
    No,
    /// Yes: the gates are shut first, and the pool is empty afterwards.
    Yes,
}

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Batched {
    /// Records that left the pool.
    pub moved: u64,
    /// Records that wait.
    pub waiting: u64,
}

/// Why no batch was made. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// Another node is at it.
    #[error("another node makes the batch")]
    Held,
    /// A store.
    #[error("a store failed")]
    Store(#[from] StoreError),
    /// A key.
    #[error("a key failed")]
    Keys(#[from] KeysError),
    /// A sealed record does not open; it stays in the pool.
    #[error("a record of epoch {epoch} in county {county} does not open")]
    Unreadable {
        /// The county.
        county: AreaCode,
        /// The epoch.
        epoch: i64,
    },
    /// The log lost leaves; two people must let a new one begin.
    #[error("the log lost {lost} leaves: a new one must be asked for and confirmed")]
    Halted {
        /// How many.
        lost: u64,
    },
    /// The pool changed in between.
    #[error("the pool changed while the batch was made")]
    Changed,
}

/// Moves what may leave the pool of a wave.
pub async fn run_batch(app: &App, wave: WaveId, drain: Drain) -> Result<Batched, BatchError> {
    let log = logs::standing(app, wave).await?;
    if log.is_halted {
        return Err(BatchError::Halted { lost: log.lost });
    }
    let holder = Uuid::from_bytes(random()?);
    let name = format!("batch {wave}");
    take_lease(app, &name, holder).await?;
    let done = run(app, wave, drain, &name, holder).await;
    let mut tx = app.urn.0.begin_write("give lease back").await?;
    lease::delete(&mut tx.conn(), &name, holder).await?;
    tx.commit().await?;
    done
}

async fn take_lease(app: &App, name: &str, holder: Uuid) -> Result<(), BatchError> {
    let mut tx = app.urn.0.begin_write("take lease").await?;
    hold_lease(app, &mut tx.conn(), name, holder).await?;
    tx.commit().await?;
    Ok(())
}

async fn hold_lease(
    app: &App,
    conn: &mut Conn<'_>,
    name: &str,
    holder: Uuid,
) -> Result<(), BatchError> {
    let now = app.clock.now();
    if lease::take(conn, name, holder, now, now.plus(LEASE)).await? {
        Ok(())
    } else {
        Err(BatchError::Held)
    }
}

async fn run(
    app: &App,
    wave: WaveId,
    drain: Drain,
    name: &str,
    holder: Uuid,
) -> Result<Batched, BatchError> {
    if drain == Drain::Yes {
        let mut tx = app.urn.0.begin_intake("shut gates").await?;
        gate::shut(&mut tx.conn(), wave).await?;
        tx.commit().await?;
    }
    // Counted once: what arrives meanwhile is for the next time. Counting and reading hold up nobody who writes;
    // only whoever has the lease takes records away.
    let chosen = {
        let mut tx = app.urn.0.begin_read("count pool").await?;
        choose(&pool::count_waiting(&mut tx.conn(), wave).await?, drain)
    };
    let mut done = Batched {
        moved: 0,
        waiting: chosen.all,
    };
    for groups in chosen.groups.chunks(AT_ONCE) {
        let mut waiting = read(app, wave, &groups.concat()).await?;
        for units in groups {
            let own = units.iter().filter_map(|unit| waiting.remove_entry(unit));
            let records: Sealed = own.collect();
            let mut tx = app.urn.0.begin_write("batch").await?;
            hold_lease(app, &mut tx.conn(), name, holder).await?;
            let moved = move_records(app, &mut tx.conn(), wave, &records).await?;
            tx.commit().await?;
            done.moved += moved;
            done.waiting = done.waiting.saturating_sub(moved);
            if drain == Drain::No {
                tokio::time::sleep(PAUSE).await;
            }
        }
        if app.stop.is_cancelled() && drain == Drain::No {
            break;
        }
    }
    let wave = terms::wave(app, wave).await?;
    finish_epochs(app, &wave).await?;
    if done.moved > 0 {
        app.urn.0.fold_journal().await?;
        if let Err(error) = logs::keep(app, &wave).await {
            tracing::error!(
                wave = %wave.slug,
                error = &error as &dyn std::error::Error,
                "the checkpoint could not be kept beside the keys"
            );
        }
    }
    Ok(done)
}

/// What leaves the pool next.
#[derive(Debug, PartialEq, Eq)]
struct Chosen {
    /// Variance units that leave together, one list for each transaction.
    groups: Vec<Vec<(AreaCode, UnitCode)>>,
    /// Records in the pool.
    all: u64,
}

/// The units that leave, county by county, the fullest first. Each transaction is a batch of its own, large
/// enough to hide in; at a drain all leave together.
fn choose(waiting: &[Waiting], drain: Drain) -> Chosen {
    let mut units: BTreeMap<(AreaCode, UnitCode), u64> = BTreeMap::new();
    for line in waiting {
        *units
            .entry((line.county.clone(), line.unit.clone()))
            .or_default() += line.records;
    }
    let all: u64 = units.values().sum();
    if drain == Drain::No {
        units.retain(|_, records| *records >= UNIT);
    }
    let leaving: u64 = units.values().sum();
    let mut groups: Vec<(Vec<(AreaCode, UnitCode)>, u64)> = Vec::new();
    if drain == Drain::Yes || leaving >= TOTAL {
        let mut fullest: Vec<((AreaCode, UnitCode), u64)> = units.into_iter().collect();
        fullest.sort_by(|((a, _), m), ((b, _), n)| a.cmp(b).then(n.cmp(m)));
        for (unit, records) in fullest {
            match groups.last_mut() {
                Some((group, taken)) if drain == Drain::Yes || *taken < MOST => {
                    group.push(unit);
                    *taken += records;
                }
                _ => groups.push((vec![unit], records)),
            }
        }
    }
    // A last group too small to hide in goes with the one before.
    if groups.len() > 1
        && let Some((rest, _)) = groups.pop_if(|(_, taken)| *taken < TOTAL)
        && let Some((group, _)) = groups.last_mut()
    {
        group.extend(rest);
    }
    Chosen {
        groups: groups.into_iter().map(|(units, _)| units).collect(),
        all,
    }
}

/// Sealed records by county and variance unit.
type Sealed = BTreeMap<(AreaCode, UnitCode), Vec<Pooled>>;

/// Reads what waits in these units, beside whoever writes.
async fn read(
    app: &App,
    wave: WaveId,
    units: &[(AreaCode, UnitCode)],
) -> Result<Sealed, BatchError> {
    let mut counties: BTreeMap<&AreaCode, Vec<&UnitCode>> = BTreeMap::new();
    for (county, unit) in units {
        counties.entry(county).or_default().push(unit);
    }
    let mut tx = app.urn.0.begin_read("read pool").await?;
    let mut sealed = Sealed::new();
    for (county, units) in counties {
        for pooled in pool::list(&mut tx.conn(), wave, county, &units).await? {
            let place = (county.clone(), pooled.unit.clone());
            sealed.entry(place).or_default().push(pooled);
        }
    }
    Ok(sealed)
}

async fn move_records(
    app: &App,
    conn: &mut Conn<'_>,
    wave: WaveId,
    sealed: &Sealed,
) -> Result<u64, BatchError> {
    if sealed.is_empty() {
        return Ok(0);
    }
    let mut order = ChaCha20Rng::from_seed(random()?);
    let mut keys: BTreeMap<i64, SealKey> = BTreeMap::new();
    let mut responses: Vec<Response> = Vec::new();
    for ((county, _), records) in sealed {
        let mut opened = open(app, wave, county, records, &mut keys)?;
        let mut traits: Vec<Traits> = opened
            .iter()
            .map(|response| response.traits.clone())
            .collect();
        thin(&mut traits, &mut order);
        for (response, traits) in opened.iter_mut().zip(traits) {
            response.traits = traits;
        }
        responses.append(&mut opened);
        let gone: Vec<[u8; 16]> = records.iter().map(|pooled| pooled.key).collect();
        let deleted = pool::delete(conn, wave, county, &gone).await?;
        if usize::try_from(deleted) != Ok(gone.len()) {
            return Err(BatchError::Changed);
        }
    }
    shuffle(&mut order, &mut responses);
    let head = leaf::head(conn, wave).await?;
    let leaves: Vec<Leaf> = (head.size..)
        .zip(&responses)
        .map(|(place, response)| Leaf {
            place,
            commitment: response.commitment,
            county: response.place.county.clone(),
            batch: head.batch + 1,
        })
        .collect();
    leaf::insert(conn, wave, &leaves).await?;
    // Another order than the log's: where the rows lie says nothing about either.
    shuffle(&mut order, &mut responses);
    response::insert(conn, wave, &responses).await?;
    Ok(u64::try_from(responses.len()).unwrap_or(u64::MAX))
}

fn open(
    app: &App,
    wave: WaveId,
    county: &AreaCode,
    records: &[Pooled],
    keys: &mut BTreeMap<i64, SealKey>,
) -> Result<Vec<Response>, BatchError> {
    let mut responses = Vec::with_capacity(records.len());
    for pooled in records {
        let key = match keys.entry(pooled.epoch) {
            std::collections::btree_map::Entry::Occupied(key) => key.into_mut(),
            std::collections::btree_map::Entry::Vacant(slot) => {
                slot.insert(app.keys.epoch_key(wave, pooled.epoch, EpochKey::Record)?)
            }
        };
        let context = record::context(wave, county, &pooled.unit, pooled.epoch);
        let response = key
            .open(&context, &pooled.record)
            .ok()
            .and_then(|bytes| record::unpack(wave, county, &bytes))
            .filter(|response| response.place.variance_unit == pooled.unit)
            .ok_or_else(|| BatchError::Unreadable {
                county: county.clone(),
                epoch: pooled.epoch,
            })?;
        responses.push(response);
    }
    Ok(responses)
}

/// Destroys the keys of epochs that are over and fully logged, and cuts receipts loose.
async fn finish_epochs(app: &App, wave: &Wave) -> Result<(), BatchError> {
    let id = wave.id;
    let epochs = {
        let mut tx = app.urn.0.begin_read("list epochs").await?;
        epoch::list(&mut tx.conn(), id).await?
    };
    let now = app.clock.now();
    for epoch in epochs {
        if !epoch.is_destroyed && !close_epoch(app, wave, epoch.number, now).await? {
            continue;
        }
        app.keys
            .destroy_epoch_key(id, epoch.number, EpochKey::Record)?;
        app.intake.forget_epoch(id, epoch.number);
        if now >= end_of(wave, epoch.number).plus(RESEND) {
            cut_loose(app, id, epoch.number).await?;
        }
    }
    Ok(())
}

fn end_of(wave: &Wave, number: i64) -> Instant {
    let days = u32::try_from(number.saturating_add(1)).unwrap_or(u32::MAX);
    wave.opens_at.plus(EPOCH.saturating_mul(days))
}

/// Closes an epoch for casts, if it is over and nothing of it waits. The mark is committed before
/// the key goes, and a cast holds the epoch: so no record is ever sealed under a key that is gone.
async fn close_epoch(
    app: &App,
    wave: &Wave,
    number: i64,
    now: Instant,
) -> Result<bool, BatchError> {
    let mut tx = app.urn.0.begin_intake("close epoch").await?;
    let conn = &mut tx.conn();
    let is_over = now >= end_of(wave, number)
        || (wave.state >= WaveState::Closing && gate::count_open(conn, wave.id).await? == 0);
    if !is_over {
        return Ok(false);
    }
    epoch::update_destroyed(conn, wave.id, number).await?;
    // Counted after the mark: every cast that held the epoch is committed and seen.
    let waiting = pool::count_waiting(conn, wave.id).await?;
    if waiting.iter().any(|line| line.epoch == number) {
        tx.rollback().await?;
        return Ok(false);
    }
    // Nothing can be opened or cast any more with a commitment of that day.
    trial::delete(conn, wave.id, number).await?;
    tx.commit().await?;
    Ok(true)
}

async fn cut_loose(app: &App, wave: WaveId, number: i64) -> Result<(), BatchError> {
    let mut tx = app.urn.0.begin_write("cut loose").await?;
    let conn = &mut tx.conn();
    if spent::count_held(conn, wave, number).await? > 0 {
        let counties: BTreeSet<AreaCode> = spent::count_by_county(conn, wave)
            .await?
            .into_keys()
            .collect();
        for county in counties {
            spent::update_cut_loose(conn, wave, &county, number).await?;
        }
    }
    tx.commit().await?;
    app.keys.destroy_epoch_key(wave, number, EpochKey::Retry)?;
    Ok(())
}

/// Looks for batches at this pace until the instance stops; for a running server.
pub fn keep_running(app: &App, pace: Duration) {
    let tasks = app.tasks.clone();
    let app = app.clone();
    tasks.spawn(async move {
        loop {
            tokio::select! {
                () = app.stop.cancelled() => return,
                () = tokio::time::sleep(pace) => {}
            }
            if let Err(error) = run_all(&app).await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the waves could not be listed"
                );
            }
        }
    });
}

/// Looks once at every wave that may have records or receipts. One that fails does not keep the
/// others waiting.
async fn run_all(app: &App) -> Result<(), BatchError> {
    for wave in &terms::opened(app).await? {
        match run_batch(app, wave.id, Drain::No).await {
            Ok(_) | Err(BatchError::Held) => {}
            Err(error) => tracing::error!(
                wave = %wave.slug,
                error = &error as &dyn std::error::Error,
                "no batch was made"
            ),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(lines: &[(&str, &str, i64, u64)]) -> Vec<Waiting> {
        lines
            .iter()
            .map(|(county, unit, epoch, records)| Waiting {
                county: AreaCode::parse(county).unwrap(),
                unit: UnitCode::new(*unit),
                epoch: *epoch,
                records: *records,
            })
            .collect()
    }

    /// Names of the units, one list for each transaction.
    fn names(chosen: &Chosen) -> Vec<Vec<&str>> {
        chosen
            .groups
            .iter()
            .map(|group| group.iter().map(|(_, unit)| unit.as_str()).collect())
            .collect()
    }

    #[test]
    fn a_unit_leaves_with_ten_and_a_batch_with_twenty() {
        let nine = waiting(&[("140302", "a", 0, 9), ("140302", "b", 0, 30)]);
        let chosen = choose(&nine, Drain::No);
        assert_eq!((names(&chosen), chosen.all), (vec![vec!["b"]], 39));
        let few = choose(&waiting(&[("140302", "a", 0, 19)]), Drain::No);
        assert_eq!((few.groups.len(), few.all), (0, 19));
        // Records of two days count together.
        let days = waiting(&[
            ("140302", "a", 0, 6),
            ("140302", "a", 1, 4),
            ("140303", "c", 1, 10),
        ]);
        let chosen = choose(&days, Drain::No);
        assert_eq!((names(&chosen), chosen.all), (vec![vec!["a", "c"]], 20));
    }

    #[test]
    fn many_records_leave_in_several_batches_whole_units_at_a_time() {
        let lines = [
            ("140302", "a", 0, 10),
            ("140302", "b", 0, MOST - 1),
            ("140303", "c", 0, MOST + 1),
            ("140303", "d", 0, MOST),
        ];
        let chosen = choose(&waiting(&lines), Drain::No);
        assert_eq!(names(&chosen), [vec!["b", "a"], vec!["c"], vec!["d"]]);
        assert_eq!(chosen.all, 4 * MOST - MOST + 10);
        let rest = choose(&waiting(&[lines[0], lines[3]]), Drain::No);
        assert_eq!(names(&rest), [vec!["a", "d"]]);
        assert_eq!(choose(&waiting(&lines), Drain::Yes).groups.len(), 1);
        // Ten alone would be too few to hide among: they go with the ones before.
        let small = [("140302", "a", 0, MOST), ("140303", "b", 0, 10)];
        assert_eq!(
            names(&choose(&waiting(&small), Drain::No)),
            [vec!["a", "b"]]
        );
    }

    #[test]
    fn a_drain_leaves_nothing() {
        let lines = waiting(&[("140302", "a", 0, 1), ("140303", "b", 0, 3)]);
        let chosen = choose(&lines, Drain::Yes);
        assert_eq!((names(&chosen), chosen.all), (vec![vec!["a", "b"]], 4));
        assert!(choose(&[], Drain::Yes).groups.is_empty());
    }
}
