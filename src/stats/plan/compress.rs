//! Identical rows as one row with a count: what makes a run cost its distinct rows.
//!
//! May use `data`, `num` and the plan's vocabulary. Promises: rows are merged only if every column
//! that the plan names is equal, so results are those of the rows up to rounding; merged rows keep
//! the order of first appearance.

#![expect(
    clippy::indexing_slicing,
    reason = "cells are dense indices of the table's rows"
)]

use super::spec::{Analysis, AnalysisKind, DesignSpec, Plan, Step};
use crate::stats::data::{Cells, MISSING, Table};
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
    let in_order = |analysis: &Analysis| matches!(analysis.kind, AnalysisKind::Quantile { qrule, .. } if qrule.depends_on_rows());
    if plan.designs.iter().any(by_row)
        || plan.analyses.iter().any(in_order)
        || !plan.small_area.is_empty()
    {
        return Ok(None);
    }
    let names = columns(plan);
    let mut cells = Cells::one(table.rows());
    for name in &names {
        let mut coded = table.codes(name)?;
        let levels = coded.labels.len();
        if coded.codes.contains(&MISSING) {
            let own = num::index(levels);
            for code in coded.codes.iter_mut().filter(|code| **code == MISSING) {
                *code = own;
            }
        }
        cells = cells.cross(&coded.codes, levels + 1);
        if cells.len() > most {
            return Ok(None);
        }
    }
    let mut counts = vec![0.0; cells.len()];
    for (row, cell) in cells.codes.iter().enumerate() {
        counts[num::at(*cell)] += table.counts().map_or(1.0, |counts| counts[row]);
    }
    Ok(Some(Compressed {
        table: table.pick(&names, &cells.first)?.with_counts(counts)?,
        cell: cells.codes,
    }))
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

fn analysis_columns<'a>(kind: &'a AnalysisKind, names: &mut Vec<&'a str>) {
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
        AnalysisKind::Degf {} => {}
    }
}
