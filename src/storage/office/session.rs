//! Sessions of the staff, by the hash of their token.

use super::account;
use crate::storage::{Conn, StoreError, value};
use crate::survey::account::{Account, Session};
use crate::survey::ids::AccountId;
use crate::survey::time::Instant;

/// SHA-256 of a session's token.
pub type TokenHash = [u8; 32];

statements! {
    INSERT = "INSERT INTO session (token_hash, account, created_at, expires_at)
        VALUES ($1, $2, $3, $4)";
    FIND = "SELECT session.created_at, session.expires_at, account.id, account.name,
            account.role, account.created_at, account.disabled_at, account.password_due
        FROM session
        JOIN account ON account.id = session.account
        WHERE session.token_hash = $1";
    UPDATE_END = "UPDATE session
        SET expires_at = $2
        WHERE token_hash = $1
            AND expires_at < $2";
    DELETE = "DELETE FROM session
        WHERE token_hash = $1";
    DELETE_OF = "DELETE FROM session
        WHERE account = $1";
    DELETE_OTHERS = "DELETE FROM session
        WHERE account = $1
            AND token_hash <> $2";
    COUNT = "SELECT COUNT(*)
        FROM session
        WHERE account = $1
            AND expires_at > $2";
    DELETE_ENDED = "DELETE FROM session
        WHERE expires_at <= $1";
}

type Row = (
    Instant,
    Instant,
    AccountId,
    String,
    String,
    Instant,
    Option<Instant>,
    Option<Instant>,
);

/// A session with its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The session, ended or not.
    pub session: Session,
    /// Whose it is.
    pub account: Account,
    /// The person has to choose another password before anything else.
    pub password_due: bool,
}

/// Stores a new session.
pub async fn insert(
    conn: &mut Conn<'_>,
    token: &TokenHash,
    session: &Session,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(token.to_vec())
        .bind(session.account)
        .bind(session.created_at)
        .bind(session.expires_at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The session of this token with its account, ended or not.
pub async fn find(conn: &mut Conn<'_>, token: &TokenHash) -> Result<Option<Found>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(token.to_vec())
        .fetch_optional(c)
        .await)?;
    row.map(
        |(begun, expires_at, id, name, role, created_at, disabled_at, due)| {
            let session = Session {
                account: id,
                created_at: begun,
                expires_at,
            };
            Ok(Found {
                session,
                account: account::read((id, name, role, created_at, disabled_at))?,
                password_due: due.is_some(),
            })
        },
    )
    .transpose()
}

/// Moves the end of a session later; an earlier end changes nothing.
pub async fn update_end(
    conn: &mut Conn<'_>,
    token: &TokenHash,
    expires_at: Instant,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(UPDATE_END)
        .bind(token.to_vec())
        .bind(expires_at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Ends a session; says whether there was one.
pub async fn delete(conn: &mut Conn<'_>, token: &TokenHash) -> Result<bool, StoreError> {
    let deleted = sql!(conn, |c| sqlx::query(DELETE)
        .bind(token.to_vec())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted > 0)
}

/// Ends every session of an account.
pub async fn delete_of(conn: &mut Conn<'_>, account: AccountId) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(DELETE_OF)
        .bind(account)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Ends every session of an account but this one.
pub async fn delete_others(
    conn: &mut Conn<'_>,
    account: AccountId,
    here: &TokenHash,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(DELETE_OTHERS)
        .bind(account)
        .bind(here.to_vec())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Sessions of an account that have not ended.
pub async fn count(
    conn: &mut Conn<'_>,
    account: AccountId,
    now: Instant,
) -> Result<u64, StoreError> {
    let row: (i64,) = sql!(conn, |c| sqlx::query_as(COUNT)
        .bind(account)
        .bind(now)
        .fetch_one(c)
        .await)?;
    value::count(row.0, "number of sessions")
}

/// Removes the sessions that have ended.
pub async fn delete_ended(conn: &mut Conn<'_>, now: Instant) -> Result<u64, StoreError> {
    let deleted = sql!(conn, |c| sqlx::query(DELETE_ENDED)
        .bind(now)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted)
}
