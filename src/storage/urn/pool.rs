//! The pool: sealed records that wait for a batch.

use serde_json::json;

use crate::storage::value::{count, fixed};
use crate::storage::{Conn, Direct, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;
use crate::survey::sample::UnitCode;

/// A sealed record.
#[derive(Clone, PartialEq, Eq)]
pub struct Pooled {
    /// Random bytes; tell nothing.
    pub key: [u8; 16],
    /// Finest place, by which batches are formed.
    pub unit: UnitCode,
    /// Under which day's key it is sealed.
    pub epoch: i64,
    /// Nonce and ciphertext, of one length for a whole wave.
    pub record: Vec<u8>,
}

/// How many records of a variance unit and epoch wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The county.
    pub county: AreaCode,
    /// The variance unit.
    pub unit: UnitCode,
    /// The epoch.
    pub epoch: i64,
    /// Records.
    pub records: u64,
}

statements! {
    INSERT = "INSERT INTO pool (wave, county, pool_key, variance_unit, epoch, record)
        VALUES ($1, $2, $3, $4, $5, $6)";
    COUNT = "SELECT county, variance_unit, epoch, COUNT(*)
        FROM pool
        WHERE wave = $1
        GROUP BY county, variance_unit, epoch
        ORDER BY county, variance_unit, epoch";
}

per_backend! {
    LIST {
        sqlite: "SELECT pool_key, variance_unit, epoch, record
            FROM pool
            WHERE wave = $1
                AND county = $2
                AND variance_unit IN (SELECT value FROM json_each($3))
            ORDER BY pool_key",
        postgres: "SELECT pool_key, variance_unit, epoch, record
            FROM pool
            WHERE wave = $1
                AND county = $2
                AND variance_unit = ANY(CAST($3 AS TEXT[]))
            ORDER BY pool_key",
    }
    DELETE {
        sqlite: "DELETE FROM pool
            WHERE wave = $1
                AND county = $2
                AND pool_key IN (SELECT unhex(value) FROM json_each($3))",
        postgres: "DELETE FROM pool
            WHERE wave = $1
                AND county = $2
                AND pool_key = ANY(CAST($3 AS BYTEA[]))",
    }
}

/// Adds a sealed record.
pub async fn insert(
    conn: &mut Direct<'_>,
    wave: WaveId,
    county: &AreaCode,
    pooled: &Pooled,
) -> Result<(), StoreError> {
    let Pooled {
        key,
        unit,
        epoch,
        record,
    } = pooled;
    let (county, unit) = (county.clone(), unit.clone());
    let (key, record) = (key.as_slice(), record.as_slice());
    direct!(conn, INSERT, [wave, county, key, unit, *epoch, record]).map(drop)
}

/// How many records wait, by county, variance unit and epoch.
pub async fn count_waiting(conn: &mut Conn<'_>, wave: WaveId) -> Result<Vec<Waiting>, StoreError> {
    let rows: Vec<(AreaCode, UnitCode, i64, i64)> = sql!(conn, |c| sqlx::query_as(COUNT)
        .bind(wave)
        .fetch_all(c)
        .await)?;
    rows.into_iter()
        .map(|(county, unit, epoch, records)| {
            Ok(Waiting {
                county,
                unit,
                epoch,
                records: count(records, "number of records")?,
            })
        })
        .collect()
}

/// The records of some variance units of a county, by their random keys: one pass over the county's pool.
pub async fn list(
    conn: &mut Conn<'_>,
    wave: WaveId,
    county: &AreaCode,
    units: &[&UnitCode],
) -> Result<Vec<Pooled>, StoreError> {
    let text = LIST.text(conn.backend());
    let units: Vec<String> = units.iter().map(|unit| unit.as_str().to_owned()).collect();
    let rows: Vec<(Vec<u8>, UnitCode, i64, Vec<u8>)> = match conn {
        Conn::Sqlite(c) => {
            sqlx::query_as(text)
                .bind(wave)
                .bind(county.clone())
                .bind(json!(units).to_string())
                .fetch_all(&mut **c)
                .await?
        }
        Conn::Postgres(c) => {
            sqlx::query_as(text)
                .bind(wave)
                .bind(county.clone())
                .bind(units)
                .fetch_all(&mut **c)
                .await?
        }
    };
    rows.into_iter()
        .map(|(key, unit, epoch, record)| {
            Ok(Pooled {
                key: fixed(&key, "pool key")?,
                unit,
                epoch,
                record,
            })
        })
        .collect()
}

/// Removes records; returns how many were there.
pub async fn delete(
    conn: &mut Conn<'_>,
    wave: WaveId,
    county: &AreaCode,
    keys: &[[u8; 16]],
) -> Result<u64, StoreError> {
    let text = DELETE.text(conn.backend());
    Ok(match conn {
        Conn::Sqlite(c) => {
            let keys: Vec<String> = keys.iter().map(hex::encode).collect();
            sqlx::query(text)
                .bind(wave)
                .bind(county.clone())
                .bind(json!(keys).to_string())
                .execute(&mut **c)
                .await?
                .rows_affected()
        }
        Conn::Postgres(c) => {
            let keys: Vec<Vec<u8>> = keys.iter().map(|key| key.to_vec()).collect();
            sqlx::query(text)
                .bind(wave)
                .bind(county.clone())
                .bind(keys)
                .execute(&mut **c)
                .await?
                .rows_affected()
        }
    })
}
