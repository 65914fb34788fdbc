//! Epochs: days of a wave, and whether the key that sealed their records still exists.

use crate::storage::value::fixed;
use crate::storage::{Conn, Direct, StoreError};
use crate::survey::ids::WaveId;

/// What the urn knows of an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Epoch {
    /// Days since the wave's opening.
    pub number: i64,
    /// Tells a wrong key file before it is used.
    pub key_check: [u8; 32],
    /// No record may be sealed under its key any more; the key's file is deleted.
    pub is_destroyed: bool,
}

statements! {
    INSERT = "INSERT INTO epoch (wave, epoch, key_check, state)
        VALUES ($1, $2, $3, 'open')
        ON CONFLICT (wave, epoch) DO NOTHING";
    FIND = "SELECT epoch, key_check, state
        FROM epoch
        WHERE wave = $1
            AND epoch = $2";
    LIST = "SELECT epoch, key_check, state
        FROM epoch
        WHERE wave = $1
        ORDER BY epoch";
    DESTROY = "UPDATE epoch
        SET state = 'destroyed'
        WHERE wave = $1
            AND epoch = $2";
}

per_backend! {
    HOLD {
        sqlite: "SELECT state
            FROM epoch
            WHERE wave = $1
                AND epoch = $2",
        postgres: "SELECT state
            FROM epoch
            WHERE wave = $1
                AND epoch = $2
            FOR SHARE",
    }
}

fn read((number, check, state): (i64, Vec<u8>, String)) -> Result<Epoch, StoreError> {
    Ok(Epoch {
        number,
        key_check: fixed(&check, "key check")?,
        is_destroyed: state == "destroyed",
    })
}

/// Notes an epoch, unless it is noted already.
pub async fn insert(
    conn: &mut Conn<'_>,
    wave: WaveId,
    number: i64,
    key_check: &[u8; 32],
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(wave)
        .bind(number)
        .bind(key_check.to_vec())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The epoch of that number.
pub async fn find(
    conn: &mut Conn<'_>,
    wave: WaveId,
    number: i64,
) -> Result<Option<Epoch>, StoreError> {
    let row: Option<(i64, Vec<u8>, String)> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(wave)
        .bind(number)
        .fetch_optional(c)
        .await)?;
    row.map(read).transpose()
}

/// Every epoch of a wave, by number.
pub async fn list(conn: &mut Conn<'_>, wave: WaveId) -> Result<Vec<Epoch>, StoreError> {
    let rows: Vec<(i64, Vec<u8>, String)> =
        sql!(conn, |c| sqlx::query_as(LIST).bind(wave).fetch_all(c).await)?;
    rows.into_iter().map(read).collect()
}

/// The first epoch from this one on that is not closed; nothing may be known of it yet. A clock that
/// was set back finds its own closed, and all that follow up to where it was.
pub async fn first_open(
    conn: &mut Conn<'_>,
    wave: WaveId,
    mut number: i64,
) -> Result<i64, StoreError> {
    // In order of their numbers.
    for epoch in list(conn, wave).await? {
        if epoch.number == number && epoch.is_destroyed {
            number = number.saturating_add(1);
        }
    }
    Ok(number)
}

/// Whether records may be sealed under this epoch's key, which stays so until this transaction ends.
pub async fn hold(conn: &mut Direct<'_>, wave: WaveId, number: i64) -> Result<bool, StoreError> {
    let text = match conn {
        Direct::Sqlite(_) => HOLD.sqlite,
        Direct::Postgres(_) => HOLD.postgres,
    };
    let states = direct!(conn, text, [wave, number] => (String,))?;
    Ok(states.first().is_some_and(|(state,)| state == "open"))
}

/// The same for whoever opens a commitment.
pub async fn hold_now(conn: &mut Conn<'_>, wave: WaveId, number: i64) -> Result<bool, StoreError> {
    let text = HOLD.text(conn.backend());
    let state: Option<String> = sql!(conn, |c| sqlx::query_scalar(text)
        .bind(wave)
        .bind(number)
        .fetch_optional(c)
        .await)?;
    Ok(state.is_some_and(|state| state == "open"))
}

/// Forbids further use of an epoch's key, after the casts that hold it.
pub async fn update_destroyed(
    conn: &mut Conn<'_>,
    wave: WaveId,
    number: i64,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(DESTROY)
        .bind(wave)
        .bind(number)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
