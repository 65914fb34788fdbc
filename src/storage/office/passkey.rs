//! Passkeys of accounts: public keys with their counters, no secret.

use crate::storage::{Conn, StoreError};
use crate::survey::ids::AccountId;
use crate::survey::time::Instant;

/// A passkey as the office holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The credential's id, which its device chose.
    pub credential: Vec<u8>,
    /// Whose it is.
    pub account: AccountId,
    /// What its owner calls it.
    pub name: String,
    /// Public key, counter and flags, as a document.
    pub document: String,
    /// Since when.
    pub created_at: Instant,
    /// Its last sign-in.
    pub used_at: Option<Instant>,
}

statements! {
    INSERT = "INSERT INTO passkey (credential, account, name, document, created_at, used_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    FIND = "SELECT credential, account, name, document, created_at, used_at
        FROM passkey
        WHERE credential = $1";
    OF = "SELECT credential, account, name, document, created_at, used_at
        FROM passkey
        WHERE account = $1
        ORDER BY created_at, credential";
    USE = "UPDATE passkey
        SET document = $3, used_at = $4
        WHERE credential = $1
            AND document = $2";
    DELETE = "DELETE FROM passkey
        WHERE account = $1
            AND credential = $2";
    DELETE_OF = "DELETE FROM passkey
        WHERE account = $1";
}

type Row = (Vec<u8>, AccountId, String, String, Instant, Option<Instant>);

fn read((credential, account, name, document, created_at, used_at): Row) -> Kept {
    Kept {
        credential,
        account,
        name,
        document,
        created_at,
        used_at,
    }
}

/// Stores a new passkey; a credential that somebody has already is [`StoreError::Duplicate`].
pub async fn insert(conn: &mut Conn<'_>, kept: &Kept) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(kept.credential.clone())
        .bind(kept.account)
        .bind(kept.name.as_str())
        .bind(kept.document.as_str())
        .bind(kept.created_at)
        .bind(kept.used_at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The passkey of a credential.
pub async fn find(conn: &mut Conn<'_>, credential: &[u8]) -> Result<Option<Kept>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(credential.to_vec())
        .fetch_optional(c)
        .await)?;
    Ok(row.map(read))
}

/// The passkeys of an account, the oldest first.
pub async fn of(conn: &mut Conn<'_>, account: AccountId) -> Result<Vec<Kept>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(OF)
        .bind(account)
        .fetch_all(c)
        .await)?;
    Ok(rows.into_iter().map(read).collect())
}

/// Writes a use down; says whether the passkey was still as it had been read.
pub async fn record_use(
    conn: &mut Conn<'_>,
    before: &Kept,
    document: &str,
    at: Instant,
) -> Result<bool, StoreError> {
    let changed = sql!(conn, |c| sqlx::query(USE)
        .bind(before.credential.clone())
        .bind(before.document.as_str())
        .bind(document)
        .bind(at)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed > 0)
}

/// Removes a passkey of an account; says whether there was one.
pub async fn delete(
    conn: &mut Conn<'_>,
    account: AccountId,
    credential: &[u8],
) -> Result<bool, StoreError> {
    let deleted = sql!(conn, |c| sqlx::query(DELETE)
        .bind(account)
        .bind(credential.to_vec())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted > 0)
}

/// Removes every passkey of an account.
pub async fn delete_of(conn: &mut Conn<'_>, account: AccountId) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(DELETE_OF)
        .bind(account)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
