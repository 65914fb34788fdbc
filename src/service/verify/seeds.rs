//! Seeded answers of a bundle: each list is the one whose digest was deposited before the close, and nothing else left the figures.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::bundle::Bundle;
use super::log::Log;
use super::{Findings, Known, Verdict};
use crate::service::seeds::Witnessed;
use crate::survey::analysis::Record;
use crate::survey::area::AreaCode;
use crate::survey::plan::WavePlan;
use crate::survey::questionnaire::Questionnaire;
use crate::survey::seeds::{self, Fate, Lying, SeedNote, SeedPlan};
use crate::survey::time::{Instant, Zone};

mod witnessed;

/// The lists of a bundle.
const LISTS: &str = "seeds.json";
/// The commitments of the records that left.
const LEFT: &str = "seeded.txt";
const DEPOSITED: &str = "seeds_deposited";
const NAMED: &str = "seeds_named";

type Fates = BTreeMap<AreaCode, Fate>;

/// A deposited list as the bundle has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Deposit {
    digest: String,
    counties: BTreeMap<AreaCode, u64>,
    log_size: u64,
    list: Option<String>,
    #[serde(default)]
    witnessed: Option<Witnessed>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists {
    deposits: Vec<Deposit>,
}

impl Lists {
    fn read(bundle: &Bundle) -> Result<Self, String> {
        match bundle.bytes(LISTS) {
            Some(_) => bundle.read_json(LISTS),
            None => Ok(Self::default()),
        }
    }
}

/// Whether the bundle speaks of seeds at all.
fn is_there(bundle: &Bundle, log: &Log) -> bool {
    let figures = bundle.json("figures.json").ok();
    let is_told = figures.is_some_and(|figures| figures.get("seeds").is_some());
    is_told
        || bundle.bytes(LISTS).is_some()
        || bundle.bytes(LEFT).is_some()
        || log.of(&[DEPOSITED, NAMED]).next().is_some()
}

pub(super) fn check(bundle: &Bundle, log: &Log, known: &Known<'_>, findings: &mut Findings) {
    if is_there(bundle, log) {
        findings.add("seeds", lists(bundle, log));
        findings.add("seeds_witnessed", witnessed::check(bundle, log, known));
    }
}

/// When an entry was made.
fn at(entry: &Value) -> Option<Instant> {
    let text = entry.get("at").and_then(Value::as_str)?;
    Zone::shanghai().parse(text).ok()
}

/// What the process log says of seeds: deposits before the close, names between the close and the deadline, and no result before it
/// while a list was awaited.
fn told(
    log: &Log,
    lists: &Lists,
    plan: Option<SeedPlan>,
) -> Result<BTreeMap<String, Fates>, String> {
    let by_digest: BTreeMap<&str, &Deposit> = lists
        .deposits
        .iter()
        .map(|one| (one.digest.as_str(), one))
        .collect();
    let mut deposited = BTreeSet::new();
    let mut named = BTreeMap::new();
    let (mut closed, mut over, mut logged) = (false, false, 0);
    let mut deadline = None;
    for entry in log.of(&[DEPOSITED, "closed", NAMED, "result"]) {
        let text = |field: &str| entry.get(field).and_then(Value::as_str).unwrap_or("");
        let digest = text("digest");
        match text("event") {
            "closed" => {
                closed = true;
                deadline = at(entry).zip(plan).map(|(at, plan)| plan.deadline(at));
            }
            "result" => {
                let waited = named.len() == deposited.len() || at(entry) >= deadline;
                if !over && !waited {
                    return Err("the result did not wait for the lists".to_owned());
                }
                over = true;
            }
            DEPOSITED => {
                let own = by_digest
                    .get(digest)
                    .ok_or_else(|| format!("no deposit {digest}"))?;
                let counties = serde_json::to_value(&own.counties).ok();
                let is_same = entry.get("counties") == counties.as_ref()
                    && entry.get("log_size").and_then(Value::as_u64) == Some(own.log_size);
                if !is_same || closed || !deposited.insert(digest) {
                    return Err(format!("deposit {digest} is another one"));
                }
                if own.log_size < logged {
                    return Err(format!("deposit {digest}: the log has shrunk"));
                }
                logged = own.log_size;
            }
            _ => {
                let fates = entry.get("counties").cloned();
                let fates = fates.and_then(|fates| serde_json::from_value::<Fates>(fates).ok());
                let in_time = closed && !over && at(entry) < deadline;
                let fates = fates.filter(|_| in_time && deposited.contains(digest));
                let fates = fates.ok_or_else(|| format!("list {digest} was not named in time"))?;
                if named.insert(digest.to_owned(), fates).is_some() {
                    return Err(format!("list {digest} was named twice"));
                }
            }
        }
    }
    match by_digest.keys().find(|digest| !deposited.contains(*digest)) {
        Some(digest) => Err(format!("deposit {digest} is not in the log")),
        None => Ok(named),
    }
}

/// Each list has its digest and its numbers, and the figures say of it what the log says.
fn lists(bundle: &Bundle, log: &Log) -> Result<Verdict, String> {
    let lists = Lists::read(bundle)?;
    let asked: Questionnaire = bundle.read_json("questionnaire.json")?;
    let plan: WavePlan = bundle.read_json("plan.json")?;
    let named = told(log, &lists, plan.seeds)?;
    let mut number = 0;
    let mut seen = BTreeSet::new();
    for one in &lists.deposits {
        let digest = &one.digest;
        number += one.counties.values().sum::<u64>();
        match (&one.list, named.get(digest)) {
            (None, None) => {}
            (Some(list), Some(fates)) => {
                let computed = hex::encode(seeds::digest(list));
                if computed != *digest {
                    return Err(format!("a list with the digest {computed}, not {digest}"));
                }
                let own = seeds::read(&asked, list).map_err(|why| format!("{digest}: {why}"))?;
                if let Some(seed) = own.iter().find(|seed| !seen.insert(seed.commitment)) {
                    let twice = hex::encode(seed.commitment);
                    return Err(format!("the commitment {twice} stands in two lists"));
                }
                let sums: BTreeMap<AreaCode, u64> = fates
                    .iter()
                    .map(|(county, fate)| (county.clone(), fate.total()))
                    .collect();
                if seeds::counted(&own) != one.counties || sums != one.counties {
                    return Err(format!("{digest}: other numbers"));
                }
            }
            (Some(_), None) => return Err(format!("list {digest} was never named")),
            (None, Some(_)) => return Err(format!("list {digest} is missing")),
        }
    }
    let most = plan.seeds.map_or(0, |seeds| u64::from(seeds.most));
    if number > most {
        return Err(format!("{number} seeds, announced {most}"));
    }
    let figures = bundle.json("figures.json")?;
    let notes = figures
        .get("seeds")
        .cloned()
        .unwrap_or_else(|| Value::Array(Vec::new()));
    let notes: Vec<SeedNote> = serde_json::from_value(notes).map_err(|why| why.to_string())?;
    same(&notes, &lists, &named)?;
    let left: u64 = named
        .values()
        .flat_map(BTreeMap::values)
        .map(|fate| fate.left())
        .sum();
    Ok(Verdict::holds(&format!(
        "{number} seeds in {} lists, {left} left",
        lists.deposits.len()
    )))
}

/// What a result says of the lists is what the log says of them.
fn same(notes: &[SeedNote], lists: &Lists, named: &BTreeMap<String, Fates>) -> Result<(), String> {
    let is_same = notes.len() == lists.deposits.len()
        && notes.iter().zip(&lists.deposits).all(|(note, one)| {
            note.digest == one.digest
                && note.counties == one.counties
                && note.log_size == one.log_size
                && note.fates.as_ref() == named.get(&one.digest)
        });
    if is_same {
        Ok(())
    } else {
        Err("the figures say something else of the seeds than the log".to_owned())
    }
}

/// Marks the records that the lists of a bundle name, each beside its leaf, and says what becomes of each list.
pub(super) fn mark(
    bundle: &Bundle,
    asked: &Questionnaire,
    leaves: &[[u8; 32]],
    records: &mut [Record],
) -> Result<BTreeMap<String, Fates>, String> {
    let lists = Lists::read(bundle)?;
    let mut found = BTreeMap::new();
    let mut leaving = BTreeSet::new();
    let places = leaves.iter().zip(records.iter()).zip(0..);
    let lying: BTreeMap<[u8; 32], Lying<'_>> = places
        .map(|((leaf, record), place)| (*leaf, Lying { place, record }))
        .collect();
    for one in &lists.deposits {
        if let Some(list) = &one.list {
            let own = seeds::read(asked, list).map_err(|why| why.to_string())?;
            let (fates, left) = seeds::settle(&own, one.log_size, &lying);
            found.insert(one.digest.clone(), fates);
            leaving.extend(left);
        }
    }
    drop(lying);
    for (leaf, record) in leaves.iter().zip(records) {
        record.seeded = leaving.contains(leaf);
    }
    Ok(found)
}

/// What became of each seed by the records is what the log says, and exactly those that the bundle names left.
pub(super) fn check_records(
    bundle: &Bundle,
    log: &Log,
    computed: &BTreeMap<String, Fates>,
    left: &[[u8; 32]],
    findings: &mut Findings,
) {
    if !is_there(bundle, log) {
        return;
    }
    let compare = || -> Result<Verdict, String> {
        let plan: WavePlan = bundle.read_json("plan.json")?;
        let named = told(log, &Lists::read(bundle)?, plan.seeds)?;
        if named != *computed {
            return Err("the records say something else of the seeds than the log".to_owned());
        }
        let own: String = left
            .iter()
            .flat_map(|leaf| [hex::encode(leaf), "\n".to_owned()])
            .collect();
        if bundle.text(LEFT)? != own {
            return Err(format!("{LEFT} names other records"));
        }
        Ok(Verdict::holds(&left.len()))
    };
    findings.add("seeded", compare());
}
