//! The regularized incomplete beta function, both tails, and its inverse as log odds.
//!
//! Source: algorithm 708, ACM TOMS 18 (1992), 360–373 (continued fraction, summed by Lentz's
//! method); prefactor by Loader 2000.

#![expect(
    clippy::many_single_char_names,
    reason = "the letters of the published formulas"
)]

use super::saddle::Binomial;

/// Enough for parameters of 1e12: the fraction needs about the root of the larger parameter.
const MOST_TERMS: u32 = 4_000_000;
/// Smallest magnitude of a denominator in Lentz's method.
const TINY: f64 = 1e-300;
/// Log odds beyond which `x` or `1 − x` is below the smallest double.
const WIDEST_LOG_ODDS: f64 = 745.0;

/// `(Iₓ(a,b), 1 − Iₓ(a,b))`, each with full relative precision where it is the smaller one.
/// `y` is `1 − x`, handed in so that the caller keeps its precision.
pub(super) fn beta_tails(x: f64, y: f64, a: f64, b: f64) -> (f64, f64) {
    if !(a > 0.0 && b > 0.0 && a.is_finite() && b.is_finite()) || x.is_nan() || y.is_nan() {
        return (f64::NAN, f64::NAN);
    }
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if y <= 0.0 {
        return (1.0, 0.0);
    }
    tails_of(prefactor(&Binomial::new(a, b), x, y, a, b), x, y, a, b)
}

/// The same for an `x` inside, whose prefactor is known.
fn tails_of(front: f64, x: f64, y: f64, a: f64, b: f64) -> (f64, f64) {
    if x * (a + b + 2.0) < a + 1.0 {
        let lower = front / fraction(x, y, a, b);
        (lower, 1.0 - lower)
    } else {
        let upper = front / fraction(y, x, b, a);
        (1.0 - upper, upper)
    }
}

/// `xᵃ yᵇ / B(a,b)`: the derivative of `Iₓ(a,b)` with respect to the log odds of `x`.
fn prefactor(of: &Binomial, x: f64, y: f64, a: f64, b: f64) -> f64 {
    of.density(x, y) * (a / (a + b)) * b
}

/// The even part of the classical continued fraction, `Iₓ(a,b) = xᵃ yᵇ / B(a,b) / fraction`.
///
/// Written with `a y − b x` in place of `a − (a+b) x`, which cancels when `x` is near one (algorithm
/// 708, eq. 9, and Boost's `ibeta_fraction2`).
fn fraction(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let guard = |value: f64| if value.abs() < TINY { TINY } else { value };
    let above = a * y - b * x + 1.0;
    let mut value = guard(a * above / (a + 1.0));
    let mut c = value;
    let mut d = 0.0;
    for step in 1..MOST_TERMS {
        let m = f64::from(step);
        let middle = a + 2.0 * m - 1.0;
        let numerator =
            (a + m - 1.0) / middle * ((a + b + m - 1.0) / middle) * (m * (b - m)) * x * x;
        let denominator =
            m + m * (b - m) * x / middle + (a + m) * (above + m * (1.0 + y)) / (middle + 2.0);
        d = 1.0 / guard(denominator + numerator * d);
        c = guard(denominator + numerator / c);
        let change = d * c;
        value *= change;
        if (change - 1.0).abs() <= f64::EPSILON {
            return value;
        }
    }
    f64::NAN
}

/// The log odds `u` with `I(expit u) = lower`; `upper` is `1 − lower`, given for its precision.
pub(super) fn beta_log_odds(lower: f64, upper: f64, a: f64, b: f64) -> f64 {
    let z = if lower <= upper {
        super::normal_quantile(lower)
    } else {
        -super::normal_quantile(upper)
    };
    log_odds_from((a / b).ln() + first_shift(z, a, b), lower, upper, a, b)
}

/// The same, begun at `start`.
///
/// Halley on the logarithm of the smaller tail, which is concave in `u`, kept inside a bracket.
pub(super) fn log_odds_from(start: f64, lower: f64, upper: f64, a: f64, b: f64) -> f64 {
    let valid = a > 0.0 && b > 0.0 && a.is_finite() && b.is_finite();
    if !valid || !(0.0..=1.0).contains(&lower) || !(0.0..=1.0).contains(&upper) {
        return f64::NAN;
    }
    if lower <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if upper <= 0.0 {
        return f64::INFINITY;
    }
    let from_below = lower <= upper;
    let target = if from_below { lower.ln() } else { upper.ln() };
    let (mut low, mut high) = (-WIDEST_LOG_ODDS, WIDEST_LOG_ODDS);
    let mut u = start.clamp(low, high);
    let density = Binomial::new(a, b);
    let scale = (1.0 / a + 1.0 / b).sqrt().min(1.0).min(a).min(b);
    for _ in 0..300 {
        let (x, y) = (super::expit(u), super::expit(-u));
        let front = prefactor(&density, x, y, a, b);
        let (below, above) = tails_of(front, x, y, a, b);
        let tail = if from_below { below } else { above };
        let off = tail.ln() - target;
        if (off > 0.0) == from_below {
            high = u;
        } else {
            low = u;
        }
        let slope = (if from_below { front } else { -front }) / tail;
        let newton = off / slope;
        // The second derivative of ln tail is slope · (d ln front / du − slope).
        let bend = 0.5 * newton * (a * y - b * x - slope);
        let step = if bend.abs() < 0.5 {
            newton / (1.0 - bend)
        } else {
            newton
        };
        let halley = u - step;
        let inside = halley > low && halley < high;
        let next = if inside { halley } else { 0.5 * (low + high) };
        let moved = (next - u).abs();
        // The error of a step of Halley is about the cube of the one before, on the scale of the spread.
        if moved <= 2.0 * f64::EPSILON * u.abs().max(1e-3) || inside && moved <= 1e-6 * scale {
            return next;
        }
        u = next;
    }
    u
}

/// How far the quantile's log odds lie from ln(a/b), nearly: the expansion of algorithm AS 109 (Cran, Martin and Thomas, Applied
/// Statistics 26 (1977), 111–114) where both shapes are above one, else as if the log odds were normal.
fn first_shift(z: f64, a: f64, b: f64) -> f64 {
    let spread = (1.0 / a + 1.0 / b).sqrt();
    if a <= 1.0 || b <= 1.0 {
        return z * spread;
    }
    let skew = (z * z - 3.0) / 6.0;
    let (s, t) = (1.0 / (2.0 * a - 1.0), 1.0 / (2.0 * b - 1.0));
    let h = 2.0 / (s + t);
    if h + skew <= 0.0 {
        return z * spread;
    }
    2.0 * (z * (h + skew).sqrt() / h + (t - s) * (skew + 5.0 / 6.0 - 2.0 / (3.0 * h)))
}
