//! Corrections of published results: proposals, and what a second person said of them. Rows are added, never changed.

use sqlx::FromRow;

use super::decision::Ruling;
use crate::evaluation::correction::{Change, Scope};
use crate::storage::value::fixed;
use crate::storage::{Conn, StoreError, value};
use crate::survey::ids::{AccountId, CorrectionId, EstimateId, EvaluationId, WaveId};
use crate::survey::time::Instant;
use crate::survey::wave::Act;

/// A proposal to correct a published result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Id.
    pub id: CorrectionId,
    /// The wave.
    pub wave: WaveId,
    /// From 1, for each wave.
    pub number: u64,
    /// What is computed anew.
    pub scope: Scope,
    /// Why, for everybody to read.
    pub note: String,
    /// What is otherwise afterwards.
    pub changes: Vec<Change>,
    /// Digest of what comes out: it must come out again when it is confirmed.
    pub outcome: [u8; 32],
    /// The result that is replaced.
    pub old_estimate: EstimateId,
    /// The evaluation that is replaced; none if the result was published without one.
    pub old_evaluation: Option<EvaluationId>,
    /// Who proposed it, and when.
    pub proposed: Act,
    /// What a second person said of it.
    pub ruling: Option<Ruling>,
}

impl Correction {
    /// Whether a second person confirmed it.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.ruling.as_ref().is_some_and(|ruling| ruling.confirmed)
    }
}

statements! {
    INSERT = "INSERT INTO correction (id, wave, number, scope, note, changes, outcome, old_estimate,
            old_evaluation, proposed_by, proposed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    INSERT_RULING = "INSERT INTO correction_ruling (correction, confirmed, reason, ruled_by, ruled_at)
        VALUES ($1, $2, $3, $4, $5)";
    LIST = "SELECT correction.id, correction.wave, correction.number, correction.scope, correction.note,
            correction.changes, correction.outcome, correction.old_estimate,
            correction.old_evaluation, correction.proposed_by, correction.proposed_at,
            correction_ruling.confirmed, correction_ruling.reason, correction_ruling.ruled_by,
            correction_ruling.ruled_at
        FROM correction
        LEFT JOIN correction_ruling ON correction_ruling.correction = correction.id
        WHERE correction.wave = $1
        ORDER BY correction.number";
}

#[derive(FromRow)]
struct Row {
    id: CorrectionId,
    wave: WaveId,
    number: i64,
    scope: String,
    note: String,
    changes: String,
    outcome: Vec<u8>,
    old_estimate: EstimateId,
    old_evaluation: Option<EvaluationId>,
    proposed_by: AccountId,
    proposed_at: Instant,
    confirmed: Option<bool>,
    reason: Option<String>,
    ruled_by: Option<AccountId>,
    ruled_at: Option<Instant>,
}

fn read(row: Row) -> Result<Correction, StoreError> {
    let ruling = Ruling::read(row.confirmed, row.reason, row.ruled_by, row.ruled_at);
    Ok(Correction {
        id: row.id,
        wave: row.wave,
        number: value::count(row.number, "number of a correction")?,
        scope: Scope::from_word(&row.scope).ok_or(StoreError::Corrupt("scope of a correction"))?,
        note: row.note,
        changes: serde_json::from_str(&row.changes)
            .map_err(|_| StoreError::Corrupt("changes of a correction"))?,
        outcome: fixed(&row.outcome, "outcome of a correction")?,
        old_estimate: row.old_estimate,
        old_evaluation: row.old_evaluation,
        proposed: Act {
            by: row.proposed_by,
            at: row.proposed_at,
        },
        ruling,
    })
}

/// Adds a proposal without a ruling; a number that is taken is refused.
pub async fn insert(conn: &mut Conn<'_>, correction: &Correction) -> Result<(), StoreError> {
    let changes = serde_json::to_string(&correction.changes)
        .map_err(|_| StoreError::Corrupt("changes of a correction"))?;
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(correction.id)
        .bind(correction.wave)
        .bind(value::stored_count(correction.number))
        .bind(correction.scope.as_str())
        .bind(correction.note.as_str())
        .bind(changes)
        .bind(correction.outcome.to_vec())
        .bind(correction.old_estimate)
        .bind(correction.old_evaluation)
        .bind(correction.proposed.by)
        .bind(correction.proposed.at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Adds what a second person said of a proposal; a second ruling is refused.
pub async fn insert_ruling(
    conn: &mut Conn<'_>,
    correction: CorrectionId,
    ruling: &Ruling,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT_RULING)
        .bind(correction)
        .bind(ruling.confirmed)
        .bind(ruling.reason.as_str())
        .bind(ruling.act.by)
        .bind(ruling.act.at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Every proposal for a wave, the first one first.
pub async fn list(conn: &mut Conn<'_>, wave: WaveId) -> Result<Vec<Correction>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST).bind(wave).fetch_all(c).await)?;
    rows.into_iter().map(read).collect()
}
