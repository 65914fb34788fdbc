//! Ceremonies that were used up, so that none is used twice on any node.

use crate::storage::{Conn, StoreError};
use crate::survey::time::Instant;

statements! {
    INSERT = "INSERT INTO ceremony (id, expires_at)
        VALUES ($1, $2)";
    DELETE_ENDED = "DELETE FROM ceremony
        WHERE expires_at <= $1";
}

/// Uses a ceremony up; one that was used already is [`StoreError::Duplicate`].
pub async fn insert(
    conn: &mut Conn<'_>,
    id: &[u8; 16],
    expires_at: Instant,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(id.to_vec())
        .bind(expires_at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Forgets those that have ended anyway.
pub async fn delete_ended(conn: &mut Conn<'_>, now: Instant) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(DELETE_ENDED)
        .bind(now)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
