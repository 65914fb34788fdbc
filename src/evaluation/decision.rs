//! A decision on an open county: two named people, and a written reason for each open criterion.
//!
//! Promise: a decision is valid by construction; it gives a title and changes no verdict.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::dossier::Dossier;
use super::verdict::{Outcome, Verdict};
use crate::survey::time::Instant;

/// Longest reason, in characters.
pub const LONGEST_REASON: usize = 1000;

/// A decision on an open county.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    by: [String; 2],
    reasons: BTreeMap<String, String>,
}

/// A decision that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Division code of the county.
    pub county: String,
    /// Who decided, and why.
    pub decision: Decision,
    /// When the second person confirmed it.
    pub at: Instant,
}

/// Why a decision is not valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecisionError {
    /// Only an open verdict can be decided.
    #[error("the verdict is not open")]
    NotOpen,
    /// Two different people must sign.
    #[error("two different people must decide")]
    OnePerson,
    /// An open criterion has no written reason.
    #[error("criterion {criterion} has no written reason")]
    NoReason {
        /// Its id.
        criterion: String,
    },
    /// A reason is too long.
    #[error("the reason for criterion {criterion} has more than {LONGEST_REASON} characters")]
    TooLong {
        /// Its id.
        criterion: String,
    },
}

/// The reasons for the open criteria and no others, without blanks around them.
pub fn written(
    verdict: &Verdict,
    reasons: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, DecisionError> {
    if verdict.outcome != Outcome::Open || verdict.nothing_remains() {
        return Err(DecisionError::NotOpen);
    }
    let one = |criterion: &String| {
        let reason = reasons.get(criterion).map_or("", |reason| reason.trim());
        let criterion = criterion.clone();
        match reason.chars().count() {
            0 => Err(DecisionError::NoReason { criterion }),
            1..=LONGEST_REASON => Ok((criterion, reason.to_owned())),
            _ => Err(DecisionError::TooLong { criterion }),
        }
    };
    verdict.open.iter().map(one).collect()
}

/// Whether a decision under one evaluation of a county holds under another: the same findings, and of the criteria
/// that people decided on the same numbers.
#[must_use]
pub fn passes_on(before: &Dossier, after: &Dossier) -> bool {
    let same = |id: &String| before.criterion(id) == after.criterion(id);
    before.verdict == after.verdict && before.verdict.open.iter().all(same)
}

impl Decision {
    /// A decision to name the county, valid by construction.
    pub fn new(
        verdict: &Verdict,
        by: [&str; 2],
        reasons: &BTreeMap<String, String>,
    ) -> Result<Self, DecisionError> {
        let reasons = written(verdict, reasons)?;
        let [first, second] = by.map(str::trim);
        if first.is_empty() || second.is_empty() || first == second {
            return Err(DecisionError::OnePerson);
        }
        Ok(Self {
            by: [first.to_owned(), second.to_owned()],
            reasons,
        })
    }

    /// Who decided.
    #[must_use]
    pub fn by(&self) -> &[String; 2] {
        &self.by
    }

    /// The written reason for each open criterion.
    #[must_use]
    pub fn reasons(&self) -> &BTreeMap<String, String> {
        &self.reasons
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::finding::Finding;

    fn open() -> Verdict {
        Verdict::of([
            ("a.one", Finding::Met),
            ("a.two", Finding::NotDecidable),
            ("a.three", Finding::NotAssessable),
        ])
    }

    fn reasons(given: &[(&str, &str)]) -> BTreeMap<String, String> {
        let owned = |(id, why): &(&str, &str)| ((*id).to_owned(), (*why).to_owned());
        given.iter().map(owned).collect()
    }

    #[test]
    fn a_decision_needs_two_people_and_a_reason_for_each_open_criterion() {
        let all = reasons(&[("a.two", "because"), ("a.three", "because")]);
        assert!(Decision::new(&open(), ["Li", "Wang"], &all).is_ok());
        let one = Decision::new(&open(), ["Li", " Li "], &all);
        assert_eq!(one, Err(DecisionError::OnePerson));
        let criterion = "a.three".to_owned();
        for lacking in [
            reasons(&[("a.two", "because")]),
            reasons(&[("a.two", "because"), ("a.three", " \n ")]),
        ] {
            let refused = Decision::new(&open(), ["Li", "Wang"], &lacking);
            let criterion = criterion.clone();
            assert_eq!(refused, Err(DecisionError::NoReason { criterion }));
        }
        let failed = Verdict::of([("a.one", Finding::NotMet), ("a.two", Finding::NotDecidable)]);
        let refused = Decision::new(&failed, ["Li", "Wang"], &all);
        assert_eq!(refused, Err(DecisionError::NotOpen));
    }

    #[test]
    fn a_reason_is_kept_for_open_criteria_only_and_has_an_end() {
        let given = reasons(&[
            ("a.two", " because "),
            ("a.three", "because"),
            ("a.one", "x"),
        ]);
        let kept = written(&open(), &given).unwrap();
        assert_eq!(
            kept,
            reasons(&[("a.two", "because"), ("a.three", "because")])
        );
        let long = "因".repeat(LONGEST_REASON);
        let mut given = reasons(&[("a.two", &long), ("a.three", "because")]);
        assert!(written(&open(), &given).is_ok());
        given.insert("a.two".to_owned(), format!("{long}因"));
        let criterion = "a.two".to_owned();
        assert_eq!(
            written(&open(), &given),
            Err(DecisionError::TooLong { criterion })
        );
    }

    #[test]
    fn where_no_criterion_applies_there_is_nothing_to_decide() {
        let nothing = Verdict::of([("a", Finding::NotApplicable)]);
        assert_eq!(
            written(&nothing, &BTreeMap::new()),
            Err(DecisionError::NotOpen)
        );
    }
}
