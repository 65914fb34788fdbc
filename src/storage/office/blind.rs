//! Keys of blind tokens, and what was signed for which code.

use std::collections::BTreeMap;

use crate::storage::value::count;
use crate::storage::{Conn, Direct, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;
use crate::survey::invitation::{CodeHash, Place};
use crate::survey::sample::{StratumCode, UnitCode};

/// The key of a variance unit.
#[derive(Clone, PartialEq, Eq)]
pub struct UnitKey {
    /// The unit and where it lies.
    pub place: Place,
    /// The public half: its modulus, big-endian.
    pub modulus: Vec<u8>,
    /// The private half, wrapped.
    pub private_key: Vec<u8>,
}

/// What a code had signed.
#[derive(Clone, PartialEq, Eq)]
pub struct Signed {
    /// The blinded message.
    pub blinded: Vec<u8>,
    /// Its signature.
    pub signature: Vec<u8>,
}

statements! {
    INSERT_KEY = "INSERT INTO blind_key (wave, variance_unit, county, stratum, modulus, private_key)
        VALUES ($1, $2, $3, $4, $5, $6)";
    LIST_KEYS = "SELECT county, stratum, variance_unit, modulus
        FROM blind_key
        WHERE wave = $1
        ORDER BY variance_unit";
    FIND_KEY = "SELECT private_key
        FROM blind_key
        WHERE wave = $1
            AND variance_unit = $2";
    USE = "UPDATE invitation
        SET status = 'blind'
        WHERE wave = $1
            AND code_hash = $2
            AND status = 'issued'";
    INSERT = "INSERT INTO blind_signature (wave, code_hash, blinded, signature)
        VALUES ($1, $2, $3, $4)";
    FIND = "SELECT blinded, signature
        FROM blind_signature
        WHERE wave = $1
            AND code_hash = $2";
    COUNT = "SELECT county, variance_unit, COUNT(*)
        FROM invitation
        WHERE wave = $1
            AND status = 'blind'
        GROUP BY county, variance_unit
        ORDER BY county, variance_unit";
}

/// Stores the keys of a wave that is being drawn.
pub async fn insert_keys(
    conn: &mut Conn<'_>,
    wave: WaveId,
    keys: &[UnitKey],
) -> Result<(), StoreError> {
    for UnitKey {
        place,
        modulus,
        private_key,
    } in keys
    {
        sql!(conn, |c| sqlx::query(INSERT_KEY)
            .bind(wave)
            .bind(place.variance_unit.clone())
            .bind(place.county.clone())
            .bind(place.stratum.clone())
            .bind(modulus.clone())
            .bind(private_key.clone())
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// The public halves of a wave's keys, each with its place; none in a wave that was drawn before there were any.
pub async fn list_public(
    conn: &mut Conn<'_>,
    wave: WaveId,
) -> Result<Vec<(Place, Vec<u8>)>, StoreError> {
    let rows: Vec<(AreaCode, StratumCode, UnitCode, Vec<u8>)> = sql!(conn, |c| {
        sqlx::query_as(LIST_KEYS).bind(wave).fetch_all(c).await
    })?;
    let read = |(county, stratum, variance_unit, modulus)| {
        let place = Place {
            county,
            stratum,
            variance_unit,
        };
        (place, modulus)
    };
    Ok(rows.into_iter().map(read).collect())
}

/// The wrapped private half of a unit's key.
pub async fn find_private(
    conn: &mut Conn<'_>,
    wave: WaveId,
    unit: &UnitCode,
) -> Result<Option<Vec<u8>>, StoreError> {
    let row: Option<(Vec<u8>,)> = sql!(conn, |c| sqlx::query_as(FIND_KEY)
        .bind(wave)
        .bind(unit.clone())
        .fetch_optional(c)
        .await)?;
    Ok(row.map(|(key,)| key))
}

/// Marks an unused code as used for a blind token and keeps what it had signed; whether it was unused.
pub async fn redeem(
    conn: &mut Direct<'_>,
    wave: WaveId,
    code: &CodeHash,
    signed: &Signed,
) -> Result<bool, StoreError> {
    let hash = code.as_bytes().as_slice();
    if direct!(conn, USE, [wave, hash])? == 0 {
        return Ok(false);
    }
    let (blinded, signature) = (signed.blinded.as_slice(), signed.signature.as_slice());
    direct!(conn, INSERT, [wave, hash, blinded, signature])?;
    Ok(true)
}

/// What a code had signed, inside a step of the intake.
pub async fn find_now(
    conn: &mut Direct<'_>,
    wave: WaveId,
    code: &CodeHash,
) -> Result<Option<Signed>, StoreError> {
    type Row = (Vec<u8>, Vec<u8>);
    let hash = code.as_bytes().as_slice();
    let mut rows = direct!(conn, FIND, [wave, hash] => Row)?;
    Ok(rows
        .pop()
        .map(|(blinded, signature)| Signed { blinded, signature }))
}

/// What a code had signed.
pub async fn find(
    conn: &mut Conn<'_>,
    wave: WaveId,
    code: &CodeHash,
) -> Result<Option<Signed>, StoreError> {
    let row: Option<(Vec<u8>, Vec<u8>)> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(wave)
        .bind(code.as_bytes().to_vec())
        .fetch_optional(c)
        .await)?;
    Ok(row.map(|(blinded, signature)| Signed { blinded, signature }))
}

/// Codes that were used for a blind token, by county and variance unit.
pub async fn count_by_unit(
    conn: &mut Conn<'_>,
    wave: WaveId,
) -> Result<BTreeMap<(AreaCode, UnitCode), u64>, StoreError> {
    let rows: Vec<(AreaCode, UnitCode, i64)> = sql!(conn, |c| sqlx::query_as(COUNT)
        .bind(wave)
        .fetch_all(c)
        .await)?;
    rows.into_iter()
        .map(|(county, unit, codes)| Ok(((county, unit), count(codes, "number of codes")?)))
        .collect()
}
