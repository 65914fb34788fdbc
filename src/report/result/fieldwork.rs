//! Invitations, answers and AAPOR rates.
//!
//! Invitations, used codes, records and leaves are the office's and the log's numbers and printed as
//! they are. Numbers that come from what residents filled in are "under 10" where they are, and the
//! number of complete interviews is then rounded, so that records less the others do not give them
//! back; rates whose base is the records are whole percentages for the same reason. The other rates
//! stand on all invitations, and reports of a survey owe them by AAPOR's code: they count interviews,
//! not what anybody answered.

use super::Source;
use crate::report::told::{self, Records};
use crate::survey::result::{Check, CountyResult};

/// Invitations, answers and rates of one county, as a row of the wave's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldworkRow {
    /// Address of the county's page.
    pub path: String,
    /// The county.
    pub name: String,
    /// Codes issued, codes used, screened out, complete, partial: as they may be told.
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
    let Some(rate) = county.rates.get(name).copied().flatten() else {
        return "–".to_owned();
    };
    let told = told::rate(source.lang, &county.counts, rate, source.smallest());
    format!("{told}%")
}

pub(super) fn row(source: &Source<'_>, county: &CountyResult) -> FieldworkRow {
    let counts = &county.counts;
    let records = Records::of(counts, source.smallest());
    FieldworkRow {
        path: source.county_path(county.code.as_str()),
        name: source.name_of(county),
        counts: [
            source.lang.count(counts.issued),
            source.lang.count(counts.used),
            records.screened_out.words(source.lang),
            records.complete.words(source.lang),
            records.partial.words(source.lang),
        ],
        rates: ["RR1", "RR2", "RR3"].map(|name| rate(source, county, name)),
    }
}

pub(super) fn of_county(source: &Source<'_>, county: &CountyResult) -> CountyFieldwork {
    let counts = &county.counts;
    let records = Records::of(counts, source.smallest());
    let (exact, told) = (
        |n: u64| source.lang.count(n),
        |n: told::Told| n.words(source.lang),
    );
    let mut lines = vec![
        ("results-count-issued", exact(counts.issued)),
        ("results-count-used", exact(counts.used)),
        ("results-count-cast", exact(counts.cast)),
        ("results-count-leaves", exact(counts.leaves)),
        ("results-count-screened-out", told(records.screened_out)),
        ("results-count-complete", told(records.complete)),
        ("results-count-partial", told(records.partial)),
        (
            "results-count-nothing-answered",
            told(records.nothing_answered),
        ),
        ("results-count-marks-kept", told(records.marks_kept)),
    ];
    if let Some(flagged) = records.flagged {
        lines.push(("results-count-flagged", told(flagged)));
    }
    if counts.excluded > 0 {
        lines.push(("results-count-excluded", source.veiled(counts.excluded)));
    }
    // Auditors, of whom nobody has to be hidden; their number is in the process log.
    let seeded = (counts.seeded > 0).then(|| exact(counts.seeded));
    lines.extend(seeded.map(|n| ("results-count-seeded", n)));
    let checks = county.reconciliation.iter().map(|line| {
        let (key, sign) = match line.check {
            Check::IssuedUsed => ("results-check-issued-used", "≥"),
            Check::UsedCast => ("results-check-used-cast", "≥"),
            Check::CastLeaves => ("results-check-cast-leaves", "="),
            Check::CastEligible if counts.seeded > 0 => ("results-check-cast-seeded", "="),
            Check::CastEligible => ("results-check-cast-eligible", "="),
            Check::CastCells => ("results-check-cast-cells", "≥"),
            Check::EnvelopesEntered => ("results-check-envelopes-entered", "≥"),
            Check::BlindCast => ("results-check-blind-cast", "≥"),
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
            .map(|(key, n)| (source.t(key), n))
            .collect(),
        checks: checks.collect(),
        rates: rates.collect(),
    }
}
