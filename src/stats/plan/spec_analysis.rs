//! The vocabulary of analyses.
//!
//! May use serde and its sibling [`super::spec`]. Promises: unknown kinds and fields are refused.

use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::spec::{Condition, Scalar, Seed};
use crate::stats::interval::Method;
use crate::stats::quality::duplicates::PERMUTATIONS;

/// One analysis: the fields that all kinds share, and the kind.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "Map<String, Value>")]
pub struct Analysis {
    /// Name of the answer.
    pub id: String,
    /// The design.
    pub design: String,
    /// The pipeline whose weights and variance to use; absent = the design's own weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weighting: Option<String>,
    /// Conditions joined by AND.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub domain: Vec<Condition>,
    /// Columns; one answer for each combination of their levels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    /// In a reference case: the only fields to compare.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub compare: Vec<String>,
    /// In a reference case: the analysis must be refused.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub expect_error: bool,
    /// In a reference case: an engine may leave it out.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// What is estimated or tested.
    #[serde(flatten)]
    pub kind: AnalysisKind,
}

/// What is estimated or tested.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum AnalysisKind {
    /// Means, or shares of the levels of a category.
    Mean {
        /// Columns.
        variables: Vec<String>,
        /// True: also the joint covariance matrix.
        #[serde(default)]
        cov: bool,
        /// Confidence intervals.
        #[serde(default)]
        ci: Vec<Interval>,
    },
    /// Totals, or totals of the levels of a category.
    Total {
        /// Columns.
        variables: Vec<String>,
        /// True: also the joint covariance matrix.
        #[serde(default)]
        cov: bool,
        /// Confidence intervals.
        #[serde(default)]
        ci: Vec<Interval>,
    },
    /// A ratio of two totals.
    Ratio {
        /// Column above.
        numerator: String,
        /// Column below.
        denominator: String,
        /// Confidence intervals.
        #[serde(default)]
        ci: Vec<Interval>,
    },
    /// A proportion with intervals made for proportions.
    Proportion {
        /// A 0/1 column, or a category together with `level`.
        variable: String,
        /// The level that counts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<String>,
        /// Confidence intervals, each by several methods.
        #[serde(default)]
        ci: Vec<Interval>,
    },
    /// Linear combinations of the means of groups.
    Contrast {
        /// A number column, or a category together with `level`.
        variable: String,
        /// The level that counts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<String>,
        /// Degrees of freedom.
        df: DfRule,
        /// The combinations.
        contrasts: Vec<Contrast>,
    },
    /// Test of independence of two categories.
    Chisq {
        /// Column of the rows.
        row: String,
        /// Column of the columns.
        col: String,
        /// Which statistics.
        statistics: Vec<Statistic>,
    },
    /// Test of a mean against 0, or of a difference of two means.
    Ttest {
        /// The column.
        variable: String,
        /// A category with two levels; absent = one sample.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<String>,
    },
    /// Design degrees of freedom.
    Degf {},
    /// Whether the first answer of a scale is chosen more often where it stands first.
    DirectionContrast {
        /// A category: the answers.
        variable: String,
        /// The answer at the scale's beginning.
        level: String,
        /// A category: the direction that each respondent saw, drawn by chance.
        arm: String,
        /// The direction that begins with `level`.
        forward: String,
    },
    /// Whether answers differ between the web and other modes.
    ModeContrast {
        /// A category: the answers.
        variable: String,
        /// The answer whose share is compared.
        level: String,
        /// A category: how each respondent answered.
        mode: String,
        /// The mode that is compared with all others.
        web: String,
    },
    /// Whether identical answers sit together in a unit more than chance puts them there.
    DuplicateRuns {
        /// The columns that make a vector of answers.
        variables: Vec<String>,
        /// The column that names the unit.
        unit: String,
        /// Permutations; the smallest p value is one over one more than these.
        #[serde(default = "permutations")]
        permutations: u32,
        /// Seed of the random streams.
        seed: Seed,
    },
    /// Quantiles.
    Quantile {
        /// The column.
        variable: String,
        /// Which quantiles, in (0, 1).
        probs: Vec<f64>,
        /// How the interval is made.
        #[serde(default)]
        interval: QuantileInterval,
        /// Which quantile between two values.
        #[serde(default)]
        qrule: QuantileRule,
    },
}

impl AnalysisKind {
    /// Its name in plans.
    ///
    /// ```
    /// use minyi::stats::plan::spec::AnalysisKind;
    /// assert_eq!(AnalysisKind::Degf {}.name(), "degf");
    /// ```
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Mean { .. } => "mean",
            Self::Total { .. } => "total",
            Self::Ratio { .. } => "ratio",
            Self::Proportion { .. } => "proportion",
            Self::Contrast { .. } => "contrast",
            Self::Chisq { .. } => "chisq",
            Self::Ttest { .. } => "ttest",
            Self::Degf {} => "degf",
            Self::DirectionContrast { .. } => "direction_contrast",
            Self::ModeContrast { .. } => "mode_contrast",
            Self::DuplicateRuns { .. } => "duplicate_runs",
            Self::Quantile { .. } => "quantile",
        }
    }
}

const fn permutations() -> u32 {
    PERMUTATIONS
}

/// The fields that every kind shares, as they stand in a plan.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shared {
    id: String,
    design: String,
    #[serde(default)]
    weighting: Option<String>,
    #[serde(default)]
    domain: Vec<Condition>,
    #[serde(default)]
    by: Vec<String>,
    #[serde(default)]
    compare: Vec<String>,
    #[serde(default)]
    expect_error: bool,
    #[serde(default)]
    optional: bool,
}

/// Names of [`Shared`], and remarks that are passed over.
const SHARED: &[&str] = &[
    "id",
    "design",
    "weighting",
    "domain",
    "by",
    "compare",
    "expect_error",
    "optional",
];
const REMARKS: &[&str] = &["notes", "title"];

impl TryFrom<Map<String, Value>> for Analysis {
    type Error = serde_json::Error;

    fn try_from(fields: Map<String, Value>) -> Result<Self, Self::Error> {
        let (shared, own): (Map<_, _>, Map<_, _>) = fields
            .into_iter()
            .filter(|(name, _)| !REMARKS.contains(&name.as_str()))
            .partition(|(name, _)| SHARED.contains(&name.as_str()));
        let shared: Shared = serde_json::from_value(Value::Object(shared))?;
        let kind = serde_json::from_value(Value::Object(own))?;
        Ok(Self {
            id: shared.id,
            design: shared.design,
            weighting: shared.weighting,
            domain: shared.domain,
            by: shared.by,
            compare: shared.compare,
            expect_error: shared.expect_error,
            optional: shared.optional,
            kind,
        })
    }
}

/// A confidence interval to give.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// Two-sided confidence, e.g. 0.95. The ends of the 0.90 interval are one-sided 95 % bounds.
    pub level: f64,
    /// Degrees of freedom of the t quantile.
    pub df: DfRule,
    /// Methods, for proportions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<Method>,
}

/// Where degrees of freedom come from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DfRule {
    /// The whole design.
    Design,
    /// The rows of the domain.
    Domain,
    /// Normal quantiles.
    Infinite,
    /// As given.
    Number(f64),
}

/// How the interval of a quantile is made. All but `quantile` turn an interval for the share at or
/// below the quantile into one for the quantile (Woodruff).
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum QuantileInterval {
    /// Wald interval of the share.
    #[default]
    Mean,
    /// Korn–Graubard interval of the share.
    Beta,
    /// Wald interval of the share's log odds.
    Xlogit,
    /// Wald interval of the arcsine of the share's root.
    Asin,
    /// Shares for which a score test does not refuse the quantile. Linearized designs only.
    Score,
    /// Wald interval of the quantile, its variance from the replicates of the quantile.
    Quantile,
}

/// Which number is the quantile where the distribution function jumps or rests.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum QuantileRule {
    /// The smallest value with at least the share; the same as `hf1`.
    #[default]
    Math,
    /// As `math`, halfway to the next value where the share is met exactly; the same as `hf2`.
    School,
    /// Shah and Vaish's order statistic.
    Shahvaish,
    /// Type 1 of Hyndman and Fan, with weights; so the others.
    Hf1,
    /// Type 2.
    Hf2,
    /// Type 3.
    Hf3,
    /// Type 4.
    Hf4,
    /// Type 5.
    Hf5,
    /// Type 6.
    Hf6,
    /// Type 7.
    Hf7,
    /// Type 8.
    Hf8,
    /// Type 9.
    Hf9,
}

impl QuantileRule {
    /// True if the rule asks for the weights of single rows among equal values, in the order of the
    /// rows, and not only for their sum.
    ///
    /// ```
    /// use minyi::stats::plan::spec::QuantileRule;
    /// assert!(!QuantileRule::Math.depends_on_rows() && QuantileRule::Hf7.depends_on_rows());
    /// ```
    #[must_use]
    pub fn depends_on_rows(self) -> bool {
        !matches!(
            self,
            Self::Math | Self::School | Self::Hf1 | Self::Hf2 | Self::Hf3
        )
    }
}

/// A linear combination of group means.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Contrast {
    /// Name.
    pub id: String,
    /// Groups: levels of `by`, several joined by `|`.
    pub groups: Vec<String>,
    /// One coefficient per group.
    pub coefficients: Vec<f64>,
}

/// A statistic of the test of independence.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Statistic {
    /// Second-order Rao–Scott, F.
    F,
    /// First-order Rao–Scott, chi-square.
    Chisq,
    /// Wald, F.
    Wald,
    /// Wald with adjusted degrees of freedom.
    #[serde(rename = "adjWald")]
    AdjWald,
}

/// Writes an infinite or finite degrees-of-freedom rule; see [`DfRule`].
impl Serialize for DfRule {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Design => to.serialize_str("design"),
            Self::Domain => to.serialize_str("domain"),
            Self::Infinite => to.serialize_str("inf"),
            Self::Number(df) => to.serialize_f64(*df),
        }
    }
}

impl<'de> Deserialize<'de> for DfRule {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Scalar::deserialize(from)? {
            Scalar::Number(df) if df > 0.0 => Ok(Self::Number(df)),
            Scalar::Text(word) if word == "design" => Ok(Self::Design),
            Scalar::Text(word) if word == "domain" => Ok(Self::Domain),
            Scalar::Text(word) if word == "inf" => Ok(Self::Infinite),
            Scalar::Number(df) => Err(de::Error::custom(format!("degrees of freedom {df}"))),
            Scalar::Text(word) => Err(de::Error::custom(format!("degrees-of-freedom rule {word}"))),
        }
    }
}
