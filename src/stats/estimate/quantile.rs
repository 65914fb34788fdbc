//! Quantiles and their intervals.
//!
//! May use `target`, `interval`, `dist`, `mean`. An interval is one for the share at or below the
//! quantile, turned back by the same rule (Woodruff, JASA 47, 1952, pp. 635–646; Francisco and Fuller,
//! Annals of Statistics 19, 1991, pp. 454–469, for the score), or one from the replicates of the
//! quantile. Promises: degrees of freedom are those of the whole weighted design, the level is 95 %;
//! an end that no share reaches is null. R: `svyquantile` of survey 4.1-1.

#![expect(
    clippy::indexing_slicing,
    reason = "rows are indices of the sample's table"
)]

mod rule;

use super::mean;
use super::target::{self, Form, Target};
use crate::stats::dist;
use crate::stats::error::{EstimateError, StatsError};
use crate::stats::interval::{self, Interval, Method, ProportionInput};
use crate::stats::num;
use crate::stats::plan::results::{QuantileResult, QuantileRow};
use crate::stats::plan::run::Scope;
use crate::stats::plan::spec::{QuantileInterval, QuantileRule};
use crate::stats::sample::Basis;
use rule::Ordered;

/// Two-sided confidence of the intervals.
const LEVEL: f64 = 0.95;

/// Quantiles of a number column by group.
pub(crate) fn quantiles(
    scope: &Scope<'_>,
    variable: &str,
    probs: &[f64],
    interval: QuantileInterval,
    rule: QuantileRule,
) -> Result<QuantileResult, StatsError> {
    if let Some(p) = probs.iter().find(|p| !(**p > 0.0 && **p < 1.0)) {
        return Err(EstimateError::BadProbability { probability: *p }.into());
    }
    let values = scope.table.numbers(variable)?;
    let mut result = QuantileResult { rows: Vec::new() };
    for (group, members) in scope.groups()? {
        let target = mean::over(Form::Mean, &members, values);
        let asked = Asked::new(scope, target, interval, rule);
        for p in probs {
            let (estimate, ends) = asked.quantile(*p)?;
            result.rows.push(QuantileRow {
                p: *p,
                group: group.clone(),
                estimate,
                low: ends.low,
                high: ends.high,
                se: (ends.high - ends.low) / (2.0 * asked.t),
            });
        }
    }
    Ok(result)
}

/// The values of a group, and what is asked of them.
struct Asked<'a> {
    scope: &'a Scope<'a>,
    target: Target,
    values: Ordered,
    df: f64,
    /// The t quantile of the interval.
    t: f64,
    interval: QuantileInterval,
    rule: QuantileRule,
}

impl<'a> Asked<'a> {
    fn new(
        scope: &'a Scope<'a>,
        target: Target,
        interval: QuantileInterval,
        rule: QuantileRule,
    ) -> Self {
        let row = |at: usize| num::at(target.rows[at]);
        let values = Ordered::new(
            &target.y,
            |at| scope.sample.weights[row(at)],
            |at| scope.sample.count(row(at)),
        );
        let df = scope.design_df();
        Self {
            scope,
            values,
            df,
            t: dist::t_quantile(0.5 + LEVEL / 2.0, df),
            target,
            interval,
            rule,
        }
    }

    /// The quantile and the ends of its interval.
    fn quantile(&self, p: f64) -> Result<(f64, Interval), StatsError> {
        let estimate = self.values.quantile(self.rule, p);
        let ends = match self.interval {
            QuantileInterval::Quantile => self.by_replicates(estimate, p)?,
            QuantileInterval::Score => self.score(p)?,
            QuantileInterval::Mean => self.woodruff(estimate, Method::Mean)?,
            QuantileInterval::Beta => self.woodruff(estimate, Method::Beta)?,
            QuantileInterval::Xlogit => self.woodruff(estimate, Method::Xlogit)?,
            QuantileInterval::Asin => self.woodruff(estimate, Method::Asin)?,
        };
        Ok((estimate, ends))
    }

    /// The weighted share at or below a value, and its design variance.
    fn share(&self, value: f64) -> Result<(f64, f64), StatsError> {
        let below = |y: &f64| f64::from(u8::from(*y <= value));
        let target = Target::new(
            Form::Mean,
            self.target.rows.clone(),
            self.target.y.iter().map(below).collect(),
        );
        let joint = target::joint(self.scope.sample, &[target], &self.target.rows)?;
        Ok((joint.values[0], joint.cov[0][0]))
    }

    fn woodruff(&self, estimate: f64, method: Method) -> Result<Interval, StatsError> {
        let (p, variance) = self.share(estimate)?;
        let sample = self.scope.sample;
        let found = interval::interval(
            method,
            &ProportionInput {
                p,
                variance,
                df: self.df,
                level: LEVEL,
                n_rows: if sample.keeps_all_rows() {
                    sample.present_units()
                } else {
                    sample.units(&self.target.rows)
                },
                degf: match method {
                    Method::Beta => sample.degrees_of_freedom(&self.target.rows),
                    _ => f64::NAN,
                },
                kish_n_eff: f64::NAN,
            },
        );
        let end = |share: f64| {
            if (0.0..=1.0).contains(&share) {
                self.values.quantile(self.rule, share)
            } else {
                f64::NAN
            }
        };
        Ok(Interval {
            low: found.map_or(f64::NAN, |i| end(i.low)),
            high: found.map_or(f64::NAN, |i| end(i.high)),
        })
    }

    /// The values at which the share's distance from `p` is at most t standard errors: from the first
    /// such value to the value after the last.
    fn score(&self, p: f64) -> Result<Interval, StatsError> {
        let values = self.values.distinct();
        if values.is_empty() || self.t.is_nan() {
            return Ok(Interval {
                low: f64::NAN,
                high: f64::NAN,
            });
        }
        // Both are positions of the first value whose score is below a bound; scores fall with the value.
        let first_below = |bound: f64, strictly: bool| -> Result<usize, StatsError> {
            let (mut from, mut to) = (0, values.len() - 1);
            while from < to {
                let middle = usize::midpoint(from, to);
                let (share, variance) = self.share(values[middle])?;
                let score = (p - share) / variance.max(0.0).sqrt();
                if score < bound || (!strictly && score <= bound) {
                    to = middle;
                } else {
                    from = middle + 1;
                }
            }
            Ok(from)
        };
        Ok(Interval {
            low: values[first_below(self.t, false)?],
            high: values[first_below(-self.t, true)?],
        })
    }

    fn by_replicates(&self, estimate: f64, p: f64) -> Result<Interval, StatsError> {
        let sample = self.scope.sample;
        let Basis::Replicate(replicates) = &sample.basis else {
            return Err(EstimateError::ReplicatesNeeded {
                interval: self.interval,
            }
            .into());
        };
        let row = |at: usize| num::at(self.target.rows[at]);
        let each: Vec<Vec<f64>> = (0..replicates.factors.len())
            .map(|r| {
                let weight = |at: usize| replicates.weight(r, row(at));
                let values = self
                    .values
                    .reweighted(&self.target.y, weight, |at| sample.count(row(at)));
                vec![values.quantile(self.rule, p)]
            })
            .collect();
        let half = self.t * replicates.covariance(&[estimate], &each)[0][0].sqrt();
        if half.is_infinite() {
            return Err(EstimateError::Overflow.into());
        }
        Ok(Interval {
            low: estimate - half,
            high: estimate + half,
        })
    }
}
