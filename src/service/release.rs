//! Publishing a result: announced beforehand, then for everybody at once.
//!
//! For: `/organize/{wave}`, `minyi wave announce`, every running instance. Uses: office. Promises: each announcement is an entry of
//! the process log; the announced time publishes by itself, once, whichever node comes first; a result of real answers is never
//! published unannounced.

use std::time::Duration;

use serde_json::{Value, json};

use super::again::again;
use super::app::App;
use super::exports;
use super::imprint;
use super::waves::{WaveError, allowed, find, step, step_by_clock};
use crate::storage::Conn;
use crate::storage::office::wave;
use crate::survey::account::Account;
use crate::survey::time::Instant;
use crate::survey::wave::{Wave, WaveSlug};

/// How often a running instance looks whether an announced time has come.
const PACE: Duration = Duration::from_secs(2);

/// Announces when everybody will read the result; until then it may be announced anew.
pub async fn announce(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    release_at: Instant,
) -> Result<Wave, WaveError> {
    allowed(person)?;
    let mut tx = app.office.0.begin_write("announce a result").await?;
    let mut conn = tx.conn();
    let before = find(&mut conn, slug).await?;
    let now = app.clock.now();
    let after = before.clone().announce(release_at, now)?;
    imprint::whole(&mut conn, &before).await?;
    let said = |at: Option<Instant>| at.map(|at| app.zone.civil(at).to_string());
    let detail = json!({ "release_at": said(after.release_at), "before": said(before.release_at) });
    let action = "announce_result";
    step(&mut conn, person, now, action, &before, &after, detail).await?;
    tx.commit().await?;
    Ok(after)
}

/// Publishes at once: what is made up, or what has been announced and is due.
pub async fn publish(app: &App, person: &Account, slug: &WaveSlug) -> Result<Wave, WaveError> {
    allowed(person)?;
    let mut tx = app.office.0.begin_write("publish wave").await?;
    let mut conn = tx.conn();
    let before = find(&mut conn, slug).await?;
    let now = app.clock.now();
    let after = before.clone().publish(now)?;
    let detail = told(&mut conn, &before).await?;
    let action = "publish_wave";
    step(&mut conn, person, now, action, &before, &after, detail).await?;
    tx.commit().await?;
    app.intake.forget();
    Ok(after)
}

/// Results that wait for their announced time, the next one first.
pub async fn awaited(app: &App) -> Result<Vec<(Instant, Wave)>, WaveError> {
    let mut tx = app.office.0.begin_read("announced results").await?;
    let waves = wave::list(&mut tx.conn()).await?;
    let waits = |wave: Wave| Some((wave.awaits()?, wave));
    let mut awaited: Vec<(Instant, Wave)> = waves.into_iter().filter_map(waits).collect();
    awaited.sort_by_key(|(at, _)| *at);
    Ok(awaited)
}

/// Publishes every result whose announced time has come; how many. One that fails keeps no other from it.
pub async fn publish_due(app: &App) -> Result<usize, WaveError> {
    let now = app.clock.now();
    let (mut published, mut failed) = (0, None);
    for (at, wave) in awaited(app).await? {
        if at > now {
            break;
        }
        match again(|| publish_by_clock(app, &wave, now)).await {
            Ok(()) => published += 1,
            // Another node was quicker.
            Err(WaveError::ChangedMeanwhile | WaveError::Refused(_)) => {}
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    match failed {
        None => Ok(published),
        Some(error) => Err(error),
    }
}

/// What everybody is told: who answers for the wave, and the bytes that are published.
async fn told(conn: &mut Conn<'_>, wave: &Wave) -> Result<Value, WaveError> {
    Ok(json!({
        "imprint": imprint::whole(conn, wave).await?,
        "documents": exports::digests(conn, wave).await?,
    }))
}

async fn publish_by_clock(app: &App, due: &Wave, now: Instant) -> Result<(), WaveError> {
    let mut tx = app
        .office
        .0
        .begin_write("publish an announced result")
        .await?;
    let mut conn = tx.conn();
    let before = wave::get(&mut conn, due.id).await?;
    let after = before.clone().publish(now)?;
    let detail = told(&mut conn, &before).await?;
    let action = "publish_wave";
    step_by_clock(&mut conn, now, action, &before, &after, detail).await?;
    tx.commit().await?;
    app.intake.forget();
    tracing::info!(wave = %after.slug, "an announced result is published");
    Ok(())
}

/// Publishes announced results at their time until the instance stops.
pub fn keep_publishing(app: &App) {
    let owned = app.clone();
    app.tasks.spawn(async move {
        let work = async {
            loop {
                if let Err(error) = publish_due(&owned).await {
                    tracing::warn!(%error, "an announced result is not published yet");
                }
                tokio::time::sleep(PACE).await;
            }
        };
        owned.stop.run_until_cancelled(work).await;
    });
}
