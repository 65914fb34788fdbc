//! Responses, as they left the pool.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sqlx::FromRow;

use crate::storage::value::{count, fixed};
use crate::storage::{Conn, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::{ResponseId, WaveId};
use crate::survey::invitation::Place;
use crate::survey::response::{Direction, Mode, Response, Traits};
use crate::survey::sample::{StratumCode, UnitCode};

/// Rows of one statement: few enough that a statement stays small, many enough that its cost does
/// not matter.
const CHUNK: usize = 500;

statements! {
    LIST = "SELECT id, county, stratum, variance_unit, answers,
            mode, language, direction, fast, burst, commitment, salt
        FROM response
        WHERE wave = $1
        ORDER BY county, id";
    COUNT_MODES = "SELECT county, mode, COUNT(*)
        FROM response
        WHERE wave = $1
        GROUP BY county, mode
        ORDER BY county, mode";
    COUNT = "SELECT county, COUNT(*)
        FROM response
        WHERE wave = $1
        GROUP BY county
        ORDER BY county";
}

per_backend! {
    COUNT_MODES_OF {
        sqlite: "SELECT county, mode, COUNT(*)
            FROM response
            WHERE wave = $1
                AND commitment IN (SELECT unhex(value) FROM json_each($2))
            GROUP BY county, mode",
        postgres: "SELECT county, mode, COUNT(*)
            FROM response
            WHERE wave = $1
                AND commitment = ANY(CAST($2 AS BYTEA[]))
            GROUP BY county, mode",
    }
    INSERT {
        sqlite: "INSERT INTO response (wave, county, id, stratum, variance_unit, answers,
                mode, language, direction, fast, burst, commitment, salt)
            SELECT $1, value ->> 0, unhex(value ->> 1), value ->> 2, value ->> 3,
                unhex(value ->> 4), value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9,
                unhex(value ->> 10), unhex(value ->> 11)
            FROM json_each($2)",
        postgres: "INSERT INTO response (wave, county, id, stratum, variance_unit, answers,
                mode, language, direction, fast, burst, commitment, salt)
            SELECT $1, moved.*
            FROM UNNEST(CAST($2 AS TEXT[]), CAST($3 AS BYTEA[]), CAST($4 AS TEXT[]),
                CAST($5 AS TEXT[]), CAST($6 AS BYTEA[]), CAST($7 AS TEXT[]),
                CAST($8 AS TEXT[]), CAST($9 AS TEXT[]), CAST($10 AS BOOLEAN[]),
                CAST($11 AS BOOLEAN[]), CAST($12 AS BYTEA[]), CAST($13 AS BYTEA[])) AS moved
                (county, id, stratum, variance_unit, answers,
                mode, language, direction, fast, burst, commitment, salt)",
    }
}

/// County, mode, number.
type ModeRow = (AreaCode, Option<String>, i64);

#[derive(FromRow)]
struct Row {
    id: Vec<u8>,
    county: AreaCode,
    stratum: StratumCode,
    variance_unit: UnitCode,
    answers: Vec<u8>,
    mode: Option<String>,
    language: Option<String>,
    direction: Option<String>,
    fast: Option<bool>,
    burst: Option<bool>,
    commitment: Vec<u8>,
    salt: Vec<u8>,
}

impl Row {
    fn read(self, wave: WaveId) -> Result<Response, StoreError> {
        let mode = self
            .mode
            .map(|word| Mode::from_word(&word).ok_or(StoreError::Corrupt("mode")));
        let direction = self
            .direction
            .map(|word| Direction::from_word(&word).ok_or(StoreError::Corrupt("direction")));
        Ok(Response {
            id: ResponseId::from_random(fixed(&self.id, "response id")?),
            wave,
            place: Place {
                county: self.county,
                stratum: self.stratum,
                variance_unit: self.variance_unit,
            },
            answers: self.answers,
            traits: Traits {
                mode: mode.transpose()?,
                language: self.language,
                direction: direction.transpose()?,
                fast: self.fast,
                burst: self.burst,
            },
            commitment: fixed(&self.commitment, "commitment")?,
            salt: fixed(&self.salt, "salt")?,
        })
    }
}

/// Stores responses of one wave in the order given, which must be random.
pub async fn insert(
    conn: &mut Conn<'_>,
    wave: WaveId,
    responses: &[Response],
) -> Result<(), StoreError> {
    for chunk in responses.chunks(CHUNK) {
        match conn {
            Conn::Sqlite(_) => insert_json(conn, wave, chunk).await?,
            Conn::Postgres(_) => insert_arrays(conn, wave, chunk).await?,
        }
    }
    Ok(())
}

async fn insert_json(
    conn: &mut Conn<'_>,
    wave: WaveId,
    chunk: &[Response],
) -> Result<(), StoreError> {
    let Conn::Sqlite(c) = conn else { return Ok(()) };
    let rows: Vec<_> = chunk
        .iter()
        .map(|response| {
            let Response { place, traits, .. } = response;
            json!([
                place.county.as_str(),
                hex::encode(response.id.as_bytes()),
                place.stratum.as_str(),
                place.variance_unit.as_str(),
                hex::encode(&response.answers),
                traits.mode.map(Mode::as_str),
                traits.language,
                traits.direction.map(Direction::as_str),
                traits.fast.map(i64::from),
                traits.burst.map(i64::from),
                hex::encode(response.commitment),
                hex::encode(response.salt),
            ])
        })
        .collect();
    sqlx::query(INSERT.sqlite)
        .bind(wave)
        .bind(json!(rows).to_string())
        .execute(&mut **c)
        .await?;
    Ok(())
}

async fn insert_arrays(
    conn: &mut Conn<'_>,
    wave: WaveId,
    chunk: &[Response],
) -> Result<(), StoreError> {
    fn column<V>(chunk: &[Response], value: impl FnMut(&Response) -> V) -> Vec<V> {
        chunk.iter().map(value).collect()
    }
    let Conn::Postgres(c) = conn else {
        return Ok(());
    };
    sqlx::query(INSERT.postgres)
        .bind(wave)
        .bind(column(chunk, |r| r.place.county.as_str().to_owned()))
        .bind(column(chunk, |r| r.id.as_bytes().to_vec()))
        .bind(column(chunk, |r| r.place.stratum.as_str().to_owned()))
        .bind(column(chunk, |r| r.place.variance_unit.as_str().to_owned()))
        .bind(column(chunk, |r| r.answers.clone()))
        .bind(column(chunk, |r| r.traits.mode.map(Mode::as_str)))
        .bind(column(chunk, |r| r.traits.language.clone()))
        .bind(column(chunk, |r| r.traits.direction.map(Direction::as_str)))
        .bind(column(chunk, |r| r.traits.fast))
        .bind(column(chunk, |r| r.traits.burst))
        .bind(column(chunk, |r| r.commitment.to_vec()))
        .bind(column(chunk, |r| r.salt.to_vec()))
        .execute(&mut **c)
        .await?;
    Ok(())
}

/// Every response of a wave, by county and random id.
pub async fn list(conn: &mut Conn<'_>, wave: WaveId) -> Result<Vec<Response>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST).bind(wave).fetch_all(c).await)?;
    rows.into_iter().map(|row| row.read(wave)).collect()
}

/// Number of responses by county and mode; `None` where the mode was not kept.
pub async fn count_by_mode(
    conn: &mut Conn<'_>,
    wave: WaveId,
) -> Result<BTreeMap<(AreaCode, Option<Mode>), u64>, StoreError> {
    let rows: Vec<ModeRow> = sql!(conn, |c| sqlx::query_as(COUNT_MODES)
        .bind(wave)
        .fetch_all(c)
        .await)?;
    by_mode(rows)
}

/// The same of the responses with these commitments alone.
pub async fn count_by_mode_of(
    conn: &mut Conn<'_>,
    wave: WaveId,
    commitments: &BTreeSet<[u8; 32]>,
) -> Result<BTreeMap<(AreaCode, Option<Mode>), u64>, StoreError> {
    let rows: Vec<ModeRow> = match conn {
        Conn::Sqlite(c) => {
            let listed: Vec<String> = commitments.iter().map(hex::encode).collect();
            sqlx::query_as(COUNT_MODES_OF.sqlite)
                .bind(wave)
                .bind(json!(listed).to_string())
                .fetch_all(&mut **c)
                .await?
        }
        Conn::Postgres(c) => {
            let listed: Vec<Vec<u8>> = commitments.iter().map(|one| one.to_vec()).collect();
            sqlx::query_as(COUNT_MODES_OF.postgres)
                .bind(wave)
                .bind(listed)
                .fetch_all(&mut **c)
                .await?
        }
    };
    by_mode(rows)
}

fn by_mode(rows: Vec<ModeRow>) -> Result<BTreeMap<(AreaCode, Option<Mode>), u64>, StoreError> {
    let read = |(county, word, number): (AreaCode, Option<String>, i64)| {
        let mode = word.map(|word| Mode::from_word(&word).ok_or(StoreError::Corrupt("mode")));
        Ok((
            (county, mode.transpose()?),
            count(number, "number of responses")?,
        ))
    };
    rows.into_iter().map(read).collect()
}

/// Number of responses by county.
pub async fn count_by_county(
    conn: &mut Conn<'_>,
    wave: WaveId,
) -> Result<BTreeMap<AreaCode, u64>, StoreError> {
    let rows: Vec<(AreaCode, i64)> = sql!(conn, |c| sqlx::query_as(COUNT)
        .bind(wave)
        .fetch_all(c)
        .await)?;
    rows.into_iter()
        .map(|(county, number)| Ok((county, count(number, "number of responses")?)))
        .collect()
}
