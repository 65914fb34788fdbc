//! Whether deposits came when the server says: two heads around each, cosigned by others.
//!
//! The head of the answers' log was cosigned before the deposit at the size that the deposit names; the head of the process log that covers
//! the deposit was cosigned after it. What lies between the witnesses' two times is how long a list can have been made with a look at the
//! log: at most [`WINDOW`]. A deposit without heads is unchecked and counted; heads that contradict it are broken.

use super::super::log::{Log, read_head};
use super::super::{Bundle, Known, Verdict};
use super::{DEPOSITED, Deposit, Lists, at};
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::tree::Frontier;
use crate::service::seeds::Witnessed;

/// Seconds between the two cosignatures of one witness, at most.
const WINDOW: u64 = 15 * 60;
/// Seconds by which the clocks of server and witness may differ.
const SKEW: u64 = 5 * 60;

/// Every deposit is witnessed.
pub(super) fn check(bundle: &Bundle, log: &Log, known: &Known<'_>) -> Result<Verdict, String> {
    let lists = Lists::read(bundle)?;
    let (mut seen, mut unseen) = (0, 0);
    for one in &lists.deposits {
        let is_seen = match &one.witnessed {
            Some(heads) => deposit(bundle, log, known, one, heads)
                .map_err(|why| format!("deposit {}: {why}", one.digest))?,
            None => false,
        };
        (seen, unseen) = (seen + u64::from(is_seen), unseen + u64::from(!is_seen));
    }
    if known.key.is_none() || known.witnesses.is_empty() {
        return Ok(Verdict::Unchecked(
            "no key or no witness was given".to_owned(),
        ));
    }
    if unseen > 0 {
        return Ok(Verdict::Unchecked(format!(
            "{unseen} of {} deposits were cosigned by none of the named witnesses",
            seen + unseen
        )));
    }
    Ok(Verdict::holds(&format!("{seen} deposits")))
}

/// Nothing contradicts the heads around a deposit; whether a named witness cosigned both.
fn deposit(
    bundle: &Bundle,
    log: &Log,
    known: &Known<'_>,
    one: &Deposit,
    heads: &Witnessed,
) -> Result<bool, String> {
    let answers = read_head("the answers' head", &heads.answers)?;
    let process = read_head("the head of the process log", &heads.process)?;
    for (head, name) in [
        (&answers, "answers.checkpoint"),
        (&process, "process.checkpoint"),
    ] {
        // A log that was begun anew has another number.
        let own = super::super::log::head(bundle, name)?.origin;
        let stem = |origin: &str| origin.rsplit_once('/').map(|(stem, _)| stem.to_owned());
        if stem(&own) != stem(&head.origin) {
            return Err(format!("a head of {}", head.origin));
        }
    }
    if let Some(key) = known.key {
        for note in [&heads.answers, &heads.process] {
            Checkpoint::open(note, key).map_err(|why| why.to_string())?;
        }
    }
    if answers.size != one.log_size {
        let (said, seen) = (one.log_size, answers.size);
        return Err(format!("{said} answers in the log, {seen} were witnessed"));
    }
    covers_answers(bundle, answers.size, answers.root)?;
    let entry_at = covers_entry(log, one, process.size, process.root)?;
    let mut is_seen = false;
    for witness in known.witnesses {
        let before = witness.signed(&heads.answers);
        let after = witness.signed(&heads.process);
        let Some((before, after)) = before.zip(after) else {
            continue;
        };
        if after < before || after - before > WINDOW {
            let name = &witness.name;
            return Err(format!("{name} saw the answers at {before}, it at {after}"));
        }
        if entry_at + SKEW < before || entry_at > after + SKEW {
            let name = &witness.name;
            return Err(format!(
                "it says {entry_at}; {name} saw it between {before} and {after}"
            ));
        }
        is_seen = true;
    }
    Ok(is_seen)
}

/// The witnessed head is one of the log's own, as far as the leaves are in the bundle.
fn covers_answers(bundle: &Bundle, size: u64, root: [u8; 32]) -> Result<(), String> {
    let Ok(leaves) = bundle.text("leaves.txt") else {
        return Ok(());
    };
    let first = usize::try_from(size).map_err(|_| "too many leaves".to_owned())?;
    let leaves = leaves.lines().take(first).map(hex::decode);
    let leaves: Vec<Vec<u8>> = leaves.collect::<Result<_, _>>().map_err(|_| "leaves.txt")?;
    let tree = Frontier::of(leaves.iter().map(Vec::as_slice));
    if (tree.size(), tree.root()) == (size, root) {
        Ok(())
    } else {
        Err("the witnessed head of the answers is none of this log".to_owned())
    }
}

/// The witnessed head is one of the process log's own and covers the deposit's entry; when that says it was made, seconds since 1970.
fn covers_entry(log: &Log, one: &Deposit, size: u64, root: [u8; 32]) -> Result<u64, String> {
    let text = |entry: &serde_json::Value, field: &str| {
        let found = entry.get(field).and_then(serde_json::Value::as_str);
        found.map(str::to_owned)
    };
    let place = log.entries().iter().position(|entry| {
        text(entry, "event").as_deref() == Some(DEPOSITED)
            && text(entry, "digest").as_deref() == Some(one.digest.as_str())
    });
    let place = place.ok_or("it is not in the process log")?;
    let first = usize::try_from(size).ok();
    let first = first.and_then(|size| log.lines().get(..size));
    let first = first.filter(|first| first.len() > place);
    let first = first.ok_or("the witnessed head of the process log does not cover it")?;
    if Frontier::of(first.iter().map(Vec::as_slice)).root() != root {
        return Err("the witnessed head of the process log is none of this log".to_owned());
    }
    let made = log.entries().get(place).and_then(at);
    let made = made.ok_or("it has no time")?;
    Ok(u64::try_from(made.micros() / 1_000_000).unwrap_or(0))
}
