//! `below_own_average_growth`: growth of the year strictly below the county's own mean growth.
//!
//! With yearly counts c, growth of year t is `c_t / c_{t−1} − 1`; the mean is that of the `years`
//! yearly growths before y, so counts of y−years−1 … y are needed. The other reading, compound
//! growth `(c_{y−1} / c_{y−1−years})^{1/years} − 1`, is computed too, and a flag says when the two
//! decide differently. Exact comparison by cross products.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::Inputs;
use crate::evaluation::exact::{Fraction, against_compound, against_mean};
use crate::evaluation::finding::Finding;
use crate::evaluation::reason::{CriterionResult, Note, Reason};

/// Which average of earlier growth governs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Average {
    /// Unweighted mean of the yearly growths.
    Mean,
    /// Compound yearly growth.
    Compound,
}

/// Growth strictly below the own average of `years` earlier growths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BelowOwnAverageGrowth {
    /// Indicator id of the yearly count.
    pub indicator: String,
    /// How many earlier growths are averaged.
    pub years: u8,
    /// Which average governs.
    pub average: Average,
}

impl BelowOwnAverageGrowth {
    /// The result for one county and year.
    #[must_use]
    pub fn evaluate(&self, inputs: &Inputs<'_>) -> CriterionResult {
        let first = inputs.year - i32::from(self.years) - 1;
        let counts = match Inputs::series(first..=inputs.year, |year| {
            inputs.count(&self.indicator, year)
        }) {
            Ok(counts) => counts,
            Err(reason) => return CriterionResult::not_assessable(reason),
        };
        let bases = counts.iter().take(counts.len().saturating_sub(1));
        if let Some((year, _)) = (first..).zip(bases).find(|(_, c)| **c == 0) {
            return CriterionResult::not_assessable(Reason::ZeroBase { year });
        }
        self.compare(&counts)
            .unwrap_or_else(|| CriterionResult::not_assessable(Reason::TooLarge))
    }

    fn compare(&self, counts: &[u32]) -> Option<CriterionResult> {
        let growths: Vec<Fraction> = counts
            .windows(2)
            .filter_map(|pair| match pair {
                [of, part] => Some(Fraction {
                    part: *part,
                    of: *of,
                }),
                _ => None,
            })
            .collect();
        let (now, earlier) = growths.split_last()?;
        let years = u32::from(self.years);
        let base = *counts.first()?;
        let by_mean = against_mean(*now, earlier)? == Ordering::Less;
        let by_compound = against_compound(now.part, now.of, base, years)? == Ordering::Less;
        let mean = earlier.iter().map(|g| g.value()).sum::<f64>() / f64::from(years) - 1.0;
        let root = 1.0 / f64::from(years);
        let compound = (f64::from(now.of) / f64::from(base)).powf(root) - 1.0;
        let below = match self.average {
            Average::Mean => by_mean,
            Average::Compound => by_compound,
        };
        let result = CriterionResult::new(
            Finding::from_bool(below),
            Reason::Growth {
                now: now.part,
                before: now.of,
                growth: now.value() - 1.0,
                mean: match self.average {
                    Average::Mean => mean,
                    Average::Compound => compound,
                },
                years,
                below,
            },
        );
        let definitions = if by_mean == by_compound {
            Note::Compound { compound }
        } else {
            Note::DefinitionsDiffer { mean, compound }
        };
        Some(result.with(definitions).with(Note::Ratchet))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::tests::{count, in_2006};
    use super::*;
    use crate::evaluation::indicator::Value;

    fn rule(average: Average) -> Rule {
        Rule::BelowOwnAverageGrowth(BelowOwnAverageGrowth {
            indicator: "x".into(),
            years: 3,
            average,
        })
    }

    fn counts(all: [u32; 5]) -> Vec<(i32, Value)> {
        (2002..=2006).zip(all.map(count)).collect()
    }

    #[test]
    fn growth_of_five_per_cent_is_below_a_mean_of_ten() {
        // growths 10 %, 10 %, 10 %, then 6655/6655·… : 1000, 1100, 1210, 1331 and 1398 (5.03 %)
        let result = in_2006(
            &rule(Average::Mean),
            &counts([1000, 1100, 1210, 1331, 1398]),
        );
        assert_eq!(result.finding, Finding::Met);
        let Reason::Growth {
            growth,
            mean,
            below: true,
            ..
        } = result.reason
        else {
            panic!("{:?}", result.reason)
        };
        assert!((growth - 67.0 / 1331.0).abs() < 1e-12);
        assert!((mean - 0.1).abs() < 1e-12);
    }

    #[test]
    fn growth_equal_to_the_mean_is_not_below_it() {
        // all growths are exactly 10 %: 10000, 11000, 12100, 13310, 14641
        let equal = counts([10_000, 11_000, 12_100, 13_310, 14_641]);
        assert_eq!(
            in_2006(&rule(Average::Mean), &equal).finding,
            Finding::NotMet
        );
        assert_eq!(
            in_2006(&rule(Average::Compound), &equal).finding,
            Finding::NotMet
        );
    }

    #[test]
    fn the_two_definitions_of_average_growth_can_decide_differently_and_say_so() {
        // growths +100 %, −50 %, 0 %: mean 16.67 %, compound 0 %; this year +10 %
        let swinging = counts([100, 200, 100, 100, 110]);
        let by_mean = in_2006(&rule(Average::Mean), &swinging);
        assert_eq!(by_mean.finding, Finding::Met);
        let Some(Note::DefinitionsDiffer { mean, compound }) = by_mean.notes.first() else {
            panic!("{:?}", by_mean.notes)
        };
        assert!((mean - 1.0 / 6.0).abs() < 1e-12);
        assert!(compound.abs() < 1e-12);
        let by_compound = in_2006(&rule(Average::Compound), &swinging);
        assert_eq!(by_compound.finding, Finding::NotMet);
    }

    #[test]
    fn a_zero_base_year_is_not_assessable_and_named() {
        let result = in_2006(&rule(Average::Mean), &counts([10, 0, 5, 5, 4]));
        assert_eq!(result.finding, Finding::NotAssessable);
        assert_eq!(result.reason, Reason::ZeroBase { year: 2003 });
    }

    #[test]
    fn zero_cases_in_the_year_itself_is_a_fall_of_one_hundred_per_cent() {
        let result = in_2006(&rule(Average::Mean), &counts([10, 9, 10, 9, 0]));
        assert_eq!(result.finding, Finding::Met);
    }

    #[test]
    fn every_missing_year_is_named() {
        let some = [(2002, count(9)), (2004, count(9)), (2006, count(9))];
        let result = in_2006(&rule(Average::Mean), &some);
        assert_eq!(
            result.reason,
            Reason::MissingYear {
                years: vec![2003, 2005]
            }
        );
    }

    #[test]
    fn carries_the_warning_that_the_rule_ratchets() {
        let result = in_2006(
            &rule(Average::Mean),
            &counts([1000, 1100, 1210, 1331, 1398]),
        );
        assert!(result.notes.contains(&Note::Ratchet));
    }
}
