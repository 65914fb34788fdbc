//! The table of paradata: days, modes, languages, directions, marks of haste.
//!
//! Pure. Promises: before the close there are days of all counties together, in steps, and nothing that is computed from
//! answers; after it small values are joined already ([`crate::survey::paradata`]), and marks are told as on the page of
//! the result.

use super::{Cell, Table, joined, place};
use crate::i18n::Lang;
use crate::report::told::{Records, Told};
use crate::survey::area::AreaCode;
use crate::survey::paradata::{Line, Property};
use crate::survey::result::WaveResult;

const COLUMNS: &[&str] = &[
    "wave",
    "county",
    "county_zh",
    "county_en",
    "property",
    "values",
    "values_zh",
    "values_en",
    "count",
];

/// Codes that were used at the beginning of a day, rounded down to steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The day, `2026-11-30`.
    pub day: String,
    /// The county; none for all together.
    pub county: Option<AreaCode>,
    /// Codes used.
    pub used: u64,
}

/// Before the close.
#[must_use]
pub fn of_fieldwork(wave: &str, days: &[Day]) -> Table {
    let begin = place(wave, "", ("", ""));
    table(days.iter().map(|day| of_day(begin.clone(), day)).collect())
}

/// After the close.
#[must_use]
pub fn of_result(result: &WaveResult, days: &[Day], lines: &[Line]) -> Table {
    let smallest = u64::from(result.plan.disclosure.cell);
    let mut rows = Vec::new();
    for county in &result.counties {
        let names = (county.name_zh.as_str(), county.name_en.as_str());
        let begin = place(result.wave.slug.as_str(), county.code.as_str(), names);
        let own = days
            .iter()
            .filter(|day| day.county.as_ref() == Some(&county.code));
        rows.extend(own.map(|day| of_day(begin.clone(), day)));
        let own = lines.iter().filter(|line| line.county == county.code);
        rows.extend(own.map(|line| of_line(begin.clone(), line)));
        let records = Records::of(&county.counts, smallest);
        rows.push(of_mark(begin.clone(), "known", records.marks_kept));
        if let Some(flagged) = records.flagged {
            rows.push(of_mark(begin, "fast_or_burst", flagged));
        }
    }
    table(rows)
}

fn table(rows: Vec<Vec<Cell>>) -> Table {
    Table {
        name: "paradata",
        columns: COLUMNS,
        rows,
    }
}

fn of_day(mut row: Vec<Cell>, day: &Day) -> Vec<Cell> {
    row.extend(["day", &day.day, &day.day, &day.day].map(Cell::text));
    row.push(Cell::Count(day.used));
    row
}

fn of_line(mut row: Vec<Cell>, line: &Line) -> Vec<Cell> {
    row.push(Cell::text(line.property.as_str()));
    row.push(Cell::Text(joined(&line.values)));
    for (lang, mark) in [(Lang::ZhCn, "、"), (Lang::En, ", ")] {
        let words: Vec<String> = line
            .values
            .iter()
            .map(|value| words(lang, line.property, value))
            .collect();
        row.push(Cell::Text(words.join(mark)));
    }
    row.push(Cell::Count(line.responses));
    row
}

fn of_mark(mut row: Vec<Cell>, value: &str, told: Told) -> Vec<Cell> {
    row.extend(["marks", value].map(Cell::text));
    let key = format!("export-value-marks-{}", value.replace('_', "-"));
    row.extend(Lang::ALL.map(|lang| Cell::Text(lang.t(&key))));
    row.push(Cell::Told(told));
    row
}

/// The words of a value; a language by its own name.
pub(super) fn words(lang: Lang, property: Property, value: &str) -> String {
    if let (Property::Language, Ok(named)) = (property, value.parse::<Lang>()) {
        return named.own_name().to_owned();
    }
    let key = format!("export-value-{}-{value}", property.as_str());
    if lang.has(&key) {
        return lang.t(&key);
    }
    if value == crate::survey::paradata::UNKNOWN {
        return lang.t("export-value-unknown");
    }
    value.to_owned()
}
