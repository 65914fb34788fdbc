//! Entries of waves' process logs: appended, never changed.

use crate::storage::value::{count, stored_count};
use crate::storage::{Conn, StoreError};
use crate::survey::ids::WaveId;

statements! {
    INSERT = "INSERT INTO process_entry (wave, place, entry)
        VALUES ($1, $2, $3)";
    LIST = "SELECT place, entry
        FROM process_entry
        WHERE wave = $1
        ORDER BY place";
    COUNT = "SELECT COUNT(*)
        FROM process_entry
        WHERE wave = $1";
}

/// Appends an entry at this place, which must be the next.
pub async fn insert(
    conn: &mut Conn<'_>,
    wave: WaveId,
    place: u64,
    entry: &str,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(wave)
        .bind(stored_count(place))
        .bind(entry)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Number of a wave's entries.
pub async fn count_of(conn: &mut Conn<'_>, wave: WaveId) -> Result<u64, StoreError> {
    let (number,): (i64,) = sql!(conn, |c| sqlx::query_as(COUNT)
        .bind(wave)
        .fetch_one(c)
        .await)?;
    count(number, "number of entries")
}

/// A wave's entries in their order.
pub async fn list(conn: &mut Conn<'_>, wave: WaveId) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(i64, String)> =
        sql!(conn, |c| sqlx::query_as(LIST).bind(wave).fetch_all(c).await)?;
    let mut entries = Vec::with_capacity(rows.len());
    for (place, entry) in rows {
        if count(place, "place in the process log")? != entries.len() as u64 {
            return Err(StoreError::Corrupt("place in the process log"));
        }
        entries.push(entry);
    }
    Ok(entries)
}
