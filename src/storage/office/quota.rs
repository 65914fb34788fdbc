//! Quota cells of waves: targets, and the rounded counts of a day.

use std::collections::BTreeMap;

use crate::storage::value::{count, stored_count};
use crate::storage::{Conn, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;
use crate::survey::quota::{Cell, Quota, QuotaRule, Tally};

/// Rounded counts of a day, by county and cell.
pub type Counts = BTreeMap<(AreaCode, Cell), Tally>;

statements! {
    INSERT = "INSERT INTO quota (wave, county, cell, target, rule)
        VALUES ($1, $2, $3, $4, $5)";
    DELETE = "DELETE FROM quota
        WHERE wave = $1";
    LIST = "SELECT county, cell, target, rule
        FROM quota
        WHERE wave = $1
        ORDER BY county, cell";
    SET_COUNT = "INSERT INTO quota_count (wave, county, cell, day, counted, uncounted)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (wave, county, cell) DO UPDATE
        SET day = excluded.day,
            counted = excluded.counted,
            uncounted = excluded.uncounted";
    LIST_COUNTS = "SELECT county, cell, day, counted, uncounted
        FROM quota_count
        WHERE wave = $1
        ORDER BY county, cell";
}

fn cell(text: &str) -> Result<Cell, StoreError> {
    Cell::parse(text).map_err(|_| StoreError::Corrupt("quota cell"))
}

/// Replaces the cells of a wave.
pub async fn replace(
    conn: &mut Conn<'_>,
    wave: WaveId,
    quotas: &[Quota],
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(DELETE)
        .bind(wave)
        .execute(c)
        .await
        .map(drop))?;
    for quota in quotas {
        sql!(conn, |c| sqlx::query(INSERT)
            .bind(wave)
            .bind(quota.county.clone())
            .bind(quota.cell.to_string())
            .bind(i64::from(quota.target))
            .bind(quota.rule.as_str())
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// The cells of a wave, by county.
pub async fn list(conn: &mut Conn<'_>, wave: WaveId) -> Result<Vec<Quota>, StoreError> {
    let rows: Vec<(AreaCode, String, i64, String)> =
        sql!(conn, |c| sqlx::query_as(LIST).bind(wave).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(county, text, target, rule)| {
            Ok(Quota {
                county,
                cell: cell(&text)?,
                target: u32::try_from(target).map_err(|_| StoreError::Corrupt("target"))?,
                rule: QuotaRule::parse(&rule).ok_or(StoreError::Corrupt("quota rule"))?,
            })
        })
        .collect()
}

/// Replaces the counts of a wave's cells, which stay the same, by those of this day.
pub async fn replace_counts(
    conn: &mut Conn<'_>,
    wave: WaveId,
    day: &str,
    counts: &Counts,
) -> Result<(), StoreError> {
    for ((county, cell), tally) in counts {
        sql!(conn, |c| sqlx::query(SET_COUNT)
            .bind(wave)
            .bind(county.clone())
            .bind(cell.to_string())
            .bind(day.to_owned())
            .bind(stored_count(tally.counted))
            .bind(stored_count(tally.uncounted))
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// The counts that were stored last, with their day.
pub async fn list_counts(
    conn: &mut Conn<'_>,
    wave: WaveId,
) -> Result<Option<(String, Counts)>, StoreError> {
    type Row = (AreaCode, String, String, i64, i64);
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST_COUNTS)
        .bind(wave)
        .fetch_all(c)
        .await)?;
    let day = rows.first().map(|(_, _, day, ..)| day.clone());
    let counts = rows
        .into_iter()
        .map(|(county, text, _, counted, uncounted)| {
            let tally = Tally {
                counted: count(counted, "number of answers")?,
                uncounted: count(uncounted, "number of answers")?,
            };
            Ok(((county, cell(&text)?), tally))
        })
        .collect::<Result<Counts, StoreError>>()?;
    Ok(day.map(|day| (day, counts)))
}
