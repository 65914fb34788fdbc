//! The five results that a criterion can have, and how they combine.
//!
//! Kleene's strong three-valued logic: *not decidable* and *not assessable* are the unknown, and
//! *not applicable* leaves the conjunction (it is its neutral element).

use serde::{Deserialize, Serialize};

/// The result of one criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// Shown to meet.
    Met,
    /// Shown not to meet.
    NotMet,
    /// There is evidence, and it does not decide.
    NotDecidable,
    /// There is no evidence that could decide.
    NotAssessable,
    /// There is nothing to judge.
    NotApplicable,
}

/// The truth value of a conjunction; `None` of the operands remaining is told apart by the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// Every operand holds.
    True,
    /// At least one operand does not hold.
    False,
    /// No operand is known to fail, and at least one is unknown.
    Unknown,
}

impl Finding {
    /// All five, in the order in which legends list them.
    pub const ALL: [Self; 5] = [
        Self::Met,
        Self::NotMet,
        Self::NotDecidable,
        Self::NotAssessable,
        Self::NotApplicable,
    ];

    /// The truth value, `None` when the criterion leaves the conjunction.
    #[must_use]
    pub fn truth(self) -> Option<Truth> {
        match self {
            Self::Met => Some(Truth::True),
            Self::NotMet => Some(Truth::False),
            Self::NotDecidable | Self::NotAssessable => Some(Truth::Unknown),
            Self::NotApplicable => None,
        }
    }

    /// The short code that files, styles and sentences use.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not_met",
            Self::NotDecidable => "not_decidable",
            Self::NotAssessable => "not_assessable",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// `Met` or `NotMet`.
    #[must_use]
    pub fn from_bool(holds: bool) -> Self {
        if holds { Self::Met } else { Self::NotMet }
    }
}

impl Truth {
    /// Kleene's conjunction.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::True, Self::True) => Self::True,
        }
    }
}

/// The conjunction of all findings that apply; `None` when none applies.
#[must_use]
pub fn all(findings: impl IntoIterator<Item = Finding>) -> Option<Truth> {
    findings
        .into_iter()
        .filter_map(Finding::truth)
        .reduce(Truth::and)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_truth_table_of_and_is_kleenes() {
        use Truth::{False, True, Unknown};
        let table = [
            (True, True, True),
            (True, False, False),
            (True, Unknown, Unknown),
            (False, True, False),
            (False, False, False),
            (False, Unknown, False),
            (Unknown, True, Unknown),
            (Unknown, False, False),
            (Unknown, Unknown, Unknown),
        ];
        for (a, b, expected) in table {
            assert_eq!(a.and(b), expected, "{a:?} and {b:?}");
        }
    }

    #[test]
    fn all_triples_of_findings_follow_the_three_sentences_of_the_design() {
        for a in Finding::ALL {
            for b in Finding::ALL {
                for c in Finding::ALL {
                    let triple = [a, b, c];
                    let left: Vec<_> = triple
                        .into_iter()
                        .filter(|f| *f != Finding::NotApplicable)
                        .collect();
                    // "Any not met → not met; else any unknown → open; else met;
                    //  at least one criterion must remain."
                    let expected = if left.is_empty() {
                        None
                    } else if left.contains(&Finding::NotMet) {
                        Some(Truth::False)
                    } else if left.iter().any(|f| *f != Finding::Met) {
                        Some(Truth::Unknown)
                    } else {
                        Some(Truth::True)
                    };
                    assert_eq!(all(triple), expected, "{triple:?}");
                }
            }
        }
    }
}
