//! Tokens of the staff's programs, by their hash. What is not there any more was ended; the audit log tells when.

use super::account;
use crate::storage::{Conn, StoreError};
use crate::survey::account::Account;
use crate::survey::ids::AccountId;
use crate::survey::scope::Scope;
use crate::survey::time::Instant;

/// A token as the office holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// SHA-256 of its secret.
    pub hash: [u8; 32],
    /// Whose it is.
    pub account: AccountId,
    /// What its owner calls it.
    pub name: String,
    /// What it may.
    pub scopes: Vec<Scope>,
    /// Since when.
    pub created_at: Instant,
    /// From when on it is good no more.
    pub expires_at: Instant,
}

statements! {
    INSERT = "INSERT INTO access_token (token_hash, account, name, scopes, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    OF = "SELECT token_hash, account, name, scopes, created_at, expires_at
        FROM access_token
        WHERE account = $1
        ORDER BY created_at, token_hash";
    FIND = "SELECT access_token.scopes, access_token.expires_at, account.id, account.name,
            account.role, account.created_at, account.disabled_at, account.password_due
        FROM access_token
        JOIN account ON account.id = access_token.account
        WHERE access_token.token_hash = $1";
    DELETE = "DELETE FROM access_token
        WHERE account = $1
            AND token_hash = $2";
    DELETE_OF = "DELETE FROM access_token
        WHERE account = $1";
    DELETE_ENDED = "DELETE FROM access_token
        WHERE account = $1
            AND expires_at <= $2";
}

type Row = (Vec<u8>, AccountId, String, String, Instant, Instant);

type Held = (
    String,
    Instant,
    AccountId,
    String,
    String,
    Instant,
    Option<Instant>,
    Option<Instant>,
);

/// Who holds a token, and what it may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Whose it is.
    pub account: Account,
    /// What it may.
    pub scopes: Vec<Scope>,
    /// From when on it is good no more.
    pub expires_at: Instant,
    /// Its owner has to choose another password before anything else.
    pub password_due: bool,
}

fn scopes(words: &str) -> Result<Vec<Scope>, StoreError> {
    let read = |word| Scope::from_word(word).ok_or(StoreError::Corrupt("scope of a token"));
    words.split_whitespace().map(read).collect()
}

/// Adds a token.
pub async fn insert(conn: &mut Conn<'_>, token: &AccessToken) -> Result<(), StoreError> {
    let words: Vec<&str> = token.scopes.iter().map(|scope| scope.as_str()).collect();
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(token.hash.to_vec())
        .bind(token.account)
        .bind(token.name.as_str())
        .bind(words.join(" "))
        .bind(token.created_at)
        .bind(token.expires_at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The tokens of an account, the oldest first, ended ones too.
pub async fn of(conn: &mut Conn<'_>, account: AccountId) -> Result<Vec<AccessToken>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(OF)
        .bind(account)
        .fetch_all(c)
        .await)?;
    let read = |(hash, account, name, words, created_at, expires_at): Row| {
        Ok(AccessToken {
            hash: hash
                .try_into()
                .map_err(|_| StoreError::Corrupt("hash of a token"))?,
            account,
            name,
            scopes: scopes(&words)?,
            created_at,
            expires_at,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Who holds the token of this hash.
pub async fn find(conn: &mut Conn<'_>, hash: &[u8; 32]) -> Result<Option<Found>, StoreError> {
    let row: Option<Held> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(hash.to_vec())
        .fetch_optional(c)
        .await)?;
    row.map(
        |(words, expires_at, id, name, role, created_at, disabled_at, due)| {
            Ok(Found {
                account: account::read((id, name, role, created_at, disabled_at))?,
                scopes: scopes(&words)?,
                expires_at,
                password_due: due.is_some(),
            })
        },
    )
    .transpose()
}

/// Ends a token of an account; says whether there was one.
pub async fn delete(
    conn: &mut Conn<'_>,
    account: AccountId,
    hash: &[u8],
) -> Result<bool, StoreError> {
    let deleted = sql!(conn, |c| sqlx::query(DELETE)
        .bind(account)
        .bind(hash.to_vec())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted > 0)
}

/// Ends every token of an account.
pub async fn delete_of(conn: &mut Conn<'_>, account: AccountId) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(DELETE_OF)
        .bind(account)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Clears away an account's tokens whose time is over.
pub async fn delete_ended(
    conn: &mut Conn<'_>,
    account: AccountId,
    now: Instant,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(DELETE_ENDED)
        .bind(account)
        .bind(now)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
