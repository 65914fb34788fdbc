//! `none`: a count that must be zero. The standard must define what is counted, with the source.

use serde::{Deserialize, Serialize};

use super::Inputs;
use crate::evaluation::finding::Finding;
use crate::evaluation::reason::{CriterionResult, Reason};
use crate::evaluation::words::Words;

/// None of what `definition` describes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoneCounted {
    /// Indicator id of the count.
    pub indicator: String,
    /// What is counted, with its source; without it the criterion is not assessable.
    pub definition: Option<Words>,
}

impl NoneCounted {
    /// The result for one county and year.
    #[must_use]
    pub fn evaluate(&self, inputs: &Inputs<'_>) -> CriterionResult {
        if self.definition.is_none() {
            return CriterionResult::not_assessable(Reason::Undefined);
        }
        match inputs.count(&self.indicator, inputs.year) {
            Ok(count) => {
                CriterionResult::new(Finding::from_bool(count == 0), Reason::Counted { count })
            }
            Err(reason) => CriterionResult::not_assessable(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::tests::{count, in_2006};
    use super::*;

    fn rule(defined: bool) -> Rule {
        let text = || ("en".to_owned(), "three deaths or more".to_owned());
        Rule::None(NoneCounted {
            indicator: "x".into(),
            definition: defined.then(|| Words::new([text()])),
        })
    }

    #[test]
    fn zero_accidents_meet_and_one_does_not() {
        let zero = in_2006(&rule(true), &[(2006, count(0))]);
        assert_eq!(zero.finding, Finding::Met);
        let one = in_2006(&rule(true), &[(2006, count(1))]);
        assert_eq!(one.finding, Finding::NotMet);
        assert_eq!(one.reason, Reason::Counted { count: 1 });
    }

    #[test]
    fn an_undefined_accident_cannot_be_assessed_even_when_none_was_reported() {
        let result = in_2006(&rule(false), &[(2006, count(0))]);
        assert_eq!(result.finding, Finding::NotAssessable);
        assert_eq!(result.reason, Reason::Undefined);
    }

    #[test]
    fn no_report_is_not_zero() {
        assert_eq!(in_2006(&rule(true), &[]).finding, Finding::NotAssessable);
    }
}
