//! Spent tokens: at most one record per token, and for a while the receipt for a resend.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::storage::value::{Rows, count, fixed};
use crate::storage::{Conn, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;

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
    COUNT = "SELECT county, COUNT(*)
        FROM spent
        WHERE wave = $1
        GROUP BY county
        ORDER BY county";
    CUT = "UPDATE spent
        SET digest = NULL,
            receipt = NULL,
            epoch = NULL
        WHERE wave = $1
            AND county = $2
            AND epoch = $3";
    COUNT_HELD = "SELECT COUNT(*)
        FROM spent
        WHERE wave = $1
            AND epoch = $2";
}

per_backend! {
    INSERT {
        sqlite: "INSERT INTO spent (wave, county, token_hash, digest, receipt, epoch)
            SELECT $1, value ->> 0, unhex(value ->> 1), unhex(value ->> 2), unhex(value ->> 3), value ->> 4
            FROM json_each($2)
            WHERE true
            ON CONFLICT DO NOTHING
            RETURNING token_hash",
        postgres: "INSERT INTO spent (wave, county, token_hash, digest, receipt, epoch)
            SELECT $1, $2, token_hash, digest, receipt, epoch
            FROM UNNEST(CAST($3 AS BYTEA[]), CAST($4 AS BYTEA[]), CAST($5 AS BYTEA[]),
                CAST($6 AS BIGINT[])) AS cast_now (token_hash, digest, receipt, epoch)
            ON CONFLICT DO NOTHING
            RETURNING token_hash",
    }
    LIST {
        sqlite: "SELECT spent.token_hash, spent.digest, spent.receipt, spent.epoch
            FROM json_each($3) AS asked
            CROSS JOIN spent
            WHERE spent.wave = $1
                AND spent.county = $2
                AND spent.token_hash = unhex(asked.value)",
        postgres: "SELECT token_hash, digest, receipt, epoch
            FROM spent
            WHERE wave = $1
                AND county = $2
                AND token_hash = ANY(CAST($3 AS BYTEA[]))",
    }
}

/// Marks tokens as spent; returns those that were not. Give counties and tokens in order, each once.
pub async fn insert(
    conn: &mut Conn<'_>,
    wave: WaveId,
    counties: &[(&AreaCode, Vec<&NewSpent>)],
) -> Result<BTreeSet<[u8; 32]>, StoreError> {
    let text = INSERT.text(conn.backend());
    let mut new: Vec<Vec<u8>> = Vec::new();
    match conn {
        // Every statement is a message to another thread: one for all counties.
        Conn::Sqlite(c) => {
            let rows = rows(counties);
            let done = sqlx::query_scalar(text).bind(wave).bind(rows.finish());
            new = done.fetch_all(&mut **c).await?;
        }
        Conn::Postgres(c) => {
            for (county, tokens) in counties.iter().filter(|(_, tokens)| !tokens.is_empty()) {
                let done = sqlx::query_scalar(text)
                    .bind(wave)
                    .bind((*county).clone())
                    .bind(column(tokens, |token| token.token_hash.to_vec()))
                    .bind(column(tokens, |token| token.digest.to_vec()))
                    .bind(column(tokens, |token| token.receipt.clone()))
                    .bind(column(tokens, |token| token.epoch))
                    .fetch_all(&mut **c)
                    .await?;
                new.extend(done);
            }
        }
    }
    new.iter().map(|hash| fixed(hash, "token hash")).collect()
}

fn rows(counties: &[(&AreaCode, Vec<&NewSpent>)]) -> Rows {
    let mut rows = Rows::default();
    for (county, tokens) in counties {
        for token in tokens {
            rows.begin();
            rows.text(county.as_str());
            rows.bytes(&token.token_hash);
            rows.bytes(&token.digest);
            rows.bytes(&token.receipt);
            rows.number(token.epoch);
        }
    }
    rows
}

fn column<T, V>(rows: &[T], value: impl FnMut(&T) -> V) -> Vec<V> {
    rows.iter().map(value).collect()
}

/// What is known of these tokens, if they are spent; `None` where it was cut loose.
pub async fn list(
    conn: &mut Conn<'_>,
    wave: WaveId,
    county: &AreaCode,
    tokens: &[[u8; 32]],
) -> Result<BTreeMap<[u8; 32], Option<Earlier>>, StoreError> {
    type Row = (Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>, Option<i64>);
    let text = LIST.text(conn.backend());
    let rows: Vec<Row> = match conn {
        Conn::Sqlite(c) => {
            let hashes: Vec<String> = tokens.iter().map(hex::encode).collect();
            sqlx::query_as(text)
                .bind(wave)
                .bind(county.clone())
                .bind(json!(hashes).to_string())
                .fetch_all(&mut **c)
                .await?
        }
        Conn::Postgres(c) => {
            sqlx::query_as(text)
                .bind(wave)
                .bind(county.clone())
                .bind(column(tokens, |token| token.to_vec()))
                .fetch_all(&mut **c)
                .await?
        }
    };
    rows.into_iter()
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
