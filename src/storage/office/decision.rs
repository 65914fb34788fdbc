//! Titles of open counties: proposals, and what a second person said of them. Rows are added, never changed.

use std::collections::BTreeMap;

use sqlx::FromRow;

use crate::storage::{Conn, StoreError, value};
use crate::survey::ids::{AccountId, DecisionId, EvaluationId};
use crate::survey::time::Instant;
use crate::survey::wave::Act;

/// What a second person said of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Confirmed, or else rejected.
    pub confirmed: bool,
    /// Why it is rejected; empty for a confirmed one, and where it was taken back.
    pub reason: String,
    /// Who, and when.
    pub act: Act,
}

impl Ruling {
    /// The columns of a ruling, all of which are there or none.
    pub(super) fn read(
        confirmed: Option<bool>,
        reason: Option<String>,
        by: Option<AccountId>,
        at: Option<Instant>,
    ) -> Option<Self> {
        Some(Self {
            confirmed: confirmed?,
            reason: reason?,
            act: Act { by: by?, at: at? },
        })
    }
}

/// A proposal to give an open county the title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Id.
    pub id: DecisionId,
    /// The evaluation under which the county is open.
    pub evaluation: EvaluationId,
    /// Division code of the county.
    pub county: String,
    /// From 1, for each evaluation and county.
    pub number: u64,
    /// The written reason for each open criterion, by its id.
    pub reasons: BTreeMap<String, String>,
    /// Who proposed it, and when.
    pub proposed: Act,
    /// What a second person said of it.
    pub ruling: Option<Ruling>,
}

statements! {
    INSERT = "INSERT INTO decision (id, evaluation, county, number, reasons, proposed_by, proposed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    INSERT_RULING = "INSERT INTO decision_ruling (decision, confirmed, reason, ruled_by, ruled_at)
        VALUES ($1, $2, $3, $4, $5)";
    LIST = "SELECT decision.id, decision.evaluation, decision.county, decision.number, decision.reasons,
            decision.proposed_by, decision.proposed_at, decision_ruling.confirmed,
            decision_ruling.reason, decision_ruling.ruled_by, decision_ruling.ruled_at
        FROM decision
        LEFT JOIN decision_ruling ON decision_ruling.decision = decision.id
        WHERE decision.evaluation = $1
        ORDER BY decision.county, decision.number";
}

#[derive(FromRow)]
struct Row {
    id: DecisionId,
    evaluation: EvaluationId,
    county: String,
    number: i64,
    reasons: String,
    proposed_by: AccountId,
    proposed_at: Instant,
    confirmed: Option<bool>,
    reason: Option<String>,
    ruled_by: Option<AccountId>,
    ruled_at: Option<Instant>,
}

fn read(row: Row) -> Result<Proposal, StoreError> {
    let ruling = Ruling::read(row.confirmed, row.reason, row.ruled_by, row.ruled_at);
    Ok(Proposal {
        id: row.id,
        evaluation: row.evaluation,
        county: row.county,
        number: value::count(row.number, "number of a decision")?,
        reasons: serde_json::from_str(&row.reasons)
            .map_err(|_| StoreError::Corrupt("reasons of a decision"))?,
        proposed: Act {
            by: row.proposed_by,
            at: row.proposed_at,
        },
        ruling,
    })
}

/// Adds a proposal without a ruling; a number that is taken is refused.
pub async fn insert(conn: &mut Conn<'_>, proposal: &Proposal) -> Result<(), StoreError> {
    let reasons = serde_json::to_string(&proposal.reasons)
        .map_err(|_| StoreError::Corrupt("reasons of a decision"))?;
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(proposal.id)
        .bind(proposal.evaluation)
        .bind(proposal.county.as_str())
        .bind(value::stored_count(proposal.number))
        .bind(reasons)
        .bind(proposal.proposed.by)
        .bind(proposal.proposed.at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Adds what a second person said of a proposal; a second ruling is refused.
pub async fn insert_ruling(
    conn: &mut Conn<'_>,
    proposal: DecisionId,
    ruling: &Ruling,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT_RULING)
        .bind(proposal)
        .bind(ruling.confirmed)
        .bind(ruling.reason.as_str())
        .bind(ruling.act.by)
        .bind(ruling.act.at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Every proposal under an evaluation, county by county, the first one first.
pub async fn list(
    conn: &mut Conn<'_>,
    evaluation: EvaluationId,
) -> Result<Vec<Proposal>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST)
        .bind(evaluation)
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(read).collect()
}
