//! Duplicate-run test: do identical forms sit together in one variance unit more than chance puts
//! them there?
//!
//! Somebody who fills in forms for others tends to fill them in alike, and within reach. For each unit
//! (or unit and batch) the pairs of identical answer vectors are counted, `T_u = Σ_v C(k_uv, 2)`. If
//! answers had nothing to do with the unit, every distribution of the county's vectors over its units
//! would be as probable; the p value is the share of random permutations with at least as many pairs,
//! `(1 + #{T* ≥ T})/(1 + B)`, for the county as a whole and, with Holm's adjustment, for each unit.
//! Given the vectors, the expected number in a unit of `n_u` among N is `K n_u (n_u − 1)/(N (N − 1))`,
//! K the pairs of the county. Sources: Good, *Permutation, Parametric and Bootstrap Tests*, 3rd ed.
//! 2005, §3; Phipson and Smyth, Statistical Applications in Genetics 9 (2010), article 39 (the ones);
//! Blasius and Thiessen, *Assessing the Quality of Survey Data*, 2012, ch. 4–5 (duplicate patterns).
//!
//! Limits: it needs vectors of many items (ten or more), or everybody is somebody's duplicate;
//! neighbors who truly agree raise it, so a flag calls for a look at the unit, not for a deletion; a
//! forger who spreads forms over units or varies them stays unseen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Unfit;
use crate::stats::num;
use crate::stats::rng::{Stream, shuffle};
use crate::stats::test::multiplicity::holm;

/// Permutations that are drawn unless told otherwise: the smallest p value is 1/2,000.
pub const PERMUTATIONS: u32 = 1_999;

/// Duplicates of one variance unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitDuplicates {
    /// Number of the unit.
    pub unit: u32,
    /// Answers.
    pub n: u64,
    /// Pairs of identical vectors.
    pub pairs: u64,
    /// Pairs to be expected if vectors had nothing to do with units.
    pub expected: f64,
    /// p value of this unit alone.
    pub p: f64,
    /// The same after Holm's adjustment over the units.
    pub p_adjusted: f64,
}

/// Duplicates of a county.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Duplicates {
    /// Pairs of identical vectors within units.
    pub pairs: u64,
    /// Pairs to be expected.
    pub expected: f64,
    /// p value of the county.
    pub p: f64,
    /// Each unit, in order of its number.
    pub units: Vec<UnitDuplicates>,
}

/// The test for one county: each answer's unit and a number that is the same for identical answer
/// vectors.
///
/// ```
/// use minyi::stats::{quality::duplicates::test, rng::stream};
/// // Ten units of ten different forms each, and one unit with ten times the same.
/// let answers: Vec<(u32, u32)> = (0..110).map(|k| (k / 10, if k < 100 { k } else { 100 })).collect();
/// let found = test(&answers, 199, &mut stream(&[0; 32], "doc")).unwrap();
/// assert_eq!((found.pairs, found.units[10].pairs), (45, 45));
/// assert!(found.p < 0.01);
/// ```
pub fn test(
    answers: &[(u32, u32)],
    permutations: u32,
    rng: &mut Stream,
) -> Result<Duplicates, Unfit> {
    let mut units: BTreeMap<u32, usize> = BTreeMap::new();
    for (unit, _) in answers {
        *units.entry(*unit).or_default() += 1;
    }
    if units.len() < 2 {
        return Err(Unfit::OneUnit);
    }
    let mut sorted = answers.to_vec();
    sorted.sort_unstable();
    let mut vectors: Vec<u32> = sorted.iter().map(|(_, vector)| *vector).collect();
    let sizes: Vec<usize> = units.values().copied().collect();
    let observed = pairs_by_unit(&vectors, &sizes);
    let all: u64 = observed.iter().sum();
    let total = num::real(answers.len());
    let possible = total * (total - 1.0);
    let matching = num::real(usize::try_from(pairs(&vectors)).unwrap_or(usize::MAX));
    let expected = |n: usize| matching * num::real(n) * (num::real(n) - 1.0) / possible;
    let mut county = 1_u32;
    let mut single = vec![1_u32; sizes.len()];
    for _ in 0..permutations {
        shuffle(rng, &mut vectors);
        let drawn = pairs_by_unit(&vectors, &sizes);
        county += u32::from(drawn.iter().sum::<u64>() >= all);
        for ((count, drawn), observed) in single.iter_mut().zip(&drawn).zip(&observed) {
            *count += u32::from(drawn >= observed);
        }
    }
    let share = |count: u32| f64::from(count) / (f64::from(permutations) + 1.0);
    let p: Vec<f64> = single.into_iter().map(share).collect();
    let adjusted = holm(&p);
    let rows = units.iter().zip(&observed).zip(p.iter().zip(adjusted));
    Ok(Duplicates {
        pairs: all,
        expected: sizes.iter().map(|n| expected(*n)).sum(),
        p: share(county),
        units: rows
            .map(|(((unit, n), pairs), (p, p_adjusted))| UnitDuplicates {
                unit: *unit,
                n: *n as u64,
                pairs: *pairs,
                expected: expected(*n),
                p: *p,
                p_adjusted,
            })
            .collect(),
    })
}

/// Pairs of identical vectors in each unit, the units taking the vectors in turn.
fn pairs_by_unit(vectors: &[u32], sizes: &[usize]) -> Vec<u64> {
    let mut rest = vectors;
    sizes
        .iter()
        .map(|size| {
            let (own, others) = rest.split_at_checked(*size).unwrap_or((rest, &[]));
            rest = others;
            pairs(own)
        })
        .collect()
}

/// Pairs of identical numbers.
fn pairs(vectors: &[u32]) -> u64 {
    let mut sorted = vectors.to_vec();
    sorted.sort_unstable();
    sorted
        .chunk_by(|a, b| a == b)
        .map(|run| (run.len() * (run.len() - 1) / 2) as u64)
        .sum()
}
