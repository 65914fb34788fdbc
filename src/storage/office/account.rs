//! Accounts of the staff with their password hashes.

use crate::storage::{Conn, StoreError, value};
use crate::survey::account::{Account, AccountName};
use crate::survey::ids::AccountId;
use crate::survey::role::Role;
use crate::survey::time::Instant;

/// An account with what only the sign-in needs; no `Debug` of the hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The account.
    pub account: Account,
    /// Its password hash, which names its own parameters.
    pub password_hash: String,
    /// The person has to choose another password before anything else.
    pub password_due: bool,
}

statements! {
    INSERT = "INSERT INTO account (id, name, password_hash, role, created_at, disabled_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    FIND = "SELECT id, name, role, created_at, disabled_at
        FROM account
        WHERE id = $1";
    FIND_CREDENTIALS = "SELECT id, name, role, created_at, disabled_at, password_hash,
            password_due
        FROM account
        WHERE name = $1";
    LIST = "SELECT id, name, role, created_at, disabled_at
        FROM account
        ORDER BY created_at, id";
    COUNT = "SELECT COUNT(*)
        FROM account";
    UPDATE_DISABLED = "UPDATE account
        SET disabled_at = $2
        WHERE id = $1";
    HOLD = "UPDATE account
        SET disabled_at = disabled_at
        WHERE id = $1
            AND disabled_at IS NULL";
    UPDATE_PASSWORD = "UPDATE account
        SET password_hash = $2
        WHERE id = $1";
    UPDATE_DUE = "UPDATE account
        SET password_due = $2
        WHERE id = $1";
    TAKE_DUE = "UPDATE account
        SET password_due = NULL
        WHERE id = $1
            AND password_due IS NOT NULL";
}

/// An account's columns with what the sign-in needs.
type CredentialsRow = (
    AccountId,
    String,
    String,
    Instant,
    Option<Instant>,
    String,
    Option<Instant>,
);

/// An account's columns without the hash.
pub(super) type Row = (AccountId, String, String, Instant, Option<Instant>);

/// The account of a row.
pub(super) fn read((id, name, role, created_at, disabled_at): Row) -> Result<Account, StoreError> {
    Ok(Account {
        id,
        name: AccountName::parse(&name).map_err(|_| StoreError::Corrupt("account name"))?,
        role: Role::from_word(&role).ok_or(StoreError::Corrupt("role"))?,
        created_at,
        disabled_at,
    })
}

/// Stores a new account; a name that is taken is [`StoreError::Duplicate`].
pub async fn insert(
    conn: &mut Conn<'_>,
    account: &Account,
    password_hash: &str,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(account.id)
        .bind(account.name.as_str())
        .bind(password_hash)
        .bind(account.role.as_str())
        .bind(account.created_at)
        .bind(account.disabled_at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The account with this id.
pub async fn find(conn: &mut Conn<'_>, id: AccountId) -> Result<Option<Account>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    row.map(read).transpose()
}

/// The account with this name and its password hash.
pub async fn find_credentials(
    conn: &mut Conn<'_>,
    name: &AccountName,
) -> Result<Option<Credentials>, StoreError> {
    let row: Option<CredentialsRow> = sql!(conn, |c| sqlx::query_as(FIND_CREDENTIALS)
        .bind(name.as_str())
        .fetch_optional(c)
        .await)?;
    row.map(
        |(id, name, role, created_at, disabled_at, password_hash, due)| {
            Ok(Credentials {
                account: read((id, name, role, created_at, disabled_at))?,
                password_hash,
                password_due: due.is_some(),
            })
        },
    )
    .transpose()
}

/// Every account, oldest first.
pub async fn list(conn: &mut Conn<'_>) -> Result<Vec<Account>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST).fetch_all(c).await)?;
    rows.into_iter().map(read).collect()
}

/// Replaces the password hash of an account.
pub async fn update_password(
    conn: &mut Conn<'_>,
    id: AccountId,
    password_hash: &str,
) -> Result<(), StoreError> {
    let changed = sql!(conn, |c| sqlx::query(UPDATE_PASSWORD)
        .bind(id)
        .bind(password_hash)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    if changed == 0 {
        return Err(StoreError::Missing("account"));
    }
    Ok(())
}

/// From an instant on the person has to choose another password before anything else.
pub async fn update_due(
    conn: &mut Conn<'_>,
    id: AccountId,
    since: Instant,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(UPDATE_DUE)
        .bind(id)
        .bind(since)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The person has chosen another password; says whether that was due.
pub async fn take_due(conn: &mut Conn<'_>, id: AccountId) -> Result<bool, StoreError> {
    let taken = sql!(conn, |c| sqlx::query(TAKE_DUE)
        .bind(id)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(taken > 0)
}

/// How many accounts there are, closed ones too.
pub async fn count(conn: &mut Conn<'_>) -> Result<u64, StoreError> {
    let row: (i64,) = sql!(conn, |c| sqlx::query_as(COUNT).fetch_one(c).await)?;
    value::count(row.0, "number of accounts")
}

/// Keeps an account open until the end of this transaction; false if it is closed.
pub async fn hold(conn: &mut Conn<'_>, id: AccountId) -> Result<bool, StoreError> {
    let held = sql!(conn, |c| sqlx::query(HOLD)
        .bind(id)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(held == 1)
}

/// Closes an account since an instant, or opens it again.
pub async fn update_disabled(
    conn: &mut Conn<'_>,
    id: AccountId,
    since: Option<Instant>,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(UPDATE_DISABLED)
        .bind(id)
        .bind(since)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
