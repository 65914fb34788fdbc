//! Weighting: each step turns weights into new weights and leaves what the variance must know.

use serde::Serialize;

/// Why a weighting step is refused.
#[derive(Clone, Debug, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum WeightingError {
    /// A row in the sample has no value in a weighting variable.
    #[error("column {column}, row {row}: missing")]
    MissingValue {
        /// The column.
        column: String,
        /// The first such row.
        row: usize,
    },
    /// A response indicator that is neither 0 nor 1.
    #[error("column {column}, row {row}: neither 0 nor 1")]
    BadResponse {
        /// The column.
        column: String,
        /// The first such row.
        row: usize,
    },
    /// A nonresponse class in which nobody responded.
    #[error("class {labels:?} has no respondents")]
    ClassWithoutRespondents {
        /// The class columns.
        columns: Vec<String>,
        /// The labels of the class.
        labels: Vec<String>,
    },
    /// Two totals for one cell, or a cell with a wrong number of labels.
    #[error("cell {labels:?}: given twice or with wrong number of labels")]
    BadCell {
        /// The cell columns.
        columns: Vec<String>,
        /// The labels.
        labels: Vec<String>,
    },
    /// A population total that is negative or no number.
    #[error("cell {labels:?}: total {total}")]
    BadTotal {
        /// The cell columns.
        columns: Vec<String>,
        /// The labels.
        labels: Vec<String>,
        /// The total.
        total: f64,
    },
    /// A cell with sampled units and no population total, or total 0.
    #[error("cell {labels:?} has a sample but no total")]
    SampleWithoutTotal {
        /// The cell columns.
        columns: Vec<String>,
        /// The labels.
        labels: Vec<String>,
        /// Sum of weights in the cell.
        sample: f64,
    },
    /// A population total above 0 whose cell has no sampled unit.
    #[error("cell {labels:?} has total {total} but no sample")]
    TotalWithoutSample {
        /// The cell columns.
        columns: Vec<String>,
        /// The labels.
        labels: Vec<String>,
        /// The total.
        total: f64,
    },
    /// Raking overshot or lost all weight.
    #[error("raking has no solution")]
    RakeDiverged,
    /// A step without any unit left, or totals that sum to nothing.
    #[error("{op}: no weight in the sample")]
    NoWeight {
        /// The step.
        op: String,
    },
    /// A parameter outside its range.
    #[error("{op}: {parameter} = {value}")]
    BadParameter {
        /// The step.
        op: String,
        /// The parameter.
        parameter: String,
        /// Its value.
        value: f64,
    },
    /// An indicator or number column of a calibration without variable or level.
    #[error("calibration column {column}: variable or level is missing")]
    IncompleteColumn {
        /// Position or name of the column.
        column: String,
    },
    /// A calibration column that is 0 in the whole sample, with another total.
    #[error("calibration column {column} is 0 in the sample, total {total}")]
    EmptyColumn {
        /// The column.
        column: String,
        /// The total.
        total: f64,
    },
    /// The calibration equations are not met.
    #[error("calibration misses {column} by {misfit}")]
    NotConverged {
        /// The column with the largest misfit.
        column: String,
        /// Population total.
        total: f64,
        /// Total − weighted sample total.
        misfit: f64,
        /// Iterations run.
        iterations: usize,
    },
    /// A step that needs weights ≥ 0 after one that made some negative.
    #[error("{op}: row {row} has weight {value}")]
    NegativeWeight {
        /// The step.
        op: String,
        /// The first such row.
        row: usize,
        /// The weight.
        value: f64,
    },
    /// Trimming with no weight left inside the bounds.
    #[error("no weight is between {lower} and {upper}")]
    NothingInside {
        /// Lower bound.
        #[serde(serialize_with = "crate::stats::num::serialize")]
        lower: f64,
        /// Upper bound.
        #[serde(serialize_with = "crate::stats::num::serialize")]
        upper: f64,
    },
    /// Trimming that does not come to an end: the bounds do not leave room for the sum.
    #[error("trimming between {lower} and {upper} does not end")]
    TrimNotConverged {
        /// Lower bound.
        #[serde(serialize_with = "crate::stats::num::serialize")]
        lower: f64,
        /// Upper bound.
        #[serde(serialize_with = "crate::stats::num::serialize")]
        upper: f64,
    },
    /// A replicate in which the step is impossible.
    #[error("replicate {replicate}: {because}")]
    InReplicate {
        /// The replicate, from 1.
        replicate: usize,
        /// Why.
        because: Box<WeightingError>,
    },
}
