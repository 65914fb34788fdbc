//! Questionnaires, by the digest of what was sealed.

use crate::storage::{Conn, StoreError};
use crate::survey::questionnaire::Questionnaire;
use crate::survey::time::Instant;

statements! {
    INSERT = "INSERT INTO questionnaire (digest, name, version, document, created_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (digest) DO NOTHING";
    FIND = "SELECT document
        FROM questionnaire
        WHERE digest = $1";
}

/// Stores a questionnaire and returns its digest; the same one again changes nothing.
pub async fn insert(
    conn: &mut Conn<'_>,
    questionnaire: &Questionnaire,
    now: Instant,
) -> Result<[u8; 32], StoreError> {
    let digest = questionnaire.digest();
    let document =
        serde_json::to_string(questionnaire).map_err(|_| StoreError::Corrupt("questionnaire"))?;
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(digest.to_vec())
        .bind(questionnaire.id.clone())
        .bind(i64::from(questionnaire.version))
        .bind(document)
        .bind(now)
        .execute(c)
        .await
        .map(drop))?;
    Ok(digest)
}

/// The questionnaire with this digest, which is checked.
pub async fn get(conn: &mut Conn<'_>, digest: &[u8; 32]) -> Result<Questionnaire, StoreError> {
    let document: Option<String> = sql!(conn, |c| sqlx::query_scalar(FIND)
        .bind(digest.to_vec())
        .fetch_optional(c)
        .await)?;
    let document = document.ok_or(StoreError::Missing("questionnaire"))?;
    let questionnaire: Questionnaire =
        serde_json::from_str(&document).map_err(|_| StoreError::Corrupt("questionnaire"))?;
    if questionnaire.digest() == *digest {
        Ok(questionnaire)
    } else {
        Err(StoreError::Corrupt("questionnaire"))
    }
}
