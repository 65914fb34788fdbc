//! What a calibrating step leaves to the variance: an operator on influence values.
//!
//! May use `num`. Promises: operators are applied in the order of the steps, each to what the one
//! before left; a row that had weight 0 before its step is untouched.
//!
//! Sources: Deville and Särndal, JASA 87 (1992), pp. 376–382 (residuals of calibration); the order
//! and the number of raking cycles are those of R's `survey:::svyrecvar`.

#![expect(
    clippy::indexing_slicing,
    reason = "cells and rows are dense indices made by the weighting steps"
)]

use std::sync::Arc;

use crate::stats::data::MISSING;
use crate::stats::num;

/// Cycles over all margins in the variance after raking (R's fixed number).
const RAKE_CYCLES: usize = 10;

/// The operator of one calibrating step.
#[derive(Clone, Debug)]
pub(crate) enum Residual {
    /// Cell means, weighted by the weights before the step.
    Poststratify(Arc<PoststratifyResidual>),
    /// Unweighted category means of every margin, ten times over.
    Rake(Arc<RakeResidual>),
    /// Regression on the calibration columns, weighted by the weights before the step.
    Calibrate(Arc<CalibrateResidual>),
}

#[derive(Debug)]
pub(crate) struct PoststratifyResidual {
    pub(crate) cell: Vec<u32>,
    pub(crate) cells: usize,
    pub(crate) before: Vec<f64>,
    pub(crate) after: Vec<f64>,
}

/// Within a joint cell the weights after margin m are the weights before raking times one factor.
#[derive(Debug)]
pub(crate) struct RakeResidual {
    pub(crate) joint: Vec<u32>,
    pub(crate) before: Vec<f64>,
    /// Units with a weight per joint cell.
    pub(crate) units: Vec<f64>,
    pub(crate) margins: Vec<RakedMargin>,
}

#[derive(Clone, Debug)]
pub(crate) struct RakedMargin {
    /// Joint cell → category of the margin.
    pub(crate) category: Vec<u32>,
    pub(crate) categories: usize,
    /// Joint cell → weight just after this margin / weight before raking.
    pub(crate) factor: Vec<f64>,
}

/// Rows with equal calibration columns form one pattern; `basis` holds orthonormal columns that
/// span the columns times the roots of the patterns' weight.
#[derive(Debug)]
pub(crate) struct CalibrateResidual {
    pub(crate) pattern: Vec<u32>,
    pub(crate) root: Vec<f64>,
    pub(crate) basis: Vec<Vec<f64>>,
    pub(crate) before: Vec<f64>,
    pub(crate) after: Vec<f64>,
}

impl Residual {
    /// Replaces the influence value of each unit of each row by what the step leaves of it.
    pub(crate) fn apply(&self, z: &mut [f64], counts: Option<&[f64]>) {
        match self {
            Self::Poststratify(step) => step.apply(z, counts),
            Self::Rake(step) => step.apply(z, counts),
            Self::Calibrate(step) => step.apply(z, counts),
        }
    }
}

fn count(counts: Option<&[f64]>, row: usize) -> f64 {
    counts.map_or(1.0, |counts| counts[row])
}

impl PoststratifyResidual {
    fn apply(&self, z: &mut [f64], counts: Option<&[f64]>) {
        let mut above = vec![0.0; self.cells];
        let mut below = vec![0.0; self.cells];
        for (row, &cell) in self.cell.iter().enumerate() {
            if cell == MISSING || self.after[row] == 0.0 {
                continue;
            }
            let d = count(counts, row) * self.before[row];
            below[num::at(cell)] += d;
            above[num::at(cell)] += d * z[row] / self.after[row];
        }
        for (row, &cell) in self.cell.iter().enumerate() {
            if cell != MISSING && self.after[row] != 0.0 {
                z[row] -= self.after[row] * above[num::at(cell)] / below[num::at(cell)];
            }
        }
    }
}

impl RakeResidual {
    fn apply(&self, z: &mut [f64], counts: Option<&[f64]>) {
        let cells = self.units.len();
        let mut sum = vec![0.0; cells];
        for (row, &cell) in self.joint.iter().enumerate() {
            if cell != MISSING && self.before[row] != 0.0 {
                sum[num::at(cell)] += count(counts, row) * z[row] / self.before[row];
            }
        }
        let mut taken = vec![0.0; cells];
        for margin in (0..RAKE_CYCLES).flat_map(|_| &self.margins) {
            let mut above = vec![0.0; margin.categories];
            let mut below = vec![0.0; margin.categories];
            for (cell, left) in sum.iter().enumerate() {
                if self.units[cell] > 0.0 && margin.factor[cell] != 0.0 {
                    let category = num::at(margin.category[cell]);
                    above[category] += left / margin.factor[cell];
                    below[category] += self.units[cell];
                }
            }
            for (cell, (left, taken)) in sum.iter_mut().zip(&mut taken).enumerate() {
                if self.units[cell] > 0.0 && margin.factor[cell] != 0.0 {
                    let category = num::at(margin.category[cell]);
                    let off = margin.factor[cell] * above[category] / below[category];
                    *left -= self.units[cell] * off;
                    *taken += off;
                }
            }
        }
        for (row, &cell) in self.joint.iter().enumerate() {
            if cell != MISSING {
                z[row] -= self.before[row] * taken[num::at(cell)];
            }
        }
    }
}

impl CalibrateResidual {
    fn apply(&self, z: &mut [f64], counts: Option<&[f64]>) {
        let mut sum = vec![0.0; self.root.len()];
        for (row, &pattern) in self.pattern.iter().enumerate() {
            if pattern != MISSING && self.after[row] != 0.0 {
                sum[num::at(pattern)] +=
                    count(counts, row) * self.before[row] * z[row] / self.after[row];
            }
        }
        for (value, root) in sum.iter_mut().zip(&self.root) {
            *value = if *root == 0.0 { 0.0 } else { *value / root };
        }
        let mut fitted = vec![0.0; sum.len()];
        for column in &self.basis {
            let share: f64 = column.iter().zip(&sum).map(|(q, y)| q * y).sum();
            for (value, q) in fitted.iter_mut().zip(column) {
                *value += share * q;
            }
        }
        for (row, &pattern) in self.pattern.iter().enumerate() {
            if pattern != MISSING && self.after[row] != 0.0 && self.root[num::at(pattern)] != 0.0 {
                z[row] -= self.after[row] * fitted[num::at(pattern)] / self.root[num::at(pattern)];
            }
        }
    }
}
