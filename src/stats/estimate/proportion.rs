//! Proportions with the intervals made for them.
//!
//! May use `mean`, `interval`. Promises: where a proportion is 0 or 1, or its variance is rounding
//! error of zero, the variance is reported as 0 and what does not exist as null. R: `svyciprop`.

#![expect(
    clippy::indexing_slicing,
    reason = "rows are indices of the sample's table"
)]

use super::mean::{self, DfCache};
use super::target::{self, Form, Joint};
use crate::stats::data::Column;
use crate::stats::error::{EstimateError, StatsError};
use crate::stats::interval::{self, Method, ProportionInput};
use crate::stats::num;
use crate::stats::plan::results::{EstimateRow, IntervalRow, RowsResult};
use crate::stats::plan::run::Scope;
use crate::stats::plan::spec::Interval;
use crate::stats::sample::Basis;

/// Proportions by group.
pub(crate) fn rows(
    scope: &Scope<'_>,
    variable: &str,
    level: Option<&str>,
    ci: &[Interval],
) -> Result<RowsResult, StatsError> {
    mean::check_levels(ci)?;
    let values = binary(scope, variable, level)?;
    let mut result = RowsResult::default();
    for (group, members) in scope.groups()? {
        let target = mean::over(Form::Mean, &members, &values);
        let joint = target::joint(scope.sample, std::slice::from_ref(&target), &target.rows)?;
        let mut row = mean::basic_row(scope.sample, &target, group.as_ref(), &joint);
        row.variable = level.map_or_else(|| variable.to_owned(), |l| format!("{variable}=={l}"));
        row.cv = None;
        let (_, sum, squares) = scope.sample.weight_sums(&target.rows);
        let n_rows = if scope.sample.keeps_all_rows() {
            scope.sample.present_units()
        } else {
            scope.sample.units(&members)
        };
        let effects = mean::spread(scope.sample, &target).of_mean(row.var);
        let input = ProportionInput {
            p: row.estimate,
            variance: row.var,
            df: f64::INFINITY,
            level: 0.95,
            n_rows,
            degf: f64::NAN,
            kish_n_eff: sum * sum / squares,
        };
        let degenerate = input.is_degenerate();
        if degenerate && !row.var.is_nan() {
            (row.se, row.var) = (0.0, 0.0);
        }
        let unless = |x: f64| if degenerate { f64::NAN } else { x };
        row.deff_wor = Some(unless(effects.without_replacement));
        row.deff_wr = Some(unless(effects.with_replacement));
        row.n_eff = Some(input.n_eff().unwrap_or(f64::NAN));
        row.n_eff_kish = Some(input.kish_n_eff);
        row.n_rows_beta = Some(n_rows);
        row.ci = intervals(scope, &members, ci, &input, &joint, &row);
        result.rows.push(row);
    }
    Ok(result)
}

/// 0, 1 or `NaN` for each row: a 0/1 column as it is, or whether a label is the level.
pub(crate) fn binary(
    scope: &Scope<'_>,
    variable: &str,
    level: Option<&str>,
) -> Result<Vec<f64>, StatsError> {
    match (scope.table.column(variable)?, level) {
        (Column::Number(values), None) => {
            let wrong = |x: &f64| !(x.is_nan() || num::is(*x, 0.0) || num::is(*x, 1.0));
            match values.iter().position(wrong) {
                Some(row) => Err(EstimateError::NotBinary {
                    column: variable.to_owned(),
                    row,
                    value: values[row],
                }
                .into()),
                None => Ok(values.clone()),
            }
        }
        (Column::Category { .. }, None) => Err(EstimateError::LevelNeeded {
            column: variable.to_owned(),
        }
        .into()),
        (_, Some(level)) => {
            let coded = scope.table.codes(variable)?;
            match coded.labels.iter().position(|label| label == level) {
                Some(at) => Ok(mean::indicator(&coded.codes, num::index(at))),
                None => Err(EstimateError::UnknownLevel {
                    column: variable.to_owned(),
                    level: level.to_owned(),
                }
                .into()),
            }
        }
    }
}

fn intervals(
    scope: &Scope<'_>,
    members: &[u32],
    ci: &[Interval],
    input: &ProportionInput,
    joint: &Joint,
    row: &EstimateRow,
) -> Vec<IntervalRow> {
    let mut dfs = DfCache::default();
    let mut rows = Vec::new();
    for asked in ci {
        let df = dfs.get(scope, members, asked.df);
        for method in &asked.methods {
            let of_domain = match method {
                Method::Beta => dfs.get(scope, members, crate::stats::plan::spec::DfRule::Domain),
                _ => f64::NAN,
            };
            let variance = match method {
                Method::Logit => logit_variance(scope, joint, row),
                Method::Likelihood => logit_variance(scope, joint, row) * row.n / (row.n - 1.0),
                _ => row.var,
            };
            let found = interval::interval(
                *method,
                &ProportionInput {
                    df,
                    level: asked.level,
                    degf: of_domain,
                    variance,
                    ..*input
                },
            );
            rows.push(IntervalRow {
                method: Some(method.name()),
                level: asked.level,
                df_rule: Some(asked.df),
                df,
                low: found.map_or(f64::NAN, |i| i.low),
                high: found.map_or(f64::NAN, |i| i.high),
            });
        }
    }
    rows
}

/// The variance that the `logit` interval uses, on the scale of the proportion: with replicates the
/// replicate variance of the log odds times (p (1 − p))², else the design variance.
fn logit_variance(scope: &Scope<'_>, joint: &Joint, row: &EstimateRow) -> f64 {
    let Basis::Replicate(replicates) = &scope.sample.basis else {
        return row.var;
    };
    if row.var == 0.0 {
        return 0.0;
    }
    let log_odds = |p: f64| (p / (1.0 - p)).ln();
    let each: Vec<Vec<f64>> = joint
        .thetas
        .iter()
        .map(|estimates| vec![log_odds(estimates[0])])
        .collect();
    let p = row.estimate;
    let cov = replicates.covariance(&[log_odds(p)], &each);
    let spread = p * (1.0 - p);
    cov[0][0] * spread * spread
}
