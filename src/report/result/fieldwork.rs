//! Invitations, answers and AAPOR rates.

use super::Source;
use crate::survey::result::{Check, CountyResult};

/// Invitations, answers and rates of one county, as a row of the wave's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldworkRow {
    /// Address of the county's page.
    pub path: String,
    /// The county.
    pub name: String,
    /// Codes issued, codes used, screened out, complete, partial: grouped numbers.
    pub counts: [String; 5],
    /// RR1, RR2 and RR3.
    pub rates: [String; 3],
}

/// Fieldwork of one county in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountyFieldwork {
    /// What is counted, and how many.
    pub counts: Vec<(String, String)>,
    /// Counts that must agree.
    pub checks: Vec<CheckRow>,
    /// Every rate.
    pub rates: Vec<RateRow>,
}

/// Two counts that must agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRow {
    /// Which two.
    pub name: String,
    /// The two numbers.
    pub numbers: String,
    /// Whether they agree.
    pub holds: bool,
}

/// One AAPOR rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateRow {
    /// `RR1`.
    pub code: &'static str,
    /// What it is.
    pub name: String,
    /// Per cent, or a dash.
    pub value: String,
}

/// AAPOR's order, each with the key of its sentence.
const RATES: [(&str, &str); 17] = [
    ("RR1", "results-rate-rr1"),
    ("RR2", "results-rate-rr2"),
    ("RR3", "results-rate-rr3"),
    ("RR4", "results-rate-rr4"),
    ("RR5", "results-rate-rr5"),
    ("RR6", "results-rate-rr6"),
    ("COOP1", "results-rate-coop1"),
    ("COOP2", "results-rate-coop2"),
    ("COOP3", "results-rate-coop3"),
    ("COOP4", "results-rate-coop4"),
    ("REF1", "results-rate-ref1"),
    ("REF2", "results-rate-ref2"),
    ("REF3", "results-rate-ref3"),
    ("CON1", "results-rate-con1"),
    ("CON2", "results-rate-con2"),
    ("CON3", "results-rate-con3"),
    ("e", "results-rate-e"),
];

fn rate(source: &Source<'_>, county: &CountyResult, name: &str) -> String {
    let value = county.rates.get(name).copied().flatten();
    value.map_or_else(|| "–".to_owned(), |rate| source.lang.percent(rate))
}

pub(super) fn row(source: &Source<'_>, county: &CountyResult) -> FieldworkRow {
    let counts = &county.counts;
    let numbers = [
        counts.issued,
        counts.used,
        counts.screened_out,
        counts.complete,
        counts.partial,
    ];
    FieldworkRow {
        path: source.county_path(county.code.as_str()),
        name: source.name_of(county),
        counts: numbers.map(|n| source.lang.count(n)),
        rates: ["RR1", "RR2", "RR3"].map(|name| rate(source, county, name)),
    }
}

pub(super) fn of_county(source: &Source<'_>, county: &CountyResult) -> CountyFieldwork {
    let counts = &county.counts;
    let lines = [
        ("results-count-issued", counts.issued),
        ("results-count-used", counts.used),
        ("results-count-cast", counts.cast),
        ("results-count-leaves", counts.leaves),
        ("results-count-screened-out", counts.screened_out),
        ("results-count-complete", counts.complete),
        ("results-count-partial", counts.partial),
        ("results-count-nothing-answered", counts.nothing_answered),
        ("results-count-flagged", counts.flagged),
    ];
    let checks = county.reconciliation.iter().map(|line| {
        let (key, sign) = match line.check {
            Check::IssuedUsed => ("results-check-issued-used", "≥"),
            Check::UsedCast => ("results-check-used-cast", "≥"),
            Check::CastLeaves => ("results-check-cast-leaves", "="),
            Check::CastEligible => ("results-check-cast-eligible", "="),
        };
        let (more, less) = (source.lang.count(line.more), source.lang.count(line.less));
        CheckRow {
            name: source.t(key),
            numbers: format!("{more} {} {less}", if line.holds { sign } else { "≠" }),
            holds: line.holds,
        }
    });
    let rates = RATES.into_iter().map(|(code, key)| RateRow {
        code,
        name: source.t(key),
        value: rate(source, county, code),
    });
    CountyFieldwork {
        counts: lines
            .into_iter()
            .map(|(key, n)| (source.t(key), source.lang.count(n)))
            .collect(),
        checks: checks.collect(),
        rates: rates.collect(),
    }
}
