//! Replicate weights made from a design: what each sampling unit's weight is multiplied with.
//!
//! May use `design`, `rng`, the plan's vocabulary. Promises: replicates come in the order of first
//! appearance (units for JK1; strata, and units in them, for `JKn`); half samples and the bootstrap take
//! strata and units in the order of their names, so that a permutation of the rows changes nothing; the
//! same design, method and seed give the same factors on every machine. Only first-stage units are left out or drawn. Sources:
//! Wolter, *Introduction to Variance Estimation*, 2nd ed. 2007, ch. 3 (half samples), ch. 4
//! (jackknife); Judkins, Journal of Official Statistics 6 (1990), pp. 223–239 (Fay's method); Rao, Wu
//! and Yue, Survey Methodology 18 (1992), pp. 209–217 (bootstrap). R: `as.svrepdesign`.

#![expect(
    clippy::indexing_slicing,
    reason = "units and strata are dense indices of the checked design"
)]

pub mod hadamard;
#[cfg(test)]
mod tests;

use super::design::{Design, DesignError, Stage};
use super::num;
use super::plan::spec::{LonelyPsu, ReplicateMethod, Seed};
use super::rng;

/// A stratum with less than this fraction left to sample is a census and gets no replicates.
const CENSUS: f64 = 1e-7;
/// Replicates times units (later: times cells of equal factors) that are held at most: 1 GiB.
pub(crate) const MOST_FACTORS: usize = 1 << 27;

/// Factors of the sampling units in each replicate, and the constants of the variance.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitFactors {
    /// Replicate → first-stage unit, in order of first appearance → factor of its weights.
    pub factors: Vec<Vec<f64>>,
    /// Overall factor of the variance.
    pub scale: f64,
    /// Factor of each replicate.
    pub rscales: Vec<f64>,
    /// Stratum → how its units' factors behave.
    pub(crate) strata: Vec<Behaviour>,
}

/// How the factors of a stratum's units behave over the replicates.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Behaviour {
    /// They are the same in all units of all strata that behave so: nothing is left out or drawn.
    Fixed,
    /// They differ, and sum to the number of units in every replicate, up to what all strata share.
    Balanced,
    /// A single unit that has a replicate of its own.
    Alone,
}

/// Makes the factors of a design.
///
/// ```
/// use minyi::stats::data::{Column, Table};
/// use minyi::stats::design::Design;
/// use minyi::stats::plan::spec::{ReplicateMethod, TaylorSpec};
/// use minyi::stats::replicates::unit_factors;
///
/// let table = Table::new(vec![("w".to_owned(), Column::Number(vec![1.0; 3]))]).unwrap();
/// let spec = TaylorSpec { weights: Some("w".to_owned()), ..TaylorSpec::default() };
/// let made = unit_factors(&Design::new(&spec, &table).unwrap(), &ReplicateMethod::Jk1).unwrap();
/// assert_eq!(made.factors, [[0.0, 1.5, 1.5], [1.5, 0.0, 1.5], [1.5, 1.5, 0.0]]);
/// assert_eq!((made.scale, made.rscales), (2.0 / 3.0, vec![1.0; 3]));
/// ```
pub fn unit_factors(design: &Design, method: &ReplicateMethod) -> Result<UnitFactors, DesignError> {
    if design.stages[0].multiplicity.is_some() {
        return Err(DesignError::MergedUnits);
    }
    match method {
        ReplicateMethod::Jk1 => jk1(design),
        ReplicateMethod::Jkn => jkn(design),
        ReplicateMethod::Brr => half_samples(design, method, 0.0),
        ReplicateMethod::Fay { rho } if (0.0..1.0).contains(rho) => {
            half_samples(design, method, *rho)
        }
        ReplicateMethod::Fay { rho } => Err(DesignError::BadReplicates {
            reason: format!("rho = {rho}"),
        }),
        ReplicateMethod::Bootstrap { replicates, seed } => bootstrap(design, *replicates, seed),
    }
}

/// Stratum → its units, both in order of first appearance.
fn members(stage: &Stage) -> Vec<Vec<usize>> {
    let mut members = vec![Vec::new(); stage.sampled.len()];
    for (unit, h) in stage.stratum.iter().enumerate() {
        members[num::at(*h)].push(unit);
    }
    members
}

fn check_size(replicates: usize, units: usize) -> Result<(), DesignError> {
    if replicates.saturating_mul(units) <= MOST_FACTORS {
        return Ok(());
    }
    Err(DesignError::TooManyFactors {
        replicates,
        cells: units,
        most: MOST_FACTORS,
    })
}

fn jk1(design: &Design) -> Result<UnitFactors, DesignError> {
    let stage = &design.stages[0];
    if design.strata() > 1 {
        return Err(DesignError::StrataInJk1 {
            strata: design.strata(),
        });
    }
    let units = stage.stratum.len();
    check_size(units, units)?;
    if units < 2 {
        return Err(lonely(design, 0));
    }
    let left = stage.fraction_left(0);
    if left < CENSUS {
        return Err(DesignError::NothingLeftToSample);
    }
    let n = num::real(units);
    let without = |out: usize| {
        let factor = |unit: usize| if unit == out { 0.0 } else { n / (n - 1.0) };
        (0..units).map(factor).collect()
    };
    Ok(UnitFactors {
        factors: (0..units).map(without).collect(),
        scale: left * ((n - 1.0) / n),
        rscales: vec![1.0; units],
        strata: vec![Behaviour::Balanced],
    })
}

fn jkn(design: &Design) -> Result<UnitFactors, DesignError> {
    let stage = &design.stages[0];
    let units = stage.stratum.len();
    check_size(units, units)?;
    let all = num::real(design.strata());
    let mut made = UnitFactors {
        factors: Vec::new(),
        scale: 1.0,
        rscales: Vec::new(),
        strata: Vec::new(),
    };
    // Units of strata with variance, and those of them that have replicates.
    let (mut sampled, mut replicated) = (0.0, 0.0);
    for (h, members) in members(stage).into_iter().enumerate() {
        let (n, left) = (stage.sampled[h], stage.fraction_left(h));
        if left < CENSUS {
            made.strata.push(Behaviour::Fixed);
            continue;
        }
        sampled += n;
        if members.len() == 1 {
            match design.lonely {
                LonelyPsu::Fail => return Err(lonely(design, h)),
                LonelyPsu::Adjust if all > 1.0 => {
                    let mut factors = vec![all / (all - 1.0); units];
                    factors[members[0]] = 0.0;
                    made.factors.push(factors);
                    made.rscales.push((all - 1.0) / all);
                    made.strata.push(Behaviour::Alone);
                    replicated += n;
                }
                LonelyPsu::Adjust
                | LonelyPsu::Certainty
                | LonelyPsu::Remove
                | LonelyPsu::Average => made.strata.push(Behaviour::Fixed),
            }
            continue;
        }
        for out in &members {
            let mut factors = vec![1.0; units];
            for unit in &members {
                factors[*unit] = if unit == out { 0.0 } else { n / (n - 1.0) };
            }
            made.factors.push(factors);
            made.rscales.push(left * ((n - 1.0) / n));
        }
        made.strata.push(Behaviour::Balanced);
        replicated += n;
    }
    if made.factors.is_empty() {
        return Err(DesignError::NothingLeftToSample);
    }
    if design.lonely == LonelyPsu::Average {
        made.scale = sampled / replicated;
    }
    Ok(made)
}

fn half_samples(
    design: &Design,
    method: &ReplicateMethod,
    rho: f64,
) -> Result<UnitFactors, DesignError> {
    let stage = &design.stages[0];
    without_fpc(stage, method)?;
    let members = design.sorted_units();
    if let Some((h, _)) = members.iter().find(|(_, units)| units.len() != 2) {
        return Err(DesignError::NotTwoUnits {
            units: stage.sampled[*h],
            stratum: design.stratum_labels(*h),
        });
    }
    let signs = hadamard::order_above(members.len())
        .and_then(hadamard::hadamard)
        .ok_or(DesignError::TooManyStrata {
            strata: members.len(),
            most: hadamard::LARGEST_ORDER - 1,
        })?;
    let (replicates, units) = (signs.len(), stage.stratum.len());
    check_size(replicates, units)?;
    let mut factors = vec![vec![0.0; units]; replicates];
    for ((_, pair), signs) in members.iter().zip(signs.iter().skip(1)) {
        for (factors, sign) in factors.iter_mut().zip(signs) {
            let (high, low) = if *sign > 0 { (0, 1) } else { (1, 0) };
            factors[pair[high]] = 2.0 - rho;
            factors[pair[low]] = rho;
        }
    }
    Ok(UnitFactors {
        factors,
        scale: 1.0 / (num::real(replicates) * (1.0 - rho) * (1.0 - rho)),
        rscales: vec![1.0; replicates],
        strata: vec![Behaviour::Balanced; members.len()],
    })
}

fn bootstrap(design: &Design, replicates: usize, seed: &Seed) -> Result<UnitFactors, DesignError> {
    let stage = &design.stages[0];
    without_fpc(
        stage,
        &ReplicateMethod::Bootstrap {
            replicates,
            seed: *seed,
        },
    )?;
    if replicates < 2 {
        return Err(DesignError::BadReplicates {
            reason: format!("replicates = {replicates}"),
        });
    }
    let units = stage.stratum.len();
    check_size(replicates, units)?;
    let members = members(stage);
    let mut strata = Vec::with_capacity(members.len());
    for (h, members) in members.iter().enumerate() {
        strata.push(match (members.len(), design.lonely) {
            (2.., _) => Behaviour::Balanced,
            (_, LonelyPsu::Certainty | LonelyPsu::Remove) => Behaviour::Fixed,
            (_, LonelyPsu::Fail) => return Err(lonely(design, h)),
            (_, LonelyPsu::Adjust | LonelyPsu::Average) => {
                return Err(DesignError::LonelyRule {
                    method: "bootstrap",
                    rule: design.lonely,
                    stratum: design.stratum_labels(h),
                });
            }
        });
    }
    let sorted = design.sorted_units();
    let factors = (0..replicates)
        .map(|r| {
            // A stream for each replicate: its draws do not depend on the others.
            let mut stream = rng::stream(&seed.0, &format!("bootstrap/{}", r + 1));
            let mut factors = vec![1.0; units];
            for (_, members) in sorted.iter().filter(|(_, members)| members.len() > 1) {
                let n = num::real(members.len());
                for unit in members {
                    factors[*unit] = 0.0;
                }
                for _ in 1..members.len() {
                    let drawn = members[rng::below(&mut stream, members.len())];
                    factors[drawn] += n / (n - 1.0);
                }
            }
            factors
        })
        .collect();
    Ok(UnitFactors {
        factors,
        scale: 1.0 / (num::real(replicates) - 1.0),
        rscales: vec![1.0; replicates],
        strata,
    })
}

/// These methods have no place for a finite population correction.
fn without_fpc(stage: &Stage, method: &ReplicateMethod) -> Result<(), DesignError> {
    if stage.population.iter().any(|n| n.is_finite()) {
        return Err(DesignError::FpcUnusable {
            method: method.name(),
        });
    }
    Ok(())
}

fn lonely(design: &Design, stratum: usize) -> DesignError {
    DesignError::LonelyPsu {
        stage: 1,
        stratum: design.stratum_labels(stratum),
    }
}

impl UnitFactors {
    /// Rank of the factors over these units of each stratum: what is left of the degrees of freedom
    /// plus one. `touched` counts the units per stratum, `sampled` all of them.
    ///
    /// A balanced stratum spans as many dimensions as it has units; where all of them are touched,
    /// one of these is the direction in which no factor changes, which all such strata share.
    pub(crate) fn rank(
        strata: &[Behaviour],
        touched: &[f64],
        sampled: &[f64],
        replicates: usize,
    ) -> f64 {
        let (mut rank, mut shared) = (0.0, 0.0);
        for ((behaviour, touched), sampled) in strata.iter().zip(touched).zip(sampled) {
            match behaviour {
                _ if num::is(*touched, 0.0) => {}
                Behaviour::Fixed => shared = 1.0,
                Behaviour::Balanced if num::is(*touched, *sampled) => {
                    shared = 1.0;
                    rank += touched - 1.0;
                }
                Behaviour::Balanced | Behaviour::Alone => rank += touched,
            }
        }
        f64::min(rank + shared, num::real(replicates))
    }
}
