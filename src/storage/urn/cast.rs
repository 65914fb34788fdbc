//! What a cast writes: the spent tokens and the records that go with them.

use std::collections::{BTreeMap, BTreeSet};

use super::pool::{self, Pooled};
use super::spent::{self, NewSpent};
use super::{epoch, gate, trial};
use crate::storage::value::fixed;
use crate::storage::{Direct, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;
use crate::survey::sample::UnitCode;

/// What was found and done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// Whether the county's gate stood open; nothing of it is written if not.
    pub is_open: bool,
    /// The tokens that were not spent and whose epoch is open: these are kept.
    pub kept: BTreeSet<[u8; 32]>,
    /// The tokens whose commitment was opened before, or whose day is over: these are not kept.
    pub worn: BTreeSet<[u8; 32]>,
}

at_once! {
    CAST = "WITH open_gate AS (
            SELECT county
            FROM gate
            WHERE wave = $1
                AND county = ANY(CAST($2 AS TEXT[]))
                AND state = 'open'
            ORDER BY county
            FOR SHARE
        ), live AS (
            SELECT epoch
            FROM epoch
            WHERE wave = $1
                AND epoch = ANY(CAST($6 AS BIGINT[]))
                AND state = 'open'
            ORDER BY epoch
            FOR SHARE
        ), asked AS (
            SELECT cast_now.county, cast_now.token_hash, cast_now.digest, cast_now.receipt, cast_now.epoch,
                cast_now.pool_key, cast_now.variance_unit, cast_now.record, cast_now.token_unit,
                open_gate.county IS NOT NULL AS is_open, live.epoch IS NOT NULL AS is_live
            FROM UNNEST(CAST($2 AS TEXT[]), CAST($3 AS BYTEA[]), CAST($4 AS BYTEA[]), CAST($5 AS BYTEA[]),
                CAST($6 AS BIGINT[]), CAST($7 AS BYTEA[]), CAST($8 AS TEXT[]), CAST($9 AS BYTEA[]), CAST($10 AS TEXT[]))
                AS cast_now (county, token_hash, digest, receipt, epoch, pool_key, variance_unit, record, token_unit)
            LEFT JOIN open_gate ON open_gate.county = cast_now.county
            LEFT JOIN live ON live.epoch = cast_now.epoch
        ), fresh AS (
            INSERT INTO spent (wave, county, token_hash, digest, receipt, epoch, variance_unit)
            SELECT $1, county, token_hash, digest, receipt, epoch, token_unit
            FROM asked
            WHERE is_open
                AND is_live
            ORDER BY county, token_hash
            ON CONFLICT DO NOTHING
            RETURNING county, token_hash
        ), kept AS (
            INSERT INTO pool (wave, county, pool_key, variance_unit, epoch, record)
            SELECT $1, asked.county, asked.pool_key, asked.variance_unit, asked.epoch, asked.record
            FROM asked
            JOIN fresh ON fresh.county = asked.county
                AND fresh.token_hash = asked.token_hash
        )
        SELECT asked.county, asked.token_hash, asked.is_open, fresh.token_hash IS NOT NULL
        FROM asked
        LEFT JOIN fresh ON fresh.county = asked.county
            AND fresh.token_hash = asked.token_hash";
}

/// Keeps the records whose tokens are not spent, while the gate and the epochs stay as they are until this
/// transaction ends. Give tokens in order, each once.
pub async fn row_by_row(
    conn: &mut Direct<'_>,
    wave: WaveId,
    county: &AreaCode,
    asked: &[(&NewSpent, &Pooled)],
) -> Result<Done, StoreError> {
    let mut done = Done {
        is_open: !gate::hold(conn, wave, &[county]).await?.is_empty(),
        ..Done::default()
    };
    if !done.is_open {
        return Ok(done);
    }
    let mut live = BTreeSet::new();
    let days = asked.iter().map(|(_, pooled)| pooled.epoch);
    let tried = asked.iter().filter_map(|(token, _)| token.tried.as_ref());
    let days: BTreeSet<i64> = days.chain(tried.map(|tried| tried.epoch)).collect();
    for number in days {
        if epoch::hold(conn, wave, number).await? {
            live.insert(number);
        }
    }
    for (token, pooled) in asked {
        if !live.contains(&pooled.epoch) {
            continue;
        }
        if let Some(tried) = &token.tried
            && !(live.contains(&tried.epoch)
                && trial::cast(conn, wave, county, &token.token_hash, tried).await?)
        {
            done.worn.insert(token.token_hash);
            continue;
        }
        if spent::insert(conn, wave, county, token).await? {
            pool::insert(conn, wave, county, pooled).await?;
            done.kept.insert(token.token_hash);
        }
    }
    Ok(done)
}

/// The same for several counties in one statement, of tokens without a commitment; only where the database [writes at once](crate::storage::Db::writes_at_once).
pub async fn at_once(
    conn: &mut Direct<'_>,
    wave: WaveId,
    asked: &[(&AreaCode, &NewSpent, &Pooled)],
) -> Result<BTreeMap<AreaCode, Done>, StoreError> {
    let Direct::Postgres(c) = conn else {
        return Err(StoreError::Missing("server"));
    };
    let rows: Vec<(AreaCode, Vec<u8>, bool, bool)> = sqlx::query_as(CAST)
        .bind(wave)
        .bind(column(asked, |(county, ..)| county.as_str()))
        .bind(column(asked, |(_, token, _)| token.token_hash.as_slice()))
        .bind(column(asked, |(_, token, _)| token.digest.as_slice()))
        .bind(column(asked, |(_, token, _)| token.receipt.as_slice()))
        .bind(column(asked, |(.., pooled)| pooled.epoch))
        .bind(column(asked, |(.., pooled)| pooled.key.as_slice()))
        .bind(column(asked, |(.., pooled)| pooled.unit.as_str()))
        .bind(column(asked, |(.., pooled)| pooled.record.as_slice()))
        .bind(column(asked, |(_, token, _)| {
            token.unit.as_ref().map(UnitCode::as_str)
        }))
        .fetch_all(&mut **c)
        .await?;
    let mut counties = BTreeMap::new();
    for (county, hash, is_open, is_fresh) in rows {
        let done: &mut Done = counties.entry(county).or_default();
        done.is_open |= is_open;
        if is_fresh {
            done.kept.insert(fixed(&hash, "token hash")?);
        }
    }
    Ok(counties)
}

fn column<'a, T, V>(rows: &'a [T], value: impl FnMut(&'a T) -> V) -> Vec<V> {
    rows.iter().map(value).collect()
}
