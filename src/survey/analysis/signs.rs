//! Signs of coaching, of mode effects and of copied forms: computed for every county, changing no figure.
//!
//! The direction is compared on the headline's first answer, the mode on its approval, duplicates on all
//! answers together. Rows are the respondents with their final weights; who has no mark of direction or mode only tells
//! that the unit is in the sample. Permutations come from the stream `duplicates/COUNTY` under the wave's
//! public seed, so that auditors draw the same.

use std::collections::{BTreeMap, BTreeSet};

use super::WaveInputs;
use super::cells;
use super::people::{People, Respondent};
use super::weigh::Weighed;
use crate::stats::quality::direction::Direction as DirectionContrast;
use crate::stats::quality::duplicates::{PERMUTATIONS, test};
use crate::stats::quality::mode::contrasts;
use crate::stats::quality::{Group, Row, Unfit};
use crate::stats::rng::stream;
use crate::survey::area::AreaCode;
use crate::survey::response::{Direction, Mode};
use crate::survey::result::{CountyResult, DirectionSign, DuplicateSign, ModeSign, QualitySigns};
use crate::survey::sample::{StratumCode, UnitCode};

/// Below this adjusted p value a unit counts as one that calls for a look.
const LOOK: f64 = 0.05;

/// What the measures of one county read.
#[derive(Debug, Default)]
pub(super) struct Material {
    direction: Vec<Row>,
    mode: Vec<Row>,
    /// Unit and number of the answers.
    answers: Vec<(u32, u32)>,
}

/// Numbers of strata and units over the whole wave.
struct Places<'a> {
    strata: BTreeMap<&'a StratumCode, u32>,
    units: BTreeMap<&'a UnitCode, u32>,
}

impl<'a> Places<'a> {
    fn of(inputs: &WaveInputs<'a>) -> Self {
        let strata: BTreeSet<&StratumCode> =
            inputs.sample.strata.iter().map(|s| &s.stratum).collect();
        let units: BTreeSet<&UnitCode> = inputs
            .sample
            .psus
            .iter()
            .map(|psu| &psu.variance_unit)
            .collect();
        Self {
            strata: strata.into_iter().zip(0..).collect(),
            units: units.into_iter().zip(0..).collect(),
        }
    }
}

impl Material {
    /// The rows of a county; none where nobody could be weighted.
    pub(super) fn of(inputs: &WaveInputs<'_>, people: &People<'_>, run: &Weighed) -> Self {
        let Ok(weights) = &run.outcome else {
            return Self::default();
        };
        let places = Places::of(inputs);
        let forms: BTreeSet<Vec<u8>> = people
            .respondents
            .iter()
            .map(|person| person.record.answers.encode())
            .collect();
        let forms: BTreeMap<Vec<u8>, u32> = forms.into_iter().zip(0..).collect();
        let mut material = Self::default();
        for (person, weight) in people.respondents.iter().zip(&weights.of_people) {
            let place = &person.record.place;
            let at = (
                places.strata.get(&place.stratum),
                places.units.get(&place.variance_unit),
            );
            let (Some(stratum), Some(unit)) = at else {
                continue;
            };
            let row = |group, hit| Row {
                stratum: *stratum,
                unit: *unit,
                weight: *weight,
                group,
                hit,
            };
            let approval = cells::counts_as(inputs, person, &inputs.plan.approval);
            let answered = !approval.is_nan();
            let arm = match person.record.direction {
                Some(Direction::Forward) if answered => Group::A,
                Some(Direction::Reverse) if answered => Group::B,
                _ => Group::Neither,
            };
            material.direction.push(row(arm, is_first(inputs, person)));
            let mode = match person.record.mode {
                Some(Mode::Web | Mode::Plain | Mode::Blind) if answered => Group::A,
                Some(Mode::Assisted | Mode::Paper) if answered => Group::B,
                _ => Group::Neither,
            };
            material.mode.push(row(mode, approval > 0.5));
            let form = forms.get(&person.record.answers.encode());
            let form = form.copied().unwrap_or_default();
            material.answers.push((*unit, form));
        }
        material
    }
}

/// Whether the headline's answer is the one at the beginning of its scale.
fn is_first(inputs: &WaveInputs<'_>, person: &Respondent<'_>) -> bool {
    let item = &inputs.plan.approval.item;
    let first = inputs
        .questionnaire
        .item(item)
        .and_then(|i| i.options.first());
    let chosen = person.record.answers.choice(inputs.questionnaire, item);
    first.zip(chosen).is_some_and(|(a, b)| a.code == b.code)
}

/// Computes the signs of every county, each beside the others.
pub(super) fn fill(
    seed: &[u8; 32],
    counties: &mut [CountyResult],
    material: &BTreeMap<AreaCode, Material>,
) {
    let none = Material::default();
    let of = |county: &CountyResult| material.get(&county.code).unwrap_or(&none);
    let modes: Vec<&[Row]> = counties.iter().map(|c| of(c).mode.as_slice()).collect();
    let modes = contrasts(&modes);
    let signs: Vec<QualitySigns> = counties
        .iter()
        .zip(modes)
        .map(|(county, mode)| QualitySigns {
            direction: direction(county, material, of(county)).into(),
            mode: mode
                .map(|found| ModeSign {
                    difference: found.difference.difference,
                    standard_error: found.difference.standard_error,
                    p: found.p,
                    p_adjusted: found.p_adjusted,
                })
                .into(),
            duplicates: duplicates(seed, &county.code, of(county)).into(),
        })
        .collect();
    for (county, signs) in counties.iter_mut().zip(signs) {
        county.signs = Some(signs);
    }
}

fn direction(
    county: &CountyResult,
    material: &BTreeMap<AreaCode, Material>,
    own: &Material,
) -> Result<DirectionSign, Unfit> {
    let found = DirectionContrast::of(&own.direction)?;
    let others: Vec<Row> = material
        .iter()
        .filter(|(code, _)| **code != county.code)
        .flat_map(|(_, other)| other.direction.iter().copied())
        .collect();
    let others = DirectionContrast::of(&others).ok();
    Ok(DirectionSign {
        difference: found.difference.difference,
        standard_error: found.difference.standard_error,
        p: found.p,
        p_excess: others.map(|others| found.excess(&others)),
    })
}

fn duplicates(seed: &[u8; 32], county: &AreaCode, own: &Material) -> Result<DuplicateSign, Unfit> {
    let mut rng = stream(seed, &format!("duplicates/{county}"));
    let found = test(&own.answers, PERMUTATIONS, &mut rng)?;
    let look = found.units.iter().filter(|unit| unit.p_adjusted < LOOK);
    Ok(DuplicateSign {
        p: found.p,
        units: look.count() as u64,
    })
}
