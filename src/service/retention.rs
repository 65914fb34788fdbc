//! The end of a wave's codes: at a date that was stated before fieldwork, what could tell whose a code was is destroyed.
//!
//! For: every running instance. Uses: office, keys. Promises: the date stands in the sealed entry of the process log; the wrapped keys leave
//! the office with an entry of the process log in one transaction, once, whichever node comes first; every node overwrites and deletes
//! its own key files; answers, counts and logs stay, and nothing joins a code to any of them any more. Before the close nothing is destroyed.

use std::time::Duration;

use serde_json::json;

use super::app::App;
use super::keys::random;
use super::process;
use super::waves::{WaveError, subject};
use crate::storage::office::{audit, wave, wave_key};
use crate::survey::audit::Entry;
use crate::survey::time::Instant;
use crate::survey::wave::{Wave, WaveState};

/// How long after the announced end codes can still be looked up.
pub const KEPT: Duration = Duration::from_hours(90 * 24);
/// How long after the close at least: resends are cut loose a day after it.
const AFTER_CLOSE: Duration = Duration::from_hours(3 * 24);
/// How often it is looked whether a date has come.
const PACE: Duration = Duration::from_mins(10);

/// Until when codes of the wave can be looked up, as its sealed entry states.
#[must_use]
pub fn codes_until(wave: &Wave) -> Instant {
    wave.closes_at.plus(KEPT)
}

/// Whether the wave's codes have ended, or are to end now.
pub(super) fn is_over(wave: &Wave, now: Instant) -> bool {
    let closed = wave.closed.as_ref();
    wave.state >= WaveState::Closed
        && now >= codes_until(wave)
        && closed.is_some_and(|act| now >= act.at.plus(AFTER_CLOSE))
}

/// Ends the codes of every wave whose date has come; of how many this node did it first.
///
/// # Errors
/// The office or a key file failed; what is done stays done, and the same call goes on.
pub async fn forget_due(app: &App) -> Result<usize, WaveError> {
    let now = app.clock.now();
    let waves = {
        let mut tx = app.office.0.begin_read("waves whose codes end").await?;
        wave::list(&mut tx.conn()).await?
    };
    let mut ended = 0;
    for wave in waves.iter().filter(|wave| is_over(wave, now)) {
        ended += usize::from(forget(app, wave, now).await?);
        app.keys.destroy_wave(wave.id)?;
    }
    if ended > 0 {
        app.intake.forget();
    }
    Ok(ended)
}

/// Takes the wrapped keys out of the office; says whether they were there.
async fn forget(app: &App, wave: &Wave, now: Instant) -> Result<bool, WaveError> {
    let mut tx = app.office.0.begin_write("end the codes of a wave").await?;
    let mut conn = tx.conn();
    if !wave_key::delete(&mut conn, wave.id).await? {
        return Ok(false);
    }
    let detail = json!({ "stated": codes_until(wave).to_string() });
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
