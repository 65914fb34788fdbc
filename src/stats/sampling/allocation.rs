//! Allocation of a sample to strata, within the strata's sizes and a smallest number each.
//!
//! Sources: Cochran, *Sampling Techniques*, 3rd ed. 1977, §5.5–5.9 (Neyman, optimum with cost); Bankier,
//! The American Statistician 42 (1988), 174–177 (power allocation; `q = ½` is the square-root one).

use super::{SamplingError, check};
use crate::stats::num::{real, serialize_option, sum};
use serde::{Deserialize, Serialize};

/// Slack with which a bound counts as kept.
const SLACK: f64 = 1e-9;

/// What the shares are proportional to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// `N`.
    Proportional,
    /// 1.
    Equal,
    /// `N S`.
    Neyman,
    /// `N S / √cost`.
    OptimumCost,
    /// `X^q S / mean`.
    Power,
}

/// A stratum, with what the method needs of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stratum {
    /// Name.
    #[serde(default)]
    pub id: String,
    /// Units in the population.
    #[serde(rename = "N")]
    pub population: f64,
    /// Standard deviation within the stratum.
    #[serde(rename = "S", default, skip_serializing_if = "Option::is_none")]
    pub deviation: Option<f64>,
    /// Size or importance, for the power allocation.
    #[serde(rename = "X", default, skip_serializing_if = "Option::is_none")]
    pub importance: Option<f64>,
    /// Mean within the stratum, for the power allocation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    /// Cost per unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
}

/// Inputs of [`allocation`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The method.
    pub method: Method,
    /// Units to allocate.
    pub n: f64,
    /// Exponent of the power allocation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<f64>,
    /// Smallest number per stratum (all of it where it has fewer).
    #[serde(default)]
    pub min_per_stratum: f64,
    /// The strata.
    pub strata: Vec<Stratum>,
}

/// An allocation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Allocation {
    /// Numbers as real numbers.
    pub n_h: Vec<f64>,
    /// Whole numbers by largest remainder.
    pub n_h_integer: Vec<u64>,
    /// Their sum.
    pub sum: u64,
    /// Standard error of the stratified mean at the whole numbers, where every `S` is known.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "serialize_option"
    )]
    pub se_mean: Option<f64>,
    /// `n_h / N_h` at the whole numbers, where every `S` is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sampling_fraction: Option<Vec<f64>>,
}

/// Allocates `n` by the method, within bounds.
///
/// # Errors
/// A quantity that the method needs is missing or out of range; bounds that `n` cannot meet.
///
/// ```
/// use minyi::stats::sampling::allocation::{allocation, Method, Question, Stratum};
/// let stratum = |population| Stratum { population, ..Stratum::default() };
/// let question = Question { method: Method::Proportional, n: 10.0, q: None, min_per_stratum: 0.0,
///     strata: vec![stratum(600.0), stratum(400.0)] };
/// assert_eq!(allocation(&question).unwrap().n_h_integer, vec![6, 4]);
/// ```
pub fn allocation(question: &Question) -> Result<Allocation, SamplingError> {
    let strata = &question.strata;
    let population: Vec<f64> = strata.iter().map(|stratum| stratum.population).collect();
    check("N", &population, |n| n > 0.0)?;
    check("min_per_stratum", &[question.min_per_stratum], |n| n >= 0.0)?;
    let measure = measure(question)?;
    let smallest = vec![question.min_per_stratum; strata.len()];
    let (n_h, whole) = allocate(question.n, &measure, &smallest, &population)?;
    let deviations: Option<Vec<f64>> = strata.iter().map(|stratum| stratum.deviation).collect();
    Ok(Allocation {
        sum: whole.iter().sum(),
        se_mean: deviations
            .as_deref()
            .map(|s| standard_error_of_mean(s, &population, &whole)),
        sampling_fraction: deviations.is_some().then(|| {
            whole
                .iter()
                .zip(&population)
                .map(|(n, all)| number(*n) / all)
                .collect()
        }),
        n_h,
        n_h_integer: whole,
    })
}

fn measure(question: &Question) -> Result<Vec<f64>, SamplingError> {
    let strata = &question.strata;
    let given = |what: &'static str, value: fn(&Stratum) -> Option<f64>| {
        let values: Vec<f64> = strata
            .iter()
            .map(|s| value(s).unwrap_or(f64::NAN))
            .collect();
        check(what, &values, |v| v >= 0.0).map(|()| values)
    };
    let all: Vec<f64> = strata.iter().map(|stratum| stratum.population).collect();
    let product = |one: Vec<f64>, other: Vec<f64>| -> Vec<f64> {
        one.into_iter().zip(other).map(|(a, b)| a * b).collect()
    };
    let found = match question.method {
        Method::Proportional => all,
        Method::Equal => vec![1.0; strata.len()],
        Method::Neyman => product(all, given("S", |s| s.deviation)?),
        Method::OptimumCost => {
            let cost = given("cost", |s| s.cost)?
                .into_iter()
                .map(|c| 1.0 / c.sqrt())
                .collect();
            product(product(all, given("S", |s| s.deviation)?), cost)
        }
        Method::Power => {
            let q = question.q.unwrap_or(f64::NAN);
            check("q", &[q], |q| q >= 0.0)?;
            let inverse = given("mean", |s| s.mean)?
                .into_iter()
                .map(|m| 1.0 / m)
                .collect();
            let size = given("X", |s| s.importance)?
                .into_iter()
                .map(|x| x.powf(q))
                .collect();
            product(product(size, given("S", |s| s.deviation)?), inverse)
        }
    };
    check("share", &found, |share| share >= 0.0)?;
    Ok(found)
}

/// Shares `n` in proportion to `measure` within `smallest` and `largest` per stratum: while a free
/// stratum exceeds its largest number all such are fixed there; then while one falls below its
/// smallest (or its largest, if that is less) all such are fixed there. Gives the real numbers, and
/// whole ones: the floor, plus one for the largest fractions among the free strata, first in order.
///
/// # Errors
/// `n` is more than the largest numbers or less than the smallest together; a share is missing.
///
/// ```
/// use minyi::stats::sampling::allocation::allocate;
/// let (real, whole) = allocate(10.0, &[1.0, 1.0, 1.0], &[0.0; 3], &[2.0, 90.0, 90.0]).unwrap();
/// assert_eq!(real, vec![2.0, 4.0, 4.0]);
/// assert_eq!(whole, vec![2, 4, 4]);
/// ```
pub fn allocate(
    n: f64,
    measure: &[f64],
    smallest: &[f64],
    largest: &[f64],
) -> Result<(Vec<f64>, Vec<u64>), SamplingError> {
    check("n", &[n], |n| n >= 0.0)?;
    check("share", measure, |share| share >= 0.0)?;
    let lowest: Vec<f64> = smallest
        .iter()
        .zip(largest)
        .map(|(low, high)| low.min(*high))
        .collect();
    if sum(lowest.iter().copied()) > n + SLACK {
        return Err(SamplingError::TooFew { n });
    }
    let room = sum(largest.iter().copied());
    if n > room + SLACK {
        return Err(SamplingError::OutOfRange {
            what: "n",
            at: 0,
            value: n,
        });
    }
    let mut fixed: Vec<Option<f64>> = vec![None; measure.len()];
    loop {
        let shared = share(n, measure, &fixed)?;
        let fix = |fixed: &mut Vec<Option<f64>>, bound: &[f64], past: fn(f64, f64) -> bool| {
            let mut any = false;
            for ((slot, x), limit) in fixed.iter_mut().zip(&shared).zip(bound) {
                if slot.is_none() && past(*x, *limit) {
                    *slot = Some(*limit);
                    any = true;
                }
            }
            any
        };
        let changed = fix(&mut fixed, largest, |x, limit| x > limit + SLACK)
            || fix(&mut fixed, &lowest, |x, limit| x < limit - SLACK);
        if !changed {
            let whole = largest_remainder(n, &shared, &fixed);
            return Ok((shared, whole));
        }
    }
}

/// What is left of `n` in proportion over the free strata; the fixed ones as they are.
fn share(n: f64, measure: &[f64], fixed: &[Option<f64>]) -> Result<Vec<f64>, SamplingError> {
    let left = n - sum(fixed.iter().flatten().copied());
    let free = sum(measure
        .iter()
        .zip(fixed)
        .filter(|(_, slot)| slot.is_none())
        .map(|(m, _)| *m));
    if free <= 0.0 && left > SLACK {
        return Err(SamplingError::OutOfRange {
            what: "sum of shares",
            at: 0,
            value: free,
        });
    }
    let scale = if free > 0.0 { left / free } else { 0.0 };
    Ok(measure
        .iter()
        .zip(fixed)
        .map(|(m, slot)| slot.unwrap_or(m * scale))
        .collect())
}

fn largest_remainder(n: f64, shared: &[f64], fixed: &[Option<f64>]) -> Vec<u64> {
    let mut whole: Vec<u64> = shared.iter().map(|x| floor(x + SLACK)).collect();
    let given: u64 = whole.iter().sum();
    let missing = floor(n + SLACK).saturating_sub(given);
    let remainder = |k: usize| {
        let x = shared.get(k).copied().unwrap_or(0.0);
        // Twelve digits decide a tie, so that rounding error does not.
        ((x - (x + SLACK).floor()) * 1e12).round()
    };
    let mut order: Vec<usize> = (0..shared.len())
        .filter(|k| matches!(fixed.get(*k), Some(None)))
        .collect();
    order.sort_by(|a, b| remainder(*b).total_cmp(&remainder(*a)).then(a.cmp(b)));
    for k in order
        .into_iter()
        .take(usize::try_from(missing).unwrap_or(0))
    {
        if let Some(count) = whole.get_mut(k) {
            *count += 1;
        }
    }
    whole
}

/// Standard error of the stratified mean of simple random samples: `√Σ W² S²/n (1 − n/N)`.
///
/// ```
/// use minyi::stats::sampling::allocation::standard_error_of_mean;
/// let se = standard_error_of_mean(&[0.5], &[1e9], &[100]);
/// assert!((se - 0.05).abs() < 1e-8);
/// ```
#[must_use]
pub fn standard_error_of_mean(deviations: &[f64], population: &[f64], whole: &[u64]) -> f64 {
    let all = sum(population.iter().copied());
    sum(deviations
        .iter()
        .zip(population)
        .zip(whole)
        .map(|((s, size), n)| {
            let (w, n) = (size / all, number(*n));
            w * w * s * s / n * (1.0 - n / size)
        }))
    .sqrt()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates; sample sizes are far below"
)]
fn floor(x: f64) -> u64 {
    x.floor().max(0.0) as u64
}

fn number(n: u64) -> f64 {
    real(usize::try_from(n).unwrap_or(usize::MAX))
}
