//! Standards, as the text that was imported; the text's digest is the key.

use sha2::{Digest as _, Sha256};

use crate::evaluation::standard::Standard;
use crate::storage::value::fixed;
use crate::storage::{Conn, StoreError};
use crate::survey::time::Instant;

/// A stored standard.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredStandard {
    /// SHA-256 of the text.
    pub digest: [u8; 32],
    /// The text, TOML, as it was imported.
    pub text: String,
    /// The standard that the text says.
    pub standard: Standard,
    /// When it was imported.
    pub created_at: Instant,
}

impl StoredStandard {
    /// A standard with the text that it was read from.
    #[must_use]
    pub fn new(standard: Standard, text: &str, created_at: Instant) -> Self {
        Self {
            digest: Sha256::digest(text).into(),
            text: text.to_owned(),
            standard,
            created_at,
        }
    }
}

statements! {
    INSERT = "INSERT INTO standard (digest, name, version, document, created_at)
        VALUES ($1, $2, $3, $4, $5)";
    GET = "SELECT digest, document, created_at
        FROM standard
        WHERE digest = $1";
    FIND = "SELECT digest, document, created_at
        FROM standard
        WHERE name = $1
            AND version = $2";
    FIND_LATEST = "SELECT digest, document, created_at
        FROM standard
        ORDER BY created_at DESC, version DESC, digest DESC
        LIMIT 1";
    LIST = "SELECT digest, document, created_at
        FROM standard
        ORDER BY created_at DESC, version DESC, digest DESC";
}

type Row = (Vec<u8>, String, Instant);

/// The text must still have its digest.
fn read((digest, text, created_at): Row) -> Result<StoredStandard, StoreError> {
    let standard = Standard::from_toml(&text).map_err(|_| StoreError::Corrupt("standard"))?;
    let read = StoredStandard::new(standard, &text, created_at);
    if read.digest == fixed(&digest, "standard digest")? {
        Ok(read)
    } else {
        Err(StoreError::Corrupt("standard"))
    }
}

/// Stores a standard; an id and version that are there already are refused.
pub async fn insert(conn: &mut Conn<'_>, stored: &StoredStandard) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(stored.digest.to_vec())
        .bind(stored.standard.id.clone())
        .bind(i64::from(stored.standard.version))
        .bind(stored.text.clone())
        .bind(stored.created_at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The standard with this digest, which must exist.
pub async fn get(conn: &mut Conn<'_>, digest: &[u8; 32]) -> Result<StoredStandard, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(GET)
        .bind(digest.to_vec())
        .fetch_optional(c)
        .await)?;
    read(row.ok_or(StoreError::Missing("standard"))?)
}

/// The standard of this id and version.
pub async fn find(
    conn: &mut Conn<'_>,
    id: &str,
    version: u32,
) -> Result<Option<StoredStandard>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(id.to_owned())
        .bind(i64::from(version))
        .fetch_optional(c)
        .await)?;
    row.map(read).transpose()
}

/// The standard that was imported last.
pub async fn find_latest(conn: &mut Conn<'_>) -> Result<Option<StoredStandard>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND_LATEST)
        .fetch_optional(c)
        .await)?;
    row.map(read).transpose()
}

/// Every standard, the last imported first.
pub async fn list(conn: &mut Conn<'_>) -> Result<Vec<StoredStandard>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST).fetch_all(c).await)?;
    rows.into_iter().map(read).collect()
}
