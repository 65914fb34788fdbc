//! Places of an open wave that are kept while somebody answers.

use crate::storage::value::count;
use crate::storage::{Direct, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;
use crate::survey::quota::Cell;
use crate::survey::time::Instant;

statements! {
    INSERT = "INSERT INTO reservation (wave, county, token_hash, cell, expires_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING";
    COUNT = "SELECT COUNT(*)
        FROM reservation
        WHERE wave = $1
            AND county = $2
            AND cell = $3
            AND expires_at > $4";
    DELETE = "DELETE FROM reservation
        WHERE wave = $1
            AND county = $2
            AND token_hash = $3
        RETURNING cell, expires_at";
    DELETE_EXPIRED = "DELETE FROM reservation
        WHERE wave = $1
            AND county = $2
            AND cell = $3
            AND expires_at <= $4";
}

/// Keeps a place.
pub async fn insert(
    conn: &mut Direct<'_>,
    wave: WaveId,
    county: &AreaCode,
    token_hash: &[u8; 32],
    cell: &Cell,
    expires_at: Instant,
) -> Result<(), StoreError> {
    let (county, token) = (county.clone(), token_hash.to_vec());
    direct!(
        conn,
        INSERT,
        [wave, county, token, cell.to_string(), expires_at]
    )
    .map(drop)
}

/// Places of a cell that are kept at `now`.
pub async fn count_live(
    conn: &mut Direct<'_>,
    wave: WaveId,
    county: &AreaCode,
    cell: &Cell,
    now: Instant,
) -> Result<u64, StoreError> {
    let live = direct!(conn, COUNT, [wave, county.clone(), cell.to_string(), now] => (i64,))?;
    let live = live.first().map_or(0, |(live,)| *live);
    count(live, "number of reservations")
}

/// Gives a place back; its cell, and until when it was kept.
pub async fn delete(
    conn: &mut Direct<'_>,
    wave: WaveId,
    county: &AreaCode,
    token_hash: &[u8; 32],
) -> Result<Option<(Cell, Instant)>, StoreError> {
    let (county, token) = (county.clone(), token_hash.to_vec());
    let gone = direct!(conn, DELETE, [wave, county, token] => (String, Instant))?;
    let gone = gone.into_iter().next().map(|(cell, until)| {
        let cell = Cell::parse(&cell).map_err(|_| StoreError::Corrupt("quota cell"))?;
        Ok((cell, until))
    });
    gone.transpose()
}

/// Forgets places of a cell whose time is over.
pub async fn delete_expired(
    conn: &mut Direct<'_>,
    wave: WaveId,
    county: &AreaCode,
    cell: &Cell,
    now: Instant,
) -> Result<(), StoreError> {
    direct!(
        conn,
        DELETE_EXPIRED,
        [wave, county.clone(), cell.to_string(), now]
    )
    .map(drop)
}
