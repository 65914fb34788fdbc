//! Identical rows as one row with a count: what makes a run cost its distinct rows.
//!
//! May use `data`, `num` and the plan's vocabulary. Promises: rows are merged only if every column
//! that the plan names is equal, so results are those of the rows up to rounding; merged rows keep
//! the order of first appearance.

#![expect(
    clippy::indexing_slicing,
    reason = "cells are dense indices of the table's rows"
)]

use std::borrow::Cow;
use std::collections::HashMap;

use super::spec::{Analysis, AnalysisKind, DesignSpec, Plan, Step};
use crate::stats::data::packed::Packed;
use crate::stats::data::{MISSING, Table};
use crate::stats::error::StatsError;
use crate::stats::num;

/// A table whose rows stand for several identical ones.
#[derive(Clone, Debug)]
pub struct Compressed {
    /// The columns that the plan names, with counts.
    pub table: Table,
    /// Row of the original table → row of `table`.
    pub cell: Vec<u32>,
}

impl Compressed {
    /// One value per original row from one per compressed row.
    ///
    /// ```
    /// use minyi::stats::data::{Column, Table};
    /// use minyi::stats::plan::compress::Compressed;
    ///
    /// let table = Table::new(vec![("y".to_owned(), Column::Number(vec![0.0, 1.0]))]).unwrap();
    /// let merged = Compressed { table, cell: vec![0, 1, 0] };
    /// assert_eq!(merged.expand(&[2.5, 4.0]), [2.5, 4.0, 2.5]);
    /// ```
    #[must_use]
    pub fn expand(&self, values: &[f64]) -> Vec<f64> {
        self.cell
            .iter()
            .map(|cell| values[num::at(*cell)])
            .collect()
    }
}

/// Merges rows that are equal in every column that the plan names. `None` if that is of no use:
/// more than `most` distinct rows, replicate weights by row, quantiles that depend on the order of rows,
/// or small area models.
///
/// ```
/// use minyi::stats::data::{Column, Table};
/// use minyi::stats::plan::{Plan, compress};
///
/// let plan: Plan = serde_json::from_str(
///     r#"{"id": "x", "designs": [{"id": "d", "kind": "taylor", "weights": "w"}],
///         "analyses": [{"id": "m", "kind": "mean", "design": "d", "variables": ["y"]}]}"#,
/// )
/// .unwrap();
/// let table = Table::new(vec![
///     ("w".to_owned(), Column::Number(vec![2.0, 2.0, 2.0])),
///     ("y".to_owned(), Column::Number(vec![1.0, 0.0, 1.0])),
///     ("name".to_owned(), Column::labels([Some("a"), Some("b"), Some("c")])),
/// ])
/// .unwrap();
/// let merged = compress::compress(&plan, &table, 2).unwrap().unwrap();
/// assert_eq!(merged.table.counts(), Some(&[2.0, 1.0][..]));
/// ```
pub fn compress(plan: &Plan, table: &Table, most: usize) -> Result<Option<Compressed>, StatsError> {
    let by_row = |design: &DesignSpec| match design {
        DesignSpec::Taylor(_) => false,
        DesignSpec::Replicate(_) => true,
        // Of units that are rows, each has its own factors.
        DesignSpec::ReplicatesOf(spec) => plan
            .taylor(&spec.design)
            .is_ok_and(|design| design.ids.is_empty()),
    };
    let in_order = |analysis: &Analysis| match analysis.kind {
        AnalysisKind::Quantile { qrule, .. } => qrule.depends_on_rows(),
        // Of units that are rows, each is one.
        AnalysisKind::DirectionContrast { .. }
        | AnalysisKind::ModeContrast { .. }
        | AnalysisKind::DuplicateRuns { .. } => true,
        _ => false,
    };
    if plan.designs.iter().any(by_row)
        || plan.analyses.iter().any(in_order)
        || !plan.small_area.is_empty()
    {
        return Ok(None);
    }
    let names = columns(plan);
    let mut packed = Vec::with_capacity(names.len());
    for name in &names {
        match table.pack(name, most)? {
            Some(column) => packed.push(column),
            None => return Ok(None),
        }
    }
    let Some((cell, first)) = joint(table.rows(), &packed, most) else {
        return Ok(None);
    };
    let mut counts = vec![0.0; first.len()];
    for (row, cell) in cell.iter().enumerate() {
        counts[num::at(*cell)] += table.counts().map_or(1.0, |counts| counts[row]);
    }
    Ok(Some(Compressed {
        table: table.pick(&names, &first)?.with_counts(counts)?,
        cell,
    }))
}

/// Keys below this are numbered through an array, others through a map.
const ARRAY_KEYS: usize = 1 << 22;
/// Rows whose keys are made together, so that they stay in the nearest cache.
const BLOCK: usize = 4_096;

/// Row → cell and cell → first row of the cells that columns make together, numbered in order of first
/// appearance; `None` if there are more than `most`. As many columns as an array can number become one
/// key, in one pass; the cells so far and further columns become the next.
fn joint(rows: usize, columns: &[Cow<'_, Packed>], most: usize) -> Option<(Vec<u32>, Vec<u32>)> {
    // Widest first: the narrow ones then share passes. Cells and their numbers do not depend on it.
    let mut order: Vec<&Packed> = columns.iter().map(AsRef::as_ref).collect();
    order.sort_by_key(|column| std::cmp::Reverse(column.width()));
    let mut cell = vec![0_u32; rows];
    let mut first: Vec<u32> = if rows == 0 { Vec::new() } else { vec![0] };
    let mut rest = order.as_slice();
    while let Some((wide, others)) = rest.split_first() {
        let mut keys = first.len().saturating_mul(wide.width());
        if keys > ARRAY_KEYS {
            first = number_sparse(&mut cell, wide, most)?;
            rest = others;
            continue;
        }
        let mut together = 1;
        for column in others {
            let more = keys.saturating_mul(column.width());
            if more > ARRAY_KEYS {
                break;
            }
            keys = more;
            together += 1;
        }
        let (now, later) = rest.split_at(together);
        first = number_dense(&mut cell, now, keys, most)?;
        rest = later;
    }
    Some((cell, first))
}

/// Crosses cells with columns through an array of all possible keys.
fn number_dense(
    cell: &mut [u32],
    columns: &[&Packed],
    keys: usize,
    most: usize,
) -> Option<Vec<u32>> {
    let widths: Vec<u32> = columns.iter().map(|c| num::index(c.width())).collect();
    // 0 = not seen: memory that nobody touches is never made.
    let mut number = vec![0_u32; keys];
    let mut first: Vec<u32> = Vec::new();
    for (block, part) in cell.chunks_mut(BLOCK).enumerate() {
        let start = block * BLOCK;
        for (column, width) in columns.iter().zip(&widths) {
            column.codes().append_to(part, start, *width);
        }
        for (at, key) in part.iter_mut().enumerate() {
            let slot = &mut number[num::at(*key)];
            if *slot == 0 {
                first.push(num::index(start + at));
                *slot = num::index(first.len());
            }
            *key = *slot - 1;
        }
        if first.len() > most {
            return None;
        }
    }
    Some(first)
}

/// Crosses cells with a column of many values through a map.
fn number_sparse(cell: &mut [u32], column: &Packed, most: usize) -> Option<Vec<u32>> {
    let mut number: HashMap<(u32, u32), u32> = HashMap::new();
    let mut first: Vec<u32> = Vec::new();
    for (row, cell) in cell.iter_mut().enumerate() {
        let code = column.codes().get(row).unwrap_or(MISSING);
        *cell = *number.entry((*cell, code)).or_insert_with(|| {
            first.push(num::index(row));
            num::index(first.len() - 1)
        });
        if first.len() > most {
            return None;
        }
    }
    Some(first)
}

/// Every column that the plan names, once.
fn columns(plan: &Plan) -> Vec<String> {
    let mut names: Vec<&str> = Vec::new();
    for design in &plan.designs {
        if let DesignSpec::Taylor(spec) = design {
            names.extend(spec.ids.iter().map(String::as_str));
            names.extend(spec.strata.iter().map(String::as_str));
            names.extend(spec.fpc.iter().map(String::as_str));
            names.extend(spec.weights.as_deref());
        }
    }
    for step in plan.weightings.iter().flat_map(|w| &w.steps) {
        step_columns(step, &mut names);
    }
    for analysis in &plan.analyses {
        names.extend(analysis.domain.iter().map(|c| c.variable.as_str()));
        names.extend(analysis.by.iter().map(String::as_str));
        analysis_columns(&analysis.kind, &mut names);
    }
    let mut once: Vec<String> = Vec::new();
    for name in names {
        if !once.iter().any(|seen| seen == name) {
            once.push(name.to_owned());
        }
    }
    once
}

/// The columns that a weighting step reads, some perhaps twice.
pub(crate) fn step_columns<'a>(step: &'a Step, names: &mut Vec<&'a str>) {
    match step {
        Step::NonresponseClass {
            classes, response, ..
        } => {
            names.extend(classes.iter().map(String::as_str));
            names.push(response);
        }
        Step::Poststratify { totals, .. } => {
            names.extend(totals.variables.iter().map(String::as_str));
        }
        Step::Rake { margins, .. } => {
            let variables = margins.iter().flat_map(|margin| &margin.variables);
            names.extend(variables.map(String::as_str));
        }
        Step::Calibrate { columns, .. } => {
            for column in columns {
                names.extend(column.variable.as_deref());
                names.extend(column.and.iter().map(|other| other.variable.as_str()));
            }
        }
        Step::Trim { within, .. } => names.extend(within.iter().map(String::as_str)),
        Step::ScaleTo { .. } => {}
    }
}

/// The columns that an analysis reads beside its groups and conditions.
pub(crate) fn analysis_columns<'a>(kind: &'a AnalysisKind, names: &mut Vec<&'a str>) {
    match kind {
        AnalysisKind::Mean { variables, .. } | AnalysisKind::Total { variables, .. } => {
            names.extend(variables.iter().map(String::as_str));
        }
        AnalysisKind::Ratio {
            numerator,
            denominator,
            ..
        } => names.extend([numerator.as_str(), denominator]),
        AnalysisKind::Proportion { variable, .. }
        | AnalysisKind::Contrast { variable, .. }
        | AnalysisKind::Quantile { variable, .. } => names.push(variable),
        AnalysisKind::Chisq { row, col, .. } => names.extend([row.as_str(), col]),
        AnalysisKind::Ttest { variable, group } => {
            names.push(variable);
            names.extend(group.as_deref());
        }
        AnalysisKind::DirectionContrast { variable, arm, .. } => {
            names.extend([variable.as_str(), arm]);
        }
        AnalysisKind::ModeContrast { variable, mode, .. } => {
            names.extend([variable.as_str(), mode]);
        }
        AnalysisKind::DuplicateRuns {
            variables, unit, ..
        } => {
            names.extend(variables.iter().map(String::as_str));
            names.push(unit);
        }
        AnalysisKind::Degf {} => {}
    }
}

#[cfg(test)]
mod tests;
