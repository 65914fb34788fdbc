//! Covariance from replicates of an estimate, and the replicate weights themselves.
//!
//! May use `num`, `data`, the plan's vocabulary. Promises: replicates are taken in order; one in
//! which an estimate does not exist is left out, as in R. Sources: Wolter, *Introduction to Variance
//! Estimation*, 2nd ed. 2007, ch. 3–5; Rao, Wu and Yue, Survey Methodology 18 (1992), pp. 209–217. R:
//! `survey:::svrVar`.

#![expect(
    clippy::indexing_slicing,
    reason = "replicates and rows are dense indices of one table"
)]

use std::sync::Arc;

use crate::stats::data::Table;
use crate::stats::design::{DesignError, checked_weights};
use crate::stats::error::StatsError;
use crate::stats::num;
use crate::stats::plan::spec::ReplicateSpec;
use crate::stats::weighting::WeightingError;

/// Rank tolerance of the replicate weights (R's `degf` uses the same).
const RANK_TOLERANCE: f64 = 1e-5;

/// Replicate weights with the constants of their variance.
#[derive(Clone, Debug)]
pub(crate) struct Replicates {
    /// Replicate → full weight of each row.
    pub(crate) weights: Vec<Vec<f64>>,
    pub(crate) scale: f64,
    pub(crate) rscales: Arc<[f64]>,
    pub(crate) mse: bool,
    /// True: they came with the data; adjustments for nonresponse are then taken as fixed.
    pub(crate) given: bool,
}

/// How a weighting step reaches the replicates.
pub(crate) enum Adjustment<'a> {
    /// Every replicate goes through the step itself.
    Each,
    /// Every replicate takes over the full sample's factors.
    Ratio {
        /// Full-sample weights before the step.
        before: &'a [f64],
        /// Full-sample weights after it.
        after: &'a [f64],
    },
}

impl Replicates {
    /// Replicate weights of a file, with the sampling weights they belong to.
    pub(crate) fn given(
        spec: &ReplicateSpec,
        table: &Table,
        file: &Table,
    ) -> Result<(Vec<f64>, Self), StatsError> {
        let full = checked_weights(table, &spec.weights)?;
        let names: Vec<&String> = file
            .names()
            .iter()
            .filter(|name| name.starts_with(&spec.repweights_columns))
            .collect();
        let bad = |reason: String| DesignError::BadReplicates { reason };
        if names.is_empty() || names.len() != spec.rscales.len() {
            return Err(bad(format!(
                "{} columns {}*, {} rscales",
                names.len(),
                spec.repweights_columns,
                spec.rscales.len()
            ))
            .into());
        }
        if file.rows() != table.rows() {
            return Err(bad(format!(
                "{} rows of replicate weights, {} rows of data",
                file.rows(),
                table.rows()
            ))
            .into());
        }
        let usable = |x: &f64| x.is_finite() && *x >= 0.0;
        if !spec.rscales.iter().all(usable) || !usable(&spec.scale) {
            return Err(bad("scale and rscales must be at least 0".to_owned()).into());
        }
        let mut weights = Vec::with_capacity(names.len());
        for name in names {
            let mut values = checked_weights(file, name)?;
            if !spec.combined {
                values.iter_mut().zip(&full).for_each(|(v, w)| *v *= w);
            }
            weights.push(values);
        }
        Ok((
            full,
            Self {
                weights,
                scale: spec.scale,
                rscales: spec.rscales.clone().into(),
                mse: spec.mse,
                given: true,
            },
        ))
    }

    /// Takes the replicates through a weighting step.
    pub(crate) fn adjust(
        &mut self,
        adjustment: &Adjustment<'_>,
        step: impl Fn(&mut [f64]) -> Result<(), WeightingError>,
    ) -> Result<(), WeightingError> {
        for (at, weights) in self.weights.iter_mut().enumerate() {
            match adjustment {
                Adjustment::Ratio { before, after } => {
                    for (w, (before, after)) in weights.iter_mut().zip(before.iter().zip(*after)) {
                        *w = if *before == 0.0 {
                            0.0
                        } else {
                            *w * after / before
                        };
                    }
                }
                Adjustment::Each => {
                    step(weights).map_err(|because| WeightingError::InReplicate {
                        replicate: at + 1,
                        because: Box::new(because),
                    })?;
                }
            }
        }
        Ok(())
    }

    /// Covariance of estimates from their replicates (replicate → estimate → value).
    pub(crate) fn covariance(&self, full: &[f64], thetas: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let k = full.len();
        let kept: Vec<usize> = (0..thetas.len())
            .filter(|r| thetas[*r].iter().all(|x| !x.is_nan()))
            .collect();
        if kept.is_empty() {
            return vec![vec![f64::NAN; k]; k];
        }
        let centre: Vec<f64> = if self.mse {
            full.to_vec()
        } else {
            let counted: Vec<usize> = kept
                .iter()
                .copied()
                .filter(|r| self.rscales[*r] > 0.0)
                .collect();
            (0..k)
                .map(|a| num::sum(counted.iter().map(|r| thetas[*r][a])) / num::real(counted.len()))
                .collect()
        };
        let mut cov = vec![vec![0.0; k]; k];
        for r in kept {
            for a in 0..k {
                let da = (thetas[r][a] - centre[a]) * self.rscales[r];
                for b in 0..k {
                    cov[a][b] += da * (thetas[r][b] - centre[b]);
                }
            }
        }
        for row in &mut cov {
            for v in row {
                *v *= self.scale;
            }
        }
        cov
    }

    /// Rank of the replicate weights of these rows, as R's `qr(…, tol = 1e-5)` finds it: a column is
    /// set aside if what the earlier ones leave of it is shorter than the tolerance times its length.
    pub(crate) fn rank(&self, rows: &[u32]) -> f64 {
        let mut basis: Vec<Vec<f64>> = Vec::new();
        for weights in &self.weights {
            let mut column: Vec<f64> = rows.iter().map(|row| weights[num::at(*row)]).collect();
            let length = norm(&column);
            for _ in 0..2 {
                for other in &basis {
                    let share: f64 = column.iter().zip(other).map(|(a, b)| a * b).sum();
                    for (a, b) in column.iter_mut().zip(other) {
                        *a -= share * b;
                    }
                }
            }
            let left = norm(&column);
            if left > RANK_TOLERANCE * length {
                for x in &mut column {
                    *x /= left;
                }
                basis.push(column);
            }
        }
        num::real(basis.len())
    }
}

fn norm(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum::<f64>().sqrt()
}
