//! Files that stand behind a reported value, kept with their digest. Rows are added, never changed.

use crate::storage::{Conn, StoreError, value};
use crate::survey::ids::AccountId;
use crate::survey::time::Instant;

/// A file without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Division code of the county.
    pub county: String,
    /// The year that the value describes.
    pub year: i32,
    /// Indicator id of the standard.
    pub indicator: String,
    /// SHA-256 of the content.
    pub digest: [u8; 32],
    /// What it is: `pdf`, `png`, `jpeg`, `xlsx`, `csv`.
    pub kind: String,
    /// What it was called on the sender's machine; only ever shown.
    pub file_name: String,
    /// Who added it.
    pub added_by: AccountId,
    /// When.
    pub added_at: Instant,
}

statements! {
    INSERT = "INSERT INTO evidence
            (county, year, name, digest, kind, file_name, content, added_by, added_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    LIST = "SELECT name, digest, kind, file_name, added_by, added_at
        FROM evidence
        WHERE county = $1
            AND year = $2
        ORDER BY name, added_at, digest";
    CONTENT = "SELECT kind, content
        FROM evidence
        WHERE county = $1
            AND year = $2
            AND digest = $3
        LIMIT 1";
}

/// Adds a file; the same content a second time for one value is [`StoreError::Duplicate`].
pub async fn insert(
    conn: &mut Conn<'_>,
    evidence: &Evidence,
    content: Vec<u8>,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(evidence.county.as_str())
        .bind(i64::from(evidence.year))
        .bind(evidence.indicator.as_str())
        .bind(evidence.digest.to_vec())
        .bind(evidence.kind.as_str())
        .bind(evidence.file_name.as_str())
        .bind(content)
        .bind(evidence.added_by)
        .bind(evidence.added_at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The files of a county's year.
pub async fn list(
    conn: &mut Conn<'_>,
    county: &str,
    year: i32,
) -> Result<Vec<Evidence>, StoreError> {
    type Row = (String, Vec<u8>, String, String, AccountId, Instant);
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST)
        .bind(county)
        .bind(i64::from(year))
        .fetch_all(c)
        .await)?;
    let read = |(indicator, digest, kind, file_name, added_by, added_at): Row| {
        Ok(Evidence {
            county: county.to_owned(),
            year,
            indicator,
            digest: value::fixed(&digest, "digest of evidence")?,
            kind,
            file_name,
            added_by,
            added_at,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Kind and content of a file of a county's year.
pub async fn content(
    conn: &mut Conn<'_>,
    (county, year): (&str, i32),
    digest: &[u8; 32],
) -> Result<Option<(String, Vec<u8>)>, StoreError> {
    Ok(sql!(conn, |c| sqlx::query_as(CONTENT)
        .bind(county)
        .bind(i64::from(year))
        .bind(digest.to_vec())
        .fetch_optional(c)
        .await)?)
}
