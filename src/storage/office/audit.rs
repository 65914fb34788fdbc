//! The audit log: rows are added and read; the tables refuse everything else.

use crate::storage::{Conn, StoreError};
use crate::survey::audit::Entry;
use crate::survey::ids::{AccountId, AuditId};
use crate::survey::time::Instant;

statements! {
    INSERT = "INSERT INTO audit (id, at, account, actor, action, subject, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    LIST = "SELECT id, at, account, actor, action, subject, detail
        FROM audit
        ORDER BY at DESC, id DESC
        LIMIT $1";
    LIST_BEFORE = "SELECT id, at, account, actor, action, subject, detail
        FROM audit
        WHERE at < $2
            OR (at = $2 AND id < $3)
        ORDER BY at DESC, id DESC
        LIMIT $1";
    LIST_SUBJECT = "SELECT id, at, account, actor, action, subject, detail
        FROM audit
        WHERE subject = $1
        ORDER BY at DESC, id DESC";
}

type Row = (
    AuditId,
    Instant,
    Option<AccountId>,
    String,
    String,
    String,
    String,
);

fn read((id, at, account, actor, action, subject, detail): Row) -> Result<Entry, StoreError> {
    Ok(Entry {
        id,
        at,
        account,
        actor,
        action,
        subject,
        detail: serde_json::from_str(&detail).map_err(|_| StoreError::Corrupt("audit detail"))?,
    })
}

/// Adds an entry.
pub async fn insert(conn: &mut Conn<'_>, entry: &Entry) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(entry.id)
        .bind(entry.at)
        .bind(entry.account)
        .bind(entry.actor.as_str())
        .bind(entry.action.as_str())
        .bind(entry.subject.as_str())
        .bind(entry.detail.to_string())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Entries, newest first; `before` continues after the last one that was read.
pub async fn list(
    conn: &mut Conn<'_>,
    before: Option<(Instant, AuditId)>,
    limit: u32,
) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<Row> = match before {
        None => sql!(conn, |c| sqlx::query_as(LIST)
            .bind(i64::from(limit))
            .fetch_all(c)
            .await)?,
        Some((at, id)) => sql!(conn, |c| sqlx::query_as(LIST_BEFORE)
            .bind(i64::from(limit))
            .bind(at)
            .bind(id)
            .fetch_all(c)
            .await)?,
    };
    rows.into_iter().map(read).collect()
}

/// Every entry about a subject, newest first.
pub async fn list_subject(conn: &mut Conn<'_>, subject: &str) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST_SUBJECT)
        .bind(subject)
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(read).collect()
}
