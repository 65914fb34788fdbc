//! Figures as the interface tells them: estimates with their uncertainty, verdicts by both rules, counts.
//!
//! Promises: copied from the stored result, in which what is too small is left out already; nothing is computed.

use serde::Serialize;
use utoipa::ToSchema;

use crate::evaluation::finding::Finding as Criterion;
use crate::report::told::Told;
use crate::stats::threshold::{self, FigureMethod, Judgement, NotAssessable};
use crate::survey::result;

/// What came out. `not_decidable`: the interval holds the threshold; `not_assessable`: no verdict is possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Finding {
    Met,
    NotMet,
    NotDecidable,
    NotAssessable,
    NotApplicable,
}

impl From<threshold::Finding> for Finding {
    fn from(found: threshold::Finding) -> Self {
        match found {
            threshold::Finding::Met => Self::Met,
            threshold::Finding::NotMet => Self::NotMet,
            threshold::Finding::NotDecidable => Self::NotDecidable,
            threshold::Finding::NotAssessable(_) => Self::NotAssessable,
        }
    }
}

impl From<Criterion> for Finding {
    fn from(found: Criterion) -> Self {
        match found {
            Criterion::Met => Self::Met,
            Criterion::NotMet => Self::NotMet,
            Criterion::NotDecidable => Self::NotDecidable,
            Criterion::NotAssessable => Self::NotAssessable,
            Criterion::NotApplicable => Self::NotApplicable,
        }
    }
}

/// Why no verdict is possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Obstacle {
    NotAProbabilitySample,
    CalibrationFailed,
    TooFewAnswers,
    TooSmallEffective,
    TooFewDegreesOfFreedom,
    NoBaseWave,
    WordingChanged,
}

impl From<NotAssessable> for Obstacle {
    fn from(why: NotAssessable) -> Self {
        match why {
            NotAssessable::NotAProbabilitySample => Self::NotAProbabilitySample,
            NotAssessable::CalibrationFailed => Self::CalibrationFailed,
            NotAssessable::TooFewAnswers => Self::TooFewAnswers,
            NotAssessable::TooSmallEffective => Self::TooSmallEffective,
            NotAssessable::TooFewDegreesOfFreedom => Self::TooFewDegreesOfFreedom,
            NotAssessable::NoBaseWave => Self::NoBaseWave,
            NotAssessable::WordingChanged => Self::WordingChanged,
        }
    }
}

/// The one obstacle that a finding names.
pub(super) fn obstacle(found: threshold::Finding) -> Option<Obstacle> {
    match found {
        threshold::Finding::NotAssessable(why) => Some(why.into()),
        _ => None,
    }
}

/// How an interval was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum IntervalMethod {
    Xlogit,
    Beta,
    ClopperPearson,
    Vacuous,
}

impl From<FigureMethod> for IntervalMethod {
    fn from(method: FigureMethod) -> Self {
        match method {
            FigureMethod::Xlogit => Self::Xlogit,
            FigureMethod::Beta => Self::Beta,
            FigureMethod::ClopperPearson => Self::ClopperPearson,
            FigureMethod::Vacuous => Self::Vacuous,
        }
    }
}

/// A weighted share with its uncertainty. Shares, errors and ends of intervals are fractions of 1, not per cent.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct Estimate {
    /// The question.
    item: String,
    /// Codes of the answers that count.
    answers: Vec<String>,
    /// Answers that it rests on.
    n: u64,
    /// The share.
    share: f64,
    /// Its design variance.
    variance: f64,
    /// The square root of the variance.
    standard_error: f64,
    /// Lower end of the 95 % interval.
    low_95: f64,
    /// Upper end of the 95 % interval.
    high_95: f64,
    /// Lower end of the 90 % interval, the one-sided 95 % bound.
    low_90: f64,
    /// Upper end of the 90 % interval, the one-sided 95 % bound.
    high_90: f64,
    /// How the 95 % interval was made.
    interval_method: IntervalMethod,
    /// Degrees of freedom of the design.
    df: f64,
    /// Variance over that of a simple random sample of the same size.
    design_effect: Option<f64>,
    /// p (1 − p) / V.
    n_eff: f64,
    /// Kish's effective sample size of the weights.
    kish_n_eff: f64,
    /// Asked, and no answer that counts; null where it is too small to be told.
    no_answer: Option<u64>,
}

impl From<&result::Estimate> for Estimate {
    fn from(found: &result::Estimate) -> Self {
        Self {
            item: found.item.clone(),
            answers: found.approves.clone(),
            n: found.figure.n,
            share: found.figure.p,
            variance: found.figure.variance,
            standard_error: found.standard_error,
            low_95: found.interval.low,
            high_95: found.interval.high,
            low_90: found.bounds.low,
            high_90: found.bounds.high,
            interval_method: found.interval.method.into(),
            df: found.figure.df,
            design_effect: found.design_effect,
            n_eff: found.n_eff,
            kish_n_eff: found.figure.kish_n_eff,
            no_answer: found.no_answer,
        }
    }
}

/// A verdict by both rules.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct Verdict {
    /// The verdict of the rule that governs.
    finding: Finding,
    /// What stands in the way of a verdict, in the order in which it is named.
    obstacles: Vec<Obstacle>,
    /// The rule that governs; null without an estimate.
    rule: Option<Rule>,
    /// The verdict by the one-sided 95 % bounds; null without an estimate.
    by_bounds: Option<Finding>,
    /// The verdict by the estimate alone; null without an estimate.
    by_estimate: Option<Finding>,
    /// What it was compared with.
    threshold: Option<f64>,
}

/// Which comparison governs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Rule {
    LowerBound,
    Point,
}

impl From<threshold::Rule> for Rule {
    fn from(rule: threshold::Rule) -> Self {
        match rule {
            threshold::Rule::LowerBound => Self::LowerBound,
            threshold::Rule::Point => Self::Point,
        }
    }
}

impl Verdict {
    /// A finding, what stands in its way, and what both rules say.
    pub(super) fn new(
        finding: threshold::Finding,
        obstacles: Vec<Obstacle>,
        judged: Option<&Judgement>,
    ) -> Self {
        Self {
            finding: finding.into(),
            obstacles,
            rule: judged.map(|judged| judged.rule.into()),
            by_bounds: judged.map(|judged| judged.bound_finding.into()),
            by_estimate: judged.map(|judged| judged.point_finding.into()),
            threshold: judged.map(|judged| judged.threshold),
        }
    }
}

/// How exact a count is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Precision {
    Exact,
    Under,
    NearestTen,
}

/// A count as it may be told: exactly, as under a limit (and more than none), or to the nearest ten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Count {
    /// How exact it is.
    precision: Precision,
    /// The number, or the limit.
    value: u64,
}

impl From<Told> for Count {
    fn from(told: Told) -> Self {
        let (precision, value) = match told {
            Told::Exact(n) => (Precision::Exact, n),
            Told::Under(n) => (Precision::Under, n),
            Told::About(n) => (Precision::NearestTen, n),
        };
        Self { precision, value }
    }
}
