//! Who answers for a wave: of each the latest text.

use crate::storage::{Conn, StoreError};
use crate::survey::ids::WaveId;
use crate::survey::imprint::Imprint;
use crate::survey::time::Instant;

statements! {
    UPSERT = "INSERT INTO imprint (wave, document, changed_at)
        VALUES ($1, $2, $3)
        ON CONFLICT (wave) DO UPDATE
        SET document = excluded.document,
            changed_at = excluded.changed_at";
    FIND = "SELECT document
        FROM imprint
        WHERE wave = $1";
}

/// Keeps what is said of a wave, in the place of what was said before.
pub async fn upsert(
    conn: &mut Conn<'_>,
    wave: WaveId,
    imprint: &Imprint,
    at: Instant,
) -> Result<(), StoreError> {
    let document = serde_json::to_string(imprint).map_err(|_| StoreError::Corrupt("imprint"))?;
    sql!(conn, |c| sqlx::query(UPSERT)
        .bind(wave)
        .bind(&document)
        .bind(at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// What is said of a wave, if anything is.
pub async fn find(conn: &mut Conn<'_>, wave: WaveId) -> Result<Option<Imprint>, StoreError> {
    let found: Option<(String,)> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(wave)
        .fetch_optional(c)
        .await)?;
    found
        .map(|(document,)| {
            serde_json::from_str(&document).map_err(|_| StoreError::Corrupt("imprint"))
        })
        .transpose()
}
