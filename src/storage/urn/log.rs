//! Logs of a wave: the first one has no row; each further one began after a restore that lacked leaves.

use crate::storage::value::{count, stored_count};
use crate::storage::{Conn, StoreError};
use crate::survey::ids::WaveId;

/// A wave's log in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Log {
    /// Its number, from 1.
    pub number: u64,
    /// Nothing is signed until two people let it begin.
    pub is_halted: bool,
    /// Leaves that its predecessors had signed and that were not restored.
    pub lost: u64,
}

impl Log {
    /// The log that every wave begins with.
    pub const FIRST: Self = Self {
        number: 1,
        is_halted: false,
        lost: 0,
    };
}

statements! {
    LATEST = "SELECT number, state, lost
        FROM log
        WHERE wave = $1
        ORDER BY number DESC
        LIMIT 1";
    HALT = "INSERT INTO log (wave, number, state, lost)
        VALUES ($1, $2, 'halted', $3)";
    RUN = "UPDATE log
        SET state = 'running'
        WHERE wave = $1
            AND number = $2
            AND state = 'halted'";
}

/// The log in use.
pub async fn latest(conn: &mut Conn<'_>, wave: WaveId) -> Result<Log, StoreError> {
    let row: Option<(i64, String, i64)> = sql!(conn, |c| sqlx::query_as(LATEST)
        .bind(wave)
        .fetch_optional(c)
        .await)?;
    let Some((number, state, lost)) = row else {
        return Ok(Log::FIRST);
    };
    Ok(Log {
        number: count(number, "number of the log")?,
        is_halted: state == "halted",
        lost: count(lost, "number of lost leaves")?,
    })
}

/// Prepares a successor, halted.
pub async fn insert_halted(
    conn: &mut Conn<'_>,
    wave: WaveId,
    number: u64,
    lost: u64,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(HALT)
        .bind(wave)
        .bind(stored_count(number))
        .bind(stored_count(lost))
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Lets a halted log begin; false if it is none.
pub async fn update_running(
    conn: &mut Conn<'_>,
    wave: WaveId,
    number: u64,
) -> Result<bool, StoreError> {
    let changed = sql!(conn, |c| sqlx::query(RUN)
        .bind(wave)
        .bind(stored_count(number))
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}
