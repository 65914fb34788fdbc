//! The link with which the first account is made: at most one, by the hash of its secret.

use super::session::TokenHash;
use crate::storage::{Conn, StoreError};
use crate::survey::time::Instant;

statements! {
    DELETE = "DELETE FROM welcome";
    INSERT = "INSERT INTO welcome (place, token_hash, expires_at)
        VALUES (1, $1, $2)";
    FIND = "SELECT token_hash, expires_at
        FROM welcome";
    TAKE = "DELETE FROM welcome
        WHERE token_hash = $1
            AND expires_at > $2";
}

/// Ends the link that there is, if any.
pub async fn delete(conn: &mut Conn<'_>) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(DELETE).execute(c).await.map(drop))?;
    Ok(())
}

/// Stores a link; a second one is [`StoreError::Duplicate`].
pub async fn insert(
    conn: &mut Conn<'_>,
    token: &TokenHash,
    expires_at: Instant,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(token.to_vec())
        .bind(expires_at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Hash and end of the link that there is.
pub async fn find(conn: &mut Conn<'_>) -> Result<Option<(Vec<u8>, Instant)>, StoreError> {
    Ok(sql!(conn, |c| sqlx::query_as(FIND)
        .fetch_optional(c)
        .await)?)
}

/// Uses a link up; says whether it was there and had not ended.
pub async fn take(
    conn: &mut Conn<'_>,
    token: &TokenHash,
    now: Instant,
) -> Result<bool, StoreError> {
    let taken = sql!(conn, |c| sqlx::query(TAKE)
        .bind(token.to_vec())
        .bind(now)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(taken > 0)
}
