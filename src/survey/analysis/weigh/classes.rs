//! Non-response classes: variance units, and strata where units are too small.

use std::collections::BTreeMap;

use super::ratio;
use crate::survey::analysis::WaveInputs;
use crate::survey::analysis::people::{People, Respondent, Unit};
use crate::survey::result::{ClassReport, Collapse};
use crate::survey::sample::{StratumCode, UnitCode};

/// Non-response classes of a county.
pub(super) struct Classes {
    pub(super) of_unit: BTreeMap<UnitCode, String>,
    pub(super) report: Vec<ClassReport>,
}

impl Classes {
    /// A unit with enough respondents is a class of its own. The others of a stratum share one; if
    /// even that is too small, the whole stratum is one class.
    pub(super) fn new(
        inputs: &WaveInputs<'_>,
        people: &People<'_>,
        respondents: &[&Respondent<'_>],
        collapsed: &mut Vec<Collapse>,
    ) -> Self {
        let minimum = u64::from(inputs.plan.weighting.class_minimum);
        let mut answered: BTreeMap<&UnitCode, u64> = BTreeMap::new();
        for person in respondents {
            *answered
                .entry(&person.record.place.variance_unit)
                .or_default() += 1;
        }
        let mut strata: BTreeMap<&StratumCode, Vec<(&Unit, u64)>> = BTreeMap::new();
        for unit in people.units.values() {
            strata
                .entry(&unit.stratum)
                .or_default()
                .push((unit, answered.get(&unit.code).copied().unwrap_or(0)));
        }
        let mut of_unit = BTreeMap::new();
        let mut report: BTreeMap<String, ClassReport> = BTreeMap::new();
        for (stratum, units) in strata {
            let sizes: Vec<u64> = units.iter().map(|(_, n)| *n).collect();
            let is_small = small_units(&sizes, minimum);
            let merged: Vec<String> = units
                .iter()
                .filter(|(_, n)| is_small(*n))
                .map(|(unit, _)| unit.code.to_string())
                .collect();
            if !merged.is_empty() {
                collapsed.push(Collapse::Classes {
                    stratum: stratum.to_string(),
                    units: merged,
                });
            }
            for (unit, n) in units {
                let class = if is_small(n) {
                    stratum.to_string()
                } else {
                    unit.code.to_string()
                };
                let entry = report.entry(class.clone()).or_insert_with(|| ClassReport {
                    class: class.clone(),
                    issued: 0,
                    respondents: 0,
                    screened_out: 0,
                    factor: 0.0,
                });
                entry.issued += unit.issued;
                entry.respondents += n;
                entry.screened_out += unit.screened_out;
                of_unit.insert(unit.code.clone(), class);
            }
        }
        let mut report: Vec<ClassReport> = report.into_values().collect();
        for class in &mut report {
            let answers = class.respondents + class.screened_out;
            class.factor = ratio(class.issued.max(answers), answers);
        }
        Self { of_unit, report }
    }
}

/// Whether a unit of this many respondents is collapsed, given all units of its stratum.
fn small_units(sizes: &[u64], minimum: u64) -> impl Fn(u64) -> bool {
    let small: Vec<u64> = sizes.iter().copied().filter(|n| *n < minimum).collect();
    let whole = !small.is_empty() && small.iter().sum::<u64>() < minimum;
    move |n| whole || n < minimum
}
