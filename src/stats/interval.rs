//! Confidence intervals for a proportion whose variance comes from a survey design.
//!
//! Pure functions of the estimate, its design variance and its degrees of freedom. None is the answer
//! where R's `svyciprop` has none: a proportion of 0 or 1, a variance of zero (for `asin` and `mean`
//! the interval is then the point), no degrees of freedom.
//!
//! Sources: Korn and Graubard, Survey Methodology 24 (1998), 193–201 (`beta`); Lumley, *Complex
//! Surveys*, 2010, §2.4 (`xlogit`, `asin`); Wilson, JASA 22 (1927), 209–212, with the effective sample
//! size (`wilson`); Kish, *Survey Sampling*, 1965, §11.2C (effective size of weights); Rao and Scott,
//! Annals of Statistics 12 (1984), 46–60 (`likelihood`). R:
//! `survey::svyciprop(method = "xlogit" | "asin" | "beta" | "mean" | "wilson" | "likelihood")`.

use super::dist::{beta_quantile, expit, logit, t_quantile};
use serde::{Deserialize, Serialize};

/// Below this a variance is rounding error of zero, and a proportion or its complement is zero.
const ZERO_VARIANCE: f64 = 1e-20;
const ZERO_PROPORTION: f64 = 1e-12;

/// How an interval is made; the names are those of plans and results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Wald interval of an intercept-only logistic regression. With Taylor variances it is `Xlogit`
    /// (R iterates, and differs by less than 1e-7); with replicates its variance is another one, so
    /// the caller passes `p (1 − p)` times the replicate standard error of the log odds, squared.
    Logit,
    /// Wald interval on the log odds, delta method.
    Xlogit,
    /// Wald interval on the arcsine of the root. Not clipped: `sin²` folds back beyond its ends.
    Asin,
    /// Korn–Graubard: Clopper–Pearson at the effective sample size adjusted by its degrees of freedom.
    Beta,
    /// Wald interval on the proportion itself, not clipped to [0, 1]. Never for a verdict.
    Mean,
    /// Wilson's score interval at the effective sample size `p (1 − p) / V`.
    Wilson,
    /// Wilson's score interval at Kish's effective sample size; defined at p = 0 and 1.
    WilsonKish,
    /// Clopper–Pearson at Kish's effective sample size; defined at p = 0 and 1.
    BetaKish,
    /// Proportions whose likelihood ratio against the estimate, scaled by Rao and Scott's design
    /// effect, is at most the squared t quantile. With replicates the variance is that of `Logit`. R
    /// also multiplies it by the dispersion n/(n − 1), and reads the profile off a spline.
    Likelihood,
}

impl Method {
    /// Its name in plans and results.
    ///
    /// ```
    /// assert_eq!(minyi::stats::interval::Method::WilsonKish.name(), "wilson_kish");
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Logit => "logit",
            Self::Xlogit => "xlogit",
            Self::Asin => "asin",
            Self::Beta => "beta",
            Self::Mean => "mean",
            Self::Wilson => "wilson",
            Self::WilsonKish => "wilson_kish",
            Self::BetaKish => "beta_kish",
            Self::Likelihood => "likelihood",
        }
    }
}

/// Everything an interval for a proportion can depend on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProportionInput {
    /// The estimated proportion.
    pub p: f64,
    /// Its design variance.
    pub variance: f64,
    /// Degrees of freedom of the t quantile; infinite for the normal.
    pub df: f64,
    /// Two-sided confidence level, as 0.95.
    pub level: f64,
    /// Rows that `Beta` counts: of the domain, or of the whole sample after calibration.
    pub n_rows: f64,
    /// Degrees of freedom of the domain, which `Beta` uses whatever `df` is.
    pub degf: f64,
    /// Kish's effective sample size `(Σw)² / Σw²`.
    pub kish_n_eff: f64,
}

/// Lower and upper end.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    fn new(low: f64, high: f64) -> Option<Self> {
        (!low.is_nan() && !high.is_nan()).then_some(Self { low, high })
    }
}

impl ProportionInput {
    /// `V` is zero, or `p` is 0 or 1 up to rounding.
    ///
    /// ```
    /// use minyi::stats::interval::ProportionInput;
    /// let input = ProportionInput {
    ///     p: 0.9, variance: 0.0003, df: 20.0, level: 0.95, n_rows: 400.0, degf: 20.0, kish_n_eff: 350.0,
    /// };
    /// assert!(!input.is_degenerate());
    /// assert!(ProportionInput { p: 1.0, variance: 0.0, ..input }.is_degenerate());
    /// ```
    #[must_use]
    pub fn is_degenerate(&self) -> bool {
        self.variance.is_nan()
            || self.variance <= ZERO_VARIANCE
            || self.p < ZERO_PROPORTION
            || self.p > 1.0 - ZERO_PROPORTION
    }

    /// The effective sample size `p (1 − p) / V`; `None` where the estimate is degenerate.
    ///
    /// ```
    /// use minyi::stats::interval::ProportionInput;
    /// let input = ProportionInput {
    ///     p: 0.9, variance: 0.0003, df: 20.0, level: 0.95, n_rows: 400.0, degf: 20.0, kish_n_eff: 350.0,
    /// };
    /// assert!((input.n_eff().unwrap() - 300.0).abs() < 1e-9);
    /// ```
    #[must_use]
    pub fn n_eff(&self) -> Option<f64> {
        (!self.is_degenerate()).then(|| self.p * (1.0 - self.p) / self.variance)
    }
}

/// The two-sided interval of `method`, or `None` where it does not exist.
///
/// ```
/// use minyi::stats::interval::{interval, Method, ProportionInput};
/// let input = ProportionInput { p: 0.9, variance: 0.0001, df: f64::INFINITY, level: 0.95,
///     n_rows: 900.0, degf: 80.0, kish_n_eff: 900.0 };
/// let found = interval(Method::Mean, &input).unwrap();
/// assert!((found.low - 0.880_400).abs() < 1e-6);
/// ```
#[must_use]
pub fn interval(method: Method, input: &ProportionInput) -> Option<Interval> {
    let level_is_usable = input.level > 0.0 && input.level < 1.0;
    if !level_is_usable || input.p.is_nan() || input.df.is_nan() || input.df <= 0.0 {
        return None;
    }
    let p = input.p;
    if input.is_degenerate() {
        match method {
            Method::Asin | Method::Mean => return Interval::new(p, p),
            Method::WilsonKish | Method::BetaKish => {}
            Method::Logit | Method::Xlogit | Method::Beta | Method::Wilson | Method::Likelihood => {
                return None;
            }
        }
    }
    let alpha = 1.0 - input.level;
    let q = t_quantile(1.0 - alpha / 2.0, input.df);
    let spread = p * (1.0 - p);
    match method {
        Method::Logit | Method::Xlogit => {
            let half = q * input.variance.sqrt() / spread;
            Interval::new(expit(logit(p) - half), expit(logit(p) + half))
        }
        Method::Asin => {
            let half = q * input.variance.sqrt() / (2.0 * spread.sqrt());
            let middle = p.sqrt().asin();
            Interval::new((middle - half).sin().powi(2), (middle + half).sin().powi(2))
        }
        Method::Mean => {
            let half = q * input.variance.sqrt();
            Interval::new(p - half, p + half)
        }
        Method::Wilson => wilson(p, spread / input.variance, q),
        Method::WilsonKish => wilson(p, input.kish_n_eff, q),
        Method::Beta => clopper_pearson(p, korn_graubard_n(input)?, input.level),
        Method::BetaKish => clopper_pearson(p, input.kish_n_eff, input.level),
        Method::Likelihood => {
            let far = |sign: f64| likelihood_end(p, q * q * input.variance / spread, sign);
            Interval::new(far(-1.0), far(1.0))
        }
    }
}

/// The proportion on one side of `p` at which twice the divergence p ln(p/π) + (1 − p) ln((1 − p)/(1 − π))
/// reaches `limit`, by bisection of the log odds.
fn likelihood_end(p: f64, limit: f64, sign: f64) -> f64 {
    let start = logit(p);
    let excess = |x: f64| {
        let log_sum = |x: f64| {
            // ln π = −ln(1 + e⁻ˣ), ln(1 − π) = −ln(1 + eˣ).
            let ln_1p_exp = |x: f64| x.max(0.0) + (-x.abs()).exp().ln_1p();
            p * ln_1p_exp(-x) + (1.0 - p) * ln_1p_exp(x)
        };
        2.0 * (log_sum(x) - log_sum(start)) - limit
    };
    let mut step = 1.0;
    while excess(start + sign * step) < 0.0 && step < 1e6 {
        step *= 2.0;
    }
    let (mut near, mut far) = (0.0, step);
    for _ in 0..100 {
        let middle = f64::midpoint(near, far);
        if excess(start + sign * middle) < 0.0 {
            near = middle;
        } else {
            far = middle;
        }
    }
    expit(start + sign * far)
}

/// One-sided bounds of the given confidence: the ends of the two-sided interval of `2c − 1`. Each
/// end by itself is a bound of that confidence. `None` for a confidence of one half or less.
///
/// ```
/// use minyi::stats::interval::{interval, one_sided, Method, ProportionInput};
/// let input = ProportionInput { p: 0.9, variance: 0.0001, df: 18.0, level: 0.9,
///     n_rows: 900.0, degf: 18.0, kish_n_eff: 900.0 };
/// let (two, one) = (interval(Method::Xlogit, &input).unwrap(), one_sided(Method::Xlogit, &input, 0.95).unwrap());
/// assert!((two.low - one.low).abs() < 1e-14);
/// ```
#[must_use]
pub fn one_sided(method: Method, input: &ProportionInput, confidence: f64) -> Option<Interval> {
    interval(
        method,
        &ProportionInput {
            level: 2.0 * confidence - 1.0,
            ..*input
        },
    )
}

/// Korn and Graubard's `n* = p (1 − p)/V · (t(α/2, rows − 1) / t(α/2, degf))²`; `None` where the
/// estimate is degenerate or one of the t quantiles does not exist.
///
/// ```
/// use minyi::stats::interval::{korn_graubard_n, ProportionInput};
/// let input = ProportionInput { p: 0.9, variance: 0.0001, df: 899.0, level: 0.95,
///     n_rows: 900.0, degf: 899.0, kish_n_eff: 900.0 };
/// assert!((korn_graubard_n(&input).unwrap() - 900.0).abs() < 1e-9);
/// ```
#[must_use]
pub fn korn_graubard_n(input: &ProportionInput) -> Option<f64> {
    let tail = (1.0 - input.level) / 2.0;
    let ratio = t_quantile(tail, input.n_rows - 1.0) / t_quantile(tail, input.degf);
    let adjusted = input.n_eff()? * ratio * ratio;
    (!adjusted.is_nan()).then_some(adjusted)
}

/// Clopper and Pearson's interval for a proportion of a (possibly fractional) sample size `n`.
/// R: `binom.test(x, n)$conf.int` for whole `n` and `x = n p`.
///
/// ```
/// let bound = minyi::stats::interval::clopper_pearson(1.0, 100.0, 0.9).unwrap();
/// assert!((bound.low - 0.05_f64.powf(0.01)).abs() < 1e-14);
/// assert_eq!(bound.high, 1.0);
/// ```
#[must_use]
pub fn clopper_pearson(p: f64, n: f64, level: f64) -> Option<Interval> {
    let usable = n > 0.0 && n.is_finite() && level > 0.0 && level < 1.0;
    if !usable || !(-ZERO_PROPORTION..=1.0 + ZERO_PROPORTION).contains(&p) {
        return None;
    }
    let alpha = 1.0 - level;
    let (yes, no) = (n * p, n * (1.0 - p));
    let low = if p < ZERO_PROPORTION {
        0.0
    } else {
        beta_quantile(alpha / 2.0, yes, no + 1.0)
    };
    let high = if p > 1.0 - ZERO_PROPORTION {
        1.0
    } else {
        beta_quantile(1.0 - alpha / 2.0, yes + 1.0, no)
    };
    Interval::new(low, high)
}

fn wilson(p: f64, n: f64, q: f64) -> Option<Interval> {
    let square = q * q;
    let half = q * (p * (1.0 - p) / n + square / (4.0 * n * n)).sqrt();
    let middle = p + square / (2.0 * n);
    let scale = 1.0 + square / n;
    Interval::new((middle - half) / scale, (middle + half) / scale)
}

#[cfg(test)]
mod tests;
