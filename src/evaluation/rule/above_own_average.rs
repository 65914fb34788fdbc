//! `above_own_average`: a rate strictly above the county's own mean of earlier years.
//!
//! The mean is the unweighted mean of the yearly rates before y; the pooled rate (sum of parts over
//! sum of wholes) is shown beside it. Exact comparison by cross products.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::{Inputs, count_notes};
use crate::evaluation::exact::{Fraction, against_mean};
use crate::evaluation::finding::Finding;
use crate::evaluation::reason::{CriterionResult, Note, Reason};

/// A rate strictly above the unweighted mean of its `years` predecessors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboveOwnAverage {
    /// Indicator id of the yearly rate.
    pub indicator: String,
    /// How many earlier years are averaged.
    pub years: u8,
}

impl AboveOwnAverage {
    /// The result for one county and year.
    #[must_use]
    pub fn evaluate(&self, inputs: &Inputs<'_>) -> CriterionResult {
        let now = match inputs.rate(&self.indicator, inputs.year) {
            Ok((_, 0)) => {
                return CriterionResult::new(Finding::NotApplicable, Reason::NothingToJudge);
            }
            Ok((part, of)) => Ok(Fraction { part, of }),
            Err(missing) => Err(missing),
        };
        let first = inputs.year - i32::from(self.years);
        let series = Inputs::series(first..=inputs.year, |year| {
            inputs.rate(&self.indicator, year)
        });
        let (now, rates) = match (now, series) {
            (Ok(now), Ok(rates)) => (now, rates),
            (_, Err(reason)) | (Err(reason), _) => return CriterionResult::not_assessable(reason),
        };
        let earlier: Vec<Fraction> = rates
            .iter()
            .take(usize::from(self.years))
            .map(|(part, of)| Fraction {
                part: *part,
                of: *of,
            })
            .collect();
        if let Some((year, _)) = (first..).zip(&earlier).find(|(_, rate)| rate.of == 0) {
            return CriterionResult::not_assessable(Reason::ZeroBase { year });
        }
        compare(now, &earlier).unwrap_or_else(|| CriterionResult::not_assessable(Reason::TooLarge))
    }
}

fn compare(now: Fraction, earlier: &[Fraction]) -> Option<CriterionResult> {
    let years = u32::try_from(earlier.len()).ok()?;
    let above = against_mean(now, earlier)? == Ordering::Greater;
    let mean = earlier.iter().map(|rate| rate.value()).sum::<f64>() / f64::from(years);
    let pool = |read: fn(&Fraction) -> u32| {
        earlier
            .iter()
            .try_fold(0_u32, |sum, rate| sum.checked_add(read(rate)))
    };
    let pooled = Fraction {
        part: pool(|rate| rate.part)?,
        of: pool(|rate| rate.of)?,
    };
    let above_pooled = against_mean(now, &[pooled])? == Ordering::Greater;
    let mut notes = count_notes(now.part, now.of);
    notes.push(Note::Pooled {
        pooled: pooled.value(),
        above: above_pooled,
    });
    notes.push(Note::Ratchet);
    Some(CriterionResult {
        finding: Finding::from_bool(above),
        reason: Reason::OwnAverage {
            k: now.part,
            m: now.of,
            mean,
            years,
            above,
        },
        notes,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::tests::{in_2006, rate};
    use super::*;
    use crate::evaluation::indicator::Value;

    fn rule() -> Rule {
        Rule::AboveOwnAverage(AboveOwnAverage {
            indicator: "x".into(),
            years: 3,
        })
    }

    fn rates(all: [(u32, u32); 4]) -> Vec<(i32, Value)> {
        (2003..=2006).zip(all.map(|(k, m)| rate(k, m))).collect()
    }

    #[test]
    fn the_mean_is_that_of_the_yearly_rates_and_the_pooled_rate_stands_beside_it() {
        // 10/100, 50/100, 900/1000: mean 0.5, pooled 960/1200 = 0.8; this year 0.6
        let result = in_2006(
            &rule(),
            &rates([(10, 100), (50, 100), (900, 1000), (60, 100)]),
        );
        assert_eq!(result.finding, Finding::Met);
        let Reason::OwnAverage {
            mean, above: true, ..
        } = result.reason
        else {
            panic!("{:?}", result.reason)
        };
        assert!((mean - 0.5).abs() < 1e-12);
        let Some(Note::Pooled {
            pooled,
            above: false,
        }) = result
            .notes
            .iter()
            .find(|n| matches!(n, Note::Pooled { .. }))
        else {
            panic!("{:?}", result.notes)
        };
        assert!((pooled - 0.8).abs() < 1e-12);
    }

    #[test]
    fn a_rate_equal_to_the_mean_is_not_above_it() {
        let result = in_2006(&rule(), &rates([(1, 3), (1, 6), (1, 2), (1, 3)]));
        assert_eq!(result.finding, Finding::NotMet);
    }

    #[test]
    fn nothing_prosecuted_this_year_is_not_applicable() {
        let result = in_2006(&rule(), &rates([(1, 3), (1, 6), (1, 2), (0, 0)]));
        assert_eq!(result.finding, Finding::NotApplicable);
    }

    #[test]
    fn an_earlier_year_without_cases_is_a_zero_base() {
        let result = in_2006(&rule(), &rates([(1, 3), (0, 0), (1, 2), (1, 3)]));
        assert_eq!(result.reason, Reason::ZeroBase { year: 2004 });
        assert_eq!(result.finding, Finding::NotAssessable);
    }

    #[test]
    fn missing_years_are_named_with_the_year_itself() {
        let result = in_2006(&rule(), &[(2003, rate(1, 2)), (2005, rate(1, 2))]);
        assert_eq!(
            result.reason,
            Reason::MissingYear {
                years: vec![2004, 2006]
            }
        );
    }
}
