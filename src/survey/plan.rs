//! The plan of a wave: the recipe that is fixed, hashed and published before fieldwork.
//!
//! Everything that could decide a result is in it: the item and the answers that count, the
//! denominator, the sample, the weighting steps with the order in which small cells are collapsed,
//! the verdict rule with its threshold, the limits of disclosure. [`WavePlan::check`] says whether
//! it fits a questionnaire and the population margins; sealing needs that. A wave whose link goes to
//! everyone has an [`OpenPlan`] instead.

mod kind;
mod open;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use self::kind::Plan;
pub use self::open::OpenPlan;
use super::area::AreaCode;
use super::margin::Margins;
use super::questionnaire::{Item, Kind, Questionnaire, SampledUnit};
use super::seeds::SeedPlan;
use crate::stats::threshold::Rule;

/// The pre-registered recipe of one wave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WavePlan {
    /// Version of this document's form.
    pub schema: u32,
    /// The headline: approval of public safety and order.
    pub approval: ApprovalRule,
    /// Sense of security, whose change between waves is judged.
    pub safety: ApprovalRule,
    /// How the headline is judged.
    pub verdict: VerdictRule,
    /// How change is judged.
    pub change: ChangeRule,
    /// How many are invited, and where.
    pub sample: SamplePlan,
    /// How respondents are weighted.
    pub weighting: WeightingPlan,
    /// What marks an answer as hasty.
    pub quality: QualityPlan,
    /// What is too small to print.
    pub disclosure: DisclosurePlan,
    /// Whether auditors answer too, and how often; nothing if nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seeds: Option<SeedPlan>,
    /// The year under evaluation; where the plan does not say, the local year in which the wave closes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
}

/// First and last year that a plan may name as the one under evaluation.
pub const YEARS: std::ops::RangeInclusive<i32> = 1990..=2199;

/// Which answers to which item count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRule {
    /// The item.
    pub item: String,
    /// Codes that count as approval.
    pub approves: Vec<String>,
    /// "Can't say" stays in the denominator: who cannot say does not approve.
    pub undecided_in_denominator: bool,
}

/// Rule and threshold of the headline's verdict.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerdictRule {
    /// The governing rule; the other one is always printed too.
    pub rule: Rule,
    /// The threshold, 0.90 in the notice.
    pub threshold: f64,
    /// Design effect assumed where a variance cannot be estimated (p = 0 or 1).
    pub planned_deff: f64,
}

/// What counts as improvement.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeRule {
    /// The change that must be exceeded.
    pub delta: f64,
    /// A level so high that holding it counts as improvement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<f64>,
}

/// Whom the invitations are addressed to, and how many there are per county.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SamplePlan {
    /// Person or household.
    pub unit: SampledUnit,
    /// One line per county.
    pub counties: Vec<CountySample>,
}

/// The sample of one county; it is shared among the strata in proportion to their addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountySample {
    /// The county.
    pub county: AreaCode,
    /// Communities and villages to draw.
    pub psus: u32,
    /// Invitations to send.
    pub invitations: u32,
}

/// Weighting: classes, calibration, hot-deck.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightingPlan {
    /// Item that gives the sex.
    pub sex_item: String,
    /// Item that gives the age band.
    pub age_item: String,
    /// Item that gives the number of adults (household waves).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adults_item: Option<String>,
    /// Largest number of adults that a weight is multiplied by.
    pub adults_cap: u32,
    /// Respondents below which a non-response class is collapsed to the stratum.
    pub class_minimum: u32,
    /// Respondents below which a cell of a margin is collapsed.
    pub cell_minimum: u32,
    /// Pairs of neighboring age bands, in the order in which small cells are collapsed.
    pub collapse_ages: Vec<[String; 2]>,
    /// How weights reach the margins.
    pub calibration: Calibration,
}

/// How weights reach the margins.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Calibration {
    /// Cycles of post-stratification (iterative proportional fitting).
    Rake {
        /// Stop when no joint cell changes by this share of the total.
        epsilon: f64,
        /// Largest number of cycles; not reached by then is a failed calibration.
        cycles: u32,
    },
    /// Calibrate with the raking distance, trim at percentiles within the county, calibrate again.
    CalibrateTrimCalibrate {
        /// Largest relative misfit.
        epsilon: f64,
        /// Lower percentile of the trimming (unweighted, type 7).
        lower_percentile: f64,
        /// Upper percentile of the trimming.
        upper_percentile: f64,
    },
}

/// Marks of hasty answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QualityPlan {
    /// An interview shorter than this many seconds is marked `fast`.
    pub fast_seconds: u32,
}

/// Limits under which nothing is printed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisclosurePlan {
    /// Answers below which a cell of a distribution is merged with its neighbor.
    pub cell: u32,
    /// Answers below which a subgroup is not shown.
    pub subgroup: u32,
    /// Effective answers below which a subgroup is not shown.
    pub subgroup_n_eff: f64,
}

/// What does not fit, by the name of the plan's field.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct PlanProblem {
    /// Path of the field, `approval.item`.
    pub field: &'static str,
    /// What is wrong.
    pub problem: PlanMisfit,
}

/// What is wrong with a field of a plan.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PlanMisfit {
    /// Another version of the form than this program knows.
    #[error("form {0} is unknown")]
    UnknownSchema(u32),
    /// The questionnaire has no such item.
    #[error("the questionnaire has no item \"{0}\"")]
    NoItem(String),
    /// The item takes several answers.
    #[error("item \"{0}\" takes several answers")]
    NotSingle(String),
    /// The item has no such option.
    #[error("item \"{item}\" has no option \"{code}\"")]
    NoOption {
        /// The item.
        item: String,
        /// The code.
        code: String,
    },
    /// The answers that count are not those that the questionnaire marks.
    #[error("the questionnaire marks other answers of \"{0}\" as approval")]
    OtherApproval(String),
    /// A number outside its range.
    #[error("must be between {low} and {high}")]
    OutOfRange {
        /// Smallest allowed value.
        low: f64,
        /// Largest allowed value.
        high: f64,
    },
    /// A county occurs twice.
    #[error("county {0} occurs twice")]
    CountyTwice(AreaCode),
    /// A county of the sample has no margins.
    #[error("county {0} has no margins")]
    NoMargins(AreaCode),
    /// A cell of the margins is no eligible answer of the item, or the other way around.
    #[error("the margins of county {county} and item \"{item}\" differ in \"{code}\"")]
    MarginMismatch {
        /// The county.
        county: AreaCode,
        /// The item.
        item: String,
        /// The option on one side only.
        code: String,
    },
    /// Household waves need the number of adults; waves of persons must not use it.
    #[error("the number of adults belongs to household waves, and they need it")]
    Adults,
    /// Nothing to sample.
    #[error("is empty")]
    Empty,
    /// A county is not in the area tree.
    #[error("county {0} is not in the area tree")]
    NoArea(AreaCode),
}

impl PlanProblem {
    /// A county of an open wave that is not in the area tree.
    #[must_use]
    pub fn no_area(county: &AreaCode) -> Self {
        Self {
            field: "open.counties",
            problem: PlanMisfit::NoArea(county.clone()),
        }
    }
}

/// Why a plan's text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the plan cannot be read: {0}")]
pub struct PlanSyntax(pub String);

/// Version of the plan's form.
pub const SCHEMA: u32 = 1;

impl WavePlan {
    /// The default plan for the default questionnaire and these counties.
    #[must_use]
    pub fn standard(unit: SampledUnit, counties: Vec<CountySample>) -> Self {
        let rule = |item: &str| ApprovalRule {
            item: item.to_owned(),
            approves: vec!["1".to_owned(), "2".to_owned()],
            undecided_in_denominator: true,
        };
        let pair = |a: &str, b: &str| [a.to_owned(), b.to_owned()];
        Self {
            schema: SCHEMA,
            approval: rule("q1"),
            safety: rule("q2"),
            verdict: VerdictRule {
                rule: Rule::LowerBound,
                threshold: 0.90,
                planned_deff: 1.5,
            },
            change: ChangeRule {
                delta: 0.0,
                ceiling: None,
            },
            sample: SamplePlan { unit, counties },
            weighting: WeightingPlan {
                sex_item: "d1".to_owned(),
                age_item: "s2".to_owned(),
                adults_item: (unit == SampledUnit::Household).then(|| "d3".to_owned()),
                adults_cap: 4,
                class_minimum: 20,
                cell_minimum: 20,
                collapse_ages: vec![
                    pair("50-59", "60up"),
                    pair("18-29", "30-39"),
                    pair("40-49", "50-59"),
                    pair("30-39", "40-49"),
                ],
                calibration: Calibration::CalibrateTrimCalibrate {
                    epsilon: 1e-10,
                    lower_percentile: 1.0,
                    upper_percentile: 99.0,
                },
            },
            quality: QualityPlan { fast_seconds: 30 },
            disclosure: DisclosurePlan {
                cell: 10,
                subgroup: 100,
                subgroup_n_eff: 30.0,
            },
            seeds: None,
            year: None,
        }
    }

    /// Reads TOML.
    pub fn from_toml(text: &str) -> Result<Self, PlanSyntax> {
        toml::from_str(text).map_err(|e| PlanSyntax(e.to_string()))
    }

    /// Reads the JSON that a wave keeps.
    pub fn from_json(text: &str) -> Result<Self, PlanSyntax> {
        serde_json::from_str(text).map_err(|e| PlanSyntax(e.to_string()))
    }

    /// The canonical text: compact JSON with fields in declared order.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// SHA-256 of the canonical text.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.to_json().as_bytes()).into()
    }

    /// Whether the plan fits the questionnaire (in its form for the sampled unit) and the margins.
    /// Every problem is reported. Whether the frame can carry the sample is
    /// [`super::sample::planned_strata`]'s to say.
    pub fn check(
        &self,
        questionnaire: &Questionnaire,
        margins: &Margins,
    ) -> Result<(), Vec<PlanProblem>> {
        let mut problems = Problems(Vec::new());
        if self.schema != SCHEMA {
            problems.push("schema", PlanMisfit::UnknownSchema(self.schema));
        }
        check_approval(
            "approval.item",
            &self.approval,
            questionnaire,
            &mut problems,
        );
        check_approval("safety.item", &self.safety, questionnaire, &mut problems);
        self.check_numbers(&mut problems);
        self.check_weighting(questionnaire, &mut problems);
        self.check_counties(questionnaire, margins, &mut problems);
        if problems.0.is_empty() {
            Ok(())
        } else {
            Err(problems.0)
        }
    }

    fn check_numbers(&self, problems: &mut Problems) {
        let whole = |n: u32| f64::from(n);
        problems.range("verdict.threshold", self.verdict.threshold, 0.01, 0.999);
        problems.range("verdict.planned_deff", self.verdict.planned_deff, 1.0, 20.0);
        problems.range("change.delta", self.change.delta, -0.5, 0.5);
        if let Some(ceiling) = self.change.ceiling {
            problems.range("change.ceiling", ceiling, 0.01, 0.999);
        }
        let weighting = &self.weighting;
        problems.range(
            "weighting.adults_cap",
            whole(weighting.adults_cap),
            1.0,
            20.0,
        );
        problems.range(
            "weighting.class_minimum",
            whole(weighting.class_minimum),
            1.0,
            1000.0,
        );
        problems.range(
            "weighting.cell_minimum",
            whole(weighting.cell_minimum),
            1.0,
            1000.0,
        );
        self.check_calibration(problems);
        // The floors of disclosure control can be raised by a plan, never lowered.
        let disclosure = &self.disclosure;
        problems.range("disclosure.cell", whole(disclosure.cell), 10.0, 1e6);
        problems.range(
            "disclosure.subgroup",
            whole(disclosure.subgroup),
            100.0,
            1e6,
        );
        problems.range(
            "disclosure.subgroup_n_eff",
            disclosure.subgroup_n_eff,
            30.0,
            1e6,
        );
        if let Some(year) = self.year {
            let (first, last) = (*YEARS.start(), *YEARS.end());
            problems.range("year", year.into(), first.into(), last.into());
        }
        if let Some(seeds) = self.seeds {
            problems.range("seeds.most", whole(seeds.most), 1.0, 200.0);
            problems.range("seeds.days", whole(seeds.days), 1.0, 60.0);
        }
    }

    fn check_calibration(&self, problems: &mut Problems) {
        match self.weighting.calibration {
            Calibration::Rake { epsilon, cycles } => {
                problems.range("weighting.calibration.epsilon", epsilon, 1e-15, 1e-6);
                problems.range("weighting.calibration.cycles", f64::from(cycles), 10.0, 1e6);
            }
            Calibration::CalibrateTrimCalibrate {
                epsilon,
                lower_percentile,
                upper_percentile,
            } => {
                problems.range("weighting.calibration.epsilon", epsilon, 1e-15, 1e-6);
                problems.range(
                    "weighting.calibration.lower_percentile",
                    lower_percentile,
                    0.0,
                    25.0,
                );
                problems.range(
                    "weighting.calibration.upper_percentile",
                    upper_percentile,
                    75.0,
                    100.0,
                );
            }
        }
    }

    fn check_weighting(&self, questionnaire: &Questionnaire, problems: &mut Problems) {
        let weighting = &self.weighting;
        single(
            "weighting.sex_item",
            &weighting.sex_item,
            questionnaire,
            problems,
        );
        if let Some(age) = single(
            "weighting.age_item",
            &weighting.age_item,
            questionnaire,
            problems,
        ) {
            for code in weighting.collapse_ages.iter().flatten() {
                if !eligible_codes(age).contains(code.as_str()) {
                    problems.push(
                        "weighting.collapse_ages",
                        PlanMisfit::NoOption {
                            item: age.id.clone(),
                            code: code.clone(),
                        },
                    );
                }
            }
        }
        let household = self.sample.unit == SampledUnit::Household;
        if household != weighting.adults_item.is_some() {
            problems.push("weighting.adults_item", PlanMisfit::Adults);
        }
        if let Some(adults) = &weighting.adults_item {
            single("weighting.adults_item", adults, questionnaire, problems);
        }
    }

    fn check_counties(
        &self,
        questionnaire: &Questionnaire,
        margins: &Margins,
        problems: &mut Problems,
    ) {
        let mut seen = BTreeSet::new();
        if self.sample.counties.is_empty() {
            problems.push("sample.counties", PlanMisfit::Empty);
        }
        for line in &self.sample.counties {
            let county = &line.county;
            if !seen.insert(county) {
                problems.push("sample.counties", PlanMisfit::CountyTwice(county.clone()));
            }
            let Some(known) = margins.county(county) else {
                problems.push("sample.counties", PlanMisfit::NoMargins(county.clone()));
                continue;
            };
            let sexes: BTreeSet<&str> = known.sex_age.keys().map(|c| c.sex.as_str()).collect();
            let ages: BTreeSet<&str> = known.sex_age.keys().map(|c| c.age.as_str()).collect();
            let sides = [
                (&self.weighting.sex_item, sexes),
                (&self.weighting.age_item, ages),
            ];
            for (item, cells) in sides {
                let Some(item) = questionnaire.item(item) else {
                    continue;
                };
                for code in eligible_codes(item).symmetric_difference(&cells) {
                    problems.push(
                        "weighting",
                        PlanMisfit::MarginMismatch {
                            county: county.clone(),
                            item: item.id.clone(),
                            code: (*code).to_owned(),
                        },
                    );
                }
            }
        }
    }
}

/// Codes of an item with which a resident stays in the population and says something.
#[must_use]
pub fn eligible_codes(item: &Item) -> BTreeSet<&str> {
    item.options
        .iter()
        .filter(|choice| !choice.ends && !choice.refusal && !choice.undecided)
        .map(|choice| choice.code.as_str())
        .collect()
}

struct Problems(Vec<PlanProblem>);

impl Problems {
    fn push(&mut self, field: &'static str, problem: PlanMisfit) {
        self.0.push(PlanProblem { field, problem });
    }

    fn range(&mut self, field: &'static str, value: f64, low: f64, high: f64) {
        if !(low..=high).contains(&value) {
            self.push(field, PlanMisfit::OutOfRange { low, high });
        }
    }
}

fn single<'q>(
    field: &'static str,
    id: &str,
    questionnaire: &'q Questionnaire,
    problems: &mut Problems,
) -> Option<&'q Item> {
    match questionnaire.item(id) {
        None => problems.push(field, PlanMisfit::NoItem(id.to_owned())),
        Some(item) if item.kind != Kind::Single => {
            problems.push(field, PlanMisfit::NotSingle(id.to_owned()));
        }
        Some(item) => return Some(item),
    }
    None
}

fn check_approval(
    field: &'static str,
    rule: &ApprovalRule,
    questionnaire: &Questionnaire,
    problems: &mut Problems,
) {
    let Some(item) = single(field, &rule.item, questionnaire, problems) else {
        return;
    };
    for code in &rule.approves {
        if item.position(code).is_none() {
            problems.push(
                field,
                PlanMisfit::NoOption {
                    item: item.id.clone(),
                    code: code.clone(),
                },
            );
        }
    }
    let marked: BTreeSet<&str> = item.approving_codes().collect();
    let counted: BTreeSet<&str> = rule.approves.iter().map(String::as_str).collect();
    if marked != counted || counted.is_empty() {
        problems.push(field, PlanMisfit::OtherApproval(item.id.clone()));
    }
}

#[cfg(test)]
mod tests;
