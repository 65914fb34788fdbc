//! The public bundle: its scripts agree with what is published, and with nothing else.

use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use minyi::stats::threshold::{Figure, Gates};
use minyi::storage::office::{process_entry, wave};
use minyi::survey::result::{Estimate, WaveResult};
use minyi::survey::wave::WaveState;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::support::instance::Visitor;
use crate::support::published::{Published, first_with_a_silent_county, result};

const SCRIPTS: [(&str, &str); 2] = [("python3", "reproduce.py"), ("Rscript", "reproduce.R")];

/// The bundle of a published wave, unpacked.
async fn unpacked(result: &WaveResult) -> TempDir {
    let published = Published::with(WaveState::Published, result).await;
    tell(&published, result).await;
    let anyone = Visitor::at(&published.site);
    let answer = anyone.get("/results/2026q4/files/bundle.zip").await;
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(answer.headers()["content-type"], "application/zip");
    let bytes = answer.bytes().await.unwrap().to_vec();
    unpack(&bytes)
}

/// What the log tells of a wave that went its way.
async fn tell(published: &Published, result: &WaveResult) {
    let mut tx = published.app.office.0.begin_write("log").await.unwrap();
    let conn = &mut tx.conn();
    let found = wave::find_by_slug(conn, &result.wave.slug)
        .await
        .unwrap()
        .unwrap();
    for (place, entry) in (0..).zip([
        json!({ "event": "sealed", "plan": result.plan_digest }),
        json!({ "event": "result", "plan": result.plan_digest, "input": result.input_digest }),
    ]) {
        process_entry::insert(conn, found.id, place, &entry.to_string())
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

/// The files of an archive.
pub fn unpack(bytes: &[u8]) -> TempDir {
    let folder = TempDir::new().unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    archive.extract(folder.path()).unwrap();
    folder
}

/// Whether each script finds that everything agrees, and what it says.
fn run(folder: &Path) -> [(bool, String); 2] {
    SCRIPTS.map(|(program, script)| {
        let output = Command::new(program)
            .arg(folder.join(script))
            .arg(folder)
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    })
}

pub fn agree(folder: &Path) -> String {
    let [python, r] = run(folder);
    assert!(python.0, "{}", python.1);
    assert!(r.0, "{}", r.1);
    assert_eq!(python.1, r.1, "both counted the same");
    python.1
}

/// Both scripts refuse, and name what differs.
pub fn refuse(folder: &Path, named: &str) {
    for (agrees, said) in run(folder) {
        assert!(!agrees, "{named}: {said}");
        assert!(
            said.contains("DIFFERENCE") && said.contains(named),
            "{named}: {said}"
        );
    }
}

/// Writes the digests anew, as somebody would who changed a file on purpose.
pub fn sum_anew(folder: &Path) {
    let path = folder.join("SHA256SUMS");
    let sums = fs::read_to_string(&path).unwrap();
    let lines = sums.lines().map(|line| {
        let name = line.split_once("  ").unwrap().1;
        let digest = hex::encode(Sha256::digest(fs::read(folder.join(name)).unwrap()));
        format!("{digest}  {name}\n")
    });
    let lines: String = lines.collect();
    fs::write(path, lines).unwrap();
}

fn read(folder: &Path, name: &str) -> Value {
    serde_json::from_slice(&fs::read(folder.join(name)).unwrap()).unwrap()
}

/// The document with one value changed, put back afterwards.
fn with_change(folder: &Path, name: &str, pointer: &str, value: Value, named: &str) {
    let before = fs::read(folder.join(name)).unwrap();
    let mut document: Value = serde_json::from_slice(&before).unwrap();
    let place = document.pointer_mut(pointer).unwrap();
    assert_ne!(*place, value, "{pointer} is changed");
    *place = value;
    fs::write(folder.join(name), serde_json::to_vec(&document).unwrap()).unwrap();
    sum_anew(folder);
    refuse(folder, named);
    fs::write(folder.join(name), before).unwrap();
    sum_anew(folder);
}

/// The number with its fifth decimal changed.
fn a_digit_off(folder: &Path, name: &str, pointer: &str) -> Value {
    let number = read(folder, name)
        .pointer(pointer)
        .unwrap()
        .as_f64()
        .unwrap();
    (number + 0.000_01).into()
}

#[tokio::test]
async fn both_scripts_recompute_everything_that_is_published() {
    let folder = unpacked(result()).await;
    let said = agree(folder.path());
    assert!(said.contains("everything agrees"), "{said}");
    let figures = read(folder.path(), "figures.json");
    assert_eq!(figures["counties"].as_array().unwrap().len(), 5);
    let evaluation = read(folder.path(), "evaluation.json");
    assert!(evaluation["criteria"].as_array().unwrap().len() > 20);
    for name in [
        "README.md",
        "README.zh-CN.md",
        "process.checkpoint",
        "answers.checkpoint",
    ] {
        assert!(
            !fs::read(folder.path().join(name)).unwrap().is_empty(),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_county_without_an_answer_and_a_first_wave_are_recomputed_too() {
    let folder = unpacked(&first_with_a_silent_county()).await;
    agree(folder.path());
}

/// The result with figures of which each kind of interval is one.
fn extreme() -> WaveResult {
    let mut extreme = result().clone();
    let kinds = [
        // Nobody disagreed; hardly anybody did; few degrees of freedom; none; as it was.
        (1.0, 0.0, 18.0),
        (0.99, 0.000_012, 18.0),
        (0.91, 0.000_3, 6.0),
        (0.91, 0.000_3, 0.0),
    ];
    for (county, (p, variance, df)) in extreme.counties.iter_mut().zip(kinds) {
        let estimate = county.approval.estimate.as_mut().unwrap();
        *estimate = of_figure(
            estimate,
            Figure {
                p,
                variance,
                df,
                ..estimate.figure
            },
        );
        let judgement = estimate.figure.judge(
            extreme.plan.verdict.threshold,
            extreme.plan.verdict.rule,
            &Gates::passed(),
        );
        county.approval.obstacles = estimate.figure.obstacles(&Gates::passed());
        county.approval.finding = judgement.finding;
        county.approval.judgement = Some(judgement);
    }
    extreme
}

fn of_figure(before: &Estimate, figure: Figure) -> Estimate {
    Estimate {
        figure,
        standard_error: figure.variance.sqrt(),
        n_eff: figure.n_eff(),
        interval: figure.interval(0.95),
        bounds: figure.interval(0.90),
        ..before.clone()
    }
}

#[tokio::test]
async fn every_kind_of_interval_is_recomputed() {
    let folder = unpacked(&extreme()).await;
    agree(folder.path());
    let figures = fs::read_to_string(folder.path().join("figures.json")).unwrap();
    for method in ["clopper_pearson", "beta", "vacuous", "xlogit"] {
        assert!(figures.contains(&format!("\"{method}\"")), "{method}");
    }
}

#[tokio::test]
async fn one_changed_digit_and_one_changed_digest_are_found_by_both() {
    let folder = unpacked(result()).await;
    let folder = folder.path();
    let figure = "/counties/0/figures/0";
    for (pointer, named) in [
        ("estimate/p", "140302 approval"),
        ("estimate/variance", "140302 approval"),
        ("estimate/df", "140302 approval"),
        ("estimate/interval/low", "interval low"),
        ("estimate/bounds/high", "bounds high"),
        ("judgement/lower", "lower"),
        ("judgement/threshold", "threshold"),
    ] {
        let pointer = format!("{figure}/{pointer}");
        let value = a_digit_off(folder, "figures.json", &pointer);
        with_change(folder, "figures.json", &pointer, value, named);
    }
    let pointer = "/counties/0/change/change/difference";
    let value = a_digit_off(folder, "figures.json", pointer);
    with_change(folder, "figures.json", pointer, value, "140302 change");
    for end in ["best", "worst"] {
        let pointer = format!("/counties/0/{end}");
        let rank = read(folder, "ranks.json")
            .pointer(&pointer)
            .unwrap()
            .clone();
        let other = Value::from(rank.as_u64().unwrap() + 1);
        with_change(folder, "ranks.json", &pointer, other, "140302 rank");
    }
    let other = |pointer: &str| -> Value {
        let found = read(folder, "figures.json")
            .pointer(pointer)
            .unwrap()
            .clone();
        if found == "met" { "not_met" } else { "met" }.into()
    };
    for pointer in [
        "finding",
        "judgement/bound_finding",
        "judgement/point_finding",
    ] {
        let pointer = format!("{figure}/{pointer}");
        with_change(folder, "figures.json", &pointer, other(&pointer), "finding");
    }
    let flipped = |pointer: &str| -> Value {
        let found = read(folder, "evaluation.json")
            .pointer(pointer)
            .unwrap()
            .clone();
        if found == "met" { "not_met" } else { "met" }.into()
    };
    let verdict = "/counties/0/verdict/outcome";
    with_change(
        folder,
        "evaluation.json",
        verdict,
        flipped(verdict),
        "verdict",
    );
    // One criterion of each kind of rule.
    let rules = read(folder, "evaluation.json")["criteria"].clone();
    let mut kinds = Vec::new();
    for (at, criterion) in rules.as_array().unwrap().iter().enumerate() {
        let kind = criterion["rule"]["kind"].as_str().unwrap().to_owned();
        if !kinds.contains(&kind) {
            let pointer = format!("/counties/0/criteria/{at}/finding");
            let value = flipped(&pointer);
            with_change(folder, "evaluation.json", &pointer, value, "finding");
            kinds.push(kind);
        }
    }
    assert!(kinds.len() > 7, "{kinds:?}");
    // Without new digests, any byte of any file is enough.
    for name in [
        "answers.csv",
        "process.jsonl",
        "questionnaire.json",
        "README.md",
    ] {
        let before = fs::read(folder.join(name)).unwrap();
        let mut bytes = before.clone();
        bytes.push(b' ');
        fs::write(folder.join(name), bytes).unwrap();
        refuse(folder, name);
        fs::write(folder.join(name), before).unwrap();
    }
    // A log that says nothing of the result agrees with nothing.
    let log = fs::read_to_string(folder.join("process.jsonl")).unwrap();
    let sealed = log.lines().next().unwrap();
    fs::write(folder.join("process.jsonl"), format!("{sealed}\n")).unwrap();
    sum_anew(folder);
    refuse(folder, "process log, result");
    fs::write(folder.join("process.jsonl"), log).unwrap();
    sum_anew(folder);
    let sums = fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
    let first = if sums.starts_with('0') { "1" } else { "0" };
    fs::write(folder.join("SHA256SUMS"), format!("{first}{}", &sums[1..])).unwrap();
    refuse(folder, "SHA-256");
}

#[tokio::test]
async fn the_numbers_of_a_reason_are_those_that_were_reported() {
    let folder = unpacked(result()).await;
    let folder = folder.path();
    assert!(folder.join("indicators.jsonl").exists());
    let before = read(folder, "evaluation.json");
    let mut changed = Vec::new();
    // Each changes no finding: only the reported values tell that it is another number.
    for (code, field, change) in [
        ("growth", "mean", 1e-6),
        ("own_average", "mean", -1e-6),
        ("no_event", "events", 0.0),
    ] {
        let mut document = before.clone();
        let counties = document["counties"].as_array_mut().unwrap().iter_mut();
        let mut criteria = counties.flat_map(|one| one["criteria"].as_array_mut().unwrap());
        let found = criteria.find(|one| one["reason"]["code"] == code);
        let Some(reason) = found.map(|one| &mut one["reason"]) else {
            continue;
        };
        let reported = &mut reason[field];
        *reported = match reported.as_u64() {
            Some(events) => (events + 1).into(),
            None => (reported.as_f64().unwrap() + change).into(),
        };
        fs::write(folder.join("evaluation.json"), document.to_string()).unwrap();
        sum_anew(folder);
        let [(agrees, said), _] = run(folder);
        assert!(!agrees && said.contains("DIFFERENCE"), "{code}: {said}");
        changed.push(code);
    }
    assert!(changed.len() >= 3, "{changed:?}");
    // Nor can a value be altered with the digest left as it is, or dropped with the criteria that it decided.
    fs::write(folder.join("evaluation.json"), before.to_string()).unwrap();
    let lines = fs::read_to_string(folder.join("indicators.jsonl")).unwrap();
    for other in [
        lines.replacen("\"count\":", "\"count\":1", 1),
        lines[1..].to_owned(),
    ] {
        fs::write(folder.join("indicators.jsonl"), other).unwrap();
        sum_anew(folder);
        refuse(folder, "indicators.jsonl");
    }
    // Without them nobody reads that everything agrees.
    fs::remove_file(folder.join("indicators.jsonl")).unwrap();
    let sums = fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
    let left: Vec<&str> = sums
        .lines()
        .filter(|line| !line.ends_with("  indicators.jsonl"))
        .collect();
    fs::write(folder.join("SHA256SUMS"), left.join("\n") + "\n").unwrap();
    for (_, said) in run(folder) {
        assert!(
            !said.contains("everything agrees") && said.contains("indicators.jsonl is not here"),
            "{said}"
        );
    }
}

/// Every number in a document.
fn numbers(document: &Value, found: &mut Vec<f64>) {
    match document {
        Value::Number(number) => found.extend(number.as_f64()),
        Value::Array(list) => list.iter().for_each(|one| numbers(one, found)),
        Value::Object(map) => map.values().for_each(|one| numbers(one, found)),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn no_number_of_the_figures_is_missing_in_the_published_tables() {
    for result in [result().clone(), first_with_a_silent_county(), extreme()] {
        let folder = unpacked(&result).await;
        let csv = fs::read_to_string(folder.path().join("estimates.csv")).unwrap();
        let told: Vec<f64> = csv
            .split([',', '\n', '\r'])
            .filter_map(|cell| cell.parse().ok())
            .collect();
        let plan = &result.plan;
        let fixed = [
            1.0,
            plan.verdict.threshold,
            plan.verdict.planned_deff,
            plan.change.delta,
        ];
        let mut own = Vec::new();
        numbers(&read(folder.path(), "figures.json"), &mut own);
        assert!(own.len() > 300, "{}", own.len());
        for number in own {
            let near = |x: &f64| (x - number).abs() <= 1e-12 * number.abs().max(1e-6);
            // V is the square of a standard error that is published.
            let is_told = told.iter().any(|x| near(x) || near(&(x * x)));
            assert!(
                is_told || fixed.contains(&number),
                "{number} is in no table"
            );
        }
    }
}
