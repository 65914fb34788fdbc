//! Verdicts on a proportion against a threshold: shown to meet, shown not to meet, not decidable, not
//! assessable.
//!
//! Pure functions of a figure that is already estimated (`p`, its design variance, `n`, effective
//! sizes, degrees of freedom). The rules, to the letter:
//!
//! * Interval: `xlogit`; Korn–Graubard `beta` when `n_eff · min(p, 1 − p) < 10` with
//!   `n_eff = p (1 − p) / V`; Clopper–Pearson with `n* = min(Kish n_eff, n / planned deff)` when
//!   `V = 0` or `p` is 0 or 1. `n*` never exceeds `n`. t has the degrees of freedom of the county.
//! * Bounds: the ends of the two-sided 90 % interval, each a one-sided 95 % bound, compared before
//!   rounding. Lower bound at or above the threshold: met. Upper bound below it: not met. Otherwise
//!   not decidable. The point rule compares `p` itself and is always reported beside.
//! * Not assessable: no probability sample, calibration failed, `n < 100`, `n_eff < 30`, `df < 8`.
//!
//! No adjustment for multiplicity: each county's verdict stands for itself. R:
//! `survey::svyciprop(method = "xlogit" | "beta", level = 0.9)`, `binom.test(conf.level = 0.9)`.

mod belief;
#[cfg(test)]
mod boundary;
mod change;
mod pooled;
#[cfg(test)]
mod stacked;
#[cfg(test)]
mod tests;
mod tipping;

pub use belief::Belief;
pub use change::{Ceiling, Change};
pub use tipping::{Tipping, silenced_share};

use super::interval::{self, Method, ProportionInput, clopper_pearson};
use serde::{Deserialize, Serialize};

/// Answers below which nothing is judged.
pub const FEWEST_ANSWERS: u64 = 100;
/// Effective sample size below which nothing is judged.
pub const SMALLEST_EFFECTIVE: f64 = 30.0;
/// Design degrees of freedom below which nothing is judged: t(0.95) is 1.86 there.
pub const FEWEST_DEGREES_OF_FREEDOM: f64 = 8.0;
/// Two-sided level whose ends are one-sided 95 % bounds.
pub const BOUND_LEVEL: f64 = 0.90;
/// Below this many effective answers on the rarer side the log odds are too skew for `xlogit`.
const RARE_SIDE: f64 = 10.0;
/// Rounding error of a weighted sum: a figure this close to the threshold has reached it.
const TIE: f64 = 1e-12;

/// A proportion of a county, with what its interval and its verdict depend on.
///
/// ```
/// use minyi::stats::threshold::{Figure, Finding, Gates, Rule};
/// let figure = Figure { p: 0.93, variance: 0.000_12, n: 812, kish_n_eff: 700.0, df: 18.0, planned_deff: 1.5 };
/// assert_eq!(figure.judge(0.90, Rule::LowerBound, &Gates::passed()).finding, Finding::Met);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Estimated proportion.
    pub p: f64,
    /// Its design variance.
    pub variance: f64,
    /// Answers it rests on.
    pub n: u64,
    /// Kish's effective sample size of the weights.
    pub kish_n_eff: f64,
    /// Design degrees of freedom of the county.
    pub df: f64,
    /// Design effect the plan assumed, for figures whose variance cannot be estimated.
    pub planned_deff: f64,
}

/// What has to hold besides the numbers of the figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gates {
    /// The sample was drawn with known probabilities.
    pub probability_sample: bool,
    /// Calibration converged within its rules.
    pub calibrated: bool,
}

impl Gates {
    /// A probability sample whose calibration held.
    ///
    /// ```
    /// use minyi::stats::threshold::Gates;
    /// let gates = Gates::passed();
    /// assert!(gates.probability_sample && gates.calibrated);
    /// ```
    #[must_use]
    pub fn passed() -> Self {
        Self {
            probability_sample: true,
            calibrated: true,
        }
    }
}

/// Which comparison governs the verdict. Both are always computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The one-sided 95 % lower bound reaches the threshold.
    LowerBound,
    /// The estimate itself reaches the threshold.
    Point,
}

/// The verdict on one figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// Shown to meet the threshold.
    Met,
    /// Shown not to meet it.
    NotMet,
    /// The interval holds the threshold.
    NotDecidable,
    /// No verdict is possible, and why.
    NotAssessable(NotAssessable),
}

/// Why no verdict is possible, in the order in which the reasons are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotAssessable {
    /// The respondents were not drawn with known probabilities.
    NotAProbabilitySample,
    /// The weights do not reproduce the population margins.
    CalibrationFailed,
    /// Fewer than [`FEWEST_ANSWERS`] answers.
    TooFewAnswers,
    /// Effective sample size below [`SMALLEST_EFFECTIVE`].
    TooSmallEffective,
    /// Fewer than [`FEWEST_DEGREES_OF_FREEDOM`] degrees of freedom.
    TooFewDegreesOfFreedom,
    /// A change needs an earlier wave.
    NoBaseWave,
    /// The question was worded differently in the earlier wave.
    WordingChanged,
}

/// How the default interval was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FigureMethod {
    /// Wald on the log odds.
    Xlogit,
    /// Korn–Graubard.
    Beta,
    /// Clopper–Pearson at `n*`, where the variance says nothing.
    ClopperPearson,
    /// No degrees of freedom or no answer: everything from 0 to 1 remains possible.
    Vacuous,
}

/// The default interval of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FigureInterval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// How it was made.
    pub method: FigureMethod,
}

/// A verdict with everything that is printed beside it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// The verdict of the governing rule.
    pub finding: Finding,
    /// The governing rule.
    pub rule: Rule,
    /// The verdict by the one-sided 95 % bounds.
    pub bound_finding: Finding,
    /// The verdict by the estimate alone.
    pub point_finding: Finding,
    /// The estimate.
    pub estimate: f64,
    /// One-sided 95 % lower bound.
    pub lower: f64,
    /// One-sided 95 % upper bound.
    pub upper: f64,
    /// What it was compared with.
    pub threshold: f64,
}

impl Figure {
    /// `p (1 − p) / V`; where the variance says nothing, [`Figure::fallback_n`].
    ///
    /// ```
    /// use minyi::stats::threshold::Figure;
    /// let figure = Figure { p: 0.93, variance: 0.000_12, n: 812, kish_n_eff: 700.0, df: 18.0, planned_deff: 1.5 };
    /// // 0.93 · 0.07 / 0.00012
    /// assert!((figure.n_eff() - 542.5).abs() < 1e-9);
    /// ```
    #[must_use]
    pub fn n_eff(&self) -> f64 {
        self.input(BOUND_LEVEL)
            .n_eff()
            .unwrap_or_else(|| self.fallback_n())
    }

    /// `n* = min(Kish n_eff, n / planned deff, n)`, used when `V = 0` or `p` is 0 or 1.
    ///
    /// ```
    /// use minyi::stats::threshold::Figure;
    /// let figure = Figure { p: 0.93, variance: 0.000_12, n: 812, kish_n_eff: 700.0, df: 18.0, planned_deff: 1.5 };
    /// // The smallest of 700, 812/1.5 and 812.
    /// assert!((figure.fallback_n() - 541.333_333).abs() < 1e-6);
    /// ```
    #[must_use]
    pub fn fallback_n(&self) -> f64 {
        let n = self.answers();
        let planned = if self.planned_deff > 0.0 {
            n / self.planned_deff
        } else {
            n
        };
        self.kish_n_eff.min(planned).min(n)
    }

    /// The default interval at a two-sided level.
    ///
    /// ```
    /// use minyi::stats::threshold::{Figure, FigureMethod};
    /// let figure = Figure { p: 0.93, variance: 0.000_12, n: 812, kish_n_eff: 700.0, df: 18.0, planned_deff: 1.5 };
    /// let found = figure.interval(0.95);
    /// assert_eq!(found.method, FigureMethod::Xlogit);
    /// assert!((found.low - 0.903_2).abs() < 5e-4 && (found.high - 0.949_8).abs() < 5e-4);
    /// ```
    #[must_use]
    pub fn interval(&self, level: f64) -> FigureInterval {
        let input = self.input(level);
        let (found, method) = if input.is_degenerate() {
            (
                clopper_pearson(self.p, self.fallback_n(), level),
                FigureMethod::ClopperPearson,
            )
        } else if self.n_eff() * self.p.min(1.0 - self.p) < RARE_SIDE {
            (self.korn_graubard(&input), FigureMethod::Beta)
        } else {
            (
                interval::interval(Method::Xlogit, &input),
                FigureMethod::Xlogit,
            )
        };
        match found {
            Some(found) => FigureInterval {
                low: found.low,
                high: found.high,
                method,
            },
            None => FigureInterval {
                low: 0.0,
                high: 1.0,
                method: FigureMethod::Vacuous,
            },
        }
    }

    /// Why no verdict is possible, all reasons; empty if one is.
    ///
    /// ```
    /// use minyi::stats::threshold::{Figure, Gates, NotAssessable};
    /// let figure = Figure { p: 0.93, variance: 0.000_12, n: 812, kish_n_eff: 700.0, df: 18.0, planned_deff: 1.5 };
    /// assert!(figure.obstacles(&Gates::passed()).is_empty());
    /// let few = Figure { df: 7.0, ..figure };
    /// assert_eq!(few.obstacles(&Gates::passed()), [NotAssessable::TooFewDegreesOfFreedom]);
    /// ```
    #[must_use]
    pub fn obstacles(&self, gates: &Gates) -> Vec<NotAssessable> {
        let mut found = Vec::new();
        if !gates.probability_sample {
            found.push(NotAssessable::NotAProbabilitySample);
        }
        if !gates.calibrated {
            found.push(NotAssessable::CalibrationFailed);
        }
        if self.n < FEWEST_ANSWERS || self.p.is_nan() {
            found.push(NotAssessable::TooFewAnswers);
        }
        if self.n_eff().is_nan() || self.n_eff() < SMALLEST_EFFECTIVE {
            found.push(NotAssessable::TooSmallEffective);
        }
        if self.df.is_nan() || self.df < FEWEST_DEGREES_OF_FREEDOM {
            found.push(NotAssessable::TooFewDegreesOfFreedom);
        }
        found
    }

    /// The verdict against `threshold`, by both rules; `rule` says which one governs.
    ///
    /// ```
    /// use minyi::stats::threshold::{Figure, Finding, Gates, Rule};
    /// let figure = Figure { p: 0.93, variance: 0.000_12, n: 812, kish_n_eff: 700.0, df: 18.0, planned_deff: 1.5 };
    /// let verdict = figure.judge(0.92, Rule::Point, &Gates::passed());
    /// assert_eq!((verdict.finding, verdict.bound_finding), (Finding::Met, Finding::NotDecidable));
    /// ```
    #[must_use]
    pub fn judge(&self, threshold: f64, rule: Rule, gates: &Gates) -> Judgement {
        let bounds = self.interval(BOUND_LEVEL);
        let obstacle = self.obstacles(gates).first().copied();
        let unless = |finding| obstacle.map_or(finding, Finding::NotAssessable);
        let bound_finding = unless(bounds.finding(threshold));
        let point_finding = unless(if self.reaches(threshold) {
            Finding::Met
        } else {
            Finding::NotMet
        });
        Judgement {
            finding: match rule {
                Rule::LowerBound => bound_finding,
                Rule::Point => point_finding,
            },
            rule,
            bound_finding,
            point_finding,
            estimate: self.p,
            lower: bounds.low,
            upper: bounds.high,
            threshold,
        }
    }

    /// Whether the estimate itself is at or above the threshold.
    pub(in crate::stats) fn reaches(&self, threshold: f64) -> bool {
        self.p >= threshold - TIE
    }

    /// The verdict by the bounds alone, whatever the limits on assessability.
    pub(in crate::stats) fn bound_finding(&self, threshold: f64) -> Finding {
        self.interval(BOUND_LEVEL).finding(threshold)
    }

    /// Korn–Graubard with `n*` kept at or below `n`.
    fn korn_graubard(&self, input: &ProportionInput) -> Option<interval::Interval> {
        let n_star = interval::korn_graubard_n(input)?;
        clopper_pearson(self.p, n_star.min(self.answers()), input.level)
    }

    fn input(&self, level: f64) -> ProportionInput {
        ProportionInput {
            p: self.p,
            variance: self.variance,
            df: self.df,
            level,
            n_rows: self.answers(),
            degf: self.df,
            kish_n_eff: self.kish_n_eff,
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a sample stays far below 2^53 answers"
    )]
    fn answers(&self) -> f64 {
        self.n as f64
    }
}

impl FigureInterval {
    /// Where the threshold lies: below the interval, above it or in it.
    fn finding(&self, threshold: f64) -> Finding {
        if self.low >= threshold - TIE {
            Finding::Met
        } else if self.high < threshold - TIE {
            Finding::NotMet
        } else {
            Finding::NotDecidable
        }
    }
}
