//! Where counties lie on a map: of what organizers brought, the latest counts. Rows are added, never changed.

use crate::storage::{Conn, StoreError};
use crate::survey::boundary::Boundaries;
use crate::survey::ids::{AccountId, BoundarySetId};
use crate::survey::time::Instant;

/// Boundaries as they were brought.
#[derive(Debug, Clone, PartialEq)]
pub struct BoundarySet {
    /// Id.
    pub id: BoundarySetId,
    /// Where they come from, in words.
    pub source: String,
    /// Made up, or standing in for others.
    pub synthetic: bool,
    /// SHA-256 of the file.
    pub digest: [u8; 32],
    /// Where the counties lie, simplified.
    pub boundaries: Boundaries,
    /// Who brought them.
    pub brought_by: AccountId,
    /// When.
    pub brought_at: Instant,
}

statements! {
    INSERT = "INSERT INTO boundary_set (id, source, synthetic, digest, document, brought_by, brought_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    FIND_LATEST = "SELECT id, source, synthetic, digest, document, brought_by, brought_at
        FROM boundary_set
        ORDER BY brought_at DESC, id DESC
        LIMIT 1";
}

type Row = (
    BoundarySetId,
    String,
    bool,
    Vec<u8>,
    String,
    AccountId,
    Instant,
);

const CORRUPT: StoreError = StoreError::Corrupt("boundaries");

/// Adds boundaries.
pub async fn insert(conn: &mut Conn<'_>, set: &BoundarySet) -> Result<(), StoreError> {
    let document = serde_json::to_string(&set.boundaries).map_err(|_| CORRUPT)?;
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(set.id)
        .bind(set.source.as_str())
        .bind(set.synthetic)
        .bind(set.digest.to_vec())
        .bind(&document)
        .bind(set.brought_by)
        .bind(set.brought_at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The boundaries that count, if any were brought.
pub async fn find_latest(conn: &mut Conn<'_>) -> Result<Option<BoundarySet>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND_LATEST)
        .fetch_optional(c)
        .await)?;
    row.map(
        |(id, source, synthetic, digest, document, brought_by, brought_at)| {
            Ok(BoundarySet {
                id,
                source,
                synthetic,
                digest: digest.try_into().map_err(|_| CORRUPT)?,
                boundaries: serde_json::from_str(&document).map_err(|_| CORRUPT)?,
                brought_by,
                brought_at,
            })
        },
    )
    .transpose()
}
