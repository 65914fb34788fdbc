//! `at_least` and `at_most`: a rate given as k of m against an inclusive limit in per cent.
//!
//! Compared as whole numbers: `100 k ≥ limit · m`. `m = 0` is not applicable.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::{Inputs, count_notes};
use crate::evaluation::amount::Amount;
use crate::evaluation::exact::against_percent;
use crate::evaluation::finding::Finding;
use crate::evaluation::reason::{CriterionResult, Reason, Side};

/// At least `percent` per cent, "reaches … or more".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtLeast {
    /// Indicator id of the rate.
    pub indicator: String,
    /// The limit in per cent.
    pub percent: Amount,
}

/// At most `percent` per cent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtMost {
    /// Indicator id of the rate.
    pub indicator: String,
    /// The limit in per cent.
    pub percent: Amount,
}

impl AtLeast {
    /// The result for one county and year.
    #[must_use]
    pub fn evaluate(&self, inputs: &Inputs<'_>) -> CriterionResult {
        compare(inputs, &self.indicator, self.percent, Side::AtLeast)
    }
}

impl AtMost {
    /// The result for one county and year.
    #[must_use]
    pub fn evaluate(&self, inputs: &Inputs<'_>) -> CriterionResult {
        compare(inputs, &self.indicator, self.percent, Side::AtMost)
    }
}

fn compare(inputs: &Inputs<'_>, id: &str, percent: Amount, side: Side) -> CriterionResult {
    let (k, m) = match inputs.rate(id, inputs.year) {
        Ok((_, 0)) => {
            return CriterionResult::new(Finding::NotApplicable, Reason::NothingToJudge);
        }
        Ok(rate) => rate,
        Err(reason) => return CriterionResult::not_assessable(reason),
    };
    let order = against_percent(k, m, percent);
    let holds = match side {
        Side::AtLeast => order != Ordering::Less,
        Side::AtMost => order != Ordering::Greater,
    };
    CriterionResult {
        finding: Finding::from_bool(holds),
        reason: Reason::Rate {
            k,
            m,
            percent,
            side,
            holds,
        },
        notes: count_notes(k, m),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::tests::{count, in_2006, rate};
    use super::*;
    use crate::evaluation::indicator::Kind;
    use crate::evaluation::reason::Note;

    fn at_least(percent: u32) -> Rule {
        Rule::AtLeast(AtLeast {
            indicator: "x".into(),
            percent: Amount::whole(percent),
        })
    }

    #[test]
    fn exactly_seventy_five_and_ninety_per_cent_reach_the_limit() {
        for (k, m, percent, met) in [
            (3, 4, 75, true),
            (75, 100, 75, true),
            (74, 100, 75, false),
            (2, 3, 75, false),
            (9, 10, 90, true),
            (90, 100, 90, true),
            (899, 1000, 90, false),
            (8, 9, 90, false),
            (9, 9, 90, true),
        ] {
            let result = in_2006(&at_least(percent), &[(2006, rate(k, m))]);
            assert_eq!(result.finding, Finding::from_bool(met), "{k} of {m}");
        }
    }

    #[test]
    fn at_most_is_inclusive_too() {
        let rule = Rule::AtMost(AtMost {
            indicator: "x".into(),
            percent: Amount::whole(5),
        });
        for (k, met) in [(4, true), (5, true), (6, false)] {
            let result = in_2006(&rule, &[(2006, rate(k, 100))]);
            assert_eq!(result.finding, Finding::from_bool(met));
        }
    }

    #[test]
    fn no_homicide_at_all_is_nothing_to_judge() {
        let result = in_2006(&at_least(90), &[(2006, rate(0, 0))]);
        assert_eq!(result.finding, Finding::NotApplicable);
        assert_eq!(result.reason, Reason::NothingToJudge);
    }

    #[test]
    fn a_year_that_nobody_reported_is_not_assessable() {
        let result = in_2006(&at_least(90), &[(2005, rate(9, 9))]);
        assert_eq!(result.finding, Finding::NotAssessable);
        assert_eq!(result.reason, Reason::MissingYear { years: vec![2006] });
    }

    #[test]
    fn a_count_where_a_rate_is_needed_is_not_assessable() {
        let result = in_2006(&at_least(90), &[(2006, count(9))]);
        let reason = Reason::WrongKind {
            needed: Kind::Rate,
            found: Kind::Count,
        };
        assert_eq!(result.reason, reason);
    }

    #[test]
    fn fewer_than_twenty_cases_carry_a_warning_and_the_exact_interval() {
        // R: binom.test(4, 5)$conf.int = 0.2835820638819, 0.9949492366205
        let result = in_2006(&at_least(75), &[(2006, rate(4, 5))]);
        let [
            Note::ExactInterval { lower, upper, .. },
            Note::SmallCount { m: 5 },
        ] = result.notes.as_slice()
        else {
            panic!("{:?}", result.notes)
        };
        assert!((lower - 0.283_582_063_881_9).abs() < 1e-10, "{lower}");
        assert!((upper - 0.994_949_236_620_5).abs() < 1e-10, "{upper}");
        let twenty = in_2006(&at_least(75), &[(2006, rate(16, 20))]);
        assert_eq!(twenty.notes.len(), 1);
    }
}
