//! What people read from the sheets of open lots, sealed.

use crate::storage::value::{count, fixed, stored_count};
use crate::storage::{Conn, Direct, StoreError};
use crate::survey::ids::WaveId;
use crate::survey::paper::{Lot, Sealed, Typist};

statements! {
    INSERT = "INSERT INTO sheet (wave, county, lot, sheet, reading, typist, record)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT DO NOTHING";
    LIST = "SELECT sheet, typist, record
        FROM sheet
        WHERE wave = $1
            AND county = $2
            AND lot = $3
        ORDER BY sheet, reading";
    DELETE = "DELETE FROM sheet
        WHERE wave = $1
            AND county = $2
            AND lot = $3";
    DELETE_ALL = "DELETE FROM sheet
        WHERE wave = $1";
}

/// Adds the `reading`th reading of a sheet; whether there was none yet, and none by this person.
pub async fn insert(
    conn: &mut Conn<'_>,
    wave: WaveId,
    lot: &Lot,
    reading: u64,
    sealed: &Sealed,
) -> Result<bool, StoreError> {
    let sheet = stored_count(sealed.sheet);
    let reading = stored_count(reading);
    let added = sql!(conn, |c| sqlx::query(INSERT)
        .bind(wave)
        .bind(lot.place.county.clone())
        .bind(lot.name.as_str().to_owned())
        .bind(sheet)
        .bind(reading)
        .bind(sealed.typist.as_bytes().to_vec())
        .bind(sealed.record.clone())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(added == 1)
}

/// The readings of a lot, by sheet and in their order.
pub async fn list(conn: &mut Conn<'_>, wave: WaveId, lot: &Lot) -> Result<Vec<Sealed>, StoreError> {
    let rows: Vec<(i64, Vec<u8>, Vec<u8>)> = sql!(conn, |c| sqlx::query_as(LIST)
        .bind(wave)
        .bind(lot.place.county.clone())
        .bind(lot.name.as_str().to_owned())
        .fetch_all(c)
        .await)?;
    rows.into_iter()
        .map(|(sheet, typist, record)| {
            Ok(Sealed {
                sheet: count(sheet, "number of a sheet")?,
                typist: Typist::from_bytes(fixed(&typist, "mark of a typist")?),
                record,
            })
        })
        .collect()
}

/// Removes the readings of a lot, in the transaction that keeps it.
pub async fn delete(conn: &mut Direct<'_>, wave: WaveId, lot: &Lot) -> Result<(), StoreError> {
    let (county, name) = (lot.place.county.clone(), lot.name.as_str().to_owned());
    direct!(conn, DELETE, [wave, county, name]).map(drop)
}

/// Removes the readings of lots that were not finished before the close.
pub async fn delete_all(conn: &mut Conn<'_>, wave: WaveId) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(DELETE_ALL)
        .bind(wave)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
