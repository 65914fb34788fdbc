//! Used codes at the beginning of each day of fieldwork, rounded down by whoever counts.

use crate::storage::value::{count, stored_count};
use crate::storage::{Conn, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;
use crate::survey::outcome::Unused;

/// Codes of a county or of one of its strata at the beginning of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The day, `2026-11-30`.
    pub day: String,
    /// The county.
    pub county: AreaCode,
    /// The stratum; empty for the county as a whole.
    pub stratum: String,
    /// Codes issued.
    pub issued: u64,
    /// Codes used, rounded down.
    pub used: u64,
    /// Outcomes noted, rounded down.
    pub noted: Unused,
}

statements! {
    INSERT = "INSERT INTO fieldwork_day (wave, day, county, stratum, issued, used, noted)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (wave, day, county, stratum) DO NOTHING";
    LIST = "SELECT day, county, stratum, issued, used, noted
        FROM fieldwork_day
        WHERE wave = $1
        ORDER BY day, county, stratum";
    LATEST = "SELECT day
        FROM fieldwork_day
        WHERE wave = $1
        ORDER BY day DESC
        LIMIT 1";
}

/// Keeps the lines of a day; a line that is there stays.
pub async fn insert(conn: &mut Conn<'_>, wave: WaveId, days: &[Day]) -> Result<(), StoreError> {
    for day in days {
        sql!(conn, |c| sqlx::query(INSERT)
            .bind(wave)
            .bind(day.day.as_str())
            .bind(day.county.clone())
            .bind(day.stratum.as_str())
            .bind(stored_count(day.issued))
            .bind(stored_count(day.used))
            .bind(serde_json::to_string(&day.noted).unwrap_or_default())
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// All lines of a wave by day.
pub async fn list(conn: &mut Conn<'_>, wave: WaveId) -> Result<Vec<Day>, StoreError> {
    let rows: Vec<(String, AreaCode, String, i64, i64, String)> =
        sql!(conn, |c| sqlx::query_as(LIST).bind(wave).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(day, county, stratum, issued, used, noted)| {
            Ok(Day {
                day,
                county,
                stratum,
                issued: count(issued, "codes of a day")?,
                used: count(used, "codes of a day")?,
                noted: serde_json::from_str(&noted)
                    .map_err(|_| StoreError::Corrupt("outcomes of a day"))?,
            })
        })
        .collect()
}

/// The last day that has lines.
pub async fn latest(conn: &mut Conn<'_>, wave: WaveId) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = sql!(conn, |c| sqlx::query_as(LATEST)
        .bind(wave)
        .fetch_optional(c)
        .await)?;
    Ok(row.map(|(day,)| day))
}
