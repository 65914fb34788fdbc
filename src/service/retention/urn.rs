//! The end of a wave's keys in the urn's own program: it knows the date from what it was told of the wave.
//!
//! Promises: nothing is destroyed while a record waits in the pool, since nobody could read it then; files first, then the urn's word that
//! they are gone, once; whoever has both stores puts that word into the process log.

use serde_json::json;

use super::{AFTER_CLOSE, App};
use crate::service::keys::random;
use crate::service::process;
use crate::service::terms::{self, Terms};
use crate::service::waves::{WaveError, subject};
use crate::storage::office::{audit, process_entry};
use crate::storage::urn::{ended, pool};
use crate::survey::audit::Entry;
use crate::survey::time::Instant;
use crate::survey::wave::{Wave, WaveState};

/// What the process log and the audit log call it.
const ACTION: &str = "destroy_urn_keys";

/// Ends the urn's keys of every wave whose date has come; of how many this node did it first.
pub(super) async fn forget_due(app: &App) -> Result<usize, WaveError> {
    let now = app.clock.now();
    let (mut first, mut failed) = (0, None);
    for told in terms::list(&app.urn).await? {
        let done = match told {
            Ok(told) => end(app, &told, now).await,
            Err(error) => Err(error.into()),
        };
        match done {
            Ok(is_first) => first += usize::from(is_first),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    match failed {
        None => Ok(first),
        Some(error) => Err(error),
    }
}

/// The date, if it has come: the stated one, and some days after the close.
fn due(told: &Terms, now: Instant) -> Option<Instant> {
    let is_over = told.wave.state >= WaveState::Closing;
    let until = told.codes_until.filter(|_| is_over)?;
    (now >= until && now >= told.wave.closes_at.plus(AFTER_CLOSE)).then_some(until)
}

async fn end(app: &App, told: &Terms, now: Instant) -> Result<bool, WaveError> {
    let id = told.wave.id;
    let Some(until) = due(told, now) else {
        return Ok(false);
    };
    let waiting = {
        let mut tx = app.urn.0.begin_read("records that wait").await?;
        pool::count_waiting(&mut tx.conn(), id).await?
    };
    if waiting.iter().any(|unit| unit.records > 0) {
        tracing::warn!(wave = %told.wave.slug, "keys have not ended: records wait for the close");
        return Ok(false);
    }
    if !app.keys.left(id)?.is_empty() {
        app.keys.destroy_wave(id)?;
        app.intake.forget_keys(id);
    }
    let mut tx = app.urn.0.begin_write("the keys of a wave ended").await?;
    let is_first = ended::insert(&mut tx.conn(), id, until).await?;
    tx.commit().await?;
    if is_first {
        tracing::info!(wave = %told.wave.slug, "the keys of a wave have ended");
    }
    Ok(is_first)
}

/// Puts the urn's word that its keys are gone into the process log, once it has given it.
pub(super) async fn tell(app: &App, wave: &Wave, now: Instant) -> Result<(), WaveError> {
    let stated = {
        let mut tx = app.urn.0.begin_read("whether keys ended").await?;
        ended::find(&mut tx.conn(), wave.id).await?
    };
    let Some(stated) = stated else {
        return Ok(());
    };
    let mut tx = app.office.0.begin_write("the urn's keys ended").await?;
    let mut conn = tx.conn();
    // Whoever came first has told it; on PostgreSQL two entries of one place collide.
    let entries = process_entry::list(&mut conn, wave.id).await?;
    if super::read(&entries).urn_has_ended {
        return Ok(());
    }
    let detail = json!({ "stated": stated.to_string() });
    process::append(&mut conn, wave, now, ACTION, &detail).await?;
    let entry = Entry::by_clock(now, random()?, ACTION, subject(&wave.slug), detail);
    audit::insert(&mut conn, &entry).await?;
    tx.commit().await?;
    Ok(())
}
