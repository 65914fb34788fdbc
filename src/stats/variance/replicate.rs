//! Covariance from replicates of an estimate, and the replicate weights themselves.
//!
//! A row's weight in a replicate is its base weight times the factor of its cell. Cells begin as the
//! sampling units (or the rows, where weights are given by row) and are split by every weighting step,
//! which multiplies all weights of such a cell by one factor; so a replicate costs its cells, whatever
//! the number of rows.
//!
//! May use `num`, `data`, `design`, `replicates`, the plan's vocabulary. Promises: replicates are taken
//! in order; one in which an estimate does not exist is left out, as in R. Sources: Wolter, *Introduction
//! to Variance Estimation*, 2nd ed. 2007, ch. 3–5. R: `survey:::svrVar`.

#![expect(
    clippy::indexing_slicing,
    reason = "replicates, cells and rows are dense indices of one table"
)]

use std::sync::Arc;

use super::factors::Factors;
use crate::stats::data::{Cells, Table};
use crate::stats::design::{Design, DesignError, checked_weights};
use crate::stats::error::StatsError;
use crate::stats::num;
use crate::stats::plan::spec::{ReplicateMethod, ReplicateSpec};
use crate::stats::replicates::{self, Behaviour, MOST_FACTORS, UnitFactors};

/// Rank tolerance of the replicate weights (R's `degf` uses the same).
const RANK_TOLERANCE: f64 = 1e-5;

/// Replicate weights with the constants of their variance.
#[derive(Clone, Debug)]
pub(crate) struct Replicates {
    /// Row → weight that the factors multiply.
    pub(crate) base: Arc<[f64]>,
    /// Row → cell, cell → first row.
    pub(crate) cells: Arc<Cells>,
    /// Replicate → cell → factor.
    pub(crate) factors: Factors,
    pub(crate) scale: f64,
    pub(crate) rscales: Arc<[f64]>,
    pub(crate) mse: bool,
    pub(crate) origin: Origin,
}

/// Where replicates come from.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// With the data; adjustments for nonresponse are then taken as fixed.
    Given,
    /// Made from a design; every step is repeated in every replicate.
    Made {
        design: Arc<Design>,
        strata: Arc<[Behaviour]>,
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
        let mut factors = Vec::with_capacity(names.len());
        for name in names {
            let mut values = checked_weights(file, name)?;
            if !spec.combined {
                values.iter_mut().zip(&full).for_each(|(v, w)| *v *= w);
            }
            factors.push(values);
        }
        let replicates = Self {
            base: vec![1.0; table.rows()].into(),
            cells: Arc::new(Cells::each(table.rows())),
            factors: Factors::new(factors),
            scale: spec.scale,
            rscales: spec.rscales.clone().into(),
            mse: spec.mse,
            origin: Origin::Given,
        };
        Ok((full, replicates))
    }

    /// Replicate weights made from a design.
    pub(crate) fn made(
        design: &Arc<Design>,
        method: &ReplicateMethod,
        mse: bool,
    ) -> Result<Self, DesignError> {
        let made = replicates::unit_factors(design, method)?;
        let stage = &design.stages[0];
        let mut first = vec![u32::MAX; stage.stratum.len()];
        for (row, unit) in stage.unit.iter().enumerate().rev() {
            first[num::at(*unit)] = num::index(row);
        }
        Ok(Self {
            base: design.weights.clone().into(),
            cells: Arc::new(Cells {
                codes: stage.unit.clone(),
                first,
            }),
            factors: Factors::new(made.factors),
            scale: made.scale,
            rscales: made.rscales.into(),
            mse,
            origin: Origin::Made {
                design: Arc::clone(design),
                strata: made.strata.into(),
            },
        })
    }

    /// The cells, each split by another code.
    pub(crate) fn split(&self, by: &Cells) -> Result<Cells, DesignError> {
        if self.cells.len() == self.cells.codes.len() {
            return Ok(Cells::clone(&self.cells));
        }
        let cells = self.cells.cross(&by.codes, by.len());
        let replicates = self.factors.len();
        if replicates.saturating_mul(cells.len()) > MOST_FACTORS {
            return Err(DesignError::TooManyFactors {
                replicates,
                cells: cells.len(),
                most: MOST_FACTORS,
            });
        }
        Ok(cells)
    }

    /// Every factor times what the full sample's weights were multiplied with: all replicates take
    /// over the full sample's factors. For weights given by row.
    pub(crate) fn follow(&mut self, before: &[f64], after: &[f64]) {
        self.factors.change(|factors| {
            for (w, (before, after)) in factors.iter_mut().zip(before.iter().zip(after)) {
                *w = if *before == 0.0 {
                    0.0
                } else {
                    *w * after / before
                };
            }
        });
    }

    /// Weight of a row in a replicate.
    pub(crate) fn weight(&self, replicate: usize, row: usize) -> f64 {
        self.base[row]
            * self
                .factors
                .of_cell(replicate, num::at(self.cells.codes[row]))
    }

    /// Sums of values times weights in every replicate. Each vector has one value per entry of `rows`,
    /// already multiplied with what the row counts for.
    pub(crate) fn sums(&self, rows: &[u32], values: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let k = values.len();
        // One pass over the rows; after it everything is per cell.
        let mut place = vec![u32::MAX; self.cells.len()];
        let mut cells: Vec<usize> = Vec::new();
        let mut sums: Vec<f64> = Vec::new();
        for (at, row) in rows.iter().map(|row| num::at(*row)).enumerate() {
            let cell = num::at(self.cells.codes[row]);
            if place[cell] == u32::MAX {
                place[cell] = num::index(cells.len());
                cells.push(cell);
                sums.resize(sums.len() + k, 0.0);
            }
            let sums = &mut sums[num::at(place[cell]) * k..][..k];
            for (sum, values) in sums.iter_mut().zip(values) {
                *sum += self.base[row] * values[at];
            }
        }
        (0..self.factors.len())
            .map(|replicate| {
                let factors = self.factors.of_replicate(replicate, self.cells.len());
                let mut total = vec![num::Sum::default(); k];
                for (cell, sums) in cells.iter().zip(sums.chunks_exact(k.max(1))) {
                    let factor = factors[*cell];
                    if factor != 0.0 {
                        for (total, sum) in total.iter_mut().zip(sums) {
                            total.add(factor * sum);
                        }
                    }
                }
                total.into_iter().map(num::Sum::value).collect()
            })
            .collect()
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

    /// Rank of the replicate weights of these rows. Of replicates that were made it is the rank of
    /// their factors before any weighting, which is what it is on the paper; of given ones it is
    /// computed.
    pub(crate) fn rank(&self, rows: &[u32], weights: &[f64]) -> f64 {
        let Origin::Made { design, strata } = &self.origin else {
            return self.computed_rank(rows);
        };
        let stage = &design.stages[0];
        let mut seen = vec![false; stage.stratum.len()];
        let mut touched = vec![0.0; stage.sampled.len()];
        for row in rows.iter().map(|row| num::at(*row)) {
            let unit = num::at(stage.unit[row]);
            if weights[row] != 0.0 && !seen[unit] {
                seen[unit] = true;
                touched[num::at(stage.stratum[unit])] += 1.0;
            }
        }
        UnitFactors::rank(strata, &touched, &stage.sampled, self.factors.len())
    }

    /// The rank as R's `qr(…, tol = 1e-5)` finds it: a column is set aside if what the earlier ones
    /// leave of it is shorter than the tolerance times its length.
    pub(crate) fn computed_rank(&self, rows: &[u32]) -> f64 {
        let mut basis: Vec<Vec<f64>> = Vec::new();
        for replicate in 0..self.factors.len() {
            let weight = |row: &u32| self.weight(replicate, num::at(*row));
            let mut column: Vec<f64> = rows.iter().map(weight).collect();
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
