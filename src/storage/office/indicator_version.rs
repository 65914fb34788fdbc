//! Every version of a reported value, and what a second person said of it. Rows are added, never changed.

use sqlx::FromRow;

use crate::evaluation::indicator::Indicator;
use crate::storage::{Conn, StoreError, value};
use crate::survey::ids::{AccountId, IndicatorId};
use crate::survey::time::Instant;

/// What a second person said of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Verified, or else disputed.
    pub verified: bool,
    /// Why it is disputed; empty for a verified one.
    pub reason: String,
    /// The second person.
    pub ruled_by: AccountId,
    /// When.
    pub ruled_at: Instant,
}

/// A value as it was reported once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Id.
    pub id: IndicatorId,
    /// From 1, for each county, year and indicator.
    pub number: u64,
    /// The value as it was entered.
    pub indicator: Indicator,
    /// Who entered it.
    pub entered_by: Option<AccountId>,
    /// When.
    pub entered_at: Instant,
    /// What a second person said of it.
    pub ruling: Option<Ruling>,
}

/// That a version of a value was entered.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Entered {
    /// The year of the value.
    pub year: i64,
    /// The indicator.
    pub name: String,
    /// From 1, for each county, year and indicator.
    pub version: i64,
    /// When.
    pub entered_at: Instant,
}

statements! {
    ENTERED = "SELECT year, name, version, entered_at
        FROM indicator_version
        WHERE county = $1
        ORDER BY year, name, version";
    INSERT = "INSERT INTO indicator_version
            (id, county, year, name, version, document, entered_by, entered_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    INSERT_RULING = "INSERT INTO indicator_ruling (version, verified, reason, ruled_by, ruled_at)
        VALUES ($1, $2, $3, $4, $5)";
    LAST = "SELECT COALESCE(MAX(version), 0) AS version
        FROM indicator_version
        WHERE county = $1
            AND year = $2
            AND name = $3";
    LIST = "SELECT indicator_version.id, indicator_version.version, indicator_version.document,
            indicator_version.entered_by, indicator_version.entered_at,
            indicator_ruling.verified, indicator_ruling.reason, indicator_ruling.ruled_by,
            indicator_ruling.ruled_at
        FROM indicator_version
        LEFT JOIN indicator_ruling ON indicator_ruling.version = indicator_version.id
        WHERE indicator_version.county = $1
            AND indicator_version.year = $2
        ORDER BY indicator_version.name, indicator_version.version DESC";
    DISPUTED = "SELECT indicator_version.county, indicator_version.year, indicator_version.name
        FROM indicator_version
        JOIN indicator_ruling ON indicator_ruling.version = indicator_version.id
        WHERE indicator_ruling.verified = $1
            AND NOT EXISTS (
                SELECT 1
                FROM indicator_version AS later
                WHERE later.county = indicator_version.county
                    AND later.year = indicator_version.year
                    AND later.name = indicator_version.name
                    AND later.version > indicator_version.version
            )
        ORDER BY indicator_version.county, indicator_version.year, indicator_version.name";
}

#[derive(FromRow)]
struct Row {
    id: IndicatorId,
    version: i64,
    document: String,
    entered_by: Option<AccountId>,
    entered_at: Instant,
    verified: Option<bool>,
    reason: Option<String>,
    ruled_by: Option<AccountId>,
    ruled_at: Option<Instant>,
}

fn read(row: Row) -> Result<Version, StoreError> {
    let ruling = match (row.verified, row.reason, row.ruled_by, row.ruled_at) {
        (Some(verified), Some(reason), Some(ruled_by), Some(ruled_at)) => Some(Ruling {
            verified,
            reason,
            ruled_by,
            ruled_at,
        }),
        _ => None,
    };
    Ok(Version {
        id: row.id,
        number: value::count(row.version, "version of an indicator")?,
        indicator: serde_json::from_str(&row.document)
            .map_err(|_| StoreError::Corrupt("indicator"))?,
        entered_by: row.entered_by,
        entered_at: row.entered_at,
        ruling,
    })
}

/// Adds the next version of a value; its number is made here and given back.
pub async fn insert(conn: &mut Conn<'_>, version: &Version) -> Result<u64, StoreError> {
    let indicator = &version.indicator;
    let (county, name) = (indicator.county.as_str(), indicator.id.as_str());
    let year = i64::from(indicator.year);
    let last: (i64,) = sql!(conn, |c| sqlx::query_as(LAST)
        .bind(county)
        .bind(year)
        .bind(name)
        .fetch_one(c)
        .await)?;
    let number = last.0.saturating_add(1);
    let document =
        serde_json::to_string(indicator).map_err(|_| StoreError::Corrupt("indicator"))?;
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(version.id)
        .bind(county)
        .bind(year)
        .bind(name)
        .bind(number)
        .bind(document)
        .bind(version.entered_by)
        .bind(version.entered_at)
        .execute(c)
        .await
        .map(drop))?;
    value::count(number, "version of an indicator")
}

/// Writes down what a second person said; a version of which somebody spoke is [`StoreError::Duplicate`].
pub async fn insert_ruling(
    conn: &mut Conn<'_>,
    version: IndicatorId,
    ruling: &Ruling,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT_RULING)
        .bind(version)
        .bind(ruling.verified)
        .bind(ruling.reason.as_str())
        .bind(ruling.ruled_by)
        .bind(ruling.ruled_at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Versions of a county's values of a year, by indicator, the latest first.
pub async fn list(
    conn: &mut Conn<'_>,
    county: &str,
    year: i32,
) -> Result<Vec<Version>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST)
        .bind(county)
        .bind(i64::from(year))
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(read).collect()
}

/// County, year and indicator of every value whose latest version is disputed.
pub async fn disputed(conn: &mut Conn<'_>) -> Result<Vec<(String, i64, String)>, StoreError> {
    Ok(sql!(conn, |c| sqlx::query_as(DISPUTED)
        .bind(false)
        .fetch_all(c)
        .await)?)
}

/// Every version of every value of a county: year by year, indicator by indicator, the first one first.
pub async fn entered(conn: &mut Conn<'_>, county: &str) -> Result<Vec<Entered>, StoreError> {
    Ok(sql!(conn, |c| sqlx::query_as(ENTERED)
        .bind(county)
        .fetch_all(c)
        .await)?)
}
