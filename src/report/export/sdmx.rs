//! The table of estimates as SDMX-CSV 2.0, for statistical offices and their tools.
//!
//! Pure. Promises: the rows are those of the published table and nothing is computed; what is left out there is an observation
//! without a value whose status says why. docs/api.md lists dimensions, attributes and codes.

use super::{Cell, Table};
use crate::report::csv::CsvText;
use crate::survey::result::WaveFacts;
use crate::survey::time::Zone;

/// The structure that the rows follow, by agency, id and version.
pub const STRUCTURE: &str = "MINYI:DF_WAVE_ESTIMATES(1.0.0)";

/// Structure, action, dimensions, measure, attributes.
pub const COLUMNS: [&str; 20] = [
    "STRUCTURE",
    "STRUCTURE_ID",
    "ACTION",
    "WAVE",
    "REF_AREA",
    "INDICATOR",
    "GROUP_BY",
    "GROUP",
    "TIME_PERIOD",
    "OBS_VALUE",
    "OBS_STATUS",
    "UNIT_MEASURE",
    "STD_ERROR",
    "LOW_95",
    "HIGH_95",
    "LOW_90",
    "HIGH_90",
    "N",
    "DF",
    "FINDING",
];

/// A total, as SDMX names it.
const TOTAL: &str = "_T";

/// The file, from the table of estimates.
#[must_use]
pub fn sdmx(facts: &WaveFacts, zone: &Zone, estimates: &Table) -> String {
    let period = period(facts, zone);
    let mut file = CsvText::new(COLUMNS);
    for row in &estimates.rows {
        let cell = |name: &str| {
            let place = estimates.columns.iter().position(|column| *column == name);
            let cell = place.and_then(|place| row.get(place));
            cell.map(Cell::written).unwrap_or_default().into_owned()
        };
        let or_total = |text: String| {
            if text.is_empty() || text == "county" {
                TOTAL.to_owned()
            } else {
                text
            }
        };
        file.push([
            "dataflow".to_owned(),
            STRUCTURE.to_owned(),
            "I".to_owned(),
            cell("wave"),
            cell("county"),
            cell("figure").to_ascii_uppercase(),
            or_total(cell("by")).to_ascii_uppercase(),
            or_total(cell("group")),
            period.clone(),
            cell("estimate"),
            status(&cell("shown")).to_owned(),
            "FRACTION".to_owned(),
            cell("standard_error"),
            cell("low_95"),
            cell("high_95"),
            cell("low_90"),
            cell("high_90"),
            cell("n"),
            cell("df"),
            cell("finding").to_ascii_uppercase(),
        ]);
    }
    file.finish()
}

/// First day and number of days, the last one included (ISO 8601).
fn period(facts: &WaveFacts, zone: &Zone) -> String {
    let first = zone.date(facts.opens_at);
    let last = zone.date(facts.last_moment());
    let days = last.duration_since(first).as_hours() / 24 + 1;
    format!("{first}/P{days}D")
}

/// The code of `CL_OBS_STATUS`: normal, suppressed, missing.
fn status(shown: &str) -> &'static str {
    match shown {
        "yes" => "A",
        "not_computed" => "O",
        _ => "Q",
    }
}
