//! Versions of questionnaires that people work on, and which wave asks which.

use crate::storage::{Conn, StoreError};
use crate::survey::ids::{AccountId, QuestionnaireId, WaveId};
use crate::survey::questionnaire::{QuestionnaireSpec, Version};
use crate::survey::time::Instant;

statements! {
    INSERT = "INSERT INTO questionnaire_version (id, name, version, parent, document, revision,
            made_by, made_at, changed_by, changed_at, fixed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    FIND = "SELECT id, parent, document, revision, made_by, made_at, changed_by, changed_at, fixed_at
        FROM questionnaire_version
        WHERE id = $1";
    LIST = "SELECT id, parent, document, revision, made_by, made_at, changed_by, changed_at, fixed_at
        FROM questionnaire_version
        ORDER BY name, version DESC";
    UPDATE = "UPDATE questionnaire_version
        SET document = $3,
            revision = revision + 1,
            changed_by = $4,
            changed_at = $5
        WHERE id = $1
            AND revision = $2
            AND fixed_at IS NULL";
    HOLD = "UPDATE questionnaire_version
        SET revision = revision
        WHERE id = $1
            AND revision = $2";
    FIX = "UPDATE questionnaire_version
        SET fixed_at = $3
        WHERE id = $1
            AND revision = $2
            AND fixed_at IS NULL";
    TAKE = "INSERT INTO wave_questionnaire (wave, version)
        VALUES ($1, $2)";
    FIND_OF_WAVE = "SELECT version
        FROM wave_questionnaire
        WHERE wave = $1";
    LEAVE = "DELETE FROM wave_questionnaire
        WHERE wave = $1";
    LINKS = "SELECT wave, version
        FROM wave_questionnaire
        ORDER BY wave";
}

type Row = (
    QuestionnaireId,
    Option<QuestionnaireId>,
    String,
    i64,
    AccountId,
    Instant,
    AccountId,
    Instant,
    Option<Instant>,
);

fn read(row: Row) -> Result<Version, StoreError> {
    let (id, parent, document, revision, made_by, made_at, changed_by, changed_at, fixed_at) = row;
    let document: QuestionnaireSpec = serde_json::from_str(&document)
        .map_err(|_| StoreError::Corrupt("questionnaire version"))?;
    Ok(Version {
        id,
        parent,
        document,
        revision,
        made_by,
        made_at,
        changed_by,
        changed_at,
        fixed_at,
    })
}

fn written(document: &QuestionnaireSpec) -> Result<String, StoreError> {
    serde_json::to_string(document).map_err(|_| StoreError::Corrupt("questionnaire version"))
}

/// Stores a version; its name and number must be new.
pub async fn insert(conn: &mut Conn<'_>, version: &Version) -> Result<(), StoreError> {
    let document = written(&version.document)?;
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(version.id)
        .bind(version.document.id.clone())
        .bind(i64::from(version.document.version))
        .bind(version.parent)
        .bind(document)
        .bind(version.revision)
        .bind(version.made_by)
        .bind(version.made_at)
        .bind(version.changed_by)
        .bind(version.changed_at)
        .bind(version.fixed_at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The version with this id.
pub async fn find(conn: &mut Conn<'_>, id: QuestionnaireId) -> Result<Option<Version>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    row.map(read).transpose()
}

/// Every version, by name, the latest of each first.
pub async fn list(conn: &mut Conn<'_>) -> Result<Vec<Version>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST).fetch_all(c).await)?;
    rows.into_iter().map(read).collect()
}

/// Stores what somebody wrote on top of this revision; false if another wrote in between, or it is fixed.
pub async fn update(
    conn: &mut Conn<'_>,
    id: QuestionnaireId,
    revision: i64,
    document: &QuestionnaireSpec,
    by: AccountId,
    at: Instant,
) -> Result<bool, StoreError> {
    let document = written(document)?;
    let changed = sql!(conn, |c| sqlx::query(UPDATE)
        .bind(id)
        .bind(revision)
        .bind(document)
        .bind(by)
        .bind(at)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Keeps others from changing this revision until the transaction ends; false if it is gone already.
pub async fn hold(
    conn: &mut Conn<'_>,
    id: QuestionnaireId,
    revision: i64,
) -> Result<bool, StoreError> {
    let held = sql!(conn, |c| sqlx::query(HOLD)
        .bind(id)
        .bind(revision)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(held == 1)
}

/// Fixes a version for good; one that is fixed stays as it is.
pub async fn fix(
    conn: &mut Conn<'_>,
    id: QuestionnaireId,
    revision: i64,
    at: Instant,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(FIX)
        .bind(id)
        .bind(revision)
        .bind(at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes that a wave asks this version.
pub async fn take(
    conn: &mut Conn<'_>,
    wave: WaveId,
    version: QuestionnaireId,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(TAKE)
        .bind(wave)
        .bind(version)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The version that a wave asks, if it was chosen among these.
pub async fn find_of_wave(
    conn: &mut Conn<'_>,
    wave: WaveId,
) -> Result<Option<QuestionnaireId>, StoreError> {
    Ok(sql!(conn, |c| sqlx::query_scalar(FIND_OF_WAVE)
        .bind(wave)
        .fetch_optional(c)
        .await)?)
}

/// Which wave asks which version.
pub async fn links(conn: &mut Conn<'_>) -> Result<Vec<(WaveId, QuestionnaireId)>, StoreError> {
    Ok(sql!(conn, |c| sqlx::query_as(LINKS).fetch_all(c).await)?)
}

/// A wave follows no version any more.
pub async fn leave(conn: &mut Conn<'_>, wave: WaveId) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(LEAVE)
        .bind(wave)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
