//! Spent tokens: at most one record per token, and for a while the receipt for a resend.

use std::collections::BTreeMap;

use rusqlite::params;

use super::trial::Tried;
use crate::storage::direct::rows;
use crate::storage::value::{count, fixed};
use crate::storage::{Conn, Direct, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;
use crate::survey::sample::UnitCode;

/// A token that is being cast.
#[derive(Clone)]
pub struct NewSpent {
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// Keyed digest of the submission's instance id and bytes.
    pub digest: [u8; 32],
    /// The receipt, sealed.
    pub receipt: Vec<u8>,
    /// The day, for cutting loose.
    pub epoch: i64,
    /// Of a blind token: the unit whose key signed it.
    pub unit: Option<UnitCode>,
    /// The commitment that the phone has of it already, if it has one.
    pub tried: Option<Tried>,
}

/// What is known of an earlier cast with the same token; nothing after it was cut loose.
#[derive(Clone)]
pub struct Earlier {
    /// Keyed digest of the submission's instance id and bytes.
    pub digest: [u8; 32],
    /// The receipt, sealed.
    pub receipt: Vec<u8>,
    /// Under which epoch's retry key it is sealed.
    pub epoch: i64,
}

statements! {
    INSERT = "INSERT INTO spent (wave, county, token_hash, digest, receipt, epoch, variance_unit)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT DO NOTHING";
    COUNT = "SELECT county, COUNT(*)
        FROM spent
        WHERE wave = $1
        GROUP BY county
        ORDER BY county";
    COUNT_BLIND = "SELECT county, variance_unit, COUNT(*)
        FROM spent
        WHERE wave = $1
            AND variance_unit IS NOT NULL
        GROUP BY county, variance_unit
        ORDER BY county, variance_unit";
    CUT = "UPDATE spent
        SET digest = NULL,
            receipt = NULL,
            epoch = NULL
        WHERE wave = $1
            AND county = $2
            AND epoch = $3";
    COUNT_OF = "SELECT COUNT(*)
        FROM spent
        WHERE wave = $1
            AND county = $2
            AND token_hash = $3";
    COUNT_HELD = "SELECT COUNT(*)
        FROM spent
        WHERE wave = $1
            AND epoch = $2";
}

per_backend! {
    LIST {
        sqlite: "SELECT token_hash, digest, receipt, epoch
            FROM spent
            WHERE wave = $1
                AND county = $2
                AND token_hash = $3",
        postgres: "SELECT token_hash, digest, receipt, epoch
            FROM spent
            WHERE wave = $1
                AND county = $2
                AND token_hash = ANY(CAST($3 AS BYTEA[]))",
    }
}

/// Marks a token as spent; whether it was not.
pub async fn insert(
    conn: &mut Direct<'_>,
    wave: WaveId,
    county: &AreaCode,
    token: &NewSpent,
) -> Result<bool, StoreError> {
    let NewSpent {
        token_hash,
        digest,
        receipt,
        epoch,
        unit,
        tried: _,
    } = token;
    let (hash, digest, receipt) = (token_hash.as_slice(), digest.as_slice(), receipt.as_slice());
    let values = (county.clone(), *epoch, unit.clone());
    let new = direct!(
        conn,
        INSERT,
        [wave, values.0, hash, digest, receipt, values.1, values.2]
    )?;
    Ok(new == 1)
}

fn column<T, V>(rows: &[T], value: impl FnMut(&T) -> V) -> Vec<V> {
    rows.iter().map(value).collect()
}

/// What is known of these tokens, if they are spent; `None` where it was cut loose.
pub async fn list(
    conn: &mut Direct<'_>,
    wave: WaveId,
    county: &AreaCode,
    tokens: &[[u8; 32]],
) -> Result<BTreeMap<[u8; 32], Option<Earlier>>, StoreError> {
    type Row = (Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>, Option<i64>);
    let mut found: Vec<Row> = Vec::new();
    match conn {
        Direct::Sqlite(c) => {
            for token in tokens {
                found.extend(rows::<Row>(c, LIST.sqlite, params![wave, county, token])?);
            }
        }
        Direct::Postgres(c) => {
            found = sqlx::query_as(LIST.postgres)
                .bind(wave)
                .bind(county.clone())
                .bind(column(tokens, |token| token.to_vec()))
                .fetch_all(&mut **c)
                .await?;
        }
    }
    found
        .into_iter()
        .map(|(hash, digest, receipt, epoch)| {
            let earlier = match (digest, receipt, epoch) {
                (Some(digest), Some(receipt), Some(epoch)) => Some(Earlier {
                    digest: fixed(&digest, "submission digest")?,
                    receipt,
                    epoch,
                }),
                _ => None,
            };
            Ok((fixed(&hash, "token hash")?, earlier))
        })
        .collect()
}

/// Number of spent tokens by county.
pub async fn count_by_county(
    conn: &mut Conn<'_>,
    wave: WaveId,
) -> Result<BTreeMap<AreaCode, u64>, StoreError> {
    let rows: Vec<(AreaCode, i64)> = sql!(conn, |c| sqlx::query_as(COUNT)
        .bind(wave)
        .fetch_all(c)
        .await)?;
    rows.into_iter()
        .map(|(county, number)| Ok((county, count(number, "number of tokens")?)))
        .collect()
}

/// Number of blind tokens that were spent, by county and by the unit whose key signed them.
pub async fn count_blind(
    conn: &mut Conn<'_>,
    wave: WaveId,
) -> Result<BTreeMap<(AreaCode, UnitCode), u64>, StoreError> {
    let rows: Vec<(AreaCode, UnitCode, i64)> = sql!(conn, |c| sqlx::query_as(COUNT_BLIND)
        .bind(wave)
        .fetch_all(c)
        .await)?;
    rows.into_iter()
        .map(|(county, unit, number)| Ok(((county, unit), count(number, "number of tokens")?)))
        .collect()
}

/// Whether a token was spent.
pub async fn is_spent(
    conn: &mut Conn<'_>,
    wave: WaveId,
    county: &AreaCode,
    token_hash: &[u8; 32],
) -> Result<bool, StoreError> {
    let spent: i64 = sql!(conn, |c| sqlx::query_scalar(COUNT_OF)
        .bind(wave)
        .bind(county.clone())
        .bind(token_hash.to_vec())
        .fetch_one(c)
        .await)?;
    Ok(spent > 0)
}

/// Cuts the receipts of an epoch loose from their tokens.
pub async fn update_cut_loose(
    conn: &mut Conn<'_>,
    wave: WaveId,
    county: &AreaCode,
    epoch: i64,
) -> Result<u64, StoreError> {
    Ok(sql!(conn, |c| sqlx::query(CUT)
        .bind(wave)
        .bind(county.clone())
        .bind(epoch)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?)
}

/// Number of tokens that still remember a receipt of this epoch.
pub async fn count_held(conn: &mut Conn<'_>, wave: WaveId, epoch: i64) -> Result<u64, StoreError> {
    let held: i64 = sql!(conn, |c| sqlx::query_scalar(COUNT_HELD)
        .bind(wave)
        .bind(epoch)
        .fetch_one(c)
        .await)?;
    count(held, "number of tokens")
}
