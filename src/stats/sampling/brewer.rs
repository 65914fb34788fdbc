//! Brewer's method: fixed size and exact inclusion probabilities, one unit drawn after the other.
//!
//! Draw i of n takes unit k with a probability proportional to
//! `πₖ (n − a − πₖ) / (n − a − πₖ (n − i + 1))`, a = the sum of π over the units already taken. Sources: Brewer,
//! Australian Journal of Statistics 17 (1975), 166–172; Tillé, *Sampling Algorithms*, 2006, ch. 6. R:
//! `sampling::UPbrewer`. Its joint probabilities have a closed form for two units only (there the design is
//! Sampford's); for more they are summed over all sets of units, which a small stratum allows. Where they
//! are needed and the stratum is large, [`super::sampford`] has them.

#![expect(
    clippy::indexing_slicing,
    reason = "sets of units are numbers below the size of their table"
)]

use super::{Free, SamplingError};
use crate::stats::num::{at, index, sum};
use crate::stats::rng::uniform;
use rand::rand_core::Rng;

/// Units up to which all sets of them are gone through.
const LISTED: usize = 20;

/// A sample by Brewer's method, positions in ascending order: one number of the stream for each draw.
///
/// # Errors
/// A probability outside [0, 1], or probabilities whose sum is not whole.
///
/// ```
/// let mut stream = minyi::stats::rng::stream(&[0; 32], "doc");
/// let drawn = minyi::stats::sampling::brewer::sample(&[0.5, 0.75, 0.0, 1.0, 0.75], &mut stream).unwrap();
/// assert!(drawn.len() == 3 && drawn.contains(&3));
/// ```
pub fn sample(pi: &[f64], rng: &mut impl Rng) -> Result<Vec<usize>, SamplingError> {
    draw(&Free::of(pi)?, &mut || uniform(rng))
}

fn draw(free: &Free, next: &mut dyn FnMut() -> f64) -> Result<Vec<usize>, SamplingError> {
    let mut taken = vec![false; free.pi.len()];
    let mut selected = free.certain.clone();
    for i in 0..free.n {
        let shares = shares(free, &taken, i);
        let aim = next() * sum(shares.iter().copied());
        let mut reached = 0.0;
        // Rounding error may leave the aim a hair above the sum: the last unit there is takes it.
        let mut last = None;
        for (k, share) in shares.iter().enumerate().filter(|(k, _)| !taken[*k]) {
            reached += share;
            last = Some(k);
            if aim < reached {
                break;
            }
        }
        let Some(k) = last else {
            return Err(SamplingError::TooMany {
                wanted: free.n,
                available: free.pi.len(),
            });
        };
        taken[k] = true;
        selected.push(free.places[k]);
    }
    selected.sort_unstable();
    Ok(selected)
}

/// What each unit's probability of draw `i` (from 0) is proportional to.
fn shares(free: &Free, taken: &[bool], i: usize) -> Vec<f64> {
    let pairs = || free.pi.iter().zip(taken);
    let a = sum(pairs().filter(|(_, taken)| **taken).map(|(p, _)| *p));
    let left = crate::stats::num::real(free.n) - a;
    let draws = crate::stats::num::real(free.n - i);
    pairs()
        .map(|(p, taken)| {
            if *taken {
                0.0
            } else {
                // In the last draw the two brackets are the same.
                p * if free.n - i == 1 {
                    1.0
                } else {
                    (left - p) / (left - p * draws)
                }
            }
        })
        .collect()
}

/// Joint inclusion probabilities of the units at these positions, in their order; the diagonal holds π.
///
/// # Errors
/// As [`sample`]; and more than two units to select of more than twenty that are not certain.
///
/// ```
/// let joint = minyi::stats::sampling::brewer::joint(&[0.5; 4], &[0, 1]).unwrap();
/// assert!((joint[0][1] - 1.0 / 6.0).abs() < 1e-15);
/// ```
pub fn joint(pi: &[f64], among: &[usize]) -> Result<Vec<Vec<f64>>, SamplingError> {
    let free = Free::of(pi)?;
    let mut matrix = Free::independent(pi, among);
    match free.n {
        0 | 1 => free.set_pairs(&mut matrix, among, |_, _| 0.0),
        2 => {
            // Brewer 1963; D normalizes the first draw.
            let d = sum(free.pi.iter().map(|p| p * (2.0 - p) / (2.0 * (1.0 - p))));
            free.set_pairs(&mut matrix, among, |k, l| {
                let (p, q) = (free.pi[k], free.pi[l]);
                p * q * (1.0 / (1.0 - p) + 1.0 / (1.0 - q)) / (2.0 * d)
            });
        }
        n if free.pi.len() > LISTED => {
            return Err(SamplingError::NoJoint {
                method: "brewer",
                units: free.pi.len(),
                n,
            });
        }
        n => {
            let pairs = pairs(&sets(&free), free.pi.len(), n);
            free.set_pairs(&mut matrix, among, |k, l| pairs[k][l]);
        }
    }
    Ok(matrix)
}

/// The probability that the units of each set (a bit for each unit) are the ones taken at some time.
fn sets(free: &Free) -> Vec<f64> {
    let units = free.pi.len();
    let mut chance = vec![0.0; 1 << units];
    chance[0] = 1.0;
    for set in 0..chance.len() {
        let bits = index(set);
        let drawn = at(bits.count_ones());
        if drawn >= free.n || chance[set] <= 0.0 {
            continue;
        }
        let taken: Vec<bool> = (0..units).map(|k| bits >> k & 1 == 1).collect();
        let shares = shares(free, &taken, drawn);
        let all = sum(shares.iter().copied());
        for (k, share) in shares.iter().enumerate().filter(|(k, _)| !taken[*k]) {
            let grown = set | 1 << k;
            chance[grown] += chance[set] * share / all;
        }
    }
    chance
}

/// Sums over the sets of `n` units that hold each pair.
fn pairs(sets: &[f64], units: usize, n: usize) -> Vec<Vec<f64>> {
    let mut sums = vec![vec![0.0; units]; units];
    for (set, chance) in sets.iter().enumerate() {
        let bits = index(set);
        if at(bits.count_ones()) != n {
            continue;
        }
        let inside: Vec<usize> = (0..units).filter(|k| bits >> k & 1 == 1).collect();
        for k in &inside {
            for l in &inside {
                sums[*k][*l] += chance;
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_taken_as_r_takes_them_from_the_same_numbers() {
        let mut compared = 0;
        for case in super::super::selection::golden::cases() {
            let free = Free::of(&case.pi).unwrap();
            let mut numbers = case.uniforms.iter().copied();
            let drawn = draw(&free, &mut || numbers.next().unwrap()).unwrap();
            assert_eq!(drawn, case.taken, "{}", case.name);
            assert!(numbers.next().is_none());
            compared += 1;
        }
        assert_eq!(compared, 5);
    }

    #[test]
    fn two_units_have_the_joint_probabilities_of_sampford() {
        let pi = [0.3, 0.1, 0.55, 0.25, 0.7, 0.1];
        let every = [0, 1, 2, 3, 4, 5];
        let sampford = super::super::sampford::joint(&pi, &every).unwrap();
        let brewer = joint(&pi, &every).unwrap();
        for (a, b) in sampford.iter().flatten().zip(brewer.iter().flatten()) {
            assert!((a - b).abs() < 1e-15, "{a} {b}");
        }
    }

    #[test]
    fn the_closed_form_and_the_sum_over_all_sets_agree() {
        let pi = [0.3, 0.1, 0.55, 0.25, 0.7, 0.1];
        let free = Free::of(&pi).unwrap();
        let sets = sets(&free);
        let closed = joint(&pi, &[0, 1, 2, 3, 4, 5]).unwrap();
        for k in 0..6 {
            for l in 0..k {
                assert!((closed[k][l] - sets[1 << k | 1 << l]).abs() < 1e-15);
            }
        }
    }

    #[test]
    fn a_large_stratum_has_no_joint_probabilities() {
        let refused = joint(&[0.125; 24], &[0, 1]).unwrap_err();
        let want = SamplingError::NoJoint {
            method: "brewer",
            units: 24,
            n: 3,
        };
        assert_eq!(refused, want);
    }
}
