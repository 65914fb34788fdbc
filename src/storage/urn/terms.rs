//! What the urn must know of a wave by itself, as a document that the office's side writes.

use crate::storage::{Conn, StoreError};
use crate::survey::ids::WaveId;
use crate::survey::wave::WaveSlug;

statements! {
    UPSERT = "INSERT INTO terms (wave, slug, document)
        VALUES ($1, $2, $3)
        ON CONFLICT (wave) DO UPDATE
        SET document = excluded.document";
    FIND = "SELECT document
        FROM terms
        WHERE slug = $1";
    GET = "SELECT document
        FROM terms
        WHERE wave = $1";
    LIST = "SELECT document
        FROM terms
        ORDER BY slug";
}

/// Keeps a wave's document in the place of an earlier one.
pub async fn upsert(
    conn: &mut Conn<'_>,
    wave: WaveId,
    slug: &WaveSlug,
    document: &str,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(UPSERT)
        .bind(wave)
        .bind(slug.as_str().to_owned())
        .bind(document.to_owned())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The document of the wave of this name.
pub async fn find(conn: &mut Conn<'_>, slug: &WaveSlug) -> Result<Option<String>, StoreError> {
    let name = slug.as_str().to_owned();
    let found: Option<String> = sql!(conn, |c| sqlx::query_scalar(FIND)
        .bind(name)
        .fetch_optional(c)
        .await)?;
    Ok(found)
}

/// The document of a wave.
pub async fn get(conn: &mut Conn<'_>, wave: WaveId) -> Result<Option<String>, StoreError> {
    let found: Option<String> = sql!(conn, |c| sqlx::query_scalar(GET)
        .bind(wave)
        .fetch_optional(c)
        .await)?;
    Ok(found)
}

/// Every document.
pub async fn list(conn: &mut Conn<'_>) -> Result<Vec<String>, StoreError> {
    let found: Vec<String> = sql!(conn, |c| sqlx::query_scalar(LIST).fetch_all(c).await)?;
    Ok(found)
}
