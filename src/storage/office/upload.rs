//! Files that people have sent and not yet taken over.

use crate::storage::{Conn, StoreError};
use crate::survey::ids::{AccountId, UploadId};
use crate::survey::time::Instant;
use crate::survey::upload::{Upload, UploadKind};

statements! {
    INSERT = "INSERT INTO upload
            (id, kind, name, source, synthetic, file_name, content, uploaded_by, uploaded_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    FIND = "SELECT id, kind, name, source, synthetic, file_name, content, uploaded_by, uploaded_at
        FROM upload
        WHERE id = $1
            AND uploaded_by = $2";
    DELETE = "DELETE FROM upload
        WHERE id = $1";
    DELETE_KIND = "DELETE FROM upload
        WHERE uploaded_by = $1
            AND kind = $2";
    DELETE_OLD = "DELETE FROM upload
        WHERE uploaded_at < $1";
}

type Row = (
    UploadId,
    String,
    String,
    String,
    bool,
    String,
    Vec<u8>,
    AccountId,
    Instant,
);

/// Stores a file in the place of the person's earlier one of this kind.
pub async fn replace(conn: &mut Conn<'_>, upload: &Upload) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(DELETE_KIND)
        .bind(upload.uploaded_by)
        .bind(upload.kind.as_str())
        .execute(c)
        .await
        .map(drop))?;
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(upload.id)
        .bind(upload.kind.as_str())
        .bind(upload.name.as_str())
        .bind(upload.source.as_str())
        .bind(upload.synthetic)
        .bind(upload.file_name.as_str())
        .bind(upload.content.clone())
        .bind(upload.uploaded_by)
        .bind(upload.uploaded_at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The file with this id, if this person sent it.
pub async fn find(
    conn: &mut Conn<'_>,
    id: UploadId,
    by: AccountId,
) -> Result<Option<Upload>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(id)
        .bind(by)
        .fetch_optional(c)
        .await)?;
    row.map(
        |(id, kind, name, source, synthetic, file_name, content, uploaded_by, uploaded_at)| {
            Ok(Upload {
                id,
                kind: UploadKind::from_word(&kind).ok_or(StoreError::Corrupt("upload kind"))?,
                name,
                source,
                synthetic,
                file_name,
                content,
                uploaded_by,
                uploaded_at,
            })
        },
    )
    .transpose()
}

/// Removes a file.
pub async fn delete(conn: &mut Conn<'_>, id: UploadId) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(DELETE)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Removes files that were sent before this.
pub async fn delete_old(conn: &mut Conn<'_>, before: Instant) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(DELETE_OLD)
        .bind(before)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
