//! `survey_improved`: a survey share rose since the base wave by more than δ.
//!
//! Uses `stats::threshold::Change`: lower one-sided 95 % bound of the difference above δ is met,
//! upper bound at or below δ is not met, between is not decidable. With a ceiling, a level whose
//! lower bound reaches it counts as met.

use serde::{Deserialize, Serialize};

use super::Inputs;
use super::survey_at_least::{finding, fraction};
use crate::evaluation::amount::Amount;
use crate::evaluation::finding::Finding;
use crate::evaluation::reason::{CriterionResult, Reason};
use crate::evaluation::survey_input::{ChangeInput, ItemFigures};
use crate::stats::threshold::{BOUND_LEVEL, Ceiling, Change, NotAssessable};

/// The share of approving answers to `item` rose by more than `delta_points`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyImproved {
    /// Item id of the questionnaire.
    pub item: String,
    /// The change that must be exceeded, in percentage points.
    pub delta_points: Amount,
    /// A level shown to reach this counts as met, in per cent.
    pub ceiling_percent: Option<Amount>,
}

impl SurveyImproved {
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
        if let Some(why) = item.figure.obstacles(&item.gates).first() {
            return CriterionResult::not_assessable(Reason::SurveyUnfit { why: *why });
        }
        if let Some(result) = self.at_ceiling(item) {
            return result;
        }
        let why = match &item.change {
            Some(ChangeInput::Measured(change)) => return self.change(change),
            Some(ChangeInput::Impossible(why)) => *why,
            None => NotAssessable::NoBaseWave,
        };
        CriterionResult::not_assessable(Reason::SurveyUnfit { why })
    }

    fn change(&self, change: &Change) -> CriterionResult {
        let delta = fraction(self.delta_points);
        let judged = change.judge(delta, None);
        let outcome = finding(judged.finding);
        CriterionResult::new(
            outcome,
            Reason::SurveyChange {
                difference: judged.estimate,
                lower: judged.lower,
                upper: judged.upper,
                delta,
                outcome,
            },
        )
    }

    /// The result when the level alone is enough.
    fn at_ceiling(&self, item: &ItemFigures) -> Option<CriterionResult> {
        let percent = self.ceiling_percent?;
        let lower = item.figure.interval(BOUND_LEVEL).low;
        let level = fraction(percent);
        // A change of minus one with no variance can only be met through the ceiling, so the
        // comparison at the ceiling stays the one of `stats`.
        let worst = Change {
            difference: -1.0,
            variance: 0.0,
            df: 1.0,
        };
        let judged = worst.judge(0.0, Some(Ceiling { level, lower }));
        (finding(judged.finding) == Finding::Met)
            .then(|| CriterionResult::new(Finding::Met, Reason::SurveyCeiling { lower, percent }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::indicator::Reported;
    use crate::evaluation::survey_input::SurveyInput;
    use crate::stats::threshold::{Figure, Gates};

    fn evaluate(change: Option<ChangeInput>, ceiling: Option<u32>) -> CriterionResult {
        let mut survey = SurveyInput::new("2026q4");
        let item = ItemFigures {
            figure: Figure {
                p: 0.95,
                variance: 0.95 * 0.05 / 550.0,
                n: 812,
                kish_n_eff: 700.0,
                df: 18.0,
                planned_deff: 1.5,
            },
            gates: Gates::passed(),
            change,
        };
        survey.insert("140302", "q2", item);
        SurveyImproved {
            item: "q2".into(),
            delta_points: Amount::ZERO,
            ceiling_percent: ceiling.map(Amount::whole),
        }
        .evaluate(&Inputs {
            county: "140302",
            year: 2026,
            reported: Reported::NOTHING,
            survey: Some(&survey),
        })
    }

    fn change(difference: f64) -> ChangeInput {
        ChangeInput::Measured(Change {
            difference,
            variance: 0.0002,
            df: 36.0,
        })
    }

    #[test]
    fn a_change_is_shown_or_shown_not_or_not_distinguishable() {
        // half width of the one-sided bound: qt(0.95, 36) * sqrt(0.0002) = 1.688298 * 0.014142 = 0.023876
        assert_eq!(evaluate(Some(change(0.024)), None).finding, Finding::Met);
        assert_eq!(
            evaluate(Some(change(0.0238)), None).finding,
            Finding::NotDecidable
        );
        assert_eq!(
            evaluate(Some(change(-0.0238)), None).finding,
            Finding::NotDecidable
        );
        assert_eq!(
            evaluate(Some(change(-0.024)), None).finding,
            Finding::NotMet
        );
    }

    #[test]
    fn no_base_wave_or_another_wording_is_not_assessable() {
        for (input, why) in [
            (None, NotAssessable::NoBaseWave),
            (
                Some(ChangeInput::Impossible(NotAssessable::WordingChanged)),
                NotAssessable::WordingChanged,
            ),
        ] {
            let result = evaluate(input, None);
            assert_eq!(result.reason, Reason::SurveyUnfit { why });
            assert_eq!(result.finding, Finding::NotAssessable);
        }
    }

    #[test]
    fn a_level_shown_at_the_ceiling_counts_as_met_and_a_level_below_does_not() {
        // 0.95 with n_eff 550: lower bound about 0.932
        assert_eq!(
            evaluate(Some(change(-0.05)), Some(93)).finding,
            Finding::Met
        );
        assert_eq!(
            evaluate(Some(change(-0.05)), Some(94)).finding,
            Finding::NotMet
        );
    }
}
