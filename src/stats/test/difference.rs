//! t tests: a mean against 0, or the difference of two means.
//!
//! May use `estimate`, `dist`. Promises: degrees of freedom of the domain minus 1, in both versions
//! (R's choice). Source: Lumley, *Complex Surveys*, 2010, §2.3. R: `svyttest`.

#![expect(clippy::indexing_slicing, reason = "two groups, two estimates")]

use crate::stats::data::MISSING;
use crate::stats::dist;
use crate::stats::domain;
use crate::stats::error::{EstimateError, StatsError};
use crate::stats::estimate::contrast::wald_95;
use crate::stats::estimate::mean;
use crate::stats::estimate::target::{self, Form, Target};
use crate::stats::num;
use crate::stats::plan::results::TtestResult;
use crate::stats::plan::run::Scope;

/// The test of one mean, or of two groups.
pub(crate) fn ttest(
    scope: &Scope<'_>,
    variable: &str,
    group: Option<&str>,
) -> Result<TtestResult, StatsError> {
    let values = scope.table.numbers(variable)?;
    let rows = scope.rows()?;
    let df = scope.sample.degrees_of_freedom(&rows) - 1.0;
    let (estimate, var) = match group {
        None => {
            let target = mean::over(Form::Mean, &rows, values);
            let joint = target::joint(scope.sample, std::slice::from_ref(&target), &target.rows)?;
            (joint.values[0], joint.cov[0][0])
        }
        Some(group) => {
            let (first, second, whole) = two_groups(scope, values, group, &rows)?;
            let joint = target::joint(scope.sample, &[first, second], &whole)?;
            let cov = &joint.cov;
            (
                joint.values[1] - joint.values[0],
                cov[0][0] + cov[1][1] - 2.0 * cov[0][1],
            )
        }
    };
    let se = num::root(var);
    let t = estimate / se;
    Ok(TtestResult {
        estimate,
        se,
        t,
        df,
        p_value: dist::t_two_sided(t, df),
        ci: vec![wald_95(estimate, se, df)],
    })
}

/// The two groups with data, and all rows in which both columns have a value.
fn two_groups(
    scope: &Scope<'_>,
    values: &[f64],
    group: &str,
    rows: &[u32],
) -> Result<(Target, Target, Vec<u32>), StatsError> {
    let coded = domain::ordered_codes(scope.table, group, scope.sorted)?;
    let whole: Vec<u32> = rows
        .iter()
        .copied()
        .filter(|row| {
            let row = num::at(*row);
            coded.codes[row] != MISSING && !values[row].is_nan()
        })
        .collect();
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); coded.labels.len()];
    let mut alive = vec![false; coded.labels.len()];
    for row in &whole {
        let code = num::at(coded.codes[num::at(*row)]);
        members[code].push(*row);
        alive[code] |= scope.sample.weights[num::at(*row)] != 0.0;
    }
    let found: Vec<usize> = (0..alive.len()).filter(|code| alive[*code]).collect();
    if let [first, second] = found[..] {
        let target = |code: usize| mean::over(Form::Mean, &members[code], values);
        return Ok((target(first), target(second), whole));
    }
    Err(EstimateError::NotTwoGroups {
        column: group.to_owned(),
        groups: found.len(),
    }
    .into())
}
