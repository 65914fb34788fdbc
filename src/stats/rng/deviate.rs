//! Random deviates of the gamma, beta and t distributions, for simulations.
//!
//! May use the streams above it. Promises: the same stream gives the same deviates on every machine.
//! Gamma: Marsaglia and Tsang, ACM TOMS 26 (2000), 363–372, with their boost for shapes under 1. Beta
//! as a ratio of two gammas, t as a normal over the root of a mean square (Devroye, *Non-Uniform
//! Random Variate Generation*, 1986, ch. IX). R: `rgamma`, `rbeta`, `rt` (the same distributions,
//! other draws).

use rand::rand_core::Rng;

use super::{normal, uniform};

/// Past this the t distribution is the normal one in every digit that a simulation shows.
const MANY: f64 = 1e6;

/// The constant of Marsaglia and Tsang's squeeze.
const SQUEEZE: f64 = 0.0331;

/// A gamma deviate of the given shape and scale 1; `NaN` unless the shape is positive.
///
/// ```
/// let mut stream = minyi::stats::rng::stream(&[0; 32], "doc");
/// assert!(minyi::stats::rng::gamma(&mut stream, 2.5) > 0.0);
/// ```
pub fn gamma(rng: &mut impl Rng, shape: f64) -> f64 {
    if shape.is_nan() || shape <= 0.0 {
        return f64::NAN;
    }
    if shape < 1.0 {
        let boost = (1.0 - uniform(rng)).powf(1.0 / shape);
        return boost * gamma(rng, shape + 1.0);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = normal(rng);
        let v = (1.0 + c * x).powi(3);
        if v <= 0.0 {
            continue;
        }
        let u = 1.0 - uniform(rng);
        let square = x * x;
        // What their squeeze accepts, the logarithms accept too.
        if u < 1.0 - SQUEEZE * square * square || u.ln() < 0.5 * square + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

/// A beta deviate; `NaN` unless both shapes are positive.
///
/// ```
/// let mut stream = minyi::stats::rng::stream(&[0; 32], "doc");
/// assert!((0.0..=1.0).contains(&minyi::stats::rng::beta(&mut stream, 9.5, 1.5)));
/// ```
pub fn beta(rng: &mut impl Rng, a: f64, b: f64) -> f64 {
    let (one, other) = (gamma(rng, a), gamma(rng, b));
    one / (one + other)
}

/// What a standard normal deviate has to be multiplied by to be a t deviate of `df` degrees of
/// freedom. Apart, so that two correlated normals can share one design.
///
/// ```
/// let mut stream = minyi::stats::rng::stream(&[0; 32], "doc");
/// assert_eq!(minyi::stats::rng::t_factor(&mut stream, f64::INFINITY), 1.0);
/// ```
pub fn t_factor(rng: &mut impl Rng, df: f64) -> f64 {
    if df > MANY {
        return 1.0;
    }
    (0.5 * df / gamma(rng, 0.5 * df)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::dist::{beta_cdf, chi_square_cdf, chi_square_sf, t_cdf};
    use crate::stats::rng::stream;

    const DRAWS: u32 = 20_000;

    /// Tail of the chi-square test that the distribution function of the deviates is uniform, in
    /// twenty cells.
    fn uniformity(mut draw: impl FnMut() -> f64) -> f64 {
        let mut cells = [0.0_f64; 20];
        for _ in 0..DRAWS {
            let at = (draw() * 20.0).floor().clamp(0.0, 19.0);
            let cell = (0..20_u32).find(|k| f64::from(*k) >= at).unwrap();
            cells[cell as usize] += 1.0;
        }
        let each = f64::from(DRAWS) / 20.0;
        let distance = cells.iter().map(|n| (n - each).powi(2) / each).sum();
        chi_square_sf(distance, 19.0)
    }

    #[test]
    fn gamma_deviates_have_the_gamma_distribution() {
        for shape in [0.5, 1.0, 4.5, 300.0] {
            let mut rng = stream(&[6; 32], &format!("gamma/{shape}"));
            // Gamma(a) is half a chi-square of 2a degrees of freedom.
            let tail = uniformity(|| chi_square_cdf(2.0 * gamma(&mut rng, shape), 2.0 * shape));
            assert!(tail > 1e-4, "{shape}: {tail}");
        }
        assert!(gamma(&mut stream(&[6; 32], ""), 0.0).is_nan());
    }

    #[test]
    fn beta_deviates_have_the_beta_distribution() {
        for (a, b) in [(0.5, 0.5), (9.5, 1.5), (700.5, 80.5)] {
            let mut rng = stream(&[6; 32], &format!("beta/{a}/{b}"));
            let tail = uniformity(|| beta_cdf(beta(&mut rng, a, b), a, b));
            assert!(tail > 1e-4, "{a} {b}: {tail}");
        }
    }

    #[test]
    fn a_normal_times_the_factor_has_the_t_distribution() {
        for df in [3.0, 18.0, 1e7] {
            let mut rng = stream(&[6; 32], &format!("t/{df}"));
            let tail = uniformity(|| t_cdf(normal(&mut rng) * t_factor(&mut rng, df), df));
            assert!(tail > 1e-4, "{df}: {tail}");
        }
    }
}
