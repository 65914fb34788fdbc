//! Results of closed waves: who may read which.
//!
//! For: the pages of results. Uses: the office. Promises: everyone reads what is published; what is
//! closed and not yet published is shown to staff alone, and to nobody else is there anything to
//! tell it from a wave that does not exist.

use super::app::App;
use crate::report::result::ReportedFigure;
use crate::storage::StoreError;
use crate::storage::office::{estimate, open_result, reported, wave};
use crate::survey::account::Account;
use crate::survey::open_result::OpenResult;
use crate::survey::result::WaveResult;
use crate::survey::role::Action;
use crate::survey::wave::{Wave, WaveKind, WaveSlug, WaveState};

/// Waves before one that a page shows beside it.
pub const MOST_BEFORE: usize = 8;

/// The waves whose results this person may read, the latest fieldwork first.
pub async fn list(app: &App, person: Option<&Account>) -> Result<Vec<Wave>, StoreError> {
    let mut tx = app.office.0.begin_read("list results").await?;
    let mut waves = wave::list(&mut tx.conn()).await?;
    waves.retain(|wave| may_read(wave, person));
    Ok(waves)
}

/// The result of a wave, if there is one that this person may read.
pub async fn find(
    app: &App,
    person: Option<&Account>,
    slug: &str,
) -> Result<Option<(Wave, WaveResult)>, StoreError> {
    let Ok(slug) = WaveSlug::parse(slug) else {
        return Ok(None);
    };
    let mut tx = app.office.0.begin_read("read result").await?;
    let conn = &mut tx.conn();
    let Some(wave) = wave::find_by_slug(conn, &slug).await? else {
        return Ok(None);
    };
    if !may_read(&wave, person) {
        return Ok(None);
    }
    let stored = estimate::find_latest(conn, wave.id).await?;
    Ok(stored.map(|estimate| (wave, estimate.result)))
}

/// Published results of the probability waves that ended before this one, the earliest first, at most
/// [`MOST_BEFORE`] of them.
pub async fn before(app: &App, wave: &Wave) -> Result<Vec<WaveResult>, StoreError> {
    let mut tx = app.office.0.begin_read("results before a wave").await?;
    let conn = &mut tx.conn();
    let mut waves = wave::list(conn).await?;
    waves.retain(|one| {
        let is_published = one.state == WaveState::Published && one.kind == WaveKind::Probability;
        is_published && one.id != wave.id && one.closes_at < wave.closes_at
    });
    waves.sort_by_key(|one| one.closes_at);
    let skipped = waves.len().saturating_sub(MOST_BEFORE);
    let mut results = Vec::new();
    for one in waves.iter().skip(skipped) {
        let stored = estimate::find_latest(conn, one.id).await?;
        results.extend(stored.map(|stored| stored.result));
    }
    Ok(results)
}

/// What others reported of earlier surveys, with who did.
pub async fn reported(app: &App) -> Result<Vec<ReportedFigure>, StoreError> {
    let mut tx = app.office.0.begin_read("read reported results").await?;
    let conn = &mut tx.conn();
    let mut figures = Vec::new();
    for set in reported::list(conn).await? {
        let rows = reported::get_rows(conn, &set).await?;
        figures.extend(rows.rows().iter().map(|row| ReportedFigure {
            row: row.clone(),
            source: set.source.clone(),
            synthetic: set.synthetic,
        }));
    }
    Ok(figures)
}

/// The result of an open wave, if there is one that this person may read.
pub async fn open_result(
    app: &App,
    person: Option<&Account>,
    slug: &str,
) -> Result<Option<(Wave, OpenResult)>, StoreError> {
    let Ok(slug) = WaveSlug::parse(slug) else {
        return Ok(None);
    };
    let mut tx = app.office.0.begin_read("read open result").await?;
    let conn = &mut tx.conn();
    let found = wave::find_by_slug(conn, &slug).await?;
    let Some(wave) = found.filter(|wave| may_read(wave, person)) else {
        return Ok(None);
    };
    let stored = open_result::find(conn, wave.id).await?;
    Ok(stored.map(|result| (wave, result)))
}

fn may_read(wave: &Wave, person: Option<&Account>) -> bool {
    match wave.state {
        WaveState::Published => true,
        WaveState::Closed => person.is_some_and(|person| person.may(Action::ReadResults)),
        WaveState::Draft
        | WaveState::Sealed
        | WaveState::Drawn
        | WaveState::Open
        | WaveState::Closing => false,
    }
}
