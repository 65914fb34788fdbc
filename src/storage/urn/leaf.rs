//! Leaves: the log of commitments, in the random order of their batches.

use std::collections::BTreeMap;

use serde_json::json;

use crate::storage::value::{count, fixed};
use crate::storage::{Conn, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;

/// A commitment in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Place in the wave's log, from 0.
    pub place: u64,
    /// SHA-256 of salt and record.
    pub commitment: [u8; 32],
    /// The county, for counting; not part of the log's entry.
    pub county: AreaCode,
    /// The batch that brought it, from 1.
    pub batch: u64,
}

/// The end of a wave's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Head {
    /// Number of leaves.
    pub size: u64,
    /// Number of the latest batch; 0 before the first.
    pub batch: u64,
}

statements! {
    HEAD = "SELECT place, batch
        FROM leaf
        WHERE wave = $1
        ORDER BY place DESC
        LIMIT 1";
    LIST = "SELECT place, commitment, county, batch
        FROM leaf
        WHERE wave = $1
            AND place >= $2
        ORDER BY place
        LIMIT $3";
    FIND = "SELECT place, commitment, county, batch
        FROM leaf
        WHERE wave = $1
            AND commitment = $2";
    COUNT = "SELECT county, COUNT(*)
        FROM leaf
        WHERE wave = $1
        GROUP BY county
        ORDER BY county";
}

per_backend! {
    INSERT {
        sqlite: "INSERT INTO leaf (wave, place, commitment, county, batch)
            SELECT $1, value ->> 0, unhex(value ->> 1), value ->> 2, value ->> 3
            FROM json_each($2)",
        postgres: "INSERT INTO leaf (wave, place, commitment, county, batch)
            SELECT $1, place, commitment, county, batch
            FROM UNNEST(CAST($2 AS BIGINT[]), CAST($3 AS BYTEA[]), CAST($4 AS TEXT[]),
                CAST($5 AS BIGINT[])) AS moved (place, commitment, county, batch)",
    }
}

type Row = (i64, Vec<u8>, AreaCode, i64);

fn read((place, commitment, county, batch): Row) -> Result<Leaf, StoreError> {
    Ok(Leaf {
        place: count(place, "place in the log")?,
        commitment: fixed(&commitment, "commitment")?,
        county,
        batch: count(batch, "batch")?,
    })
}

fn stored(number: u64) -> i64 {
    crate::storage::value::stored_count(number)
}

/// Appends leaves.
pub async fn insert(conn: &mut Conn<'_>, wave: WaveId, leaves: &[Leaf]) -> Result<(), StoreError> {
    let text = INSERT.text(conn.backend());
    match conn {
        Conn::Sqlite(c) => {
            let rows: Vec<_> = leaves
                .iter()
                .map(|leaf| {
                    json!([
                        leaf.place,
                        hex::encode(leaf.commitment),
                        leaf.county.as_str(),
                        leaf.batch
                    ])
                })
                .collect();
            sqlx::query(text)
                .bind(wave)
                .bind(json!(rows).to_string())
                .execute(&mut **c)
                .await?;
        }
        Conn::Postgres(c) => {
            let places: Vec<i64> = leaves.iter().map(|leaf| stored(leaf.place)).collect();
            let commitments: Vec<Vec<u8>> =
                leaves.iter().map(|leaf| leaf.commitment.to_vec()).collect();
            let counties: Vec<String> = leaves
                .iter()
                .map(|leaf| leaf.county.as_str().to_owned())
                .collect();
            let batches: Vec<i64> = leaves.iter().map(|leaf| stored(leaf.batch)).collect();
            sqlx::query(text)
                .bind(wave)
                .bind(places)
                .bind(commitments)
                .bind(counties)
                .bind(batches)
                .execute(&mut **c)
                .await?;
        }
    }
    Ok(())
}

/// The end of the log.
pub async fn head(conn: &mut Conn<'_>, wave: WaveId) -> Result<Head, StoreError> {
    let last: Option<(i64, i64)> = sql!(conn, |c| sqlx::query_as(HEAD)
        .bind(wave)
        .fetch_optional(c)
        .await)?;
    let Some((place, batch)) = last else {
        return Ok(Head::default());
    };
    Ok(Head {
        size: count(place, "place in the log")? + 1,
        batch: count(batch, "batch")?,
    })
}

/// At most `limit` leaves from a place on.
pub async fn list(
    conn: &mut Conn<'_>,
    wave: WaveId,
    from: u64,
    limit: u64,
) -> Result<Vec<Leaf>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST)
        .bind(wave)
        .bind(stored(from))
        .bind(stored(limit))
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(read).collect()
}

/// The leaf of a commitment.
pub async fn find(
    conn: &mut Conn<'_>,
    wave: WaveId,
    commitment: &[u8; 32],
) -> Result<Option<Leaf>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(wave)
        .bind(commitment.to_vec())
        .fetch_optional(c)
        .await)?;
    row.map(read).transpose()
}

/// Number of leaves by county.
pub async fn count_by_county(
    conn: &mut Conn<'_>,
    wave: WaveId,
) -> Result<BTreeMap<AreaCode, u64>, StoreError> {
    let rows: Vec<(AreaCode, i64)> = sql!(conn, |c| sqlx::query_as(COUNT)
        .bind(wave)
        .fetch_all(c)
        .await)?;
    rows.into_iter()
        .map(|(county, number)| Ok((county, count(number, "number of leaves")?)))
        .collect()
}
