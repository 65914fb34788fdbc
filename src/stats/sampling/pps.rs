//! Selection with probability proportional to size: inclusion probabilities, systematic selection.
//!
//! Source: Madow, Annals of Mathematical Statistics 20 (1949), 333–354; Särndal, Swensson and Wretman,
//! *Model Assisted Survey Sampling*, 1992, §3.6. R: `sampling::inclusionprobabilities`,
//! `sampling::UPsystematic`.

use super::{CERTAIN, Free, SamplingError, check, snapped};
use crate::stats::num::{real, sum};

/// `n xₖ / Σx`; units that reach 1 become 1 (certainty) and the rest of `n` is spread over the others
/// in proportion, until none exceeds 1. A size of 0 has probability 0.
///
/// # Errors
/// A size that is negative or no number; fewer units of positive size than `n`.
///
/// ```
/// use minyi::stats::sampling::pps::inclusion_probabilities;
/// let pi = inclusion_probabilities(&[0.0, 10.0, 20.0, 30.0, 500.0], 2).unwrap();
/// assert_eq!(pi[4], 1.0);
/// assert!((pi[1] - 1.0 / 6.0).abs() < 1e-15);
/// ```
pub fn inclusion_probabilities(sizes: &[f64], n: usize) -> Result<Vec<f64>, SamplingError> {
    check("size", sizes, |size| size >= 0.0)?;
    let available = sizes.iter().filter(|size| **size > 0.0).count();
    if n > available {
        return Err(SamplingError::TooMany {
            wanted: n,
            available,
        });
    }
    let mut certain = vec![false; sizes.len()];
    loop {
        let taken = certain.iter().filter(|taken| **taken).count();
        let free = sizes.iter().zip(&certain).filter(|(_, taken)| !**taken);
        let total = sum(free.map(|(size, _)| *size));
        // With every unit of positive size certain nothing is left to divide.
        let scale = if total > 0.0 {
            real(n - taken) / total
        } else {
            0.0
        };
        let mut grew = false;
        for (size, taken) in sizes.iter().zip(certain.iter_mut()) {
            if !*taken && size * scale >= CERTAIN {
                *taken = true;
                grew = true;
            }
        }
        if !grew {
            let pi = |(size, taken): (&f64, &bool)| if *taken { 1.0 } else { size * scale };
            return Ok(sizes.iter().zip(&certain).map(pi).collect());
        }
    }
}

/// Systematic selection from a random `start` in [0, 1), in frame order: certainty units are
/// selected, and of the others unit `k` with cumulative probability `Cₖ` when
/// `⌈Cₖ − start⌉ > ⌈Cₖ₋₁ − start⌉`. Every unit is selected with its own probability exactly; the
/// order of the frame is an implicit stratification, and some pairs can never be selected together.
///
/// # Errors
/// A probability outside [0, 1], a start outside [0, 1), or probabilities whose sum is not whole.
///
/// ```
/// use minyi::stats::sampling::pps::systematic;
/// assert_eq!(systematic(&[0.5, 0.25, 0.25, 1.0], 0.6).unwrap(), vec![1, 3]);
/// ```
pub fn systematic(pi: &[f64], start: f64) -> Result<Vec<usize>, SamplingError> {
    check("probability", pi, |p| (0.0..=1.0).contains(&p))?;
    check("start", &[start], |start| (0.0..1.0).contains(&start))?;
    let cumulative = cumulative(pi)?;
    let mut selected = Vec::new();
    let mut before = 0.0_f64;
    for (k, (p, after)) in pi.iter().zip(&cumulative).enumerate() {
        let passed = (after - start).ceil() > (before - start).ceil();
        if *p >= CERTAIN || passed {
            selected.push(k);
        }
        before = *after;
    }
    Ok(selected)
}

/// Cumulative probabilities of the units that are not certain; a certain unit adds nothing.
fn cumulative(pi: &[f64]) -> Result<Vec<f64>, SamplingError> {
    let mut running = crate::stats::num::Sum::default();
    let mut all: Vec<f64> = Vec::with_capacity(pi.len());
    for p in pi {
        if *p < CERTAIN {
            running.add(*p);
        }
        all.push(running.value());
    }
    let total = snapped(running.value());
    if total.fract() != 0.0 {
        return Err(SamplingError::SumNotWhole {
            sum: running.value(),
        });
    }
    // The end of the line is the whole number itself, so that a start of 0 selects no unit too many.
    for c in &mut all {
        *c = c.min(total);
        if total - *c < super::WHOLE {
            *c = total;
        }
    }
    Ok(all)
}

/// Probabilities that systematic selection takes both of two units, in the order of the list: the share of
/// starts that does. Rows and columns are the units at the given positions; the diagonal holds π. 0 for
/// many pairs, which is why the variance of a systematic sample has no unbiased estimator. R:
/// `sampling::UPsystematicpi2`.
///
/// # Errors
/// As [`systematic`].
///
/// ```
/// let joint = minyi::stats::sampling::pps::joint(&[0.5, 0.5, 0.5, 0.5], &[0, 1, 2]).unwrap();
/// assert!(joint[0][1] < 1e-15 && (joint[0][2] - 0.5).abs() < 1e-15);
/// ```
pub fn joint(pi: &[f64], among: &[usize]) -> Result<Vec<Vec<f64>>, SamplingError> {
    let free = Free::of(pi)?;
    let ends = cumulative(&free.pi)?;
    // Unit k is selected by the starts in (Cₖ₋₁, Cₖ] modulo 1: one arc of the circle, of length πₖ.
    let arcs: Vec<(f64, f64)> = ends
        .iter()
        .zip(&free.pi)
        .map(|(end, p)| ((end - p).rem_euclid(1.0), *p))
        .collect();
    let arc = |k: usize| arcs.get(k).copied().unwrap_or_default();
    let mut matrix = Free::independent(pi, among);
    free.set_pairs(&mut matrix, among, |k, l| overlap(arc(k), arc(l)));
    Ok(matrix)
}

/// Length of the intersection of two arcs (start, length) of a circle of circumference 1.
fn overlap(one: (f64, f64), other: (f64, f64)) -> f64 {
    [-1.0, 0.0, 1.0]
        .iter()
        .map(|turn| {
            let start = one.0.max(other.0 + turn);
            let end = (one.0 + one.1).min(other.0 + other.1 + turn);
            (end - start).max(0.0)
        })
        .sum()
}

#[cfg(test)]
mod tests;
