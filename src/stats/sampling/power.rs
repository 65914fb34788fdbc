//! Power against a threshold: how likely each verdict is, and how many answers show a true rate.
//!
//! A sample of `n` answers with design effect `deff` is read as `m = n/deff` (rounded) independent
//! answers, whose number of approvals is binomial. Sources: Fleiss 1981, §1.2 and §2.1 (normal size);
//! Clopper and Pearson, Biometrika 26 (1934), 404–413 (exact). Assumes the variance is as planned; a
//! real sample estimates it and uses t, which costs a few points of power at 20 degrees of freedom.

use super::size::{ceiling, finite};
use super::{SamplingError, check};
use crate::stats::dist::{binomial_pmf, binomial_quantile, binomial_sf, normal_quantile};
use crate::stats::num::Sum;
use crate::stats::threshold::{Figure, Finding};
use serde::{Deserialize, Serialize};

/// How likely each verdict is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerdictProbabilities {
    /// The point rule says met.
    pub point: f64,
    /// The lower bound reaches the threshold.
    pub shown: f64,
    /// The upper bound is below it.
    pub below: f64,
    /// Neither.
    pub undecided: f64,
}

/// Probabilities of the verdicts when the true rate is `truth`, by summing the binomial distribution
/// over the default interval with normal quantiles. Assessability limits are left aside.
///
/// # Errors
/// A rate outside (0, 1), or less than one independent answer.
///
/// ```
/// let chances = minyi::stats::sampling::power::verdict_probabilities(0.92, 0.90, 800.0, 1.5).unwrap();
/// assert!((chances.shown - 0.44).abs() < 0.005);
/// ```
pub fn verdict_probabilities(
    truth: f64,
    threshold: f64,
    n: f64,
    deff: f64,
) -> Result<VerdictProbabilities, SamplingError> {
    let m = independent(n, deff)?;
    check("rate", &[truth, threshold], |p| p > 0.0 && p < 1.0)?;
    let mut sums = [Sum::default(); 4];
    let [point, shown, below, undecided] = &mut sums;
    let mut k = 0.0;
    while k <= m {
        let chance = binomial_pmf(k, m, truth);
        let figure = figure(k / m, m);
        if figure.reaches(threshold) {
            point.add(chance);
        }
        match figure.bound_finding(threshold) {
            Finding::Met => shown.add(chance),
            Finding::NotMet => below.add(chance),
            Finding::NotDecidable | Finding::NotAssessable(_) => undecided.add(chance),
        }
        k += 1.0;
    }
    let [point, shown, below, undecided] = sums.map(Sum::value);
    Ok(VerdictProbabilities {
        point,
        shown,
        below,
        undecided,
    })
}

/// A figure of `m` independent answers, judged with normal quantiles.
fn figure(p: f64, m: f64) -> Figure {
    Figure {
        p,
        variance: p * (1.0 - p) / m,
        n: ceiling(m),
        kish_n_eff: m,
        df: f64::INFINITY,
        planned_deff: 1.0,
    }
}

fn independent(n: f64, deff: f64) -> Result<f64, SamplingError> {
    check("deff", &[deff], |deff| deff > 0.0)?;
    let m = (n / deff).round();
    check("n / deff", &[m], |m| (1.0..1e7).contains(&m))?;
    Ok(m)
}

/// What shall be shown, and under which conditions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The rate assumed to be true.
    pub truth: f64,
    /// The threshold it shall be shown to be above (or below, if it is).
    pub threshold: f64,
    /// Confidence of the one-sided bound.
    pub confidence: f64,
    /// Wanted power.
    pub power: f64,
    /// Design effect.
    pub deff: f64,
    /// Share of the issued sample that will respond.
    pub response_rate: f64,
    /// Units of the population, if the correction for a finite one is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<f64>,
}

/// Answers needed for a claim.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimSize {
    /// Independent answers.
    pub n_srs: u64,
    /// Respondents with design effect and finite population.
    pub n_respondents: u64,
    /// Invitations to issue.
    pub n_issue: u64,
}

/// Size by the normal approximation:
/// `n = [z(c) √(T(1−T)) + z(power) √(p(1−p))]² / (p − T)²`.
///
/// # Errors
/// An input out of its range, or a truth that is the threshold.
///
/// ```
/// use minyi::stats::sampling::power::{size_normal, Claim};
/// let claim = Claim { truth: 0.92, threshold: 0.9, confidence: 0.95, power: 0.8, deff: 1.5, response_rate: 1.0, population: None };
/// assert_eq!(size_normal(&claim).unwrap().n_respondents, 1954);
/// ```
pub fn size_normal(claim: &Claim) -> Result<ClaimSize, SamplingError> {
    finish(claim, normal(claim)?)
}

/// Size by the exact binomial test: the smallest `n` from which on the power never falls below the
/// wanted one (it is a saw, because approvals are whole).
///
/// # Errors
/// As [`size_normal`]; and a size of more than ten million.
///
/// ```
/// use minyi::stats::sampling::power::{size_exact, Claim};
/// let claim = Claim { truth: 0.95, threshold: 0.9, confidence: 0.95, power: 0.8, deff: 1.5, response_rate: 1.0, population: None };
/// assert_eq!(size_exact(&claim).unwrap().n_respondents, 305);
/// ```
pub fn size_exact(claim: &Claim) -> Result<ClaimSize, SamplingError> {
    let about = normal(claim)?;
    check("n", &[about], |n| n < 1e7)?;
    // Past this the teeth of the saw no longer reach down: the continuity correction costs 1/|p − T|
    // answers (Fleiss 1981, §2.2.1), and a tooth is at most as deep again.
    let mut n = (about + 6.0 / (claim.truth - claim.threshold).abs()).ceil() + 100.0;
    while n > 1.0 && power_exact(n - 1.0, claim) >= claim.power {
        n -= 1.0;
    }
    finish(claim, n)
}

/// Power of the exact one-sided test with `n` independent answers.
fn power_exact(n: f64, claim: &Claim) -> f64 {
    let (truth, threshold) = upward(claim);
    // The lower Clopper–Pearson bound at k reaches T exactly when P(X ≥ k | T) ≤ α.
    let last_not_shown = binomial_quantile(claim.confidence, n, threshold);
    binomial_sf(last_not_shown, n, truth)
}

/// A claim to be below is the claim of the complement to be above.
fn upward(claim: &Claim) -> (f64, f64) {
    if claim.truth > claim.threshold {
        (claim.truth, claim.threshold)
    } else {
        (1.0 - claim.truth, 1.0 - claim.threshold)
    }
}

fn normal(claim: &Claim) -> Result<f64, SamplingError> {
    check("rate", &[claim.truth, claim.threshold], |p| {
        p > 0.0 && p < 1.0
    })?;
    let distance = claim.truth - claim.threshold;
    check("difference", &[distance], |distance| distance.abs() > 1e-9)?;
    check("probability", &[claim.confidence, claim.power], |p| {
        (0.5..1.0).contains(&p)
    })?;
    let deviation = |p: f64| (p * (1.0 - p)).sqrt();
    let spread = normal_quantile(claim.confidence) * deviation(claim.threshold)
        + normal_quantile(claim.power) * deviation(claim.truth);
    Ok(spread * spread / (distance * distance))
}

fn finish(claim: &Claim, n: f64) -> Result<ClaimSize, SamplingError> {
    check("deff", &[claim.deff], |deff| deff > 0.0)?;
    check("response_rate", &[claim.response_rate], |rate| {
        rate > 0.0 && rate <= 1.0
    })?;
    let respondents = finite(claim.deff * n, claim.population)?;
    Ok(ClaimSize {
        n_srs: ceiling(n),
        n_respondents: ceiling(respondents),
        n_issue: ceiling(respondents / claim.response_rate),
    })
}

#[cfg(test)]
mod tests;
