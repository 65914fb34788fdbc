//! The log of a wave: its tree, its checkpoints, and a new log where the old one cannot go on.
//!
//! For: batches, backups, the public page of a checkpoint. Uses: urn, keys, `ledger`. Promises: a
//! checkpoint covers leaves that are committed; the latest one is also kept beside the wave's keys,
//! outside every backup; a log that lost leaves signs nothing more, and its successor begins by
//! the decision of two people.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;

use super::app::App;
use super::keys::KeysError;
use super::process;
use super::terms;
use super::waves::{self, WaveError};
use super::witnesses;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::tree::{Frontier, Hash};
use crate::storage::office::audit;
use crate::storage::urn::log;
pub use crate::storage::urn::log::Log;
use crate::storage::urn::{gate, leaf};
use crate::storage::{Conn, StoreError};
use crate::survey::account::Account;
use crate::survey::ids::WaveId;
use crate::survey::wave::{Refusal, Wave, WaveSlug, WaveState};

/// Leaves that are read at once.
const PAGE: u64 = 10_000;
/// What the audit log calls the request for a new log.
const ASKED: &str = "ask_new_log";
/// What it calls the consent: the `restored` entry of the wave's history.
const RESTORED: &str = "restored";

/// Why there is no checkpoint.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// Leaves are missing: nothing is signed until two people let a new log begin.
    #[error("the log lost {lost} leaves and signs nothing")]
    Halted {
        /// How many.
        lost: u64,
    },
    /// The wave has no log yet.
    #[error("the wave has not opened")]
    NotOpen,
    /// A store.
    #[error("a store failed")]
    Store(#[from] StoreError),
    /// A key.
    #[error("a key failed")]
    Keys(#[from] KeysError),
}

/// Trees that were computed before, to be continued. Cheap to clone.
#[derive(Clone, Default)]
pub struct Trees(Arc<Mutex<HashMap<WaveId, Frontier>>>);

impl Trees {
    fn known(&self, wave: WaveId) -> Frontier {
        let trees = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        trees.get(&wave).cloned().unwrap_or_default()
    }

    fn remember(&self, wave: WaveId, tree: &Frontier) {
        let mut trees = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_longer = |known: &Frontier| known.size() >= tree.size();
        if !trees.get(&wave).is_some_and(is_longer) {
            trees.insert(wave, tree.clone());
        }
    }
}

/// The name of a wave's log, which is also the name of its key.
#[must_use]
pub fn origin(public_url: &str, slug: &WaveSlug, number: u64) -> String {
    origin_named(public_url, slug, &number.to_string())
}

/// The same for a log that has a word in the place of the number.
pub(super) fn origin_named(public_url: &str, slug: &WaveSlug, name: &str) -> String {
    let host = public_url
        .split_once("://")
        .map_or(public_url, |(_, rest)| rest);
    format!("{host}{}", path_named(slug, name))
}

/// The part of a log's name after the host.
pub(super) fn path(slug: &WaveSlug, number: u64) -> String {
    path_named(slug, &number.to_string())
}

/// The same for a log that has a word in the place of the number.
pub(super) fn path_named(slug: &WaveSlug, name: &str) -> String {
    format!("/log/{slug}/{name}")
}

/// Continues a tree with the leaves that are there, up to `most` leaves in all.
pub(super) async fn grow(
    conn: &mut Conn<'_>,
    wave: WaveId,
    mut tree: Frontier,
    most: u64,
) -> Result<Frontier, StoreError> {
    while tree.size() < most {
        let page = PAGE.min(most - tree.size());
        let leaves = leaf::list(conn, wave, tree.size(), page).await?;
        if leaves.is_empty() {
            break;
        }
        for leaf in leaves {
            if leaf.place != tree.size() {
                return Err(StoreError::Corrupt("place in the log"));
            }
            tree.push(&leaf.commitment);
        }
    }
    Ok(tree)
}

/// The log of a wave that is in use and its tree, unless it is halted.
pub(super) async fn tree(app: &App, wave: WaveId) -> Result<(Log, Frontier), LogError> {
    let mut tx = app.urn.0.begin_read("tree of a log").await?;
    let log = log::latest(&mut tx.conn(), wave).await?;
    if log.is_halted {
        return Err(LogError::Halted { lost: log.lost });
    }
    let known = app.trees.known(wave);
    let tree = grow(&mut tx.conn(), wave, known, u64::MAX).await?;
    app.trees.remember(wave, &tree);
    Ok((log, tree))
}

/// Size and root of a wave's answers when no more come, halted or not.
pub(super) async fn settled(app: &App, wave: WaveId) -> Result<(u64, Hash), StoreError> {
    let mut tx = app.urn.0.begin_read("settled log").await?;
    let tree = grow(&mut tx.conn(), wave, app.trees.known(wave), u64::MAX).await?;
    Ok((tree.size(), tree.root()))
}

/// The signed head of a wave's log.
pub async fn checkpoint(app: &App, wave: &Wave) -> Result<String, LogError> {
    if wave.state < WaveState::Open {
        return Err(LogError::NotOpen);
    }
    let (log, tree) = tree(app, wave.id).await?;
    let checkpoint = Checkpoint {
        origin: origin(&app.public_url, &wave.slug, log.number),
        size: tree.size(),
        root: tree.root(),
    };
    Ok(checkpoint.sign(app.keys.signing()))
}

/// The signed head of the log of the wave with this name, for everyone; nothing if there is none.
pub async fn find_checkpoint(app: &App, slug: &str) -> Result<Option<String>, LogError> {
    let Ok(slug) = WaveSlug::parse(slug) else {
        return Ok(None);
    };
    match terms::find(app, &slug).await? {
        Some(wave) if wave.state >= WaveState::Open => {
            let (note, log) = (checkpoint(app, &wave).await?, standing(app, wave.id).await?);
            let name = log.number.to_string();
            Ok(Some(witnesses::cosigned(app, &wave, &name, note).await?))
        }
        _ => Ok(None),
    }
}

/// Keeps the head beside the wave's keys, for a restore to compare with.
pub(super) async fn keep(app: &App, wave: &Wave) -> Result<(), LogError> {
    let note = checkpoint(app, wave).await?;
    Ok(app.keys.keep_checkpoint(wave.id, &note)?)
}

/// The log of a wave that is in use.
pub async fn standing(app: &App, wave: WaveId) -> Result<Log, StoreError> {
    let mut tx = app.urn.0.begin_read("find log").await?;
    log::latest(&mut tx.conn(), wave).await
}

/// One person asks that a wave goes on in a new log, without the leaves that are lost.
pub async fn ask_new(app: &App, person: &Account, slug: &WaveSlug) -> Result<Log, WaveError> {
    waves::allowed(person)?;
    let mut tx = app.office.0.begin_write("ask new log").await?;
    let wave = waves::find(&mut tx.conn(), slug).await?;
    let log = halted(app, wave.id).await?;
    let at = app.clock.now();
    let detail = json!({ "log": log.number, "lost": log.lost });
    waves::record(&mut tx.conn(), person, at, ASKED, &wave, detail).await?;
    tx.commit().await?;
    Ok(log)
}

/// Another person consents: the new log begins, and the wave takes records again.
pub async fn confirm_new(app: &App, person: &Account, slug: &WaveSlug) -> Result<Log, WaveError> {
    waves::allowed(person)?;
    let mut tx = app.office.0.begin_write("confirm new log").await?;
    let conn = &mut tx.conn();
    let wave = waves::find(conn, slug).await?;
    let log = halted(app, wave.id).await?;
    let history = audit::list_subject(conn, &waves::subject(slug)).await?;
    let asked = history
        .iter()
        .filter(|entry| {
            entry.action == ASKED && entry.detail.get("log") == Some(&json!(log.number))
        })
        .max_by_key(|entry| entry.at);
    let by = asked.ok_or(Refusal::NotAsked)?.account;
    if by == Some(person.id) {
        return Err(Refusal::SamePerson.into());
    }
    let detail = json!({ "log": log.number, "lost": log.lost });
    let now = app.clock.now();
    process::append(conn, &wave, now, RESTORED, &detail).await?;
    waves::record(conn, person, now, RESTORED, &wave, detail).await?;
    // The decision is on record before anything is signed; given again, it is taken up here.
    tx.commit().await?;
    let mut urn = app.urn.0.begin_write("begin new log").await?;
    log::update_running(&mut urn.conn(), wave.id, log.number).await?;
    gate::resume(&mut urn.conn(), wave.id).await?;
    urn.commit().await?;
    app.intake.forget();
    Ok(Log {
        is_halted: false,
        ..log
    })
}

async fn halted(app: &App, wave: WaveId) -> Result<Log, WaveError> {
    let log = standing(app, wave).await?;
    if log.is_halted {
        Ok(log)
    } else {
        Err(WaveError::LogRuns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_named_by_host_wave_and_number() {
        let slug = WaveSlug::parse("2026q4").unwrap();
        assert_eq!(
            origin("https://minyi.example", &slug, 1),
            "minyi.example/log/2026q4/1"
        );
    }
}
