//! The respondents of a county: who they are, with missing sex, age and number of adults filled.
//!
//! Filling is a random hot-deck within the county: a donor among the respondents who answered, of
//! the same age band when the sex is missing and of the same sex when the age is missing, if there
//! is one. Donors and receivers are taken in the order of their random ids, and the stream is
//! `hot-deck/COUNTY` under the wave's public seed, so that auditors fill the same values.

use std::collections::{BTreeMap, BTreeSet};

use super::{Record, WaveInputs};
use crate::stats::rng::{below, stream};
use crate::survey::answer::Disposition;
use crate::survey::area::AreaCode;
use crate::survey::frame::Residence;
use crate::survey::plan::eligible_codes;
use crate::survey::questionnaire::Questionnaire;
use crate::survey::sample::{StratumCode, UnitCode};

/// A respondent of the population with at least one substantive answer.
#[derive(Debug)]
pub(super) struct Respondent<'a> {
    pub(super) record: &'a Record,
    pub(super) sex: String,
    pub(super) age: String,
    /// Adults of the household up to the plan's cap; 1 where persons are sampled.
    pub(super) adults: f64,
    /// Whether sex, age and number of adults are a donor's.
    pub(super) filled: [bool; 3],
}

/// One variance unit of the sample.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) stratum: StratumCode,
    pub(super) code: UnitCode,
    pub(super) residence: Option<Residence>,
    pub(super) base_weight: f64,
    pub(super) issued: u64,
    pub(super) screened_out: u64,
}

/// The respondents of a county and the counts that weighting needs.
#[derive(Debug)]
pub(super) struct People<'a> {
    /// In the order of their ids.
    pub(super) respondents: Vec<Respondent<'a>>,
    /// By unit code.
    pub(super) units: BTreeMap<UnitCode, Unit>,
    pub(super) records: u64,
    pub(super) complete: u64,
    pub(super) partial: u64,
    pub(super) nothing_answered: u64,
    pub(super) flagged: u64,
    pub(super) marks_kept: u64,
    pub(super) excluded: u64,
    pub(super) seeded: u64,
    pub(super) filled_sex: u64,
    pub(super) filled_age: u64,
    /// Screened out of units that the sample does not have: none, unless records were tampered with.
    elsewhere_screened: u64,
    /// Why nobody can be weighted.
    pub(super) failure: Option<String>,
}

/// Label of the random stream of a county's hot-deck.
pub(super) fn fill_stream(county: &AreaCode) -> String {
    format!("hot-deck/{county}")
}

struct Known<'a> {
    record: &'a Record,
    sex: Option<String>,
    age: Option<String>,
    adults: Option<f64>,
}

impl<'a> People<'a> {
    pub(super) fn of(inputs: &WaveInputs<'a>, county: &AreaCode) -> Self {
        let mut records: Vec<&Record> = inputs
            .records
            .iter()
            .filter(|record| record.place.county == *county)
            .collect();
        records.sort_by_key(|record| record.id);
        let mut people = Self {
            respondents: Vec::new(),
            units: units(inputs, county),
            records: records.len() as u64,
            complete: 0,
            partial: 0,
            nothing_answered: 0,
            flagged: 0,
            marks_kept: 0,
            excluded: 0,
            seeded: 0,
            filled_sex: 0,
            filled_age: 0,
            elsewhere_screened: 0,
            failure: None,
        };
        let mut known = Vec::new();
        let excluded = inputs.facts.excluded();
        for record in records {
            if record.seeded {
                people.leave(record);
            } else if excluded.contains(&record.place.variance_unit) {
                people.excluded += 1;
            } else {
                people.count(inputs, record, &mut known);
            }
        }
        people.fill(inputs, county, known);
        people
    }

    /// Residents outside the population.
    pub(super) fn screened_out(&self) -> u64 {
        let inside: u64 = self.units.values().map(|unit| unit.screened_out).sum();
        inside + self.elsewhere_screened
    }

    /// An auditor's record leaves with its invitation: the unit is as if it had not been sent.
    fn leave(&mut self, record: &Record) {
        self.seeded += 1;
        if let Some(unit) = self.units.get_mut(&record.place.variance_unit) {
            unit.issued = unit.issued.saturating_sub(1);
        }
    }

    fn count(&mut self, inputs: &WaveInputs<'_>, record: &'a Record, known: &mut Vec<Known<'a>>) {
        let questionnaire = inputs.questionnaire;
        let headline = &inputs.plan.approval.item;
        let disposition = record.answers.disposition(questionnaire, headline);
        let unit = self.units.get_mut(&record.place.variance_unit);
        match disposition {
            Disposition::ScreenedOut => {
                match unit {
                    Some(unit) => unit.screened_out += 1,
                    None => self.elsewhere_screened += 1,
                }
                return;
            }
            Disposition::Complete => self.complete += 1,
            Disposition::Partial => self.partial += 1,
            Disposition::NothingAnswered => self.nothing_answered += 1,
        }
        self.flagged += u64::from(record.flagged);
        self.marks_kept += u64::from(record.marked);
        if disposition == Disposition::NothingAnswered {
            return;
        }
        if unit.is_none() {
            self.failure = Some(format!("unknown_unit {}", record.place.variance_unit));
            return;
        }
        let weighting = &inputs.plan.weighting;
        let adults = weighting.adults_item.as_deref().map(|item| {
            code(questionnaire, record, item)
                .and_then(|code| code.parse::<u32>().ok())
                .map(|adults| f64::from(adults.min(weighting.adults_cap)))
        });
        known.push(Known {
            record,
            sex: code(questionnaire, record, &weighting.sex_item),
            age: code(questionnaire, record, &weighting.age_item),
            adults: adults.unwrap_or(Some(1.0)),
        });
    }

    fn fill(&mut self, inputs: &WaveInputs<'_>, county: &AreaCode, known: Vec<Known<'a>>) {
        let donors: Vec<(String, String, f64)> = known
            .iter()
            .filter_map(|k| Some((k.sex.clone()?, k.age.clone()?, k.adults?)))
            .collect();
        let mut random = stream(&inputs.seed, &fill_stream(county));
        for Known {
            record,
            sex,
            age,
            adults,
        } in known
        {
            let (missing_sex, missing_age) = (sex.is_none(), age.is_none());
            let missing_adults = adults.is_none();
            let filled = if let (Some(sex), Some(age), Some(adults)) = (&sex, &age, adults) {
                (sex.clone(), age.clone(), adults)
            } else {
                let fits = |donor: &&(String, String, f64)| {
                    sex.as_ref().is_none_or(|sex| *sex == donor.0)
                        && age.as_ref().is_none_or(|age| *age == donor.1)
                };
                let mut pool: Vec<&(String, String, f64)> = donors.iter().filter(fits).collect();
                if pool.is_empty() {
                    pool = donors.iter().collect();
                }
                let Some(donor) = pool.get(below(&mut random, pool.len())) else {
                    self.failure = Some("no_donor".to_owned());
                    continue;
                };
                (
                    sex.unwrap_or_else(|| donor.0.clone()),
                    age.unwrap_or_else(|| donor.1.clone()),
                    adults.unwrap_or(donor.2),
                )
            };
            self.filled_sex += u64::from(missing_sex);
            self.filled_age += u64::from(missing_age);
            let (sex, age, adults) = filled;
            self.respondents.push(Respondent {
                record,
                sex,
                age,
                adults,
                filled: [missing_sex, missing_age, missing_adults],
            });
        }
    }
}

/// The code of a single choice that places a resident in the population; nothing for "prefer not".
fn code(questionnaire: &Questionnaire, record: &Record, item: &str) -> Option<String> {
    let choice = record.answers.choice(questionnaire, item)?;
    let eligible: BTreeSet<&str> = eligible_codes(questionnaire.item(item)?);
    eligible
        .contains(choice.code.as_str())
        .then(|| choice.code.clone())
}

fn units(inputs: &WaveInputs<'_>, county: &AreaCode) -> BTreeMap<UnitCode, Unit> {
    let strata: BTreeMap<&StratumCode, (Option<Residence>, f64)> = inputs
        .sample
        .strata
        .iter()
        .filter(|stratum| stratum.county == *county)
        .map(|stratum| {
            (
                &stratum.stratum,
                (stratum.residence, 1.0 / stratum.fraction),
            )
        })
        .collect();
    inputs
        .sample
        .units()
        .into_iter()
        .filter_map(|((stratum, unit), issued)| {
            let (residence, base_weight) = *strata.get(&stratum)?;
            let entry = Unit {
                stratum,
                code: unit.clone(),
                residence,
                base_weight,
                issued,
                screened_out: 0,
            };
            Some((unit, entry))
        })
        .collect()
}
