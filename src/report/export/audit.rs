//! Records, weights and counts of a wave as tables for auditors.
//!
//! Pure. For: the auditors' bundle and its verification. Promises: one line a record, in the order given; numbers in the
//! shortest form that reads back to the same value; what was filled in is marked as filled.

use crate::report::csv::{CsvText, number};
use crate::survey::analysis::{Record, Working};
use crate::survey::answer::Answer;
use crate::survey::questionnaire::{Item, Questionnaire};
use crate::survey::response::{Direction, Mode, Traits};

/// Recomputes weights, variances and figures with R's `survey`.
pub const R: &str = include_str!("bundle/audit.R");
/// What is in it and how to use it, in English.
pub const README: &str = include_str!("bundle/AUDIT.md");
/// The same in Chinese.
pub const README_ZH: &str = include_str!("bundle/AUDIT.zh-CN.md");

/// Columns of `records.csv` before the items.
pub const COLUMNS: [&str; 9] = [
    "id",
    "county",
    "stratum",
    "variance_unit",
    "mode",
    "language",
    "direction",
    "fast",
    "burst",
];

/// What stands where an item was not asked.
const NOT_ASKED: &str = "-";

/// `records.csv`: place, what is known of the way, and the codes of all answers; several are joined by `+`, an item that was
/// asked and left out is empty.
#[must_use]
pub fn records<'a>(
    questionnaire: &Questionnaire,
    records: impl Iterator<Item = (&'a Record, &'a Traits)>,
) -> String {
    let items = questionnaire.items.iter().map(|item| item.id.as_str());
    let mut csv = CsvText::new(COLUMNS.into_iter().chain(items));
    for (record, traits) in records {
        csv.push(line(questionnaire, record, traits));
    }
    csv.finish()
}

fn line(questionnaire: &Questionnaire, record: &Record, traits: &Traits) -> Vec<String> {
    let bit = |bit: Option<bool>| bit.map_or("", |set| if set { "1" } else { "0" });
    let place = &record.place;
    let mut fields = vec![
        hex::encode(record.id),
        place.county.to_string(),
        place.stratum.to_string(),
        place.variance_unit.to_string(),
        traits.mode.map_or("", Mode::as_str).to_owned(),
        traits.language.clone().unwrap_or_default(),
        traits.direction.map_or("", Direction::as_str).to_owned(),
        bit(traits.fast).to_owned(),
        bit(traits.burst).to_owned(),
    ];
    let items = questionnaire.items.iter().enumerate();
    fields.extend(items.map(|(index, item)| codes(item, record.answers.at(index))));
    fields
}

fn codes(item: &Item, answer: Answer) -> String {
    match answer {
        Answer::NotAsked => NOT_ASKED.to_owned(),
        Answer::Blank => String::new(),
        Answer::Chosen(set) => {
            let chosen = set.positions().filter_map(|at| item.options.get(at));
            let codes: Vec<&str> = chosen.map(|choice| choice.code.as_str()).collect();
            codes.join("+")
        }
    }
}

/// `weights.csv`: of every respondent what the weight came from, step by step.
#[must_use]
pub fn weights(workings: &[Working]) -> String {
    let mut csv = CsvText::new([
        "id",
        "county",
        "stratum",
        "variance_unit",
        "sex",
        "age",
        "adults",
        "sex_filled",
        "age_filled",
        "adults_filled",
        "base_weight",
        "class",
        "nonresponse_weight",
        "weight",
    ]);
    for own in workings {
        let real = |value: f64| number(Some(value));
        let [sex, age, adults] = own.filled.map(|filled| u8::from(filled).to_string());
        csv.push([
            hex::encode(own.id),
            own.place.county.to_string(),
            own.place.stratum.to_string(),
            own.place.variance_unit.to_string(),
            own.sex.clone(),
            own.age.clone(),
            real(own.adults),
            sex,
            age,
            adults,
            real(own.base),
            own.class.clone(),
            real(own.before),
            real(own.weight),
        ]);
    }
    csv.finish()
}

/// Codes of one variance unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitCount {
    /// Division code of the county.
    pub county: String,
    /// The stratum.
    pub stratum: String,
    /// The unit.
    pub unit: String,
    /// Codes issued.
    pub issued: u64,
    /// Of these, used.
    pub used: u64,
    /// Of these, used for a blind token.
    pub used_blind: u64,
    /// Blind tokens that came with an answer, as the urn counts them.
    pub cast_blind: u64,
}

/// `units.csv`: codes issued and used in each variance unit, as the office counts them, beside the urn's blind tokens.
#[must_use]
pub fn units(counts: &[UnitCount]) -> String {
    let mut csv = CsvText::new([
        "county",
        "stratum",
        "variance_unit",
        "issued",
        "used",
        "used_blind",
        "cast_blind",
    ]);
    for one in counts {
        csv.push([
            one.county.clone(),
            one.stratum.clone(),
            one.unit.clone(),
            one.issued.to_string(),
            one.used.to_string(),
            one.used_blind.to_string(),
            one.cast_blind.to_string(),
        ]);
    }
    csv.finish()
}

/// Reads what [`units`] wrote.
#[must_use]
pub fn read_units(text: &str) -> Option<Vec<UnitCount>> {
    let line = |line: &str| {
        let mut fields = line.split(',').map(str::to_owned);
        Some(UnitCount {
            county: fields.next()?,
            stratum: fields.next()?,
            unit: fields.next()?,
            issued: fields.next()?.parse().ok()?,
            used: fields.next()?.parse().ok()?,
            used_blind: fields.next()?.parse().ok()?,
            cast_blind: fields.next()?.parse().ok()?,
        })
    };
    text.split_terminator('\n').skip(1).map(line).collect()
}
