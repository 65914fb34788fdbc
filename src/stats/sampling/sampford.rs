//! The Sampford design: fixed size, exact inclusion probabilities, joint probabilities that are known and
//! never 0.
//!
//! A sample s of the units with 0 < π < 1 has probability proportional to
//! `∏ πₖ/(1 − πₖ) · Σ (1 − πₖ)` over its units: Poisson sampling, given the size and tilted. Sources: Sampford,
//! Biometrika 54 (1967), 499–513; Cochran 1977, pp. 262–263; Tillé, *Sampling Algorithms*,
//! 2006, ch. 7. Instead of drawing with replacement until
//! all units differ (hopeless for large samples), the list is gone through once with exact conditional
//! probabilities (Grafström, Journal of Statistical Planning and Inference 139, 2009, 2111–2114). Those, and the
//! joint probabilities, are sums of positive terms, so nothing cancels. R: `sampling::UPsampfordpi2`.
//! Only the four operations of arithmetic are used: the same numbers on every machine.

#![expect(
    clippy::indexing_slicing,
    reason = "tables have the dimensions that their maker gave them"
)]

use super::{Free, SamplingError};
use crate::stats::rng::uniform;
use rand::rand_core::Rng;

/// Cells of the tables of one draw at most (16 bytes each).
const LARGEST: usize = 20_000_000;

/// Over subsets of some units, by their number of units r: the probability that Poisson sampling takes
/// r of them, and the same weighted by `Σ (1 − π)` of the units taken.
#[derive(Clone, Debug)]
struct Sizes {
    chance: Vec<f64>,
    tilted: Vec<f64>,
}

impl Sizes {
    /// No units: surely none is taken.
    fn none(largest: usize) -> Self {
        let mut chance = vec![0.0; largest + 1];
        chance[0] = 1.0;
        Self {
            chance,
            tilted: vec![0.0; largest + 1],
        }
    }

    /// One unit more.
    fn add(&mut self, p: f64) {
        let out = 1.0 - p;
        for r in (0..self.chance.len()).rev() {
            let (fewer, tilted) = match r.checked_sub(1) {
                Some(less) => (self.chance[less], self.tilted[less]),
                None => (0.0, 0.0),
            };
            self.tilted[r] = out * self.tilted[r] + p * (tilted + out * fewer);
            self.chance[r] = out * self.chance[r] + p * fewer;
        }
    }

    /// `r` units of these and of others together.
    fn with(&self, other: &Self, r: usize) -> (f64, f64) {
        let terms = |f: &dyn Fn(usize) -> f64| (0..=r).map(f).sum();
        let chance = terms(&|a| self.chance[a] * other.chance[r - a]);
        let tilted =
            terms(&|a| self.tilted[a] * other.chance[r - a] + self.chance[a] * other.tilted[r - a]);
        (chance, tilted)
    }
}

/// For every place of the list the sizes over the units from there on.
fn tails(pi: &[f64], largest: usize) -> Result<Vec<Sizes>, SamplingError> {
    if pi.len().saturating_mul(largest + 1) > LARGEST {
        return Err(SamplingError::TooLarge {
            method: "sampford",
            units: pi.len(),
            n: largest,
        });
    }
    let mut running = Sizes::none(largest);
    let mut tails = vec![running.clone()];
    for p in pi.iter().rev() {
        running.add(*p);
        tails.push(running.clone());
    }
    tails.reverse();
    Ok(tails)
}

/// A Sampford sample with these inclusion probabilities, positions in ascending order: one number of the
/// stream for each unit with 0 < π < 1, in order.
///
/// # Errors
/// A probability outside [0, 1], probabilities whose sum is not whole, or a frame whose tables would not
/// fit into memory.
///
/// ```
/// let mut stream = minyi::stats::rng::stream(&[0; 32], "doc");
/// let drawn = minyi::stats::sampling::sampford::sample(&[0.5, 0.75, 0.0, 1.0, 0.75], &mut stream).unwrap();
/// assert!(drawn.len() == 3 && drawn.contains(&3));
/// ```
pub fn sample(pi: &[f64], rng: &mut impl Rng) -> Result<Vec<usize>, SamplingError> {
    let free = Free::of(pi)?;
    let tails = tails(&free.pi, free.n)?;
    let mut selected = free.certain.clone();
    let (mut left, mut tilt) = (free.n, 0.0);
    for (k, p) in free.pi.iter().enumerate() {
        let u = uniform(rng);
        if left == 0 {
            continue;
        }
        let (here, after) = (&tails[k], &tails[k + 1]);
        let all = tilt * here.chance[left] + here.tilted[left];
        let inside = p * ((tilt + 1.0 - p) * after.chance[left - 1] + after.tilted[left - 1]);
        if u * all < inside || free.pi.len() - k == left {
            selected.push(free.places[k]);
            left -= 1;
            tilt += 1.0 - p;
        }
    }
    selected.sort_unstable();
    Ok(selected)
}

/// Joint inclusion probabilities of the units at these positions, in their order; the diagonal holds π.
///
/// # Errors
/// As [`sample`].
///
/// ```
/// let joint = minyi::stats::sampling::sampford::joint(&[0.5; 4], &[0, 1]).unwrap();
/// assert!((joint[0][1] - 1.0 / 6.0).abs() < 1e-15);
/// ```
pub fn joint(pi: &[f64], among: &[usize]) -> Result<Vec<Vec<f64>>, SamplingError> {
    let free = Free::of(pi)?;
    let mut matrix = Free::independent(pi, among);
    if free.n < 2 {
        free.set_pairs(&mut matrix, among, |_, _| 0.0);
        return Ok(matrix);
    }
    let tails = tails(&free.pi, free.n)?;
    let all = tails[0].tilted[free.n];
    let spots = free.spots(among);
    for (row, first) in spots.iter().enumerate() {
        let Some(first) = *first else { continue };
        let later: Vec<(usize, usize)> = spots
            .iter()
            .enumerate()
            .filter_map(|(column, spot)| Some((column, (*spot)?)))
            .filter(|(_, spot)| *spot > first)
            .collect();
        let with = together(&free, &tails, first, &later);
        for ((column, _), chance) in later.iter().zip(with) {
            matrix[row][*column] = chance / all;
            matrix[*column][row] = chance / all;
        }
    }
    Ok(matrix)
}

/// Sums over the samples that hold `first` and each of `later` (places in the list, ascending or not).
fn together(free: &Free, tails: &[Sizes], first: usize, later: &[(usize, usize)]) -> Vec<f64> {
    let others = free.n - 2;
    let mut sums = vec![0.0; later.len()];
    let mut order: Vec<usize> = (0..later.len()).collect();
    order.sort_by_key(|at| later[*at].1);
    let mut before = Sizes::none(others);
    let mut reached = 0;
    for at in order {
        let (_, second) = later[at];
        for (k, p) in free.pi.iter().enumerate().take(second).skip(reached) {
            if k != first {
                before.add(*p);
            }
        }
        reached = second;
        let (chance, tilted) = before.with(&tails[second + 1], others);
        let (p, q) = (free.pi[first], free.pi[second]);
        sums[at] = p * q * ((2.0 - p - q) * chance + tilted);
    }
    sums
}
