//! `survey_at_least`: a survey share at or above a limit, by its bounds or by the estimate alone.
//!
//! Uses the figure's own judgement (`stats::threshold`): lower bound at the limit or above is met,
//! upper bound below it is not met, between is not decidable. The other rule is always shown beside.

use serde::{Deserialize, Serialize};

use super::Inputs;
use crate::evaluation::amount::Amount;
use crate::evaluation::finding::Finding;
use crate::evaluation::reason::{CriterionResult, Note, Reason};
use crate::stats::threshold::{self, Judgement, Rule as SurveyRule};

/// The share of approving answers to `item` reaches `percent`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SurveyAtLeast {
    /// Item id of the questionnaire.
    pub item: String,
    /// The limit in per cent, inclusive.
    pub percent: Amount,
    /// Which rule decides.
    pub rule: SurveyRule,
}

impl SurveyAtLeast {
    /// The result for one county.
    #[must_use]
    pub fn evaluate(&self, inputs: &Inputs<'_>) -> CriterionResult {
        let found = inputs
            .survey
            .and_then(|survey| survey.item(inputs.county, &self.item));
        let Some(item) = found else {
            let item = self.item.clone();
            return CriterionResult::not_assessable(Reason::NoSurvey { item });
        };
        let limit = fraction(self.percent);
        let judged = item.figure.judge(limit, self.rule, &item.gates);
        match judged.finding {
            threshold::Finding::NotAssessable(why) => {
                CriterionResult::not_assessable(Reason::SurveyUnfit { why })
            }
            other => self.shown(finding(other), &judged, item.figure.n),
        }
    }

    fn shown(&self, outcome: Finding, judged: &Judgement, n: u64) -> CriterionResult {
        let (rule, found) = match self.rule {
            SurveyRule::LowerBound => (SurveyRule::Point, judged.point_finding),
            SurveyRule::Point => (SurveyRule::LowerBound, judged.bound_finding),
        };
        CriterionResult::new(
            outcome,
            Reason::Survey {
                estimate: judged.estimate,
                lower: judged.lower,
                upper: judged.upper,
                n,
                percent: self.percent,
                rule: self.rule,
                outcome,
            },
        )
        .with(Note::OtherRule {
            rule,
            finding: finding(found),
        })
    }
}

/// A percentage as a fraction of one.
pub(in crate::evaluation) fn fraction(percent: Amount) -> f64 {
    // Percentages have at most seven digits, so the conversion is exact and the quotient correctly
    // rounded: 90 % is the same number as the literal 0.9.
    i32::try_from(percent.ten_thousandths()).map_or(f64::NAN, |n| f64::from(n) / 1_000_000.0)
}

/// The finding of the evaluation that a finding of `stats` is.
pub(super) fn finding(found: threshold::Finding) -> Finding {
    match found {
        threshold::Finding::Met => Finding::Met,
        threshold::Finding::NotMet => Finding::NotMet,
        threshold::Finding::NotDecidable => Finding::NotDecidable,
        threshold::Finding::NotAssessable(_) => Finding::NotAssessable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::indicator::Reported;
    use crate::evaluation::survey_input::{ItemFigures, SurveyInput};
    use crate::stats::threshold::{Figure, Gates, NotAssessable};

    fn evaluate(p: f64, n: u64, rule: SurveyRule, gates: Gates) -> CriterionResult {
        let figure = Figure {
            p,
            variance: p * (1.0 - p) / 550.0,
            n,
            kish_n_eff: 700.0,
            df: 18.0,
            planned_deff: 1.5,
        };
        let mut survey = SurveyInput::new("2026q4");
        let item = ItemFigures {
            figure,
            gates,
            change: None,
        };
        survey.insert("140302", "q1", item);
        SurveyAtLeast {
            item: "q1".into(),
            percent: Amount::whole(90),
            rule,
        }
        .evaluate(&Inputs {
            county: "140302",
            year: 2026,
            reported: Reported::NOTHING,
            survey: Some(&survey),
        })
    }

    #[test]
    fn ninety_per_cent_is_the_number_nine_tenths() {
        assert!((fraction(Amount::whole(90)) - 0.9).abs() < f64::EPSILON / 8.0);
    }

    #[test]
    fn bounds_decide_in_three_ways_and_the_point_rule_stands_beside() {
        for (p, expected, point) in [
            (0.94, Finding::Met, Finding::Met),
            (0.91, Finding::NotDecidable, Finding::Met),
            (0.89, Finding::NotDecidable, Finding::NotMet),
            (0.85, Finding::NotMet, Finding::NotMet),
        ] {
            let result = evaluate(p, 812, SurveyRule::LowerBound, Gates::passed());
            assert_eq!(result.finding, expected, "{p}");
            assert_eq!(
                result.notes,
                [Note::OtherRule {
                    rule: SurveyRule::Point,
                    finding: point
                }]
            );
            let by_point = evaluate(p, 812, SurveyRule::Point, Gates::passed());
            assert_eq!(by_point.finding, point);
        }
    }

    #[test]
    fn exactly_ninety_per_cent_reaches_the_limit_by_the_point_rule() {
        let result = evaluate(0.9, 812, SurveyRule::Point, Gates::passed());
        assert_eq!(result.finding, Finding::Met);
    }

    #[test]
    fn no_probability_sample_and_too_few_answers_are_not_assessable_whatever_the_figure() {
        let gates = Gates {
            probability_sample: false,
            calibrated: true,
        };
        for rule in [SurveyRule::LowerBound, SurveyRule::Point] {
            let result = evaluate(0.99, 812, rule, gates);
            let why = NotAssessable::NotAProbabilitySample;
            assert_eq!(result.reason, Reason::SurveyUnfit { why });
            let few = evaluate(0.99, 99, rule, Gates::passed());
            let why = NotAssessable::TooFewAnswers;
            assert_eq!(few.reason, Reason::SurveyUnfit { why });
        }
    }

    #[test]
    fn without_a_survey_it_is_not_assessable() {
        let rule = SurveyAtLeast {
            item: "q1".into(),
            percent: Amount::whole(90),
            rule: SurveyRule::LowerBound,
        };
        let result = rule.evaluate(&Inputs {
            county: "140302",
            year: 2026,
            reported: Reported::NOTHING,
            survey: None,
        });
        assert_eq!(result.reason, Reason::NoSurvey { item: "q1".into() });
        assert_eq!(result.finding, Finding::NotAssessable);
    }
}
