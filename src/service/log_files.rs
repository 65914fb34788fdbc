//! A wave's logs as files that never change (C2SP tlog-tiles): heads, hashes, entries.
//!
//! For: phones that look a receipt up, witnesses, auditors, mirrors. Uses: urn, office, `ledger`. Promises:
//! what is handed out is covered by the head of this moment; an address that was answered once is answered
//! with the same bytes for ever; a log that lost leaves hands out nothing.

use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream, Stream};

use super::app::App;
use super::intake;
use super::logs::{self, LogError};
use super::process;
use super::terms;
use super::witnesses;
use crate::ledger::checkpoint;
use crate::ledger::tile::{self, Kind, TilePath};
use crate::ledger::tree::{Frontier, Hash};
use crate::ledger::whole::Whole;
use crate::storage::StoreError;
use crate::storage::cosignature::Cosignature;
use crate::storage::office::wave;
use crate::storage::urn::leaf;
use crate::survey::ids::WaveId;
use crate::survey::time::{Instant, Zone};
use crate::survey::wave::{Wave, WaveSlug, WaveState};

/// Entries that are read at once.
const PIECE: u64 = 1_000;

/// A log of a wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// Commitments of answers; 1, or more after a restore that lacked leaves.
    Answers(u64),
    /// The wave's life.
    Process,
}

impl Name {
    /// Reads the part of an address.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if text == process::NAME {
            return Some(Self::Process);
        }
        let number: u64 = text.parse().ok()?;
        (number > 0 && number.to_string() == text).then_some(Self::Answers(number))
    }
}

/// A file of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    /// The signed head.
    Checkpoint,
    /// Hashes or entries.
    Tile(TilePath),
}

/// Text that is told piece by piece.
pub type Pieces = BoxStream<'static, Result<Vec<u8>, StoreError>>;

/// The bytes of a file, for everyone; nothing if there is none.
pub async fn find(
    app: &App,
    slug: &str,
    name: Name,
    file: File,
) -> Result<Option<Vec<u8>>, LogError> {
    let Some(wave) = told(app, slug).await? else {
        return Ok(None);
    };
    match name {
        Name::Process if app.office.0.here().is_err() => Ok(None),
        Name::Process => Ok(of_process(app, &wave, file).await?),
        Name::Answers(number) if wave.state >= WaveState::Open => {
            of_answers(app, &wave, number, file).await
        }
        Name::Answers(_) => Ok(None),
    }
}

/// The entries as text, one in a line, commitments in hexadecimal digits: a million of them are read in pieces, so that nobody can
/// fill the memory by asking.
pub async fn lines(app: &App, slug: &str, name: Name) -> Result<Option<Pieces>, LogError> {
    let Some(wave) = told(app, slug).await? else {
        return Ok(None);
    };
    match name {
        Name::Process if app.office.0.here().is_err() => Ok(None),
        Name::Process => {
            let entries = process::entries(app, &wave).await?;
            let text = in_lines(entries.iter().map(String::as_str));
            Ok(Some(stream::once(async { Ok(text) }).boxed()))
        }
        Name::Answers(number) if wave.state >= WaveState::Open => {
            let (log, tree) = logs::tree(app, wave.id).await?;
            let pieces = answers(app.clone(), wave.id, tree.size());
            Ok((log.number == number).then(|| pieces.boxed()))
        }
        Name::Answers(_) => Ok(None),
    }
}

/// The first so many commitments of a wave.
fn answers(
    app: App,
    wave: WaveId,
    size: u64,
) -> impl Stream<Item = Result<Vec<u8>, StoreError>> + Send + 'static {
    stream::try_unfold(0, move |from| {
        let app = app.clone();
        async move {
            if from >= size {
                return Ok(None);
            }
            let number = PIECE.min(size - from);
            let some = commitments(&app, wave, from, number).await?;
            if some.len() as u64 != number {
                return Err(StoreError::Corrupt("place in the log"));
            }
            let hexed: Vec<String> = some.iter().map(hex::encode).collect();
            let text = in_lines(hexed.iter().map(String::as_str));
            Ok(Some((text, from + number)))
        }
    })
}

/// The wave of this name, from the seal on: drafts are nobody's business.
pub async fn told(app: &App, slug: &str) -> Result<Option<Wave>, StoreError> {
    let Ok(slug) = WaveSlug::parse(slug) else {
        return Ok(None);
    };
    let found = terms::find(app, &slug).await?;
    Ok(found.filter(|wave| wave.state >= WaveState::Sealed))
}

/// The waves that have a record, the latest fieldwork first.
pub async fn list(app: &App) -> Result<Vec<Wave>, StoreError> {
    let mut tx = app.office.0.begin_read("waves with a record").await?;
    let mut waves = wave::list(&mut tx.conn()).await?;
    waves.retain(|wave| wave.state >= WaveState::Sealed);
    Ok(waves)
}

/// What everybody is told of a wave's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The wave.
    pub wave: Wave,
    /// Address and head of the answers' log, once the wave has opened.
    pub log: Option<(String, Head)>,
    /// The process log.
    pub process: Process,
    /// The key of the answers' log in the form in which others take it.
    pub verifier: String,
    /// By when an answer that was received now is in the log.
    pub promise_by: Instant,
    /// Who cosigned the answers' log and the process log.
    pub cosigned: [Vec<Cosignature>; 2],
}

/// How far a log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Number of entries.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
}

/// A wave's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// The log's address.
    pub path: String,
    /// Root of the tree over its entries.
    pub root: Hash,
    /// What happened, in order.
    pub entries: Vec<Happened>,
}

/// An entry of the process log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// When.
    pub at: Instant,
    /// The event's name.
    pub event: String,
    /// The entry as it is hashed.
    pub json: String,
}

/// The record of a wave; nothing if there is none.
pub async fn record(app: &App, slug: &str) -> Result<Option<Told>, LogError> {
    let Some(wave) = told(app, slug).await? else {
        return Ok(None);
    };
    let entries = process::entries(app, &wave).await?;
    let process = Process {
        path: logs::path_named(&wave.slug, process::NAME),
        root: Frontier::of(entries.iter().map(String::as_bytes)).root(),
        entries: entries
            .into_iter()
            .filter_map(|entry| happened(&app.zone, entry))
            .collect(),
    };
    let mut number = 1;
    let log = if wave.state >= WaveState::Open {
        let (log, tree) = logs::tree(app, wave.id).await?;
        number = log.number;
        let head = Head {
            size: tree.size(),
            root: tree.root(),
        };
        Some((logs::path(&wave.slug, number), head))
    } else {
        None
    };
    let origin = logs::origin(&app.public_url, &wave.slug, number);
    let cosigned = [
        witnesses::list(app, &wave, &number.to_string()).await?,
        witnesses::list(app, &wave, process::NAME).await?,
    ];
    Ok(Some(Told {
        cosigned,
        verifier: checkpoint::verifier(&origin, &app.keys.signing().verifying_key()),
        promise_by: intake::promise_by(&wave),
        wave,
        log,
        process,
    }))
}

fn happened(zone: &Zone, json: String) -> Option<Happened> {
    let entry: serde_json::Value = serde_json::from_str(&json).ok()?;
    let at = entry.get("at")?.as_str()?;
    Some(Happened {
        at: zone.parse(at).ok()?,
        event: entry.get("event")?.as_str()?.to_owned(),
        json,
    })
}

async fn of_process(app: &App, wave: &Wave, file: File) -> Result<Option<Vec<u8>>, StoreError> {
    let entries = process::entries(app, wave).await?;
    let path = match file {
        File::Checkpoint => {
            let note = process::checkpoint(app, wave, &entries);
            let note = witnesses::cosigned(app, wave, process::NAME, note).await?;
            return Ok(Some(note.into_bytes()));
        }
        File::Tile(path) => path,
    };
    let bytes: Vec<&[u8]> = entries.iter().map(String::as_bytes).collect();
    let Some(range) = within(path, bytes.len() as u64) else {
        return Ok(None);
    };
    Ok(match path.kind {
        Kind::Entries => bytes
            .get(range)
            .and_then(|bytes| tile::entries(bytes.iter().copied())),
        Kind::Hashes(0) => Whole::of(bytes).leaves().get(range).map(tile::hashes),
        Kind::Hashes(level) => upper(&Frontier::of(bytes), level, path),
    })
}

async fn of_answers(
    app: &App,
    wave: &Wave,
    number: u64,
    file: File,
) -> Result<Option<Vec<u8>>, LogError> {
    let (log, tree) = logs::tree(app, wave.id).await?;
    if log.number != number {
        return Ok(None);
    }
    let path = match file {
        File::Checkpoint => {
            let note = logs::checkpoint(app, wave).await?;
            let note = witnesses::cosigned(app, wave, &number.to_string(), note).await?;
            return Ok(Some(note.into_bytes()));
        }
        File::Tile(path) => path,
    };
    if let Kind::Hashes(level @ 1..) = path.kind {
        return Ok(upper(&tree, level, path));
    }
    let (Some(start), Some(_)) = (path.start(), within(path, tree.size())) else {
        return Ok(None);
    };
    let commitments = commitments(app, wave.id, start, path.width as u64).await?;
    let entries = commitments.iter().map(<[u8; 32]>::as_slice);
    Ok(match path.kind {
        Kind::Entries => tile::entries(entries),
        Kind::Hashes(_) => Some(tile::hashes(Whole::of(entries).leaves())),
    })
}

/// Where the tile's entries are, if a log of this size has them all.
fn within(path: TilePath, size: u64) -> Option<std::ops::Range<usize>> {
    let start = usize::try_from(path.start()?).ok()?;
    let end = start.checked_add(path.width)?;
    (end as u64 <= size).then_some(start..end)
}

/// A tile above the lowest level; one that is not full yet as far as its name says.
fn upper(tree: &Frontier, level: u8, path: TilePath) -> Option<Vec<u8>> {
    let hashes = tree.tile(level, path.index);
    hashes.get(..path.width).map(tile::hashes)
}

async fn commitments(
    app: &App,
    wave: WaveId,
    from: u64,
    number: u64,
) -> Result<Vec<[u8; 32]>, StoreError> {
    let mut tx = app.urn.0.begin_read("leaves of a log").await?;
    let leaves = leaf::list(&mut tx.conn(), wave, from, number).await?;
    let mut commitments = Vec::with_capacity(leaves.len());
    for (leaf, place) in leaves.iter().zip(from..) {
        if leaf.place != place {
            return Err(StoreError::Corrupt("place in the log"));
        }
        commitments.push(leaf.commitment);
    }
    Ok(commitments)
}

fn in_lines<'a>(entries: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let mut text = Vec::new();
    for entry in entries {
        text.extend_from_slice(entry.as_bytes());
        text.push(b'\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_has_one_name() {
        assert_eq!(Name::read("1"), Some(Name::Answers(1)));
        assert_eq!(Name::read("process"), Some(Name::Process));
        for text in ["", "0", "01", "+1", "-1", "Process", "1 "] {
            assert_eq!(Name::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_tile_is_there_once_all_of_it_is() {
        let path = |index, width| TilePath {
            kind: Kind::Entries,
            index,
            width,
        };
        assert_eq!(within(path(1, 44), 300), Some(256..300));
        assert_eq!(within(path(1, 45), 300), None);
        assert_eq!(within(path(0, 256), 300), Some(0..256));
        assert_eq!(within(path(u64::MAX, 1), 300), None);
    }
}
