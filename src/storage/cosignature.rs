//! Cosignatures of other parties: of each log and witness the latest. Office and urn have a table each: whoever runs one
//! of them alone asks the own witnesses.

use crate::storage::value::{count, stored_count};
use crate::storage::{Conn, StoreError};
use crate::survey::ids::WaveId;
use crate::survey::time::Instant;

/// What a witness signed last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// Name of the witness.
    pub witness: String,
    /// Entries of the log that it saw.
    pub size: u64,
    /// When.
    pub at: Instant,
    /// The line of the signed note.
    pub line: String,
}

statements! {
    UPSERT = "INSERT INTO cosignature (wave, log, witness, size, signed_at, line)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (wave, log, witness) DO UPDATE
        SET size = excluded.size,
            signed_at = excluded.signed_at,
            line = excluded.line
        WHERE cosignature.size <= excluded.size";
    LIST = "SELECT witness, size, signed_at, line
        FROM cosignature
        WHERE wave = $1
            AND log = $2
        ORDER BY witness";
}

/// Keeps a cosignature, unless a later one is there.
pub async fn upsert(
    conn: &mut Conn<'_>,
    wave: WaveId,
    log: &str,
    given: &Cosignature,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(UPSERT)
        .bind(wave)
        .bind(log)
        .bind(&given.witness)
        .bind(stored_count(given.size))
        .bind(given.at)
        .bind(&given.line)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The latest of each witness.
pub async fn list(
    conn: &mut Conn<'_>,
    wave: WaveId,
    log: &str,
) -> Result<Vec<Cosignature>, StoreError> {
    let rows: Vec<(String, i64, Instant, String)> = sql!(conn, |c| sqlx::query_as(LIST)
        .bind(wave)
        .bind(log)
        .fetch_all(c)
        .await)?;
    rows.into_iter()
        .map(|(witness, size, at, line)| {
            Ok(Cosignature {
                witness,
                size: count(size, "size of a log")?,
                at,
                line,
            })
        })
        .collect()
}
