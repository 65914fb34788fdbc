//! What a correction of a published result changes: figures, findings, verdicts, county by county.
//!
//! Pure. Promises: every share, finding and verdict that is otherwise is named; a county in which only other numbers are is named, too.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::dossier::{Dossier, Evaluation};
use super::finding::Finding;
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
    /// Another published number of the county.
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

/// A version: figures, and what the standard says of them, if it was applied.
pub type Version<'a> = (&'a WaveResult, Option<&'a Evaluation>);

/// Everything that is otherwise, county by county.
#[must_use]
pub fn changes(before: Version<'_>, after: Version<'_>) -> Vec<Change> {
    let mut changes = of_result(before.0, after.0);
    if let Some(evaluation) = after.1 {
        changes.extend(of_evaluation(before.1, evaluation));
    }
    // What changes without a share, a finding or a verdict being otherwise is named once.
    let figures = |version: Version<'_>, county: &str| {
        let of = |one: &&CountyResult| one.code.as_str() == county;
        version.0.counties.iter().find(of).cloned()
    };
    let dossier = |version: Version<'_>, county: &str| {
        let evaluation = version.1?;
        evaluation.county(county).cloned()
    };
    let measured = after.0.counties.iter().map(|one| one.code.as_str());
    let judged = after.1.into_iter().flat_map(|one| &one.counties);
    let counties: BTreeSet<&str> = measured
        .chain(judged.map(|one| one.county.as_str()))
        .collect();
    let others: Vec<&str> = counties
        .into_iter()
        .filter(|county| !changes.iter().any(|one| one.county == *county))
        .filter(|county| {
            dossier(before, county) != dossier(after, county)
                || figures(before, county) != figures(after, county)
        })
        .collect();
    changes.extend(others.into_iter().map(|county| Change {
        county: county.to_owned(),
        what: What::Other,
        before: String::new(),
        after: String::new(),
    }));
    changes
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
        changes.push(Change {
            county: county.to_owned(),
            what,
            before: before.to_owned(),
            after: after.to_owned(),
        });
    }
}
