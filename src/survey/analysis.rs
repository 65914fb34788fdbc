//! The analysis of a closed wave: from records to the stored result. Pure.
//!
//! Each county is analyzed by itself: missing sex and age are filled from a logged seed, small
//! classes and margin cells are collapsed by the plan's rules, a plan of [`crate::stats`] is
//! rendered and run, and its figures are judged. One county whose weighting fails does not stop the
//! others. The same inputs give the same result on every machine, whatever the order of records.

mod cells;
mod figures;
mod people;
mod signs;
mod weigh;
mod workings;

pub use self::workings::Working;

pub(super) use self::cells::merged_options;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use self::people::People;
use self::weigh::Weighed;
use super::answer::{Answers, DecodeError};
use super::area::{Area, AreaCode};
use super::invitation::Place;
use super::margin::Margins;
use super::outcome::{Outcome, Unused, dispositions};
use super::plan::WavePlan;
use super::quality::{is_flagged, keeps_bits};
use super::questionnaire::Questionnaire;
use super::response::{Direction, Mode, Response};
use super::result::{
    ChangeResult, Check, Counts, CountyResult, Reconciliation, SCHEMA, WaveFacts, WaveResult,
};
use super::rule::RuleKind;
use super::sample::Sample;

/// Everything that a wave's plan runs on.
#[derive(Debug, Clone)]
pub struct WaveInputs<'a> {
    /// Facts about the wave, copied into the result.
    pub facts: WaveFacts,
    /// The sealed plan.
    pub plan: &'a WavePlan,
    /// The questionnaire in its form for the sampled unit.
    pub questionnaire: &'a Questionnaire,
    /// The counties of the plan.
    pub counties: &'a [Area],
    /// The drawn sample.
    pub sample: &'a Sample,
    /// The population margins.
    pub margins: &'a Margins,
    /// Every record of the wave.
    pub records: &'a [Record],
    /// What the office and the log counted, by county.
    pub tallies: &'a BTreeMap<AreaCode, Tally>,
    /// The public seed of the wave.
    pub seed: [u8; 32],
    /// The result of the base wave.
    pub base: Option<&'a WaveResult>,
    /// Program and version.
    pub software: &'a str,
}

impl WaveInputs<'_> {
    /// The same with the answers that two people left out.
    fn without_exclusions(&self) -> Self {
        let mut inputs = self.clone();
        inputs
            .facts
            .changes
            .retain(|note| note.rule.kind() != RuleKind::Exclusion);
        inputs
    }
}

/// What the office and the log counted in one county.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Codes issued.
    pub issued: u64,
    /// Codes used.
    pub used: u64,
    /// Leaves in the log.
    pub leaves: u64,
    /// Unused codes by what staff noted for them.
    pub unused: Unused,
    /// Return envelopes of paper forms.
    pub envelopes: u64,
    /// Of these, sheets that were typed into the record.
    pub entered: u64,
    /// Codes that were used for a blind token.
    pub blind_used: u64,
    /// Blind tokens that came with an answer.
    pub blind_cast: u64,
}

/// One response as the analysis reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The response's 128 random bits: the canonical order of records.
    pub id: [u8; 16],
    /// County, stratum, variance unit.
    pub place: Place,
    /// The answers.
    pub answers: Answers,
    /// Carries a quality bit.
    pub flagged: bool,
    /// A quality bit, set or not, was kept: without one, nothing is known of its quality.
    pub marked: bool,
    /// Direction of the scales, where it was kept.
    pub direction: Option<Direction>,
    /// How the answers came, where it was kept.
    pub mode: Option<Mode>,
    /// An auditor's own answer, named as such: in no figure.
    pub seeded: bool,
}

impl Record {
    /// Reads a stored response.
    pub fn read(questionnaire: &Questionnaire, response: &Response) -> Result<Self, DecodeError> {
        Ok(Self {
            id: *response.id.as_bytes(),
            place: response.place.clone(),
            answers: Answers::decode(questionnaire, &response.answers)?,
            flagged: is_flagged(&response.traits),
            marked: keeps_bits(&response.traits),
            direction: response.traits.direction,
            mode: response.traits.mode,
            seeded: false,
        })
    }
}

/// Runs the plan of a wave.
#[must_use]
pub fn analyze(inputs: &WaveInputs<'_>) -> WaveResult {
    let (mut result, material) = run(inputs, None);
    signs::fill(&inputs.seed, &mut result.counties, &material);
    result
}

/// The figures alone, without the signs, whose permutations take most of the time: for simulations.
#[must_use]
pub fn figures(inputs: &WaveInputs<'_>) -> WaveResult {
    run(inputs, None).0
}

/// The result with the way of every respondent's weight, by county and id: for auditors.
#[must_use]
pub fn analyze_openly(inputs: &WaveInputs<'_>) -> (WaveResult, Vec<Working>) {
    let mut workings = Vec::new();
    let (mut result, material) = run(inputs, Some(&mut workings));
    signs::fill(&inputs.seed, &mut result.counties, &material);
    (result, workings)
}

fn run(
    inputs: &WaveInputs<'_>,
    mut workings: Option<&mut Vec<Working>>,
) -> (WaveResult, BTreeMap<AreaCode, signs::Material>) {
    let mut material = BTreeMap::new();
    let mut counties: Vec<CountyResult> = Vec::new();
    for county in inputs.counties {
        let (result, own) = analyze_county(inputs, county, workings.as_deref_mut());
        counties.push(result);
        material.insert(county.code.clone(), own);
    }
    counties.sort_by(|a, b| a.code.cmp(&b.code));
    let result = WaveResult {
        schema: SCHEMA,
        software: inputs.software.to_owned(),
        plan_digest: hex::encode(inputs.plan.digest()),
        input_digest: hex::encode(input_digest(inputs)),
        wave: inputs.facts.clone(),
        plan: inputs.plan.clone(),
        questionnaire: inputs.questionnaire.clone(),
        counties,
    };
    (result, material)
}

fn analyze_county(
    inputs: &WaveInputs<'_>,
    county: &Area,
    workings: Option<&mut Vec<Working>>,
) -> (CountyResult, signs::Material) {
    let people = People::of(inputs, &county.code);
    let numbers = counts(inputs, &county.code, &people);
    let run = Weighed::run(inputs, &county.code, &people, weigh::Keep::Everybody);
    let approval = figures::judged(inputs, &run, weigh::APPROVAL);
    let safety = run.estimate(weigh::SAFETY).cloned();
    let change = change(inputs, county, &run);
    let sensitivity = figures::sensitivity(inputs, &county.code, &people, &run, &approval);
    let (weighting, weighting_failure) = match run.outcome {
        Ok(ref weights) => (Some(weights.report.clone()), None),
        Err(ref why) => (None, Some(why.clone())),
    };
    if let Some(workings) = workings {
        workings.extend(workings::of(&people, &run));
    }
    let material = signs::Material::of(inputs, &people, &run);
    let result = CountyResult {
        code: county.code.clone(),
        name_zh: county.name_zh.clone(),
        name_en: county.name_en.clone(),
        approval,
        sensitivity,
        safety,
        change,
        items: cells::items(inputs, &people, &run),
        breakdowns: cells::breakdowns(inputs, &people, &run),
        weighting,
        weighting_failure,
        counts: numbers,
        rates: rates(inputs, &numbers),
        reconciliation: reconciliation(&numbers),
        signs: None,
    };
    (result, material)
}

fn change(inputs: &WaveInputs<'_>, county: &Area, run: &Weighed) -> ChangeResult {
    let base = inputs
        .base
        .map(|base| (base, base.county(county.code.as_str())));
    figures::change(inputs, run, base)
}

/// Numbers of a county: the office's and the log's beside those of the records.
fn counts(inputs: &WaveInputs<'_>, county: &AreaCode, people: &People<'_>) -> Counts {
    let tally = inputs.tallies.get(county).copied().unwrap_or_default();
    Counts {
        issued: tally.issued,
        used: tally.used,
        cast: people.records,
        leaves: tally.leaves,
        screened_out: people.screened_out(),
        complete: people.complete,
        partial: people.partial,
        nothing_answered: people.nothing_answered,
        flagged: people.flagged,
        unused: tally.unused,
        marks_kept: people.marks_kept,
        excluded: people.excluded,
        seeded: people.seeded,
        envelopes: tally.envelopes,
        entered: tally.entered,
        blind_used: tally.blind_used,
        blind_cast: tally.blind_cast,
    }
}

/// The checks of the close. Codes that were used without a record, and codes that were never
/// used, are printed; only a reversed inequality stops the close.
#[must_use]
pub fn reconciliation(counts: &Counts) -> Vec<Reconciliation> {
    let eligible = counts.eligible() + counts.screened_out + counts.excluded + counts.seeded;
    [
        (Check::IssuedUsed, counts.issued, counts.used, false),
        (Check::UsedCast, counts.used, counts.cast, false),
        (Check::CastLeaves, counts.cast, counts.leaves, true),
        (Check::CastEligible, counts.cast, eligible, true),
        (
            Check::EnvelopesEntered,
            counts.envelopes,
            counts.entered,
            false,
        ),
        (
            Check::BlindCast,
            counts.blind_used,
            counts.blind_cast,
            false,
        ),
    ]
    .into_iter()
    .filter(|(check, more, less, _)| {
        let is_always = !matches!(check, Check::EnvelopesEntered | Check::BlindCast);
        is_always || *more > 0 || *less > 0
    })
    .map(|(check, more, less, equal)| Reconciliation {
        check,
        more,
        less,
        holds: if equal { more == less } else { more >= less },
    })
    .collect()
}

/// The AAPOR rates by their names.
fn rates(inputs: &WaveInputs<'_>, counts: &Counts) -> BTreeMap<String, Option<f64>> {
    dispositions(inputs.plan.sample.unit, counts)
        .rates()
        .named()
        .into_iter()
        .map(|(name, rate)| (name.to_owned(), rate))
        .collect()
}

/// SHA-256 over everything the plan runs on, records in canonical order.
fn input_digest(inputs: &WaveInputs<'_>) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(inputs.plan.digest());
    hash.update(inputs.questionnaire.digest());
    hash.update(inputs.sample.digest());
    hash.update(inputs.margins.digest());
    hash.update(inputs.seed);
    for (county, tally) in inputs.tallies {
        let Tally {
            issued,
            used,
            leaves,
            unused,
            envelopes,
            entered,
            blind_used,
            blind_cast,
        } = tally;
        hash.update(format!("{county},{issued},{used},{leaves}\n"));
        if *envelopes > 0 {
            hash.update(format!("paper,{envelopes},{entered}\n"));
        }
        if *blind_used > 0 || *blind_cast > 0 {
            hash.update(format!("blind,{blind_used},{blind_cast}\n"));
        }
        for outcome in Outcome::ALL.into_iter().filter(|one| unused.of(*one) > 0) {
            hash.update(format!("{},{}\n", outcome.as_str(), unused.of(outcome)));
        }
    }
    let mut records: Vec<&Record> = inputs.records.iter().collect();
    records.sort_by_key(|record| record.id);
    for record in records {
        let Place {
            county,
            stratum,
            variance_unit,
        } = &record.place;
        hash.update(record.id);
        hash.update(format!(
            "{county},{stratum},{variance_unit},{},{},{},{}\n",
            record.flagged,
            record.marked,
            record.direction.map_or("", Direction::as_str),
            record.mode.map_or("", Mode::as_str),
        ));
        hash.update(record.answers.encode());
        if record.seeded {
            hash.update("seeded\n");
        }
    }
    for unit in inputs.facts.excluded() {
        hash.update(format!("excluded {unit}\n"));
    }
    if let Some(base) = inputs.base {
        hash.update(serde_json::to_vec(base).unwrap_or_default());
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests;
