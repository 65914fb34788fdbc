//! The logs of a bundle: entries, heads, signatures, and whether the result rests on what was sealed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;
use serde_json::Value;

use super::bundle::Bundle;
use super::{Findings, Verdict};
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::tree::{Frontier, Hash};
use crate::service::story::contradictions;

/// A head as it stands there, signed or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) origin: String,
    pub(super) size: u64,
    pub(super) root: Hash,
}

/// The process log of a bundle.
#[derive(Debug, Default)]
pub(super) struct Log {
    lines: Vec<Vec<u8>>,
    entries: Vec<Value>,
}

impl Log {
    pub(super) fn read(bundle: &Bundle) -> Self {
        let bytes = bundle.bytes("process.jsonl").unwrap_or_default();
        let lines = bytes.split(|byte| *byte == b'\n');
        let lines: Vec<Vec<u8>> = lines
            .filter(|line| !line.is_empty())
            .map(<[u8]>::to_vec)
            .collect();
        let entries = lines
            .iter()
            .filter_map(|line| serde_json::from_slice(line).ok())
            .collect();
        Self { lines, entries }
    }

    /// What the log told while the bundle's version held: of one that a correction replaced, everything before that correction.
    pub(super) fn while_held(&self, bundle: &Bundle) -> Self {
        let version = bundle.json("version.json").ok();
        let version = version.and_then(|version| version.get("version")?.as_u64());
        let corrected =
            |entry: &&Value| entry.get("event").and_then(Value::as_str) == Some("corrected");
        let mut left = version.unwrap_or(u64::MAX);
        let held = |entry: &&Value| {
            left = left.saturating_sub(u64::from(corrected(entry)));
            left > 0
        };
        Self {
            lines: self.lines.clone(),
            entries: self.entries.iter().take_while(held).cloned().collect(),
        }
    }

    /// Every entry as it is hashed.
    pub(super) fn lines(&self) -> &[Vec<u8>] {
        &self.lines
    }

    /// Every entry, as far as it can be read.
    pub(super) fn entries(&self) -> &[Value] {
        &self.entries
    }

    /// Entries of these events, the first one first.
    pub(super) fn of<'l, 'e>(
        &'l self,
        events: &'e [&'e str],
    ) -> impl DoubleEndedIterator<Item = &'l Value> + use<'l, 'e> {
        self.entries.iter().filter(move |entry| {
            let event = entry.get("event").and_then(Value::as_str);
            event.is_some_and(|event| events.contains(&event))
        })
    }

    /// What the latest of these events says under a name.
    pub(super) fn latest(&self, events: &[&str], field: &str) -> Option<&Value> {
        self.of(events)
            .filter_map(|entry| entry.get(field))
            .next_back()
    }

    /// The same as text.
    pub(super) fn text(&self, events: &[&str], field: &str) -> Option<&str> {
        self.latest(events, field).and_then(Value::as_str)
    }
}

/// Reads the signed lines of a head.
pub(super) fn head(bundle: &Bundle, name: &str) -> Result<Head, String> {
    read_head(name, bundle.text(name)?)
}

/// The same of a text.
pub(super) fn read_head(name: &str, text: &str) -> Result<Head, String> {
    let mut lines = text.lines();
    let mut line = || lines.next().ok_or_else(|| format!("{name} is no head"));
    let (origin, size, root) = (line()?.to_owned(), line()?, line()?);
    let root = STANDARD.decode(root).ok();
    Ok(Head {
        origin,
        size: size.parse().map_err(|_| format!("{name} has no size"))?,
        root: root
            .and_then(|root| Hash::try_from(root).ok())
            .ok_or_else(|| format!("{name} has no root"))?,
    })
}

pub(super) fn check(
    bundle: &Bundle,
    log: &Log,
    key: Option<&VerifyingKey>,
    findings: &mut Findings,
) {
    findings.add("process_log", entries(bundle, log));
    findings.add("process_signed", signed(bundle, "process.checkpoint", key));
    findings.add("answers_signed", signed(bundle, "answers.checkpoint", key));
    findings.add("story", story(log));
    let told = |events: &[&str], field: &str| log.text(events, field).map(str::to_owned);
    for (check, name) in [
        ("plan", "plan.json"),
        ("questionnaire", "questionnaire.json"),
        ("margins", "margins.csv"),
        ("frame", "frame.csv"),
    ] {
        if check == "frame" && !bundle.has_records() {
            continue;
        }
        let sealed = told(&["sealed"], check);
        findings.add(
            check,
            match bundle.digest(name) {
                Some(digest) => Verdict::same(sealed.as_deref(), &digest),
                None => Verdict::Unchecked(format!("no {name}")),
            },
        );
    }
}

/// The head covers these entries and no others.
fn entries(bundle: &Bundle, log: &Log) -> Result<Verdict, String> {
    let head = head(bundle, "process.checkpoint")?;
    let tree = Frontier::of(log.lines.iter().map(Vec::as_slice));
    if log.entries.len() != log.lines.len() {
        return Err("an entry cannot be read".to_owned());
    }
    if tree.size() != head.size {
        return Err(format!("{} entries, {} signed", tree.size(), head.size));
    }
    if tree.root() != head.root {
        return Err(format!("root {}", hex::encode(tree.root())));
    }
    Ok(Verdict::holds(&format!(
        "{} entries, root {}",
        head.size,
        hex::encode(head.root)
    )))
}

fn signed(bundle: &Bundle, name: &str, key: Option<&VerifyingKey>) -> Result<Verdict, String> {
    let head = head(bundle, name)?;
    let Some(key) = key else {
        return Ok(Verdict::Unchecked("no key was given".to_owned()));
    };
    match Checkpoint::open(bundle.text(name)?, key) {
        Ok(_) => Ok(Verdict::holds(&head.origin)),
        Err(why) => Err(format!("{}: {why}", head.origin)),
    }
}

fn story(log: &Log) -> Verdict {
    let found = contradictions(&log.lines);
    let said: Vec<String> = found.iter().map(|one| format!("{one:?}")).collect();
    for event in ["sealed", "result"] {
        if log.of(&[event]).next().is_none() {
            return Verdict::Broken(format!("no entry {event}"));
        }
    }
    Verdict::of(said.first().cloned(), &log.lines.len())
}
