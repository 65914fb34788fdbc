//! Applying the standard in force to a wave's stored result.
//!
//! For: the close of a wave, `minyi evaluate`, the evaluation team's pages; everyone reads what is
//! stored. Promises: an evaluation rests on stored texts and values only, and its digest names them;
//! applying again adds an evaluation and keeps the earlier ones; open criteria stay open: judging
//! them is for people.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::error::{EvaluationError, allowed};
use super::files::evaluate_wave;
use crate::evaluation::dossier::Evaluation;
use crate::evaluation::indicator::{Indicator, Indicators};
use crate::evaluation::standard::Standard;
use crate::service::app::App;
use crate::service::close::SOFTWARE;
use crate::service::keys::random;
use crate::service::process;
use crate::service::waves::{WaveError, find, record};
use crate::storage::office::estimate::Estimate;
use crate::storage::office::evaluation::Applied;
use crate::storage::office::standard::StoredStandard;
use crate::storage::office::{estimate, evaluation, indicator, standard, wave};
use crate::storage::{Conn, StoreError};
use crate::survey::account::Account;
use crate::survey::ids::{AccountId, EvaluationId};
use crate::survey::role::Action;
use crate::survey::time::Instant;
use crate::survey::wave::{Wave, WaveSlug, WaveState};

/// A stored application of a standard to a wave.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvaluation {
    /// Id.
    pub id: EvaluationId,
    /// The standard that was applied.
    pub standard: Standard,
    /// SHA-256 of its text.
    pub standard_digest: [u8; 32],
    /// What came of it.
    pub evaluation: Evaluation,
    /// The wave whose result it rests on.
    pub wave: WaveSlug,
    /// SHA-256 over what it rests on: the digest of the standard's text (32 bytes); every indicator
    /// that the standard reads for this year, in order of county, year and id, as one line of JSON
    /// (`{"county":…,"year":…,"id":…,"status":…,"value":…}`, no spaces, line feed); the input digest
    /// of the wave's result (32 bytes).
    pub input_digest: [u8; 32],
    /// Program and version that applied it.
    pub software_version: String,
    /// When.
    pub created_at: Instant,
    /// On whose action.
    pub created_by: Option<AccountId>,
}

impl StoredEvaluation {
    fn new(applied: Applied, standard: Standard, wave: &WaveSlug) -> Self {
        Self {
            id: applied.id,
            standard,
            standard_digest: applied.standard,
            evaluation: applied.evaluation,
            wave: wave.clone(),
            input_digest: applied.input_digest,
            software_version: applied.software_version,
            created_at: applied.created_at,
            created_by: applied.created_by,
        }
    }
}

/// An earlier evaluation of a wave, which a correction replaced.
pub async fn earlier(
    app: &App,
    wave: &Wave,
    applied: Applied,
) -> Result<StoredEvaluation, StoreError> {
    let mut tx = app.office.0.begin_read("an earlier standard").await?;
    let stored = standard::get(&mut tx.conn(), &applied.standard).await?;
    Ok(StoredEvaluation::new(applied, stored.standard, &wave.slug))
}

/// The latest evaluation that rests on this wave's stored result.
pub async fn of_wave(
    app: &App,
    slug: &WaveSlug,
) -> Result<Option<StoredEvaluation>, EvaluationError> {
    let mut tx = app.office.0.begin_read("find evaluation").await?;
    let mut conn = tx.conn();
    let wave = find(&mut conn, slug).await?;
    let Some(applied) = evaluation::find_latest(&mut conn, wave.id).await? else {
        return Ok(None);
    };
    let stored = standard::get(&mut conn, &applied.standard).await?;
    let found = StoredEvaluation::new(applied, stored.standard, &wave.slug);
    Ok(Some(found))
}

/// An evaluator applies the standard in force to a closed wave again. What is published changes by a correction of two people only.
pub async fn apply(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
) -> Result<StoredEvaluation, EvaluationError> {
    allowed(person, Action::Evaluate)?;
    let mut tx = app.office.0.begin_write("apply standard").await?;
    let mut conn = tx.conn();
    let wave = find(&mut conn, slug).await?;
    if wave.state < WaveState::Closed {
        return Err(EvaluationError::NotClosed {
            wave: wave.slug,
            state: wave.state,
        });
    }
    if wave.state == WaveState::Published {
        return Err(EvaluationError::Published(wave.slug));
    }
    let standard = standard::find_latest(&mut conn).await?;
    let standard = standard.ok_or(EvaluationError::NoStandard)?;
    let result = estimate::find_latest(&mut conn, wave.id).await?;
    let result = result.ok_or_else(|| EvaluationError::NoResult(wave.slug.clone()))?;
    // Whoever publishes at this moment and this step exclude each other.
    if !wave::update(&mut conn, &wave, wave.state).await? {
        return Err(WaveError::ChangedMeanwhile.into());
    }
    let applied = store(app, &mut conn, person, &wave, &standard, &result).await?;
    let told = json!({
        "standard": hex::encode(applied.standard),
        "evaluation": hex::encode(applied.input_digest),
        "year": applied.evaluation.year,
        "software": SOFTWARE,
    });
    let (at, action) = (applied.created_at, "apply_standard");
    if process::has_begun(&mut conn, &wave).await? {
        process::append(&mut conn, &wave, at, action, &told).await?;
    }
    tx.commit().await?;
    let stored = StoredEvaluation::new(applied, standard.standard, &wave.slug);
    Ok(stored)
}

/// Applies the standard in force, if there is one, in the transaction that stores the result. Nothing binds
/// that standard to the seal, but nothing changes unnoticed either: the process log says which one was in force at
/// the seal, every other one that came in force until the close, and which one was applied.
pub(in crate::service) async fn at_close(
    app: &App,
    conn: &mut Conn<'_>,
    person: &Account,
    wave: &Wave,
    result: &Estimate,
) -> Result<Option<Applied>, WaveError> {
    match standard::find_latest(conn).await? {
        Some(standard) => {
            let applied = store(app, conn, person, wave, &standard, result).await?;
            Ok(Some(applied))
        }
        None => Ok(None),
    }
}

async fn store(
    app: &App,
    conn: &mut Conn<'_>,
    person: &Account,
    wave: &Wave,
    standard: &StoredStandard,
    result: &Estimate,
) -> Result<Applied, WaveError> {
    let (applied, indicators) = evaluated(app, conn, person, wave, standard, result).await?;
    evaluation::insert(conn, &applied, &lines(&indicators)).await?;
    let now = applied.created_at;
    let detail = json!({
        "standard": standard.standard.id,
        "version": standard.standard.version,
        "digest": hex::encode(standard.digest),
        "year": applied.evaluation.year,
        "indicators": indicators.len(),
        "input": hex::encode(applied.input_digest),
        "software": SOFTWARE,
    });
    record(conn, person, now, "apply_standard", wave, detail).await?;
    Ok(applied)
}

/// A standard applied to a result and the values as they are stored, with these.
async fn evaluated(
    app: &App,
    conn: &mut Conn<'_>,
    person: &Account,
    wave: &Wave,
    standard: &StoredStandard,
    result: &Estimate,
) -> Result<(Applied, Indicators), WaveError> {
    let now = app.clock.now();
    // The sealed plan's year; the local year of the close where it names none.
    let year = result.result.plan.year;
    let year = year.unwrap_or_else(|| i32::from(app.zone.date(wave.closes_at).year()));
    let indicators = used(conn, &standard.standard, year).await?;
    let applied = Applied {
        id: EvaluationId::new(now, random()?),
        standard: standard.digest,
        estimate: Some(result.id),
        evaluation: evaluate_wave(&standard.standard, &indicators, &result.result, year),
        input_digest: digest(&standard.digest, &indicators, &result.input_digest),
        software_version: SOFTWARE.to_owned(),
        created_at: now,
        created_by: Some(person.id),
    };
    Ok((applied, indicators))
}

/// The standard of an evaluation once more, or the one in force where there was none, for a correction; nothing is stored.
pub(in crate::service) async fn again(
    app: &App,
    conn: &mut Conn<'_>,
    person: &Account,
    (wave, before): (&Wave, Option<&Applied>),
    result: &Estimate,
) -> Result<Option<(Applied, Indicators)>, WaveError> {
    let standard = match before {
        Some(before) => Some(standard::get(conn, &before.standard).await?),
        None => standard::find_latest(conn).await?,
    };
    let Some(standard) = standard else {
        return Ok(None);
    };
    Ok(Some(
        evaluated(app, conn, person, wave, &standard, result).await?,
    ))
}

/// The stored values that the standard reads for this year.
pub(in crate::service) async fn used(
    conn: &mut Conn<'_>,
    standard: &Standard,
    year: i32,
) -> Result<Indicators, StoreError> {
    let stored = indicator::list(conn).await?.into_iter();
    let values = stored.map(|stored| stored.indicator);
    Ok(values.filter(|value| standard.reads(value, year)).collect())
}

/// See [`StoredEvaluation::input_digest`].
#[must_use]
pub fn digest(standard: &[u8; 32], indicators: &Indicators, result: &[u8; 32]) -> [u8; 32] {
    Sha256::new()
        .chain_update(standard)
        .chain_update(lines(indicators))
        .chain_update(result)
        .finalize()
        .into()
}

/// Every value as a line of JSON, as the digest of an evaluation reads them.
#[must_use]
pub fn lines(indicators: &Indicators) -> String {
    let mut lines = String::new();
    for indicator in indicators.iter() {
        lines.push_str(&serde_json::to_string(indicator).unwrap_or_default());
        lines.push('\n');
    }
    lines
}

/// The values on which an evaluation rests, one a line. Nothing if it was stored by a version of the program that did not keep
/// them, and they were changed since.
pub(in crate::service) async fn rests_on(
    conn: &mut Conn<'_>,
    stored: &StoredEvaluation,
    result: &str,
) -> Result<Option<String>, StoreError> {
    if let Some(kept) = evaluation::find_indicators(conn, stored.id).await? {
        return Ok(Some(kept));
    }
    let now = used(conn, &stored.standard, stored.evaluation.year).await?;
    let mut input = [0; 32];
    hex::decode_to_slice(result, &mut input).map_err(|_| StoreError::Corrupt("digest"))?;
    let found = digest(&stored.standard_digest, &now, &input);
    Ok((found == stored.input_digest).then(|| lines(&now)))
}

/// The same, read.
pub(in crate::service) async fn values(
    conn: &mut Conn<'_>,
    wave: &Wave,
    applied: &Applied,
    result: &str,
) -> Result<Option<Indicators>, StoreError> {
    let standard = standard::get(conn, &applied.standard).await?.standard;
    let stored = StoredEvaluation::new(applied.clone(), standard, &wave.slug);
    let Some(lines) = rests_on(conn, &stored, result).await? else {
        return Ok(None);
    };
    let read = lines.lines().map(serde_json::from_str::<Indicator>);
    let read: Result<Indicators, _> = read.collect();
    Ok(Some(read.map_err(|_| {
        StoreError::Corrupt("values of an evaluation")
    })?))
}
