//! Everything that the staff's pages show of a wave beside its state: names, digests, what is planned.
//!
//! Promises: counts and documents only, nothing computed from answers; whoever may watch fieldwork may
//! see it.

use std::collections::BTreeMap;

use super::{WaveError, WaveStatus, counties, status, subject};
use crate::service::app::App;
use crate::service::close::provenance;
use crate::service::questionnaires;
use crate::service::quotas::{self, Board};
use crate::service::seeds;
use crate::storage::office::{account, audit, frame, margin, questionnaire, wave};
use crate::survey::account::{Account, AccountName};
use crate::survey::area::Area;
use crate::survey::audit::Entry;
use crate::survey::ids::AccountId;
use crate::survey::plan::{CountySample, Plan};
use crate::survey::questionnaire::{Changes, Questionnaire};
use crate::survey::result::Provenance;
use crate::survey::time::Instant;
use crate::survey::wave::{Wave, WaveSlug, WaveState};

/// A wave as its staff see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// State and progress.
    pub status: WaveStatus,
    /// The planned sample of each county, in the order of the plan; none in an open wave.
    pub planned: Vec<CountySample>,
    /// The counties of the plan.
    pub counties: Vec<Area>,
    /// The plan.
    pub plan: Plan,
    /// The questionnaire.
    pub questionnaire: Questionnaire,
    /// The wave with which change is measured, and what it asked otherwise.
    pub since_base: Option<(WaveSlug, Changes)>,
    /// The quota cells.
    pub board: Board,
    /// The earlier wave with which change is measured.
    pub base: Option<WaveSlug>,
    /// The frame, once it is chosen.
    pub frame: Option<Provenance>,
    /// The margins, once they are chosen.
    pub margins: Option<Provenance>,
    /// What the audit log says of it, the latest first.
    pub log: Vec<Entry>,
    /// Names of the people who took a step.
    pub people: BTreeMap<AccountId, AccountName>,
    /// Until when a close waits for lists of seeded answers, where it does.
    pub seeds_until: Option<Instant>,
}

/// A wave as its staff see it.
pub async fn overview(app: &App, person: &Account, slug: &WaveSlug) -> Result<Overview, WaveError> {
    let status = status(app, person, slug).await?;
    let wave = &status.wave;
    let mut tx = app.office.0.begin_read("wave overview").await?;
    let mut conn = tx.conn();
    let plan = wave::get_plan(&mut conn, wave.id).await?;
    let counties = counties(&mut conn, plan.counties()).await?;
    let questionnaire = questionnaire::get(&mut conn, &wave.questionnaire).await?;
    let since_base = questionnaires::since_base(&mut conn, wave).await?;
    let frame = match wave.frame {
        Some(id) => Some(provenance(&frame::get(&mut conn, id).await?)),
        None => None,
    };
    let margins = match wave.margin_set {
        Some(id) => Some(provenance(&margin::get(&mut conn, id).await?)),
        None => None,
    };
    let base = match wave.base_wave {
        Some(id) => Some(wave::get(&mut conn, id).await?.slug),
        None => None,
    };
    let mut people = BTreeMap::new();
    for id in actors(wave) {
        if let Some(account) = account::find(&mut conn, id).await? {
            people.insert(id, account.name);
        }
    }
    let log = audit::list_subject(&mut conn, &subject(slug)).await?;
    drop(tx);
    Ok(Overview {
        seeds_until: match wave.state {
            WaveState::Closing => seeds::awaited(app, wave).await?,
            _ => None,
        },
        planned: match &plan {
            Plan::Probability(plan) => plan.sample.counties.clone(),
            Plan::Open(_) => Vec::new(),
        },
        plan,
        questionnaire,
        since_base,
        board: quotas::board(app, person, slug).await?,
        counties,
        base,
        frame,
        margins,
        log,
        people,
        status,
    })
}

/// Who took a step of the wave.
fn actors(wave: &Wave) -> impl Iterator<Item = AccountId> {
    let close = wave.close_request.as_ref().map(|request| request.act);
    let acts = [wave.seal_request, wave.sealed, close, wave.closed];
    let acts = acts.into_iter().flatten().map(|act| act.by);
    wave.created_by.into_iter().chain(acts)
}
