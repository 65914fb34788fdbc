//! The verdict on a county: Kleene's conjunction of its criteria, with the failed and the open named.
//!
//! Any not met → not met; else any unknown → open; else met. Not applicable leaves the conjunction,
//! and when nothing remains the verdict is open: an empty conjunction must not name anybody.

use serde::{Deserialize, Serialize};

use super::finding::{Finding, Truth, all};

/// What the criteria together say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All that apply are met.
    Met,
    /// At least one is not met.
    NotMet,
    /// None is known to fail, and at least one is unknown.
    Open,
}

impl Outcome {
    /// The short code that files, styles and sentences use.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not_met",
            Self::Open => "open",
        }
    }
}

/// A county's verdict with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// What came out.
    pub outcome: Outcome,
    /// Ids of the criteria that are met.
    pub met: Vec<String>,
    /// Ids of the criteria that are not met.
    pub not_met: Vec<String>,
    /// Ids of the criteria that are not decidable or not assessable.
    pub open: Vec<String>,
    /// Ids of the criteria that do not apply.
    pub not_applicable: Vec<String>,
}

impl Verdict {
    /// The verdict of these findings.
    #[must_use]
    pub fn of<'a>(findings: impl IntoIterator<Item = (&'a str, Finding)>) -> Self {
        let mut verdict = Self {
            outcome: Outcome::Open,
            met: Vec::new(),
            not_met: Vec::new(),
            open: Vec::new(),
            not_applicable: Vec::new(),
        };
        let mut values = Vec::new();
        for (id, finding) in findings {
            values.push(finding);
            let list = match finding {
                Finding::Met => &mut verdict.met,
                Finding::NotMet => &mut verdict.not_met,
                Finding::NotDecidable | Finding::NotAssessable => &mut verdict.open,
                Finding::NotApplicable => &mut verdict.not_applicable,
            };
            list.push(id.to_owned());
        }
        verdict.outcome = match all(values) {
            Some(Truth::True) => Outcome::Met,
            Some(Truth::False) => Outcome::NotMet,
            Some(Truth::Unknown) | None => Outcome::Open,
        };
        verdict
    }

    /// Whether no criterion applies at all.
    #[must_use]
    pub fn nothing_remains(&self) -> bool {
        self.met.is_empty() && self.not_met.is_empty() && self.open.is_empty()
    }

    /// The criterion that alone decides: the single one that is not met, or the single open one.
    /// If it were met, the verdict would be another; `then` says which.
    #[must_use]
    pub fn decided_by(&self) -> Option<Pivot<'_>> {
        let (criterion, then) = match (self.not_met.as_slice(), self.open.as_slice()) {
            ([one], []) | ([], [one]) => (one, Outcome::Met),
            ([one], _) => (one, Outcome::Open),
            _ => return None,
        };
        Some(Pivot { criterion, then })
    }
}

/// A criterion that alone decides a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pivot<'a> {
    /// Its id.
    pub criterion: &'a str,
    /// The verdict if it were met.
    pub then: Outcome,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failed_gate_fails_whatever_else_is_open() {
        let verdict = Verdict::of([
            ("a", Finding::Met),
            ("b", Finding::NotMet),
            ("c", Finding::NotDecidable),
        ]);
        assert_eq!(verdict.outcome, Outcome::NotMet);
        assert_eq!(verdict.not_met, ["b"]);
        assert_eq!(verdict.open, ["c"]);
    }

    #[test]
    fn an_unknown_leaves_the_verdict_open_and_is_named() {
        for unknown in [Finding::NotDecidable, Finding::NotAssessable] {
            let verdict = Verdict::of([("a", Finding::Met), ("b", unknown)]);
            assert_eq!(verdict.outcome, Outcome::Open);
            assert_eq!(verdict.open, ["b"]);
        }
    }

    #[test]
    fn not_applicable_leaves_the_conjunction() {
        let verdict = Verdict::of([("a", Finding::Met), ("b", Finding::NotApplicable)]);
        assert_eq!(verdict.outcome, Outcome::Met);
        assert_eq!(verdict.not_applicable, ["b"]);
    }

    #[test]
    fn at_least_one_criterion_must_remain() {
        let verdict = Verdict::of([("a", Finding::NotApplicable)]);
        assert_eq!(verdict.outcome, Outcome::Open);
        assert!(verdict.nothing_remains());
        assert_eq!(Verdict::of([]).outcome, Outcome::Open);
    }

    #[test]
    fn every_pair_of_findings_gives_kleenes_conjunction() {
        use Finding::{Met, NotApplicable as Na, NotAssessable as As, NotDecidable as De, NotMet};
        let expected = |a, b| match (a, b) {
            (NotMet, _) | (_, NotMet) => Outcome::NotMet,
            (Met, Met | Na) | (Na, Met) => Outcome::Met,
            (De | As, _) | (_, De | As) | (Na, Na) => Outcome::Open,
        };
        for a in Finding::ALL {
            for b in Finding::ALL {
                let verdict = Verdict::of([("a", a), ("b", b)]);
                assert_eq!(verdict.outcome, expected(a, b), "{a:?}, {b:?}");
            }
        }
    }

    #[test]
    fn a_single_failed_or_open_criterion_is_the_one_that_decides() {
        use Finding::{Met, NotDecidable, NotMet};
        let decided = |findings: &[(&'static str, Finding)]| {
            let verdict = Verdict::of(findings.iter().copied());
            verdict
                .decided_by()
                .map(|p| (p.criterion.to_owned(), p.then))
        };
        assert_eq!(
            decided(&[("a", Met), ("b", NotMet)]),
            Some(("b".into(), Outcome::Met))
        );
        assert_eq!(
            decided(&[("a", NotDecidable), ("b", NotMet)]),
            Some(("b".into(), Outcome::Open))
        );
        assert_eq!(
            decided(&[("a", NotDecidable), ("b", Met)]),
            Some(("a".into(), Outcome::Met))
        );
        assert_eq!(decided(&[("a", NotMet), ("b", NotMet)]), None);
        assert_eq!(decided(&[("a", Met)]), None);
    }
}
