//! A wave's life, step by step: create, seal, open, watch, publish.
//!
//! For: `minyi wave` and the organizer's pages. Uses: office, urn (gates), keys. Promises: every
//! step is taken by the rules of [`crate::survey::wave`] on the state that is stored, in one
//! transaction with its audit entry; sealing needs two people, and a plan that fits the
//! questionnaire, the margins and the frame. Drawing is in [`super::sampling`], closing in
//! [`super::close`].

mod create;
pub mod file;
pub mod overview;
mod remove;

pub use self::create::{create, create_asking};
pub use self::remove::remove;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::app::App;
use super::keys::{KeysError, random};
use super::process;
use super::questionnaires;
use super::terms;
use crate::storage::office::{
    area, audit, blind, estimate, frame, invitation, margin, questionnaire, quota, sample,
    standard, wave, wave_key,
};
use crate::storage::urn::{blind_key, cell, gate, spent};
use crate::storage::{Conn, StoreError};
use crate::survey::account::Account;
use crate::survey::area::AreaCode;
use crate::survey::audit::Entry;
use crate::survey::frame::Frame;
use crate::survey::ids::WaveId;
use crate::survey::imprint::Element;
use crate::survey::margin::Margins;
use crate::survey::plan::{Plan, PlanProblem, WavePlan};
use crate::survey::questionnaire::Questionnaire;
use crate::survey::role::Action;
use crate::survey::sample::{SampleProblem, planned_strata};
use crate::survey::time::Instant;
use crate::survey::wave::{Act, NewWave, Refusal, Wave, WaveKind, WaveSlug, WaveState};

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum WaveError {
    /// The person's role does not run waves.
    #[error("running waves is not among this account's rights")]
    Denied,
    /// No wave of this name.
    #[error("there is no wave {0}")]
    NoWave(String),
    /// No frame, margins or base wave of this name.
    #[error("there is no {what} named \"{name}\"")]
    NoSuch {
        /// `frame`, `margins` or `base wave`.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// The name is taken.
    #[error("there is a wave {0} already")]
    SlugTaken(WaveSlug),
    /// The plan does not fit questionnaire or margins.
    #[error("the plan has {} problems", .0.len())]
    Plan(Vec<PlanProblem>),
    /// The version that the wave asks is not finished.
    #[error("questionnaire {name}, version {version} has {problems} problems")]
    Unfinished {
        /// Its name.
        name: String,
        /// Its number.
        version: u32,
        /// How much is left to be done.
        problems: usize,
    },
    /// The frame cannot carry the sample.
    #[error("the sample has {} problems", .0.len())]
    Sample(Vec<SampleProblem>),
    /// The draw refused its numbers.
    #[error("stratum {stratum} cannot be drawn")]
    Selection {
        /// The stratum.
        stratum: crate::survey::sample::StratumCode,
        /// Why.
        #[source]
        source: crate::stats::sampling::SamplingError,
    },
    /// Items of the method statement are empty.
    #[error("{} items of the method statement are empty", .0.len())]
    Unstated(Vec<Element>),
    /// The wave does not take this step now.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Somebody else took a step in between: look again.
    #[error("the wave was changed in between")]
    ChangedMeanwhile,
    /// The wave's log goes on as it is.
    #[error("the log of this wave runs")]
    LogRuns,
    /// A store failed.
    #[error("a store failed")]
    Store(#[from] StoreError),
    /// The keys failed.
    #[error("the keys failed")]
    Keys(#[from] KeysError),
}

/// Everything that a new wave is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Name, heading, period.
    pub wave: NewWave,
    /// The questionnaire; its form for the plan's sampled unit is stored.
    pub questionnaire: Questionnaire,
    /// The plan, which also says what kind of wave it is.
    pub plan: Plan,
    /// Name of the imported frame; an open wave has none.
    pub frame: Option<String>,
    /// Name of the imported margins; an open wave has none.
    pub margins: Option<String>,
    /// The earlier wave with which change is measured.
    pub base_wave: Option<WaveSlug>,
}

/// What may be shown of a wave before it closes: counts, never anything computed from answers.
#[derive(Debug, Clone, PartialEq)]
pub struct WaveStatus {
    /// The wave.
    pub wave: Wave,
    /// Invitations issued and used, by county; in an open wave, which issues none, answers.
    pub counties: BTreeMap<AreaCode, Progress>,
}

/// Invitations of a county.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Invitations made.
    pub issued: u64,
    /// Of these, used; while the wave runs, in steps of [`STEP`].
    pub used: u64,
}

/// While a wave runs, used codes are shown in steps of this many.
pub const STEP: u64 = 20;

/// One person asks for the seal. The plan is checked now, so that it can be mended.
pub async fn ask_seal(app: &App, person: &Account, slug: &WaveSlug) -> Result<Wave, WaveError> {
    allowed(person)?;
    let act = act(app, person);
    let mut tx = app.office.0.begin_write("ask seal").await?;
    let mut conn = tx.conn();
    let before = find(&mut conn, slug).await?;
    let after = before.clone().ask_seal(act)?;
    questionnaires::fix(&mut conn, &before, act.at).await?;
    let sealed = fit(&mut conn, &before).await?;
    step(
        &mut conn, person, act.at, "ask_seal", &before, &after, sealed,
    )
    .await?;
    tx.commit().await?;
    Ok(after)
}

/// Another person confirms the seal; plan, questionnaire, frame and margins are fixed from here.
pub async fn confirm_seal(app: &App, person: &Account, slug: &WaveSlug) -> Result<Wave, WaveError> {
    allowed(person)?;
    let act = act(app, person);
    let mut tx = app.office.0.begin_write("confirm seal").await?;
    let mut conn = tx.conn();
    let before = find(&mut conn, slug).await?;
    let after = before.clone().confirm_seal(act)?;
    let mut sealed = fit(&mut conn, &before).await?;
    // It decides nothing at the seal, but everybody can see later whether it has changed.
    let in_force = standard::find_latest(&mut conn).await?;
    if let (Some(in_force), Some(fields)) = (in_force, sealed.as_object_mut()) {
        let digest = hex::encode(in_force.digest);
        fields.insert("standard".to_owned(), digest.into());
    }
    step(
        &mut conn,
        person,
        act.at,
        "confirm_seal",
        &before,
        &after,
        sealed,
    )
    .await?;
    tx.commit().await?;
    Ok(after)
}

/// Opens fieldwork: from the announced beginning, the urn takes records of the sampled counties.
pub async fn open(app: &App, person: &Account, slug: &WaveSlug) -> Result<Wave, WaveError> {
    allowed(person)?;
    let mut tx = app.office.0.begin_write("open wave").await?;
    let mut conn = tx.conn();
    let before = find(&mut conn, slug).await?;
    let now = app.clock.now();
    let after = before.clone().open(now)?;
    let plan = wave::get_plan(&mut conn, before.id).await?;
    // The gates first: an open gate of a wave that is not open takes nothing.
    let mut urn = app.urn.0.begin_write("open gates").await?;
    for county in plan.counties() {
        gate::open(&mut urn.conn(), before.id, county).await?;
    }
    // With what a token may be cast: the urn knows it by itself.
    let public = blind::list_public(&mut conn, before.id).await?;
    blind_key::insert(&mut urn.conn(), before.id, &public).await?;
    terms::write(&mut conn, &mut urn.conn(), &after).await?;
    if before.kind == WaveKind::Open {
        for quota in quota::list(&mut conn, before.id).await? {
            cell::set(&mut urn.conn(), before.id, &quota).await?;
        }
        // A wave with a sample has its keys since the draw.
        let wrapped = app.keys.make_wave(before.id)?;
        wave_key::insert(&mut conn, before.id, &wrapped).await?;
    } else {
        // Where the office drew without the urn's keys at hand, its days begin here.
        app.keys.make_days_apart(before.id)?;
    }
    urn.commit().await?;
    let opened = Value::Null;
    step(&mut conn, person, now, "open_wave", &before, &after, opened).await?;
    tx.commit().await?;
    app.intake.forget();
    Ok(after)
}

/// One person asks for the close; before the announced end with a reason.
pub async fn ask_close(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    early_reason: Option<&str>,
) -> Result<Wave, WaveError> {
    allowed(person)?;
    let mut tx = app.office.0.begin_write("ask close").await?;
    let mut conn = tx.conn();
    let before = find(&mut conn, slug).await?;
    let act = act(app, person);
    let after = before.clone().ask_close(act, early_reason)?;
    let reason = after
        .close_request
        .as_ref()
        .and_then(|r| r.early_reason.clone());
    let detail = json!({ "early_reason": reason });
    step(
        &mut conn,
        person,
        act.at,
        "ask_close",
        &before,
        &after,
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(after)
}

/// The state of a wave and the progress of its fieldwork.
pub async fn status(app: &App, person: &Account, slug: &WaveSlug) -> Result<WaveStatus, WaveError> {
    if !person.may(Action::WatchFieldwork) {
        return Err(WaveError::Denied);
    }
    let mut tx = app.office.0.begin_read("wave status").await?;
    let mut conn = tx.conn();
    let wave = find(&mut conn, slug).await?;
    let mut counties = progress(&mut conn, wave.id).await?;
    drop(tx);
    let running = matches!(wave.state, WaveState::Open | WaveState::Closing);
    if wave.kind == WaveKind::Open {
        let mut tx = app.urn.0.begin_read("answers of an open wave").await?;
        let counts = spent::count_by_county(&mut tx.conn(), wave.id).await?;
        let kept = |(county, used)| (county, Progress { issued: 0, used });
        counties = counts.into_iter().map(kept).collect();
    }
    if running {
        for county in counties.values_mut() {
            county.used -= county.used % STEP;
        }
    }
    Ok(WaveStatus { wave, counties })
}

/// Every wave, the latest fieldwork first.
pub async fn list(app: &App, person: &Account) -> Result<Vec<Wave>, WaveError> {
    if !person.may(Action::WatchFieldwork) {
        return Err(WaveError::Denied);
    }
    let mut tx = app.office.0.begin_read("list waves").await?;
    Ok(wave::list(&mut tx.conn()).await?)
}

/// Invitations of each county, exactly.
pub(super) async fn progress(
    conn: &mut Conn<'_>,
    wave: WaveId,
) -> Result<BTreeMap<AreaCode, Progress>, StoreError> {
    let counts = invitation::count_by_county(conn, wave).await?;
    let one = |(county, (issued, used))| (county, Progress { issued, used });
    Ok(counts.into_iter().map(one).collect())
}

/// Whether what is to be sealed fits together; its digests.
async fn fit(conn: &mut Conn<'_>, wave: &Wave) -> Result<Value, WaveError> {
    let quotas = quota::list(conn, wave.id).await?;
    let mut digests = match wave::get_plan(conn, wave.id).await? {
        Plan::Probability(_) => {
            let material = Material::load(conn, wave).await?;
            material.check()?;
            material.digests()
        }
        Plan::Open(plan) => {
            let form = questionnaire::get(conn, &wave.questionnaire).await?;
            plan.check(&form).map_err(WaveError::Plan)?;
            let tree = area::list(conn).await?;
            let unknown = |county: &&AreaCode| tree.get(county).is_none();
            let unknown = plan
                .counties
                .iter()
                .filter(unknown)
                .map(PlanProblem::no_area);
            let unknown: Vec<PlanProblem> = unknown.collect();
            if !unknown.is_empty() {
                return Err(WaveError::Plan(unknown));
            }
            json!({
                "plan": hex::encode(wave.plan_digest),
                "questionnaire": hex::encode(form.digest()),
            })
        }
    };
    if let Some(digests) = digests.as_object_mut()
        && !quotas.is_empty()
    {
        let cells = serde_json::to_vec(&quotas).unwrap_or_default();
        digests.insert(
            "quota".to_owned(),
            hex::encode(Sha256::digest(cells)).into(),
        );
    }
    Ok(digests)
}

/// What is sealed.
pub(super) struct Material {
    pub(super) plan: WavePlan,
    pub(super) questionnaire: Questionnaire,
    pub(super) frame: Frame,
    pub(super) margins: Margins,
}

impl Material {
    pub(super) async fn load(conn: &mut Conn<'_>, wave: &Wave) -> Result<Self, WaveError> {
        let frame_id = wave.frame.ok_or(Refusal::Incomplete("frame"))?;
        let margin_id = wave.margin_set.ok_or(Refusal::Incomplete("margins"))?;
        let frame = frame::get(conn, frame_id).await?;
        let margins = margin::get(conn, margin_id).await?;
        let Plan::Probability(plan) = wave::get_plan(conn, wave.id).await? else {
            return Err(Refusal::NoSample.into());
        };
        Ok(Self {
            plan: *plan,
            questionnaire: questionnaire::get(conn, &wave.questionnaire).await?,
            frame: frame::get_units(conn, &frame).await?,
            margins: margin::get_rows(conn, &margins).await?,
        })
    }

    fn check(&self) -> Result<(), WaveError> {
        self.plan
            .check(&self.questionnaire, &self.margins)
            .map_err(WaveError::Plan)?;
        planned_strata(&self.plan.sample, &self.frame).map_err(WaveError::Sample)?;
        Ok(())
    }

    fn digests(&self) -> Value {
        json!({
            "plan": hex::encode(self.plan.digest()),
            "questionnaire": hex::encode(self.questionnaire.digest()),
            "frame": hex::encode(self.frame.digest()),
            "margins": hex::encode(self.margins.digest()),
        })
    }
}

pub(super) fn allowed(person: &Account) -> Result<(), WaveError> {
    if person.may(Action::RunWave) {
        Ok(())
    } else {
        Err(WaveError::Denied)
    }
}

pub(super) fn act(app: &App, person: &Account) -> Act {
    Act {
        by: person.id,
        at: app.clock.now(),
    }
}

pub(super) async fn find(conn: &mut Conn<'_>, slug: &WaveSlug) -> Result<Wave, WaveError> {
    wave::find_by_slug(conn, slug)
        .await?
        .ok_or_else(|| WaveError::NoWave(slug.to_string()))
}

/// Stores a step with its audit entry.
pub(super) async fn step(
    conn: &mut Conn<'_>,
    person: &Account,
    at: Instant,
    action: &str,
    before: &Wave,
    after: &Wave,
    detail: Value,
) -> Result<(), WaveError> {
    if !wave::update(conn, after, before.state).await? {
        return Err(WaveError::ChangedMeanwhile);
    }
    process::append(conn, after, at, action, &detail).await?;
    record(conn, person, at, action, after, detail).await
}

/// Stores what happens by the clock, with its audit entry.
pub(super) async fn step_by_clock(
    conn: &mut Conn<'_>,
    at: Instant,
    action: &str,
    before: &Wave,
    after: &Wave,
    detail: Value,
) -> Result<(), WaveError> {
    if !wave::update(conn, after, before.state).await? {
        return Err(WaveError::ChangedMeanwhile);
    }
    process::append(conn, after, at, action, &detail).await?;
    let entry = Entry::by_clock(at, random()?, action, subject(&before.slug), detail);
    Ok(audit::insert(conn, &entry).await?)
}

/// A wave as the audit log names it.
pub(super) fn subject(slug: &WaveSlug) -> String {
    format!("wave {slug}")
}

pub(super) async fn record(
    conn: &mut Conn<'_>,
    person: &Account,
    at: Instant,
    action: &str,
    wave: &Wave,
    detail: Value,
) -> Result<(), WaveError> {
    let subject = subject(&wave.slug);
    let entry = Entry::by(person, at, random()?, action, subject, detail);
    Ok(audit::insert(conn, &entry).await?)
}

/// The stored result of a wave, if it is closed.
pub async fn result(
    app: &App,
    slug: &WaveSlug,
) -> Result<Option<(Wave, estimate::Estimate)>, WaveError> {
    let mut tx = app.office.0.begin_read("find result").await?;
    let mut conn = tx.conn();
    let found = find(&mut conn, slug).await?;
    let stored = estimate::find_latest(&mut conn, found.id).await?;
    Ok(stored.map(|estimate| (found, estimate)))
}

/// The latest published wave with its result: what everyone may read.
pub async fn published(app: &App) -> Result<Option<(Wave, estimate::Estimate)>, WaveError> {
    let mut tx = app.office.0.begin_read("find published result").await?;
    let mut conn = tx.conn();
    let waves = wave::list(&mut conn).await?;
    let published = |w: &Wave| w.state == WaveState::Published && w.kind == WaveKind::Probability;
    let Some(latest) = waves.into_iter().find(published) else {
        return Ok(None);
    };
    let stored = estimate::find_latest(&mut conn, latest.id).await?;
    Ok(stored.map(|estimate| (latest, estimate)))
}

/// The drawn sample of a wave.
pub async fn drawn_sample(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
) -> Result<crate::survey::sample::Sample, WaveError> {
    allowed(person)?;
    let mut tx = app.office.0.begin_read("find sample").await?;
    let mut conn = tx.conn();
    let found = find(&mut conn, slug).await?;
    Ok(sample::get(&mut conn, found.id).await?)
}

/// Counties of the area tree with these codes.
pub(super) async fn counties<'a>(
    conn: &mut Conn<'_>,
    codes: impl Iterator<Item = &'a AreaCode>,
) -> Result<Vec<crate::survey::area::Area>, WaveError> {
    let tree = area::list(conn).await?;
    Ok(codes.filter_map(|code| tree.get(code).cloned()).collect())
}
