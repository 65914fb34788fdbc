//! The vocabulary of plans: data, designs, weightings and analyses as data (serde types).
//!
//! May use nothing but serde. Promises: what a plan says and this vocabulary does not know (a kind,
//! a field, a method) is refused when the plan is read, never skipped. Fields that only inform
//! (`notes`, `source`, `r_formula` …) are kept or passed over as such.

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use super::spec_analysis::{
    Analysis, AnalysisKind, Contrast, DfRule, Interval, QuantileInterval, QuantileRule, Statistic,
};
pub use super::spec_replicates::{ReplicateMethod, ReplicatesOfSpec, Seed};

/// A whole plan: what `case.json` or a plan file says.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Plan {
    /// Version of the vocabulary, e.g. `survey-reference/1`.
    pub schema: Option<String>,
    /// Short name.
    pub id: String,
    /// One line for people.
    pub title: Option<String>,
    /// Words to search by.
    pub tags: Vec<String>,
    /// Where the data come from.
    pub source: Option<String>,
    /// Software that made reference values; only informs.
    pub reference_software: Option<Value>,
    /// How close reference values must be met; only for comparisons.
    pub tolerance: Option<Tolerance>,
    /// Remarks.
    pub notes: Option<Value>,
    /// The data file and its columns.
    pub data: Option<DataSpec>,
    /// Sampling designs.
    pub designs: Vec<DesignSpec>,
    /// Weighting pipelines.
    pub weightings: Vec<Weighting>,
    /// What to estimate.
    pub analyses: Vec<Analysis>,
    /// Closed-form planning questions.
    pub planning: Vec<Planning>,
    /// Small area models.
    pub small_area: Vec<SmallArea>,
}

/// Relative and absolute tolerances of a comparison with reference values.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Tolerance {
    /// For closed forms.
    pub rel: f64,
    /// Absolute, for everything.
    pub abs: f64,
    /// After iterated weighting.
    pub rel_after_rake_or_calibrate: f64,
    /// For the proportion method `logit`.
    pub rel_logit: f64,
}

/// The data file and its columns.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DataSpec {
    /// Path, relative to the plan.
    pub file: String,
    /// Number of rows, if declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<usize>,
    /// Columns in file order; may be empty, then the reader finds the types itself.
    #[serde(default)]
    pub columns: Vec<ColumnSpec>,
}

/// One column of the data file.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnSpec {
    /// Header.
    pub name: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: ColumnKind,
    /// Labels of a category, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<String>,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Numbers.
    Number,
    /// Any text; groups by it come sorted.
    String,
    /// One of the declared levels, in their order.
    Category,
}

/// A sampling design.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DesignSpec {
    /// Strata and clusters; variance by linearization.
    Taylor(TaylorSpec),
    /// Replicate weights that come with the data.
    Replicate(ReplicateSpec),
    /// Replicate weights to be made from another design of the plan.
    ReplicatesOf(ReplicatesOfSpec),
}

impl DesignSpec {
    /// Name used by weightings and analyses.
    ///
    /// ```
    /// use minyi::stats::plan::spec::DesignSpec;
    /// let spec: DesignSpec = serde_json::from_str(r#"{"kind": "taylor", "id": "sample"}"#).unwrap();
    /// assert_eq!(spec.id(), "sample");
    /// ```
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Taylor(spec) => &spec.id,
            Self::Replicate(spec) => &spec.id,
            Self::ReplicatesOf(spec) => &spec.id,
        }
    }
}

/// Strata, stages of clusters, population counts and weights.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TaylorSpec {
    /// Name.
    pub id: String,
    /// Columns of sampling unit ids, one per stage, outermost first; empty = every row is a unit.
    #[serde(default)]
    pub ids: Vec<String>,
    /// Columns that together name the first-stage stratum; empty = one stratum.
    #[serde(default)]
    pub strata: Vec<String>,
    /// Columns, one per stage: population units (≥ 1) or sampling fractions (≤ 1); empty = with replacement.
    #[serde(default)]
    pub fpc: Vec<String>,
    /// Column of weights; absent = inverse product of the sampling fractions.
    #[serde(default)]
    pub weights: Option<String>,
    /// True = ids are unique within strata only.
    #[serde(default)]
    pub nest: bool,
    /// What a stratum with one unit contributes.
    #[serde(default)]
    pub lonely_psu: LonelyPsu,
    /// Remarks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<Value>,
}

/// What a stratum with a single sampling unit contributes to the variance.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LonelyPsu {
    /// The variance is refused.
    #[default]
    Fail,
    /// Nothing: the unit was selected with certainty.
    Certainty,
    /// Nothing: the stratum is left out.
    Remove,
    /// The square of its total, centred at zero.
    Adjust,
    /// The mean of what the other strata contribute.
    Average,
}

/// Replicate weights that come with the data.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ReplicateSpec {
    /// Name.
    pub id: String,
    /// Column of the full-sample weight.
    pub weights: String,
    /// File of the replicate weights, rows as in the data.
    pub repweights_file: String,
    /// Prefix of their columns.
    pub repweights_columns: String,
    /// True: full weights; false: factors of the sampling weight.
    pub combined: bool,
    /// Overall factor of the variance.
    pub scale: f64,
    /// Factor of each replicate.
    pub rscales: Vec<f64>,
    /// True: centred at the full-sample estimate; false: at the mean of the replicates.
    pub mse: bool,
    /// How the replicates arose; only informs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// Remarks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<Value>,
}

/// A weighting pipeline: steps applied in order to the weights of a design.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Weighting {
    /// Name used by analyses.
    pub id: String,
    /// The design whose weights it starts from.
    pub design: String,
    /// Steps in order.
    pub steps: Vec<Step>,
    /// True in a reference case whose pipeline must be refused; only for comparisons.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub expect_error: bool,
    /// Remarks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<Value>,
}

/// One step of a weighting pipeline.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// Respondents take over the weight of the nonrespondents of their class.
    NonresponseClass {
        /// Columns that together name the class; empty = one class.
        #[serde(default)]
        classes: Vec<String>,
        /// Column with 1 for respondents, 0 for nonrespondents.
        response: String,
        /// Sums of weights, or counts of units.
        method: ClassMethod,
    },
    /// Weights reach known totals in every cell.
    Poststratify {
        /// Cells and their totals.
        totals: Totals,
        /// True: a total without sample is passed over.
        #[serde(default)]
        partial: bool,
    },
    /// Cycles of post-stratification to several margins.
    Rake {
        /// Margins in the order in which each cycle takes them.
        margins: Vec<Totals>,
        /// Largest change of a joint cell in the last cycle: a count if ≥ 1, else a share of the sum.
        #[serde(default = "default_rake_epsilon")]
        epsilon: f64,
        /// Largest number of cycles.
        #[serde(default = "default_rake_cycles")]
        maxit: usize,
    },
    /// Weights reach totals of the columns of a design matrix at the least distance.
    Calibrate {
        /// Distance.
        model: CalibrationModel,
        /// Columns and their totals.
        columns: Vec<CalibrationColumn>,
        /// Lower bound of new weight / old weight.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lower: Option<f64>,
        /// Upper bound of new weight / old weight.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        upper: Option<f64>,
        /// Largest relative misfit, |misfit| / (1 + |total|).
        #[serde(default = "default_calibrate_epsilon")]
        epsilon: f64,
        /// The formula in R; only informs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        r_formula: Option<String>,
    },
    /// Weights outside an interval move to its ends; the rest shares the difference.
    Trim {
        /// Absolute lower bound.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lower: Option<f64>,
        /// Absolute upper bound.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        upper: Option<f64>,
        /// Lower bound as an unweighted percentile (0–100, type 7) of the weights.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lower_percentile: Option<f64>,
        /// Upper bound as an unweighted percentile (0–100, type 7) of the weights.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        upper_percentile: Option<f64>,
        /// Columns within whose classes percentiles are taken and differences shared; empty = one class.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        within: Vec<String>,
        /// What happens to weights that leave the interval by the sharing.
        #[serde(default)]
        strict: Strictness,
    },
    /// All weights times one factor, so that they sum to a total.
    ScaleTo {
        /// The total.
        total: f64,
    },
}

impl Step {
    /// Its name in plans and results.
    ///
    /// ```
    /// use minyi::stats::plan::spec::Step;
    /// assert_eq!(Step::ScaleTo { total: 1000.0 }.op(), "scale_to");
    /// ```
    #[must_use]
    pub fn op(&self) -> &'static str {
        match self {
            Self::NonresponseClass { .. } => "nonresponse_class",
            Self::Poststratify { .. } => "poststratify",
            Self::Rake { .. } => "rake",
            Self::Calibrate { .. } => "calibrate",
            Self::Trim { .. } => "trim",
            Self::ScaleTo { .. } => "scale_to",
        }
    }
}

/// R's default of `rake`: a change of one person.
fn default_rake_epsilon() -> f64 {
    1.0
}

/// R's default of `rake`.
fn default_rake_cycles() -> usize {
    10
}

/// R's default of `calibrate`.
fn default_calibrate_epsilon() -> f64 {
    1e-7
}

/// What a nonresponse class compares.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassMethod {
    /// Sums of weights.
    Weighted,
    /// Numbers of units.
    Count,
}

/// The distance of a calibration.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CalibrationModel {
    /// Chi-square distance: the generalized regression estimator.
    Linear,
    /// Kullback distance: the fixed point of raking.
    Raking,
    /// Logit between the bounds.
    Logit,
}

/// One column of the calibration matrix with its population total.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CalibrationColumn {
    /// Name for messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it holds.
    pub kind: CalibrationKind,
    /// The column of the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variable: Option<String>,
    /// The level that an indicator marks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Further conditions of an indicator, joined by AND: crossed margins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub and: Vec<LevelOf>,
    /// Population total.
    pub total: f64,
}

/// A level of a variable.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LevelOf {
    /// The column of the data.
    pub variable: String,
    /// Its level.
    pub level: String,
}

/// What a calibration column holds.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CalibrationKind {
    /// One in every row.
    Intercept,
    /// One in the rows of a level, else zero.
    Indicator,
    /// The values of a number column.
    Numeric,
}

/// What trimming does with weights that leave the interval by the sharing.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Strictness {
    /// One pass; they stay.
    #[default]
    No,
    /// Passes until none is outside; weights set to a bound earlier share too.
    Recursive,
    /// Passes until none is outside; a weight once trimmed stays.
    OnceTrimmedFixed,
}

/// Population totals of the cells of one or more variables.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// The columns that together make the cells.
    pub variables: Vec<String>,
    /// Cells and totals.
    pub cells: Vec<Cell>,
}

/// One cell and its population total.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// A level of each variable.
    pub levels: Vec<String>,
    /// Population total.
    pub total: f64,
}

/// A condition on rows; a missing value never fulfils it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The column.
    pub variable: String,
    /// The comparison.
    pub op: Comparison,
    /// What it is compared with.
    pub value: ConditionValue,
}

/// How a condition compares.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Comparison {
    /// Equal.
    #[serde(rename = "==")]
    Equal,
    /// Not equal.
    #[serde(rename = "!=")]
    NotEqual,
    /// Less.
    #[serde(rename = "<")]
    Less,
    /// Less or equal.
    #[serde(rename = "<=")]
    AtMost,
    /// Greater.
    #[serde(rename = ">")]
    Greater,
    /// Greater or equal.
    #[serde(rename = ">=")]
    AtLeast,
    /// One of a list.
    #[serde(rename = "in")]
    In,
}

/// A number or a label.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Scalar {
    /// A number.
    Number(f64),
    /// A label.
    Text(String),
}

/// One value or a list.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ConditionValue {
    /// One value.
    One(Scalar),
    /// Several.
    Many(Vec<Scalar>),
}

/// A closed-form planning question.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Planning {
    /// Name of the answer.
    pub id: String,
    /// The question and its inputs.
    #[serde(flatten)]
    pub question: Question,
}

/// A planning question with its inputs.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "kind", content = "inputs", rename_all = "snake_case")]
pub enum Question {
    /// Sample size for a margin of error of a proportion.
    SampleSizeProportion(Value),
    /// Sample size for a coefficient of variation of a proportion.
    SampleSizeCv(Value),
    /// Margin of error of a given sample size.
    MarginOfError(Value),
    /// Design effect expected from clusters and weights.
    PlanningDeff(Value),
    /// Sample size to tell two proportions apart.
    SampleSizeTwoProportions(Value),
    /// Allocation of a sample to strata.
    Allocation(Value),
    /// Inclusion probabilities proportional to size.
    InclusionProbabilities(Value),
    /// Systematic selection proportional to size.
    SystematicPps(Value),
    /// Systematic selection with equal probabilities.
    SystematicEqual(Value),
    /// Weights of a two-stage sample.
    TwoStageWeights(Value),
}

/// A small area model of area-level direct estimates.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SmallArea {
    /// Name.
    pub id: String,
    /// Estimation method: `REML`.
    pub method: String,
    /// Column of area names.
    pub area: String,
    /// Column of direct estimates.
    pub y: String,
    /// Column of their known sampling variances.
    pub vardir: String,
    /// Columns of the model: `intercept`, `indicator VARIABLE=LEVEL`, `numeric VARIABLE`.
    pub columns: Vec<String>,
    /// The formula in R; only informs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r_formula: Option<String>,
}
