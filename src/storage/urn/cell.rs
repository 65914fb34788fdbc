//! Quota cells of open waves: targets, and answers counted in the transaction that keeps them.

use std::collections::BTreeMap;

use crate::storage::value::{count, stored_count};
use crate::storage::{Conn, Direct, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;
use crate::survey::quota::{Cell, Quota, QuotaRule, Tally};

/// A cell as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Answers wanted.
    pub target: u64,
    /// What happens at the target.
    pub rule: QuotaRule,
    /// Answers so far.
    pub tally: Tally,
}

statements! {
    // A change of nothing takes the row's lock on both databases.
    LOCK = "UPDATE cell
        SET counted = counted
        WHERE wave = $1
            AND county = $2
            AND cell = $3
        RETURNING target, rule, counted, uncounted";
    UPDATE_TALLY = "UPDATE cell
        SET counted = $4,
            uncounted = $5
        WHERE wave = $1
            AND county = $2
            AND cell = $3";
    INSERT = "INSERT INTO cell (wave, county, cell, target, rule, counted, uncounted)
        VALUES ($1, $2, $3, $4, $5, 0, 0)
        ON CONFLICT DO NOTHING";
    UPDATE_TARGET = "UPDATE cell
        SET target = $4,
            rule = $5
        WHERE wave = $1
            AND county = $2
            AND cell = $3";
    LIST = "SELECT county, cell, counted, uncounted
        FROM cell
        WHERE wave = $1
        ORDER BY county, cell";
}

type Row = (i64, String, i64, i64);

fn read((target, rule, counted, uncounted): Row) -> Result<Standing, StoreError> {
    Ok(Standing {
        target: count(target, "target")?,
        rule: QuotaRule::parse(&rule).ok_or(StoreError::Corrupt("quota rule"))?,
        tally: Tally {
            counted: count(counted, "number of answers")?,
            uncounted: count(uncounted, "number of answers")?,
        },
    })
}

/// The cell, which nobody else changes until this transaction ends; `None` if it has no target.
pub async fn lock(
    conn: &mut Conn<'_>,
    wave: WaveId,
    county: &AreaCode,
    cell: &Cell,
) -> Result<Option<Standing>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(LOCK)
        .bind(wave)
        .bind(county.clone())
        .bind(cell.to_string())
        .fetch_optional(c)
        .await)?;
    row.map(read).transpose()
}

/// The same for a step of the intake.
pub async fn hold(
    conn: &mut Direct<'_>,
    wave: WaveId,
    county: &AreaCode,
    cell: &Cell,
) -> Result<Option<Standing>, StoreError> {
    let found = direct!(conn, LOCK, [wave, county.clone(), cell.to_string()] => Row)?;
    found.into_iter().next().map(read).transpose()
}

/// Stores the counts of a cell that this transaction holds.
pub async fn update_tally(
    conn: &mut Direct<'_>,
    wave: WaveId,
    county: &AreaCode,
    cell: &Cell,
    tally: Tally,
) -> Result<(), StoreError> {
    let counts = (stored_count(tally.counted), stored_count(tally.uncounted));
    direct!(
        conn,
        UPDATE_TALLY,
        [wave, county.clone(), cell.to_string(), counts.0, counts.1]
    )
    .map(drop)
}

/// Gives a cell its target; counts stay as they are.
pub async fn set(conn: &mut Conn<'_>, wave: WaveId, quota: &Quota) -> Result<(), StoreError> {
    for text in [INSERT, UPDATE_TARGET] {
        sql!(conn, |c| sqlx::query(text)
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

/// Answers of every cell of a wave.
pub async fn list(
    conn: &mut Conn<'_>,
    wave: WaveId,
) -> Result<BTreeMap<(AreaCode, Cell), Tally>, StoreError> {
    let rows: Vec<(AreaCode, String, i64, i64)> =
        sql!(conn, |c| sqlx::query_as(LIST).bind(wave).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(county, cell, counted, uncounted)| {
            let cell = Cell::parse(&cell).map_err(|_| StoreError::Corrupt("quota cell"))?;
            let tally = Tally {
                counted: count(counted, "number of answers")?,
                uncounted: count(uncounted, "number of answers")?,
            };
            Ok(((county, cell), tally))
        })
        .collect()
}
