//! Commitments that were made before the answers were sent: opened for whoever tried the service, or cast.
//!
//! One row decides which of the two a commitment came to: whoever inserts it first. Both keys of the table are tried by each
//! insertion, so that nothing has to be locked before.

use crate::storage::{Conn, Direct, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;

/// Commitments of one token that may be opened, while the keys of their days are there.
pub const MOST: i64 = 5;
/// The number of the one that a record was kept with.
const CAST: i64 = 0;

/// A commitment, known by what the phone drew for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// SHA-256 over the token's hash and what the phone drew.
    pub nonce_hash: [u8; 32],
    /// The day under whose key it was made.
    pub epoch: i64,
}

/// What became of a commitment that was to be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// It may be shown, now or again; no record will be kept with it.
    Opened,
    /// A record was kept with it.
    Cast,
    /// As many as may be were opened for this token.
    TooMany,
}

statements! {
    INSERT = "INSERT INTO trial (wave, county, token_hash, nonce_hash, number, epoch)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT DO NOTHING";
    FIND = "SELECT number
        FROM trial
        WHERE wave = $1
            AND county = $2
            AND token_hash = $3
            AND nonce_hash = $4";
    LAST = "SELECT COALESCE(MAX(number), 0) AS number
        FROM trial
        WHERE wave = $1
            AND county = $2
            AND token_hash = $3";
    DELETE = "DELETE FROM trial
        WHERE wave = $1
            AND epoch = $2";
    COUNT = "SELECT COUNT(*)
        FROM trial
        WHERE wave = $1";
}

/// Keeps a commitment for casting until this transaction ends; whether it was not opened before.
pub async fn cast(
    conn: &mut Direct<'_>,
    wave: WaveId,
    county: &AreaCode,
    token_hash: &[u8; 32],
    tried: &Tried,
) -> Result<bool, StoreError> {
    let (token, nonce) = (token_hash.as_slice(), tried.nonce_hash.as_slice());
    let values = (county.clone(), tried.epoch);
    let new = direct!(conn, INSERT, [wave, values.0, token, nonce, CAST, values.1])?;
    if new == 1 {
        return Ok(true);
    }
    // The same once more; or the token was cast with another one, which the spent token tells.
    let found = direct!(conn, FIND, [wave, county.clone(), token, nonce] => (i64,))?;
    Ok(found.first().is_none_or(|(number,)| *number == CAST))
}

/// What became of a commitment of this token: the number of its opening, or that it was cast; nothing if neither.
async fn find(
    conn: &mut Conn<'_>,
    wave: WaveId,
    county: &AreaCode,
    token_hash: &[u8; 32],
    tried: &Tried,
) -> Result<Option<i64>, StoreError> {
    Ok(sql!(conn, |c| sqlx::query_scalar(FIND)
        .bind(wave)
        .bind(county.clone())
        .bind(token_hash.to_vec())
        .bind(tried.nonce_hash.to_vec())
        .fetch_optional(c)
        .await)?)
}

/// Whether a commitment was opened before.
pub async fn is_opened(
    conn: &mut Conn<'_>,
    wave: WaveId,
    county: &AreaCode,
    token_hash: &[u8; 32],
    tried: &Tried,
) -> Result<bool, StoreError> {
    let found = find(conn, wave, county, token_hash, tried).await?;
    Ok(found.is_some_and(|number| number != CAST))
}

/// Notes that a commitment is opened, which keeps it from being cast once this transaction is committed.
pub async fn open(
    conn: &mut Conn<'_>,
    wave: WaveId,
    county: &AreaCode,
    token_hash: &[u8; 32],
    tried: &Tried,
) -> Result<Opening, StoreError> {
    // Whoever takes the next number meanwhile leaves one less: it ends after as many tries.
    for _ in 0..=MOST {
        match find(conn, wave, county, token_hash, tried).await? {
            Some(CAST) => return Ok(Opening::Cast),
            Some(_) => return Ok(Opening::Opened),
            None => {}
        }
        let last: i64 = sql!(conn, |c| sqlx::query_scalar(LAST)
            .bind(wave)
            .bind(county.clone())
            .bind(token_hash.to_vec())
            .fetch_one(c)
            .await)?;
        if last >= MOST {
            return Ok(Opening::TooMany);
        }
        let new = sql!(conn, |c| sqlx::query(INSERT)
            .bind(wave)
            .bind(county.clone())
            .bind(token_hash.to_vec())
            .bind(tried.nonce_hash.to_vec())
            .bind(last + 1)
            .bind(tried.epoch)
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?;
        if new == 1 {
            return Ok(Opening::Opened);
        }
    }
    Ok(Opening::TooMany)
}

/// Forgets the commitments of a day whose key is destroyed: nothing can be opened or cast with them any more.
pub async fn delete(conn: &mut Conn<'_>, wave: WaveId, epoch: i64) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(DELETE)
        .bind(wave)
        .bind(epoch)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Number of rows of a wave.
pub async fn count(conn: &mut Conn<'_>, wave: WaveId) -> Result<u64, StoreError> {
    let rows: i64 = sql!(conn, |c| sqlx::query_scalar(COUNT)
        .bind(wave)
        .fetch_one(c)
        .await)?;
    crate::storage::value::count(rows, "number of trials")
}
