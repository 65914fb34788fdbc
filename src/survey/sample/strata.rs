//! Strata before the draw: sizes, sample, how many PSUs make a variance unit, what is merged.

use super::{STRATUM_UNITS, StratumCode, UNIT_INVITATIONS, UNIT_PSUS};
use crate::stats::sampling::pps::inclusion_probabilities;
use crate::survey::area::AreaCode;
use crate::survey::frame::{Frame, FrameUnit, Residence};
use crate::survey::plan::{CountySample, SamplePlan};

/// From this probability on a PSU is selected with certainty.
const CERTAIN: f64 = 1.0 - 1e-12;

/// A stratum as it will be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedStratum {
    /// Name.
    pub stratum: StratumCode,
    /// County.
    pub county: AreaCode,
    /// Residence; `None` where the county's two strata were merged.
    pub residence: Option<Residence>,
    /// PSUs to draw, certainty PSUs included.
    pub psus: usize,
    /// Invitations planned, before those that certainty PSUs need beyond their share.
    pub invitations: u64,
    /// Listed addresses.
    pub addresses: u64,
    /// Overall fraction f: invitations over addresses.
    pub fraction: f64,
    /// PSUs that make one variance unit.
    pub group: usize,
    /// Units of the frame in the order of selection, each with its probability π.
    pub(super) units: Vec<(FrameUnit, f64)>,
}

impl PlannedStratum {
    /// Whether this PSU is selected with certainty and becomes a stratum of its own.
    pub(super) fn is_certain(probability: f64) -> bool {
        probability >= CERTAIN
    }

    /// Invitations of a certainty PSU: its share, but enough for two variance units.
    pub(super) fn certainty_invitations(&self, addresses: u32) -> u64 {
        let least = UNIT_INVITATIONS * STRATUM_UNITS as u64;
        let exact = u128::from(self.invitations) * u128::from(addresses);
        let total = u128::from(self.addresses.max(1));
        let share = (exact + total / 2) / total;
        u64::try_from(share).unwrap_or(u64::MAX).max(least)
    }

    /// Number of PSUs that are selected with certainty.
    #[must_use]
    pub fn certainties(&self) -> usize {
        self.units
            .iter()
            .filter(|(_, pi)| Self::is_certain(*pi))
            .count()
    }

    /// Variance units that the draw will form, those of certainty PSUs not counted.
    #[must_use]
    pub fn variance_units(&self) -> usize {
        (self.psus - self.certainties()) / self.group
    }
}

/// Why a frame cannot carry the planned sample.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SampleProblem {
    /// The county has no unit in the frame.
    #[error("county {0} has no unit in the frame")]
    NotInFrame(AreaCode),
    /// More PSUs are wanted than there are.
    #[error("county {county}: {wanted} communities are wanted of {available}")]
    TooManyPsus {
        /// The county.
        county: AreaCode,
        /// PSUs wanted.
        wanted: usize,
        /// PSUs in the frame.
        available: usize,
    },
    /// Fewer than two variance units of the needed size, even with both strata merged.
    #[error(
        "county {county}: {psus} communities and {invitations} invitations give fewer than two variance units of {UNIT_INVITATIONS} invitations"
    )]
    TooFewUnits {
        /// The county.
        county: AreaCode,
        /// PSUs planned.
        psus: usize,
        /// Invitations planned.
        invitations: u64,
    },
    /// A unit that could be drawn has fewer addresses than it would have to be sent invitations.
    #[error(
        "unit {unit} has {addresses} addresses, and {invitations:.1} invitations would be sent there: join it with a neighbor in the frame"
    )]
    TooFewAddresses {
        /// The unit.
        unit: AreaCode,
        /// Its addresses.
        addresses: u32,
        /// Invitations that it would get.
        invitations: f64,
    },
}

/// The strata of every county of the plan, or everything that stands in the way.
pub fn planned_strata(
    plan: &SamplePlan,
    frame: &Frame,
) -> Result<Vec<PlannedStratum>, Vec<SampleProblem>> {
    let mut strata = Vec::new();
    let mut problems = Vec::new();
    for line in &plan.counties {
        match county_strata(line, frame) {
            Ok(found) => strata.extend(found),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() {
        strata.sort_by(|a, b| a.stratum.cmp(&b.stratum));
        Ok(strata)
    } else {
        Err(problems)
    }
}

fn county_strata(
    line: &CountySample,
    frame: &Frame,
) -> Result<Vec<PlannedStratum>, Vec<SampleProblem>> {
    let county = &line.county;
    let of = |residence: Residence| -> Vec<FrameUnit> {
        frame
            .units()
            .iter()
            .filter(|unit| unit.county == *county && unit.residence == residence)
            .cloned()
            .collect()
    };
    let parts: Vec<(Residence, Vec<FrameUnit>)> = Residence::ALL
        .into_iter()
        .map(|residence| (residence, of(residence)))
        .filter(|(_, units)| !units.is_empty())
        .collect();
    if parts.is_empty() {
        return Err(vec![SampleProblem::NotInFrame(county.clone())]);
    }
    let available: usize = parts.iter().map(|(_, units)| units.len()).sum();
    let wanted = line.psus as usize;
    if wanted > available {
        return Err(vec![SampleProblem::TooManyPsus {
            county: county.clone(),
            wanted,
            available,
        }]);
    }
    if parts.len() > 1
        && let Some(strata) = separate(line, &parts)
    {
        return check_addresses(strata);
    }
    let residence = match parts.as_slice() {
        [(only, _)] => Some(*only),
        _ => None,
    };
    let units = parts.into_iter().flat_map(|(_, units)| units).collect();
    let invitations = u64::from(line.invitations);
    match stratum(county, residence, units, wanted, invitations) {
        Some(stratum) => check_addresses(vec![stratum]),
        None => Err(vec![SampleProblem::TooFewUnits {
            county: county.clone(),
            psus: wanted,
            invitations,
        }]),
    }
}

/// Urban and rural apart, if each can have two variance units.
fn separate(
    line: &CountySample,
    parts: &[(Residence, Vec<FrameUnit>)],
) -> Option<Vec<PlannedStratum>> {
    let addresses: Vec<u64> = parts
        .iter()
        .map(|(_, units)| units.iter().map(|unit| u64::from(unit.addresses)).sum())
        .collect();
    let psus = share(u64::from(line.psus), &addresses);
    let invitations = share(u64::from(line.invitations), &addresses);
    parts
        .iter()
        .zip(psus)
        .zip(invitations)
        .map(|(((residence, units), psus), invitations)| {
            let psus = usize::try_from(psus).ok()?;
            if psus > units.len() {
                return None;
            }
            stratum(
                &line.county,
                Some(*residence),
                units.clone(),
                psus,
                invitations,
            )
        })
        .collect()
}

/// `total` shared in proportion to `sizes`, by largest remainders (ties: first).
fn share(total: u64, sizes: &[u64]) -> Vec<u64> {
    let sum: u128 = sizes.iter().map(|size| u128::from(*size)).sum();
    if sum == 0 {
        return vec![0; sizes.len()];
    }
    let exact = |size: &u64| u128::from(total) * u128::from(*size);
    let mut shares: Vec<u64> = sizes
        .iter()
        .map(|size| u64::try_from(exact(size) / sum).unwrap_or(0))
        .collect();
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(sizes.get(*i).map_or(0, |size| exact(size) % sum)));
    let rest = total - shares.iter().sum::<u64>();
    for place in order.into_iter().take(usize::try_from(rest).unwrap_or(0)) {
        if let Some(share) = shares.get_mut(place) {
            *share += 1;
        }
    }
    shares
}

/// One stratum with its probabilities; `None` if it cannot have two variance units.
fn stratum(
    county: &AreaCode,
    residence: Option<Residence>,
    units: Vec<FrameUnit>,
    psus: usize,
    invitations: u64,
) -> Option<PlannedStratum> {
    if psus == 0 {
        return None;
    }
    let sizes: Vec<f64> = units.iter().map(|unit| f64::from(unit.size)).collect();
    let addresses = units.iter().map(|unit| u64::from(unit.addresses)).sum();
    let probabilities = inclusion_probabilities(&sizes, psus).ok()?;
    let fraction = as_real(invitations) / as_real(addresses);
    let units: Vec<(FrameUnit, f64)> = units.into_iter().zip(probabilities).collect();
    let free: Vec<&(FrameUnit, f64)> = units
        .iter()
        .filter(|(_, pi)| !PlannedStratum::is_certain(*pi))
        .collect();
    let drawn = psus - (units.len() - free.len());
    // The fewest invitations that any PSU can get decides how many PSUs make a variance unit, so
    // that every unit reaches its size whichever PSUs are drawn.
    let fewest = free
        .iter()
        .map(|(unit, pi)| fraction * f64::from(unit.addresses) / pi)
        .fold(f64::INFINITY, f64::min);
    let group = if drawn == 0 {
        UNIT_PSUS
    } else {
        (UNIT_PSUS..=drawn / STRATUM_UNITS).find(|group| {
            (as_real(*group as u64) * fewest + 1e-9).floor() >= as_real(UNIT_INVITATIONS)
        })?
    };
    let name = residence.map_or("merged", Residence::as_str);
    Some(PlannedStratum {
        stratum: StratumCode::new(format!("{county}-{name}")),
        county: county.clone(),
        residence,
        psus,
        invitations,
        addresses,
        fraction,
        group,
        units,
    })
}

/// Numbers of people and addresses stay far below 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
pub(super) fn as_real(n: u64) -> f64 {
    n as f64
}

/// Every PSU that could be drawn must have as many addresses as it would be sent invitations;
/// otherwise its weight would differ from its unit's.
fn check_addresses(strata: Vec<PlannedStratum>) -> Result<Vec<PlannedStratum>, Vec<SampleProblem>> {
    let problems: Vec<SampleProblem> = strata
        .iter()
        .flat_map(|stratum| stratum.units.iter().map(move |unit| (stratum, unit)))
        .filter_map(|(stratum, (unit, pi))| {
            let invitations = if PlannedStratum::is_certain(*pi) {
                as_real(stratum.certainty_invitations(unit.addresses))
            } else {
                (stratum.fraction * f64::from(unit.addresses) / pi).ceil()
            };
            (invitations > f64::from(unit.addresses)).then(|| SampleProblem::TooFewAddresses {
                unit: unit.code.clone(),
                addresses: unit.addresses,
                invitations,
            })
        })
        .collect();
    if problems.is_empty() {
        Ok(strata)
    } else {
        Err(problems)
    }
}
