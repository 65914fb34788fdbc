//! Linear combinations of the means of groups, with the covariance that shared units make.
//!
//! May use `target`, `mean`, `proportion`, `dist`. Promises: the covariance between groups is that
//! of the whole design. R: `svycontrast(svyby(…, covmat = TRUE))`.

#![expect(clippy::indexing_slicing, reason = "groups are indices of one list")]

use super::mean;
use super::proportion;
use super::target::{self, Form, Target};
use crate::stats::data::Column;
use crate::stats::dist;
use crate::stats::error::{EstimateError, StatsError};
use crate::stats::num;
use crate::stats::plan::results::{ContrastResult, ContrastRow, IntervalRow};
use crate::stats::plan::run::Scope;
use crate::stats::plan::spec::{Contrast, DfRule};

/// Confidence of the interval of a difference.
const LEVEL: f64 = 0.95;

/// Group means and their contrasts.
pub(crate) fn contrasts(
    scope: &Scope<'_>,
    variable: &str,
    level: Option<&str>,
    df: DfRule,
    wanted: &[Contrast],
) -> Result<ContrastResult, StatsError> {
    let values = match (scope.table.column(variable)?, level) {
        (Column::Number(values), None) => values.clone(),
        _ => proportion::binary(scope, variable, level)?,
    };
    let rows = scope.rows()?;
    let groups = scope.groups()?;
    let keys: Vec<String> = groups
        .iter()
        .map(|(group, _)| group.as_ref().map(super::super::plan::results::Group::key))
        .map(Option::unwrap_or_default)
        .collect();
    let targets: Vec<Target> = groups
        .iter()
        .map(|(_, members)| mean::over(Form::Mean, members, &values))
        .collect();
    let joint = target::joint(scope.sample, &targets, &rows)?;
    let df = mean::DfCache::default().get(scope, &rows, df);
    let contrasts = wanted
        .iter()
        .map(|contrast| {
            let coefficients = coefficients(contrast, &keys)?;
            Ok(one(contrast, &coefficients, &joint, df))
        })
        .collect::<Result<Vec<_>, EstimateError>>()?;
    Ok(ContrastResult {
        groups: keys,
        estimates: joint.values,
        cov: joint.cov,
        contrasts,
    })
}

fn coefficients(contrast: &Contrast, keys: &[String]) -> Result<Vec<f64>, EstimateError> {
    if contrast.groups.len() != contrast.coefficients.len() {
        return Err(EstimateError::UnequalContrast {
            contrast: contrast.id.clone(),
            groups: contrast.groups.len(),
            coefficients: contrast.coefficients.len(),
        });
    }
    let mut coefficients = vec![0.0; keys.len()];
    for (group, coefficient) in contrast.groups.iter().zip(&contrast.coefficients) {
        match keys.iter().position(|key| key == group) {
            Some(at) => coefficients[at] = *coefficient,
            None => {
                return Err(EstimateError::UnknownGroup {
                    contrast: contrast.id.clone(),
                    group: group.clone(),
                });
            }
        }
    }
    Ok(coefficients)
}

fn one(contrast: &Contrast, coefficients: &[f64], joint: &target::Joint, df: f64) -> ContrastRow {
    let used: Vec<usize> = (0..coefficients.len())
        .filter(|at| coefficients[*at] != 0.0)
        .collect();
    let estimate = num::sum(used.iter().map(|a| coefficients[*a] * joint.values[*a]));
    let pairs = used.iter().flat_map(|a| used.iter().map(move |b| (*a, *b)));
    let var = num::sum(pairs.map(|(a, b)| coefficients[a] * coefficients[b] * joint.cov[a][b]));
    let se = num::root(var);
    let t = estimate / se;
    ContrastRow {
        id: contrast.id.clone(),
        estimate,
        se,
        var,
        df,
        t,
        p_value: dist::t_two_sided(t, df),
        ci: vec![wald_95(estimate, se, df)],
    }
}

/// The 95 % interval of a difference or a mean.
pub(crate) fn wald_95(estimate: f64, se: f64, df: f64) -> IntervalRow {
    let half = dist::t_quantile(1.0 - (1.0 - LEVEL) / 2.0, df) * se;
    IntervalRow {
        method: None,
        level: LEVEL,
        df_rule: None,
        df,
        low: estimate - half,
        high: estimate + half,
    }
}
