//! The draw: systematic PPS within each stratum, invitations, variance units.
//!
//! Each stratum has its own random stream, `draw/STRATUM` under the seed: its first number starts
//! the systematic selection, its second the rounding of invitations. So a stratum's sample can be
//! recomputed alone.

use super::strata::as_real;
use super::{
    PlannedStratum, STRATUM_UNITS, Sample, SampleProblem, SampledPsu, SampledStratum, StratumCode,
    UNIT_INVITATIONS, UnitCode, planned_strata,
};
use crate::stats::rng::{stream, uniform};
use crate::stats::sampling::SamplingError;
use crate::stats::sampling::pps::systematic;
use crate::stats::sampling::rounding::randomized_round;
use crate::survey::frame::{Frame, FrameUnit};
use crate::survey::plan::SamplePlan;

/// Why a sample could not be drawn.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DrawError {
    /// The frame cannot carry the plan.
    #[error("the frame cannot carry the planned sample ({} problems)", .0.len())]
    Plan(Vec<SampleProblem>),
    /// The selection refused its numbers.
    #[error("stratum {stratum} cannot be drawn")]
    Selection {
        /// The stratum.
        stratum: StratumCode,
        /// What the selection refused.
        #[source]
        source: SamplingError,
    },
}

/// Draws the sample of every county of the plan.
pub fn draw(plan: &SamplePlan, frame: &Frame, seed: &[u8; 32]) -> Result<Sample, DrawError> {
    let mut sample = Sample {
        strata: Vec::new(),
        psus: Vec::new(),
    };
    for planned in planned_strata(plan, frame).map_err(DrawError::Plan)? {
        draw_stratum(&planned, seed, &mut sample).map_err(|source| DrawError::Selection {
            stratum: planned.stratum.clone(),
            source,
        })?;
    }
    // The order in which the office keeps them: the digest is of this one. Without it ten places that are certain would stand as 1, 2, … 10
    // here and as 1, 10, 2 … there.
    sample.strata.sort_by(|a, b| a.stratum.cmp(&b.stratum));
    let place = |psu: &SampledPsu| (psu.stratum.clone(), psu.selection, psu.part);
    sample.psus.sort_by_cached_key(place);
    Ok(sample)
}

fn draw_stratum(
    planned: &PlannedStratum,
    seed: &[u8; 32],
    sample: &mut Sample,
) -> Result<(), SamplingError> {
    let mut random = stream(seed, &format!("draw/{}", planned.stratum));
    let (start, rounding) = (uniform(&mut random), uniform(&mut random));
    let (certain, free): (Vec<_>, Vec<_>) = planned
        .units
        .iter()
        .partition(|(_, pi)| PlannedStratum::is_certain(*pi));
    let probabilities: Vec<f64> = free.iter().map(|(_, pi)| *pi).collect();
    let selected: Vec<&(FrameUnit, f64)> = systematic(&probabilities, start)?
        .into_iter()
        .filter_map(|place| free.get(place).copied())
        .collect();
    let wanted: Vec<f64> = selected
        .iter()
        .map(|(unit, pi)| planned.fraction * f64::from(unit.addresses) / pi)
        .collect();
    let invitations = randomized_round(&wanted, rounding)?;
    if !selected.is_empty() {
        push_selected(planned, &selected, &invitations, sample);
    }
    for (number, (unit, _)) in certain.into_iter().enumerate() {
        push_certain(planned, number + 1, unit, sample);
    }
    Ok(())
}

fn push_selected(
    planned: &PlannedStratum,
    selected: &[&(FrameUnit, f64)],
    invitations: &[u64],
    sample: &mut Sample,
) {
    let units = (selected.len() / planned.group).max(1);
    let free = || {
        planned
            .units
            .iter()
            .filter(|(_, pi)| !PlannedStratum::is_certain(*pi))
            .map(|(unit, _)| unit)
    };
    sample.strata.push(SampledStratum {
        stratum: planned.stratum.clone(),
        county: planned.county.clone(),
        residence: planned.residence,
        population: free().map(|unit| u64::from(unit.size)).sum(),
        addresses: free().map(|unit| u64::from(unit.addresses)).sum(),
        fraction: planned.fraction,
        invitations: invitations.iter().sum(),
    });
    for (place, ((unit, pi), invitations)) in selected.iter().zip(invitations).enumerate() {
        // the last unit takes the PSUs that do not fill one of their own
        let number = (place / planned.group).min(units - 1) + 1;
        sample.psus.push(SampledPsu {
            unit: unit.code.clone(),
            part: 0,
            county: planned.county.clone(),
            stratum: planned.stratum.clone(),
            variance_unit: UnitCode::new(format!("{}-{number:02}", planned.stratum)),
            selection: u32::try_from(place).unwrap_or(u32::MAX),
            size: unit.size,
            addresses: unit.addresses,
            inclusion_probability: *pi,
            certainty: false,
            base_weight: 1.0 / planned.fraction,
            invitations: *invitations,
        });
    }
}

/// A certainty PSU is a stratum of its own; its invitations are split evenly over parts of at least
/// [`UNIT_INVITATIONS`], among which its addresses are shared at random.
fn push_certain(planned: &PlannedStratum, number: usize, unit: &FrameUnit, sample: &mut Sample) {
    let stratum = StratumCode::new(format!("{}-c{number}", planned.stratum));
    let total = planned.certainty_invitations(unit.addresses);
    let parts = (total / UNIT_INVITATIONS).max(STRATUM_UNITS as u64);
    let fraction = as_real(total) / f64::from(unit.addresses);
    sample.strata.push(SampledStratum {
        stratum: stratum.clone(),
        county: planned.county.clone(),
        residence: planned.residence,
        population: u64::from(unit.size),
        addresses: u64::from(unit.addresses),
        fraction,
        invitations: total,
    });
    for part in 0..parts {
        sample.psus.push(SampledPsu {
            unit: unit.code.clone(),
            part: u32::try_from(part).unwrap_or(u32::MAX),
            county: planned.county.clone(),
            stratum: stratum.clone(),
            variance_unit: UnitCode::new(format!("{stratum}-{:02}", part + 1)),
            selection: 0,
            size: unit.size,
            addresses: unit.addresses,
            inclusion_probability: 1.0,
            certainty: true,
            base_weight: 1.0 / fraction,
            invitations: total / parts + u64::from(part < total % parts),
        });
    }
}
