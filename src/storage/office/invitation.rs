//! Invitations: keyed hashes of codes, where they belong, and whether they were redeemed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::storage::value::{count, fixed};
use crate::storage::{Conn, Direct, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;
use crate::survey::invitation::{CodeHash, Invitation, NewInvitation, Place, Status};
use crate::survey::outcome::{Outcome, Unused};
use crate::survey::sample::{StratumCode, UnitCode};

/// Rows of one statement.
const CHUNK: usize = 1_000;

/// Invitations of a variance unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Where.
    pub place: Place,
    /// Invitations made.
    pub issued: u64,
    /// Of these, redeemed.
    pub used: u64,
}

at_once! {
    REDEEM = "WITH found AS (
            SELECT code_hash, county, stratum, variance_unit, status
            FROM invitation
            WHERE wave = $1
                AND code_hash = ANY(CAST($2 AS BYTEA[]))
            ORDER BY code_hash
            FOR UPDATE
        ), redeemed AS (
            UPDATE invitation
            SET status = 'used'
            FROM found
            JOIN UNNEST(CAST($2 AS BYTEA[]), CAST($3 AS TEXT[])) AS asked (code_hash, county)
                ON asked.code_hash = found.code_hash
                AND asked.county = found.county
            WHERE invitation.wave = $1
                AND invitation.code_hash = found.code_hash
                AND found.status = 'issued'
        )
        SELECT code_hash, county, stratum, variance_unit, status
        FROM found";
}

statements! {
    USE = "UPDATE invitation
        SET status = 'used'
        WHERE wave = $1
            AND code_hash = $2
            AND status = 'issued'";
    FIND = "SELECT code_hash, county, stratum, variance_unit, status
        FROM invitation
        WHERE wave = $1
            AND code_hash = $2";
    HASHES = "SELECT code_hash
        FROM invitation
        WHERE wave = $1";
    COUNT = "SELECT county, stratum, variance_unit, COUNT(*),
            COUNT(CASE WHEN status <> 'issued' THEN 1 END)
        FROM invitation
        WHERE wave = $1
        GROUP BY variance_unit, stratum, county
        ORDER BY variance_unit, stratum, county";
    COUNT_COUNTIES = "SELECT county, COUNT(*), COUNT(CASE WHEN status <> 'issued' THEN 1 END)
        FROM invitation
        WHERE wave = $1
        GROUP BY county
        ORDER BY county";
    NOTE = "UPDATE invitation
        SET disposition = $3
        WHERE wave = $1
            AND code_hash = $2";
    REPLACE = "UPDATE invitation
        SET code_hash = $3
        WHERE wave = $1
            AND code_hash = $2
            AND status = 'issued'";
    COUNT_UNUSED = "SELECT county, disposition, COUNT(*)
        FROM invitation
        WHERE wave = $1
            AND status = 'issued'
            AND disposition IS NOT NULL
        GROUP BY county, disposition
        ORDER BY county, disposition";
    COUNT_NOTED = "SELECT county, disposition, COUNT(*)
        FROM invitation
        WHERE wave = $1
            AND disposition IS NOT NULL
        GROUP BY county, disposition
        ORDER BY county, disposition";
    COUNT_NOTED_STRATA = "SELECT county, stratum, disposition, COUNT(*)
        FROM invitation
        WHERE wave = $1
            AND disposition IS NOT NULL
        GROUP BY county, stratum, disposition
        ORDER BY county, stratum, disposition";
    DELETE_UNUSED = "DELETE FROM invitation
        WHERE wave = $1
            AND NOT EXISTS (
                SELECT 1
                FROM invitation AS redeemed
                WHERE redeemed.wave = $1
                    AND redeemed.status <> 'issued'
            )";
}

per_backend! {
    INSERT {
        sqlite: "INSERT INTO invitation (wave, code_hash, county, stratum, variance_unit, status)
            SELECT $1, unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, 'issued'
            FROM json_each($2)",
        postgres: "INSERT INTO invitation (wave, code_hash, county, stratum, variance_unit, status)
            SELECT $1, code_hash, county, stratum, variance_unit, 'issued'
            FROM UNNEST(CAST($2 AS BYTEA[]), CAST($3 AS TEXT[]), CAST($4 AS TEXT[]),
                CAST($5 AS TEXT[])) AS made (code_hash, county, stratum, variance_unit)",
    }
}

type Row = (Vec<u8>, AreaCode, StratumCode, UnitCode, String);

fn read((hash, county, stratum, variance_unit, status): Row) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        code_hash: CodeHash::from_bytes(fixed(&hash, "code hash")?),
        place: Place {
            county,
            stratum,
            variance_unit,
        },
        status: Status::from_word(&status).ok_or(StoreError::Corrupt("invitation status"))?,
    })
}

/// The hashes of all codes of a wave, used or not.
pub async fn hashes(conn: &mut Conn<'_>, wave: WaveId) -> Result<BTreeSet<[u8; 32]>, StoreError> {
    let rows: Vec<(Vec<u8>,)> = sql!(conn, |c| sqlx::query_as(HASHES)
        .bind(wave)
        .fetch_all(c)
        .await)?;
    rows.iter()
        .map(|(hash,)| fixed(hash, "code hash"))
        .collect()
}

/// Stores invitations of a wave, all or, on error, none of the transaction.
pub async fn insert(
    conn: &mut Conn<'_>,
    wave: WaveId,
    invitations: &[NewInvitation],
) -> Result<(), StoreError> {
    let text = INSERT.text(conn.backend());
    for chunk in invitations.chunks(CHUNK) {
        match conn {
            Conn::Sqlite(c) => {
                let rows: Vec<_> = chunk
                    .iter()
                    .map(|NewInvitation { code_hash, place }| {
                        json!([
                            hex::encode(code_hash.as_bytes()),
                            place.county.as_str(),
                            place.stratum.as_str(),
                            place.variance_unit.as_str()
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
                let column = |value: fn(&Place) -> &str| -> Vec<String> {
                    chunk
                        .iter()
                        .map(|row| value(&row.place).to_owned())
                        .collect()
                };
                sqlx::query(text)
                    .bind(wave)
                    .bind(bytes(chunk.iter().map(|row| &row.code_hash)))
                    .bind(column(|place| place.county.as_str()))
                    .bind(column(|place| place.stratum.as_str()))
                    .bind(column(|place| place.variance_unit.as_str()))
                    .execute(&mut **c)
                    .await?;
            }
        }
    }
    Ok(())
}

fn bytes<'a>(hashes: impl Iterator<Item = &'a CodeHash>) -> Vec<Vec<u8>> {
    hashes.map(|hash| hash.as_bytes().to_vec()).collect()
}

/// The invitation with this code hash.
pub async fn find(
    conn: &mut Conn<'_>,
    wave: WaveId,
    code_hash: &CodeHash,
) -> Result<Option<Invitation>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(wave)
        .bind(code_hash.as_bytes().to_vec())
        .fetch_optional(c)
        .await)?;
    row.map(read).transpose()
}

/// Gives an unused invitation another code; false if it was used.
pub async fn update_code(
    conn: &mut Conn<'_>,
    wave: WaveId,
    old: &CodeHash,
    new: &CodeHash,
) -> Result<bool, StoreError> {
    let changed = sql!(conn, |c| sqlx::query(REPLACE)
        .bind(wave)
        .bind(old.as_bytes().to_vec())
        .bind(new.as_bytes().to_vec())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// The invitations with these codes as they were, each now used if it was sent from its own county. Give codes
/// in order.
pub async fn redeem(
    conn: &mut Direct<'_>,
    wave: WaveId,
    asked: &[(CodeHash, &AreaCode)],
) -> Result<Vec<Invitation>, StoreError> {
    if let Direct::Postgres(c) = conn {
        let counties: Vec<String> = asked
            .iter()
            .map(|(_, county)| county.as_str().to_owned())
            .collect();
        let found: Vec<Row> = sqlx::query_as(REDEEM)
            .bind(wave)
            .bind(bytes(asked.iter().map(|(hash, _)| hash)))
            .bind(counties)
            .fetch_all(&mut **c)
            .await?;
        return found.into_iter().map(read).collect();
    }
    let mut invitations = Vec::with_capacity(asked.len());
    for (hash, county) in asked {
        let hash = hash.as_bytes().as_slice();
        for row in direct!(conn, FIND, [wave, hash] => Row)? {
            let invitation = read(row)?;
            if invitation.status == Status::Issued && invitation.place.county == **county {
                direct!(conn, USE, [wave, hash])?;
            }
            invitations.push(invitation);
        }
    }
    Ok(invitations)
}

/// Removes every invitation of a wave and says how many; none if any was redeemed.
pub async fn delete_unused(conn: &mut Conn<'_>, wave: WaveId) -> Result<u64, StoreError> {
    let removed = sql!(conn, |c| sqlx::query(DELETE_UNUSED)
        .bind(wave)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(removed)
}

/// Invitations made and redeemed, by variance unit.
pub async fn count_by_unit(conn: &mut Conn<'_>, wave: WaveId) -> Result<Vec<Issued>, StoreError> {
    let rows: Vec<(AreaCode, StratumCode, UnitCode, i64, i64)> = sql!(conn, |c| {
        sqlx::query_as(COUNT).bind(wave).fetch_all(c).await
    })?;
    rows.into_iter()
        .map(|(county, stratum, variance_unit, issued, used)| {
            Ok(Issued {
                place: Place {
                    county,
                    stratum,
                    variance_unit,
                },
                issued: count(issued, "number of invitations")?,
                used: count(used, "number of invitations")?,
            })
        })
        .collect()
}

/// Invitations made and redeemed, by county. Every invitation is read; the short key makes it half as slow as by variance
/// unit, and no index has to be written at each answer.
pub async fn count_by_county(
    conn: &mut Conn<'_>,
    wave: WaveId,
) -> Result<BTreeMap<AreaCode, (u64, u64)>, StoreError> {
    let rows: Vec<(AreaCode, i64, i64)> = sql!(conn, |c| sqlx::query_as(COUNT_COUNTIES)
        .bind(wave)
        .fetch_all(c)
        .await)?;
    let read = |(county, issued, used)| {
        let what = "number of invitations";
        Ok((county, (count(issued, what)?, count(used, what)?)))
    };
    rows.into_iter().map(read).collect()
}

/// Notes what became of an invitation, or takes the note back. It stays when the code is used after
/// all, and then no longer counts.
pub async fn update_outcome(
    conn: &mut Conn<'_>,
    wave: WaveId,
    code_hash: &CodeHash,
    outcome: Option<Outcome>,
) -> Result<(), StoreError> {
    let changed = sql!(conn, |c| sqlx::query(NOTE)
        .bind(wave)
        .bind(code_hash.as_bytes().to_vec())
        .bind(outcome.map(Outcome::as_str))
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    if changed == 0 {
        return Err(StoreError::Missing("invitation"));
    }
    Ok(())
}

/// Unused codes by county and by what was noted for them: a used code overrides its note.
pub async fn count_unused(
    conn: &mut Conn<'_>,
    wave: WaveId,
) -> Result<BTreeMap<AreaCode, Unused>, StoreError> {
    let rows = sql!(conn, |c| {
        sqlx::query_as(COUNT_UNUSED).bind(wave).fetch_all(c).await
    })?;
    by_county(rows)
}

/// All codes by county and by what was noted for them, used or not.
pub async fn count_noted(
    conn: &mut Conn<'_>,
    wave: WaveId,
) -> Result<BTreeMap<AreaCode, Unused>, StoreError> {
    let rows = sql!(conn, |c| {
        sqlx::query_as(COUNT_NOTED).bind(wave).fetch_all(c).await
    })?;
    by_county(rows)
}

/// The same by stratum.
pub async fn count_noted_by_stratum(
    conn: &mut Conn<'_>,
    wave: WaveId,
) -> Result<Vec<(AreaCode, StratumCode, Outcome, u64)>, StoreError> {
    let rows: Vec<(AreaCode, StratumCode, String, i64)> =
        sql!(conn, |c| sqlx::query_as(COUNT_NOTED_STRATA)
            .bind(wave)
            .fetch_all(c)
            .await)?;
    let read = |(county, stratum, word, codes): (AreaCode, StratumCode, String, i64)| {
        let outcome = Outcome::from_word(&word).ok_or(StoreError::Corrupt("disposition"))?;
        Ok((
            county,
            stratum,
            outcome,
            count(codes, "number of invitations")?,
        ))
    };
    rows.into_iter().map(read).collect()
}

fn by_county(rows: Vec<(AreaCode, String, i64)>) -> Result<BTreeMap<AreaCode, Unused>, StoreError> {
    let mut counties: BTreeMap<AreaCode, Unused> = BTreeMap::new();
    for (county, word, codes) in rows {
        let outcome = Outcome::from_word(&word).ok_or(StoreError::Corrupt("disposition"))?;
        let codes = count(codes, "number of invitations")?;
        counties.entry(county).or_default().add(outcome, codes);
    }
    Ok(counties)
}
