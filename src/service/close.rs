//! Closing a wave: gates shut, pool empty, counts reconciled, plan run, result stored.
//!
//! For: `minyi wave close` and the organizer's pages. Promises: two people close; from the
//! confirmation on no answer is taken; whatever interrupts the rest, [`finish`] does it again from
//! the start and stores the result once, with the evaluation under the standard in force if there is
//! one; a reversed inequality among the counts stops the close and stores nothing. While auditors have lists of seeded answers to
//! name, the counts are reconciled and nothing is computed.

mod open;

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::app::App;
use super::batch::{BatchError, Drain, run_batch};
use super::evaluate;
use super::keys::random;
use super::logs;
use super::paper;
use super::rules;
use super::seeds;
use super::terms;
use super::waves::{Material, Progress, WaveError, act, allowed, counties, find, progress, step};
use crate::storage::office::estimate::Estimate;
use crate::storage::office::frame::Imported;
use crate::storage::office::{
    blind, estimate, frame, invitation, margin, sample, seed_deposit, wave,
};
use crate::storage::urn::{leaf, pool, response, spent};
use crate::storage::{Conn, StoreError};
use crate::survey::account::Account;
use crate::survey::analysis::{Record, Tally, WaveInputs, analyze, reconciliation};
use crate::survey::answer::DecodeError;
use crate::survey::area::AreaCode;
use crate::survey::ids::{EstimateId, WaveId};
use crate::survey::open_result::OpenResult;
use crate::survey::response::Response;
use crate::survey::result::{Check, Counts, Provenance, Reconciliation, WaveFacts, WaveResult};
use crate::survey::sample::{Sample, UnitCode};
use crate::survey::seeds::BadList;
use crate::survey::time::Instant;
use crate::survey::wave::{Refusal, Wave, WaveKind, WaveSlug, WaveState};

/// Name and version of this program, as results carry it.
pub const SOFTWARE: &str = concat!("minyi ", env!("CARGO_PKG_VERSION"));

/// Why a close did not come to its end. It can be taken up again with [`finish`].
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    /// A step of the wave was refused.
    #[error(transparent)]
    Wave(#[from] WaveError),
    /// The pool could not be drained.
    #[error("the pool could not be drained")]
    Batch(#[from] BatchError),
    /// Records are still in the pool.
    #[error("{0} records are still in the pool")]
    PoolNotEmpty(u64),
    /// Counts that must agree do not: county and line.
    #[error("{} counts do not agree", .0.len())]
    Reconciliation(Vec<(AreaCode, Reconciliation)>),
    /// A stored record cannot be read.
    #[error("a stored record cannot be read")]
    Record(#[from] DecodeError),
    /// A list of seeded answers cannot be read.
    #[error("a list of seeded answers cannot be read")]
    Seeds(#[from] BadList),
    /// The analysis was interrupted.
    #[error("the analysis was interrupted")]
    Interrupted(#[source] tokio::task::JoinError),
}

/// What a close comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Closed {
    /// The result of a drawn sample.
    Sampled(Box<WaveResult>),
    /// The counts of an open wave.
    Open(Box<OpenResult>),
    /// Nothing yet: auditors may name their seeded answers until then.
    Waiting(Instant),
}

impl Closed {
    /// The result of a drawn sample.
    #[must_use]
    pub fn sampled(self) -> Option<WaveResult> {
        match self {
            Self::Sampled(result) => Some(*result),
            Self::Open(_) | Self::Waiting(_) => None,
        }
    }
}

impl From<StoreError> for CloseError {
    fn from(error: StoreError) -> Self {
        Self::Wave(error.into())
    }
}

impl From<Refusal> for CloseError {
    fn from(refusal: Refusal) -> Self {
        Self::Wave(refusal.into())
    }
}

/// Another person confirms the close; then everything to the stored result.
pub async fn confirm_close(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
) -> Result<Closed, CloseError> {
    allowed(person)?;
    // Nothing is confirmed here that another program would have to go on with.
    app.urn.0.here()?;
    // What two people have confirmed and whose midnight has come holds, also where no node has seen to it yet.
    rules::apply_due(app).await?;
    let mut tx = app.office.0.begin_write("confirm close").await?;
    let mut conn = tx.conn();
    let before = find(&mut conn, slug).await?;
    let act = act(app, person);
    let after = before.clone().confirm_close(act)?;
    step(
        &mut conn,
        person,
        act.at,
        "confirm_close",
        &before,
        &after,
        json!(null),
    )
    .await?;
    tx.commit().await.map_err(CloseError::from)?;
    app.intake.forget();
    finish(app, person, slug).await
}

/// Takes a confirmed close to its end, after an interruption too; a wave that is closed already
/// answers with its stored result.
pub async fn finish(app: &App, person: &Account, slug: &WaveSlug) -> Result<Closed, CloseError> {
    allowed(person)?;
    let wave = {
        let mut tx = app.office.0.begin_read("find wave").await?;
        find(&mut tx.conn(), slug).await?
    };
    if wave.state >= WaveState::Closed {
        if wave.kind == WaveKind::Open {
            return open::stored(app, &wave).await;
        }
        let mut tx = app.office.0.begin_read("find result").await?;
        let stored = estimate::find_latest(&mut tx.conn(), wave.id).await?;
        let stored = stored.ok_or(StoreError::Missing("estimate"))?;
        return Ok(Closed::Sampled(Box::new(stored.result)));
    }
    if wave.state != WaveState::Closing {
        return Err(Refusal::State {
            kind: wave.kind,
            found: wave.state,
            needed: WaveState::Closing,
        }
        .into());
    }
    drain(app, &wave).await?;
    if wave.kind == WaveKind::Open {
        return open::finish(app, person, &wave).await;
    }
    if let Some(until) = seeds::awaited(app, &wave).await? {
        reconcile(app, &wave).await?;
        return Ok(Closed::Waiting(until));
    }
    let result = compute(app, &wave).await?;
    store(app, person, &wave, &result).await?;
    Ok(Closed::Sampled(Box::new(result)))
}

/// Shuts the gates, so that nothing slips in behind, empties the pool, and makes sure that it is.
async fn drain(app: &App, wave: &Wave) -> Result<(), CloseError> {
    {
        let mut tx = app.office.0.begin_read("terms at the close").await?;
        terms::keep(&mut tx.conn(), &app.urn, wave).await?;
    }
    run_batch(app, wave.id, Drain::Yes).await?;
    paper::leave(app, wave.id).await?;
    let mut tx = app.urn.0.begin_read("count pool").await?;
    let waiting = pool::count_waiting(&mut tx.conn(), wave.id).await?;
    match waiting.iter().map(|unit| unit.records).sum() {
        0 => Ok(()),
        left => Err(CloseError::PoolNotEmpty(left)),
    }
}

/// Everything of the office that a plan runs on.
struct Office {
    material: Material,
    counties: Vec<crate::survey::area::Area>,
    sample: Sample,
    tallies: BTreeMap<AreaCode, Tally>,
    base: Option<WaveResult>,
    facts: WaveFacts,
    /// Codes that were used for a blind token.
    blind: BTreeMap<(AreaCode, UnitCode), u64>,
    /// Lists of seeded answers.
    seeds: Vec<seeds::Deposit>,
}

/// Counts blind tokens beside the codes that were used for one. In no variance unit may there be more tokens than codes: the
/// units in which there are.
fn count_blind(
    tallies: &mut BTreeMap<AreaCode, Tally>,
    used: &BTreeMap<(AreaCode, UnitCode), u64>,
    cast: &BTreeMap<(AreaCode, UnitCode), u64>,
) -> Vec<(AreaCode, Reconciliation)> {
    for ((county, _), codes) in used {
        tallies.entry(county.clone()).or_default().blind_used += codes;
    }
    let mut reversed = Vec::new();
    for (unit, tokens) in cast {
        let (county, _) = unit;
        tallies.entry(county.clone()).or_default().blind_cast += tokens;
        let codes = used.get(unit).copied().unwrap_or_default();
        if *tokens > codes {
            let line = Reconciliation {
                check: Check::BlindCast,
                more: codes,
                less: *tokens,
                holds: false,
            };
            reversed.push((county.clone(), line));
        }
    }
    reversed
}

/// What the office counted; the log adds its leaves.
async fn tallies(
    conn: &mut Conn<'_>,
    found: &Wave,
) -> Result<BTreeMap<AreaCode, Tally>, StoreError> {
    let mut unused = invitation::count_unused(conn, found.id).await?;
    let issued = progress(conn, found.id).await?;
    let tally = |(county, progress): (AreaCode, Progress)| {
        let tally = Tally {
            issued: progress.issued,
            used: progress.used,
            leaves: 0,
            unused: unused.remove(&county).unwrap_or_default(),
            ..Tally::default()
        };
        (county, tally)
    };
    Ok(issued.into_iter().map(tally).collect())
}

async fn load(conn: &mut Conn<'_>, found: &Wave) -> Result<Office, CloseError> {
    let material = Material::load(conn, found).await?;
    let frame_id = found.frame.ok_or(Refusal::Incomplete("frame"))?;
    let margin_id = found.margin_set.ok_or(Refusal::Incomplete("margins"))?;
    let seed = found.seed.ok_or(Refusal::Incomplete("seed"))?;
    let (base, base_slug) = match found.base_wave {
        None => (None, None),
        Some(id) => {
            let slug = wave::get(conn, id).await?.slug;
            let stored = estimate::find_latest(conn, id).await?;
            (stored.map(|estimate| estimate.result), Some(slug))
        }
    };
    let tallies = tallies(conn, found).await?;
    let facts = WaveFacts {
        slug: found.slug.clone(),
        titles: found.titles.clone(),
        synthetic: found.synthetic,
        opens_at: found.opens_at,
        closes_at: found.closes_at,
        closed_at: found.closed.map_or(found.closes_at, |act| act.at),
        early_reason: found
            .close_request
            .as_ref()
            .and_then(|request| request.early_reason.clone()),
        seed: hex::encode(seed),
        seed_text: found.seed_text.clone(),
        frame: provenance(&frame::get(conn, frame_id).await?),
        margins: provenance(&margin::get(conn, margin_id).await?),
        base_wave: base_slug,
        changes: rules::confirmed(conn, found.id).await?,
        seeds: Vec::new(),
    };
    Ok(Office {
        blind: blind::count_by_unit(conn, found.id).await?,
        seeds: seed_deposit::list(conn, found.id).await?,
        counties: counties(
            conn,
            material
                .plan
                .sample
                .counties
                .iter()
                .map(|line| &line.county),
        )
        .await?,
        sample: sample::get(conn, found.id).await?,
        material,
        tallies,
        base,
        facts,
    })
}

pub(super) fn provenance<Id>(import: &Imported<Id>) -> Provenance {
    Provenance {
        name: import.name.clone(),
        source: import.source.clone(),
        digest: hex::encode(import.digest),
        synthetic: import.synthetic,
    }
}

/// What the urn counted, beside what the office did.
async fn count_urn(
    conn: &mut Conn<'_>,
    wave: WaveId,
    tallies: &mut BTreeMap<AreaCode, Tally>,
    used: &BTreeMap<(AreaCode, UnitCode), u64>,
) -> Result<(), CloseError> {
    for (county, leaves) in leaf::count_by_county(conn, wave).await? {
        tallies.entry(county).or_default().leaves = leaves;
    }
    for (county, returned) in paper::count(conn, wave).await? {
        let tally = tallies.entry(county).or_default();
        tally.envelopes = returned.envelopes;
        tally.entered = returned.entered;
    }
    let tokens = spent::count_blind(conn, wave).await?;
    let reversed = count_blind(tallies, used, &tokens);
    if reversed.is_empty() {
        Ok(())
    } else {
        Err(CloseError::Reconciliation(reversed))
    }
}

/// The counts alone, while nothing is computed: a reversed inequality stops a close that waits for seeds, too.
async fn reconcile(app: &App, found: &Wave) -> Result<(), CloseError> {
    let mut tx = app.office.0.begin_read("count codes").await?;
    let mut conn = tx.conn();
    let mut tallies = tallies(&mut conn, found).await?;
    let used = blind::count_by_unit(&mut conn, found.id).await?;
    drop(tx);
    let mut tx = app.urn.0.begin_read("count records").await?;
    let mut conn = tx.conn();
    count_urn(&mut conn, found.id, &mut tallies, &used).await?;
    let cast = response::count_by_county(&mut conn, found.id).await?;
    drop(tx);
    let lines = tallies.iter().flat_map(|(county, tally)| {
        let cast = cast.get(county).copied().unwrap_or_default();
        let counts = Counts {
            issued: tally.issued,
            used: tally.used,
            cast,
            leaves: tally.leaves,
            envelopes: tally.envelopes,
            entered: tally.entered,
            blind_used: tally.blind_used,
            blind_cast: tally.blind_cast,
            // What they are is not looked at yet.
            complete: cast,
            ..Counts::default()
        };
        let lines = reconciliation(&counts).into_iter();
        lines.map(|line| (county.clone(), line)).collect::<Vec<_>>()
    });
    refuse_broken(lines)
}

fn refuse_broken(
    lines: impl Iterator<Item = (AreaCode, Reconciliation)>,
) -> Result<(), CloseError> {
    let broken: Vec<(AreaCode, Reconciliation)> = lines.filter(|(_, line)| !line.holds).collect();
    if broken.is_empty() {
        Ok(())
    } else {
        Err(CloseError::Reconciliation(broken))
    }
}

async fn compute(app: &App, found: &Wave) -> Result<WaveResult, CloseError> {
    let mut tx = app.office.0.begin_read("load plan").await?;
    let mut office = load(&mut tx.conn(), found).await?;
    drop(tx);
    let mut tx = app.urn.0.begin_read("load responses").await?;
    let mut conn = tx.conn();
    let responses = response::list(&mut conn, found.id).await?;
    let places = if office.seeds.is_empty() {
        HashMap::new()
    } else {
        seeds::places(&mut conn, found.id).await?
    };
    count_urn(&mut conn, found.id, &mut office.tallies, &office.blind).await?;
    drop(tx);
    let seed = found.seed.ok_or(Refusal::Incomplete("seed"))?;
    // A calculation of seconds belongs on a thread that may block.
    let result = tokio::task::spawn_blocking(move || calculate(office, &responses, &places, seed))
        .await
        .map_err(CloseError::Interrupted)??;
    let lines = result.counties.iter().flat_map(|county| {
        let lines = county.reconciliation.iter();
        lines.map(|line| (county.code.clone(), *line))
    });
    refuse_broken(lines)?;
    Ok(result)
}

/// The plan, once the records of auditors have left.
fn calculate(
    mut office: Office,
    responses: &[Response],
    places: &HashMap<[u8; 32], u64>,
    seed: [u8; 32],
) -> Result<WaveResult, CloseError> {
    let questionnaire = &office.material.questionnaire;
    let mut records = responses
        .iter()
        .map(|response| Record::read(questionnaire, response))
        .collect::<Result<Vec<_>, DecodeError>>()?;
    office.facts.seeds = seeds::mark(
        questionnaire,
        &office.seeds,
        responses,
        places,
        &mut records,
    )?;
    Ok(analyze(&WaveInputs {
        facts: office.facts,
        plan: &office.material.plan,
        questionnaire,
        counties: &office.counties,
        sample: &office.sample,
        margins: &office.material.margins,
        records: &records,
        tallies: &office.tallies,
        seed,
        base: office.base.as_ref(),
        software: SOFTWARE,
    }))
}

/// Stores result, evaluation and state in one transaction. Who comes second finds the wave closed.
async fn store(
    app: &App,
    person: &Account,
    closing: &Wave,
    result: &WaveResult,
) -> Result<(), CloseError> {
    let now = app.clock.now();
    let (size, root) = logs::settled(app, closing.id).await?;
    let mut tx = app.office.0.begin_write("store result").await?;
    let mut conn = tx.conn();
    let before = find(&mut conn, &closing.slug).await?;
    if before.state >= WaveState::Closed {
        return Ok(());
    }
    // A list that was named while the result was computed: it has to be computed again.
    let lists = seed_deposit::list(&mut conn, before.id).await?;
    let named_now = lists.iter().map(|one| one.list.is_some());
    let named_then = result.wave.seeds.iter().map(|note| note.fates.is_some());
    if !named_now.eq(named_then) {
        return Err(WaveError::ChangedMeanwhile.into());
    }
    let after = before.clone().finish_close()?;
    let stored = stored(app, person, &before, result.clone())?;
    estimate::insert(&mut conn, &stored).await?;
    let applied = evaluate::at_close(app, &mut conn, person, &before, &stored).await?;
    let mut detail = rests_on(&mut conn, &before, result).await?;
    if let Some(fields) = detail.as_object_mut() {
        if let Some(applied) = applied {
            let digest = |bytes: [u8; 32]| hex::encode(bytes).into();
            fields.insert("standard".to_owned(), digest(applied.standard));
            fields.insert("evaluation".to_owned(), digest(applied.input_digest));
        }
        fields.insert("answers".to_owned(), size.into());
        fields.insert("root".to_owned(), hex::encode(root).into());
    }
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
    tx.commit().await.map_err(CloseError::from)
}

/// A result as it is stored.
fn stored(
    app: &App,
    person: &Account,
    wave: &Wave,
    result: WaveResult,
) -> Result<Estimate, CloseError> {
    let now = app.clock.now();
    let digest = |text: &str| -> Result<[u8; 32], StoreError> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| StoreError::Corrupt("digest"))?;
        Ok(bytes)
    };
    Ok(Estimate {
        id: EstimateId::new(now, random().map_err(WaveError::from)?),
        wave: wave.id,
        plan_digest: digest(&result.plan_digest)?,
        input_digest: digest(&result.input_digest)?,
        software_version: result.software.clone(),
        result,
        created_at: now,
        created_by: Some(person.id),
    })
}

/// On what a result rests, for everybody to read. Of the data as they are now: whoever changed what was sealed says so in public.
pub(super) async fn rests_on(
    conn: &mut Conn<'_>,
    wave: &Wave,
    result: &WaveResult,
) -> Result<Value, WaveError> {
    let material = Material::load(conn, wave).await?;
    Ok(json!({
        "plan": result.plan_digest,
        "questionnaire": hex::encode(result.questionnaire.digest()),
        "frame": hex::encode(material.frame.digest()),
        "margins": hex::encode(material.margins.digest()),
        "input": result.input_digest,
        "software": result.software,
        "result": hex::encode(Sha256::digest(serde_json::to_vec(result).unwrap_or_default())),
    }))
}

/// The plan once more on the same records, for a correction; nothing is stored.
pub(super) async fn again(
    app: &App,
    person: &Account,
    wave: &Wave,
) -> Result<Estimate, CloseError> {
    let result = compute(app, wave).await?;
    stored(app, person, wave, result)
}
