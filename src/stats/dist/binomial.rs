//! The binomial distribution on counts given as `f64`, because callers scale counts by design effects.

use super::incomplete_beta::beta_tails;
use super::normal_quantile;
use super::saddle::binomial_density;

/// `P(X ≤ k)` for `X ~ Binomial(n, p)`; `k` is rounded down. R: `pbinom(k, n, p)`.
///
/// ```
/// assert!((minyi::stats::dist::binomial_cdf(0.0, 2.0, 0.5) - 0.25).abs() < 1e-15);
/// ```
#[must_use]
pub fn binomial_cdf(k: f64, n: f64, p: f64) -> f64 {
    tails(k, n, p).0
}

/// `P(X > k)`, precise where it is small. R: `pbinom(k, n, p, lower.tail = FALSE)`.
///
/// ```
/// assert!((minyi::stats::dist::binomial_sf(0.0, 2.0, 0.5) - 0.75).abs() < 1e-15);
/// ```
#[must_use]
pub fn binomial_sf(k: f64, n: f64, p: f64) -> f64 {
    tails(k, n, p).1
}

fn tails(k: f64, n: f64, p: f64) -> (f64, f64) {
    if !(0.0..=1.0).contains(&p) || n.is_nan() || n < 0.0 || k.is_nan() {
        return (f64::NAN, f64::NAN);
    }
    let k = k.floor();
    if k < 0.0 {
        return (0.0, 1.0);
    }
    if k >= n {
        return (1.0, 0.0);
    }
    beta_tails(1.0 - p, p, n - k, k + 1.0)
}

/// `P(X = k)`; 0 for a `k` that is no whole number of [0, n]. R: `dbinom(k, n, p)`.
///
/// ```
/// assert!((minyi::stats::dist::binomial_pmf(1.0, 2.0, 0.5) - 0.5).abs() < 1e-15);
/// ```
#[must_use]
pub fn binomial_pmf(k: f64, n: f64, p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) || n.is_nan() || n < 0.0 || k.is_nan() {
        return f64::NAN;
    }
    if k < 0.0 || k > n || k.fract() != 0.0 {
        return 0.0;
    }
    if k < 0.5 {
        return (n * (-p).ln_1p()).exp();
    }
    if n - k < 0.5 {
        return (n * p.ln()).exp();
    }
    if p <= 0.0 || p >= 1.0 {
        return 0.0;
    }
    binomial_density(k, n - k, p, 1.0 - p)
}

/// The smallest `k` with `P(X ≤ k) ≥ q`. R: `qbinom(q, n, p)`.
///
/// ```
/// assert_eq!(minyi::stats::dist::binomial_quantile(0.5, 10.0, 0.5), 5.0);
/// ```
#[must_use]
pub fn binomial_quantile(q: f64, n: f64, p: f64) -> f64 {
    if !(0.0..=1.0).contains(&q) || !(0.0..=1.0).contains(&p) || n.is_nan() || n < 0.0 {
        return f64::NAN;
    }
    if q >= 1.0 {
        return if p > 0.0 { n } else { 0.0 };
    }
    let spread = (n * p * (1.0 - p)).sqrt();
    let mut k = if q > 0.0 {
        n * p + spread * normal_quantile(q)
    } else {
        0.0
    };
    k = k.floor().clamp(0.0, n);
    // R allows the same few units in the last place, so that a q computed by the cdf finds its k.
    let wanted = q * (1.0 - 64.0 * f64::EPSILON);
    while k > 0.0 && binomial_cdf(k - 1.0, n, p) >= wanted {
        k -= 1.0;
    }
    while k < n && binomial_cdf(k, n, p) < wanted {
        k += 1.0;
    }
    k
}
