//! What a correction of a published result changes: figures, findings, verdicts, county by county.
//!
//! Pure. Promises: every share, finding, verdict and reported value that is otherwise is named, with both; so is every title by
//! decision that lapses; a county in which further numbers are otherwise is named, too.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::decision::passes_on;
use super::dossier::{Dossier, Evaluation};
use super::finding::Finding;
use super::indicator::{Indicator, Indicators, Status, Value};
use crate::survey::result::{CountyResult, Estimate, WaveResult};

/// Longest public note, in characters.
pub const LONGEST_NOTE: usize = 1000;

/// What is computed anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The evaluation, from indicators that were corrected.
    Evaluation,
    /// Figures and evaluation, from the same answers by a corrected program.
    Result,
}

impl Scope {
    /// The word that stores and forms use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Evaluation => "evaluation",
            Self::Result => "result",
        }
    }

    /// The scope of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Evaluation, Self::Result]
            .into_iter()
            .find(|scope| scope.as_str() == word)
    }
}

/// What a change is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The county's verdict; values are codes of outcomes.
    Verdict,
    /// A criterion; values are codes of findings.
    Criterion(String),
    /// The headline; values are shares and the ends of the interval.
    Approval,
    /// Sense of security, likewise.
    Safety,
    /// A value that the county reported; values are [`Stands`].
    Value {
        /// Its id.
        indicator: String,
        /// The year that it describes.
        year: i32,
    },
    /// How many of the county's values a second person has verified.
    Verified,
    /// The county's title by decision lapses.
    Title,
    /// Further published numbers of the county.
    Other,
}

/// Something that is otherwise afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Division code of the county.
    pub county: String,
    /// What.
    pub what: What,
    /// Before; empty where there was nothing.
    pub before: String,
    /// Afterwards.
    pub after: String,
}

/// A reported value where it stands, as a change tells it: one JSON document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stands {
    /// Reported, verified, or made up.
    pub status: Status,
    /// The value.
    pub value: Value,
}

impl Stands {
    /// Of a judgement everything but the name of whoever judged: the process log names nobody.
    fn told(one: &Indicator) -> String {
        let mut value = one.value.clone();
        if let Value::Judgement { judgement } = &mut value {
            judgement.assessor.clear();
        }
        let stands = Self {
            status: one.status,
            value,
        };
        serde_json::to_string(&stands).unwrap_or_default()
    }

    /// What [`Change::before`] or [`Change::after`] says; nothing where there was no value.
    #[must_use]
    pub fn read(told: &str) -> Option<Self> {
        serde_json::from_str(told).ok()
    }
}

/// A version of a result.
#[derive(Debug, Clone, Copy)]
pub struct Version<'a> {
    /// The figures.
    pub result: &'a WaveResult,
    /// What the standard says of them, if it was applied.
    pub evaluation: Option<&'a Evaluation>,
    /// The reported values on which that rests, as far as they are known.
    pub values: Option<&'a Indicators>,
    /// Counties that have the title by decision.
    pub titled: &'a BTreeSet<String>,
}

impl Version<'_> {
    fn figures(&self, county: &str) -> Option<&CountyResult> {
        let of = |one: &&CountyResult| one.code.as_str() == county;
        self.result.counties.iter().find(of)
    }

    fn dossier(&self, county: &str) -> Option<&Dossier> {
        self.evaluation?.county(county)
    }
}

/// Everything that is otherwise, county by county.
#[must_use]
pub fn changes(before: &Version<'_>, after: &Version<'_>) -> Vec<Change> {
    let mut changes = of_result(before.result, after.result);
    if let Some(evaluation) = after.evaluation {
        changes.extend(of_evaluation(before.evaluation, evaluation));
    }
    if let (Some(old), Some(new)) = (before.values, after.values) {
        changes.extend(of_values(old, new));
    }
    changes.extend(others(before, after, &changes));
    changes.extend(lapses(before, after));
    if let (Some(old), Some(new), false) = (before.values, after.values, changes.is_empty()) {
        changes.extend(of_standing(old, new));
    }
    changes.sort_by(|one, other| one.county.cmp(&other.county)); // stable
    changes
}

/// Counties with published numbers that are otherwise beyond what is named.
fn others(before: &Version<'_>, after: &Version<'_>, named: &[Change]) -> Vec<Change> {
    let measured = after.result.counties.iter().map(|one| one.code.as_str());
    let judged = after.evaluation.into_iter().flat_map(|one| &one.counties);
    let counties: BTreeSet<&str> = measured
        .chain(judged.map(|one| one.county.as_str()))
        .collect();
    let further = |county: &&str| {
        let figures = |version: &Version<'_>| version.figures(county).cloned().map(beyond_headline);
        let is_named = named.iter().any(|one| one.county == *county);
        figures(before) != figures(after)
            || !is_named && before.dossier(county) != after.dossier(county)
    };
    let other = |county: &str| change(county, What::Other, String::new(), String::new());
    counties.into_iter().filter(further).map(other).collect()
}

/// A county's figures without those that changes name.
fn beyond_headline(mut figures: CountyResult) -> CountyResult {
    figures.approval.estimate = None;
    figures.safety = None;
    figures
}

/// Titles by decision that do not pass on to the new version.
fn lapses(before: &Version<'_>, after: &Version<'_>) -> Vec<Change> {
    let passes_on = |county: &str| match (before.dossier(county), after.dossier(county)) {
        (Some(old), Some(new)) => passes_on(old, new),
        _ => false,
    };
    let lapsed = before.titled.iter().filter(|county| !passes_on(county));
    lapsed
        .map(|county| change(county, What::Title, "decided".to_owned(), String::new()))
        .collect()
}

/// Values that are otherwise; one that was only verified since is none.
fn of_values(before: &Indicators, after: &Indicators) -> Vec<Change> {
    let mut all: BTreeMap<Key<'_>, (Option<&Indicator>, Option<&Indicator>)> = BTreeMap::new();
    for old in before.iter() {
        all.entry(key(old)).or_default().0 = Some(old);
    }
    for new in after.iter() {
        all.entry(key(new)).or_default().1 = Some(new);
    }
    let value = |one: Option<&Indicator>| one.map(|one| one.value.clone());
    let told = |one: Option<&Indicator>| one.map(Stands::told).unwrap_or_default();
    all.into_iter()
        .filter(|(_, (old, new))| value(*old) != value(*new))
        .map(|((county, year, id), (old, new))| {
            let indicator = id.to_owned();
            change(
                county,
                What::Value { indicator, year },
                told(old),
                told(new),
            )
        })
        .collect()
}

/// County, year, id.
type Key<'a> = (&'a str, i32, &'a str);

fn key(one: &Indicator) -> Key<'_> {
    (&one.county, one.year, &one.id)
}

/// Counties of whose values more, or fewer, are verified.
fn of_standing(before: &Indicators, after: &Indicators) -> Vec<Change> {
    let verified = |values: &Indicators| {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for one in values.iter() {
            let count = counts.entry(one.county.clone()).or_default();
            *count += u32::from(one.status == Status::Verified);
        }
        counts
    };
    let (old, mut changes) = (verified(before), Vec::new());
    for (county, now) in verified(after) {
        let then = old.get(&county).map(u32::to_string);
        note(
            &mut changes,
            &county,
            What::Verified,
            then.as_deref(),
            &now.to_string(),
        );
    }
    changes
}

fn change(county: &str, what: What, before: String, after: String) -> Change {
    Change {
        county: county.to_owned(),
        what,
        before,
        after,
    }
}

/// Changes of findings and verdicts.
fn of_evaluation(before: Option<&Evaluation>, after: &Evaluation) -> Vec<Change> {
    let mut changes = Vec::new();
    for new in &after.counties {
        let old = before.and_then(|before| before.county(&new.county));
        let code = |dossier: &Dossier| dossier.verdict.outcome.code();
        let (then, now) = (old.map(code), code(new));
        note(&mut changes, &new.county, What::Verdict, then, now);
        for criterion in &new.criteria {
            let old = old.and_then(|old| old.finding(&criterion.id));
            let (then, now) = (old.map(Finding::code), criterion.result.finding.code());
            let what = What::Criterion(criterion.id.clone());
            note(&mut changes, &new.county, what, then, now);
        }
    }
    changes
}

/// Changes of figures.
fn of_result(before: &WaveResult, after: &WaveResult) -> Vec<Change> {
    let mut changes = Vec::new();
    for new in &after.counties {
        let county = new.code.as_str();
        let old = before.counties.iter().find(|old| old.code == new.code);
        let approval = |one: &CountyResult| one.approval.estimate.as_ref().map(shown);
        let safety = |one: &CountyResult| one.safety.as_ref().map(shown);
        let (then, now) = (old.and_then(approval), approval(new).unwrap_or_default());
        note(&mut changes, county, What::Approval, then.as_deref(), &now);
        let (then, now) = (old.and_then(safety), safety(new).unwrap_or_default());
        note(&mut changes, county, What::Safety, then.as_deref(), &now);
    }
    changes
}

/// The share and its interval, to six digits, so that a difference that no reader sees makes no change.
fn shown(estimate: &Estimate) -> String {
    let interval = &estimate.interval;
    format!(
        "{:.6} {:.6} {:.6}",
        estimate.figure.p, interval.low, interval.high
    )
}

fn note(changes: &mut Vec<Change>, county: &str, what: What, before: Option<&str>, after: &str) {
    let before = before.unwrap_or_default();
    if before != after {
        changes.push(change(county, what, before.to_owned(), after.to_owned()));
    }
}
