//! Results of open waves. No evaluation reads them.

use crate::storage::{Conn, StoreError};
use crate::survey::ids::{AccountId, WaveId};
use crate::survey::open_result::OpenResult;
use crate::survey::time::Instant;

statements! {
    INSERT = "INSERT INTO open_result (wave, document, created_at, created_by)
        VALUES ($1, $2, $3, $4)";
    FIND = "SELECT document
        FROM open_result
        WHERE wave = $1";
}

/// Stores the result of a wave, once.
pub async fn insert(
    conn: &mut Conn<'_>,
    wave: WaveId,
    result: &OpenResult,
    at: Instant,
    by: AccountId,
) -> Result<(), StoreError> {
    let document = serde_json::to_string(result).map_err(|_| StoreError::Corrupt("open result"))?;
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(wave)
        .bind(document)
        .bind(at)
        .bind(by)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The result of a wave, once it is closed.
pub async fn find(conn: &mut Conn<'_>, wave: WaveId) -> Result<Option<OpenResult>, StoreError> {
    let document: Option<String> = sql!(conn, |c| sqlx::query_scalar(FIND)
        .bind(wave)
        .fetch_optional(c)
        .await)?;
    document
        .map(|text| serde_json::from_str(&text).map_err(|_| StoreError::Corrupt("open result")))
        .transpose()
}
