//! The records of a bundle: each opens its leaf, and everything that was computed is computed again from them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::bundle::{Bundle, difference};
use super::log::{self, Log};
use super::published::{RESULTS, TOLERANCE};
use super::{Findings, Verdict, counts, seeds};
use crate::ledger::commitment::{Commitment, Opened};
use crate::ledger::tree::Frontier;
use crate::report::export::audit;
use crate::service::audits::Rerun;
use crate::service::exports::published_documents;
use crate::survey::analysis::{Record, Working};
use crate::survey::answer::Answers;
use crate::survey::area::AreaCode;
use crate::survey::frame::Frame;
use crate::survey::invitation::Place;
use crate::survey::margin::Margins;
use crate::survey::plan::WavePlan;
use crate::survey::quality::{is_flagged, keeps_bits};
use crate::survey::questionnaire::Questionnaire;
use crate::survey::response::{Direction, Mode, Traits};
use crate::survey::result::WaveResult;
use crate::survey::sample::{Sample, StratumCode, UnitCode, draw, seed_from_text};
use crate::survey::seeds::Fate;

pub(super) fn check(bundle: &Bundle, log: &Log, findings: &mut Findings) {
    let openings = openings(bundle);
    let opened = match &openings {
        Ok(openings) => {
            findings.add("leaves", leaves(bundle, log, openings));
            findings.add("distinct", distinct(openings));
            openings.as_slice()
        }
        Err(why) => {
            findings.add("leaves", Verdict::Broken(why.clone()));
            findings.add("distinct", Verdict::Unchecked(String::new()));
            &[]
        }
    };
    let read = Documents::read(bundle, opened);
    let documents = match read {
        Ok(documents) => documents,
        Err(why) => {
            findings.add("records_table", Verdict::Broken(why));
            return;
        }
    };
    findings.add("records_table", documents.table(bundle));
    documents.seeded(bundle, log, findings);
    findings.add("seed", documents.seed(log));
    findings.add("draw", documents.draw(bundle, log));
    findings.add("codes", codes(bundle, log));
    findings.add("keys", documents.keys(bundle, log));
    findings.add("counts", documents.counts(bundle));
    let told = log.text(&RESULTS, "result");
    let digest = bundle.digest("result.json").unwrap_or_default();
    findings.add("result", Verdict::same(told, &digest));
    documents.again(bundle, log, findings);
}

/// A record and what opens it.
struct Opening {
    leaf: [u8; 32],
    /// Whether salt and bytes give the leaf.
    opens: bool,
    record: Opened,
}

fn bytes<const N: usize>(hex: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    hex::decode_to_slice(hex, &mut bytes).ok()?;
    Some(bytes)
}

/// Every opening beside the leaf in its place.
fn openings(bundle: &Bundle) -> Result<Vec<Opening>, String> {
    let mut leaves = bundle.text("leaves.txt")?.lines();
    let lines = bundle.text("openings.csv")?.lines().skip(1);
    let mut found = Vec::new();
    for (place, line) in lines.enumerate() {
        let read = || {
            let (salt, record) = line.split_once(',')?;
            let record = hex::decode(record).ok()?;
            let commitment = Commitment::to(&bytes(salt)?, &record);
            Some((*commitment.as_bytes(), Opened::read(&record)?))
        };
        let (commitment, record) = read().ok_or_else(|| format!("opening {}", place + 1))?;
        let leaf = leaves.next().and_then(bytes);
        let leaf = leaf.ok_or_else(|| format!("no leaf for opening {}", place + 1))?;
        found.push(Opening {
            leaf,
            opens: leaf == commitment,
            record,
        });
    }
    match leaves.next() {
        Some(_) => Err(format!("leaf {} is opened by nothing", found.len() + 1)),
        None => Ok(found),
    }
}

/// The leaves are those of the log, all of them, and each is opened.
fn leaves(bundle: &Bundle, log: &Log, openings: &[Opening]) -> Result<Verdict, String> {
    if let Some(place) = openings.iter().position(|one| !one.opens) {
        return Err(format!("leaf {} is not opened", place + 1));
    }
    let tree = Frontier::of(openings.iter().map(|one| one.leaf.as_slice()));
    let head = log::head(bundle, "answers.checkpoint")?;
    let root = hex::encode(tree.root());
    if (tree.size(), tree.root()) != (head.size, head.root) {
        let signed = hex::encode(head.root);
        return Err(format!(
            "{} leaves, {root}; signed {}, {signed}",
            tree.size(),
            head.size
        ));
    }
    let told = log.text(&["result"], "root");
    let number = log.latest(&["result"], "answers").and_then(Value::as_u64);
    if told != Some(root.as_str()) || number != Some(tree.size()) {
        let (told, number) = (told.unwrap_or("nothing"), number.unwrap_or(0));
        return Err(format!(
            "{} leaves, {root}; at the close {number}, {told}",
            tree.size()
        ));
    }
    Ok(Verdict::holds(&format!(
        "{} leaves, root {root}",
        tree.size()
    )))
}

/// No record stands there twice, and all are of one wave.
fn distinct(openings: &[Opening]) -> Verdict {
    let ids: BTreeSet<[u8; 16]> = openings.iter().map(|one| one.record.id).collect();
    let leaves: BTreeSet<[u8; 32]> = openings.iter().map(|one| one.leaf).collect();
    let waves: BTreeSet<[u8; 16]> = openings.iter().map(|one| one.record.wave).collect();
    if ids.len() < openings.len() || leaves.len() < openings.len() {
        return Verdict::Broken(format!("{} records, {} ids", openings.len(), ids.len()));
    }
    if waves.len() > 1 {
        return Verdict::Broken(format!("records of {} waves", waves.len()));
    }
    Verdict::holds(&openings.len())
}

/// The codes are those whose root was told last.
fn codes(bundle: &Bundle, log: &Log) -> Result<Verdict, String> {
    let codes: Option<Vec<[u8; 32]>> = bundle.text("codes.txt")?.lines().map(bytes).collect();
    let codes = codes.ok_or("codes.txt")?;
    let root = hex::encode(Frontier::of(codes.iter().map(<[u8; 32]>::as_slice)).root());
    let told = log.text(&["drawn", "codes_made_anew", "card_made_anew"], "codes");
    if told != Some(root.as_str()) {
        return Err(format!("{} codes, root {root}", codes.len()));
    }
    Ok(Verdict::holds(&format!(
        "{} codes, root {root}",
        codes.len()
    )))
}

/// What is computed from, read.
struct Documents {
    plan: WavePlan,
    questionnaire: Questionnaire,
    frame: Frame,
    margins: Margins,
    sample: Sample,
    result: WaveResult,
    base: Option<WaveResult>,
    records: Vec<Record>,
    traits: Vec<Traits>,
    /// Of each record, in the same order.
    leaves: Vec<[u8; 32]>,
    /// What becomes of each list of seeds by the records.
    fates: BTreeMap<String, BTreeMap<AreaCode, Fate>>,
    seed: [u8; 32],
}

impl Documents {
    fn read(bundle: &Bundle, openings: &[Opening]) -> Result<Self, String> {
        let questionnaire: Questionnaire = bundle.read_json("questionnaire.json")?;
        let result: WaveResult = bundle.read_json("result.json")?;
        let frame = Frame::from_lines(bundle.text("frame.csv")?).ok_or("frame.csv")?;
        let margins = Margins::from_lines(bundle.text("margins.csv")?).ok_or("margins.csv")?;
        let traits = traits(bundle.text("records.csv")?)?;
        if traits.len() != openings.len() {
            let (table, opened) = (traits.len(), openings.len());
            return Err(format!("{table} lines in records.csv, {opened} openings"));
        }
        let pairs = openings.iter().zip(&traits).enumerate();
        let records = pairs.map(|(place, (opening, traits))| {
            record(&questionnaire, &opening.record, traits)
                .ok_or_else(|| format!("record {} cannot be read", place + 1))
        });
        let mut records: Vec<Record> = records.collect::<Result<_, _>>()?;
        let leaves: Vec<[u8; 32]> = openings.iter().map(|one| one.leaf).collect();
        // A list that cannot be read breaks the check of the lists; then nothing leaves.
        let fates = seeds::mark(bundle, &questionnaire, &leaves, &mut records).unwrap_or_default();
        let base = match bundle.bytes("base.json") {
            Some(_) => Some(bundle.read_json("base.json")?),
            None => None,
        };
        Ok(Self {
            plan: bundle.read_json("plan.json")?,
            seed: bytes(&result.wave.seed).ok_or("seed")?,
            sample: bundle.read_json("sample.json")?,
            records,
            leaves,
            fates,
            questionnaire,
            frame,
            margins,
            result,
            base,
            traits,
        })
    }

    /// The table of records says what the openings say.
    fn table(&self, bundle: &Bundle) -> Result<Verdict, String> {
        let rows = self.records.iter().zip(&self.traits);
        let own = audit::records(&self.questionnaire, rows);
        let there = bundle.text("records.csv")?;
        if own == there {
            return Ok(Verdict::holds(&self.records.len()));
        }
        let line = own.lines().zip(there.lines()).position(|(a, b)| a != b);
        Err(format!("line {} of records.csv", line.unwrap_or(0) + 1))
    }

    fn seeded(&self, bundle: &Bundle, log: &Log, findings: &mut Findings) {
        let beside = self.leaves.iter().zip(&self.records);
        let left = beside.filter(|(_, record)| record.seeded);
        let left: Vec<[u8; 32]> = left.map(|(leaf, _)| *leaf).collect();
        seeds::check_records(bundle, log, &self.fates, &left, findings);
    }

    fn seed(&self, log: &Log) -> Verdict {
        let told = log.text(&["drawn"], "seed");
        let text = log.text(&["drawn"], "seed_text");
        let of_text = text.map(|text| hex::encode(seed_from_text(text)));
        if of_text.as_deref() != told {
            return Verdict::Broken(format!("{} of the text", of_text.unwrap_or_default()));
        }
        Verdict::same(told, &self.result.wave.seed)
    }

    /// From frame, plan and seed the same sample comes out, which is the one whose digest was told.
    fn draw(&self, bundle: &Bundle, log: &Log) -> Result<Verdict, String> {
        let drawn = draw(&self.plan.sample, &self.frame, &self.seed);
        let drawn = drawn.map_err(|why| why.to_string())?;
        let digest = hex::encode(drawn.digest());
        if bundle.digest("sample.json").as_deref() != Some(digest.as_str()) {
            return Err("sample.json is another sample".to_owned());
        }
        let by_stratum = log.latest(&["drawn"], "invitations_by_stratum");
        for line in &drawn.strata {
            let told = by_stratum.and_then(|all| all.get(line.stratum.as_str()));
            if told.and_then(Value::as_u64) != Some(line.invitations) {
                return Err(format!(
                    "{}: {} invitations",
                    line.stratum, line.invitations
                ));
            }
        }
        Ok(Verdict::same(log.text(&["drawn"], "sample"), &digest))
    }

    /// The list of the keys of blind tokens is the one whose root was told at the draw, with one key for each unit of the sample.
    fn keys(&self, bundle: &Bundle, log: &Log) -> Result<Verdict, String> {
        let Some(told) = log.text(&["drawn"], "blind_keys") else {
            return Ok(match bundle.bytes("keys.txt") {
                None => Verdict::Unchecked("drawn without keys".to_owned()),
                Some(_) => Verdict::Broken("keys.txt, and no key was told".to_owned()),
            });
        };
        let lines: Vec<&str> = bundle.text("keys.txt")?.lines().collect();
        let root = hex::encode(Frontier::of(lines.iter().map(|line| line.as_bytes())).root());
        if root != told {
            return Err(format!("{} keys, root {root}", lines.len()));
        }
        let names = lines.iter().filter_map(|line| line.split(' ').next());
        let listed: BTreeSet<&str> = names.collect();
        let units = self.sample.units();
        let drawn: BTreeSet<&str> = units.keys().map(|(_, unit)| unit.as_str()).collect();
        if listed != drawn || lines.len() != drawn.len() {
            let (keys, units) = (lines.len(), drawn.len());
            return Err(format!("{keys} keys of {units} units"));
        }
        Ok(Verdict::holds(&format!(
            "{} keys, root {root}",
            lines.len()
        )))
    }

    fn counts(&self, bundle: &Bundle) -> Result<Verdict, String> {
        let counted = audit::read_units(bundle.text("units.csv")?).ok_or("units.csv")?;
        let found = counts::difference(&self.sample, &counted, &self.records, &self.result);
        let used: u64 = counted.iter().map(|one| one.used).sum();
        let issued: u64 = counted.iter().map(|one| one.issued).sum();
        let detail = format!(
            "{issued} issued, {used} used, {} records",
            self.records.len()
        );
        Ok(Verdict::of(found, &detail))
    }

    /// The analysis once more, and everything that is published of it.
    fn again(&self, bundle: &Bundle, log: &Log, findings: &mut Findings) {
        let (result, workings) = Rerun {
            result: &self.result,
            plan: &self.plan,
            questionnaire: &self.questionnaire,
            sample: &self.sample,
            margins: &self.margins,
            records: &self.records,
            seed: self.seed,
            base: self.base.as_ref(),
        }
        .run();
        let told = log.text(&RESULTS, "input");
        findings.add("inputs", Verdict::same(told, &result.input_digest));
        findings.add("recomputed", self.recomputed(&result));
        findings.add("weights", weights(bundle, &workings));
        findings.add("released", released(bundle, &result));
    }

    fn recomputed(&self, again: &WaveResult) -> Result<Verdict, String> {
        let json =
            |result: &WaveResult| serde_json::to_value(result).map_err(|why| why.to_string());
        let (stored, again) = (json(&self.result)?, json(again)?);
        let detail = if stored == again {
            "to the last bit"
        } else {
            "to 1e-9"
        };
        Ok(Verdict::of(difference(&stored, &again, TOLERANCE), detail))
    }
}

/// Each respondent's weight and its way are those that were computed again.
fn weights(bundle: &Bundle, workings: &[Working]) -> Result<Verdict, String> {
    let own = audit::weights(workings);
    let there = bundle.text("weights.csv")?;
    let (mut own, mut told) = (own.lines(), there.lines());
    for line in 1.. {
        match (own.next(), told.next()) {
            (None, None) => break,
            (Some(a), Some(b)) if a == b || is_near(a, b) => {}
            _ => return Err(format!("line {line} of weights.csv")),
        }
    }
    Ok(Verdict::holds(&workings.len()))
}

/// Lines whose fields are the same, numbers to the tolerance.
fn is_near(one: &str, other: &str) -> bool {
    let mut pairs = one.split(',').zip(other.split(','));
    one.split(',').count() == other.split(',').count()
        && pairs.all(|(a, b)| {
            a == b
                || matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(x), Ok(y))
                    if (x - y).abs() <= TOLERANCE * x.abs())
        })
}

/// Figures and tables are those of the result that was computed again.
fn released(bundle: &Bundle, result: &WaveResult) -> Result<Verdict, String> {
    let documents = published_documents(result).map_err(|why| why.to_string())?;
    let mut bytes = 0;
    for (name, own) in documents {
        let there = bundle.bytes(name).ok_or_else(|| format!("no {name}"))?;
        bytes += own.len();
        if own == there {
            continue;
        }
        // Numbers of another program version may differ in their last digit.
        let json = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).ok();
        match (json(there), json(&own)) {
            (Some(a), Some(b)) if difference(&a, &b, TOLERANCE).is_none() => {}
            (Some(a), Some(b)) => {
                let at = difference(&a, &b, TOLERANCE).unwrap_or_default();
                return Err(format!("{name}{at}"));
            }
            _ => {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                let (a, b) = (text(there), text(&own));
                let is_same = a.lines().count() == b.lines().count()
                    && a.lines().zip(b.lines()).all(|(a, b)| is_near(a, b));
                if !is_same {
                    return Err(name.to_owned());
                }
            }
        }
    }
    let digest = |name| bundle.digest(name).unwrap_or_default();
    Ok(Verdict::holds(&format!(
        "{bytes} bytes, {}",
        digest("figures.json")
    )))
}

/// What is known of the way of each record: no leaf covers it, the digest of the analysis' inputs does.
fn traits(table: &str) -> Result<Vec<Traits>, String> {
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next().unwrap_or("").split(',').collect();
    if header.get(..audit::COLUMNS.len()) != Some(audit::COLUMNS.as_slice()) {
        return Err("columns of records.csv".to_owned());
    }
    let read = |(place, line): (usize, &str)| {
        let mut fields = line.split(',').skip(4);
        let mut field = || fields.next().unwrap_or("");
        let (mode, language, direction) = (field(), field(), field());
        let bit = |word: &str| match word {
            "" => None,
            word => Some(word == "1"),
        };
        let traits = Traits {
            mode: Mode::from_word(mode),
            language: (!language.is_empty()).then(|| language.to_owned()),
            direction: Direction::from_word(direction),
            fast: bit(field()),
            burst: bit(field()),
        };
        let is_known = (mode.is_empty() || traits.mode.is_some())
            && (direction.is_empty() || traits.direction.is_some());
        is_known
            .then_some(traits)
            .ok_or_else(|| format!("line {} of records.csv", place + 2))
    };
    lines.enumerate().map(read).collect()
}

fn record(questionnaire: &Questionnaire, opened: &Opened, traits: &Traits) -> Option<Record> {
    Some(Record {
        id: opened.id,
        place: Place {
            county: AreaCode::parse(&opened.county).ok()?,
            stratum: StratumCode::new(opened.stratum.clone()),
            variance_unit: UnitCode::new(opened.variance_unit.clone()),
        },
        answers: Answers::decode(questionnaire, &opened.answers).ok()?,
        flagged: is_flagged(traits),
        marked: keeps_bits(traits),
        direction: traits.direction,
        mode: traits.mode,
        seeded: false,
    })
}
