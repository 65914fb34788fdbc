//! What a cast writes: of one county, the spent tokens and the records that go with them.

use std::collections::BTreeSet;

use super::pool::{self, Pooled};
use super::spent::{self, NewSpent};
use super::{epoch, gate, trial};
use crate::storage::value::fixed;
use crate::storage::{Direct, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;

/// What was found and done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// Whether the county's gate stood open; nothing is written if not.
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
                AND county = $2
                AND state = 'open'
            FOR SHARE
        ), live AS (
            SELECT epoch
            FROM epoch
            WHERE wave = $1
                AND epoch = ANY(CAST($6 AS BIGINT[]))
                AND state = 'open'
            FOR SHARE
        ), asked AS (
            SELECT cast_now.token_hash, cast_now.digest, cast_now.receipt, cast_now.epoch,
                cast_now.pool_key, cast_now.variance_unit, cast_now.record, cast_now.token_unit,
                open_gate.county IS NOT NULL AS is_open, live.epoch IS NOT NULL AS is_live
            FROM UNNEST(CAST($3 AS BYTEA[]), CAST($4 AS BYTEA[]), CAST($5 AS BYTEA[]), CAST($6 AS BIGINT[]),
                CAST($7 AS BYTEA[]), CAST($8 AS TEXT[]), CAST($9 AS BYTEA[]), CAST($10 AS TEXT[]))
                AS cast_now (token_hash, digest, receipt, epoch, pool_key, variance_unit, record, token_unit)
            LEFT JOIN open_gate ON TRUE
            LEFT JOIN live ON live.epoch = cast_now.epoch
        ), fresh AS (
            INSERT INTO spent (wave, county, token_hash, digest, receipt, epoch, variance_unit)
            SELECT $1, $2, token_hash, digest, receipt, epoch, token_unit
            FROM asked
            WHERE is_open
                AND is_live
            ORDER BY token_hash
            ON CONFLICT DO NOTHING
            RETURNING token_hash
        ), kept AS (
            INSERT INTO pool (wave, county, pool_key, variance_unit, epoch, record)
            SELECT $1, $2, asked.pool_key, asked.variance_unit, asked.epoch, asked.record
            FROM asked
            JOIN fresh ON fresh.token_hash = asked.token_hash
        )
        SELECT asked.token_hash, asked.is_open, fresh.token_hash IS NOT NULL
        FROM asked
        LEFT JOIN fresh ON fresh.token_hash = asked.token_hash";
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

/// The same in one statement, of tokens without a commitment; only where the database [writes at once](crate::storage::Db::writes_at_once).
pub async fn at_once(
    conn: &mut Direct<'_>,
    wave: WaveId,
    county: &AreaCode,
    asked: &[(&NewSpent, &Pooled)],
) -> Result<Done, StoreError> {
    let Direct::Postgres(c) = conn else {
        return Err(StoreError::Missing("server"));
    };
    let tokens = |value: fn(&NewSpent) -> &[u8]| column(asked, |(token, _)| value(token).to_vec());
    let rows: Vec<(Vec<u8>, bool, bool)> = sqlx::query_as(CAST)
        .bind(wave)
        .bind(county.clone())
        .bind(tokens(|token| &token.token_hash))
        .bind(tokens(|token| &token.digest))
        .bind(tokens(|token| &token.receipt))
        .bind(column(asked, |(_, pooled)| pooled.epoch))
        .bind(column(asked, |(_, pooled)| pooled.key.to_vec()))
        .bind(column(asked, |(_, pooled)| pooled.unit.as_str().to_owned()))
        .bind(column(asked, |(_, pooled)| pooled.record.clone()))
        .bind(column(asked, |(token, _)| {
            token.unit.as_ref().map(|unit| unit.as_str().to_owned())
        }))
        .fetch_all(&mut **c)
        .await?;
    let mut done = Done::default();
    for (hash, is_open, is_fresh) in rows {
        done.is_open |= is_open;
        if is_fresh {
            done.kept.insert(fixed(&hash, "token hash")?);
        }
    }
    Ok(done)
}

fn column<T, V>(rows: &[T], value: impl FnMut(&T) -> V) -> Vec<V> {
    rows.iter().map(value).collect()
}
