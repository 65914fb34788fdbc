//! The end of a wave's codes: at a date that was stated before fieldwork, what could tell whose a code was is destroyed.
//!
//! For: every running instance. Uses: office, keys. Promises: the date is the one that the sealed entry of the process log states, and a later
//! change of the end moves it nowhere; a wave without such a date keeps its codes; the wrapped keys leave
//! the office with an entry of the process log in one transaction, once, whichever node comes first; every node overwrites and deletes
//! its own key files; answers, counts and logs stay, and nothing joins a code to any of them any more. Before the close nothing is destroyed.
//! A program that has the urn alone destroys the urn's keys at the same date ([`urn`]).

mod urn;

use std::time::Duration;

use serde_json::{Value, json};

use super::app::{App, Part, Store};
use super::keys::random;
use super::process;
use super::waves::{WaveError, subject};
use crate::storage::StoreError;
use crate::storage::office::{audit, wave, wave_key};
use crate::survey::audit::Entry;
use crate::survey::time::{Instant, Zone};
use crate::survey::wave::{Wave, WaveState};

/// How long after the announced end codes can still be looked up.
const KEPT: Duration = Duration::from_hours(90 * 24);
/// How long after the close at least: resends are cut loose a day after it.
const AFTER_CLOSE: Duration = Duration::from_hours(3 * 24);
/// How often it is looked whether a date has come.
const PACE: Duration = Duration::from_mins(10);

/// Until when codes of the wave can be looked up, to be stated at the seal.
pub(super) fn stated(wave: &Wave) -> Instant {
    wave.closes_at.plus(KEPT)
}

/// What the wave's process log says of its codes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Codes {
    /// Until when they can be looked up, as the seal stated; nothing of a wave that was sealed before there was such a date.
    pub until: Option<Instant>,
    /// They have ended.
    pub have_ended: bool,
    /// So have the keys of an urn that is a program of its own.
    pub urn_has_ended: bool,
}

/// What the process log of a wave says of its codes.
///
/// # Errors
/// The office failed.
pub async fn codes(app: &App, wave: &Wave) -> Result<Codes, StoreError> {
    Ok(read(&process::entries(app, wave).await?))
}

/// What these entries of a process log say of the codes.
pub(super) fn read(entries: &[String]) -> Codes {
    let mut found = Codes::default();
    for entry in entries {
        let entry: Value = serde_json::from_str(entry).unwrap_or_default();
        let said = |field: &str| entry.get(field).and_then(Value::as_str);
        match said("event") {
            Some("sealed") => {
                let until = said("codes_until");
                // Entries have their times in UTC.
                found.until = until.and_then(|text| Zone::shanghai().parse(text).ok());
            }
            Some("codes_destroyed") => found.have_ended = true,
            Some("urn_keys_destroyed") => found.urn_has_ended = true,
            _ => {}
        }
    }
    found
}

/// Ends the codes of every wave whose date has come, and the urn's keys, each as far as this program has them; of how many this node did
/// it first. One that fails keeps no other from it.
///
/// # Errors
/// A store or a key file failed; what is done stays done, and the same call goes on.
pub async fn forget_due(app: &App) -> Result<usize, WaveError> {
    let mut ended = 0;
    if app.part.has(Store::Urn) && (app.part == Part::Urn || app.keys.are_apart()) {
        ended += urn::forget_due(app).await?;
    }
    if app.part.has(Store::Office) {
        ended += forget_codes_due(app).await?;
    }
    Ok(ended)
}

async fn forget_codes_due(app: &App) -> Result<usize, WaveError> {
    let now = app.clock.now();
    let waves = {
        let mut tx = app.office.0.begin_read("waves whose codes end").await?;
        wave::list(&mut tx.conn()).await?
    };
    let (mut ended, mut failed) = (0, None);
    for wave in waves.iter().filter(|wave| may_end(wave, now)) {
        match end(app, wave, now).await {
            Ok(first) => ended += usize::from(first),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    match failed {
        None => Ok(ended),
        Some(error) => Err(error),
    }
}

fn may_end(wave: &Wave, now: Instant) -> bool {
    let closed = wave.closed.as_ref();
    wave.state >= WaveState::Closed && closed.is_some_and(|act| now >= act.at.plus(AFTER_CLOSE))
}

/// Ends the codes of a wave whose stated date has come; says whether this node was the first.
async fn end(app: &App, wave: &Wave, now: Instant) -> Result<bool, WaveError> {
    let found = codes(app, wave).await?;
    let (until, have_ended) = (found.until, found.have_ended);
    let Some(until) = until.filter(|until| have_ended || now >= *until) else {
        return Ok(false);
    };
    let first = !have_ended && forget(app, wave, (until, now)).await?;
    if !app.keys.left(wave.id)?.is_empty() {
        app.keys.destroy_wave(wave.id)?;
        app.intake.forget_keys(wave.id);
    }
    if !found.urn_has_ended && app.part == Part::Both {
        urn::tell(app, wave, now).await?;
    }
    Ok(first)
}

/// Takes the wrapped keys out of the office; says whether they were there.
async fn forget(
    app: &App,
    wave: &Wave,
    (until, now): (Instant, Instant),
) -> Result<bool, WaveError> {
    let mut tx = app.office.0.begin_write("end the codes of a wave").await?;
    let mut conn = tx.conn();
    if !wave_key::delete(&mut conn, wave.id).await? {
        return Ok(false);
    }
    let detail = json!({ "stated": until.to_string() });
    let action = "destroy_codes";
    process::append(&mut conn, wave, now, action, &detail).await?;
    let entry = Entry::by_clock(now, random()?, action, subject(&wave.slug), detail);
    audit::insert(&mut conn, &entry).await?;
    tx.commit().await?;
    tracing::info!(wave = %wave.slug, "the codes of a wave have ended");
    Ok(true)
}

/// Ends codes at their dates until the instance stops.
pub fn keep_forgetting(app: &App) {
    let owned = app.clone();
    app.tasks.spawn(async move {
        let work = async {
            loop {
                if let Err(error) = forget_due(&owned).await {
                    tracing::warn!(%error, "the codes of a wave have not ended yet");
                }
                tokio::time::sleep(PACE).await;
            }
        };
        owned.stop.run_until_cancelled(work).await;
    });
}
