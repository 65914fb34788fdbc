//! Why a plan, a weighting or an estimate is refused: codes and data, no sentences for people.
//!
//! May use the error types of its siblings. Promises: a variant names the column, row, cell and
//! expected value that a sentence needs; rows count from 0 without the header.

use serde::Serialize;

use super::plan::spec::QuantileInterval;

pub use super::data::DataError;
pub use super::design::DesignError;
pub use super::weighting::WeightingError;

/// Any refusal of `stats`.
#[derive(Clone, Debug, PartialEq, Serialize, thiserror::Error)]
#[serde(untagged)]
pub enum StatsError {
    /// The data.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The sampling design.
    #[error(transparent)]
    Design(#[from] DesignError),
    /// A weighting step.
    #[error(transparent)]
    Weighting(#[from] WeightingError),
    /// An estimate.
    #[error(transparent)]
    Estimate(#[from] EstimateError),
    /// The plan itself.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

impl StatsError {
    /// The code of the refusal, e.g. `unknown_column`: the `code` field of its serialized form.
    ///
    /// ```
    /// use minyi::stats::error::{EstimateError, StatsError};
    /// assert_eq!(StatsError::from(EstimateError::Singular).code(), "singular");
    /// ```
    #[must_use]
    pub fn code(&self) -> String {
        serde_json::to_value(self)
            .ok()
            .and_then(|value| value.get("code")?.as_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

/// Why an estimate is refused.
#[derive(Clone, Debug, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum EstimateError {
    /// A proportion needs 0 and 1.
    #[error("column {column}, row {row}: {value} is neither 0 nor 1")]
    NotBinary {
        /// The column.
        column: String,
        /// The first such row.
        row: usize,
        /// Its value.
        value: f64,
    },
    /// A category without the level that the plan names.
    #[error("column {column} has no level {level}")]
    UnknownLevel {
        /// The column.
        column: String,
        /// The level.
        level: String,
    },
    /// A proportion of a category must say which level counts.
    #[error("column {column} holds labels: which level counts?")]
    LevelNeeded {
        /// The column.
        column: String,
    },
    /// A contrast of a group without rows.
    #[error("contrast {contrast}: no group {group}")]
    UnknownGroup {
        /// The contrast.
        contrast: String,
        /// The group's key.
        group: String,
    },
    /// A contrast whose groups and coefficients differ in number.
    #[error("contrast {contrast}: {groups} groups, {coefficients} coefficients")]
    UnequalContrast {
        /// The contrast.
        contrast: String,
        /// Number of groups.
        groups: usize,
        /// Number of coefficients.
        coefficients: usize,
    },
    /// A measure of a design without strata and units.
    #[error("a design of replicates has no strata and units")]
    NeedsUnits,
    /// A measure over no columns.
    #[error("no variables")]
    NoVariables,
    /// A test that needs two groups.
    #[error("column {column} has {groups} groups with data, expected 2")]
    NotTwoGroups {
        /// The column.
        column: String,
        /// Number of groups.
        groups: usize,
    },
    /// A table with fewer than two rows or columns.
    #[error("table of {rows} × {columns}: at least 2 × 2 needed")]
    TableTooSmall {
        /// Number of rows.
        rows: usize,
        /// Number of columns.
        columns: usize,
    },
    /// A matrix that has no inverse: an empty or exactly calibrated cell.
    #[error("the contrast matrix is singular")]
    Singular,
    /// A level of confidence outside (0, 1).
    #[error("confidence level {level}")]
    BadLevel {
        /// The level.
        level: f64,
    },
    /// A condition compares a column with something it cannot be compared with.
    #[error("column {column}: condition does not fit")]
    BadCondition {
        /// The column.
        column: String,
    },
    /// An interval that is made from replicates, of a design without any.
    #[error("interval {interval:?} needs replicates")]
    ReplicatesNeeded {
        /// The interval.
        interval: QuantileInterval,
    },
    /// A quantile probability outside (0, 1).
    #[error("probability {probability}")]
    BadProbability {
        /// The probability.
        probability: f64,
    },
    /// Values or weights so large that their sums or squares are no numbers.
    #[error("a sum or a square is too large for a number")]
    Overflow,
}

/// Why a plan, or one of its parts, cannot run.
#[derive(Clone, Debug, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PlanError {
    /// A kind that is not built.
    #[error("{kind} is not built")]
    NotBuilt {
        /// The kind.
        kind: String,
    },
    /// A design that the plan does not describe.
    #[error("no design {design}")]
    UnknownDesign {
        /// Its id.
        design: String,
    },
    /// Replicates of a design that has no strata and units to make them from.
    #[error("design {design} is itself one of replicates")]
    ReplicatesOfReplicates {
        /// The design.
        design: String,
    },
    /// A pipeline that the plan does not describe.
    #[error("no weighting {weighting}")]
    UnknownWeighting {
        /// Its id.
        weighting: String,
    },
    /// An analysis names another design than its pipeline.
    #[error("weighting {weighting} belongs to design {expected}, not {design}")]
    OtherDesign {
        /// The pipeline.
        weighting: String,
        /// The analysis' design.
        design: String,
        /// The pipeline's design.
        expected: String,
    },
    /// Two parts of one kind share an id.
    #[error("id {id} is used twice")]
    DuplicateId {
        /// The id.
        id: String,
    },
    /// The pipeline that an analysis uses was refused.
    #[error("weighting {weighting} was refused")]
    WeightingRefused {
        /// The pipeline.
        weighting: String,
        /// Why.
        because: Box<StatsError>,
    },
    /// No data were given.
    #[error("no data")]
    NoData,
    /// A file of replicate weights was not given.
    #[error("no file {file}")]
    MissingFile {
        /// Its name.
        file: String,
    },
    /// Inputs of a planning question that do not fit.
    #[error("inputs: {reason}")]
    BadInputs {
        /// What is wrong, for a person who writes plans.
        reason: String,
    },
    /// The plan file does not read.
    #[error("plan: {reason}")]
    Unreadable {
        /// What the reader met, with its place.
        reason: String,
    },
}
