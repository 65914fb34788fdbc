//! The report's workbook: one row for each county, the criteria with their reasons, how it was measured.
//!
//! Pure. Promises: numbers are those of the stored result, to the last digit; the arms of the error bars are the distances
//! from the estimate to the ends of its interval, and nothing else is computed.

use super::results::word;
use super::{Cell, Table};
use crate::i18n::Lang;
use crate::report::reason::Speaker;
use crate::report::result::{Assessed, MethodLine};
use crate::report::told;
use crate::survey::questionnaire::{Item, Questionnaire};
use crate::survey::result::{CountyResult, Estimate, WaveResult};

/// Columns of the counties.
pub const RESULTS: &[&str] = &[
    "county",
    "county_zh",
    "county_en",
    "n",
    "estimate",
    "low_95",
    "high_95",
    "low_90",
    "high_90",
    "standard_error",
    "design_effect",
    "n_eff",
    "df",
    "threshold",
    "finding",
    "by_bounds",
    "by_estimate",
    "safety_n",
    "safety",
    "safety_low_95",
    "safety_high_95",
    "change",
    "change_low_95",
    "change_high_95",
    "change_finding",
    "issued",
    "rr1",
    "rr2",
    "rr3",
    "arm_below",
    "arm_above",
    "safety_arm_below",
    "safety_arm_above",
];

/// Columns of the criteria.
pub const CRITERIA: &[&str] = &[
    "county",
    "county_zh",
    "county_en",
    "verdict",
    "area",
    "criterion",
    "clause",
    "criterion_name",
    "rule",
    "finding",
    "reason",
    "decided_by",
];

/// Columns of the method statement.
pub const METHODS: &[&str] = &["topic", "text", "digest"];

/// A chart on a sheet: a value by county with its error bars, and perhaps a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chart {
    /// Key of its title.
    pub title: &'static str,
    /// Column of the values.
    pub value: &'static str,
    /// Columns of the lengths below and above.
    pub arms: [&'static str; 2],
    /// Column of the line that the values are held against.
    pub line: Option<&'static str>,
}

/// The charts of the counties.
pub const CHARTS: &[Chart] = &[
    Chart {
        title: "export-chart-approval",
        value: "estimate",
        arms: ["arm_below", "arm_above"],
        line: Some("threshold"),
    },
    Chart {
        title: "export-chart-safety",
        value: "safety",
        arms: ["safety_arm_below", "safety_arm_above"],
        line: None,
    },
];

/// One row for each county.
#[must_use]
pub fn results(result: &WaveResult) -> Table {
    Table {
        name: "summary",
        columns: RESULTS,
        rows: result
            .counties
            .iter()
            .map(|county| row(result, county))
            .collect(),
    }
}

fn row(result: &WaveResult, county: &CountyResult) -> Vec<Cell> {
    let judged = &county.approval;
    let (estimate, judgement) = (judged.estimate.as_ref(), judged.judgement.as_ref());
    let of = |value: fn(&Estimate) -> f64| Cell::maybe(estimate.map(value));
    let safety = county.safety.as_ref();
    let safe = |value: fn(&Estimate) -> f64| Cell::maybe(safety.map(value));
    let change = &county.change;
    let rate = |name: &str| {
        let rate = county.rates.get(name).copied().flatten();
        let smallest = u64::from(result.plan.disclosure.cell);
        let told = rate.map(|rate| told::rate(Lang::En, &county.counts, rate, smallest));
        Cell::maybe(told.and_then(|text| text.parse().ok()))
    };
    vec![
        Cell::text(county.code.as_str()),
        Cell::text(county.name_zh.as_str()),
        Cell::text(county.name_en.as_str()),
        Cell::count(estimate.map(|e| e.figure.n)),
        of(|e| e.figure.p),
        of(|e| e.interval.low),
        of(|e| e.interval.high),
        of(|e| e.bounds.low),
        of(|e| e.bounds.high),
        of(|e| e.standard_error),
        Cell::maybe(estimate.and_then(|e| e.design_effect)),
        of(|e| e.n_eff),
        of(|e| e.figure.df),
        Cell::Number(result.plan.verdict.threshold),
        Cell::text(word(judged.finding)),
        Cell::text(judgement.map_or("", |j| word(j.bound_finding))),
        Cell::text(judgement.map_or("", |j| word(j.point_finding))),
        Cell::count(safety.map(|e| e.figure.n)),
        safe(|e| e.figure.p),
        safe(|e| e.interval.low),
        safe(|e| e.interval.high),
        Cell::maybe(change.change.map(|c| c.difference)),
        Cell::maybe(change.interval.map(|ends| ends.0)),
        Cell::maybe(change.interval.map(|ends| ends.1)),
        Cell::text(word(change.finding)),
        Cell::Count(county.counts.issued),
        rate("RR1"),
        rate("RR2"),
        rate("RR3"),
        of(|e| e.figure.p - e.interval.low),
        of(|e| e.interval.high - e.figure.p),
        safe(|e| e.figure.p - e.interval.low),
        safe(|e| e.interval.high - e.figure.p),
    ]
}

/// Every criterion of every county, with its reason in the reader's language; no row without an evaluation.
#[must_use]
pub fn criteria(lang: Lang, assessed: Option<Assessed<'_>>) -> Table {
    let rows = assessed.into_iter().flat_map(|assessed| {
        let counties = assessed.evaluation.counties.iter();
        counties.flat_map(move |dossier| {
            let outcomes = dossier.criteria.iter();
            outcomes.filter_map(move |outcome| {
                let standard = assessed.standard;
                let speaker = Speaker { lang, standard };
                let criterion = standard.criterion(&outcome.id)?;
                let named = standard.county(&dossier.county);
                let name = |tag| named.map_or("", |county| county.name.get(tag));
                let mut areas = standard.areas.iter();
                let area = areas.find(|area| area.id == criterion.area())?;
                Some(
                    [
                        dossier.county.as_str(),
                        name(Lang::ZhCn.tag()),
                        name(Lang::En.tag()),
                        dossier.verdict.outcome.code(),
                        area.name.get(lang.tag()),
                        criterion.id.as_str(),
                        criterion.clause.as_str(),
                        criterion.name.get(lang.tag()),
                        &speaker.rule(&criterion.rule),
                        outcome.result.finding.code(),
                        &speaker.reason(&outcome.result.reason),
                        &decided(assessed, &dossier.county),
                    ]
                    .map(Cell::text)
                    .to_vec(),
                )
            })
        })
    });
    Table {
        name: "criteria",
        columns: CRITERIA,
        rows: rows.collect(),
    }
}

/// Who gave an open county the title; nobody elsewhere.
fn decided(assessed: Assessed<'_>, county: &str) -> String {
    let mut all = assessed.decided.iter();
    let found = all.find(|one| one.county == county);
    found.map_or_else(String::new, |one| one.decision.by().join(", "))
}

/// How it was measured, line by line.
#[must_use]
pub fn methods(lines: Vec<MethodLine>) -> Table {
    let row = |line: MethodLine| {
        let code = line.code.map_or(Cell::Nothing, Cell::Text);
        vec![Cell::Text(line.name), Cell::Text(line.text), code]
    };
    Table {
        name: "methods",
        columns: METHODS,
        rows: lines.into_iter().map(row).collect(),
    }
}

/// Every question with its answers by code, for the dictionary.
#[must_use]
pub fn questions(lang: Lang, questionnaire: &Questionnaire) -> Vec<[String; 3]> {
    let county = lang.t("results-this-county");
    let said = |item: &Item| {
        let options = item.options.iter();
        let answers: Vec<String> = options
            .map(|choice| {
                format!(
                    "{} = {}",
                    choice.code,
                    choice.text.render(lang.tag(), &county)
                )
            })
            .collect();
        let text = item.text.render(lang.tag(), &county);
        [item.id.clone(), text, answers.join("; ")]
    };
    questionnaire.items.iter().map(said).collect()
}
