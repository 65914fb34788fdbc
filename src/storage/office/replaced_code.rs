//! Codes of cards that were made anew, and the codes that took the place of used ones and bring no second answer.

use std::collections::{BTreeMap, BTreeSet};

use crate::storage::value::fixed;
use crate::storage::{Conn, StoreError};
use crate::survey::ids::WaveId;
use crate::survey::invitation::CodeHash;

statements! {
    INSERT = "INSERT INTO replaced_code (wave, code_hash)
        VALUES ($1, $2)";
    LIST = "SELECT code_hash
        FROM replaced_code
        WHERE wave = $1
        ORDER BY code_hash";
    FIND = "SELECT code_hash
        FROM replaced_code
        WHERE wave = $1
            AND code_hash = $2";
    FIND_EMPTY = "SELECT stands_for
        FROM empty_code
        WHERE wave = $1
            AND code_hash = $2";
    INSERT_EMPTY = "INSERT INTO empty_code (wave, code_hash, stands_for)
        VALUES ($1, $2, $3)";
    DELETE_EMPTY = "DELETE FROM empty_code
        WHERE wave = $1
            AND code_hash = $2";
    LIST_EMPTY = "SELECT code_hash, stands_for
        FROM empty_code
        WHERE wave = $1
        ORDER BY code_hash";
}

/// Notes that a code opens nothing any more.
pub async fn insert(conn: &mut Conn<'_>, wave: WaveId, code: &CodeHash) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(wave)
        .bind(code.as_bytes().to_vec())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Codes of a wave that open nothing any more.
pub async fn list(conn: &mut Conn<'_>, wave: WaveId) -> Result<BTreeSet<[u8; 32]>, StoreError> {
    let rows: Vec<(Vec<u8>,)> = sql!(conn, |c| sqlx::query_as(LIST).bind(wave).fetch_all(c).await)?;
    rows.iter()
        .map(|(hash,)| fixed(hash, "code hash"))
        .collect()
}

/// Whether another card took the place of this code's card.
pub async fn is_replaced(
    conn: &mut Conn<'_>,
    wave: WaveId,
    code: &CodeHash,
) -> Result<bool, StoreError> {
    let row: Option<(Vec<u8>,)> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(wave)
        .bind(code.as_bytes().to_vec())
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// The used code that this one stands for, if it is such a code.
pub async fn find_empty(
    conn: &mut Conn<'_>,
    wave: WaveId,
    code: &CodeHash,
) -> Result<Option<CodeHash>, StoreError> {
    let row: Option<(Vec<u8>,)> = sql!(conn, |c| sqlx::query_as(FIND_EMPTY)
        .bind(wave)
        .bind(code.as_bytes().to_vec())
        .fetch_optional(c)
        .await)?;
    row.map(|(hash,)| Ok(CodeHash::from_bytes(fixed(&hash, "code hash")?)))
        .transpose()
}

/// Adds a code that stands for a used one.
pub async fn insert_empty(
    conn: &mut Conn<'_>,
    wave: WaveId,
    code: &CodeHash,
    stands_for: &CodeHash,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT_EMPTY)
        .bind(wave)
        .bind(code.as_bytes().to_vec())
        .bind(stands_for.as_bytes().to_vec())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Takes such a code away, when another one stands in its place.
pub async fn delete_empty(
    conn: &mut Conn<'_>,
    wave: WaveId,
    code: &CodeHash,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(DELETE_EMPTY)
        .bind(wave)
        .bind(code.as_bytes().to_vec())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// All codes that stand for used ones, and which.
pub async fn list_empty(
    conn: &mut Conn<'_>,
    wave: WaveId,
) -> Result<BTreeMap<[u8; 32], CodeHash>, StoreError> {
    let rows: Vec<(Vec<u8>, Vec<u8>)> = sql!(conn, |c| sqlx::query_as(LIST_EMPTY)
        .bind(wave)
        .fetch_all(c)
        .await)?;
    let read = |(code, stands_for): (Vec<u8>, Vec<u8>)| {
        let stands_for = CodeHash::from_bytes(fixed(&stands_for, "code hash")?);
        Ok((fixed(&code, "code hash")?, stands_for))
    };
    rows.into_iter().map(read).collect()
}
