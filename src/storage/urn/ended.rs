//! Waves whose keys ended: the urn's word that its key files were overwritten and deleted at the stated date.

use crate::storage::{Conn, StoreError};
use crate::survey::ids::WaveId;
use crate::survey::time::Instant;

statements! {
    INSERT = "INSERT INTO ended (wave, stated)
        VALUES ($1, $2)
        ON CONFLICT (wave) DO NOTHING";
    FIND = "SELECT stated
        FROM ended
        WHERE wave = $1";
}

/// Notes that the keys of a wave ended at the stated date; says whether this was the first time.
pub async fn insert(
    conn: &mut Conn<'_>,
    wave: WaveId,
    stated: Instant,
) -> Result<bool, StoreError> {
    let rows = sql!(conn, |c| sqlx::query(INSERT)
        .bind(wave)
        .bind(stated)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(rows > 0)
}

/// The stated date, if the keys of the wave ended.
pub async fn find(conn: &mut Conn<'_>, wave: WaveId) -> Result<Option<Instant>, StoreError> {
    let found: Option<Instant> = sql!(conn, |c| sqlx::query_scalar(FIND)
        .bind(wave)
        .fetch_optional(c)
        .await)?;
    Ok(found)
}
