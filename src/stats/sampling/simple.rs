//! Equal-probability selection: simple random and systematic.
//!
//! Source: Cochran, *Sampling Techniques*, 3rd ed. 1977, ch. 2, 5 and 8; Knuth, *The Art of Computer
//! Programming* 2, 3rd ed. 1997, §3.4.2, algorithm S (selection sampling). R: `sample`,
//! `sampling::srswor`.

use super::{Free, SamplingError, WHOLE, check};
use crate::stats::num::real;
use crate::stats::rng::below;
use rand::rand_core::Rng;

/// A simple random sample of `n` of `population` positions without replacement, in ascending order:
/// every set of `n` has the same probability.
///
/// # Errors
/// More units wanted than there are.
///
/// ```
/// let mut stream = minyi::stats::rng::stream(&[0; 32], "doc");
/// assert_eq!(minyi::stats::sampling::simple::random(&mut stream, 5, 5).unwrap(), vec![0, 1, 2, 3, 4]);
/// ```
pub fn random(
    rng: &mut impl Rng,
    population: usize,
    n: usize,
) -> Result<Vec<usize>, SamplingError> {
    if n > population {
        return Err(SamplingError::TooMany {
            wanted: n,
            available: population,
        });
    }
    let mut selected = Vec::with_capacity(n);
    for k in 0..population {
        let wanted = n - selected.len();
        // Taken with probability wanted / remaining, by a whole number: no rounding of a quotient.
        if wanted > 0 && below(rng, population - k) < wanted {
            selected.push(k);
        }
    }
    Ok(selected)
}

/// Systematic selection with the fractional interval `N/n` from a `start` in [0, 1): positions
/// `⌊start·N/n + j·N/n⌋`, j = 0..n−1.
///
/// # Errors
/// More units wanted than there are, or a start outside [0, 1).
///
/// ```
/// assert_eq!(minyi::stats::sampling::simple::systematic(10, 4, 0.5).unwrap(), vec![1, 3, 6, 8]);
/// ```
pub fn systematic(population: usize, n: usize, start: f64) -> Result<Vec<usize>, SamplingError> {
    check("start", &[start], |start| (0.0..1.0).contains(&start))?;
    if n > population {
        return Err(SamplingError::TooMany {
            wanted: n,
            available: population,
        });
    }
    if n == 0 {
        return Ok(Vec::new());
    }
    let interval = real(population) / real(n);
    Ok((0..n)
        .map(|j| position(interval * start + interval * real(j)).min(population - 1))
        .collect())
}

/// Joint inclusion probabilities of a simple random sample: `n (n − 1) / (N (N − 1))` for each pair. Rows
/// and columns are the units at the given positions; the diagonal holds π = n/N, the same for all.
///
/// # Errors
/// Probabilities that differ, are outside [0, 1], or do not sum to a whole number.
///
/// ```
/// let joint = minyi::stats::sampling::simple::joint(&[0.5; 4], &[0, 1]).unwrap();
/// assert!((joint[0][1] - 1.0 / 6.0).abs() < 1e-15);
/// ```
pub fn joint(pi: &[f64], among: &[usize]) -> Result<Vec<Vec<f64>>, SamplingError> {
    let free = Free::of(pi)?;
    let first = pi.first().copied().unwrap_or_default();
    check("probability", pi, |p| (p - first).abs() < WHOLE)?;
    let pairs = real(free.n) * (real(free.n) - 1.0);
    let of = real(pi.len()) * (real(pi.len()) - 1.0);
    let mut matrix = Free::independent(pi, among);
    free.set_pairs(&mut matrix, among, |_, _| pairs / of);
    Ok(matrix)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a non-negative position below the size of the frame"
)]
fn position(x: f64) -> usize {
    x.floor() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::dist::chi_square_sf;
    use crate::stats::rng::{stream, uniform};
    use std::collections::BTreeMap;

    #[test]
    fn every_set_of_two_out_of_five_is_equally_likely() {
        let mut stream = stream(&[9; 32], "sets");
        let mut seen = BTreeMap::new();
        for _ in 0..20_000 {
            *seen
                .entry(random(&mut stream, 5, 2).unwrap())
                .or_insert(0.0) += 1.0;
        }
        let distance: f64 = seen
            .values()
            .map(|n: &f64| (n - 2_000.0).powi(2) / 2_000.0)
            .sum();
        assert_eq!(seen.len(), 10);
        assert!(chi_square_sf(distance, 9.0) > 1e-4);
    }

    #[test]
    fn systematic_selection_takes_every_unit_equally_often() {
        let mut stream = stream(&[9; 32], "systematic");
        let mut taken = [0.0; 17];
        for _ in 0..20_000 {
            let drawn = systematic(17, 5, uniform(&mut stream)).unwrap();
            assert_eq!(drawn.len(), 5);
            assert!(drawn.windows(2).all(|pair| pair[0] < pair[1]));
            for k in drawn {
                taken[k] += 1.0;
            }
        }
        let expected = 20_000.0 * 5.0 / 17.0;
        let spread = (expected * (1.0 - 5.0 / 17.0_f64)).sqrt();
        assert!(
            taken.iter().all(|n| (n - expected).abs() < 4.5 * spread),
            "{taken:?}"
        );
    }

    #[test]
    fn more_than_there_are_is_refused() {
        let mut stream = stream(&[0; 32], "refused");
        let refused = SamplingError::TooMany {
            wanted: 4,
            available: 3,
        };
        assert_eq!(random(&mut stream, 3, 4).unwrap_err(), refused);
        assert_eq!(systematic(3, 4, 0.0).unwrap_err(), refused);
        assert!(systematic(3, 2, 1.0).is_err());
        assert_eq!(systematic(3, 0, 0.2).unwrap(), Vec::<usize>::new());
    }
}
