//! Calibration: weights reach the totals of the columns of a design matrix at the least distance
//! from the weights before.
//!
//! May use `data`, `num`, nalgebra. Works on patterns: rows with equal columns get the same factor.
//! Promises: the equations are met within epsilon, or an error names the column that misses most.
//! Sources: Deville and Särndal, JASA 87 (1992), pp. 376–382; Deville, Särndal and Sautory, JASA 88
//! (1993), pp. 1013–1020. R: `calibrate`, whose Newton iteration this follows.

#![expect(
    clippy::indexing_slicing,
    reason = "patterns and columns are dense indices made here"
)]

use std::sync::Arc;

use nalgebra::{DMatrix, DVector, SymmetricEigen};

use super::WeightingError;
use super::residual::{CalibrateResidual, Residual};
use crate::stats::data::{Cells, MISSING, Table};
use crate::stats::error::StatsError;
use crate::stats::num::{self, Sum};
use crate::stats::plan::spec::{CalibrationColumn, CalibrationKind, CalibrationModel, LevelOf};

/// Newton steps before calibration is given up.
const MAX_ITERATIONS: usize = 500;
/// Above this ratio of all totals to their sample totals, weights are first rescaled (as R does).
const RESCALE_ABOVE: f64 = 20.0;
/// Eigenvalues of the scaled matrix below this share of the largest are rounding error of zero.
const RANK_TOLERANCE: f64 = 1e-12;
/// A column whose residual is below this share of its length depends on the others (R's `qr`).
const COLUMN_TOLERANCE: f64 = 1e-7;

/// The columns of a table by pattern, and their totals.
#[derive(Clone, Debug)]
pub(crate) struct Calibrate {
    pattern: Vec<u32>,
    patterns: usize,
    /// Column → pattern → value.
    columns: Vec<Vec<f64>>,
    totals: Vec<f64>,
    names: Vec<String>,
    distance: Distance,
    epsilon: f64,
}

#[derive(Clone, Copy, Debug)]
struct Distance {
    model: CalibrationModel,
    lower: f64,
    upper: f64,
}

impl Distance {
    /// g − 1 at x'λ.
    fn gain(self, u: f64) -> f64 {
        match self.model {
            CalibrationModel::Linear => (u + 1.0).max(self.lower).min(self.upper) - 1.0,
            CalibrationModel::Raking => u.exp().max(self.lower).min(self.upper) - 1.0,
            CalibrationModel::Logit => {
                let (l, up, e) = self.logit_terms(u);
                if e.is_infinite() {
                    return up - 1.0;
                }
                (l * (up - 1.0) + up * (1.0 - l) * e) / (up - 1.0 + (1.0 - l) * e) - 1.0
            }
        }
    }

    /// Its derivative.
    fn slope(self, u: f64) -> f64 {
        let inside = |g: f64| f64::from(g > self.lower && g < self.upper);
        match self.model {
            CalibrationModel::Linear => inside(u + 1.0),
            CalibrationModel::Raking => inside(u.exp()) * u.exp(),
            CalibrationModel::Logit => {
                let (l, up, e) = self.logit_terms(u);
                if e.is_infinite() {
                    return 0.0;
                }
                let rate = (up - l) / ((1.0 - l) * (up - 1.0));
                let below = up - 1.0 + (1.0 - l) * e;
                rate * e * (1.0 - l) * (up - 1.0) * (up - l) / (below * below)
            }
        }
    }

    fn logit_terms(self, u: f64) -> (f64, f64, f64) {
        let (l, up) = (self.lower, self.upper);
        let rate = (up - l) / ((1.0 - l) * (up - 1.0));
        (l, up, (rate * u).exp())
    }

    fn unbounded_linear(self) -> bool {
        self.model == CalibrationModel::Linear
            && self.lower == f64::NEG_INFINITY
            && self.upper == f64::INFINITY
    }
}

impl Calibrate {
    pub(crate) fn new(
        table: &Table,
        present: &[bool],
        spec: &[CalibrationColumn],
        model: CalibrationModel,
        (lower, upper): (Option<f64>, Option<f64>),
        epsilon: f64,
    ) -> Result<Self, StatsError> {
        let distance = checked_distance(model, lower, upper)?;
        let variables = variables(spec)?;
        let cells = Cells::of(table, &variables)?;
        for name in &variables {
            let column = table.column(name)?;
            let lost = (0..table.rows()).find(|row| present[*row] && column.label(*row).is_none());
            if let Some(row) = lost {
                return Err(WeightingError::MissingValue {
                    column: name.clone(),
                    row,
                }
                .into());
            }
        }
        let columns = spec
            .iter()
            .map(|column| values(table, &cells, column))
            .collect::<Result<Vec<_>, _>>()?;
        let name = |(at, c): (usize, &CalibrationColumn)| {
            c.name.clone().unwrap_or_else(|| (at + 1).to_string())
        };
        Ok(Self {
            pattern: (0..table.rows())
                .map(|row| {
                    if present[row] {
                        cells.codes[row]
                    } else {
                        MISSING
                    }
                })
                .collect(),
            patterns: cells.len(),
            columns,
            totals: spec.iter().map(|c| c.total).collect(),
            names: spec.iter().enumerate().map(name).collect(),
            distance,
            epsilon,
        })
    }

    /// Number of columns.
    pub(crate) fn len(&self) -> usize {
        self.totals.len()
    }

    /// Calibrates the weights.
    pub(crate) fn apply(
        &self,
        weights: &mut [f64],
        counts: Option<&[f64]>,
    ) -> Result<(), WeightingError> {
        if let Some(row) = weights.iter().position(|w| *w < 0.0) {
            return Err(WeightingError::NegativeWeight {
                op: "calibrate".to_owned(),
                row,
                value: weights[row],
            });
        }
        let g = self.solve(&self.pattern_sums(weights, counts))?;
        for (w, &pattern) in weights.iter_mut().zip(&self.pattern) {
            if pattern != MISSING {
                *w *= g[num::at(pattern)];
            }
        }
        Ok(())
    }

    fn pattern_sums(&self, weights: &[f64], counts: Option<&[f64]>) -> Vec<f64> {
        let mut sums = vec![Sum::default(); self.patterns];
        for (row, &pattern) in self.pattern.iter().enumerate() {
            if pattern != MISSING {
                sums[num::at(pattern)].add(counts.map_or(1.0, |c| c[row]) * weights[row]);
            }
        }
        sums.into_iter().map(Sum::value).collect()
    }

    /// Factors of the patterns whose sums of weights are `start`.
    fn solve(&self, start: &[f64]) -> Result<Vec<f64>, WeightingError> {
        let mut d = start.to_vec();
        let mut sample = self.column_sums(&d);
        let used: Vec<usize> = self.used_columns(&d)?;
        let ratios = used.iter().map(|j| self.totals[*j] / sample[*j]);
        let rescale = if !self.distance.unbounded_linear()
            && !used.is_empty()
            && ratios.clone().all(|r| r > RESCALE_ABOVE)
        {
            ratios.clone().sum::<f64>() / num::real(used.len())
        } else {
            1.0
        };
        for value in d.iter_mut().chain(&mut sample) {
            *value *= rescale;
        }

        let mut newton = Newton::new(self, &d, &sample, &used);
        let mut iterations = 0;
        loop {
            newton.step(MAX_ITERATIONS, &mut iterations);
            iterations += 1;
            let worst = newton.worst();
            if worst.is_none_or(|(_, relative)| relative < self.epsilon) {
                break;
            }
            if iterations >= MAX_ITERATIONS || newton.stuck() {
                let column = worst.map_or(0, |(j, _)| j);
                return Err(WeightingError::NotConverged {
                    column: self.names[column].clone(),
                    total: self.totals[column],
                    misfit: newton.misfit_of(column),
                    iterations,
                });
            }
        }
        let g = newton.factors();
        Ok(g.into_iter().map(|g| g * rescale).collect())
    }

    fn column_sums(&self, d: &[f64]) -> Vec<f64> {
        let dot = |x: &Vec<f64>| num::sum(x.iter().zip(d).map(|(x, d)| x * d));
        self.columns.iter().map(dot).collect()
    }

    /// Columns that are 0 wherever there is weight say nothing; their total must be 0 too.
    fn used_columns(&self, d: &[f64]) -> Result<Vec<usize>, WeightingError> {
        let mut used = Vec::new();
        for (j, column) in self.columns.iter().enumerate() {
            let empty = column.iter().zip(d).all(|(x, d)| *x == 0.0 || *d == 0.0);
            if !empty {
                used.push(j);
            } else if self.totals[j] != 0.0 {
                return Err(WeightingError::EmptyColumn {
                    column: self.names[j].clone(),
                    total: self.totals[j],
                });
            }
        }
        Ok(used)
    }

    /// The operator of this step.
    pub(crate) fn residual(
        &self,
        before: Vec<f64>,
        after: Vec<f64>,
        counts: Option<&[f64]>,
    ) -> Residual {
        let root: Vec<f64> = self
            .pattern_sums(&before, counts)
            .into_iter()
            .map(|d| d.max(0.0).sqrt())
            .collect();
        let mut basis: Vec<Vec<f64>> = Vec::new();
        for column in &self.columns {
            let mut q: Vec<f64> = column.iter().zip(&root).map(|(x, r)| x * r).collect();
            let length = norm(&q);
            for _ in 0..2 {
                for other in &basis {
                    let share = num::sum(q.iter().zip(other).map(|(a, b)| a * b));
                    for (a, b) in q.iter_mut().zip(other) {
                        *a -= share * b;
                    }
                }
            }
            let left = norm(&q);
            if left > COLUMN_TOLERANCE * length {
                for x in &mut q {
                    *x /= left;
                }
                basis.push(q);
            }
        }
        Residual::Calibrate(Arc::new(CalibrateResidual {
            pattern: self.pattern.clone(),
            root,
            basis,
            before,
            after,
        }))
    }
}

fn norm(x: &[f64]) -> f64 {
    num::sum(x.iter().map(|x| x * x)).sqrt()
}

/// Newton's iteration for the calibration equations, in columns scaled to equal length.
struct Newton<'a> {
    of: &'a Calibrate,
    d: &'a [f64],
    sample: &'a [f64],
    used: &'a [usize],
    scale: Vec<f64>,
    eta: DVector<f64>,
    u: Vec<f64>,
    misfit: DVector<f64>,
    last: f64,
}

impl<'a> Newton<'a> {
    fn new(of: &'a Calibrate, d: &'a [f64], sample: &'a [f64], used: &'a [usize]) -> Self {
        let scale = used
            .iter()
            .map(|j| num::sum(of.columns[*j].iter().zip(d).map(|(x, d)| d * x * x)).sqrt())
            .collect();
        let mut newton = Self {
            of,
            d,
            sample,
            used,
            scale,
            eta: DVector::zeros(used.len()),
            u: vec![0.0; of.patterns],
            misfit: DVector::zeros(used.len()),
            last: f64::INFINITY,
        };
        newton.measure();
        newton
    }

    fn linear(&self, eta: &DVector<f64>) -> Vec<f64> {
        let mut u = vec![0.0; self.of.patterns];
        for (k, j) in self.used.iter().enumerate() {
            let slope = eta[k] / self.scale[k];
            for (value, x) in u.iter_mut().zip(&self.of.columns[*j]) {
                *value += slope * x;
            }
        }
        u
    }

    fn step(&mut self, limit: usize, iterations: &mut usize) {
        let weights: Vec<f64> = self
            .u
            .iter()
            .zip(self.d)
            .map(|(u, d)| {
                if *d == 0.0 {
                    0.0
                } else {
                    d * self.of.distance.slope(*u)
                }
            })
            .collect();
        let p = self.used.len();
        let mut matrix = DMatrix::zeros(p, p);
        for (a, i) in self.used.iter().enumerate() {
            for (b, j) in self.used.iter().enumerate().take(a + 1) {
                let (x, y) = (&self.of.columns[*i], &self.of.columns[*j]);
                let dot: f64 = num::sum(
                    x.iter()
                        .zip(y)
                        .zip(&weights)
                        .filter(|((x, y), _)| **x != 0.0 && **y != 0.0)
                        .map(|((x, y), w)| x * y * w),
                );
                matrix[(a, b)] = dot / (self.scale[a] * self.scale[b]);
                matrix[(b, a)] = matrix[(a, b)];
            }
        }
        let wanted = DVector::from_fn(p, |k, _| self.misfit[k] / self.scale[k]);
        let mut change = pseudo_solve(matrix, &wanted);
        self.last = self.misfit_size();
        let mut eta = &self.eta + &change;
        let mut u = self.linear(&eta);
        while *iterations < limit && !self.finite(&u) {
            *iterations += 1;
            change *= 0.5;
            eta = &self.eta + &change;
            u = self.linear(&eta);
        }
        self.eta = eta;
        self.u = u;
        self.measure();
    }

    fn finite(&self, u: &[f64]) -> bool {
        u.iter()
            .zip(self.d)
            .filter(|(_, d)| **d != 0.0)
            .all(|(u, _)| {
                let distance = self.of.distance;
                u.is_finite() && distance.gain(*u).is_finite() && distance.slope(*u).is_finite()
            })
    }

    fn measure(&mut self) {
        for (k, j) in self.used.iter().enumerate() {
            let terms = self.of.columns[*j].iter().zip(self.d).zip(&self.u);
            let gained = num::sum(
                terms
                    .filter(|((x, d), _)| **x != 0.0 && **d != 0.0)
                    .map(|((x, d), u)| x * d * self.of.distance.gain(*u)),
            );
            self.misfit[k] = self.of.totals[*j] - self.sample[*j] - gained;
        }
    }

    fn misfit_size(&self) -> f64 {
        self.misfit
            .iter()
            .zip(self.used)
            .map(|(m, j)| m.abs() / (1.0 + self.of.totals[*j].abs()))
            .fold(0.0, f64::max)
    }

    /// The column that misses most, and |misfit| / (1 + |total|) there.
    fn worst(&self) -> Option<(usize, f64)> {
        let mut worst: Option<(usize, f64)> = None;
        for (misfit, j) in self.misfit.iter().zip(self.used) {
            let relative = misfit.abs() / (1.0 + self.of.totals[*j].abs());
            if worst.is_none_or(|(_, most)| relative.is_nan() || relative > most) {
                worst = Some((*j, relative));
            }
        }
        worst
    }

    fn misfit_of(&self, column: usize) -> f64 {
        let at = self.used.iter().position(|j| *j == column);
        at.map_or(f64::NAN, |k| self.misfit[k])
    }

    /// True if nothing moves any more, or no longer is a number.
    fn stuck(&self) -> bool {
        let size = self.misfit_size();
        !size.is_finite() || !self.finite(&self.u) || (self.last - size).abs() <= 1e-15 * size
    }

    fn factors(&self) -> Vec<f64> {
        self.u
            .iter()
            .map(|u| 1.0 + self.of.distance.gain(*u))
            .collect()
    }
}

/// The shortest solution of a symmetric system that may be singular.
fn pseudo_solve(matrix: DMatrix<f64>, wanted: &DVector<f64>) -> DVector<f64> {
    if matrix.iter().any(|x| !x.is_finite()) {
        return DVector::zeros(wanted.len());
    }
    if let Some(factor) = matrix.clone().cholesky() {
        let diagonal = factor.l_dirty().diagonal();
        if diagonal.min() > 1e-5 * diagonal.max() {
            return factor.solve(wanted);
        }
    }
    let eigen = SymmetricEigen::new(matrix);
    let largest = eigen.eigenvalues.amax();
    let mut along = eigen.eigenvectors.tr_mul(wanted);
    for (value, root) in along.iter_mut().zip(eigen.eigenvalues.iter()) {
        *value = if *root > RANK_TOLERANCE * largest {
            *value / root
        } else {
            0.0
        };
    }
    eigen.eigenvectors * along
}

fn checked_distance(
    model: CalibrationModel,
    lower: Option<f64>,
    upper: Option<f64>,
) -> Result<Distance, WeightingError> {
    let lower = lower.unwrap_or(f64::NEG_INFINITY);
    let upper = upper.unwrap_or(f64::INFINITY);
    let bad = |parameter: &str, value: f64| {
        Err(WeightingError::BadParameter {
            op: "calibrate".to_owned(),
            parameter: parameter.to_owned(),
            value,
        })
    };
    let logit = model == CalibrationModel::Logit;
    if lower.is_nan() || lower >= 1.0 || (logit && lower.is_infinite()) {
        return bad("lower", lower);
    }
    if upper.is_nan() || upper <= 1.0 || (logit && upper.is_infinite()) {
        return bad("upper", upper);
    }
    Ok(Distance {
        model,
        lower,
        upper,
    })
}

/// The variables of all columns, each once, in order.
fn variables(spec: &[CalibrationColumn]) -> Result<Vec<String>, WeightingError> {
    let mut names: Vec<String> = Vec::new();
    for (at, column) in spec.iter().enumerate() {
        let level_missing = column.kind == CalibrationKind::Indicator && column.level.is_none();
        let variable_missing =
            column.kind != CalibrationKind::Intercept && column.variable.is_none();
        if level_missing || variable_missing || !column.total.is_finite() {
            return Err(WeightingError::IncompleteColumn {
                column: column.name.clone().unwrap_or_else(|| (at + 1).to_string()),
            });
        }
        let more = column.and.iter().map(|other| &other.variable);
        for name in column.variable.iter().chain(more) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    Ok(names)
}

/// A column's value in each pattern.
fn values(
    table: &Table,
    cells: &Cells,
    column: &CalibrationColumn,
) -> Result<Vec<f64>, StatsError> {
    let rows = cells.first.iter().map(|row| num::at(*row));
    let Some(variable) = &column.variable else {
        return Ok(vec![1.0; cells.len()]);
    };
    match column.kind {
        CalibrationKind::Intercept => Ok(vec![1.0; cells.len()]),
        CalibrationKind::Numeric => {
            let numbers = table.numbers(variable)?;
            Ok(rows.map(|row| numbers[row]).collect())
        }
        CalibrationKind::Indicator => {
            let first = LevelOf {
                variable: variable.clone(),
                level: column.level.clone().unwrap_or_default(),
            };
            let mut marked = vec![1.0; cells.len()];
            for wanted in std::iter::once(&first).chain(&column.and) {
                let data = table.column(&wanted.variable)?;
                for (mark, row) in marked.iter_mut().zip(rows.clone()) {
                    *mark *= f64::from(data.label(row).as_ref() == Some(&wanted.level));
                }
            }
            Ok(marked)
        }
    }
}
