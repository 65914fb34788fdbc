//! Leases: which node does a job that only one may do.

use crate::storage::{Conn, StoreError};
use crate::survey::time::Instant;

statements! {
    TAKE = "INSERT INTO lease (name, holder, expires_at)
        VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE
        SET holder = excluded.holder,
            expires_at = excluded.expires_at
        WHERE lease.holder = excluded.holder
            OR lease.expires_at <= $4";
    DELETE = "DELETE FROM lease
        WHERE name = $1
            AND holder = $2";
}

/// Takes or prolongs a lease; false while another holds it.
pub async fn take(
    conn: &mut Conn<'_>,
    name: &str,
    holder: uuid::Uuid,
    now: Instant,
    until: Instant,
) -> Result<bool, StoreError> {
    let taken = sql!(conn, |c| sqlx::query(TAKE)
        .bind(name)
        .bind(holder)
        .bind(until)
        .bind(now)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(taken == 1)
}

/// Gives a lease back.
pub async fn delete(conn: &mut Conn<'_>, name: &str, holder: uuid::Uuid) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(DELETE)
        .bind(name)
        .bind(holder)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
