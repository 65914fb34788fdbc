//! Estimates: stored results of waves, one document each.

use crate::storage::value::fixed;
use crate::storage::{Conn, StoreError};
use crate::survey::ids::{AccountId, EstimateId, WaveId};
use crate::survey::result::WaveResult;
use crate::survey::time::Instant;

/// One stored run of a wave's plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Id.
    pub id: EstimateId,
    /// The wave.
    pub wave: WaveId,
    /// The result.
    pub result: WaveResult,
    /// Digest of the plan.
    pub plan_digest: [u8; 32],
    /// Digest of what the plan ran on.
    pub input_digest: [u8; 32],
    /// Program and version.
    pub software_version: String,
    /// When.
    pub created_at: Instant,
    /// On whose action.
    pub created_by: Option<AccountId>,
}

statements! {
    INSERT = "INSERT INTO estimate (id, wave, document, plan_digest, input_digest,
            software_version, created_at, created_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    FIND = "SELECT id, wave, document, plan_digest, input_digest, software_version,
            created_at, created_by
        FROM estimate
        WHERE id = $1";
    FIND_LATEST = "SELECT id, wave, document, plan_digest, input_digest, software_version,
            created_at, created_by
        FROM estimate
        WHERE wave = $1
        ORDER BY created_at DESC, id DESC
        LIMIT 1";
    FIND_TEXT = "SELECT document
        FROM estimate
        WHERE wave = $1
            AND created_at <= $2
        ORDER BY created_at DESC, id DESC
        LIMIT 1";
}

type Row = (
    EstimateId,
    WaveId,
    String,
    Vec<u8>,
    Vec<u8>,
    String,
    Instant,
    Option<AccountId>,
);

/// Stores a result.
pub async fn insert(conn: &mut Conn<'_>, estimate: &Estimate) -> Result<(), StoreError> {
    let document =
        serde_json::to_string(&estimate.result).map_err(|_| StoreError::Corrupt("result"))?;
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(estimate.id)
        .bind(estimate.wave)
        .bind(document)
        .bind(estimate.plan_digest.to_vec())
        .bind(estimate.input_digest.to_vec())
        .bind(estimate.software_version.clone())
        .bind(estimate.created_at)
        .bind(estimate.created_by)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

fn read(row: Row) -> Result<Estimate, StoreError> {
    let (id, wave, document, plan, input, software_version, created_at, created_by) = row;
    Ok(Estimate {
        id,
        wave,
        result: serde_json::from_str(&document).map_err(|_| StoreError::Corrupt("result"))?,
        plan_digest: fixed(&plan, "plan digest")?,
        input_digest: fixed(&input, "input digest")?,
        software_version,
        created_at,
        created_by,
    })
}

/// The result with this id.
pub async fn find(conn: &mut Conn<'_>, id: EstimateId) -> Result<Option<Estimate>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    row.map(read).transpose()
}

/// The latest result of a wave.
pub async fn find_latest(
    conn: &mut Conn<'_>,
    wave: WaveId,
) -> Result<Option<Estimate>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND_LATEST)
        .bind(wave)
        .fetch_optional(c)
        .await)?;
    row.map(read).transpose()
}

/// The text of the result of a wave that was the latest one then: the bytes whose digest the process log has.
pub async fn find_text(
    conn: &mut Conn<'_>,
    wave: WaveId,
    then: Instant,
) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = sql!(conn, |c| sqlx::query_as(FIND_TEXT)
        .bind(wave)
        .bind(then)
        .fetch_optional(c)
        .await)?;
    Ok(row.map(|(text,)| text))
}
