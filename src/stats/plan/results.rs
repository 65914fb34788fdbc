//! What a plan's run answers: weights of each pipeline, and a result or a refusal per analysis.
//!
//! May use serde and the error types of `stats`. Promises: serialized, it has the schema of
//! `expected.json`; a number that does not exist is null, never `NaN` and never left out.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::stats::error::StatsError;
use crate::stats::num;

pub use super::facts::DesignFacts;
use super::spec::{DfRule, Statistic};
pub use crate::stats::quality::analysis::QualityResult;

/// All answers of one run, in the order of the plan.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Results {
    /// Version of the vocabulary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The plan's short name.
    pub id: String,
    /// What the designs are made of, by id; for explanations, no part of the schema.
    #[serde(skip)]
    pub designs: Outcomes<DesignFacts>,
    /// Weighting pipelines by id.
    #[serde(skip_serializing_if = "Outcomes::is_empty")]
    pub weightings: Outcomes<WeightingResult>,
    /// Analyses by id.
    #[serde(skip_serializing_if = "Outcomes::is_empty")]
    pub analyses: Outcomes<AnalysisResult>,
    /// Planning answers by id.
    #[serde(skip_serializing_if = "Outcomes::is_empty")]
    pub planning: Outcomes<serde_json::Value>,
    /// Small area models by id.
    #[serde(skip_serializing_if = "Outcomes::is_empty")]
    pub small_area: Outcomes<serde_json::Value>,
}

impl Results {
    /// True if no weighting and no analysis was refused.
    pub(crate) fn complete(&self) -> bool {
        self.weightings.iter().all(|(_, outcome)| outcome.is_ok())
            && self.analyses.iter().all(|(_, outcome)| outcome.is_ok())
    }

    /// Replaces the weights of every pipeline by what `expand` makes of them.
    pub(crate) fn expand_weights(&mut self, expand: impl Fn(&[f64]) -> Vec<f64>) {
        for (_, outcome) in &mut self.weightings.0 {
            if let Ok(result) = outcome {
                result.weights = expand(&result.weights);
            }
        }
    }
}

/// Results or refusals by id, in order.
#[derive(Clone, Debug)]
pub struct Outcomes<T>(Vec<(String, Result<T, StatsError>)>);

impl<T> Default for Outcomes<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Outcomes<T> {
    /// Appends one.
    pub(crate) fn push(&mut self, id: &str, outcome: Result<T, StatsError>) {
        self.0.push((id.to_owned(), outcome));
    }

    /// The outcome of that id.
    ///
    /// ```
    /// use minyi::stats::plan::{Inputs, Plan};
    /// let plan: Plan = serde_json::from_str(
    ///     r#"{"id": "x", "designs": [{"id": "d", "kind": "taylor"}],
    ///         "analyses": [{"id": "a", "kind": "degf", "design": "d"}]}"#,
    /// )
    /// .unwrap();
    /// let results = plan.run(&Inputs::default(), &mut |_| {});
    /// let refused = results.analyses.get("a").unwrap().as_ref().unwrap_err();
    /// assert_eq!(refused.code(), "no_data");
    /// assert!(results.analyses.get("b").is_none());
    /// ```
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Result<T, StatsError>> {
        self.0.iter().find(|(name, _)| name == id).map(|(_, o)| o)
    }

    /// Ids and outcomes in order.
    ///
    /// ```
    /// use minyi::stats::plan::{Inputs, Plan};
    /// let plan: Plan = serde_json::from_str(
    ///     r#"{"id": "x", "designs": [{"id": "d", "kind": "taylor"}],
    ///         "analyses": [{"id": "a", "kind": "degf", "design": "d"}]}"#,
    /// )
    /// .unwrap();
    /// let results = plan.run(&Inputs::default(), &mut |_| {});
    /// let ids: Vec<&str> = results.analyses.iter().map(|(id, _)| id).collect();
    /// assert_eq!(ids, ["a"]);
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Result<T, StatsError>)> {
        self.0.iter().map(|(id, outcome)| (id.as_str(), outcome))
    }

    /// True without outcomes.
    ///
    /// ```
    /// use minyi::stats::plan::{Inputs, Plan};
    /// let plan: Plan = serde_json::from_str(
    ///     r#"{"id": "x", "designs": [{"id": "d", "kind": "taylor"}],
    ///         "analyses": [{"id": "a", "kind": "degf", "design": "d"}]}"#,
    /// )
    /// .unwrap();
    /// let results = plan.run(&Inputs::default(), &mut |_| {});
    /// assert!(results.weightings.is_empty() && !results.analyses.is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A refusal as it stands in a document: `{"error": true, "code": …, …}`.
#[derive(Serialize)]
struct Refused<'a> {
    error: bool,
    #[serde(flatten)]
    why: &'a StatsError,
}

impl<T: Serialize> Serialize for Outcomes<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.0.len()))?;
        for (id, outcome) in &self.0 {
            match outcome {
                Ok(result) => map.serialize_entry(id, result)?,
                Err(why) => map.serialize_entry(id, &Refused { error: true, why })?,
            }
        }
        map.end()
    }
}

/// What a weighting pipeline did.
#[derive(Clone, Debug, Serialize)]
pub struct WeightingResult {
    /// After each step.
    pub steps: Vec<StepResult>,
    /// After the last.
    #[serde(rename = "final")]
    pub end: WeightSummary,
    /// Final weight of every row of the data; 0 = not in the weighted sample.
    #[serde(skip)]
    pub weights: Vec<f64>,
}

/// Weights after one step.
#[derive(Clone, Debug, Serialize)]
pub struct StepResult {
    /// The step.
    pub op: &'static str,
    /// For raking: whether the stopping rule was met, and with it every margin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub converged: Option<bool>,
    /// For raking: cycles run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cycles: Option<usize>,
    /// Classes, cells or calibration columns that the step worked with; absent for a step on all weights at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cells: Option<usize>,
    /// For raking that did not converge: the margin cell that is furthest from its total.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub misfit: Option<Misfit>,
    /// The weights.
    #[serde(flatten)]
    pub summary: WeightSummary,
}

/// A margin cell whose weights do not sum to its population total.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Misfit {
    /// The margin's columns.
    pub columns: Vec<String>,
    /// The cell's labels.
    pub labels: Vec<String>,
    /// Its population total.
    pub total: f64,
    /// The sum of its weights.
    pub sum: f64,
}

pub use crate::stats::diagnostic::WeightSummary;

/// The answer of one analysis.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum AnalysisResult {
    /// Means, totals, ratios, proportions.
    Rows(RowsResult),
    /// Group means and their contrasts.
    Contrast(ContrastResult),
    /// Test of independence.
    Chisq(ChisqResult),
    /// t test.
    Ttest(TtestResult),
    /// Degrees of freedom.
    Degf(DegfResult),
    /// Quantiles.
    Quantile(QuantileResult),
    /// Quality measures.
    Quality(QualityResult),
}

/// Rows of estimates and, if asked, their joint covariance.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RowsResult {
    /// One per group, variable and level.
    pub rows: Vec<EstimateRow>,
    /// Names of the rows and columns of `cov`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cov_labels: Option<Vec<String>>,
    /// Joint covariance matrix over rows without any missing value.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "serialize_cov"
    )]
    pub cov: Option<Vec<Vec<f64>>>,
}

#[expect(clippy::ref_option, reason = "serde hands fields over by reference")]
fn serialize_cov<S: Serializer>(x: &Option<Vec<Vec<f64>>>, to: S) -> Result<S::Ok, S::Error> {
    num::serialize_matrix(x.as_deref().unwrap_or_default(), to)
}

/// The levels of the grouping columns that make a group, in order.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Group(pub Vec<(String, String)>);

impl Group {
    /// The levels joined by `|`.
    ///
    /// ```
    /// use minyi::stats::plan::results::Group;
    /// let group = Group(vec![("county".to_owned(), "Yu".to_owned()), ("sex".to_owned(), "f".to_owned())]);
    /// assert_eq!(group.key(), "Yu|f");
    /// ```
    #[must_use]
    pub fn key(&self) -> String {
        let levels: Vec<&str> = self.0.iter().map(|(_, level)| level.as_str()).collect();
        levels.join("|")
    }
}

impl Serialize for Group {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(column, level)| (column, level)))
    }
}

/// One estimate.
#[derive(Clone, Debug, Serialize)]
pub struct EstimateRow {
    /// What was estimated: a column, `numerator/denominator`, `column==level`.
    pub variable: String,
    /// The level of a category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// The group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Group>,
    /// Units with a value and a weight other than 0.
    #[serde(serialize_with = "num::serialize")]
    pub n: f64,
    /// Sum of their weights.
    #[serde(serialize_with = "num::serialize")]
    pub sum_weights: f64,
    /// The estimate.
    #[serde(serialize_with = "num::serialize")]
    pub estimate: f64,
    /// Standard error.
    #[serde(serialize_with = "num::serialize")]
    pub se: f64,
    /// Variance.
    #[serde(serialize_with = "num::serialize")]
    pub var: f64,
    /// Coefficient of variation; null where the estimate is 0. Not for proportions.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "num::serialize_option"
    )]
    pub cv: Option<f64>,
    /// For totals under lonely-PSU rule `adjust`: standard error centred at the mean of all units.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "num::serialize_option"
    )]
    pub se_recentred: Option<f64>,
    /// Design effect against sampling without replacement. Not for ratios.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "num::serialize_option"
    )]
    pub deff_wor: Option<f64>,
    /// Design effect against sampling with replacement. Not for ratios.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "num::serialize_option"
    )]
    pub deff_wr: Option<f64>,
    /// Effective sample size p(1−p)/V. Proportions only, as the next two.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "num::serialize_option"
    )]
    pub n_eff: Option<f64>,
    /// Kish's effective sample size.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "num::serialize_option"
    )]
    pub n_eff_kish: Option<f64>,
    /// Number of rows that the `beta` interval counts.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "num::serialize_option"
    )]
    pub n_rows_beta: Option<f64>,
    /// Confidence intervals.
    pub ci: Vec<IntervalRow>,
}

/// One confidence interval.
#[derive(Clone, Debug, Serialize)]
pub struct IntervalRow {
    /// The method, for proportions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<&'static str>,
    /// Two-sided confidence.
    pub level: f64,
    /// Where the degrees of freedom come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub df_rule: Option<DfRule>,
    /// Degrees of freedom.
    #[serde(serialize_with = "num::serialize")]
    pub df: f64,
    /// Lower end.
    #[serde(serialize_with = "num::serialize")]
    pub low: f64,
    /// Upper end.
    #[serde(serialize_with = "num::serialize")]
    pub high: f64,
}

/// Group means, their covariance, and contrasts.
#[derive(Clone, Debug, Serialize)]
pub struct ContrastResult {
    /// Keys of the groups.
    pub groups: Vec<String>,
    /// Means of the groups.
    #[serde(serialize_with = "num::serialize_list")]
    pub estimates: Vec<f64>,
    /// Their covariance.
    #[serde(serialize_with = "num::serialize_matrix")]
    pub cov: Vec<Vec<f64>>,
    /// The contrasts.
    pub contrasts: Vec<ContrastRow>,
}

/// One contrast.
#[derive(Clone, Debug, Serialize)]
pub struct ContrastRow {
    /// Its name.
    pub id: String,
    /// The combination of the means.
    #[serde(serialize_with = "num::serialize")]
    pub estimate: f64,
    /// Standard error.
    #[serde(serialize_with = "num::serialize")]
    pub se: f64,
    /// Variance.
    #[serde(serialize_with = "num::serialize")]
    pub var: f64,
    /// Degrees of freedom.
    #[serde(serialize_with = "num::serialize")]
    pub df: f64,
    /// t statistic against 0.
    #[serde(serialize_with = "num::serialize")]
    pub t: f64,
    /// Two-sided p value.
    #[serde(serialize_with = "num::serialize")]
    pub p_value: f64,
    /// The 95 % interval.
    pub ci: Vec<IntervalRow>,
}

/// A test of independence.
#[derive(Clone, Debug, Serialize)]
pub struct ChisqResult {
    /// Number of rows.
    #[serde(serialize_with = "num::serialize")]
    pub n: f64,
    /// Levels of the rows.
    pub row_levels: Vec<String>,
    /// Levels of the columns.
    pub col_levels: Vec<String>,
    /// Sums of weights.
    #[serde(serialize_with = "num::serialize_matrix")]
    pub weighted_counts: Vec<Vec<f64>>,
    /// The statistics that were asked for.
    pub tests: Vec<ChisqRow>,
}

/// One statistic of a test of independence.
#[derive(Clone, Debug, Serialize)]
pub struct ChisqRow {
    /// Which.
    pub statistic_kind: Statistic,
    /// Its value.
    #[serde(serialize_with = "num::serialize")]
    pub statistic: f64,
    /// Numerator degrees of freedom.
    #[serde(serialize_with = "num::serialize")]
    pub ndf: f64,
    /// Denominator degrees of freedom; null for a chi-square.
    #[serde(serialize_with = "num::serialize")]
    pub ddf: f64,
    /// p value.
    #[serde(serialize_with = "num::serialize")]
    pub p_value: f64,
}

/// A t test.
#[derive(Clone, Debug, Serialize)]
pub struct TtestResult {
    /// The mean, or the second level's mean minus the first's.
    #[serde(serialize_with = "num::serialize")]
    pub estimate: f64,
    /// Standard error.
    #[serde(serialize_with = "num::serialize")]
    pub se: f64,
    /// t statistic.
    #[serde(serialize_with = "num::serialize")]
    pub t: f64,
    /// Degrees of freedom.
    #[serde(serialize_with = "num::serialize")]
    pub df: f64,
    /// Two-sided p value.
    #[serde(serialize_with = "num::serialize")]
    pub p_value: f64,
    /// The 95 % interval.
    pub ci: Vec<IntervalRow>,
}

/// Degrees of freedom.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct DegfResult {
    /// Units minus strata, or the rank of the replicates minus 1.
    #[serde(serialize_with = "num::serialize")]
    pub value: f64,
}

/// Quantiles.
#[derive(Clone, Debug, Serialize)]
pub struct QuantileResult {
    /// One per group and probability.
    pub rows: Vec<QuantileRow>,
}

/// One quantile.
#[derive(Clone, Debug, Serialize)]
pub struct QuantileRow {
    /// The group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Group>,
    /// The probability.
    pub p: f64,
    /// The quantile.
    #[serde(serialize_with = "num::serialize")]
    pub estimate: f64,
    /// Lower end of the 95 % interval.
    #[serde(serialize_with = "num::serialize")]
    pub low: f64,
    /// Upper end.
    #[serde(serialize_with = "num::serialize")]
    pub high: f64,
    /// Standard error.
    #[serde(serialize_with = "num::serialize")]
    pub se: f64,
}
