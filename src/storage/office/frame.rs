//! Frames: imported lists of communities and villages.

pub use super::imported::Imported;
use super::imported::{self, read};
use crate::storage::{Conn, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::frame::{Frame, FrameUnit, Residence};
use crate::survey::ids::FrameId;

statements! {
    INSERT = "INSERT INTO frame (id, name, source, digest, synthetic, imported_at, imported_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    INSERT_UNIT = "INSERT INTO frame_unit (frame, code, county, name, residence, size, addresses)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    FIND = "SELECT id, name, source, digest, synthetic, imported_at, imported_by
        FROM frame
        WHERE id = $1";
    FIND_NAME = "SELECT id, name, source, digest, synthetic, imported_at, imported_by
        FROM frame
        WHERE name = $1";
    LIST = "SELECT id, name, source, digest, synthetic, imported_at, imported_by
        FROM frame
        ORDER BY imported_at, id";
    UNITS = "SELECT code, county, name, residence, size, addresses
        FROM frame_unit
        WHERE frame = $1
        ORDER BY code";
}

type Row = imported::Row<FrameId>;

/// Stores an import with all its units.
pub async fn insert(
    conn: &mut Conn<'_>,
    import: &Imported<FrameId>,
    frame: &Frame,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(import.id)
        .bind(import.name.clone())
        .bind(import.source.clone())
        .bind(import.digest.to_vec())
        .bind(import.synthetic)
        .bind(import.imported_at)
        .bind(import.imported_by)
        .execute(c)
        .await
        .map(drop))?;
    for unit in frame.units() {
        sql!(conn, |c| sqlx::query(INSERT_UNIT)
            .bind(import.id)
            .bind(unit.code.clone())
            .bind(unit.county.clone())
            .bind(unit.name.clone())
            .bind(unit.residence.as_str())
            .bind(i64::from(unit.size))
            .bind(i64::from(unit.addresses))
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// The import with this id, which must exist.
pub async fn get(conn: &mut Conn<'_>, id: FrameId) -> Result<Imported<FrameId>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    read(row.ok_or(StoreError::Missing("frame"))?)
}

/// The import of this name.
pub async fn find_by_name(
    conn: &mut Conn<'_>,
    name: &str,
) -> Result<Option<Imported<FrameId>>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND_NAME)
        .bind(name.to_owned())
        .fetch_optional(c)
        .await)?;
    row.map(read).transpose()
}

/// Every import, the first one first.
pub async fn list(conn: &mut Conn<'_>) -> Result<Vec<Imported<FrameId>>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST).fetch_all(c).await)?;
    rows.into_iter().map(read).collect()
}

/// The units of an import; they must still have the digest that was stored with them.
pub async fn get_units(
    conn: &mut Conn<'_>,
    import: &Imported<FrameId>,
) -> Result<Frame, StoreError> {
    type Unit = (AreaCode, AreaCode, String, String, i64, i64);
    let rows: Vec<Unit> = sql!(conn, |c| sqlx::query_as(UNITS)
        .bind(import.id)
        .fetch_all(c)
        .await)?;
    let number = |n: i64| u32::try_from(n).map_err(|_| StoreError::Corrupt("frame unit"));
    let units: Vec<FrameUnit> = rows
        .into_iter()
        .map(|(code, county, name, residence, size, addresses)| {
            Ok(FrameUnit {
                code,
                county,
                name,
                residence: Residence::parse(&residence).ok_or(StoreError::Corrupt("residence"))?,
                size: number(size)?,
                addresses: number(addresses)?,
            })
        })
        .collect::<Result<_, StoreError>>()?;
    let frame = Frame::from_stored(units);
    if frame.digest() == import.digest {
        Ok(frame)
    } else {
        Err(StoreError::Corrupt("frame"))
    }
}
