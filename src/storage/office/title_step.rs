//! Steps of counties toward the title of a year, and what acceptances rest on. Rows are added, never changed.

use std::collections::BTreeMap;

use sqlx::FromRow;

use crate::evaluation::acceptance::Rests;
use crate::evaluation::register::Step;
use crate::storage::{Conn, StoreError, value};
use crate::survey::ids::{AccountId, TitleStepId};
use crate::survey::time::Instant;
use crate::survey::wave::Act;

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TitleStep {
    /// Id.
    pub id: TitleStepId,
    /// Division code of the county.
    pub county: String,
    /// The year of the title.
    pub year: i32,
    /// From 1, for each county and year.
    pub number: u64,
    /// The step.
    pub step: Step,
    /// What was written with it.
    pub reason: String,
    /// When it counts as taken: for an application on paper, when it was received.
    pub received_at: Instant,
    /// Whether that was in time.
    pub in_time: bool,
    /// Who entered it, and when.
    pub taken: Act,
}

/// What an acceptance rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// Digest of the text of the standard by which the values were looked at.
    pub standard: [u8; 32],
    /// SHA-256 of the values, each a line of JSON as the input digest of an evaluation has them.
    pub digest: [u8; 32],
    /// The version of each value.
    pub versions: Rests,
}

statements! {
    INSERT_ACCEPTANCE = "INSERT INTO title_acceptance (step, standard, digest, versions)
        VALUES ($1, $2, $3, $4)";
    ACCEPTANCES = "SELECT step, standard, digest, versions
        FROM title_acceptance
        ORDER BY step";
    INSERT = "INSERT INTO title_step (id, county, year, number, step, reason, received_at, in_time,
            taken_by, taken_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    LIST = "SELECT id, county, year, number, step, reason, received_at, in_time, taken_by, taken_at
        FROM title_step
        ORDER BY year, county, number";
}

#[derive(FromRow)]
struct Row {
    id: TitleStepId,
    county: String,
    year: i64,
    number: i64,
    step: String,
    reason: String,
    received_at: Instant,
    in_time: bool,
    taken_by: AccountId,
    taken_at: Instant,
}

fn read(row: Row) -> Result<TitleStep, StoreError> {
    Ok(TitleStep {
        id: row.id,
        county: row.county,
        year: i32::try_from(row.year).map_err(|_| StoreError::Corrupt("year of a title"))?,
        number: value::count(row.number, "number of a step")?,
        step: Step::from_word(&row.step).ok_or(StoreError::Corrupt("step toward a title"))?,
        reason: row.reason,
        received_at: row.received_at,
        in_time: row.in_time,
        taken: Act {
            by: row.taken_by,
            at: row.taken_at,
        },
    })
}

/// Adds a step; a number that is taken is refused.
pub async fn insert(conn: &mut Conn<'_>, step: &TitleStep) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(step.id)
        .bind(step.county.as_str())
        .bind(i64::from(step.year))
        .bind(value::stored_count(step.number))
        .bind(step.step.as_str())
        .bind(step.reason.as_str())
        .bind(step.received_at)
        .bind(step.in_time)
        .bind(step.taken.by)
        .bind(step.taken.at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Every step, year by year and county by county, the first one first.
pub async fn list(conn: &mut Conn<'_>) -> Result<Vec<TitleStep>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST).fetch_all(c).await)?;
    rows.into_iter().map(read).collect()
}

/// Adds what an acceptance rests on.
pub async fn insert_acceptance(
    conn: &mut Conn<'_>,
    step: TitleStepId,
    acceptance: &Acceptance,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT_ACCEPTANCE)
        .bind(step)
        .bind(acceptance.standard.to_vec())
        .bind(acceptance.digest.to_vec())
        .bind(acceptance.versions.to_json())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// What every acceptance rests on; one that was taken before this was stored has no entry.
pub async fn acceptances(
    conn: &mut Conn<'_>,
) -> Result<BTreeMap<TitleStepId, Acceptance>, StoreError> {
    let rows: Vec<(TitleStepId, Vec<u8>, Vec<u8>, String)> =
        sql!(conn, |c| sqlx::query_as(ACCEPTANCES).fetch_all(c).await)?;
    let read = |(step, standard, digest, versions): (_, Vec<u8>, Vec<u8>, String)| {
        let acceptance = Acceptance {
            standard: value::fixed(&standard, "standard digest")?,
            digest: value::fixed(&digest, "digest of accepted values")?,
            versions: Rests::from_json(&versions)
                .ok_or(StoreError::Corrupt("accepted versions"))?,
        };
        Ok((step, acceptance))
    };
    rows.into_iter().map(read).collect()
}
