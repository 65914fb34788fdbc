//! What a correction of a published result changes: figures, findings, verdicts, county by county.
//!
//! Pure. Promise: whatever a reader could have seen in the tables of counties and criteria and sees otherwise afterwards is named.

use serde::{Deserialize, Serialize};

use super::dossier::{Dossier, Evaluation};
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

/// Changes of findings and verdicts.
#[must_use]
pub fn of_evaluation(before: &Evaluation, after: &Evaluation) -> Vec<Change> {
    let mut changes = Vec::new();
    for new in &after.counties {
        let old = before.county(&new.county);
        let code = |dossier: &Dossier| dossier.verdict.outcome.code();
        note(
            &mut changes,
            &new.county,
            What::Verdict,
            old.map(code),
            code(new),
        );
        for criterion in &new.criteria {
            let old = old.and_then(|old| old.finding(&criterion.id));
            let what = What::Criterion(criterion.id.clone());
            let after = criterion.result.finding.code();
            note(
                &mut changes,
                &new.county,
                what,
                old.map(|one| one.code()),
                after,
            );
        }
        // The same findings may rest on other numbers.
        if old.is_some_and(|old| old != new) && !changes.iter().any(|one| one.county == new.county)
        {
            note(&mut changes, &new.county, What::Other, None, "");
        }
    }
    changes
}

/// Changes of figures.
#[must_use]
pub fn of_result(before: &WaveResult, after: &WaveResult) -> Vec<Change> {
    let mut changes = Vec::new();
    for new in &after.counties {
        let county = new.code.as_str();
        let old = before.counties.iter().find(|old| old.code == new.code);
        let approval = |one: &CountyResult| one.approval.estimate.as_ref().map(shown);
        let safety = |one: &CountyResult| one.safety.as_ref().map(shown);
        for (what, of) in [
            (
                What::Approval,
                &approval as &dyn Fn(&CountyResult) -> Option<String>,
            ),
            (What::Safety, &safety),
        ] {
            let (then, now) = (old.and_then(of), of(new));
            if then != now {
                let now = now.unwrap_or_default();
                note(&mut changes, county, what, then.as_deref(), &now);
            }
        }
        if old.is_some_and(|old| old != new) && !changes.iter().any(|one| one.county == county) {
            note(&mut changes, county, What::Other, None, "");
        }
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
    if before != after || what == What::Other {
        changes.push(Change {
            county: county.to_owned(),
            what,
            before: before.to_owned(),
            after: after.to_owned(),
        });
    }
}
