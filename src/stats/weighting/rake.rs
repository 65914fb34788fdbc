//! Raking: cycles of post-stratification to several margins.
//!
//! May use `data`, `num`, `poststratify`. Works on the cells of all margins crossed, because raking
//! multiplies every weight of such a cell by the same factor: its cost after one pass does not
//! depend on the number of rows. Promises: the stopping rule of R's `rake` (survey 4.1-1), and
//! whether it was met by weights that meet the margins: between margins that contradict each other or
//! the sample, the cycles come to rest too, but at weights that meet the last margin only. Source: Deming and Stephan, Annals of Mathematical Statistics 11 (1940),
//! pp. 427–444.

#![expect(
    clippy::indexing_slicing,
    reason = "cells and categories are dense indices made here"
)]

use std::sync::Arc;

use super::WeightingError;
use super::poststratify::CellTotals;
use super::residual::{RakeResidual, RakedMargin, Residual};
use crate::stats::data::{Cells, MISSING, Table};
use crate::stats::error::StatsError;
use crate::stats::num::{self, Sum};
use crate::stats::plan::results::Misfit;
use crate::stats::plan::spec::Totals;

/// A margin is met within this many times the change that ends the cycles: cycles that close in on a
/// solution are this near, cycles that rest between contradictory margins are not.
const MISFIT: f64 = 100.0;
/// Rounding of a sum of weights, relative to it.
const ROUNDING: f64 = 1e-12;

/// Margins of a table, and the cells they make together.
#[derive(Clone, Debug)]
pub(crate) struct Rake {
    margins: Vec<CellTotals>,
    joint: Vec<u32>,
    cells: usize,
    /// Margin → joint cell → category.
    category: Vec<Vec<u32>>,
    epsilon: f64,
    maxit: usize,
}

/// How long to rake.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stop {
    /// Until the rule of the step is met.
    ByRule,
    /// For this many cycles: replicates follow the full sample.
    After(usize),
}

/// What raking came to.
#[derive(Clone, Debug)]
pub(crate) struct Raked {
    pub(crate) converged: bool,
    pub(crate) cycles: usize,
    /// The margin cell that is furthest from its total, where the full sample did not converge.
    pub(crate) misfit: Option<Misfit>,
    /// Margin → joint cell → factor just after that margin in the last cycle.
    factors: Vec<Vec<f64>>,
}

impl Rake {
    pub(crate) fn new(
        table: &Table,
        present: &[bool],
        margins: &[Totals],
        epsilon: f64,
        maxit: usize,
    ) -> Result<Self, StatsError> {
        if epsilon.is_nan() || epsilon <= 0.0 {
            return Err(WeightingError::BadParameter {
                op: "rake".to_owned(),
                parameter: "epsilon".to_owned(),
                value: epsilon,
            }
            .into());
        }
        let margins = margins
            .iter()
            .map(|totals| CellTotals::new(table, present, totals, false))
            .collect::<Result<Vec<_>, _>>()?;
        let mut joint = Cells::one(table.rows());
        for margin in &margins {
            joint = joint.cross(&margin.cell, margin.cells());
        }
        let category = margins
            .iter()
            .map(|margin| {
                let of = |row: &u32| margin.cell[num::at(*row)];
                joint.first.iter().map(of).collect()
            })
            .collect();
        Ok(Self {
            margins,
            cells: joint.len(),
            joint: joint.codes,
            category,
            epsilon,
            maxit,
        })
    }

    /// Number of cells of all margins.
    pub(crate) fn margin_cells(&self) -> usize {
        self.margins.iter().map(CellTotals::cells).sum()
    }

    /// Rakes the weights.
    pub(crate) fn apply(
        &self,
        weights: &mut [f64],
        counts: Option<&[f64]>,
        stop: Stop,
    ) -> Result<Raked, WeightingError> {
        let start = self.joint_sums(weights, counts);
        let (raked, factor) = self.cycles(&start, stop)?;
        for (w, &cell) in weights.iter_mut().zip(&self.joint) {
            if cell != MISSING {
                *w *= factor[num::at(cell)];
            }
        }
        Ok(raked)
    }

    fn joint_sums(&self, weights: &[f64], counts: Option<&[f64]>) -> Vec<f64> {
        let mut sums = vec![Sum::default(); self.cells];
        for (row, &cell) in self.joint.iter().enumerate() {
            if cell != MISSING {
                sums[num::at(cell)].add(counts.map_or(1.0, |c| c[row]) * weights[row]);
            }
        }
        sums.into_iter().map(Sum::value).collect()
    }

    fn cycles(&self, start: &[f64], stop: Stop) -> Result<(Raked, Vec<f64>), WeightingError> {
        let limit = match stop {
            Stop::ByRule => self.maxit,
            Stop::After(cycles) => cycles,
        };
        let change = if self.epsilon >= 1.0 {
            self.epsilon
        } else {
            self.epsilon * num::sum(start.iter().copied())
        };
        let mut factor = vec![1.0; self.cells];
        let mut before = start.to_vec();
        let mut raked = Raked {
            converged: false,
            cycles: 0,
            misfit: None,
            factors: vec![factor.clone(); self.margins.len()],
        };
        while raked.cycles < limit {
            for (m, margin) in self.margins.iter().enumerate() {
                let sums = self.category_sums(m, start, &factor);
                let ratio = margin.factors(&sums)?;
                for (f, category) in factor.iter_mut().zip(&self.category[m]) {
                    *f *= ratio[num::at(*category)];
                }
                raked.factors[m].copy_from_slice(&factor);
            }
            raked.cycles += 1;
            let mut largest = 0.0_f64;
            for (cell, old) in before.iter_mut().enumerate() {
                let new = start[cell] * factor[cell];
                if !new.is_finite() {
                    return Err(WeightingError::RakeDiverged);
                }
                largest = largest.max((new - *old).abs());
                *old = new;
            }
            if matches!(stop, Stop::ByRule) && largest < change {
                raked.converged = true;
                break;
            }
        }
        if matches!(stop, Stop::ByRule) {
            let worst = self.worst(start, &factor);
            let allowed = |total: f64| MISFIT * change.max(ROUNDING * total);
            raked.converged &= worst
                .as_ref()
                .is_none_or(|misfit| (misfit.sum - misfit.total).abs() <= allowed(misfit.total));
            raked.misfit = worst.filter(|_| !raked.converged);
        }
        Ok((raked, factor))
    }

    /// The margin cell that is furthest from its total.
    fn worst(&self, start: &[f64], factor: &[f64]) -> Option<Misfit> {
        let mut worst: Option<Misfit> = None;
        for (m, margin) in self.margins.iter().enumerate() {
            let sums = self.category_sums(m, start, factor);
            for (cell, (&sum, &total)) in sums.iter().zip(&margin.total).enumerate() {
                let far = |misfit: &Misfit| (misfit.sum - misfit.total).abs();
                if worst.as_ref().is_none_or(|w| (sum - total).abs() > far(w)) {
                    worst = Some(Misfit {
                        columns: margin.columns.clone(),
                        labels: margin.labels[cell].clone(),
                        total,
                        sum,
                    });
                }
            }
        }
        worst
    }

    fn category_sums(&self, margin: usize, start: &[f64], factor: &[f64]) -> Vec<f64> {
        let mut sums = vec![Sum::default(); self.margins[margin].cells()];
        for (cell, category) in self.category[margin].iter().enumerate() {
            sums[num::at(*category)].add(start[cell] * factor[cell]);
        }
        sums.into_iter().map(Sum::value).collect()
    }

    /// The operator of this step.
    pub(crate) fn residual(
        &self,
        before: Vec<f64>,
        counts: Option<&[f64]>,
        raked: &Raked,
    ) -> Residual {
        let mut units = vec![0.0; self.cells];
        for (row, &cell) in self.joint.iter().enumerate() {
            if cell != MISSING && before[row] != 0.0 {
                units[num::at(cell)] += counts.map_or(1.0, |c| c[row]);
            }
        }
        let margins = self
            .category
            .iter()
            .zip(&raked.factors)
            .zip(&self.margins)
            .map(|((category, factor), margin)| RakedMargin {
                category: category.clone(),
                categories: margin.cells(),
                factor: factor.clone(),
            })
            .collect();
        Residual::Rake(Arc::new(RakeResidual {
            joint: self.joint.clone(),
            before,
            units,
            margins,
        }))
    }
}
