//! The close of an open wave: what was kept is counted, nothing is estimated.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::{CloseError, Closed, SOFTWARE};
use crate::service::app::App;
use crate::service::waves::{WaveError, counties, find, step};
use crate::service::{logs, rules};
use crate::storage::StoreError;
use crate::storage::office::{open_result, questionnaire, wave};
use crate::storage::urn::{cell, leaf, response};
use crate::survey::account::Account;
use crate::survey::answer::Answers;
use crate::survey::area::{Area, AreaCode};
use crate::survey::open_result::{OpenInputs, OpenResult};
use crate::survey::plan::Plan;
use crate::survey::quota::{Cell, Tally};
use crate::survey::result::{Check, Reconciliation};
use crate::survey::wave::{Wave, WaveState};

/// The stored result.
pub(super) async fn stored(app: &App, wave: &Wave) -> Result<Closed, CloseError> {
    let mut tx = app.office.0.begin_read("find open result").await?;
    let found = open_result::find(&mut tx.conn(), wave.id).await?;
    Ok(Closed::Open(Box::new(
        found.ok_or(StoreError::Missing("open result"))?,
    )))
}

/// Counts what the drained urn holds and stores the result, once.
pub(super) async fn finish(app: &App, person: &Account, wave: &Wave) -> Result<Closed, CloseError> {
    let result = compute(app, wave).await?;
    let now = app.clock.now();
    let (size, root) = logs::settled(app, wave.id).await?;
    let mut tx = app.office.0.begin_write("store open result").await?;
    let mut conn = tx.conn();
    let before = find(&mut conn, &wave.slug).await?;
    if before.state < WaveState::Closed {
        let after = before.clone().finish_close()?;
        open_result::insert(&mut conn, before.id, &result, now, person.id).await?;
        let detail = serde_json::json!({
            "plan": result.plan_digest,
            "questionnaire": hex::encode(result.questionnaire.digest()),
            "input": result.input_digest,
            "software": result.software,
            "result": hex::encode(Sha256::digest(serde_json::to_vec(&result).unwrap_or_default())),
            "answers": size,
            "root": hex::encode(root),
        });
        step(
            &mut conn,
            person,
            now,
            "store_result",
            &before,
            &after,
            detail,
        )
        .await?;
        tx.commit().await.map_err(CloseError::from)?;
    }
    Ok(Closed::Open(Box::new(result)))
}

async fn compute(app: &App, found: &Wave) -> Result<OpenResult, CloseError> {
    let mut tx = app.office.0.begin_read("load open plan").await?;
    let mut conn = tx.conn();
    let Plan::Open(plan) = wave::get_plan(&mut conn, found.id).await? else {
        return Err(WaveError::from(StoreError::Corrupt("kind of plan")).into());
    };
    let form = questionnaire::get(&mut conn, &found.questionnaire).await?;
    let counties = counties(&mut conn, plan.counties.iter()).await?;
    let changes = rules::confirmed(&mut conn, found.id).await?;
    drop(tx);
    let mut tx = app.urn.0.begin_read("load responses").await?;
    let mut conn = tx.conn();
    let responses = response::list(&mut conn, found.id).await?;
    let leaves = leaf::count_by_county(&mut conn, found.id).await?;
    let tallies = cell::list(&mut conn, found.id).await?;
    drop(tx);
    let mut records: Vec<(AreaCode, Answers)> = Vec::with_capacity(responses.len());
    let mut kept: BTreeMap<AreaCode, u64> = BTreeMap::new();
    for response in &responses {
        let answers = Answers::decode(&form, &response.answers)?;
        let county = response.place.county.clone();
        *kept.entry(county.clone()).or_default() += 1;
        records.push((county, answers));
    }
    let broken = reconcile(&counties, &kept, &leaves, &tallies);
    if !broken.is_empty() {
        return Err(CloseError::Reconciliation(broken));
    }
    let wave = found.clone();
    tokio::task::spawn_blocking(move || {
        OpenResult::compute(&OpenInputs {
            wave: &wave,
            plan: &plan,
            changes: &changes,
            questionnaire: &form,
            counties: &counties,
            records: &records,
            tallies: &tallies,
            software: SOFTWARE,
        })
    })
    .await
    .map_err(CloseError::Interrupted)
}

/// Counts that must agree and do not: kept = logged, kept ≥ in cells.
fn reconcile(
    counties: &[Area],
    kept: &BTreeMap<AreaCode, u64>,
    leaves: &BTreeMap<AreaCode, u64>,
    tallies: &BTreeMap<(AreaCode, Cell), Tally>,
) -> Vec<(AreaCode, Reconciliation)> {
    let mut broken = Vec::new();
    for county in counties {
        let cast = kept.get(&county.code).copied().unwrap_or_default();
        let logged = leaves.get(&county.code).copied().unwrap_or_default();
        let own = tallies.iter().filter(|((code, _), _)| *code == county.code);
        let in_cells = own.map(|(_, tally)| tally.counted + tally.uncounted).sum();
        for (check, less, holds) in [
            (Check::CastLeaves, logged, cast == logged),
            (Check::CastCells, in_cells, cast >= in_cells),
        ] {
            if !holds {
                let line = Reconciliation {
                    check,
                    more: cast,
                    less,
                    holds,
                };
                broken.push((county.code.clone(), line));
            }
        }
    }
    broken
}
