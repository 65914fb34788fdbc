//! A standard applied to all its counties in one year: the matrix and each county's dossier.

use serde::{Deserialize, Serialize};

use super::finding::Finding;
use super::indicator::Indicators;
use super::measure::MeasureResult;
use super::reason::CriterionResult;
use super::rule::Inputs;
use super::standard::Standard;
use super::survey_input::SurveyInput;
use super::uncertainty::AllMet;
use super::verdict::Verdict;

/// The result of one criterion, with its id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CriterionOutcome {
    /// Id of the criterion.
    pub id: String,
    /// Result, reason and remarks.
    #[serde(flatten)]
    pub result: CriterionResult,
}

/// The result of one monitored measure, with its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureOutcome {
    /// Id of the measure.
    pub id: String,
    /// The result.
    #[serde(flatten)]
    pub result: MeasureResult,
}

/// Everything about one county in one year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dossier {
    /// Division code.
    pub county: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Each criterion, in the standard's order.
    pub criteria: Vec<CriterionOutcome>,
    /// Each monitored measure, in the standard's order.
    pub measures: Vec<MeasureOutcome>,
    /// How probable it is that the true values satisfy all criteria; absent while one of them is
    /// not assessable, and in evaluations stored before it was computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all_met: Option<AllMet>,
}

impl Dossier {
    /// The result of a criterion.
    #[must_use]
    pub fn criterion(&self, id: &str) -> Option<&CriterionResult> {
        self.criteria.iter().find(|c| c.id == id).map(|c| &c.result)
    }

    /// The finding of a criterion.
    #[must_use]
    pub fn finding(&self, id: &str) -> Option<Finding> {
        self.criterion(id).map(|result| result.finding)
    }
}

/// A standard applied to all its counties.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Id of the standard.
    pub standard: String,
    /// Its version.
    pub version: u32,
    /// The year under evaluation.
    pub year: i32,
    /// The wave whose figures were used.
    pub wave: Option<String>,
    /// Whether any indicator was invented for an example.
    pub synthetic_indicators: bool,
    /// Values that the counties reported.
    #[serde(default)]
    pub indicators: usize,
    /// Of these, not verified by a second person.
    #[serde(default)]
    pub unverified: usize,
    /// Whether the answers were simulated.
    pub synthetic_survey: bool,
    /// One dossier per county, in the standard's order.
    pub counties: Vec<Dossier>,
}

impl Evaluation {
    /// Applies `standard` for `year`.
    #[must_use]
    pub fn of(
        standard: &Standard,
        indicators: &Indicators,
        survey: Option<&SurveyInput>,
        year: i32,
    ) -> Self {
        let mut all = Self::findings(standard, indicators, survey, year);
        for dossier in &mut all.counties {
            let inputs = Inputs {
                county: &dossier.county,
                year,
                reported: indicators.of(&dossier.county),
                survey,
            };
            dossier.all_met = AllMet::of(&standard.criteria, &dossier.criteria, &inputs);
        }
        all
    }

    /// The same without [`Dossier::all_met`], which costs most of the time: what a preview needs.
    #[must_use]
    pub fn findings(
        standard: &Standard,
        indicators: &Indicators,
        survey: Option<&SurveyInput>,
        year: i32,
    ) -> Self {
        let dossier = |county: &str| {
            let inputs = Inputs {
                county,
                year,
                reported: indicators.of(county),
                survey,
            };
            let criteria: Vec<CriterionOutcome> = standard
                .criteria
                .iter()
                .map(|criterion| CriterionOutcome {
                    id: criterion.id.clone(),
                    result: criterion.rule.evaluate(&inputs),
                })
                .collect();
            Dossier {
                county: county.to_owned(),
                verdict: Verdict::of(criteria.iter().map(|c| (c.id.as_str(), c.result.finding))),
                all_met: None,
                criteria,
                measures: standard
                    .measures
                    .iter()
                    .map(|measure| MeasureOutcome {
                        id: measure.id.clone(),
                        result: measure.evaluate(&inputs),
                    })
                    .collect(),
            }
        };
        let standing = indicators.standing();
        Self {
            standard: standard.id.clone(),
            version: standard.version,
            year,
            wave: survey.map(|s| s.wave.clone()),
            synthetic_indicators: standing.synthetic > 0,
            indicators: standing.all(),
            unverified: standing.reported,
            synthetic_survey: survey.is_some_and(|s| s.synthetic),
            counties: standard.counties.iter().map(|c| dossier(&c.code)).collect(),
        }
    }

    /// The dossier of a county.
    #[must_use]
    pub fn county(&self, code: &str) -> Option<&Dossier> {
        self.counties.iter().find(|d| d.county == code)
    }
}
