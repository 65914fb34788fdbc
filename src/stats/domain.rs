//! Domains and groups: which rows an analysis is about.
//!
//! May use `data`, `num` and the plan's vocabulary. Promises: a missing value fulfils no condition;
//! rows come in table order, groups in the order of their levels.

#![expect(
    clippy::indexing_slicing,
    reason = "rows and codes are indices of one table"
)]

use super::data::{Coded, Column, DataError, MISSING, Table};
use super::error::{EstimateError, StatsError};
use super::num;
use super::plan::results::Group;
use super::plan::spec::{Comparison, Condition, ConditionValue, Scalar};
use super::sample::Sample;

/// Rows of the sample that fulfil every condition.
pub(crate) fn rows(
    sample: &Sample,
    table: &Table,
    conditions: &[Condition],
) -> Result<Vec<u32>, StatsError> {
    let mut rows = sample.present_rows();
    for condition in conditions {
        let holds = Test::new(table, condition)?;
        rows.retain(|row| holds.row(num::at(*row)));
    }
    Ok(rows)
}

/// A condition prepared for its column.
enum Test<'a> {
    Number(&'a [f64], Comparison, Vec<f64>),
    /// Code → whether the condition holds.
    Label(&'a [u32], Vec<bool>),
}

impl<'a> Test<'a> {
    fn new(table: &'a Table, condition: &Condition) -> Result<Self, StatsError> {
        let wanted: Vec<&Scalar> = match &condition.value {
            ConditionValue::One(value) => vec![value],
            ConditionValue::Many(values) => values.iter().collect(),
        };
        let misfit = || EstimateError::BadCondition {
            column: condition.variable.clone(),
        };
        if condition.op != Comparison::In && wanted.len() != 1 {
            return Err(misfit().into());
        }
        match table.column(&condition.variable)? {
            Column::Number(values) => {
                let number = |scalar: &&Scalar| match scalar {
                    Scalar::Number(x) => Some(*x),
                    Scalar::Text(text) => text.trim().parse().ok(),
                };
                let wanted: Option<Vec<f64>> = wanted.iter().map(number).collect();
                Ok(Self::Number(
                    values,
                    condition.op,
                    wanted.ok_or_else(misfit)?,
                ))
            }
            Column::Category { levels, codes } => {
                let texts: Vec<String> = wanted
                    .iter()
                    .map(|scalar| match scalar {
                        Scalar::Number(x) => num::text(*x),
                        Scalar::Text(text) => text.clone(),
                    })
                    .collect();
                let holds = levels
                    .iter()
                    .map(|level| compare(condition.op, |text: &String| level.cmp(text), &texts))
                    .collect();
                Ok(Self::Label(codes, holds))
            }
        }
    }

    fn row(&self, row: usize) -> bool {
        match self {
            Self::Number(values, op, wanted) => {
                let value = values[row];
                !value.is_nan() && compare(*op, |x: &f64| value.total_cmp(&(x + 0.0)), wanted)
            }
            Self::Label(codes, holds) => codes[row] != MISSING && holds[num::at(codes[row])],
        }
    }
}

fn compare<T>(op: Comparison, order: impl Fn(&T) -> std::cmp::Ordering, wanted: &[T]) -> bool {
    match op {
        Comparison::In | Comparison::Equal => wanted.iter().any(|w| order(w).is_eq()),
        Comparison::NotEqual => wanted.iter().all(|w| order(w).is_ne()),
        Comparison::Less => wanted.iter().all(|w| order(w).is_lt()),
        Comparison::AtMost => wanted.iter().all(|w| order(w).is_le()),
        Comparison::Greater => wanted.iter().all(|w| order(w).is_gt()),
        Comparison::AtLeast => wanted.iter().all(|w| order(w).is_ge()),
    }
}

/// A column as codes whose labels come in the order of results: categories as declared, numbers by
/// size, strings sorted.
pub(crate) fn ordered_codes(
    table: &Table,
    column: &str,
    sorted: &[String],
) -> Result<Coded, DataError> {
    let mut coded = table.codes(column)?;
    if sorted.iter().any(|name| name == column) {
        let mut order: Vec<usize> = (0..coded.labels.len()).collect();
        order.sort_by(|a, b| coded.labels[*a].cmp(&coded.labels[*b]));
        let mut rank = vec![0; order.len()];
        for (to, from) in order.iter().enumerate() {
            rank[*from] = num::index(to);
        }
        coded.labels = order.iter().map(|at| coded.labels[*at].clone()).collect();
        for code in coded.codes.iter_mut().filter(|code| **code != MISSING) {
            *code = rank[num::at(*code)];
        }
    }
    Ok(coded)
}

/// A group and its rows; no group if there are no grouping columns.
pub(crate) type Member = (Option<Group>, Vec<u32>);

/// The groups of a set of rows: combinations of levels with a row of weight other than 0. Without
/// columns there is one group, even if nobody is in it.
pub(crate) fn groups(
    sample: &Sample,
    table: &Table,
    rows: Vec<u32>,
    by: &[String],
    sorted: &[String],
) -> Result<Vec<Member>, DataError> {
    if by.is_empty() {
        return Ok(vec![(None, rows)]);
    }
    let columns = by
        .iter()
        .map(|column| ordered_codes(table, column, sorted))
        .collect::<Result<Vec<_>, _>>()?;
    let cells: usize = columns.iter().map(|c| c.labels.len()).product();
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); cells];
    let mut alive = vec![false; cells];
    for row in rows {
        let mut cell = Some(0);
        for column in &columns {
            let code = column.codes[num::at(row)];
            cell = cell
                .filter(|_| code != MISSING)
                .map(|cell| cell * column.labels.len() + num::at(code));
        }
        if let Some(cell) = cell {
            members[cell].push(row);
            alive[cell] |= sample.weights[num::at(row)] != 0.0;
        }
    }
    let label = |mut cell: usize| {
        let mut levels = Vec::with_capacity(by.len());
        for (name, column) in by.iter().zip(&columns).rev() {
            levels.push((
                name.clone(),
                column.labels[cell % column.labels.len()].clone(),
            ));
            cell /= column.labels.len();
        }
        levels.reverse();
        Group(levels)
    };
    Ok(members
        .into_iter()
        .enumerate()
        .filter(|(cell, _)| alive[*cell])
        .map(|(cell, rows)| (Some(label(cell)), rows))
        .collect())
}
