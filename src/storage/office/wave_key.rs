//! Wrapped keys of waves: useless without the wave's key file.

use crate::storage::{Conn, StoreError};
use crate::survey::ids::WaveId;

/// A wave's keys as the office holds them.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKeys {
    /// Pepper of the code hashes, wrapped.
    pub pepper: Vec<u8>,
    /// Key of the tokens, wrapped.
    pub token_key: Vec<u8>,
}

statements! {
    INSERT = "INSERT INTO wave_key (wave, pepper, token_key)
        VALUES ($1, $2, $3)";
    FIND = "SELECT pepper, token_key
        FROM wave_key
        WHERE wave = $1";
    DELETE = "DELETE FROM wave_key
        WHERE wave = $1";
}

/// Stores the keys of a new wave.
pub async fn insert(
    conn: &mut Conn<'_>,
    wave: WaveId,
    keys: &WrappedKeys,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(wave)
        .bind(keys.pepper.clone())
        .bind(keys.token_key.clone())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The keys of a wave.
pub async fn find(conn: &mut Conn<'_>, wave: WaveId) -> Result<Option<WrappedKeys>, StoreError> {
    let row: Option<(Vec<u8>, Vec<u8>)> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(wave)
        .fetch_optional(c)
        .await)?;
    Ok(row.map(|(pepper, token_key)| WrappedKeys { pepper, token_key }))
}

/// Takes the keys of a wave out; says whether they were there.
pub async fn delete(conn: &mut Conn<'_>, wave: WaveId) -> Result<bool, StoreError> {
    let deleted = sql!(conn, |c| sqlx::query(DELETE)
        .bind(wave)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted > 0)
}
