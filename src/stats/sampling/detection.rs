//! How likely it is that a look at some finds what was done to others.
//!
//! Pure. Three looks: seeded answers, of which the auditor knows every one (hypergeometric: whoever deletes does not know which
//! records they are); residents who look up their receipts, each with the same probability (binomial); people drawn by chance who are
//! asked whether they answered (binomial, an upper limit for draws without replacement). Source of the formulas: any text on
//! acceptance sampling; Johnson, Kotz and Kemp, *Univariate Discrete Distributions*, 2nd ed. (1992), ch. 3 and 6.

use crate::stats::num::real;

/// People asked at most.
const MOST: usize = 1 << 30;

/// Probability that at least one of `seeded` records is among `deleted` ones that are chosen blindly from all `records`, seeded ones
/// included: 1 − C(N − s, D) / C(N, D), R's `1 - dhyper(0, s, N - s, D)`. Nothing is found by no seed or of no deletion; more deleted
/// than there are unseeded records is found for sure.
///
/// ```
/// use minyi::stats::sampling::detection::by_seeds;
/// // 96 negative answers (12 % of 800) and 10 seeded ones; 18 are deleted.
/// assert_eq!(format!("{:.2}", by_seeds(96 + 10, 10, 18)), "0.86");
/// ```
#[must_use]
pub fn by_seeds(records: usize, seeded: usize, deleted: usize) -> f64 {
    let (seeded, deleted) = (seeded.min(records), deleted.min(records));
    // The two roles can be exchanged: the shorter product is taken.
    let (few, many) = (seeded.min(deleted), seeded.max(deleted));
    let mut missed = 1.0;
    for at in 0..few {
        let left = records - at;
        missed *= real(left.saturating_sub(many)) / real(left);
    }
    1.0 - missed
}

/// Probability that at least one of `events` is found when each is looked at with probability `share`:
/// 1 − (1 − share)^events, R's `1 - dbinom(0, events, share)`.
///
/// ```
/// use minyi::stats::sampling::detection::by_looks;
/// assert_eq!(format!("{:.2}", by_looks(0.10, 18)), "0.85");
/// ```
#[must_use]
pub fn by_looks(share: f64, events: usize) -> f64 {
    if events == 0 {
        return 0.0;
    }
    -(real(events) * (-share.clamp(0.0, 1.0)).ln_1p()).exp_m1()
}

/// Smallest number of people to ask, so that at least one of a share of them is found with this probability; `None` where no number
/// does, or a number is outside (0, 1).
///
/// ```
/// use minyi::stats::sampling::detection::to_ask;
/// assert_eq!(to_ask(0.05, 0.95), Some(59));
/// ```
#[must_use]
pub fn to_ask(share: f64, power: f64) -> Option<usize> {
    let is_inside = |x: f64| x > 0.0 && x < 1.0;
    if !is_inside(share) || !is_inside(power) {
        return None;
    }
    let finds = |n: usize| by_looks(share, n) >= power;
    // Doubled until it is enough, then halved to the smallest: no quotient whose rounding decides.
    let mut enough = 1;
    while !finds(enough) {
        enough *= 2;
        if enough > MOST {
            return None;
        }
    }
    let mut few = 0;
    while enough - few > 1 {
        let middle = few.midpoint(enough);
        if finds(middle) {
            enough = middle;
        } else {
            few = middle;
        }
    }
    Some(enough)
}

#[cfg(test)]
mod tests {
    use super::*;

    const R_SEEDS: [f64; 4] = [
        0.858_299_183_973_301_6,
        0.975_670_639_402_966_1,
        0.984_192_769_377_539_1,
        0.833_333_333_333_333_3,
    ];

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found}, {expected}");
    }

    /// R 4.x: `1 - dhyper(0, 10, 96, 18)`, `1 - dhyper(0, 20, 96, 18)`, `1 - dhyper(0, 20, 86, 18)`, `1 - dhyper(0, 3, 7, 4)`.
    #[test]
    fn agrees_with_the_hypergeometric_distribution_of_r() {
        near(by_seeds(106, 10, 18), R_SEEDS[0]);
        near(by_seeds(116, 20, 18), R_SEEDS[1]);
        near(by_seeds(106, 20, 18), R_SEEDS[2]);
        near(by_seeds(10, 3, 4), R_SEEDS[3]);
    }

    /// The figures of the threat model: 96 negative answers are 12 % of 800.
    #[test]
    fn published_figures_of_the_threat_model_come_out() {
        let two = |p: f64| format!("{p:.2}");
        assert_eq!(two(by_seeds(96 + 10, 10, 18)), "0.86");
        assert_eq!(two(by_seeds(96 + 20, 20, 18)), "0.98");
        let checks = [0.05, 0.10, 0.15].map(|share| two(by_looks(share, 18)));
        assert_eq!(checks, ["0.60", "0.85", "0.95"]);
        assert_eq!(to_ask(0.05, 0.95), Some(59));
        assert_eq!(to_ask(0.02, 0.95), Some(149));
    }

    /// By hand: the number is the smallest one.
    #[test]
    fn the_number_to_ask_is_the_smallest() {
        for share in [0.01, 0.02, 0.05, 0.1, 0.5] {
            for power in [0.5, 0.8, 0.95, 0.99] {
                let n = to_ask(share, power).expect("a number");
                let misses = |n: usize| (0..n).fold(1.0, |missed, _| missed * (1.0 - share));
                assert!(1.0 - misses(n) >= power - 1e-12);
                assert!(1.0 - misses(n - 1) < power);
            }
        }
        assert_eq!(to_ask(0.0, 0.95), None);
        assert_eq!(to_ask(0.05, 1.0), None);
    }

    #[test]
    fn edges_say_what_is_certain() {
        near(by_seeds(50, 0, 20), 0.0);
        near(by_seeds(50, 20, 0), 0.0);
        near(by_seeds(50, 20, 31), 1.0);
        near(by_seeds(5, 9, 1), 1.0);
        near(by_looks(0.0, 10), 0.0);
        near(by_looks(1.0, 1), 1.0);
    }
}
