//! Covariance of linearized estimates under a design.
//!
//! May use `design`, `num`. Promises: influence values are summed to units of each stage in row
//! order, units to strata in unit order; the rule for lonely strata is applied as declared. Sources:
//! Cochran, *Sampling Techniques*, 1977, §11.4 (stages); Lumley, *Complex Surveys*, 2010, §2.2–2.3;
//! Binder, International Statistical Review 51 (1983), pp. 279–292 (linearization). R:
//! `survey:::svyrecvar`.

#![expect(
    clippy::indexing_slicing,
    reason = "units and strata are dense indices of the checked design"
)]

use crate::stats::design::{Design, DesignError, Stage};
use crate::stats::num;
use crate::stats::plan::spec::LonelyPsu;

/// A stratum with less than this fraction left to sample is a census and adds no variance.
const CENSUS: f64 = 1e-7;

/// The covariance matrix of estimates with these influence values (one vector each, one value per
/// unit of each row). `used` says which rows belong to the design at hand: strata without any of
/// them do not count.
pub(crate) fn covariance(
    design: &Design,
    influence: &[Vec<f64>],
    used: &[bool],
) -> Result<Vec<Vec<f64>>, DesignError> {
    let k = influence.len();
    let mut total = vec![vec![0.0; k]; k];
    // Product of the sampling fractions above each unit of the stage at hand.
    let mut above = vec![1.0; design.strata()];
    let stages = if design.multistage() {
        &design.stages[..]
    } else {
        &design.stages[..1]
    };
    for (depth, stage) in stages.iter().enumerate() {
        let present = present_strata(stage, used);
        let totals: Vec<Vec<f64>> = influence
            .iter()
            .map(|z| unit_totals(design, stage, z))
            .collect();
        let strata = strata_covariances(design, depth, &totals, &present)?;
        add(&mut total, design, depth, &strata, &present, &above);
        above = (0..stage.stratum.len())
            .map(|unit| {
                let h = num::at(stage.stratum[unit]);
                above[h] * stage.sampled[h] / stage.population[h]
            })
            .collect();
    }
    Ok(total)
}

/// What a total adds to its variance when lonely units are centred at the mean of all units
/// instead of zero (R's survey from 4.4 on), for rule `adjust`.
pub(crate) fn recentring(design: &Design, influence: &[f64], used: &[bool]) -> f64 {
    let stage = &design.stages[0];
    let present = present_strata(stage, used);
    let totals = unit_totals(design, stage, influence);
    let of = |h: &usize| present[*h];
    let units: f64 = (0..present.len())
        .filter(of)
        .map(|h| stage.sampled[h])
        .sum();
    let mean = num::sum(totals.iter().copied()) / units;
    let mut by_stratum = vec![0.0; present.len()];
    for (unit, total) in totals.iter().enumerate() {
        by_stratum[num::at(stage.stratum[unit])] += total;
    }
    (0..present.len())
        .filter(|h| present[*h] && num::is(stage.sampled[*h], 1.0))
        .map(|h| {
            let z = by_stratum[h];
            stage.fraction_left(h) * ((z - mean) * (z - mean) - z * z)
        })
        .sum()
}

fn present_strata(stage: &Stage, used: &[bool]) -> Vec<bool> {
    let mut present = vec![false; stage.sampled.len()];
    for (row, unit) in stage.unit.iter().enumerate() {
        if used[row] {
            present[num::at(stage.stratum[num::at(*unit)])] = true;
        }
    }
    present
}

fn unit_totals(design: &Design, stage: &Stage, z: &[f64]) -> Vec<f64> {
    if stage.multiplicity.is_some() {
        return z.to_vec();
    }
    let mut totals = vec![0.0; stage.stratum.len()];
    match &design.counts {
        Some(counts) => {
            for ((unit, z), count) in stage.unit.iter().zip(z).zip(counts) {
                totals[num::at(*unit)] += count * z;
            }
        }
        None => {
            for (unit, z) in stage.unit.iter().zip(z) {
                totals[num::at(*unit)] += z;
            }
        }
    }
    totals
}

/// What a stratum contributes.
enum Contribution {
    Matrix(Vec<Vec<f64>>),
    Nothing,
    /// A lonely stratum under rule `average`.
    Unknown,
}

fn strata_covariances(
    design: &Design,
    depth: usize,
    totals: &[Vec<f64>],
    present: &[bool],
) -> Result<Vec<Contribution>, DesignError> {
    let stage = &design.stages[depth];
    let (k, strata) = (totals.len(), present.len());
    let multiplicity = |unit: usize| stage.multiplicity.as_ref().map_or(1.0, |m| m[unit]);
    let mut means = vec![0.0; k * strata];
    for (a, z) in totals.iter().enumerate() {
        for (unit, h) in stage.stratum.iter().enumerate() {
            means[num::at(*h) * k + a] += multiplicity(unit) * z[unit];
        }
    }
    for h in 0..strata {
        for mean in &mut means[h * k..(h + 1) * k] {
            *mean /= stage.sampled[h];
        }
    }
    let mut products = vec![0.0; k * k * strata];
    let mut centred = vec![0.0; k];
    for (unit, h) in stage.stratum.iter().enumerate() {
        let h = num::at(*h);
        if !present[h] {
            continue;
        }
        // A lonely unit is centred at zero; its square counts under rule `adjust` only.
        let lonely = num::is(stage.sampled[h], 1.0);
        for (a, value) in centred.iter_mut().enumerate() {
            *value = totals[a][unit] - if lonely { 0.0 } else { means[h * k + a] };
        }
        let m = multiplicity(unit);
        for a in 0..k {
            for b in 0..=a {
                products[(h * k + a) * k + b] += m * centred[a] * centred[b];
            }
        }
    }
    (0..strata)
        .map(|h| {
            contribution(
                design,
                depth,
                h,
                present[h],
                &products[h * k * k..][..k * k],
            )
        })
        .collect()
}

fn contribution(
    design: &Design,
    depth: usize,
    h: usize,
    present: bool,
    products: &[f64],
) -> Result<Contribution, DesignError> {
    let stage = &design.stages[depth];
    let (n, left) = (stage.sampled[h], stage.fraction_left(h));
    if !present || left < CENSUS {
        return Ok(Contribution::Nothing);
    }
    let factor = if n > 1.0 {
        left * n / (n - 1.0)
    } else {
        match design.lonely {
            LonelyPsu::Adjust => left,
            LonelyPsu::Certainty | LonelyPsu::Remove => return Ok(Contribution::Nothing),
            LonelyPsu::Average => return Ok(Contribution::Unknown),
            LonelyPsu::Fail => {
                return Err(DesignError::LonelyPsu {
                    stage: depth + 1,
                    stratum: design.stratum_labels(first_stage_stratum(design, depth, h)),
                });
            }
        }
    };
    let k = products.len().isqrt();
    let matrix = (0..k)
        .map(|a| {
            (0..k)
                .map(|b| factor * products[a.max(b) * k + a.min(b)])
                .collect()
        })
        .collect();
    Ok(Contribution::Matrix(matrix))
}

/// The first-stage stratum above a stratum of a later stage.
fn first_stage_stratum(design: &Design, depth: usize, stratum: usize) -> usize {
    (0..depth)
        .rev()
        .fold(stratum, |h, d| num::at(design.stages[d].stratum[h]))
}

/// Adds a stage. Under rule `average` the sum over the known strata of one parent is stretched to
/// all of them; the first stage has one parent, the strata of later stages are parents themselves.
fn add(
    total: &mut [Vec<f64>],
    design: &Design,
    depth: usize,
    strata: &[Contribution],
    present: &[bool],
    above: &[f64],
) {
    let unknown = |c: &Contribution| matches!(c, Contribution::Unknown);
    let all = present.iter().filter(|p| **p).count();
    let lost = strata.iter().filter(|c| unknown(c)).count();
    let stretch = if depth == 0 && lost > 0 {
        num::real(all) / num::real(all - lost)
    } else {
        1.0
    };
    for (h, contribution) in strata.iter().enumerate() {
        let weight = if depth == 0 { stretch } else { above[h] };
        match contribution {
            Contribution::Nothing => {}
            Contribution::Unknown if depth == 0 => {
                if lost == all {
                    fill(total, f64::NAN);
                }
            }
            Contribution::Unknown => {
                // Nothing known within this parent to average over.
                if design.stages[depth].sampled[h] > 0.0 && weight > 0.0 {
                    fill(total, f64::NAN);
                }
            }
            Contribution::Matrix(matrix) => {
                for (row, more) in total.iter_mut().zip(matrix) {
                    for (value, x) in row.iter_mut().zip(more) {
                        *value += weight * x;
                    }
                }
            }
        }
    }
}

fn fill(matrix: &mut [Vec<f64>], value: f64) {
    for row in matrix {
        row.fill(value);
    }
}
