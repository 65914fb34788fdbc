//! Which county an account reports for.

use crate::storage::{Conn, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::AccountId;

statements! {
    INSERT = "INSERT INTO reporter (account, county)
        VALUES ($1, $2)";
    UPDATE = "UPDATE reporter
        SET county = $2
        WHERE account = $1";
    FIND = "SELECT county
        FROM reporter
        WHERE account = $1";
}

/// Binds an account to a county; an account that has one is [`StoreError::Duplicate`].
pub async fn insert(
    conn: &mut Conn<'_>,
    account: AccountId,
    county: &AreaCode,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(account)
        .bind(county.as_str())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Gives an account another county; says whether it had one.
pub async fn update(
    conn: &mut Conn<'_>,
    account: AccountId,
    county: &AreaCode,
) -> Result<bool, StoreError> {
    let changed = sql!(conn, |c| sqlx::query(UPDATE)
        .bind(account)
        .bind(county.as_str())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// The county of an account.
pub async fn find(conn: &mut Conn<'_>, account: AccountId) -> Result<Option<AreaCode>, StoreError> {
    let row: Option<(String,)> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(account)
        .fetch_optional(c)
        .await)?;
    row.map(|(code,)| AreaCode::parse(&code).map_err(|_| StoreError::Corrupt("county")))
        .transpose()
}
