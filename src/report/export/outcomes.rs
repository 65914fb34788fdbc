//! The table of outcomes: what became of the invitations, by county and stratum, with the rates that AAPOR defines.
//!
//! Pure. Promises: after the close the numbers are those of the stored result, as far as its page tells them; before it
//! they are those of the fieldwork page, in its steps, and never finer.

use super::{Cell, Table, place};
use crate::i18n::Lang;
use crate::report::told::{self, Records, Told};
use crate::stats::outcome_rate::Rates;
use crate::survey::area::AreaCode;
use crate::survey::outcome::{Outcome, Unused};
use crate::survey::result::{CountyResult, WaveResult};

/// Columns: codes, records, unused codes by outcome, rates in per cent.
const COLUMNS: &[&str] = &[
    "wave",
    "county",
    "county_zh",
    "county_en",
    "stratum",
    "state",
    "issued",
    "used",
    "records",
    "screened_out",
    "complete",
    "partial",
    "nothing_answered",
    "left_out",
    "refused",
    "not_met",
    "other",
    "undelivered",
    "not_eligible",
    "no_outcome",
    "rr1",
    "rr2",
    "rr3",
    "rr4",
    "rr5",
    "rr6",
    "coop1",
    "coop2",
    "coop3",
    "coop4",
    "ref1",
    "ref2",
    "ref3",
    "con1",
    "con2",
    "con3",
    "e",
];

/// The first column of the outcomes that staff note, and the first of the rates.
const RATES_AT: usize = 20;

/// Rates that the fieldwork page gives before the close: whether an interview is complete is not known then.
const EARLY: [&str; 5] = ["RR2", "RR4", "RR6", "REF1", "CON1"];

/// Codes of a stratum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stratum {
    /// Its county.
    pub county: AreaCode,
    /// Its name.
    pub stratum: String,
    /// Codes issued.
    pub issued: u64,
    /// Codes used; before the close in steps.
    pub used: u64,
}

/// A county before the close, as the fieldwork page shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct County {
    /// The county.
    pub code: AreaCode,
    /// Its names in Chinese and English.
    pub names: (String, String),
    /// Codes issued.
    pub issued: u64,
    /// Codes used, in steps.
    pub used: u64,
    /// What was noted, in steps.
    pub noted: Unused,
    /// Rates of these numbers.
    pub rates: Option<Rates>,
}

/// After the close.
#[must_use]
pub fn of_result(result: &WaveResult, strata: &[Stratum]) -> Table {
    let counties = result.counties.iter().map(|county| {
        let names = (county.name_zh.as_str(), county.name_en.as_str());
        let begin = place(result.wave.slug.as_str(), county.code.as_str(), names);
        (begin.clone(), &county.code, closed(result, county, begin))
    });
    table(counties, "final", strata)
}

/// Before the close.
#[must_use]
pub fn of_fieldwork(wave: &str, counties: &[County], strata: &[Stratum]) -> Table {
    let counties = counties.iter().map(|county| {
        let names = (county.names.0.as_str(), county.names.1.as_str());
        let begin = place(wave, county.code.as_str(), names);
        (begin.clone(), &county.code, running(county, begin))
    });
    table(counties, "steps_of_20", strata)
}

/// Each county, followed by its strata, of which only the codes are counted.
fn table<'a>(
    counties: impl Iterator<Item = (Vec<Cell>, &'a AreaCode, Vec<Cell>)>,
    state: &'static str,
    strata: &[Stratum],
) -> Table {
    let mut rows = Vec::new();
    for (begin, code, row) in counties {
        rows.push(row);
        for stratum in strata.iter().filter(|stratum| stratum.county == *code) {
            let mut row = begin.clone();
            row.extend([
                Cell::text(stratum.stratum.as_str()),
                Cell::text(state),
                Cell::Count(stratum.issued),
                Cell::Count(stratum.used),
            ]);
            row.resize(COLUMNS.len(), Cell::Nothing);
            rows.push(row);
        }
    }
    Table {
        name: "outcomes",
        columns: COLUMNS,
        rows,
    }
}

fn closed(result: &WaveResult, county: &CountyResult, mut row: Vec<Cell>) -> Vec<Cell> {
    let smallest = u64::from(result.plan.disclosure.cell);
    let counts = &county.counts;
    let records = Records::of(counts, smallest);
    let without = counts
        .issued
        .saturating_sub(counts.used)
        .saturating_sub(counts.unused.total());
    let (noted, rest) = told::unused(&counts.unused, without, smallest);
    row.extend([
        Cell::Nothing,
        Cell::text("final"),
        Cell::Count(counts.issued),
        Cell::Count(counts.used),
        Cell::Count(counts.cast),
        Cell::Told(records.screened_out),
        Cell::Told(records.complete),
        Cell::Told(records.partial),
        Cell::Told(records.nothing_answered),
        Cell::Told(Told::veiled(counts.excluded, smallest)),
    ]);
    row.extend(noted.map(Cell::Told));
    row.push(Cell::Told(rest));
    row.extend(rate_columns().map(|name| {
        let rate = county.rates.get(name.as_str()).copied().flatten();
        let told = rate.map(|rate| told::rate(Lang::En, counts, rate, smallest));
        Cell::maybe(told.and_then(|text| text.parse().ok()))
    }));
    row
}

fn running(county: &County, mut row: Vec<Cell>) -> Vec<Cell> {
    row.extend([
        Cell::Nothing,
        Cell::text("steps_of_20"),
        Cell::Count(county.issued),
        Cell::Count(county.used),
    ]);
    row.extend(std::iter::repeat_n(Cell::Nothing, 6));
    row.extend(Outcome::ALL.map(|outcome| Cell::Count(county.noted.of(outcome))));
    row.push(Cell::Nothing);
    let named = county.rates.map(|rates| rates.named());
    row.extend(rate_columns().map(|name| {
        let given = named
            .iter()
            .flatten()
            .find(|(code, _)| EARLY.contains(code) && *code == name)
            .and_then(|(_, rate)| *rate);
        let text = given.map(|rate| Lang::En.number(rate * 100.0, 1));
        Cell::maybe(text.and_then(|text| text.parse().ok()))
    }));
    row
}

/// Names of the rates in the order of their columns.
fn rate_columns() -> impl Iterator<Item = String> {
    let names = COLUMNS.iter().skip(RATES_AT);
    names.map(|column| match *column {
        "e" => "e".to_owned(),
        name => name.to_uppercase(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_of_rates_are_all_rates_in_the_order_of_their_source() {
        let named = crate::stats::outcome_rate::Dispositions::default()
            .rates()
            .named();
        let names: Vec<&str> = named.iter().map(|(name, _)| *name).collect();
        assert_eq!(rate_columns().collect::<Vec<_>>(), names);
    }

    #[test]
    fn before_the_close_there_is_no_column_of_records() {
        let county = County {
            code: AreaCode::parse("140321").unwrap(),
            names: ("平定县".to_owned(), "Pingding".to_owned()),
            issued: 800,
            used: 120,
            noted: Unused::default(),
            rates: Some(crate::stats::outcome_rate::Dispositions::default().rates()),
        };
        let strata = [Stratum {
            county: county.code.clone(),
            stratum: "140321-urban".to_owned(),
            issued: 300,
            used: 40,
        }];
        let table = of_fieldwork("2026q4", &[county], &strata);
        assert_eq!(table.rows.len(), 2);
        for row in &table.rows {
            assert_eq!(row.len(), COLUMNS.len());
            for (column, cell) in COLUMNS.iter().zip(row) {
                let of_answers = [
                    "records",
                    "screened_out",
                    "complete",
                    "partial",
                    "rr1",
                    "rr3",
                ];
                assert!(
                    !of_answers.contains(column) || *cell == Cell::Nothing,
                    "{column}"
                );
            }
        }
    }
}
