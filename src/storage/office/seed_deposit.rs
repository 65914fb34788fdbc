//! Lists of seeded answers: their digests while a wave runs, the lists themselves after the close. Rows are added, never changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use crate::storage::value::fixed;
use crate::storage::{Conn, StoreError, value};
use crate::survey::area::AreaCode;
use crate::survey::ids::{AccountId, WaveId};
use crate::survey::time::Instant;
use crate::survey::wave::Act;

/// A deposited list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposit {
    /// SHA-256 of the list.
    pub digest: [u8; 32],
    /// Number of seeds by county.
    pub counties: BTreeMap<AreaCode, u64>,
    /// Leaves in the wave's log at the deposit.
    pub log_size: u64,
    /// Who deposited it, and when.
    pub deposited: Act,
    /// The list, once it is named.
    pub list: Option<String>,
    /// What other parties cosigned around the deposit, if they did.
    pub witnessed: Option<Witnessed>,
}

/// Two heads, each with the log's signature and those of witnesses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Witnessed {
    /// The answers' log just before the deposit.
    pub answers: String,
    /// The process log up to the entry of the deposit.
    pub process: String,
}

statements! {
    INSERT = "INSERT INTO seed_deposit (wave, digest, counties, log_size, deposited_by, deposited_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    INSERT_LIST = "INSERT INTO seed_list (wave, digest, list, named_by, named_at)
        VALUES ($1, $2, $3, $4, $5)";
    INSERT_WITNESSED = "INSERT INTO seed_witness (wave, digest, answers, process)
        VALUES ($1, $2, $3, $4)";
    LIST = "SELECT seed_deposit.digest, seed_deposit.counties, seed_deposit.log_size,
            seed_deposit.deposited_by, seed_deposit.deposited_at, seed_list.list,
            seed_witness.answers, seed_witness.process
        FROM seed_deposit
        LEFT JOIN seed_list ON seed_list.wave = seed_deposit.wave
            AND seed_list.digest = seed_deposit.digest
        LEFT JOIN seed_witness ON seed_witness.wave = seed_deposit.wave
            AND seed_witness.digest = seed_deposit.digest
        WHERE seed_deposit.wave = $1
        ORDER BY seed_deposit.deposited_at, seed_deposit.digest";
}

#[derive(FromRow)]
struct Row {
    digest: Vec<u8>,
    counties: String,
    log_size: i64,
    deposited_by: AccountId,
    deposited_at: Instant,
    list: Option<String>,
    answers: Option<String>,
    process: Option<String>,
}

fn read(row: Row) -> Result<Deposit, StoreError> {
    Ok(Deposit {
        digest: fixed(&row.digest, "digest of seeds")?,
        counties: serde_json::from_str(&row.counties)
            .map_err(|_| StoreError::Corrupt("counties of seeds"))?,
        log_size: value::count(row.log_size, "size of a log")?,
        deposited: Act {
            by: row.deposited_by,
            at: row.deposited_at,
        },
        list: row.list,
        witnessed: row
            .answers
            .zip(row.process)
            .map(|(answers, process)| Witnessed { answers, process }),
    })
}

/// Adds a deposit without its list; a digest that is there is refused.
pub async fn insert(
    conn: &mut Conn<'_>,
    wave: WaveId,
    deposit: &Deposit,
) -> Result<(), StoreError> {
    let counties = serde_json::to_string(&deposit.counties)
        .map_err(|_| StoreError::Corrupt("counties of seeds"))?;
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(wave)
        .bind(deposit.digest.to_vec())
        .bind(counties)
        .bind(value::stored_count(deposit.log_size))
        .bind(deposit.deposited.by)
        .bind(deposit.deposited.at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Adds the list of a deposit; a second one is refused.
pub async fn insert_list(
    conn: &mut Conn<'_>,
    wave: WaveId,
    digest: &[u8; 32],
    list: &str,
    named: Act,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT_LIST)
        .bind(wave)
        .bind(digest.to_vec())
        .bind(list)
        .bind(named.by)
        .bind(named.at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Adds what other parties cosigned around a deposit; a second time is refused.
pub async fn insert_witnessed(
    conn: &mut Conn<'_>,
    wave: WaveId,
    digest: &[u8; 32],
    given: &Witnessed,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT_WITNESSED)
        .bind(wave)
        .bind(digest.to_vec())
        .bind(&given.answers)
        .bind(&given.process)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Every deposit of a wave, the first one first.
pub async fn list(conn: &mut Conn<'_>, wave: WaveId) -> Result<Vec<Deposit>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST).bind(wave).fetch_all(c).await)?;
    rows.into_iter().map(read).collect()
}
