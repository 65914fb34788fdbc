//! Tests of independence of two categories under the design.
//!
//! May use `estimate`, `dist`, nalgebra. Promises: Pearson's statistic with the first- and
//! second-order corrections of Rao and Scott, and Wald statistics, with R's degrees of freedom.
//! Sources: Rao and Scott, Annals of Statistics 12 (1984), pp. 46–60; Koch, Freeman and Freeman,
//! International Statistical Review 43 (1975), pp. 59–78 (Wald); Thomas and Rao, JASA 82 (1987),
//! pp. 630–636 (adjusted Wald). R: `svychisq`.

#![expect(clippy::indexing_slicing, reason = "cells are indices of one table")]

use std::sync::Arc;

use nalgebra::DMatrix;

use crate::stats::data::{Coded, MISSING};
use crate::stats::dist;
use crate::stats::domain;
use crate::stats::error::{EstimateError, StatsError};
use crate::stats::estimate::target::{self, Form, Target};
use crate::stats::num;
use crate::stats::plan::results::{ChisqResult, ChisqRow};
use crate::stats::plan::run::Scope;
use crate::stats::plan::spec::Statistic;

/// The table that is tested: levels with data, and the rows in which both have a value.
struct TwoWay {
    row_levels: Vec<String>,
    col_levels: Vec<String>,
    whole: Arc<[u32]>,
    /// Cell (column by column) of each row of `whole`.
    cell: Vec<usize>,
    n: f64,
    nu: f64,
}

impl TwoWay {
    fn rows(&self) -> usize {
        self.row_levels.len()
    }

    fn cells(&self) -> usize {
        self.row_levels.len() * self.col_levels.len()
    }

    fn targets(&self, form: Form) -> Vec<Target> {
        (0..self.cells())
            .map(|cell| {
                let y = self.cell.iter().map(|c| f64::from(u8::from(*c == cell)));
                Target::new(form, Arc::clone(&self.whole), y.collect())
            })
            .collect()
    }

    fn interaction_df(&self) -> usize {
        (self.row_levels.len() - 1) * (self.col_levels.len() - 1)
    }
}

/// Tests whether two categories are independent.
pub(crate) fn chisq(
    scope: &Scope<'_>,
    row: &str,
    col: &str,
    statistics: &[Statistic],
) -> Result<ChisqResult, StatsError> {
    let table = two_way(scope, row, col)?;
    let totals = target::joint(scope.sample, &table.targets(Form::Total), &table.whole)?;
    let tests = statistics
        .iter()
        .map(|kind| match kind {
            Statistic::F | Statistic::Chisq => pearson(scope, &table, &totals.values, *kind),
            Statistic::Wald | Statistic::AdjWald => {
                wald(&table, &totals.values, &totals.cov, *kind).map_err(StatsError::from)
            }
        })
        .collect::<Result<Vec<_>, _>>()?;
    let counts = (0..table.rows())
        .map(|i| {
            (0..table.col_levels.len())
                .map(|j| totals.values[j * table.rows() + i])
                .collect()
        })
        .collect();
    Ok(ChisqResult {
        n: table.n,
        row_levels: table.row_levels,
        col_levels: table.col_levels,
        weighted_counts: counts,
        tests,
    })
}

fn two_way(scope: &Scope<'_>, row: &str, col: &str) -> Result<TwoWay, StatsError> {
    let domain = scope.rows()?;
    let object = if scope.sample.keeps_all_rows() {
        scope.sample.present_rows()
    } else {
        domain.clone()
    };
    let row_codes = domain::ordered_codes(scope.table, row, scope.sorted)?;
    let col_codes = domain::ordered_codes(scope.table, col, scope.sorted)?;
    let (row_levels, row_code) = observed(&row_codes, &object);
    let (col_levels, col_code) = observed(&col_codes, &object);
    if row_levels.len() < 2 || col_levels.len() < 2 {
        return Err(EstimateError::TableTooSmall {
            rows: row_levels.len(),
            columns: col_levels.len(),
        }
        .into());
    }
    let mut whole = Vec::new();
    let mut cell = Vec::new();
    for row in domain.iter().copied() {
        if let (Some(i), Some(j)) = (row_code(row), col_code(row)) {
            whole.push(row);
            cell.push(j * row_levels.len() + i);
        }
    }
    Ok(TwoWay {
        n: scope.sample.units(&object),
        nu: scope.sample.test_degrees_of_freedom(&domain),
        row_levels,
        col_levels,
        whole: whole.into(),
        cell,
    })
}

/// Levels that occur among these rows, and the position of a row's level among them.
fn observed<'a>(
    coded: &'a Coded,
    rows: &[u32],
) -> (Vec<String>, impl Fn(u32) -> Option<usize> + use<'a>) {
    let mut seen = vec![false; coded.labels.len()];
    for row in rows {
        let code = coded.codes[num::at(*row)];
        if code != MISSING {
            seen[num::at(code)] = true;
        }
    }
    let mut place = vec![None; seen.len()];
    let mut labels = Vec::new();
    for (code, _) in seen.iter().enumerate().filter(|(_, seen)| **seen) {
        place[code] = Some(labels.len());
        labels.push(coded.labels[code].clone());
    }
    let of_row = &coded.codes;
    (labels, move |row| {
        let code = of_row[num::at(row)];
        if code == MISSING {
            None
        } else {
            place[num::at(code)]
        }
    })
}

/// Sums of a table over its columns and over its rows.
fn margins(table: &TwoWay, cells: &[f64]) -> (Vec<f64>, Vec<f64>, f64) {
    let (r, c) = (table.rows(), table.col_levels.len());
    let by_row: Vec<f64> = (0..r)
        .map(|i| num::sum((0..c).map(|j| cells[j * r + i])))
        .collect();
    let by_col: Vec<f64> = (0..c)
        .map(|j| num::sum((0..r).map(|i| cells[j * r + i])))
        .collect();
    let all = num::sum(by_row.iter().copied());
    (by_row, by_col, all)
}

fn pearson(
    scope: &Scope<'_>,
    table: &TwoWay,
    totals: &[f64],
    kind: Statistic,
) -> Result<ChisqRow, StatsError> {
    let r = table.rows();
    let (by_row, by_col, all) = margins(table, totals);
    let x2 = table.n
        * num::sum(totals.iter().enumerate().map(|(cell, total)| {
            let p = total / all;
            let expected = by_row[cell % r] / all * by_col[cell / r] / all;
            (p - expected) * (p - expected) / expected
        }));
    let means = target::joint(scope.sample, &table.targets(Form::Mean), &table.whole)?;
    let delta = generalized_effects(table, &means.values, &means.cov)?;
    let trace = delta.trace();
    let k = num::real(table.interaction_df());
    Ok(if kind == Statistic::F {
        let d0 = trace * trace / (&delta * &delta).trace();
        let (statistic, ddf) = (x2 / trace, d0 * table.nu);
        ChisqRow {
            statistic_kind: kind,
            statistic: existing(statistic),
            ndf: d0,
            ddf,
            p_value: dist::f_sf(statistic, d0, ddf),
        }
    } else {
        ChisqRow {
            statistic_kind: kind,
            statistic: x2,
            ndf: k,
            ddf: f64::NAN,
            p_value: dist::chi_square_sf(x2 / (trace / k), k),
        }
    })
}

/// Rao and Scott's matrix of generalized design effects, (C'(P⁻¹/n)C)⁻¹ C'P⁻¹VP⁻¹C.
fn generalized_effects(
    table: &TwoWay,
    p: &[f64],
    cov: &[Vec<f64>],
) -> Result<DMatrix<f64>, EstimateError> {
    let contrasts = interaction(table.rows(), table.col_levels.len());
    let inverse = |cell: usize| if p[cell] == 0.0 { 0.0 } else { 1.0 / p[cell] };
    let cells = table.cells();
    let scaled = DMatrix::from_fn(cells, contrasts.ncols(), |cell, k| {
        inverse(cell) * contrasts[(cell, k)]
    });
    let under_independence = contrasts.tr_mul(&scaled) / table.n;
    let v = DMatrix::from_fn(cells, cells, |a, b| cov[a][b]);
    let observed = scaled.tr_mul(&(v * &scaled));
    solve(under_independence, &observed)
}

/// Interaction contrasts: products of Helmert contrasts, orthogonal to both main effects.
fn interaction(rows: usize, cols: usize) -> DMatrix<f64> {
    let (a, b) = (helmert(rows), helmert(cols));
    DMatrix::from_fn(rows * cols, (rows - 1) * (cols - 1), |cell, k| {
        a[(cell % rows, k % (rows - 1))] * b[(cell / rows, k / (rows - 1))]
    })
}

/// Orthonormal contrasts among `levels` levels.
fn helmert(levels: usize) -> DMatrix<f64> {
    DMatrix::from_fn(levels, levels - 1, |i, k| {
        let below = num::real(k + 1);
        let length = (below * (below + 1.0)).sqrt();
        if i <= k {
            1.0 / length
        } else if i == k + 1 {
            -below / length
        } else {
            0.0
        }
    })
}

fn solve(matrix: DMatrix<f64>, wanted: &DMatrix<f64>) -> Result<DMatrix<f64>, EstimateError> {
    if matrix.iter().chain(wanted.iter()).any(|x| !x.is_finite()) {
        return Err(EstimateError::Singular);
    }
    matrix
        .full_piv_lu()
        .solve(wanted)
        .ok_or(EstimateError::Singular)
}

fn wald(
    table: &TwoWay,
    totals: &[f64],
    cov: &[Vec<f64>],
    kind: Statistic,
) -> Result<ChisqRow, EstimateError> {
    let (r, cells) = (table.rows(), table.cells());
    let (by_row, by_col, all) = margins(table, totals);
    let expected = |cell: usize| by_row[cell % r] * by_col[cell / r] / all;
    let jacobian = DMatrix::from_fn(cells, cells, |cell, of| {
        let same_row = f64::from(u8::from(cell % r == of % r));
        let same_col = f64::from(u8::from(cell / r == of / r));
        same_row * same_col - same_row * by_col[cell / r] / all - same_col * by_row[cell % r] / all
            + expected(cell) / all
    });
    let used: Vec<usize> = (0..cells).filter(|c| c % r > 0 && c / r > 0).collect();
    let jacobian = jacobian.select_rows(&used);
    let between = DMatrix::from_fn(cells, cells, |a, b| cov[a][b]);
    let variance = &jacobian * between * jacobian.transpose();
    let excess = DMatrix::from_fn(used.len(), 1, |at, _| totals[used[at]] - expected(used[at]));
    let w = excess.tr_mul(&solve(variance, &excess)?)[(0, 0)];
    let (k, nu) = (num::real(table.interaction_df()), table.nu);
    let (statistic, ddf) = if kind == Statistic::Wald {
        (w / k, nu)
    } else {
        (w * (nu - k + 1.0) / (k * nu), nu - k + 1.0)
    };
    Ok(ChisqRow {
        statistic_kind: kind,
        statistic: existing(statistic),
        ndf: k,
        ddf,
        p_value: dist::f_sf(statistic, k, ddf),
    })
}

/// A statistic that does not exist (no variance, no degrees of freedom) is no infinite one.
fn existing(statistic: f64) -> f64 {
    if statistic.is_finite() {
        statistic
    } else {
        f64::NAN
    }
}
