//! What is published, by itself: documents as they were signed, intervals and verdicts from each figure's numbers, criteria from
//! the standard and the reported values.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::bundle::{Bundle, difference};
use super::log::Log;
use super::{Findings, Verdict};
use crate::evaluation::dossier::Evaluation;
use crate::evaluation::indicator::{Indicator, Indicators};
use crate::evaluation::standard::Standard;
use crate::evaluation::survey_input::{ChangeInput, ItemFigures, SurveyInput};
use crate::report::export::bundle as documents;
use crate::service::evaluate;
use crate::stats::threshold::{
    BOUND_LEVEL, Ceiling, Change, Figure, Finding, Gates, NotAssessable,
};
use crate::survey::plan::WavePlan;

/// Of numbers that are computed again.
pub(super) const TOLERANCE: f64 = 1e-9;
/// Entries that name what is published.
const PUBLISHED: [&str; 2] = ["published", "corrected"];
/// Entries that name a result.
pub(super) const RESULTS: [&str; 2] = ["result", "corrected"];
/// Level of the printed interval.
const INTERVAL_LEVEL: f64 = 0.95;

pub(super) fn check(bundle: &Bundle, log: &Log, findings: &mut Findings) {
    let log = &log.while_held(bundle);
    findings.add("documents", signed(bundle, log));
    findings.add("input", input(bundle, log));
    findings.add("figures", figures(bundle));
    if bundle.bytes("evaluation.json").is_none() {
        for check in ["standard", "indicators", "evaluation"] {
            findings.add(check, Verdict::Unchecked("no evaluation.json".to_owned()));
        }
    } else {
        findings.add("standard", standard(bundle, log));
        findings.add("indicators", indicators(bundle));
        findings.add("evaluation", evaluation(bundle));
    }
    findings.add("decisions", decisions(bundle, log));
}

/// The documents are those whose digests the process log names.
fn signed(bundle: &Bundle, log: &Log) -> Result<Verdict, String> {
    let Some(last) = log.of(&PUBLISHED).next_back() else {
        return Ok(Verdict::Unchecked("not published".to_owned()));
    };
    let Some(named) = last.get("documents").and_then(Value::as_object) else {
        return Ok(Verdict::Unchecked("published without digests".to_owned()));
    };
    for name in [
        "figures.json",
        "estimates.csv",
        "answers.csv",
        "ranks.json",
        "evaluation.json",
    ] {
        // What was published before there were ranks in the bundle names none.
        if name == "ranks.json" && !named.contains_key(name) {
            continue;
        }
        let told = named.get(name).and_then(Value::as_str);
        if bundle.digest(name).as_deref() != told {
            return Err(format!(
                "{name} is another one than the one that was published"
            ));
        }
    }
    Ok(Verdict::holds(&named.len()))
}

fn input(bundle: &Bundle, log: &Log) -> Result<Verdict, String> {
    let figures = bundle.json("figures.json")?;
    let text = |name: &str| figures.get(name).and_then(Value::as_str).unwrap_or("");
    for (field, events) in [
        ("plan", &["sealed"][..]),
        ("plan", &RESULTS[..]),
        ("input", &RESULTS[..]),
    ] {
        let told = log.text(events, field).unwrap_or("");
        let own = text(&format!("{field}_digest"));
        if told != own {
            return Err(format!("{field} {own}, not {told}"));
        }
    }
    Ok(Verdict::holds(text("input_digest")))
}

fn read<T: DeserializeOwned>(value: Option<&Value>) -> Option<T> {
    value.and_then(|value| serde_json::from_value(value.clone()).ok())
}

fn list<'v>(document: &'v Value, name: &str) -> &'v [Value] {
    document
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// The figure of this name of a whole county.
fn of_county<'v>(county: &'v Value, name: &str) -> Option<&'v Value> {
    list(county, "figures").iter().find(|figure| {
        figure.get("figure").and_then(Value::as_str) == Some(name)
            && figure.get("by").and_then(Value::as_str) == Some("county")
    })
}

/// Intervals, bounds and verdicts once more, from p, V, n and df.
fn figures(bundle: &Bundle) -> Result<Verdict, String> {
    let plan: WavePlan = bundle.read_json("plan.json")?;
    let document = bundle.json("figures.json")?;
    let mut count = 0;
    for county in list(&document, "counties") {
        let code = county.get("county").and_then(Value::as_str).unwrap_or("?");
        for one in list(county, "figures") {
            let name = one.get("figure").and_then(Value::as_str).unwrap_or("?");
            let group = one.get("group").and_then(Value::as_str).unwrap_or("");
            if let Some(found) = one_figure(&plan, one)? {
                return Err(format!("{code} {name} {group}{found}"));
            }
            count += 1;
        }
        if let Some(found) = change(&plan, county)? {
            return Err(format!("{code} change{found}"));
        }
    }
    Ok(Verdict::holds(&count))
}

fn one_figure(plan: &WavePlan, published: &Value) -> Result<Option<String>, String> {
    let Some(estimate) = published.get("estimate").filter(|one| !one.is_null()) else {
        let judgement = published.get("judgement").is_some_and(|one| !one.is_null());
        return Ok(judgement.then(|| ": a verdict without a figure".to_owned()));
    };
    let figure: Figure = read(Some(estimate)).ok_or("a figure is none")?;
    let mut own = estimate.clone();
    if let Some(fields) = own.as_object_mut() {
        fields.insert("planned_deff".to_owned(), plan.verdict.planned_deff.into());
        fields.insert("n_eff".to_owned(), figure.n_eff().into());
        fields.insert(
            "standard_error".to_owned(),
            figure.variance.max(0.0).sqrt().into(),
        );
        fields.insert(
            "interval".to_owned(),
            json!(figure.interval(INTERVAL_LEVEL)),
        );
        fields.insert("bounds".to_owned(), json!(figure.interval(BOUND_LEVEL)));
    }
    if let Some(found) = difference(estimate, &own, TOLERANCE) {
        return Ok(Some(found));
    }
    if published.get("judgement").is_none() {
        return Ok(None);
    }
    let gates = Gates::passed();
    let judgement = figure.judge(plan.verdict.threshold, plan.verdict.rule, &gates);
    let mut own = published.clone();
    if let Some(fields) = own.as_object_mut() {
        fields.insert("judgement".to_owned(), json!(judgement));
        fields.insert("finding".to_owned(), json!(judgement.finding));
        fields.insert("obstacles".to_owned(), json!(figure.obstacles(&gates)));
    }
    Ok(difference(published, &own, TOLERANCE))
}

fn change(plan: &WavePlan, county: &Value) -> Result<Option<String>, String> {
    let published = county.get("change").ok_or("no change")?;
    let Some(change) = read::<Change>(published.get("change")) else {
        let judged = published.get("judgement").is_some_and(|one| !one.is_null());
        return Ok(judged.then(|| ": a verdict without a change".to_owned()));
    };
    let safety = of_county(county, "safety").and_then(|one| one.get("estimate"));
    let safety: Option<Figure> = read(safety);
    let ceiling = plan
        .change
        .ceiling
        .zip(safety)
        .map(|(level, figure)| Ceiling {
            level,
            lower: figure.interval(BOUND_LEVEL).low,
        });
    let judgement = change.judge(plan.change.delta, ceiling);
    let own = json!({
        "change": change,
        "interval": change.interval(INTERVAL_LEVEL),
        "judgement": judgement,
        "finding": judgement.finding,
    });
    Ok(difference(published, &own, TOLERANCE))
}

/// The text of the standard is the one that was applied, and the one that a correction named.
fn standard(bundle: &Bundle, log: &Log) -> Result<Verdict, String> {
    let document = bundle.json("evaluation.json")?;
    let applied = document.get("standard_digest").and_then(Value::as_str);
    let digest = bundle.digest("standard.toml").ok_or("no standard.toml")?;
    let named = log.text(&["result", "evaluated", "corrected"], "standard");
    if named.is_some_and(|named| named != digest) {
        return Err(format!("{digest}, not {}", named.unwrap_or_default()));
    }
    Ok(Verdict::same(applied, &digest))
}

fn reported(bundle: &Bundle) -> Result<Indicators, String> {
    let lines = bundle.text("indicators.jsonl")?.lines();
    let read = |line: &str| serde_json::from_str::<Indicator>(line);
    let all: Result<Indicators, _> = lines.map(read).collect();
    all.map_err(|why| format!("indicators.jsonl: {why}"))
}

/// With standard and figures, the reported values give the digest that was stored with the evaluation.
fn indicators(bundle: &Bundle) -> Result<Verdict, String> {
    let Some(lines) = bundle.bytes("indicators.jsonl") else {
        return Ok(Verdict::Unchecked(
            "not kept with it, and changed since".to_owned(),
        ));
    };
    let document = bundle.json("evaluation.json")?;
    let text = |document: &Value, name: &str| {
        let text = document.get(name).and_then(Value::as_str).unwrap_or("");
        hex::decode(text).unwrap_or_default()
    };
    let digest = Sha256::new()
        .chain_update(text(&document, "standard_digest"))
        .chain_update(lines)
        .chain_update(text(&bundle.json("figures.json")?, "input_digest"))
        .finalize();
    let told = document.get("input_digest").and_then(Value::as_str);
    Ok(Verdict::same(told, &hex::encode(digest)))
}

/// Criteria and verdicts once more, from the standard's text, the reported values and the figures.
fn evaluation(bundle: &Bundle) -> Result<Verdict, String> {
    if bundle.bytes("indicators.jsonl").is_none() {
        return Ok(Verdict::Unchecked(
            "not kept with it, and changed since".to_owned(),
        ));
    }
    let published = bundle.json("evaluation.json")?;
    let standard = Standard::from_toml(bundle.text("standard.toml")?);
    let standard = standard.map_err(|why| format!("standard.toml: {why}"))?;
    let plan: WavePlan = bundle.read_json("plan.json")?;
    let survey = survey(&plan, &bundle.json("figures.json")?);
    let year = published.get("year").and_then(Value::as_i64);
    let year = year
        .and_then(|year| i32::try_from(year).ok())
        .ok_or("no year")?;
    let found = Evaluation::of(&standard, &reported(bundle)?, Some(&survey), year);
    let text = |name: &str| {
        let text = published.get(name).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let own = documents::evaluation(
        &found,
        &standard,
        &text("standard_digest"),
        &text("input_digest"),
    );
    let count = found.counties.len() * standard.criteria.len();
    Ok(Verdict::of(difference(&published, &own, TOLERANCE), &count))
}

/// The published figures as a standard reads them.
fn survey(plan: &WavePlan, document: &Value) -> SurveyInput {
    let wave = document.get("wave").and_then(Value::as_str);
    let mut input = SurveyInput::new(wave.unwrap_or_default());
    input.synthetic = document.get("synthetic") == Some(&Value::Bool(true));
    for county in list(document, "counties") {
        let code = county.get("county").and_then(Value::as_str).unwrap_or("?");
        let approval = of_county(county, "approval");
        let obstacles: Vec<NotAssessable> =
            read(approval.and_then(|one| one.get("obstacles"))).unwrap_or_default();
        let free_of = |obstacle| !obstacles.contains(&obstacle);
        let gates = Gates {
            probability_sample: free_of(NotAssessable::NotAProbabilitySample),
            calibrated: free_of(NotAssessable::CalibrationFailed),
        };
        let level = |name: &str, change| {
            let found = of_county(county, name).and_then(|one| one.get("estimate"));
            ItemFigures {
                figure: read(found).unwrap_or_else(evaluate::nothing_measured),
                gates,
                change,
            }
        };
        let change = county.get("change");
        let measured = change.and_then(|one| read(one.get("change")));
        let change = match (measured, change.and_then(|one| read(one.get("finding")))) {
            (Some(measured), _) => ChangeInput::Measured(measured),
            (None, Some(Finding::NotAssessable(why))) => ChangeInput::Impossible(why),
            (None, _) => ChangeInput::Impossible(NotAssessable::NoBaseWave),
        };
        input.insert(code, &plan.approval.item, level("approval", None));
        input.insert(code, &plan.safety.item, level("safety", Some(change)));
    }
    input
}

fn list_county(one: &Value) -> &str {
    one.get("county").and_then(Value::as_str).unwrap_or("?")
}

/// Counties that have the title by decision, as the process log tells it: a correction says which ones lapse; one of an older
/// program, which says nothing of changes, left all behind.
fn titled(log: &Log, of_standard: impl Fn(&&Value) -> bool) -> BTreeSet<&str> {
    let mut counties = BTreeSet::new();
    for entry in log.of(&["title_by_decision", "corrected"]) {
        let is_title = entry.get("event").and_then(Value::as_str) == Some("title_by_decision");
        match entry.get("changes").and_then(Value::as_array) {
            _ if is_title => {
                counties.extend(Some(entry).filter(&of_standard).map(list_county));
            }
            None => counties.clear(),
            Some(changes) => {
                let lapsed = changes
                    .iter()
                    .filter(|one| one.get("what") == Some(&"title".into()));
                for county in lapsed.map(list_county) {
                    counties.remove(county);
                }
            }
        }
    }
    counties
}

/// Titles by decision are those of the process log.
fn decisions(bundle: &Bundle, log: &Log) -> Result<Verdict, String> {
    let standard = bundle.digest("standard.toml").unwrap_or_default();
    let document = match bundle.bytes("decisions.json") {
        Some(_) => bundle.json("decisions.json")?,
        None => Value::Null,
    };
    let all = list(&document, "decisions");
    let of_standard =
        |entry: &&Value| entry.get("standard").and_then(Value::as_str) == Some(standard.as_str());
    for county in titled(log, of_standard) {
        if !all.iter().any(|one| list_county(one) == county) {
            return Err(format!("{county} is missing"));
        }
    }
    for decision in all {
        let is_told = log.of(&["title_by_decision"]).any(|entry| {
            ["county", "reasons"]
                .iter()
                .all(|field| entry.get(*field) == decision.get(*field))
                && entry.get("standard").and_then(Value::as_str) == Some(standard.as_str())
        });
        let county = decision
            .get("county")
            .and_then(Value::as_str)
            .unwrap_or("?");
        if !is_told {
            return Err(format!("{county} is not in the process log"));
        }
    }
    Ok(Verdict::holds(&all.len()))
}
