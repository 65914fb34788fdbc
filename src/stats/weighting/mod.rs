//! Weighting: each step turns weights into new weights and leaves what the variance must know.
//!
//! May use `data`, `sample`, `diagnostic`, `num`. Promises: steps are applied in the plan's order;
//! replicates go through the same steps; an error names the column, row or cell.

mod calibrate;
mod nonresponse;
mod poststratify;
mod rake;
mod replicated;
pub(crate) mod residual;
mod trim;

use serde::Serialize;

use super::data::Table;
use super::diagnostic::WeightSummary;
use super::error::StatsError;
use super::plan::results::StepResult;
use super::plan::spec::Step;
use super::sample::{Basis, Sample};
use super::variance::replicate::Origin;
use calibrate::Calibrate;
use nonresponse::Nonresponse;
use poststratify::CellTotals;
use rake::{Rake, Stop};
use trim::{Bound, Trim};

/// A step that has been checked against its data.
#[derive(Clone, Debug)]
enum Prepared {
    Nonresponse(Nonresponse),
    Poststratify(CellTotals),
    Rake(Rake),
    Calibrate(Calibrate),
    Trim(Trim),
    ScaleTo(f64),
}

impl Prepared {
    fn new(step: &Step, table: &Table, present: &[bool]) -> Result<Self, StatsError> {
        Ok(match step {
            Step::NonresponseClass {
                classes,
                response,
                method,
            } => Self::Nonresponse(Nonresponse::new(
                table, present, classes, response, *method,
            )?),
            Step::Poststratify { totals, partial } => {
                Self::Poststratify(CellTotals::new(table, present, totals, *partial)?)
            }
            Step::Rake {
                margins,
                epsilon,
                maxit,
            } => Self::Rake(Rake::new(table, present, margins, *epsilon, *maxit)?),
            Step::Calibrate {
                model,
                columns,
                lower,
                upper,
                epsilon,
                ..
            } => Self::Calibrate(Calibrate::new(
                table,
                present,
                columns,
                *model,
                (*lower, *upper),
                *epsilon,
            )?),
            Step::Trim {
                lower,
                upper,
                lower_percentile,
                upper_percentile,
                within,
                strict,
            } => {
                let bounds = (
                    bound("lower", *lower, *lower_percentile, f64::NEG_INFINITY)?,
                    bound("upper", *upper, *upper_percentile, f64::INFINITY)?,
                );
                Self::Trim(Trim::new(table, present, within, bounds, *strict)?)
            }
            Step::ScaleTo { total } if total.is_finite() && *total > 0.0 => Self::ScaleTo(*total),
            Step::ScaleTo { total } => {
                return Err(WeightingError::BadParameter {
                    op: "scale_to".to_owned(),
                    parameter: "total".to_owned(),
                    value: *total,
                }
                .into());
            }
        })
    }

    /// Classes, cells or columns that the step works with.
    fn cells(&self) -> Option<usize> {
        match self {
            Self::Nonresponse(classes) => Some(classes.len()),
            Self::Poststratify(cells) => Some(cells.cells()),
            Self::Rake(margins) => Some(margins.margin_cells()),
            Self::Calibrate(columns) => Some(columns.len()),
            Self::Trim(bounds) => Some(bounds.classes()),
            Self::ScaleTo(_) => None,
        }
    }

    /// Applies the step to weights of the full sample or of a replicate.
    fn apply(
        &self,
        weights: &mut [f64],
        counts: Option<&[f64]>,
        stop: Stop,
    ) -> Result<Option<rake::Raked>, WeightingError> {
        match self {
            Self::Nonresponse(classes) => classes.apply(weights, counts)?,
            Self::Poststratify(cells) => cells.apply(weights, counts)?,
            Self::Rake(margins) => return margins.apply(weights, counts, stop).map(Some),
            Self::Calibrate(columns) => columns.apply(weights, counts)?,
            Self::Trim(bounds) => bounds.apply(weights, counts)?,
            Self::ScaleTo(total) => {
                let sum = WeightSummary::of(weights, counts).sum;
                if sum == 0.0 {
                    return Err(WeightingError::NoWeight {
                        op: "scale_to".to_owned(),
                    });
                }
                for w in weights {
                    *w *= total / sum;
                }
            }
        }
        Ok(None)
    }
}

fn bound(
    parameter: &str,
    absolute: Option<f64>,
    percentile: Option<f64>,
    none: f64,
) -> Result<Bound, WeightingError> {
    match (absolute, percentile) {
        (Some(value), Some(_)) => Err(WeightingError::BadParameter {
            op: "trim".to_owned(),
            parameter: parameter.to_owned(),
            value,
        }),
        (Some(value), None) => Ok(Bound::Absolute(value)),
        (None, Some(percent)) => Ok(Bound::Percentile(percent)),
        (None, None) => Ok(Bound::Absolute(none)),
    }
}

/// Applies a pipeline to a sample. The sample's replicates, if any, go through the same steps.
///
/// ```
/// use std::sync::Arc;
///
/// use minyi::stats::data::{Column, Table};
/// use minyi::stats::design::Design;
/// use minyi::stats::plan::spec::{Step, TaylorSpec};
/// use minyi::stats::sample::Sample;
/// use minyi::stats::weighting;
///
/// let table = Table::new(vec![("w".to_owned(), Column::Number(vec![2.0, 3.0]))]).unwrap();
/// let spec = TaylorSpec { weights: Some("w".to_owned()), ..TaylorSpec::default() };
/// let sample = Sample::new(Arc::new(Design::new(&spec, &table).unwrap()));
/// let (sample, done) = weighting::apply(sample, &table, &[Step::ScaleTo { total: 100.0 }]).unwrap();
/// assert_eq!(sample.weights(), [40.0, 60.0]);
/// assert_eq!(done[0].summary.sum, 100.0);
/// ```
pub fn apply(
    mut sample: Sample,
    table: &Table,
    steps: &[Step],
) -> Result<(Sample, Vec<StepResult>), StatsError> {
    let mut done = Vec::with_capacity(steps.len());
    for step in steps {
        let result = apply_step(&mut sample, table, step)?;
        done.push(result);
    }
    Ok((sample, done))
}

fn apply_step(sample: &mut Sample, table: &Table, step: &Step) -> Result<StepResult, StatsError> {
    let prepared = Prepared::new(step, table, &sample.present)?;
    let before = sample.weights.clone();
    let present = sample.present.clone();
    let counts = sample.counts.clone();
    let counts = counts.as_deref();
    let raked = prepared.apply(&mut sample.weights, counts, Stop::ByRule)?;
    if let Prepared::Nonresponse(classes) = &prepared {
        for (row, present) in sample.present.iter_mut().enumerate() {
            *present = classes.stays(row);
        }
    }
    match &mut sample.basis {
        Basis::Linear { residuals, .. } => {
            let after = || sample.weights.clone();
            match (&prepared, &raked) {
                (Prepared::Poststratify(step), _) => {
                    residuals.push(step.residual(before, after()));
                }
                (Prepared::Rake(step), Some(raked)) if raked.cycles > 0 => {
                    residuals.push(step.residual(before, counts, raked));
                }
                (Prepared::Calibrate(step), _) => {
                    residuals.push(step.residual(before, after(), counts));
                }
                _ => {}
            }
        }
        Basis::Replicate(replicates) => {
            let given = matches!(replicates.origin, Origin::Given);
            if given && matches!(prepared, Prepared::Nonresponse(_)) {
                replicates.follow(&before, &sample.weights);
            } else {
                let follow = Stop::After(raked.as_ref().map_or(0, |raked| raked.cycles));
                replicated::apply(replicates, step, table, &present, follow)?;
            }
        }
    }
    Ok(StepResult {
        op: step.op(),
        converged: raked.as_ref().map(|raked| raked.converged),
        cycles: raked.as_ref().map(|raked| raked.cycles),
        cells: prepared.cells(),
        misfit: raked.and_then(|raked| raked.misfit),
        summary: WeightSummary::of(&sample.weights, counts),
    })
}

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
