//! Applying a standard to files, and to a wave's result.
//!
//! For: the command line and [`apply`](super::apply()). Uses: `evaluation`, `survey::result`. Promises: what
//! the survey contributed is taken from the result, with the obstacles it names; nothing is filled
//! in where a county has no figure.

use crate::evaluation::dossier::Evaluation;
use crate::evaluation::indicator::Indicators;
use crate::evaluation::indicator_file::{self, RowProblem};
use crate::evaluation::standard::{Standard, StandardError};
use crate::evaluation::survey_input::{ChangeInput, ItemFigures, SurveyInput};
use crate::stats::threshold::{Figure, Finding, NotAssessable};
use crate::survey::result::WaveResult;
use crate::survey::together::gates_of;

/// The texts of the files that an evaluation is made from.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The standard, TOML.
    pub standard: &'a str,
    /// The reported indicators, CSV.
    pub indicators: &'a str,
    /// The survey's figures, JSON: a wave's result, or the figures alone.
    pub estimate: Option<&'a str>,
}

/// A file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// The standard.
    #[error("the standard cannot be used")]
    Standard(#[source] StandardError),
    /// The indicators.
    #[error("{} problems in the indicators", .0.len())]
    Indicators(Vec<RowProblem>),
    /// The survey's figures.
    #[error("the survey's figures cannot be read")]
    Estimate(#[source] serde_json::Error),
}

/// A standard with what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluated {
    /// The standard.
    pub standard: Standard,
    /// The evaluation.
    pub evaluation: Evaluation,
}

/// Reads the files and applies the standard for `year`.
pub fn evaluate_files(sources: Sources<'_>, year: i32) -> Result<Evaluated, EvaluateError> {
    let standard = Standard::from_toml(sources.standard).map_err(EvaluateError::Standard)?;
    let indicators =
        indicator_file::read(sources.indicators, &standard).map_err(EvaluateError::Indicators)?;
    let survey = sources
        .estimate
        .map(read_estimate)
        .transpose()
        .map_err(EvaluateError::Estimate)?;
    let evaluation = Evaluation::of(&standard, &indicators, survey.as_ref(), year);
    Ok(Evaluated {
        standard,
        evaluation,
    })
}

/// Applies `standard` to a closed wave for the year that it stands for.
#[must_use]
pub fn evaluate_wave(
    standard: &Standard,
    indicators: &Indicators,
    result: &WaveResult,
    year: i32,
) -> Evaluation {
    Evaluation::of(standard, indicators, Some(&survey_input(result)), year)
}

/// A wave's result has a questionnaire; figures alone have not.
fn read_estimate(text: &str) -> Result<SurveyInput, serde_json::Error> {
    let document: serde_json::Value = serde_json::from_str(text)?;
    if document.get("questionnaire").is_some() {
        let result: WaveResult = serde_json::from_value(document)?;
        Ok(survey_input(&result))
    } else {
        serde_json::from_value(document)
    }
}

/// What a wave's result contributes to an evaluation.
#[must_use]
pub fn survey_input(result: &WaveResult) -> SurveyInput {
    let mut input = SurveyInput::new(result.wave.slug.as_str());
    input.synthetic = result.wave.synthetic;
    for county in &result.counties {
        let gates = gates_of(county);
        let approval = county.approval.estimate.as_ref();
        let level = |figure: Option<Figure>, change| ItemFigures {
            figure: figure.unwrap_or_else(nothing_measured),
            gates,
            change,
        };
        input.insert(
            county.code.as_str(),
            &result.plan.approval.item,
            level(approval.map(|e| e.figure), None),
        );
        let safety = county.safety.as_ref().map(|e| e.figure);
        let change = county.change.change.map_or_else(
            || ChangeInput::Impossible(obstacle(county.change.finding)),
            ChangeInput::Measured,
        );
        input.insert(
            county.code.as_str(),
            &result.plan.safety.item,
            level(safety, Some(change)),
        );
    }
    input
}

/// A county without a figure: no answers, so no rule can take it for evidence.
pub(in crate::service) const fn nothing_measured() -> Figure {
    Figure {
        p: 0.0,
        variance: 0.0,
        n: 0,
        kish_n_eff: 0.0,
        df: 0.0,
        planned_deff: 1.0,
    }
}

fn obstacle(finding: Finding) -> NotAssessable {
    match finding {
        Finding::NotAssessable(why) => why,
        // Without a difference the finding is always "not assessable"; a document that says
        // otherwise gives no change to compare.
        Finding::Met | Finding::NotMet | Finding::NotDecidable => NotAssessable::NoBaseWave,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::finding::Finding as Result5;
    use crate::evaluation::reason::Reason;
    use crate::evaluation::verdict::Outcome;
    use crate::stats::threshold::Gates;

    const STANDARD: &str = include_str!("../../../standards/yangquan-2004.toml");
    const INDICATORS: &str = include_str!("../../../examples/yangquan/indicators.csv");

    /// Figures of a survey in which every county is shown to meet both items.
    fn favorable() -> String {
        let mut input = SurveyInput::new("2026q4");
        for county in ["140302", "140303", "140311", "140321", "140322"] {
            for item in ["q1", "q2"] {
                let change = crate::stats::threshold::Change {
                    difference: 0.05,
                    variance: 0.0002,
                    df: 36.0,
                };
                let figures = ItemFigures {
                    figure: Figure {
                        p: 0.95,
                        variance: 0.0001,
                        n: 800,
                        kish_n_eff: 700.0,
                        df: 18.0,
                        planned_deff: 1.5,
                    },
                    gates: Gates::passed(),
                    change: (item == "q2").then_some(ChangeInput::Measured(change)),
                };
                input.insert(county, item, figures);
            }
        }
        serde_json::to_string(&input).unwrap()
    }

    fn example(estimate: Option<&str>) -> Evaluation {
        let sources = Sources {
            standard: STANDARD,
            indicators: INDICATORS,
            estimate,
        };
        evaluate_files(sources, 2026).unwrap().evaluation
    }

    #[test]
    fn the_example_comes_out_as_computed_by_hand() {
        // exact fractions: see the comments in each line
        let all = example(Some(&favorable()));
        let finding = |county: &str, id: &str| all.county(county).unwrap().finding(id).unwrap();
        let expected = [
            // 1940/1968 − 1 = −1.4 % < +2.1 %; 684/1940 = 35.3 % > 33.0 %; no homicide; no village
            ("140302", "crime.growth", Result5::Met),
            ("140302", "crime.clearance", Result5::Met),
            ("140302", "crime.violent_clearance", Result5::Met),
            ("140302", "crime.homicide_clearance", Result5::NotApplicable),
            ("140302", "safety.villages", Result5::NotApplicable),
            ("140302", "approval.rate", Result5::Met),
            ("140302", "approval.security", Result5::Met),
            // exactly 15 of 20 = 75 %; 38 of 48 < 39 = ⌈38.4⌉; fire 2 / 9 / 299,999 / 29
            ("140303", "crime.violent_clearance", Result5::Met),
            ("140303", "safety.communities", Result5::NotMet),
            ("140303", "safety.fire", Result5::Met),
            // clearance of 2024 was not reported; 112 of 139 = ⌈111.2⌉
            ("140311", "crime.clearance", Result5::NotAssessable),
            ("140311", "safety.villages", Result5::Met),
            // +5.5 % ≥ +3.3 %; 30.9 % < 31.4 %; 2 of 3 < 90 %; one accident; loss of exactly 300,000
            ("140321", "crime.growth", Result5::NotMet),
            ("140321", "crime.clearance", Result5::NotMet),
            ("140321", "crime.homicide_clearance", Result5::NotMet),
            ("140321", "safety.traffic", Result5::NotMet),
            ("140321", "safety.fire", Result5::NotMet),
            ("140321", "order.incidents", Result5::NotMet),
            // +10 % < mean +16.7 %, although compound growth is 0 %; nobody judged law.oversight
            ("140322", "crime.growth", Result5::Met),
            ("140322", "law.oversight", Result5::NotAssessable),
        ];
        for (county, id, wanted) in expected {
            assert_eq!(finding(county, id), wanted, "{county} {id}");
        }
        let outcomes: Vec<Outcome> = all.counties.iter().map(|d| d.verdict.outcome).collect();
        let (met, not_met, open) = (Outcome::Met, Outcome::NotMet, Outcome::Open);
        assert_eq!(outcomes, [met, not_met, open, not_met, open]);
        let pivots: Vec<Option<&str>> = all
            .counties
            .iter()
            .map(|d| d.verdict.decided_by().map(|p| p.criterion))
            .collect();
        let decided = [
            None,
            Some("safety.communities"),
            Some("crime.clearance"),
            None,
            Some("law.oversight"),
        ];
        assert_eq!(pivots, decided);
        assert!(all.synthetic_indicators);
    }

    #[test]
    fn without_a_survey_no_county_meets_the_standard() {
        let all = example(None);
        for dossier in &all.counties {
            assert_ne!(dossier.verdict.outcome, Outcome::Met);
            let reason = &dossier.criterion("approval.rate").unwrap().reason;
            assert_eq!(reason, &Reason::NoSurvey { item: "q1".into() });
        }
    }

    #[test]
    fn a_wrong_estimate_is_an_error_and_not_an_evaluation_without_a_survey() {
        let sources = Sources {
            standard: STANDARD,
            indicators: INDICATORS,
            estimate: Some("{\"wave\": \"x\", \"countys\": {}}"),
        };
        let error = evaluate_files(sources, 2026).unwrap_err();
        assert!(matches!(error, EvaluateError::Estimate(_)));
    }

    #[test]
    fn what_the_standard_says_it_cannot_read_changes_no_evaluation() {
        let standard = Standard::from_toml(STANDARD).unwrap();
        let all = indicator_file::read(INDICATORS, &standard).unwrap();
        let mut left_out = Vec::new();
        for year in 2022..=2030 {
            let values = all.iter().filter(|value| standard.reads(value, year));
            let read: Indicators = values.cloned().collect();
            left_out.push(all.len() - read.len());
            let counties = |values| Evaluation::of(&standard, values, None, year).counties;
            assert_eq!(counties(&read), counties(&all), "{year}");
        }
        // 2026 is the year that the example is made for; nothing looks back from 2031 to 2026.
        assert!(left_out[0] > left_out[4], "{left_out:?}");
        let last = all.iter().any(|value| standard.reads(value, 2031));
        assert!(!last && all.iter().any(|value| standard.reads(value, 2030)));
    }

    #[test]
    fn monitored_measures_of_the_example_touch_no_verdict() {
        let all = example(Some(&favorable()));
        let kept = |county: &str, id: &str| {
            let dossier = all.county(county).unwrap();
            let found = dossier.measures.iter().find(|m| m.id == id).unwrap();
            found.result.kept()
        };
        // exactly 0.5 yuan is kept, 0.46 is not; one township of 盂县 has 0.95 yuan
        assert_eq!(kept("140321", "measure.county_funding"), Some(true));
        assert_eq!(kept("140322", "measure.county_funding"), Some(false));
        assert_eq!(kept("140322", "measure.township_funding"), Some(false));
        assert_eq!(kept("140302", "measure.patrol_teams"), None);
        assert_eq!(kept("140302", "measure.response_squads"), Some(true));
        assert_eq!(all.county("140302").unwrap().verdict.outcome, Outcome::Met);
    }
}
