//! What the urn's program must know of a wave, as one document in the urn.
//!
//! For: a program that has the urn and no office (`serve --role urn`). It is written when a wave opens, when its end moves, and at
//! the close, by whoever has both stores. Promises: it holds what everybody may read anyway (name, dates, counties,
//! questionnaire) and nothing of a code, a frame, an account or a person; a program that has the office reads the office.

use serde::{Deserialize, Serialize};

use super::app::App;
use super::waves::{self, WaveError};
use super::{retention, rules};
use crate::storage::office::{area, process_entry, questionnaire, wave};
use crate::storage::urn::terms;
use crate::storage::{Conn, StoreError, Urn};
use crate::survey::account::Account;
use crate::survey::area::Area;
use crate::survey::ids::WaveId;
use crate::survey::plan::Plan;
use crate::survey::questionnaire::{Questionnaire, Text};
use crate::survey::time::Instant;
use crate::survey::wave::{Wave, WaveKind, WaveSlug, WaveState};

/// Form of the document; another one is not read.
const FORM: u32 = 1;

/// The document.
#[derive(Serialize, Deserialize)]
struct Document {
    form: u32,
    wave: WaveId,
    slug: WaveSlug,
    titles: Text,
    state: WaveState,
    synthetic: bool,
    opens_at: Instant,
    /// The announced end, or when the wave was closed before it.
    closes_at: Instant,
    /// When the wave's keys are destroyed, as its seal stated; nothing of a wave that was sealed before there was such a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    codes_until: Option<Instant>,
    fast_seconds: u32,
    counties: Vec<Area>,
    questionnaire: Questionnaire,
}

/// What the document says.
#[derive(Clone)]
pub(super) struct Terms {
    /// The wave, without everything that only the office's side knows.
    pub wave: Wave,
    /// Its questionnaire.
    pub questionnaire: Questionnaire,
    /// An interview shorter than this is marked, seconds.
    pub fast_seconds: u32,
    /// Its counties.
    pub counties: Vec<Area>,
    /// When its keys are destroyed.
    pub codes_until: Option<Instant>,
}

impl Document {
    async fn of(office: &mut Conn<'_>, wave: &Wave, plan: &Plan) -> Result<Self, StoreError> {
        let areas = area::list(office).await?;
        let counties = plan.counties().filter_map(|code| areas.get(code)).cloned();
        let entries = process_entry::list(office, wave.id).await?;
        let early = wave.closed.filter(|_| wave.state > WaveState::Open);
        Ok(Self {
            form: FORM,
            wave: wave.id,
            slug: wave.slug.clone(),
            titles: wave.titles.clone(),
            state: wave.state.min(WaveState::Closing),
            synthetic: wave.synthetic,
            opens_at: wave.opens_at,
            closes_at: early.map_or(wave.closes_at, |act| act.at.min(wave.closes_at)),
            codes_until: retention::read(&entries).until,
            fast_seconds: plan.quality().fast_seconds,
            counties: counties.collect(),
            questionnaire: questionnaire::get(office, &wave.questionnaire).await?,
        })
    }

    fn read(text: &str) -> Result<Terms, StoreError> {
        let told: Self = serde_json::from_str(text).map_err(|_| StoreError::Corrupt("terms"))?;
        if told.form != FORM {
            return Err(StoreError::Corrupt("form of the terms"));
        }
        Ok(Terms {
            wave: Wave {
                id: told.wave,
                slug: told.slug,
                kind: WaveKind::Probability,
                titles: told.titles,
                questionnaire: told.questionnaire.digest(),
                frame: None,
                margin_set: None,
                base_wave: None,
                plan_digest: [0; 32],
                state: told.state,
                synthetic: told.synthetic,
                opens_at: told.opens_at,
                closes_at: told.closes_at,
                seed: None,
                seed_text: None,
                created_at: told.opens_at,
                created_by: None,
                seal_request: None,
                sealed: None,
                opened_at: None,
                close_request: None,
                closed: None,
                release_at: None,
                published_at: None,
            },
            questionnaire: told.questionnaire,
            fast_seconds: told.fast_seconds,
            counties: told.counties,
            codes_until: told.codes_until,
        })
    }
}

/// Writes a wave's document into the urn, as the wave is after the step that is being taken. Answers of an open wave are only
/// taken by a program that has both stores, so that one has none.
pub(super) async fn write(
    office: &mut Conn<'_>,
    urn: &mut Conn<'_>,
    after: &Wave,
) -> Result<(), StoreError> {
    if after.kind == WaveKind::Open {
        return Ok(());
    }
    let plan = wave::get_plan(office, after.id).await?;
    let document = Document::of(office, after, &plan).await?;
    let text = serde_json::to_string(&document).map_err(|_| StoreError::Corrupt("terms"))?;
    terms::upsert(urn, after.id, &after.slug, &text).await
}

/// Writes a wave's document in a transaction of its own.
pub(super) async fn keep(office: &mut Conn<'_>, urn: &Urn, after: &Wave) -> Result<(), StoreError> {
    let mut tx = urn.0.begin_write("terms of a wave").await?;
    write(office, &mut tx.conn(), after).await?;
    tx.commit().await
}

/// Puts what is due into effect and writes the document of a wave that has opened: after an upgrade, and when the end of a wave
/// moves whose office and urn are with two programs.
pub async fn renew(app: &App, person: &Account, slug: &WaveSlug) -> Result<Wave, WaveError> {
    waves::allowed(person)?;
    rules::apply_due(app).await?;
    let mut tx = app.office.0.begin_read("wave of terms").await?;
    let conn = &mut tx.conn();
    let wave = waves::find(conn, slug).await?;
    if wave.state >= WaveState::Open {
        keep(conn, &app.urn, &wave).await?;
    }
    Ok(wave)
}

/// What the urn knows of the wave of this name.
pub(super) async fn read(urn: &Urn, slug: &WaveSlug) -> Result<Option<Terms>, StoreError> {
    let mut tx = urn.0.begin_read("terms of a wave").await?;
    let found = terms::find(&mut tx.conn(), slug).await?;
    found.as_deref().map(Document::read).transpose()
}

/// A wave, as far as this program knows it.
pub(super) async fn wave(app: &App, id: WaveId) -> Result<Wave, StoreError> {
    if app.office.0.here().is_ok() {
        let mut tx = app.office.0.begin_read("a wave").await?;
        return wave::get(&mut tx.conn(), id).await;
    }
    let mut tx = app.urn.0.begin_read("terms of a wave").await?;
    let found = terms::get(&mut tx.conn(), id).await?;
    let text = found.ok_or(StoreError::Missing("terms"))?;
    Ok(Document::read(&text)?.wave)
}

/// The wave of this name, as far as this program knows it.
pub(super) async fn find(app: &App, slug: &WaveSlug) -> Result<Option<Wave>, StoreError> {
    if app.office.0.here().is_ok() {
        let mut tx = app.office.0.begin_read("wave of log").await?;
        return wave::find_by_slug(&mut tx.conn(), slug).await;
    }
    Ok(read(&app.urn, slug).await?.map(|terms| terms.wave))
}

/// Every wave that may have records.
pub(super) async fn opened(app: &App) -> Result<Vec<Wave>, StoreError> {
    let mut waves = if app.office.0.here().is_ok() {
        let mut tx = app.office.0.begin_read("waves with records").await?;
        wave::list(&mut tx.conn()).await?
    } else {
        // One that cannot be read keeps no other wave waiting.
        let read = |told| match told {
            Ok(Terms { wave, .. }) => Some(wave),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "terms of a wave cannot be read");
                None
            }
        };
        list(&app.urn).await?.into_iter().filter_map(read).collect()
    };
    waves.retain(|wave| wave.state >= WaveState::Open);
    Ok(waves)
}

/// What the urn knows of every wave, by name; each may be one that this program cannot read.
pub(super) async fn list(urn: &Urn) -> Result<Vec<Result<Terms, StoreError>>, StoreError> {
    let mut tx = urn.0.begin_read("terms of waves").await?;
    let documents = terms::list(&mut tx.conn()).await?;
    Ok(documents.iter().map(|text| Document::read(text)).collect())
}
