//! Who answers for a wave, as its organizers say it before the result is published.
//!
//! For: `/organize/{wave}/imprint`, `minyi wave imprint`, publishing, the pages of results. Uses: the office. Promises: it can be said
//! and changed from the seal to the publication and not after; each change is in the audit log with its digest.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::app::App;
use super::waves::{WaveError, allowed, find, record};
use crate::storage::office::{estimate, imprint, wave};
use crate::storage::{Conn, StoreError};
use crate::survey::account::Account;
use crate::survey::imprint::{Element, Imprint, missing};
use crate::survey::role::Action;
use crate::survey::wave::{Refusal, Wave, WaveKind, WaveSlug, WaveState};

/// A wave with what is said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// The wave.
    pub wave: Wave,
    /// What is said; blank where nothing is.
    pub imprint: Imprint,
    /// Whether this person may change it now.
    pub can_change: bool,
}

/// What is said of a wave, for staff.
pub async fn read(app: &App, person: &Account, slug: &WaveSlug) -> Result<Said, WaveError> {
    if !person.may(Action::WatchFieldwork) {
        return Err(WaveError::Denied);
    }
    let mut tx = app.office.0.begin_read("read imprint").await?;
    let mut conn = tx.conn();
    let wave = find(&mut conn, slug).await?;
    let found = imprint::find(&mut conn, wave.id).await?;
    Ok(Said {
        can_change: person.may(Action::RunWave) && changes(&wave).is_ok(),
        imprint: found.unwrap_or_else(Imprint::blank),
        wave,
    })
}

/// What is said of a wave whose result somebody reads.
pub async fn of_wave(app: &App, wave: &Wave) -> Result<Option<Imprint>, StoreError> {
    let mut tx = app.office.0.begin_read("find imprint").await?;
    imprint::find(&mut tx.conn(), wave.id).await
}

/// Says it, or says it anew.
pub async fn say(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    said: &Imprint,
) -> Result<(), WaveError> {
    allowed(person)?;
    let mut tx = app.office.0.begin_write("say imprint").await?;
    let mut conn = tx.conn();
    let wave = find(&mut conn, slug).await?;
    changes(&wave)?;
    // Whoever publishes at this moment and this step exclude each other.
    if !wave::update(&mut conn, &wave, wave.state).await? {
        return Err(WaveError::ChangedMeanwhile);
    }
    let now = app.clock.now();
    imprint::upsert(&mut conn, wave.id, said, now).await?;
    if wave.awaits().is_some() {
        // An announced result appears at its time: nothing that it needs is taken away.
        whole(&mut conn, &wave).await?;
    }
    let detail = json!({ "imprint": digest(said) });
    record(&mut conn, person, now, "say_imprint", &wave, detail).await?;
    Ok(tx.commit().await?)
}

fn changes(wave: &Wave) -> Result<(), Refusal> {
    let refused = |needed| Refusal::State {
        kind: wave.kind,
        found: wave.state,
        needed,
    };
    match wave.state {
        _ if wave.kind == WaveKind::Open => Err(Refusal::NoSample),
        WaveState::Draft => Err(refused(WaveState::Sealed)),
        WaveState::Published => Err(refused(WaveState::Closed)),
        _ => Ok(()),
    }
}

/// SHA-256 of the document, hexadecimal.
fn digest(said: &Imprint) -> String {
    let document = serde_json::to_vec(said).unwrap_or_default();
    hex::encode(Sha256::digest(document))
}

/// What the method statement of a closed wave lacks; otherwise the digest of what is said, for the log.
pub(super) async fn whole(conn: &mut Conn<'_>, wave: &Wave) -> Result<Option<String>, WaveError> {
    if wave.kind == WaveKind::Open {
        return Ok(None);
    }
    let stored = estimate::find_latest(conn, wave.id).await?;
    let stored = stored.ok_or(StoreError::Missing("estimate"))?;
    let said = imprint::find(conn, wave.id).await?;
    let lacking: Vec<Element> = missing(&stored.result, said.as_ref());
    if lacking.is_empty() {
        Ok(said.as_ref().map(digest))
    } else {
        Err(WaveError::Unstated(lacking))
    }
}
