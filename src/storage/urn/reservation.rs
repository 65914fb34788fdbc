//! Places of an open wave that are kept while somebody answers.

use crate::storage::value::count;
use crate::storage::{Conn, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;
use crate::survey::quota::Cell;
use crate::survey::time::Instant;

statements! {
    INSERT = "INSERT INTO reservation (wave, county, token_hash, cell, expires_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING";
    COUNT = "SELECT COUNT(*)
        FROM reservation
        WHERE wave = $1
            AND county = $2
            AND cell = $3
            AND expires_at > $4";
    DELETE = "DELETE FROM reservation
        WHERE wave = $1
            AND county = $2
            AND token_hash = $3
        RETURNING cell, expires_at";
    DELETE_EXPIRED = "DELETE FROM reservation
        WHERE wave = $1
            AND county = $2
            AND cell = $3
            AND expires_at <= $4";
}

/// Keeps a place.
pub async fn insert(
    conn: &mut Conn<'_>,
    wave: WaveId,
    county: &AreaCode,
    token_hash: &[u8; 32],
    cell: &Cell,
    expires_at: Instant,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(wave)
        .bind(county.clone())
        .bind(token_hash.to_vec())
        .bind(cell.to_string())
        .bind(expires_at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Places of a cell that are kept at `now`.
pub async fn count_live(
    conn: &mut Conn<'_>,
    wave: WaveId,
    county: &AreaCode,
    cell: &Cell,
    now: Instant,
) -> Result<u64, StoreError> {
    let live: i64 = sql!(conn, |c| sqlx::query_scalar(COUNT)
        .bind(wave)
        .bind(county.clone())
        .bind(cell.to_string())
        .bind(now)
        .fetch_one(c)
        .await)?;
    count(live, "number of reservations")
}

/// Gives a place back; its cell, and until when it was kept.
pub async fn delete(
    conn: &mut Conn<'_>,
    wave: WaveId,
    county: &AreaCode,
    token_hash: &[u8; 32],
) -> Result<Option<(Cell, Instant)>, StoreError> {
    let row: Option<(String, Instant)> = sql!(conn, |c| sqlx::query_as(DELETE)
        .bind(wave)
        .bind(county.clone())
        .bind(token_hash.to_vec())
        .fetch_optional(c)
        .await)?;
    row.map(|(cell, until)| {
        let cell = Cell::parse(&cell).map_err(|_| StoreError::Corrupt("quota cell"))?;
        Ok((cell, until))
    })
    .transpose()
}

/// Forgets places of a cell whose time is over.
pub async fn delete_expired(
    conn: &mut Conn<'_>,
    wave: WaveId,
    county: &AreaCode,
    cell: &Cell,
    now: Instant,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(DELETE_EXPIRED)
        .bind(wave)
        .bind(county.clone())
        .bind(cell.to_string())
        .bind(now)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
