//! The regularized incomplete gamma function, both tails, and its inverse.
//!
//! Source: Press et al. 2007, §6.2; prefactor by Loader 2000.

#![expect(
    clippy::many_single_char_names,
    reason = "the letters of the published formulas"
)]

use super::saddle::poisson_density;

const MOST_TERMS: u32 = 4_000_000;
const TINY: f64 = 1e-300;

/// `(P(a,x), Q(a,x))`, each with full relative precision where it is the smaller one.
pub(super) fn gamma_tails(a: f64, x: f64) -> (f64, f64) {
    if !(a > 0.0 && a.is_finite()) || x.is_nan() {
        return (f64::NAN, f64::NAN);
    }
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x.is_infinite() {
        return (1.0, 0.0);
    }
    let front = poisson_density(a, x);
    if x < a + 1.0 {
        let lower = front * series(a, x);
        (lower, 1.0 - lower)
    } else {
        let upper = front * a * fraction(a, x);
        (1.0 - upper, upper)
    }
}

/// `1 + x/(a+1) + x²/((a+1)(a+2)) + …`
fn series(a: f64, x: f64) -> f64 {
    let mut divisor = a;
    let mut term = 1.0;
    let mut sum = 1.0;
    for _ in 0..MOST_TERMS {
        divisor += 1.0;
        term *= x / divisor;
        sum += term;
        if term <= sum * f64::EPSILON * 0.1 {
            return sum;
        }
    }
    f64::NAN
}

fn fraction(a: f64, x: f64) -> f64 {
    let guard = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / guard(b);
    let mut h = d;
    for step in 1..MOST_TERMS {
        let i = f64::from(step);
        let numerator = -i * (i - a);
        b += 2.0;
        d = 1.0 / guard(numerator * d + b);
        c = guard(b + numerator / c);
        let change = d * c;
        h *= change;
        if (change - 1.0).abs() <= f64::EPSILON {
            return h;
        }
    }
    f64::NAN
}

/// The `x` with `P(a,x) = p`: Newton on the log of the smaller tail, in `ln x`, inside a bracket.
pub(super) fn gamma_quantile(p: f64, a: f64) -> f64 {
    if !(a > 0.0 && a.is_finite() && (0.0..=1.0).contains(&p)) {
        return f64::NAN;
    }
    if p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    let from_below = p <= 0.5;
    let target = if from_below { p.ln() } else { (1.0 - p).ln() };
    let (mut low, mut high) = (-745.0_f64, 700.0_f64);
    let mut u = a.ln();
    for _ in 0..300 {
        let x = u.exp();
        let (below, above) = gamma_tails(a, x);
        let tail = if from_below { below } else { above };
        let off = tail.ln() - target;
        if (off > 0.0) == from_below {
            high = u;
        } else {
            low = u;
        }
        let slope = poisson_density(a, x) * a / tail;
        let newton = if from_below {
            u - off / slope
        } else {
            u + off / slope
        };
        let inside = newton > low && newton < high;
        let next = if inside { newton } else { 0.5 * (low + high) };
        if (next - u).abs() <= f64::EPSILON * u.abs().max(0.5) {
            return next.exp();
        }
        u = next;
    }
    u.exp()
}
