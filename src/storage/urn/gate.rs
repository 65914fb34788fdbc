//! Gates: whether the urn takes records of a wave and county.
//!
//! A cast holds its gate until it is committed; closing waits for it. So no record can slip in
//! behind the batch that drains the pool.

use std::collections::BTreeSet;

use rusqlite::params;

use crate::storage::direct::rows;
use crate::storage::{Conn, Direct, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;

statements! {
    OPEN = "INSERT INTO gate (wave, county, state)
        VALUES ($1, $2, 'open')
        ON CONFLICT DO NOTHING";
    SHUT = "UPDATE gate
        SET state = 'shut'
        WHERE wave = $1
            AND county = $2";
    COUNTIES = "SELECT county
        FROM gate
        WHERE wave = $1
        ORDER BY county";
    HALT = "UPDATE gate
        SET state = 'halted'
        WHERE wave = $1
            AND county = $2
            AND state = 'open'";
    RESUME = "UPDATE gate
        SET state = 'open'
        WHERE wave = $1
            AND county = $2
            AND state = 'halted'";
    COUNT_HALTED = "SELECT COUNT(*)
        FROM gate
        WHERE wave = $1
            AND state = 'halted'";
    COUNT_OPEN = "SELECT COUNT(*)
        FROM gate
        WHERE wave = $1
            AND state = 'open'";
}

per_backend! {
    HOLD_UNSHUT {
        sqlite: "SELECT state
            FROM gate
            WHERE wave = $1
                AND county = $2
                AND state <> 'shut'",
        postgres: "SELECT state
            FROM gate
            WHERE wave = $1
                AND county = $2
                AND state <> 'shut'
            FOR SHARE",
    }
    HOLD {
        sqlite: "SELECT county
            FROM gate
            WHERE wave = $1
                AND state = 'open'",
        postgres: "SELECT county
            FROM gate
            WHERE wave = $1
                AND county = ANY(CAST($2 AS TEXT[]))
                AND state = 'open'
            ORDER BY county
            FOR SHARE",
    }
}

/// Opens the gate of a county. A gate that was shut stays shut.
pub async fn open(conn: &mut Conn<'_>, wave: WaveId, county: &AreaCode) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(OPEN)
        .bind(wave)
        .bind(county.clone())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Changes the gates of a wave one by one, in the order in which a cast holds them: so neither waits for the other in a circle.
async fn change(conn: &mut Conn<'_>, wave: WaveId, text: &'static str) -> Result<(), StoreError> {
    let counties: Vec<(AreaCode,)> = sql!(conn, |c| sqlx::query_as(COUNTIES)
        .bind(wave)
        .fetch_all(c)
        .await)?;
    for (county,) in counties {
        sql!(conn, |c| sqlx::query(text)
            .bind(wave)
            .bind(county)
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// Shuts every gate of a wave, after the casts that hold one.
pub async fn shut(conn: &mut Conn<'_>, wave: WaveId) -> Result<(), StoreError> {
    change(conn, wave, SHUT).await
}

/// Halts the open gates of a wave whose log cannot go on: records are refused for the time being.
pub async fn halt(conn: &mut Conn<'_>, wave: WaveId) -> Result<(), StoreError> {
    change(conn, wave, HALT).await
}

/// Opens the halted gates of a wave again.
pub async fn resume(conn: &mut Conn<'_>, wave: WaveId) -> Result<(), StoreError> {
    change(conn, wave, RESUME).await
}

/// Number of gates of a wave that are halted.
pub async fn count_halted(conn: &mut Conn<'_>, wave: WaveId) -> Result<u64, StoreError> {
    let halted: i64 = sql!(conn, |c| sqlx::query_scalar(COUNT_HALTED)
        .bind(wave)
        .fetch_one(c)
        .await)?;
    crate::storage::value::count(halted, "number of gates")
}

/// Number of gates of a wave that stand open.
pub async fn count_open(conn: &mut Conn<'_>, wave: WaveId) -> Result<u64, StoreError> {
    let open: i64 = sql!(conn, |c| sqlx::query_scalar(COUNT_OPEN)
        .bind(wave)
        .fetch_one(c)
        .await)?;
    crate::storage::value::count(open, "number of gates")
}

/// Whether a county's gate is not shut, halted or not; it is not shut until this transaction ends.
pub async fn hold_unshut(
    conn: &mut Conn<'_>,
    wave: WaveId,
    county: &AreaCode,
) -> Result<bool, StoreError> {
    let text = HOLD_UNSHUT.text(conn.backend());
    let found: Option<(String,)> = sql!(conn, |c| sqlx::query_as(text)
        .bind(wave)
        .bind(county.clone())
        .fetch_optional(c)
        .await)?;
    Ok(found.is_some())
}

/// Those of these counties whose gates stand open, which stays so until this transaction ends.
pub async fn hold(
    conn: &mut Direct<'_>,
    wave: WaveId,
    counties: &[&AreaCode],
) -> Result<BTreeSet<AreaCode>, StoreError> {
    let rows: Vec<(AreaCode,)> = match conn {
        Direct::Sqlite(c) => rows(c, HOLD.sqlite, params![wave])?,
        Direct::Postgres(c) => {
            let codes: Vec<String> = counties
                .iter()
                .map(|county| county.as_str().to_owned())
                .collect();
            let open = sqlx::query_as(HOLD.postgres).bind(wave).bind(codes);
            open.fetch_all(&mut **c).await?
        }
    };
    Ok(rows
        .into_iter()
        .map(|(open,)| open)
        .filter(|open| counties.contains(&open))
        .collect())
}
