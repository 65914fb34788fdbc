//! Unopened return envelopes of paper forms: how many wait, by variance unit.

use crate::storage::value::{count, stored_count};
use crate::storage::{Conn, Direct, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;
use crate::survey::invitation::Place;
use crate::survey::sample::{StratumCode, UnitCode};

statements! {
    ADD = "INSERT INTO envelope (wave, county, variance_unit, stratum, waiting)
        VALUES ($1, $2, $3, $4, 1)
        ON CONFLICT (wave, county, variance_unit) DO UPDATE
        SET waiting = envelope.waiting + 1";
    LIST = "SELECT county, stratum, variance_unit, waiting
        FROM envelope
        WHERE wave = $1
            AND waiting > 0
        ORDER BY county, variance_unit";
    TAKE = "UPDATE envelope
        SET waiting = waiting - $4
        WHERE wave = $1
            AND county = $2
            AND variance_unit = $3
            AND waiting >= $4";
}

/// One more envelope of this place.
pub async fn add(conn: &mut Direct<'_>, wave: WaveId, place: &Place) -> Result<(), StoreError> {
    let Place {
        county,
        stratum,
        variance_unit: unit,
    } = place.clone();
    direct!(conn, ADD, [wave, county, unit, stratum]).map(drop)
}

/// How many envelopes wait, by place.
pub async fn list(conn: &mut Conn<'_>, wave: WaveId) -> Result<Vec<(Place, u64)>, StoreError> {
    let rows: Vec<(AreaCode, StratumCode, UnitCode, i64)> =
        sql!(conn, |c| sqlx::query_as(LIST).bind(wave).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(county, stratum, variance_unit, waiting)| {
            let place = Place {
                county,
                stratum,
                variance_unit,
            };
            Ok((place, count(waiting, "number of envelopes")?))
        })
        .collect()
}

/// Takes that many envelopes to be opened; whether there were as many.
pub async fn take(
    conn: &mut Conn<'_>,
    wave: WaveId,
    place: &Place,
    envelopes: u64,
) -> Result<bool, StoreError> {
    let envelopes = stored_count(envelopes);
    let taken = sql!(conn, |c| sqlx::query(TAKE)
        .bind(wave)
        .bind(place.county.clone())
        .bind(place.variance_unit.clone())
        .bind(envelopes)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(taken == 1)
}
