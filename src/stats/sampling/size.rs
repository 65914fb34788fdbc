//! Sample sizes and margins of error before there is a sample, in closed form.
//!
//! Sources: Cochran, *Sampling Techniques*, 3rd ed. 1977, §4.4–4.6 (eq. 4.2 for a finite population);
//! Kish, *Survey Sampling*, 1965, §5.4, §8.2, §11.7 (design effects); Fleiss, *Statistical Methods for
//! Rates and Proportions*, 2nd ed. 1981, §3.2 (two proportions, without continuity correction).
//! Assumes a normal estimate; near 0 and 1 use [`super::power`], which is exact.

use super::{SamplingError, check};
use crate::stats::dist::normal_quantile;
use serde::{Deserialize, Serialize};

/// A size this little above a whole number is that number: rounding error of the formula.
const CEILING_SLACK: f64 = 1e-9;

fn one() -> f64 {
    1.0
}

/// Inputs of [`for_margin`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Margin {
    /// Assumed proportion; 0.5 is the most cautious.
    pub p: f64,
    /// Half width of the wanted interval.
    pub margin: f64,
    /// Its two-sided confidence level.
    pub level: f64,
    /// Design effect.
    #[serde(default = "one")]
    pub deff: f64,
    /// Share of the issued sample that will respond.
    #[serde(default = "one")]
    pub response_rate: f64,
    /// Units of the population, if the correction for a finite one is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<f64>,
}

/// A sample size step by step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Size {
    /// Normal quantile, where the question has a level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub z: Option<f64>,
    /// For a simple random sample.
    pub n_srs: f64,
    /// With the design effect.
    pub n_deff: f64,
    /// With the finite population.
    pub n_fpc: f64,
    /// Respondents needed.
    pub n_respondents: u64,
    /// Invitations to issue, where a response rate was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n_issue: Option<u64>,
}

/// `n = deff z² p (1 − p)/margin²`, then `n/(1 + (n − 1)/N)`, then divided by the response rate.
///
/// # Errors
/// An input out of its range.
///
/// ```
/// use minyi::stats::sampling::size::{for_margin, Margin};
/// let size = for_margin(&Margin { p: 0.9, margin: 0.02, level: 0.95, deff: 1.5, response_rate: 0.4, population: None });
/// assert_eq!(size.unwrap().n_respondents, 1297);
/// ```
pub fn for_margin(inputs: &Margin) -> Result<Size, SamplingError> {
    check("p", &[inputs.p], |p| p > 0.0 && p < 1.0)?;
    check("margin", &[inputs.margin], |margin| margin > 0.0)?;
    check("response_rate", &[inputs.response_rate], |rate| {
        rate > 0.0 && rate <= 1.0
    })?;
    let z = quantile("level", inputs.level)?;
    let n_srs = z * z * inputs.p * (1.0 - inputs.p) / (inputs.margin * inputs.margin);
    let size = finish(n_srs, inputs.deff, inputs.population)?;
    Ok(Size {
        z: Some(z),
        n_issue: Some(ceiling(size.n_fpc / inputs.response_rate)),
        ..size
    })
}

/// Inputs of [`for_cv`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variation {
    /// Assumed proportion.
    pub p: f64,
    /// Wanted coefficient of variation, standard error over estimate.
    pub cv: f64,
    /// Design effect.
    #[serde(default = "one")]
    pub deff: f64,
    /// Units of the population.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<f64>,
}

/// `n = deff (1 − p)/(p cv²)`, then the finite population.
///
/// # Errors
/// An input out of its range.
///
/// ```
/// use minyi::stats::sampling::size::{for_cv, Variation};
/// let size = for_cv(&Variation { p: 0.75, cv: 0.02, deff: 1.0, population: None }).unwrap();
/// assert_eq!(size.n_respondents, 834);
/// ```
pub fn for_cv(inputs: &Variation) -> Result<Size, SamplingError> {
    check("p", &[inputs.p], |p| p > 0.0 && p < 1.0)?;
    check("cv", &[inputs.cv], |cv| cv > 0.0)?;
    finish(
        (1.0 - inputs.p) / (inputs.p * inputs.cv * inputs.cv),
        inputs.deff,
        inputs.population,
    )
}

/// Inputs of [`margin_of_error`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Assumed proportion.
    pub p: f64,
    /// Respondents.
    pub n: f64,
    /// Two-sided confidence level.
    pub level: f64,
    /// Design effect.
    #[serde(default = "one")]
    pub deff: f64,
    /// Units of the population.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<f64>,
}

/// `z √(deff p (1 − p)/n · (N − n)/(N − 1))`.
///
/// # Errors
/// An input out of its range, or more respondents than people.
///
/// ```
/// use minyi::stats::sampling::size::{margin_of_error, Expected};
/// let margin = margin_of_error(&Expected { p: 0.9, n: 800.0, level: 0.95, deff: 1.5, population: None });
/// assert!((margin.unwrap() - 0.0255).abs() < 1e-4);
/// ```
pub fn margin_of_error(inputs: &Expected) -> Result<f64, SamplingError> {
    check("p", &[inputs.p], |p| (0.0..=1.0).contains(&p))?;
    check("n", &[inputs.n], |n| n > 0.0)?;
    check("deff", &[inputs.deff], |deff| deff > 0.0)?;
    let left = match inputs.population {
        None => 1.0,
        Some(all) => {
            check("population", &[all], |all| all >= inputs.n && all > 1.0)?;
            (all - inputs.n) / (all - 1.0)
        }
    };
    let z = quantile("level", inputs.level)?;
    Ok(z * (inputs.deff * inputs.p * (1.0 - inputs.p) / inputs.n * left).sqrt())
}

/// Inputs of [`planning_deff`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clusters {
    /// Mean number of respondents per cluster.
    pub cluster_size: f64,
    /// Intraclass correlation.
    pub rho: f64,
    /// Coefficient of variation of the cluster sizes.
    #[serde(default)]
    pub cv_cluster_size: f64,
    /// Coefficient of variation of the weights.
    #[serde(default)]
    pub cv_weights: f64,
}

/// Design effects to plan with.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanningDeff {
    /// `1 + (m − 1) ρ`.
    pub deff_cluster: f64,
    /// `1 + ((1 + cv²) m − 1) ρ`.
    pub deff_cluster_unequal: f64,
    /// `1 + cv²` of the weights.
    pub deff_weights: f64,
    /// Product of the last two.
    pub deff_total: f64,
}

/// Kish's approximations: clusters times weights.
///
/// # Errors
/// An input out of its range.
///
/// ```
/// use minyi::stats::sampling::size::{planning_deff, Clusters};
/// let deff = planning_deff(&Clusters { cluster_size: 20.0, rho: 0.025, cv_cluster_size: 0.0, cv_weights: 0.0 });
/// assert!((deff.unwrap().deff_total - 1.475).abs() < 1e-12);
/// ```
pub fn planning_deff(inputs: &Clusters) -> Result<PlanningDeff, SamplingError> {
    check("cluster_size", &[inputs.cluster_size], |m| m > 0.0)?;
    check("rho", &[inputs.rho], |rho| (-1.0..=1.0).contains(&rho))?;
    check("cv", &[inputs.cv_cluster_size, inputs.cv_weights], |cv| {
        cv >= 0.0
    })?;
    let unequal = (1.0 + inputs.cv_cluster_size * inputs.cv_cluster_size) * inputs.cluster_size;
    let deff_cluster_unequal = 1.0 + (unequal - 1.0) * inputs.rho;
    let deff_weights = 1.0 + inputs.cv_weights * inputs.cv_weights;
    Ok(PlanningDeff {
        deff_cluster: 1.0 + (inputs.cluster_size - 1.0) * inputs.rho,
        deff_cluster_unequal,
        deff_weights,
        deff_total: deff_weights * deff_cluster_unequal,
    })
}

/// Inputs of [`for_two_proportions`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// One proportion.
    pub p1: f64,
    /// The other.
    pub p2: f64,
    /// Two-sided significance level.
    pub alpha: f64,
    /// Wanted power.
    pub power: f64,
    /// Design effect.
    #[serde(default = "one")]
    pub deff: f64,
}

/// Size of each of two groups.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupSize {
    /// For simple random samples.
    pub n_srs_per_group: f64,
    /// With the design effect, rounded up.
    pub n_per_group: u64,
}

/// Size per group to tell `p1` from `p2`.
///
/// # Errors
/// An input out of its range, or equal proportions.
///
/// ```
/// use minyi::stats::sampling::size::{for_two_proportions, Difference};
/// let size = for_two_proportions(&Difference { p1: 0.85, p2: 0.9, alpha: 0.05, power: 0.8, deff: 1.5 });
/// assert_eq!(size.unwrap().n_per_group, 1029);
/// ```
pub fn for_two_proportions(inputs: &Difference) -> Result<GroupSize, SamplingError> {
    let (p1, p2) = (inputs.p1, inputs.p2);
    check("p", &[p1, p2], |p| (0.0..=1.0).contains(&p))?;
    check("difference", &[p1 - p2], |difference| {
        difference.abs() > 0.0
    })?;
    check("deff", &[inputs.deff], |deff| deff > 0.0)?;
    check("power", &[inputs.power], |power| power > 0.0 && power < 1.0)?;
    let two_sided = quantile("alpha", 1.0 - inputs.alpha)?;
    let middle = f64::midpoint(p1, p2);
    let spread = two_sided * (2.0 * middle * (1.0 - middle)).sqrt()
        + normal_quantile(inputs.power) * (p1 * (1.0 - p1) + p2 * (1.0 - p2)).sqrt();
    let n = spread * spread / ((p1 - p2) * (p1 - p2));
    Ok(GroupSize {
        n_srs_per_group: n,
        n_per_group: ceiling(inputs.deff * n),
    })
}

fn finish(n_srs: f64, deff: f64, population: Option<f64>) -> Result<Size, SamplingError> {
    check("deff", &[deff], |deff| deff > 0.0)?;
    let n_deff = deff * n_srs;
    let n_fpc = finite(n_deff, population)?;
    Ok(Size {
        z: None,
        n_srs,
        n_deff,
        n_fpc,
        n_respondents: ceiling(n_fpc),
        n_issue: None,
    })
}

/// Cochran 1977, eq. 4.2.
pub(super) fn finite(n: f64, population: Option<f64>) -> Result<f64, SamplingError> {
    match population {
        None => Ok(n),
        Some(all) => {
            check("population", &[all], |all| all > 0.0)?;
            Ok(n / (1.0 + (n - 1.0) / all))
        }
    }
}

fn quantile(what: &'static str, level: f64) -> Result<f64, SamplingError> {
    check(what, &[level], |level| level > 0.0 && level < 1.0)?;
    Ok(normal_quantile(1.0 - (1.0 - level) / 2.0))
}

/// Rounds up, forgiving rounding error.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates: a size beyond 2^64 is printed as the largest number there is"
)]
pub(super) fn ceiling(x: f64) -> u64 {
    (x - CEILING_SLACK).ceil().max(0.0) as u64
}
