//! Accounts that are tied to a subject of a provider.

use crate::storage::{Conn, StoreError};
use crate::survey::ids::AccountId;
use crate::survey::time::Instant;

/// A tie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// The provider.
    pub issuer: String,
    /// Who that is there.
    pub subject: String,
    /// Whose account.
    pub account: AccountId,
    /// Since when.
    pub created_at: Instant,
}

statements! {
    INSERT = "INSERT INTO tie (issuer, subject, account, created_at)
        VALUES ($1, $2, $3, $4)";
    FIND = "SELECT issuer, subject, account, created_at
        FROM tie
        WHERE issuer = $1
            AND subject = $2";
    OF = "SELECT issuer, subject, account, created_at
        FROM tie
        WHERE account = $1";
    DELETE = "DELETE FROM tie
        WHERE account = $1";
}

type Row = (String, String, AccountId, Instant);

fn read((issuer, subject, account, created_at): Row) -> Tie {
    Tie {
        issuer,
        subject,
        account,
        created_at,
    }
}

/// Ties an account; an account or subject that is tied already is [`StoreError::Duplicate`].
pub async fn insert(conn: &mut Conn<'_>, tie: &Tie) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(tie.issuer.as_str())
        .bind(tie.subject.as_str())
        .bind(tie.account)
        .bind(tie.created_at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The tie of a subject.
pub async fn find(
    conn: &mut Conn<'_>,
    issuer: &str,
    subject: &str,
) -> Result<Option<Tie>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(issuer)
        .bind(subject)
        .fetch_optional(c)
        .await)?;
    Ok(row.map(read))
}

/// The tie of an account.
pub async fn of(conn: &mut Conn<'_>, account: AccountId) -> Result<Option<Tie>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(OF)
        .bind(account)
        .fetch_optional(c)
        .await)?;
    Ok(row.map(read))
}

/// Unties an account.
pub async fn delete(conn: &mut Conn<'_>, account: AccountId) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(DELETE)
        .bind(account)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
