//! The audit log: rows are added and read; the tables refuse everything else.

use crate::storage::value::{count, fixed, stored_count};
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
    SEARCH = "SELECT audit.id, audit.at, audit.account, audit.actor, audit.action, audit.subject,
            audit.detail, audit_link.number, audit_link.digest
        FROM audit
        LEFT JOIN audit_link ON audit_link.entry = audit.id
        WHERE (LOWER(audit.actor) LIKE $2
                OR LOWER(audit.action) LIKE $2
                OR LOWER(audit.subject) LIKE $2
                OR LOWER(audit.detail) LIKE $2)
            AND audit.at >= $3
            AND (audit.at < $4 OR (audit.at = $4 AND audit.id < $5))
        ORDER BY audit.at DESC, audit.id DESC
        LIMIT $1";
    COUNT = "SELECT COUNT(*)
        FROM audit";
    LAST_LINK = "SELECT number, digest
        FROM audit_link
        ORDER BY number DESC
        LIMIT 1";
    UNLINKED = "SELECT id, at, account, actor, action, subject, detail
        FROM audit
        WHERE NOT EXISTS (
                SELECT 1
                FROM audit_link
                WHERE audit_link.entry = audit.id
            )
        ORDER BY at, id
        LIMIT $1";
    INSERT_LINK = "INSERT INTO audit_link (number, entry, digest)
        VALUES ($1, $2, $3)";
    LINKED = "SELECT audit_link.number, audit_link.digest, audit.id, audit.at, audit.account, audit.actor,
            audit.action, audit.subject, audit.detail
        FROM audit_link
        LEFT JOIN audit ON audit.id = audit_link.entry
        WHERE audit_link.number > $1
        ORDER BY audit_link.number
        LIMIT $2";
    LIST_SUBJECT = "SELECT id, at, account, actor, action, subject, detail
        FROM audit
        WHERE subject = $1
            AND action <> 'note_outcomes'
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

/// Every entry about a subject, newest first; but notes of outcomes, of which a wave can have as many as invitations.
pub async fn list_subject(conn: &mut Conn<'_>, subject: &str) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST_SUBJECT)
        .bind(subject)
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(read).collect()
}

/// A place in the chain of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Place, from 1.
    pub number: u64,
    /// The digest of this entry and all before it.
    pub digest: [u8; 32],
}

fn link(number: i64, digest: &[u8]) -> Result<Link, StoreError> {
    Ok(Link {
        number: count(number, "audit link")?,
        digest: fixed(digest, "audit link")?,
    })
}

/// What is looked for in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// A part of actor, action, subject or detail, in lower case; empty finds everything.
    pub text: String,
    /// Not before this.
    pub from: Instant,
    /// Before this entry in the order of the list, which begins with the latest.
    pub before: (Instant, AuditId),
    /// At most so many.
    pub most: u32,
}

/// Entries that match, the latest first, with their places in the chain as far as they have one.
pub async fn search(
    conn: &mut Conn<'_>,
    search: &Search,
) -> Result<Vec<(Entry, Option<Link>)>, StoreError> {
    type Found = (
        AuditId,
        Instant,
        Option<AccountId>,
        String,
        String,
        String,
        String,
        Option<i64>,
        Option<Vec<u8>>,
    );
    // `_` and `%` of the text stand for any character; that finds too much and never too little.
    let text = format!("%{}%", search.text);
    let rows: Vec<Found> = sql!(conn, |c| sqlx::query_as(SEARCH)
        .bind(i64::from(search.most))
        .bind(text.as_str())
        .bind(search.from)
        .bind(search.before.0)
        .bind(search.before.1)
        .fetch_all(c)
        .await)?;
    rows.into_iter()
        .map(
            |(id, at, account, actor, action, subject, detail, number, digest)| {
                let entry = read((id, at, account, actor, action, subject, detail))?;
                let place = match (number, digest) {
                    (Some(number), Some(digest)) => Some(link(number, &digest)?),
                    _ => None,
                };
                Ok((entry, place))
            },
        )
        .collect()
}

/// The last link of the chain.
pub async fn last_link(conn: &mut Conn<'_>) -> Result<Option<Link>, StoreError> {
    let row: Option<(i64, Vec<u8>)> =
        sql!(conn, |c| sqlx::query_as(LAST_LINK).fetch_optional(c).await)?;
    row.map(|(number, digest)| link(number, &digest))
        .transpose()
}

/// How many entries there are.
pub async fn count_all(conn: &mut Conn<'_>) -> Result<u64, StoreError> {
    let (number,): (i64,) = sql!(conn, |c| sqlx::query_as(COUNT).fetch_one(c).await)?;
    count(number, "number of entries")
}

/// Entries that are not in the chain yet, the earliest first.
pub async fn unlinked(conn: &mut Conn<'_>, most: u32) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(UNLINKED)
        .bind(i64::from(most))
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(read).collect()
}

/// Adds a link.
pub async fn insert_link(
    conn: &mut Conn<'_>,
    link: &Link,
    entry: AuditId,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT_LINK)
        .bind(stored_count(link.number))
        .bind(entry)
        .bind(link.digest.to_vec())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Links after this number with their entries; no entry where it is gone.
pub async fn linked(
    conn: &mut Conn<'_>,
    after: u64,
    most: u32,
) -> Result<Vec<(Link, Option<Entry>)>, StoreError> {
    type Found = (
        i64,
        Vec<u8>,
        Option<AuditId>,
        Option<Instant>,
        Option<AccountId>,
        Option<String>,
        Option<String>,
        Option<String>,
        Option<String>,
    );
    let rows: Vec<Found> = sql!(conn, |c| sqlx::query_as(LINKED)
        .bind(stored_count(after))
        .bind(i64::from(most))
        .fetch_all(c)
        .await)?;
    rows.into_iter()
        .map(
            |(number, digest, id, at, account, actor, action, subject, detail)| {
                let entry = match (id, at, actor, action, subject, detail) {
                    (
                        Some(id),
                        Some(at),
                        Some(actor),
                        Some(action),
                        Some(subject),
                        Some(detail),
                    ) => Some(read((id, at, account, actor, action, subject, detail))?),
                    _ => None,
                };
                Ok((link(number, &digest)?, entry))
            },
        )
        .collect()
}
