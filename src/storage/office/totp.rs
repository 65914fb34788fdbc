//! Second factors of accounts: a sealed secret, and the last step that was taken.

use crate::storage::value::{count, stored_count};
use crate::storage::{Conn, StoreError};
use crate::survey::ids::AccountId;
use crate::survey::time::Instant;

/// A second factor as the office holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct Held {
    /// The sealed secret.
    pub secret: Vec<u8>,
    /// The last step that was taken; none is taken twice.
    pub last_step: u64,
}

statements! {
    INSERT = "INSERT INTO totp (account, secret, last_step, created_at)
        VALUES ($1, $2, $3, $4)";
    FIND = "SELECT secret, last_step
        FROM totp
        WHERE account = $1";
    TAKE = "UPDATE totp
        SET last_step = $2
        WHERE account = $1
            AND last_step < $2";
    DELETE = "DELETE FROM totp
        WHERE account = $1";
}

/// Stores the second factor of an account that has none.
pub async fn insert(
    conn: &mut Conn<'_>,
    account: AccountId,
    held: &Held,
    at: Instant,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(account)
        .bind(held.secret.clone())
        .bind(stored_count(held.last_step))
        .bind(at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The second factor of an account.
pub async fn find(conn: &mut Conn<'_>, account: AccountId) -> Result<Option<Held>, StoreError> {
    let row: Option<(Vec<u8>, i64)> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(account)
        .fetch_optional(c)
        .await)?;
    row.map(|(secret, last_step)| {
        Ok(Held {
            secret,
            last_step: count(last_step, "step of a second factor")?,
        })
    })
    .transpose()
}

/// Takes a step, if no later one and not this one was taken; says whether it was taken now.
pub async fn take(conn: &mut Conn<'_>, account: AccountId, step: u64) -> Result<bool, StoreError> {
    let changed = sql!(conn, |c| sqlx::query(TAKE)
        .bind(account)
        .bind(stored_count(step))
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed > 0)
}

/// Removes the second factor of an account; says whether there was one.
pub async fn delete(conn: &mut Conn<'_>, account: AccountId) -> Result<bool, StoreError> {
    let deleted = sql!(conn, |c| sqlx::query(DELETE)
        .bind(account)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted > 0)
}
