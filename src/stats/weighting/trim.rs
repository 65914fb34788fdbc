//! Trimming: weights outside an interval move to its ends, the others share the difference.
//!
//! May use `data`, `num`. Promises: the sum of weights is kept; bounds are absolute or unweighted
//! percentiles (type 7 of Hyndman and Fan, The American Statistician 50, 1996, pp. 361–365), per
//! class if classes are named. A weight within rounding error of a bound is inside: a percentile is
//! the weight of some row, and rows that weigh the same must fare the same whatever the order of sums
//! that made them. Source: Potter, Proceedings of the ASA Section on Survey Research
//! Methods 1990, pp. 225–230. R: `trimWeights`.

#![expect(
    clippy::indexing_slicing,
    reason = "classes are dense indices of rows of one table"
)]

use super::WeightingError;
use crate::stats::data::{Cells, MISSING, Table};
use crate::stats::error::StatsError;
use crate::stats::num::{self, Sum};
use crate::stats::plan::spec::Strictness;

/// Passes after which trimming is given up.
const LIMIT: usize = 10_000;

/// Rounding error of a weight, as a share of it.
const EDGE: f64 = 1e-12;

/// Where one end of the interval comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound {
    /// A weight.
    Absolute(f64),
    /// A percentile of the weights, 0 to 100.
    Percentile(f64),
}

/// Bounds and classes of a trimming step.
#[derive(Clone, Debug)]
pub(crate) struct Trim {
    rows: Vec<Vec<u32>>,
    lower: Bound,
    upper: Bound,
    strict: Strictness,
}

impl Trim {
    pub(crate) fn new(
        table: &Table,
        present: &[bool],
        within: &[String],
        (lower, upper): (Bound, Bound),
        strict: Strictness,
    ) -> Result<Self, StatsError> {
        for (parameter, bound) in [("lower", lower), ("upper", upper)] {
            let (bad, value) = match bound {
                Bound::Absolute(value) => (value.is_nan(), value),
                Bound::Percentile(value) => (!(0.0..=100.0).contains(&value), value),
            };
            if bad {
                return Err(WeightingError::BadParameter {
                    op: "trim".to_owned(),
                    parameter: parameter.to_owned(),
                    value,
                }
                .into());
            }
        }
        let cells = Cells::of(table, within)?;
        let mut rows = vec![Vec::new(); cells.len()];
        for row in (0..table.rows()).filter(|row| present[*row]) {
            if cells.codes[row] == MISSING {
                return Err(WeightingError::MissingValue {
                    column: within.join(" × "),
                    row,
                }
                .into());
            }
            rows[num::at(cells.codes[row])].push(num::index(row));
        }
        Ok(Self {
            rows,
            lower,
            upper,
            strict,
        })
    }

    /// Number of classes.
    pub(crate) fn classes(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn apply(
        &self,
        weights: &mut [f64],
        counts: Option<&[f64]>,
    ) -> Result<(), WeightingError> {
        for rows in &self.rows {
            let live: Vec<u32> = rows
                .iter()
                .copied()
                .filter(|row| weights[num::at(*row)] != 0.0)
                .collect();
            if !live.is_empty() {
                self.trim_class(&live, weights, counts)?;
            }
        }
        Ok(())
    }

    fn trim_class(
        &self,
        rows: &[u32],
        weights: &mut [f64],
        counts: Option<&[f64]>,
    ) -> Result<(), WeightingError> {
        let lower = value(self.lower, rows, weights, counts);
        let upper = value(self.upper, rows, weights, counts);
        if lower > upper {
            return Err(WeightingError::NothingInside { lower, upper });
        }
        let mut fixed = vec![false; rows.len()];
        for _ in 0..LIMIT {
            if !pass(rows, weights, counts, (lower, upper), &mut fixed)? {
                return Ok(());
            }
            match self.strict {
                Strictness::No => return Ok(()),
                Strictness::Recursive => fixed.fill(false),
                Strictness::OnceTrimmedFixed => {}
            }
        }
        Err(WeightingError::TrimNotConverged { lower, upper })
    }
}

/// One pass over a class; false if no weight was outside. `fixed` marks rows that no longer share.
fn pass(
    rows: &[u32],
    weights: &mut [f64],
    counts: Option<&[f64]>,
    (lower, upper): (f64, f64),
    fixed: &mut [bool],
) -> Result<bool, WeightingError> {
    let (mut removed, mut sharing) = (Sum::default(), 0.0);
    let mut any = false;
    let mut shares = vec![false; rows.len()];
    let (low, high) = (lower - EDGE * lower.abs(), upper + EDGE * upper.abs());
    for (at, row) in rows.iter().map(|row| num::at(*row)).enumerate() {
        let (w, count) = (weights[row], counts.map_or(1.0, |c| c[row]));
        if w < low || w > high {
            any = true;
            let end = if w < lower { lower } else { upper };
            removed.add(count * (w - end));
            weights[row] = end;
            fixed[at] = true;
        } else if !fixed[at] {
            shares[at] = true;
            sharing += count;
        }
    }
    if !any {
        return Ok(false);
    }
    if sharing == 0.0 {
        return Err(WeightingError::NothingInside { lower, upper });
    }
    let share = removed.value() / sharing;
    for (row, _) in rows.iter().zip(&shares).filter(|(_, shares)| **shares) {
        weights[num::at(*row)] += share;
    }
    Ok(true)
}

fn value(bound: Bound, rows: &[u32], weights: &[f64], counts: Option<&[f64]>) -> f64 {
    let percent = match bound {
        Bound::Absolute(value) => return value,
        Bound::Percentile(percent) => percent,
    };
    let mut sorted: Vec<(f64, f64)> = rows
        .iter()
        .map(|row| num::at(*row))
        .map(|row| (weights[row], counts.map_or(1.0, |c| c[row])))
        .collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let n: f64 = sorted.iter().map(|(_, count)| count).sum();
    let place = (n - 1.0) * percent / 100.0;
    let (below, above) = (order(&sorted, place.floor()), order(&sorted, place.ceil()));
    below + (place - place.floor()) * (above - below)
}

/// The weight of the unit at this place, from 0, of sorted weights with counts.
fn order(sorted: &[(f64, f64)], place: f64) -> f64 {
    let mut passed = 0.0;
    for (w, count) in sorted {
        passed += count;
        if place < passed {
            return *w;
        }
    }
    sorted.last().map_or(f64::NAN, |(w, _)| *w)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::data::Column;

    #[test]
    fn a_weight_that_rounding_moved_off_a_bound_takes_its_share_like_its_equals() {
        let start = [1.0 - f64::EPSILON, 1.0, 1.0, 2.0, 5.0];
        let table = Table::new(vec![("w".to_owned(), Column::Number(start.to_vec()))]).unwrap();
        for (lower, upper) in [
            (Bound::Absolute(1.0), Bound::Absolute(4.0)),
            // The second smallest of five and the place between the two largest.
            (
                Bound::Percentile(25.0),
                Bound::Percentile(100.0 - 25.0 / 3.0),
            ),
        ] {
            let mut weights = start.to_vec();
            Trim::new(&table, &[true; 5], &[], (lower, upper), Strictness::No)
                .unwrap()
                .apply(&mut weights, None)
                .unwrap();
            for (got, want) in weights.iter().zip([1.25, 1.25, 1.25, 2.25, 4.0]) {
                assert!((got - want).abs() < 1e-12, "{weights:?}");
            }
        }
    }
}
