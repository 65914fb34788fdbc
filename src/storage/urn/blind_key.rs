//! Public keys of blind tokens: where the record of a token belongs.

use crate::storage::{Conn, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;
use crate::survey::invitation::Place;
use crate::survey::sample::{StratumCode, UnitCode};

statements! {
    INSERT = "INSERT INTO blind_key (wave, county, variance_unit, stratum, modulus)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING";
    LIST = "SELECT county, stratum, variance_unit, modulus
        FROM blind_key
        WHERE wave = $1
        ORDER BY county, variance_unit";
}

/// Stores a wave's keys; those that are there stay.
pub async fn insert(
    conn: &mut Conn<'_>,
    wave: WaveId,
    keys: &[(Place, Vec<u8>)],
) -> Result<(), StoreError> {
    for (place, modulus) in keys {
        sql!(conn, |c| sqlx::query(INSERT)
            .bind(wave)
            .bind(place.county.clone())
            .bind(place.variance_unit.clone())
            .bind(place.stratum.clone())
            .bind(modulus.clone())
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// A wave's keys, each with its place.
pub async fn list(conn: &mut Conn<'_>, wave: WaveId) -> Result<Vec<(Place, Vec<u8>)>, StoreError> {
    let rows: Vec<(AreaCode, StratumCode, UnitCode, Vec<u8>)> =
        sql!(conn, |c| sqlx::query_as(LIST).bind(wave).fetch_all(c).await)?;
    let read = |(county, stratum, variance_unit, modulus)| {
        let place = Place {
            county,
            stratum,
            variance_unit,
        };
        (place, modulus)
    };
    Ok(rows.into_iter().map(read).collect())
}
