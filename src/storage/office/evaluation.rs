//! Evaluations: stored applications of a standard, one document each. None is ever replaced.

use crate::evaluation::dossier::Evaluation;
use crate::storage::value::fixed;
use crate::storage::{Conn, StoreError};
use crate::survey::ids::{AccountId, EstimateId, EvaluationId, WaveId};
use crate::survey::time::Instant;

/// One stored application of a standard.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// Id.
    pub id: EvaluationId,
    /// Digest of the standard's text.
    pub standard: [u8; 32],
    /// The result of a wave that it rests on.
    pub estimate: Option<EstimateId>,
    /// What came of it.
    pub evaluation: Evaluation,
    /// Digest of what it rests on.
    pub input_digest: [u8; 32],
    /// Program and version.
    pub software_version: String,
    /// When.
    pub created_at: Instant,
    /// On whose action.
    pub created_by: Option<AccountId>,
}

statements! {
    INSERT = "INSERT INTO evaluation (id, standard, year, estimate, document, input_digest,
            software_version, created_at, created_by, indicators)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    FIND_INDICATORS = "SELECT indicators FROM evaluation WHERE id = $1";
    FIND_LATEST = "SELECT id, standard, estimate, document, input_digest, software_version,
            created_at, created_by
        FROM evaluation
        WHERE estimate IN (SELECT id FROM estimate WHERE wave = $1)
        ORDER BY created_at DESC, id DESC
        LIMIT 1";
    FIND = "SELECT id, standard, estimate, document, input_digest, software_version,
            created_at, created_by
        FROM evaluation
        WHERE id = $1";
    LIST = "SELECT id, standard, estimate, document, input_digest, software_version,
            created_at, created_by
        FROM evaluation
        WHERE year = $1
        ORDER BY created_at DESC, id DESC";
    USES = "SELECT evaluation.standard, evaluation.year, estimate.wave, evaluation.created_at
        FROM evaluation
        LEFT JOIN estimate ON estimate.id = evaluation.estimate
        ORDER BY evaluation.created_at DESC, evaluation.id DESC";
}

/// That a standard was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// Digest of the standard's text.
    pub standard: [u8; 32],
    /// The year under evaluation.
    pub year: i32,
    /// The wave whose result it rests on.
    pub wave: Option<WaveId>,
    /// When.
    pub at: Instant,
}

type Row = (
    EvaluationId,
    Vec<u8>,
    Option<EstimateId>,
    String,
    Vec<u8>,
    String,
    Instant,
    Option<AccountId>,
);

fn read(row: Row) -> Result<Applied, StoreError> {
    let (id, standard, estimate, document, input, software_version, created_at, created_by) = row;
    Ok(Applied {
        id,
        standard: fixed(&standard, "standard digest")?,
        estimate,
        evaluation: serde_json::from_str(&document)
            .map_err(|_| StoreError::Corrupt("evaluation"))?,
        input_digest: fixed(&input, "input digest")?,
        software_version,
        created_at,
        created_by,
    })
}

/// Stores an evaluation with the values on which it rests, as lines of JSON.
pub async fn insert(
    conn: &mut Conn<'_>,
    applied: &Applied,
    indicators: &str,
) -> Result<(), StoreError> {
    let document = serde_json::to_string(&applied.evaluation)
        .map_err(|_| StoreError::Corrupt("evaluation"))?;
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(applied.id)
        .bind(applied.standard.to_vec())
        .bind(i64::from(applied.evaluation.year))
        .bind(applied.estimate)
        .bind(document)
        .bind(applied.input_digest.to_vec())
        .bind(applied.software_version.clone())
        .bind(applied.created_at)
        .bind(applied.created_by)
        .bind(indicators)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The values on which an evaluation rests, as lines of JSON; nothing if it was stored before they were kept.
pub async fn find_indicators(
    conn: &mut Conn<'_>,
    id: EvaluationId,
) -> Result<Option<String>, StoreError> {
    let row: Option<(Option<String>,)> = sql!(conn, |c| sqlx::query_as(FIND_INDICATORS)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    Ok(row.and_then(|(lines,)| lines))
}

/// The latest evaluation that rests on a stored result of this wave.
pub async fn find_latest(conn: &mut Conn<'_>, wave: WaveId) -> Result<Option<Applied>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND_LATEST)
        .bind(wave)
        .fetch_optional(c)
        .await)?;
    row.map(read).transpose()
}

/// The evaluation with this id.
pub async fn find(conn: &mut Conn<'_>, id: EvaluationId) -> Result<Option<Applied>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    row.map(read).transpose()
}

/// Every evaluation of a year, the latest first.
pub async fn list(conn: &mut Conn<'_>, year: i32) -> Result<Vec<Applied>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST)
        .bind(i64::from(year))
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(read).collect()
}

/// Every application of any standard, the latest first.
pub async fn uses(conn: &mut Conn<'_>) -> Result<Vec<Use>, StoreError> {
    let rows: Vec<(Vec<u8>, i64, Option<WaveId>, Instant)> =
        sql!(conn, |c| sqlx::query_as(USES).fetch_all(c).await)?;
    let read = |(standard, year, wave, at): (Vec<u8>, i64, _, _)| {
        Ok(Use {
            standard: fixed(&standard, "standard digest")?,
            year: i32::try_from(year).map_err(|_| StoreError::Corrupt("year"))?,
            wave,
            at,
        })
    };
    rows.into_iter().map(read).collect()
}
