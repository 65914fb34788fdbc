//! Means, totals and ratios with their standard errors, design effects and intervals.
//!
//! May use `target`, `effect`, `dist`, `domain`. Promises: the rows of results are in the order
//! group, variable, level. R: `svymean`, `svytotal`, `svyratio`.

#![expect(
    clippy::indexing_slicing,
    reason = "rows are indices of the sample's table"
)]

use std::sync::Arc;

use super::target::{self, Form, Target};
use crate::stats::data::{Column, MISSING};
use crate::stats::dist;
use crate::stats::domain;
use crate::stats::effect::Spread;
use crate::stats::error::{EstimateError, StatsError};
use crate::stats::num::{self, Sum};
use crate::stats::plan::results::{EstimateRow, Group, IntervalRow, RowsResult};
use crate::stats::plan::run::Scope;
use crate::stats::plan::spec::{DfRule, Interval, LonelyPsu};
use crate::stats::sample::{Basis, Sample};
use crate::stats::variance::linear;

/// One column of values to average or add: a number column, or a level of a category.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    pub(crate) variable: String,
    pub(crate) level: Option<String>,
    /// Per row of the table; `NaN` = missing.
    pub(crate) values: Vec<f64>,
}

/// The columns of values that a variable stands for.
pub(crate) fn measured(scope: &Scope<'_>, variable: &str) -> Result<Vec<Measured>, StatsError> {
    if let Column::Number(values) = scope.table.column(variable)? {
        return Ok(vec![Measured {
            variable: variable.to_owned(),
            level: None,
            values: values.clone(),
        }]);
    }
    let coded = domain::ordered_codes(scope.table, variable, scope.sorted)?;
    Ok(coded
        .labels
        .iter()
        .enumerate()
        .map(|(at, label)| Measured {
            variable: variable.to_owned(),
            level: Some(label.clone()),
            values: indicator(&coded.codes, num::index(at)),
        })
        .collect())
}

/// 1 where the code is `wanted`, `NaN` where it is missing.
pub(crate) fn indicator(codes: &[u32], wanted: u32) -> Vec<f64> {
    codes
        .iter()
        .map(|code| match *code {
            MISSING => f64::NAN,
            code => f64::from(code == wanted),
        })
        .collect()
}

/// Means or totals of variables, by group.
pub(crate) fn rows(
    scope: &Scope<'_>,
    form: Form,
    variables: &[String],
    cov: bool,
    ci: &[Interval],
) -> Result<RowsResult, StatsError> {
    check_levels(ci)?;
    let columns = variables
        .iter()
        .map(|variable| measured(scope, variable))
        .collect::<Result<Vec<_>, _>>()?
        .concat();
    let mut result = RowsResult::default();
    for (group, members) in scope.groups()? {
        let mut dfs = DfCache::default();
        for column in &columns {
            let target = over(form, &members, &column.values);
            let joint = target::joint(scope.sample, std::slice::from_ref(&target), &target.rows)?;
            let mut row = basic_row(scope.sample, &target, group.as_ref(), &joint);
            row.variable.clone_from(&column.variable);
            row.level.clone_from(&column.level);
            let spread = spread(scope.sample, &target);
            let effects = match form {
                Form::Total => spread.of_total(row.var),
                Form::Mean | Form::Ratio => spread.of_mean(row.var),
            };
            row.deff_wor = Some(effects.without_replacement);
            row.deff_wr = Some(effects.with_replacement);
            row.se_recentred = recentred(scope.sample, &target, &members, row.var);
            row.ci = wald(scope, &mut dfs, &members, ci, row.estimate, row.se);
            result.rows.push(row);
        }
    }
    if cov {
        let label = |c: &Measured| format!("{}{}", c.variable, c.level.as_deref().unwrap_or(""));
        result.cov_labels = Some(columns.iter().map(label).collect());
        result.cov = Some(joint_covariance(scope, form, &columns)?);
    }
    Ok(result)
}

/// A ratio by group.
pub(crate) fn ratio_rows(
    scope: &Scope<'_>,
    numerator: &str,
    denominator: &str,
    ci: &[Interval],
) -> Result<RowsResult, StatsError> {
    check_levels(ci)?;
    let y = scope.table.numbers(numerator)?;
    let x = scope.table.numbers(denominator)?;
    let mut result = RowsResult::default();
    for (group, members) in scope.groups()? {
        let whole = |row: &u32| !y[num::at(*row)].is_nan() && !x[num::at(*row)].is_nan();
        let rows: Arc<[u32]> = members.iter().copied().filter(whole).collect();
        let target = Target {
            form: Form::Ratio,
            y: rows.iter().map(|row| y[num::at(*row)]).collect(),
            x: rows.iter().map(|row| x[num::at(*row)]).collect(),
            rows,
        };
        let joint = target::joint(scope.sample, std::slice::from_ref(&target), &target.rows)?;
        let mut row = basic_row(scope.sample, &target, group.as_ref(), &joint);
        row.variable = format!("{numerator}/{denominator}");
        let mut dfs = DfCache::default();
        row.ci = wald(scope, &mut dfs, &members, ci, row.estimate, row.se);
        result.rows.push(row);
    }
    Ok(result)
}

/// The rows of `members` that have a value, as a target.
pub(crate) fn over(form: Form, members: &[u32], values: &[f64]) -> Target {
    let rows: Arc<[u32]> = members
        .iter()
        .copied()
        .filter(|row| !values[num::at(*row)].is_nan())
        .collect();
    let y = rows.iter().map(|row| values[num::at(*row)]).collect();
    Target::new(form, rows, y)
}

/// What all kinds of rows share.
pub(crate) fn basic_row(
    sample: &Sample,
    target: &Target,
    group: Option<&Group>,
    joint: &target::Joint,
) -> EstimateRow {
    let (n, sum_weights, _) = sample.weight_sums(&target.rows);
    let (estimate, var) = (joint.values[0], joint.cov[0][0]);
    let se = var.sqrt();
    EstimateRow {
        variable: String::new(),
        level: None,
        group: group.cloned(),
        n,
        sum_weights,
        estimate,
        se,
        var,
        cv: Some(if estimate == 0.0 {
            f64::NAN
        } else {
            se / estimate
        }),
        se_recentred: None,
        deff_wor: None,
        deff_wr: None,
        n_eff: None,
        n_eff_kish: None,
        n_rows_beta: None,
        ci: Vec::new(),
    }
}

/// The element variance of a target's values.
pub(crate) fn spread(sample: &Sample, target: &Target) -> Spread {
    let (n, sum_weights, _) = sample.weight_sums(&target.rows);
    let units = || {
        let rows = target.rows.iter().map(|row| num::at(*row)).zip(&target.y);
        rows.map(|(row, y)| (sample.count(row) * sample.weights[row], *y))
            .filter(|(w, _)| *w != 0.0)
    };
    let mean = num::sum(units().map(|(w, y)| w * y)) / sum_weights;
    let squares: Sum = units().map(|(w, y)| w * (y - mean) * (y - mean)).collect();
    Spread {
        n,
        sum_weights,
        variance: squares.value() / sum_weights,
    }
}

/// For totals of an uncalibrated design under rule `adjust`: the other centre of lonely units.
fn recentred(sample: &Sample, target: &Target, members: &[u32], variance: f64) -> Option<f64> {
    match &sample.basis {
        Basis::Linear { design, residuals }
            if target.form == Form::Total
                && design.lonely == LonelyPsu::Adjust
                && residuals.is_empty() =>
        {
            let used = target::used(sample, members);
            let more = linear::recentring(design, &target.influence(sample), &used);
            Some((variance + more).sqrt())
        }
        _ => None,
    }
}

fn joint_covariance(
    scope: &Scope<'_>,
    form: Form,
    columns: &[Measured],
) -> Result<Vec<Vec<f64>>, StatsError> {
    let domain = scope.rows()?;
    let whole = |row: &u32| columns.iter().all(|c| !c.values[num::at(*row)].is_nan());
    let rows: Vec<u32> = domain.into_iter().filter(whole).collect();
    let targets: Vec<Target> = columns
        .iter()
        .map(|column| over(form, &rows, &column.values))
        .collect();
    Ok(target::joint(scope.sample, &targets, &rows)?.cov)
}

/// Degrees of freedom by rule, each counted once per group.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DfCache {
    domain: Option<f64>,
}

impl DfCache {
    pub(crate) fn get(&mut self, scope: &Scope<'_>, members: &[u32], rule: DfRule) -> f64 {
        match rule {
            DfRule::Infinite => f64::INFINITY,
            DfRule::Number(df) => df,
            DfRule::Design => scope.design_df(),
            DfRule::Domain => *self
                .domain
                .get_or_insert_with(|| scope.sample.degrees_of_freedom(members)),
        }
    }
}

/// Confidence must lie strictly between 0 and 1.
pub(crate) fn check_levels(ci: &[Interval]) -> Result<(), EstimateError> {
    match ci.iter().find(|ci| !(ci.level > 0.0 && ci.level < 1.0)) {
        Some(ci) => Err(EstimateError::BadLevel { level: ci.level }),
        None => Ok(()),
    }
}

fn wald(
    scope: &Scope<'_>,
    dfs: &mut DfCache,
    members: &[u32],
    ci: &[Interval],
    estimate: f64,
    se: f64,
) -> Vec<IntervalRow> {
    ci.iter()
        .map(|ci| {
            let df = dfs.get(scope, members, ci.df);
            let half = dist::t_quantile(1.0 - (1.0 - ci.level) / 2.0, df) * se;
            IntervalRow {
                method: None,
                level: ci.level,
                df_rule: Some(ci.df),
                df,
                low: estimate - half,
                high: estimate + half,
            }
        })
        .collect()
}
