//! Changes of sealed waves' rules.

use crate::storage::{Conn, StoreError};
use crate::survey::ids::{AccountId, RuleChangeId, WaveId};
use crate::survey::rule::RuleChange;
use crate::survey::time::Instant;
use crate::survey::wave::Act;

statements! {
    ASK = "INSERT INTO rule_change (id, wave, kind, document, reason, asked_by, asked_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (wave, kind) WHERE applied_at IS NULL DO UPDATE
        SET id = excluded.id,
            document = excluded.document,
            reason = excluded.reason,
            asked_by = excluded.asked_by,
            asked_at = excluded.asked_at
        WHERE rule_change.confirmed_at IS NULL";
    DELETE_ASKED = "DELETE FROM rule_change
        WHERE id = $1
            AND confirmed_at IS NULL";
    CONFIRM = "UPDATE rule_change
        SET confirmed_by = $2,
            confirmed_at = $3,
            effective_at = $4
        WHERE id = $1
            AND confirmed_at IS NULL";
    APPLY = "UPDATE rule_change
        SET applied_at = $2,
            document = $3
        WHERE id = $1
            AND applied_at IS NULL";
    LIST = "SELECT id, wave, document, reason, asked_by, asked_at,
            confirmed_by, confirmed_at, effective_at, applied_at
        FROM rule_change
        WHERE wave = $1
        ORDER BY id";
    LIST_DUE = "SELECT id, wave, document, reason, asked_by, asked_at,
            confirmed_by, confirmed_at, effective_at, applied_at
        FROM rule_change
        WHERE applied_at IS NULL
            AND effective_at <= $1
            AND wave IN (
                SELECT id
                FROM wave
                WHERE state IN ('sealed', 'drawn', 'open')
            )
        ORDER BY id";
}

#[derive(sqlx::FromRow)]
struct Row {
    id: RuleChangeId,
    wave: WaveId,
    document: String,
    reason: String,
    asked_by: AccountId,
    asked_at: Instant,
    confirmed_by: Option<AccountId>,
    confirmed_at: Option<Instant>,
    effective_at: Option<Instant>,
    applied_at: Option<Instant>,
}

impl Row {
    fn change(self) -> Result<RuleChange, StoreError> {
        let rule =
            serde_json::from_str(&self.document).map_err(|_| StoreError::Corrupt("rule change"))?;
        let confirmed = match (self.confirmed_by, self.confirmed_at, self.effective_at) {
            (Some(by), Some(at), Some(effect)) => Some((Act { by, at }, effect)),
            (None, None, None) => None,
            _ => return Err(StoreError::Corrupt("rule change")),
        };
        Ok(RuleChange {
            id: self.id,
            wave: self.wave,
            rule,
            reason: self.reason,
            asked: Act {
                by: self.asked_by,
                at: self.asked_at,
            },
            confirmed,
            applied_at: self.applied_at,
        })
    }
}

/// Notes what somebody asks for, in place of a request of this kind that nobody has confirmed; whether it could be.
pub async fn replace_asked(conn: &mut Conn<'_>, change: &RuleChange) -> Result<bool, StoreError> {
    let document = document(change)?;
    let done = sql!(conn, |c| sqlx::query(ASK)
        .bind(change.id)
        .bind(change.wave)
        .bind(change.rule.kind().as_str())
        .bind(document)
        .bind(change.reason.as_str())
        .bind(change.asked.by)
        .bind(change.asked.at)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Takes a request back that nobody has confirmed; whether it was there.
pub async fn delete_asked(conn: &mut Conn<'_>, id: RuleChangeId) -> Result<bool, StoreError> {
    let gone = sql!(conn, |c| sqlx::query(DELETE_ASKED)
        .bind(id)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(gone > 0)
}

/// Notes who confirmed a change; whether it still waited for that.
pub async fn confirm(conn: &mut Conn<'_>, change: &RuleChange) -> Result<bool, StoreError> {
    let Some((act, effect)) = change.confirmed else {
        return Ok(false);
    };
    let done = sql!(conn, |c| sqlx::query(CONFIRM)
        .bind(change.id)
        .bind(act.by)
        .bind(act.at)
        .bind(effect)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Notes that a change took effect, as it did; whether it still had to.
pub async fn apply(conn: &mut Conn<'_>, change: &RuleChange) -> Result<bool, StoreError> {
    let document = document(change)?;
    let done = sql!(conn, |c| sqlx::query(APPLY)
        .bind(change.id)
        .bind(change.applied_at)
        .bind(document)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

fn document(change: &RuleChange) -> Result<String, StoreError> {
    serde_json::to_string(&change.rule).map_err(|_| StoreError::Corrupt("rule change"))
}

/// The changes of a wave, the first one first.
pub async fn list(conn: &mut Conn<'_>, wave: WaveId) -> Result<Vec<RuleChange>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST).bind(wave).fetch_all(c).await)?;
    rows.into_iter().map(Row::change).collect()
}

/// Confirmed changes whose midnight has come.
pub async fn list_due(conn: &mut Conn<'_>, now: Instant) -> Result<Vec<RuleChange>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST_DUE)
        .bind(now)
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(Row::change).collect()
}
