//! A weighting step in every replicate.
//!
//! May use `data`, `variance` and its siblings. A step multiplies all weights of one cell of its
//! columns by one factor, whatever the base weights of the rows are; so it works on a table with one
//! row for each sampling unit and cell, and the rows are passed once for all replicates. Only trimming
//! looks at single weights: for it, rows of a cell must have one base weight too. Promises: what a
//! replicate's weights are is what the step makes of its rows, up to rounding.

#![expect(
    clippy::indexing_slicing,
    reason = "cells are dense indices of rows of one table"
)]

use std::sync::Arc;

use super::rake::Stop;
use super::{Prepared, WeightingError};
use crate::stats::data::{Cells, Coded, Table, code_numbers};
use crate::stats::error::StatsError;
use crate::stats::num::{self, Sum};
use crate::stats::plan::compress::step_columns;
use crate::stats::plan::spec::Step;
use crate::stats::variance::replicate::Replicates;

/// Takes every replicate through a step. `present` says who was in the sample before it.
pub(super) fn apply(
    replicates: &mut Replicates,
    step: &Step,
    table: &Table,
    present: &[bool],
    stop: Stop,
) -> Result<(), StatsError> {
    let mut named = Vec::new();
    step_columns(step, &mut named);
    let columns: Vec<String> = named.into_iter().map(str::to_owned).collect();
    let by = Cells::with_missing(table, &columns)?;
    let kinds = kinds_of_weight(&replicates.base, step);
    let by = by.cross(&kinds.codes, kinds.labels.len());
    let cells = replicates.split(&by)?;

    let (units, base) = cell_weights(&cells, &replicates.base, table.counts());
    let small = table.pick(&columns, &cells.first)?.with_counts(units)?;
    let present: Vec<bool> = cells.first.iter().map(|r| present[num::at(*r)]).collect();
    let prepared = Prepared::new(step, &small, &present)?;
    let before: Vec<usize> = cells
        .first
        .iter()
        .map(|row| num::at(replicates.cells.codes[num::at(*row)]))
        .collect();
    // Trimming has a factor for each unit and cell; every other step one for each of its own cells.
    let place: Vec<u32> = match step {
        Step::Trim { .. } => (0..cells.len()).map(num::index).collect(),
        _ => cells
            .first
            .iter()
            .map(|row| by.codes[num::at(*row)])
            .collect(),
    };
    let places = place.iter().max().map_or(0, |last| num::at(*last) + 1);
    let mut factors = Vec::with_capacity(replicates.factors.len());
    for r in 0..replicates.factors.len() {
        let old = replicates.factors.of_replicate(r, replicates.cells.len());
        let start: Vec<f64> = before.iter().zip(&base).map(|(c, w)| old[*c] * w).collect();
        let mut weights = start.clone();
        prepared
            .apply(&mut weights, small.counts(), stop)
            .map_err(|because| in_replicate(r, because, &cells))?;
        // What weighs nothing is left as it is.
        let mut factor = vec![1.0; places];
        for ((place, before), after) in place.iter().zip(&start).zip(&weights) {
            if *before != 0.0 {
                factor[num::at(*place)] = after / before;
            }
        }
        factors.push(factor);
    }
    replicates.factors.split(&before);
    replicates.factors.multiply(place, factors);
    replicates.cells = Arc::new(cells);
    Ok(())
}

/// Rows whose weights a step must tell apart: those without weight, and for trimming each weight.
fn kinds_of_weight(base: &[f64], step: &Step) -> Coded {
    let kind = |w: &f64| match step {
        Step::Trim { .. } => *w,
        _ => f64::from(u8::from(*w == 0.0)),
    };
    code_numbers(&base.iter().map(kind).collect::<Vec<_>>())
}

/// Number of units and mean base weight of each cell.
fn cell_weights(cells: &Cells, base: &[f64], counts: Option<&[f64]>) -> (Vec<f64>, Vec<f64>) {
    let mut units = vec![0.0; cells.len()];
    let mut sums = vec![Sum::default(); cells.len()];
    for (row, cell) in cells.codes.iter().map(|cell| num::at(*cell)).enumerate() {
        let count = counts.map_or(1.0, |counts| counts[row]);
        units[cell] += count;
        sums[cell].add(count * base[row]);
    }
    let mean = sums.into_iter().zip(&units).map(|(sum, n)| sum.value() / n);
    let mean = mean.collect();
    (units, mean)
}

/// The refusal of a replicate; a row of the small table is the first row of its cell.
fn in_replicate(replicate: usize, because: WeightingError, cells: &Cells) -> WeightingError {
    let because = match because {
        WeightingError::NegativeWeight { op, row, value } => WeightingError::NegativeWeight {
            op,
            row: cells.first.get(row).map_or(row, |first| num::at(*first)),
            value,
        },
        other => other,
    };
    WeightingError::InReplicate {
        replicate: replicate + 1,
        because: Box::new(because),
    }
}
