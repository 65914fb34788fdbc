//! One quantity to estimate: its point, its influence values, its replicates; and several jointly.
//!
//! May use `sample`, `variance`, `num`. Promises: one mechanism for means, totals and ratios, for
//! designs and replicates, before and after weighting.

#![expect(
    clippy::indexing_slicing,
    reason = "rows are indices of the sample's table"
)]

use std::sync::Arc;

use crate::stats::error::{EstimateError, StatsError};
use crate::stats::num::{self, Sum};
use crate::stats::sample::{Basis, Sample};
use crate::stats::variance::linear;
use crate::stats::variance::replicate::Replicates;

/// Larger linearized values have no squares that could be summed.
const LARGEST: f64 = 1e140;

/// What is done with the values.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Form {
    /// Σ w y / Σ w.
    Mean,
    /// Σ w y.
    Total,
    /// Σ w y / Σ w x.
    Ratio,
}

/// A quantity over some rows, all of them without missing values.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) form: Form,
    pub(crate) rows: Arc<[u32]>,
    pub(crate) y: Vec<f64>,
    /// The denominator's values of a ratio, else empty.
    pub(crate) x: Vec<f64>,
}

impl Target {
    /// A mean or a total.
    pub(crate) fn new(form: Form, rows: Arc<[u32]>, y: Vec<f64>) -> Self {
        Self {
            form,
            rows,
            y,
            x: Vec::new(),
        }
    }

    /// The point under these weights.
    pub(crate) fn value(&self, weights: &[f64], counts: Option<&[f64]>) -> f64 {
        let (above, below) = self.sums(weights, counts);
        match self.form {
            Form::Total => above,
            Form::Mean | Form::Ratio => num::divide(above, below),
        }
    }

    /// Σ w y, and what it is divided by.
    fn sums(&self, weights: &[f64], counts: Option<&[f64]>) -> (f64, f64) {
        let (mut above, mut below) = (Sum::default(), Sum::default());
        for (at, row) in self.rows.iter().map(|row| num::at(*row)).enumerate() {
            let w = counts.map_or(1.0, |c| c[row]) * weights[row];
            if w == 0.0 {
                continue;
            }
            above.add(w * self.y[at]);
            match self.form {
                Form::Mean => below.add(w),
                Form::Ratio => below.add(w * self.x[at]),
                Form::Total => {}
            }
        }
        (above.value(), below.value())
    }

    /// The point in every replicate.
    fn replicated(&self, replicates: &Replicates, counts: Option<&[f64]>) -> Vec<f64> {
        let count = |row: &u32| counts.map_or(1.0, |c| c[num::at(*row)]);
        let times_count = |values: &[f64]| -> Vec<f64> {
            let rows = self.rows.iter().zip(values);
            rows.map(|(row, value)| count(row) * value).collect()
        };
        let mut values = vec![times_count(&self.y)];
        match self.form {
            Form::Total => {}
            Form::Mean => values.push(self.rows.iter().map(count).collect()),
            Form::Ratio => values.push(times_count(&self.x)),
        }
        let point = |sums: Vec<f64>| match sums[..] {
            [above, below] => num::divide(above, below),
            _ => sums.first().copied().unwrap_or(0.0),
        };
        replicates
            .sums(&self.rows, &values)
            .into_iter()
            .map(point)
            .collect()
    }

    /// The linearized value of one unit of each row of the table.
    pub(crate) fn influence(&self, sample: &Sample) -> Vec<f64> {
        let (above, below) = self.sums(&sample.weights, sample.counts());
        let mut z = vec![0.0; sample.rows()];
        for (at, row) in self.rows.iter().map(|row| num::at(*row)).enumerate() {
            let w = sample.weights[row];
            if w == 0.0 {
                continue;
            }
            z[row] = match self.form {
                Form::Total => w * self.y[at],
                Form::Mean => w * (self.y[at] - above / below) / below,
                Form::Ratio => w * (self.y[at] - above / below * self.x[at]) / below,
            };
        }
        z
    }
}

/// Several estimates and their covariance.
#[derive(Clone, Debug)]
pub(crate) struct Joint {
    pub(crate) values: Vec<f64>,
    pub(crate) cov: Vec<Vec<f64>>,
    /// Replicate → estimate → value; empty for a linearized design.
    pub(crate) thetas: Vec<Vec<f64>>,
}

impl Joint {
    /// What does not exist has no variance either; what is too large for a number is refused.
    fn settle(&mut self) -> Result<(), EstimateError> {
        let numbers = || self.values.iter().chain(self.cov.iter().flatten());
        if numbers().any(|x| x.is_infinite()) {
            return Err(EstimateError::Overflow);
        }
        for at in (0..self.values.len()).filter(|at| self.values[*at].is_nan()) {
            self.cov[at].fill(f64::NAN);
            for row in &mut self.cov {
                row[at] = f64::NAN;
            }
        }
        Ok(())
    }
}

/// Estimates quantities jointly. `rows` are the rows of the design at hand (the domain): without
/// calibration, a stratum in which none of them lies does not count.
pub(crate) fn joint(
    sample: &Sample,
    targets: &[Target],
    rows: &[u32],
) -> Result<Joint, StatsError> {
    let values: Vec<f64> = targets
        .iter()
        .map(|target| target.value(&sample.weights, sample.counts()))
        .collect();
    let mut joint = estimated(sample, targets, rows, values)?;
    joint.settle()?;
    Ok(joint)
}

fn estimated(
    sample: &Sample,
    targets: &[Target],
    rows: &[u32],
    values: Vec<f64>,
) -> Result<Joint, StatsError> {
    match &sample.basis {
        Basis::Linear { design, residuals } => {
            let mut influence: Vec<Vec<f64>> = targets
                .iter()
                .map(|target| target.influence(sample))
                .collect();
            for z in &mut influence {
                for residual in residuals {
                    residual.apply(z, sample.counts());
                }
            }
            let cov = linear::covariance(design, &influence, &used(sample, rows))?;
            if cov.iter().flatten().any(|x| x.is_nan()) {
                let mut existing = influence.iter().zip(&values).filter(|(_, v)| !v.is_nan());
                if !existing.all(|(z, _)| z.iter().all(|z| z.abs() < LARGEST)) {
                    return Err(EstimateError::Overflow.into());
                }
            }
            Ok(Joint {
                values,
                cov,
                thetas: Vec::new(),
            })
        }
        Basis::Replicate(replicates) => {
            let each: Vec<Vec<f64>> = targets
                .iter()
                .map(|target| target.replicated(replicates, sample.counts()))
                .collect();
            let thetas: Vec<Vec<f64>> = (0..replicates.factors.len())
                .map(|r| each.iter().map(|thetas| thetas[r]).collect())
                .collect();
            Ok(Joint {
                cov: replicates.covariance(&values, &thetas),
                values,
                thetas,
            })
        }
    }
}

/// Marks the rows of the design at hand.
pub(crate) fn used(sample: &Sample, rows: &[u32]) -> Vec<bool> {
    if sample.keeps_all_rows() {
        return sample.present.clone();
    }
    let mut used = vec![false; sample.rows()];
    for row in rows {
        used[num::at(*row)] = true;
    }
    used
}
