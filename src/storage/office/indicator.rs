//! Reported indicators: one value per county, year and indicator, with who entered and verified it.

use sqlx::FromRow;

use crate::evaluation::indicator::{Indicator, Status};
use crate::storage::{Conn, StoreError};
use crate::survey::ids::{AccountId, IndicatorId};
use crate::survey::time::Instant;

/// A stored value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredIndicator {
    /// Id.
    pub id: IndicatorId,
    /// The value with its county, year and standing.
    pub indicator: Indicator,
    /// Who reported it: the county, or the assessor of a judgement.
    pub reported_by: String,
    /// Who entered or imported it.
    pub entered_by: Option<AccountId>,
    /// When.
    pub entered_at: Instant,
    /// The second person, who compared it with its evidence.
    pub verified_by: Option<AccountId>,
    /// When.
    pub verified_at: Option<Instant>,
}

impl StoredIndicator {
    /// Whether a second person verified the value, here or before it was imported.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        self.verified_by.is_some() || self.indicator.status == Status::Verified
    }
}

statements! {
    INSERT = "INSERT INTO indicator (id, county, year, name, document, synthetic, reported_by,
            entered_by, entered_at, verified_by, verified_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    UPDATE_VALUE = "UPDATE indicator
        SET document = $2,
            synthetic = $3,
            reported_by = $4,
            entered_by = $5,
            entered_at = $6
        WHERE id = $1
            AND verified_by IS NULL";
    UPDATE = "UPDATE indicator
        SET document = $2,
            synthetic = $3,
            reported_by = $4,
            entered_by = $5,
            entered_at = $6,
            verified_by = $7,
            verified_at = $8
        WHERE id = $1";
    LIST = "SELECT id, county, year, name, document, reported_by, entered_by, entered_at,
            verified_by, verified_at
        FROM indicator
        ORDER BY county, year, name";
    LIST_OF_COUNTY = "SELECT id, county, year, name, document, reported_by, entered_by, entered_at,
            verified_by, verified_at
        FROM indicator
        WHERE county = $1
        ORDER BY county, year, name";
}

#[derive(FromRow)]
struct Row {
    id: IndicatorId,
    county: String,
    year: i64,
    name: String,
    document: String,
    reported_by: String,
    entered_by: Option<AccountId>,
    entered_at: Instant,
    verified_by: Option<AccountId>,
    verified_at: Option<Instant>,
}

/// The document must describe the county, year and indicator that its columns name.
fn read(row: Row) -> Result<StoredIndicator, StoreError> {
    let indicator: Indicator =
        serde_json::from_str(&row.document).map_err(|_| StoreError::Corrupt("indicator"))?;
    let same = indicator.county == row.county
        && i64::from(indicator.year) == row.year
        && indicator.id == row.name;
    if !same {
        return Err(StoreError::Corrupt("indicator"));
    }
    Ok(StoredIndicator {
        id: row.id,
        indicator,
        reported_by: row.reported_by,
        entered_by: row.entered_by,
        entered_at: row.entered_at,
        verified_by: row.verified_by,
        verified_at: row.verified_at,
    })
}

fn document(indicator: &Indicator) -> Result<String, StoreError> {
    serde_json::to_string(indicator).map_err(|_| StoreError::Corrupt("indicator"))
}

/// Stores a new value.
pub async fn insert(conn: &mut Conn<'_>, stored: &StoredIndicator) -> Result<(), StoreError> {
    let document = document(&stored.indicator)?;
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(stored.id)
        .bind(stored.indicator.county.clone())
        .bind(i64::from(stored.indicator.year))
        .bind(stored.indicator.id.clone())
        .bind(document)
        .bind(stored.indicator.status == Status::Synthetic)
        .bind(stored.reported_by.clone())
        .bind(stored.entered_by)
        .bind(stored.entered_at)
        .bind(stored.verified_by)
        .bind(stored.verified_at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Replaces the value with this id and who entered it, unless somebody has verified it; says whether
/// it did. County, year and indicator stay.
pub async fn update_value(
    conn: &mut Conn<'_>,
    stored: &StoredIndicator,
) -> Result<bool, StoreError> {
    let document = document(&stored.indicator)?;
    let changed = sql!(conn, |c| sqlx::query(UPDATE_VALUE)
        .bind(stored.id)
        .bind(document)
        .bind(stored.indicator.status == Status::Synthetic)
        .bind(stored.reported_by.clone())
        .bind(stored.entered_by)
        .bind(stored.entered_at)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Puts the latest version, or what a second person said of it, in the place of the value with this id.
pub async fn update(conn: &mut Conn<'_>, stored: &StoredIndicator) -> Result<(), StoreError> {
    let document = document(&stored.indicator)?;
    let changed = sql!(conn, |c| sqlx::query(UPDATE)
        .bind(stored.id)
        .bind(document)
        .bind(stored.indicator.status == Status::Synthetic)
        .bind(stored.reported_by.clone())
        .bind(stored.entered_by)
        .bind(stored.entered_at)
        .bind(stored.verified_by)
        .bind(stored.verified_at)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::Missing("indicator"))
    }
}

/// Every value of a county.
pub async fn list_of_county(
    conn: &mut Conn<'_>,
    county: &str,
) -> Result<Vec<StoredIndicator>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST_OF_COUNTY)
        .bind(county)
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(read).collect()
}

/// Every value.
pub async fn list(conn: &mut Conn<'_>) -> Result<Vec<StoredIndicator>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST).fetch_all(c).await)?;
    rows.into_iter().map(read).collect()
}
