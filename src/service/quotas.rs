//! Quota cells: set before the seal, changed after it by two people, counted for the staff.
//!
//! For: `minyi wave quota` and the organizer's page. Uses: office, urn. Promises: the cells are sealed with the
//! plan, afterwards only their targets and rules can change, as [`super::rules`] says. In a
//! probability wave answers are counted from logged responses, never at the cast, and no record carries a mark.
//! While a wave runs, staff see the counts of the day's beginning in steps of [`STEP`], so that no count tells of
//! one person; after the close they see them exactly.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::again::again;
use super::app::App;
use super::import::sheet::{CellProblem, Column, RowProblem, Sheet};
use super::import::{age_code, sex_code};
use super::rules::{self, RuleError};
use super::seeds;
use super::waves::{STEP, WaveError, act, allowed, find, record};
use crate::storage::office::quota::Counts;
use crate::storage::office::{questionnaire, quota, sample, wave};
use crate::storage::urn::{cell, response};
use crate::storage::{Conn, StoreError, Urn};
use crate::survey::account::Account;
use crate::survey::answer::Answers;
use crate::survey::area::AreaCode;
use crate::survey::frame::Residence;
use crate::survey::plan::Plan;
use crate::survey::questionnaire::Questionnaire;
use crate::survey::quota::{Cell, Quota, QuotaProblem, QuotaRule, Tally, check, check_counted};
use crate::survey::role::Action;
use crate::survey::rule::{Rule, Unfit};
use crate::survey::sample::StratumCode;
use crate::survey::wave::{Wave, WaveKind, WaveSlug, WaveState};

/// What stands in the place of the day once a wave is closed: its counts are exact then, and change no more.
const CLOSED: &str = "closed";

const COLUMNS: [Column; 6] = [
    Column::required("county", &["县区代码", "县区", "区县代码", "区县"]),
    Column::required("age", &["年龄", "年龄组"]),
    Column::required("sex", &["性别"]),
    Column::optional("residence", &["城乡"]),
    Column::required("target", &["目标", "目标数", "配额"]),
    Column::optional("rule", &["规则"]),
];

/// Why quota cells were not changed.
#[derive(Debug, thiserror::Error)]
pub enum QuotaError {
    /// The wave does not take it.
    #[error(transparent)]
    Wave(#[from] WaveError),
    /// The file is refused.
    #[error("the file has {} problems", .0.len())]
    Rows(Vec<RowProblem>),
    /// The change does not fit.
    #[error(transparent)]
    Unfit(#[from] Unfit),
}

impl From<StoreError> for QuotaError {
    fn from(error: StoreError) -> Self {
        Self::Wave(error.into())
    }
}

impl From<RuleError> for QuotaError {
    fn from(error: RuleError) -> Self {
        match error {
            RuleError::Wave(error) => Self::Wave(error),
            RuleError::Unfit(unfit) => Self::Unfit(unfit),
        }
    }
}

/// What became of a list of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// They are the cells of the draft.
    Set(usize),
    /// The wave is sealed: another person must confirm this many changes.
    Asked(usize),
}

/// Reads a list of cells: county, age, sex, perhaps residence, target, perhaps the rule.
pub fn read(bytes: &[u8]) -> Result<(Sheet, Vec<Quota>), Vec<RowProblem>> {
    let sheet = Sheet::read(bytes, &COLUMNS)?;
    let quotas = sheet.parse(|row| {
        let residence = match row.text("residence") {
            "" => None,
            _ => Some(row.word("residence", Residence::parse, "urban, rural")?),
        };
        Ok(Quota {
            county: row.area_code("county")?,
            cell: Cell {
                age: age_code(&row.filled("age")?),
                sex: sex_code(&row.filled("sex")?),
                residence,
            },
            target: row.whole("target")?,
            rule: match row.text("rule") {
                "" => QuotaRule::Monitor,
                _ => row.word("rule", rule, "monitor, close")?,
            },
        })
    })?;
    Ok((sheet, quotas))
}

fn rule(word: &str) -> Option<QuotaRule> {
    match word {
        "监测" => Some(QuotaRule::Monitor),
        "关闭" => Some(QuotaRule::Close),
        word => QuotaRule::parse(word),
    }
}

/// Gives a wave its cells: at once while it is a draft, afterwards as a change that needs a reason and another person, and
/// takes effect at midnight.
pub async fn give(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    bytes: &[u8],
    reason: &str,
) -> Result<Given, QuotaError> {
    allowed(person)?;
    let (sheet, quotas) = read(bytes).map_err(QuotaError::Rows)?;
    let rows = |problems: Vec<(usize, QuotaProblem)>| {
        let row = |(place, problem)| sheet.problem(place, column(&problem), problem.into());
        QuotaError::Rows(problems.into_iter().map(row).collect())
    };
    let seen = seen(app, slug).await?;
    let mut tx = app.office.0.begin_write("give quota").await?;
    let mut conn = tx.conn();
    let before = find(&mut conn, slug).await?;
    let act = act(app, person);
    let (plan, form) = plan(&mut conn, &before).await?;
    check(&plan, &form, &quotas).map_err(rows)?;
    if before.state == WaveState::Draft {
        // Who asked for the seal saw other cells.
        let mut after = before.clone();
        after.seal_request = None;
        if !wave::update(&mut conn, &after, before.state).await? {
            return Err(WaveError::ChangedMeanwhile.into());
        }
        quota::replace(&mut conn, before.id, &quotas).await?;
        let detail = json!({ "cells": quotas.len() });
        record(&mut conn, person, act.at, "set_quota", &before, detail).await?;
        tx.commit().await?;
        return Ok(Given::Set(quotas.len()));
    }
    let now = quota::list(&mut conn, before.id).await?;
    if let Some(problem) = other_cells(&now, &quotas) {
        return Err(rows(vec![problem]));
    }
    check_counted(&quotas, &seen).map_err(rows)?;
    let changes = differences(&now, &quotas);
    let cells = changes.len();
    let rule = Rule::Quota { changes };
    rules::ask_in(&mut conn, app, person, &before, rule, reason).await?;
    tx.commit().await?;
    Ok(Given::Asked(cells))
}

const fn column(problem: &QuotaProblem) -> &'static str {
    match problem {
        QuotaProblem::NoCounty(_) => "county",
        QuotaProblem::NoAge(_) | QuotaProblem::Twice | QuotaProblem::OtherCells => "age",
        QuotaProblem::NoSex(_) => "sex",
        QuotaProblem::Residence => "residence",
        QuotaProblem::Closes => "rule",
        QuotaProblem::Counted(_) => "target",
    }
}

impl From<QuotaProblem> for CellProblem {
    fn from(problem: QuotaProblem) -> Self {
        Self::Quota(problem)
    }
}

/// Changes cells, as two people have confirmed; what was set, which is never below what is counted by now.
pub(super) async fn apply(
    app: &App,
    conn: &mut Conn<'_>,
    wave: &Wave,
    changes: &[(Quota, Quota)],
) -> Result<Vec<(Quota, Quota)>, WaveError> {
    let key = |quota: &Quota| (quota.county.clone(), quota.cell.clone());
    let wanted: BTreeMap<_, &Quota> = changes.iter().map(|(_, q)| (key(q), q)).collect();
    let standing = quota::list(conn, wave.id).await?;
    let mut quotas: Vec<Quota> = standing
        .iter()
        .map(|quota| (*wanted.get(&key(quota)).unwrap_or(&quota)).clone())
        .collect();
    if wave.kind == WaveKind::Open && wave.state == WaveState::Open {
        // The urn first: if the office fails then, the same change is applied again.
        retarget(&app.urn, wave, &mut quotas).await?;
    }
    quota::replace(conn, wave.id, &quotas).await?;
    Ok(differences(&standing, &quotas))
}

/// Changes the targets of an open wave's cells; a target below what is counted becomes what is counted.
async fn retarget(urn: &Urn, wave: &Wave, quotas: &mut [Quota]) -> Result<(), WaveError> {
    let mut tx = urn.0.begin_intake("change quota").await?;
    let mut conn = tx.conn();
    let mut sorted: Vec<&mut Quota> = quotas.iter_mut().collect();
    sorted.sort_by(|a, b| (&a.county, &a.cell).cmp(&(&b.county, &b.cell)));
    for quota in sorted {
        let standing = cell::lock(&mut conn, wave.id, &quota.county, &quota.cell).await?;
        let counted = standing.map_or(0, |standing| standing.tally.counted);
        let counted = u32::try_from(counted).unwrap_or(u32::MAX);
        if quota.rule == QuotaRule::Close {
            quota.target = quota.target.max(counted);
        }
        cell::set(&mut conn, wave.id, quota).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The first cell that is new, or the last row when one is missing: what is sealed stays.
fn other_cells(now: &[Quota], wanted: &[Quota]) -> Option<(usize, QuotaProblem)> {
    let key = |quota: &Quota| (quota.county.clone(), quota.cell.clone());
    let sealed: BTreeSet<_> = now.iter().map(key).collect();
    let new = wanted
        .iter()
        .position(|quota| !sealed.contains(&key(quota)));
    let missing = (wanted.len() < sealed.len()).then(|| wanted.len().saturating_sub(1));
    new.or(missing)
        .map(|place| (place, QuotaProblem::OtherCells))
}

/// What differs between two lists of the same cells: before and after.
fn differences(now: &[Quota], wanted: &[Quota]) -> Vec<(Quota, Quota)> {
    let before: BTreeMap<_, &Quota> = now.iter().map(|q| ((&q.county, &q.cell), q)).collect();
    wanted
        .iter()
        .filter_map(|after| {
            let before = before.get(&(&after.county, &after.cell))?;
            (*before != after).then(|| ((*before).clone(), after.clone()))
        })
        .collect()
}

async fn plan(conn: &mut Conn<'_>, wave: &Wave) -> Result<(Plan, Questionnaire), StoreError> {
    Ok((
        wave::get_plan(conn, wave.id).await?,
        questionnaire::get(conn, &wave.questionnaire).await?,
    ))
}

/// What staff see of the cells of a wave that runs, and no finer: at midnight the exact count has the last word.
async fn seen(app: &App, slug: &WaveSlug) -> Result<Counts, WaveError> {
    let wave = {
        let mut tx = app.office.0.begin_read("wave of cells").await?;
        find(&mut tx.conn(), slug).await?
    };
    match (wave.kind, wave.state) {
        (WaveKind::Open, WaveState::Open) => Ok(shown(app, &wave).await?.1),
        _ => Ok(Counts::new()),
    }
}

/// What an open wave's cells count; nothing of a probability wave, which never turns anybody away.
async fn counted(urn: &Urn, wave: &Wave) -> Result<Counts, StoreError> {
    match wave.kind {
        WaveKind::Probability => Ok(Counts::new()),
        WaveKind::Open => {
            let mut tx = urn.0.begin_read("count cells").await?;
            cell::list(&mut tx.conn(), wave.id).await
        }
    }
}

/// The cells of a wave as its staff see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// One line per cell, by county.
    pub lines: Vec<Line>,
    /// The local day at whose first look the rounded numbers were taken; `None`: exact.
    pub day: Option<String>,
}

/// A cell with its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The cell, its target and rule.
    pub quota: Quota,
    /// Its answers.
    pub tally: Tally,
}

impl Line {
    /// Whether more answers are counted than wanted.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.tally.counted > u64::from(self.quota.target)
    }
}

/// The cells of a wave; no line if it has none.
pub async fn board(app: &App, person: &Account, slug: &WaveSlug) -> Result<Board, WaveError> {
    if !person.may(Action::WatchFieldwork) {
        return Err(WaveError::Denied);
    }
    let mut tx = app.office.0.begin_read("quota board").await?;
    let mut conn = tx.conn();
    let wave = find(&mut conn, slug).await?;
    let quotas = quota::list(&mut conn, wave.id).await?;
    drop(tx);
    let (day, counts) = if quotas.is_empty() || wave.state < WaveState::Open {
        (None, Counts::new())
    } else {
        shown(app, &wave).await?
    };
    let line = |quota: Quota| {
        let key = (quota.county.clone(), quota.cell.clone());
        let tally = counts.get(&key).copied().unwrap_or_default();
        Line { quota, tally }
    };
    Ok(Board {
        lines: quotas.into_iter().map(line).collect(),
        day,
    })
}

/// The counts that may be shown now, with their day while they are rounded.
async fn shown(app: &App, wave: &Wave) -> Result<(Option<String>, Counts), WaveError> {
    again(|| async { look(app, wave).await.map_err(WaveError::from) }).await
}

async fn look(app: &App, wave: &Wave) -> Result<(Option<String>, Counts), StoreError> {
    let is_running = matches!(wave.state, WaveState::Open | WaveState::Closing);
    let day = if is_running {
        app.zone.date(app.clock.now()).to_string()
    } else {
        CLOSED.to_owned()
    };
    let shown = |counts| (is_running.then(|| day.clone()), counts);
    let known = {
        let mut tx = app.office.0.begin_read("counts that are known").await?;
        quota::list_counts(&mut tx.conn(), wave.id).await?
    };
    if let Some((known, counts)) = known
        && known == day
    {
        return Ok(shown(counts));
    }
    let mut counts = count(app, wave).await?;
    if is_running {
        for tally in counts.values_mut() {
            tally.counted -= tally.counted % STEP;
            tally.uncounted -= tally.uncounted % STEP;
        }
    }
    let mut tx = app.office.0.begin_write("counts to be known").await?;
    // Whoever looked at the same moment may have been first: theirs are today's.
    let known = quota::list_counts(&mut tx.conn(), wave.id).await?;
    if let Some((known, counts)) = known
        && known == day
    {
        return Ok(shown(counts));
    }
    quota::replace_counts(&mut tx.conn(), wave.id, &day, &counts).await?;
    tx.commit().await?;
    Ok(shown(counts))
}

/// The exact counts of every cell with a target.
async fn count(app: &App, wave: &Wave) -> Result<Counts, StoreError> {
    let mut counts = match wave.kind {
        WaveKind::Open => counted(&app.urn, wave).await?,
        WaveKind::Probability => count_logged(app, wave).await?,
    };
    let quotas = {
        let mut tx = app.office.0.begin_read("cells").await?;
        quota::list(&mut tx.conn(), wave.id).await?
    };
    let cells: BTreeSet<(AreaCode, Cell)> = quotas
        .into_iter()
        .map(|quota| (quota.county, quota.cell))
        .collect();
    counts.retain(|key, _| cells.contains(key));
    for key in cells {
        counts.entry(key).or_default();
    }
    Ok(counts)
}

/// Logged responses by cell, with and without residence, which is that of the stratum.
async fn count_logged(app: &App, wave: &Wave) -> Result<Counts, StoreError> {
    let mut tx = app.office.0.begin_read("plan of cells").await?;
    let mut conn = tx.conn();
    let (plan, form) = plan(&mut conn, wave).await?;
    let drawn = sample::get(&mut conn, wave.id).await?;
    drop(tx);
    let residences: BTreeMap<StratumCode, Option<Residence>> = drawn
        .strata
        .into_iter()
        .map(|stratum| (stratum.stratum, stratum.residence))
        .collect();
    let responses = {
        let mut tx = app.urn.0.begin_read("count cells").await?;
        response::list(&mut tx.conn(), wave.id).await?
    };
    let seeded = seeds::left(app, wave).await?;
    let mut counts = Counts::new();
    for response in responses {
        if seeded.contains(&response.commitment) {
            continue;
        }
        let answers = Answers::decode(&form, &response.answers)
            .map_err(|_| StoreError::Corrupt("answers"))?;
        let residence = residences.get(&response.place.stratum).copied().flatten();
        let Some(cell) = Cell::of(&plan, &form, &answers, None) else {
            continue;
        };
        let within = Cell {
            residence,
            ..cell.clone()
        };
        let both = [Some(cell), residence.map(|_| within)];
        for cell in both.into_iter().flatten() {
            let key = (response.place.county.clone(), cell);
            counts.entry(key).or_default().counted += 1;
        }
    }
    Ok(counts)
}
