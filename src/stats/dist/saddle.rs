//! Loader's saddle-point pieces: binomial and Poisson densities without cancellation of log-gammas.
//!
//! Source: Loader 2000 (also R's `dbinom.c`, `stirlerr.c`, `bd0.c`).

#![expect(
    clippy::many_single_char_names,
    reason = "the letters of the published formulas"
)]

use std::f64::consts::PI;

/// `ln Γ(n+1) − [½ ln(2πn) + n ln n − n]`, the error of Stirling's formula, for `n > 0`.
pub(super) fn stirling_error(n: f64) -> f64 {
    // Below 15 the recursion δ(n) = δ(n+1) + (n + ½) ln(1 + 1/n) − 1 reaches the series.
    let mut shifted = n;
    let mut sum = 0.0;
    while shifted < 15.0 {
        sum += shift_term(shifted);
        shifted += 1.0;
    }
    sum + stirling_series(shifted)
}

/// `(n + ½) ln(1 + 1/n) − 1`, without the cancellation of its two parts for large `n`.
fn shift_term(n: f64) -> f64 {
    let v = 1.0 / (2.0 * n + 1.0);
    if v > 0.2 {
        return (n + 0.5) * (1.0 / n).ln_1p() - 1.0;
    }
    // (n + ½) ln(1 + 1/n) = atanh(v)/v = 1 + v²/3 + v⁴/5 + …
    let square = v * v;
    let mut power = square;
    let mut sum = 0.0;
    let mut divisor = 3.0;
    while power > 1e-18 {
        sum += power / divisor;
        power *= square;
        divisor += 2.0;
    }
    sum
}

/// The asymptotic series of the Stirling error; at `n ≥ 15` seven terms leave less than 1e-17.
fn stirling_series(n: f64) -> f64 {
    const COEFFICIENTS: [f64; 8] = [
        1.0 / 12.0,
        1.0 / 360.0,
        1.0 / 1260.0,
        1.0 / 1680.0,
        1.0 / 1188.0,
        691.0 / 360_360.0,
        1.0 / 156.0,
        3617.0 / 122_400.0,
    ];
    let inverse_square = 1.0 / (n * n);
    let alternating = COEFFICIENTS
        .iter()
        .rev()
        .fold(0.0, |sum, coefficient| coefficient - inverse_square * sum);
    alternating / n
}

/// Deviance part `x ln(x/m) + m − x`, precise where `x` is near `m`.
pub(super) fn deviance(x: f64, m: f64) -> f64 {
    let difference = x - m;
    if difference.abs() >= 0.1 * (x + m) {
        return x * (x / m).ln() - difference;
    }
    let v = difference / (x + m);
    let mut sum = difference * v;
    let mut term = 2.0 * x * v;
    let square = v * v;
    let mut divisor = 3.0;
    loop {
        term *= square;
        let next = sum + term / divisor;
        if next.to_bits() == sum.to_bits() || divisor > 2000.0 {
            return next;
        }
        sum = next;
        divisor += 2.0;
    }
}

/// `Γ(a+b+1) / (Γ(a+1) Γ(b+1)) xᵃ yᵇ` for real `a, b > 0` and `y = 1 − x`.
pub(super) fn binomial_density(a: f64, b: f64, x: f64, y: f64) -> f64 {
    Binomial::new(a, b).density(x, y)
}

/// The same density at several places: what does not depend on them is computed once.
#[derive(Clone, Copy)]
pub(super) struct Binomial {
    a: f64,
    b: f64,
    error: f64,
    root: f64,
}

impl Binomial {
    pub(super) fn new(a: f64, b: f64) -> Self {
        let n = a + b;
        Self {
            a,
            b,
            error: stirling_error(n) - stirling_error(a) - stirling_error(b),
            root: (n / (2.0 * PI * a * b)).sqrt(),
        }
    }

    pub(super) fn density(&self, x: f64, y: f64) -> f64 {
        let (a, b) = (self.a, self.b);
        let n = a + b;
        (self.error - deviance(a, n * x) - deviance(b, n * y)).exp() * self.root
    }
}

/// `xᵃ e⁻ˣ / Γ(a+1)` for real `a > 0`.
pub(super) fn poisson_density(a: f64, x: f64) -> f64 {
    (-stirling_error(a) - deviance(a, x)).exp() / (2.0 * PI * a).sqrt()
}
