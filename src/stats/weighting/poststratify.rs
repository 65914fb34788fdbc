//! Post-stratification: weights reach a known total in every cell.
//!
//! May use `data`, `num`. Promises: a sampled cell without total, and a total without sample, are
//! errors that name the cell. Source: Holt and Smith, JRSS A 142 (1979), pp. 33–46. R:
//! `postStratify`.

#![expect(
    clippy::indexing_slicing,
    reason = "cells are dense indices of rows of one table"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use super::WeightingError;
use super::residual::{PoststratifyResidual, Residual};
use crate::stats::data::{Cells, MISSING, Table};
use crate::stats::error::StatsError;
use crate::stats::num::{self, Sum};
use crate::stats::plan::spec::Totals;

/// Cells of the sample with their population totals.
#[derive(Clone, Debug)]
pub(crate) struct CellTotals {
    /// Row → cell, [`MISSING`] outside the sample.
    pub(crate) cell: Vec<u32>,
    /// Cell → population total, 0 where the totals do not name the cell.
    pub(crate) total: Vec<f64>,
    pub(crate) columns: Vec<String>,
    pub(crate) labels: Vec<Vec<String>>,
    partial: bool,
}

impl CellTotals {
    pub(crate) fn new(
        table: &Table,
        present: &[bool],
        totals: &Totals,
        partial: bool,
    ) -> Result<Self, StatsError> {
        let columns = &totals.variables;
        let cells = Cells::of(table, columns)?;
        let lost = (0..table.rows()).find(|row| present[*row] && cells.codes[*row] == MISSING);
        if let Some(row) = lost {
            let nothing = |name: &&String| {
                table
                    .column(name)
                    .is_ok_and(|column| column.label(row).is_none())
            };
            return Err(WeightingError::MissingValue {
                column: columns.iter().find(nothing).cloned().unwrap_or_default(),
                row,
            }
            .into());
        }
        let mut known = known_totals(totals)?;
        let mut sampled = vec![false; cells.len()];
        for row in (0..table.rows()).filter(|row| present[*row]) {
            sampled[num::at(cells.codes[row])] = true;
        }
        let labels: Vec<Vec<String>> = (0..cells.len())
            .map(|cell| cells.labels(table, columns, cell))
            .collect();
        let mut total = vec![0.0; cells.len()];
        for cell in (0..cells.len()).filter(|cell| sampled[*cell]) {
            total[cell] = known.remove(&labels[cell]).unwrap_or(0.0);
        }
        let unmet = known.into_iter().find(|(_, total)| *total > 0.0);
        if let (false, Some((labels, total))) = (partial, unmet) {
            return Err(WeightingError::TotalWithoutSample {
                columns: columns.clone(),
                labels,
                total,
            }
            .into());
        }
        let cell = (0..table.rows())
            .map(|row| {
                if present[row] {
                    cells.codes[row]
                } else {
                    MISSING
                }
            })
            .collect();
        Ok(Self {
            cell,
            total,
            columns: columns.clone(),
            labels,
            partial,
        })
    }

    /// Number of cells.
    pub(crate) fn cells(&self) -> usize {
        self.total.len()
    }

    /// Sums of weights by cell.
    pub(crate) fn sums(&self, weights: &[f64], counts: Option<&[f64]>) -> Vec<f64> {
        let mut sums = vec![Sum::default(); self.cells()];
        for (row, &cell) in self.cell.iter().enumerate() {
            if cell != MISSING {
                sums[num::at(cell)].add(counts.map_or(1.0, |c| c[row]) * weights[row]);
            }
        }
        sums.into_iter().map(Sum::value).collect()
    }

    /// Factors that bring these sums to the totals.
    pub(crate) fn factors(&self, sums: &[f64]) -> Result<Vec<f64>, WeightingError> {
        let factor = |(cell, &sum): (usize, &f64)| {
            let total = self.total[cell];
            match (sum == 0.0, total == 0.0) {
                (false, false) => Ok(total / sum),
                (true, true) => Ok(1.0),
                (true, false) if self.partial => Ok(1.0),
                (true, false) => Err(WeightingError::TotalWithoutSample {
                    columns: self.columns.clone(),
                    labels: self.labels[cell].clone(),
                    total,
                }),
                (false, true) => Err(WeightingError::SampleWithoutTotal {
                    columns: self.columns.clone(),
                    labels: self.labels[cell].clone(),
                    sample: sum,
                }),
            }
        };
        sums.iter().enumerate().map(factor).collect()
    }

    /// Post-stratifies the weights.
    pub(crate) fn apply(
        &self,
        weights: &mut [f64],
        counts: Option<&[f64]>,
    ) -> Result<(), WeightingError> {
        let factors = self.factors(&self.sums(weights, counts))?;
        for (w, &cell) in weights.iter_mut().zip(&self.cell) {
            if cell != MISSING {
                *w *= factors[num::at(cell)];
            }
        }
        Ok(())
    }

    /// The operator of this step.
    pub(crate) fn residual(&self, before: Vec<f64>, after: Vec<f64>) -> Residual {
        Residual::Poststratify(Arc::new(PoststratifyResidual {
            cell: self.cell.clone(),
            cells: self.cells(),
            before,
            after,
        }))
    }
}

fn known_totals(totals: &Totals) -> Result<BTreeMap<Vec<String>, f64>, WeightingError> {
    let mut known = BTreeMap::new();
    for cell in &totals.cells {
        if !(cell.total.is_finite() && cell.total >= 0.0) {
            return Err(WeightingError::BadTotal {
                columns: totals.variables.clone(),
                labels: cell.levels.clone(),
                total: cell.total,
            });
        }
        let twice = known.insert(cell.levels.clone(), cell.total).is_some();
        if twice || cell.levels.len() != totals.variables.len() {
            return Err(WeightingError::BadCell {
                columns: totals.variables.clone(),
                labels: cell.levels.clone(),
            });
        }
    }
    Ok(known)
}
