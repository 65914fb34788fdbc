//! Codes that replaced a used one and bring no second answer.

use std::collections::BTreeMap;

use crate::storage::value::fixed;
use crate::storage::{Conn, StoreError};
use crate::survey::ids::WaveId;
use crate::survey::invitation::CodeHash;

statements! {
    INSERT = "INSERT INTO empty_code (wave, code_hash, stands_for)
        VALUES ($1, $2, $3)";
    FIND = "SELECT stands_for
        FROM empty_code
        WHERE wave = $1
            AND code_hash = $2";
    LIST = "SELECT code_hash, stands_for
        FROM empty_code
        WHERE wave = $1
        ORDER BY code_hash";
}

/// Adds a code that stands for a used one.
pub async fn insert(
    conn: &mut Conn<'_>,
    wave: WaveId,
    code: &CodeHash,
    stands_for: &CodeHash,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(wave)
        .bind(code.as_bytes().to_vec())
        .bind(stands_for.as_bytes().to_vec())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The used code that this one stands for, if it is such a code.
pub async fn find(
    conn: &mut Conn<'_>,
    wave: WaveId,
    code: &CodeHash,
) -> Result<Option<CodeHash>, StoreError> {
    let row: Option<(Vec<u8>,)> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(wave)
        .bind(code.as_bytes().to_vec())
        .fetch_optional(c)
        .await)?;
    row.map(|(hash,)| Ok(CodeHash::from_bytes(fixed(&hash, "code hash")?)))
        .transpose()
}

/// All such codes of a wave and what they stand for.
pub async fn list(
    conn: &mut Conn<'_>,
    wave: WaveId,
) -> Result<BTreeMap<[u8; 32], CodeHash>, StoreError> {
    let rows: Vec<(Vec<u8>, Vec<u8>)> =
        sql!(conn, |c| sqlx::query_as(LIST).bind(wave).fetch_all(c).await)?;
    let read = |(code, stands_for): (Vec<u8>, Vec<u8>)| {
        let stands_for = CodeHash::from_bytes(fixed(&stands_for, "code hash")?);
        Ok((fixed(&code, "code hash")?, stands_for))
    };
    rows.into_iter().map(read).collect()
}
