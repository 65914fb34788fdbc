//! Lots: envelopes of one variance unit that were opened together.

use crate::storage::value::{count, stored_count};
use crate::storage::{Conn, Direct, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;
use crate::survey::invitation::Place;
use crate::survey::paper::{Lot, LotName};
use crate::survey::sample::{StratumCode, UnitCode};

statements! {
    INSERT = "INSERT INTO lot (wave, county, lot, variance_unit, stratum, sheets, entered, state)
        VALUES ($1, $2, $3, $4, $5, $6, 0, 'open')
        ON CONFLICT DO NOTHING";
    LIST = "SELECT county, lot, stratum, variance_unit, sheets, entered, state
        FROM lot
        WHERE wave = $1
        ORDER BY county, lot";
    FIND = "SELECT county, lot, stratum, variance_unit, sheets, entered, state
        FROM lot
        WHERE wave = $1
            AND county = $2
            AND lot = $3";
    KEEP = "UPDATE lot
        SET state = 'kept',
            entered = $4
        WHERE wave = $1
            AND county = $2
            AND lot = $3
            AND state = 'open'";
}

per_backend! {
    HOLD {
        sqlite: "SELECT state
            FROM lot
            WHERE wave = $1
                AND county = $2
                AND lot = $3
                AND state = 'open'",
        postgres: "SELECT state
            FROM lot
            WHERE wave = $1
                AND county = $2
                AND lot = $3
                AND state = 'open'
            FOR SHARE",
    }
}

type Row = (AreaCode, String, StratumCode, UnitCode, i64, i64, String);

fn read(row: Row) -> Result<Lot, StoreError> {
    let (county, name, stratum, variance_unit, sheets, entered, state) = row;
    Ok(Lot {
        name: LotName::parse(&name).ok_or(StoreError::Corrupt("name of a lot"))?,
        place: Place {
            county,
            stratum,
            variance_unit,
        },
        sheets: count(sheets, "number of sheets")?,
        entered: count(entered, "number of sheets")?,
        is_kept: state == "kept",
    })
}

/// Adds an open lot; whether its name was free.
pub async fn insert(conn: &mut Conn<'_>, wave: WaveId, lot: &Lot) -> Result<bool, StoreError> {
    let sheets = stored_count(lot.sheets);
    let added = sql!(conn, |c| sqlx::query(INSERT)
        .bind(wave)
        .bind(lot.place.county.clone())
        .bind(lot.name.as_str().to_owned())
        .bind(lot.place.variance_unit.clone())
        .bind(lot.place.stratum.clone())
        .bind(sheets)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(added == 1)
}

/// Every lot of a wave.
pub async fn list(conn: &mut Conn<'_>, wave: WaveId) -> Result<Vec<Lot>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST).bind(wave).fetch_all(c).await)?;
    rows.into_iter().map(read).collect()
}

/// The lot of that name.
pub async fn find(
    conn: &mut Conn<'_>,
    wave: WaveId,
    county: &AreaCode,
    name: &LotName,
) -> Result<Option<Lot>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(wave)
        .bind(county.clone())
        .bind(name.as_str().to_owned())
        .fetch_optional(c)
        .await)?;
    row.map(read).transpose()
}

/// Marks a lot as kept with so many sheets; whether it was open.
pub async fn update_kept(
    conn: &mut Direct<'_>,
    wave: WaveId,
    lot: &Lot,
    entered: u64,
) -> Result<bool, StoreError> {
    let (county, name) = (lot.place.county.clone(), lot.name.as_str().to_owned());
    Ok(direct!(conn, KEEP, [wave, county, name, stored_count(entered)])? == 1)
}

/// Whether a lot is open, which stays so until this transaction ends.
pub async fn hold(conn: &mut Conn<'_>, wave: WaveId, lot: &Lot) -> Result<bool, StoreError> {
    let text = HOLD.text(conn.backend());
    let found: Option<(String,)> = sql!(conn, |c| sqlx::query_as(text)
        .bind(wave)
        .bind(lot.place.county.clone())
        .bind(lot.name.as_str().to_owned())
        .fetch_optional(c)
        .await)?;
    Ok(found.is_some())
}
