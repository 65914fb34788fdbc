//! Tables as files: CSV and workbooks, with the same rows in both.
//!
//! Pure. For: `service::exports`. Promises: the same content gives the same bytes; names of columns are words of
//! letters, digits and underscores that stay what they are, numbers are written in the shortest form that reads back; a
//! cell is one line and never begins with a sign that a spreadsheet would take for a formula; a file for spreadsheets has the mark by
//! which they know UTF-8.

pub mod audit;
pub mod bundle;
pub mod codebook;
pub mod outcomes;
pub mod paradata;
pub mod results;
pub mod sdmx;
pub mod summary;
mod syntax;
mod workbook;

pub use syntax::syntax;
pub use workbook::{Notes, report, workbook};

use std::borrow::Cow;

use super::csv::{CsvText, number};
use super::told::Told;

/// By this, spreadsheets know that a file is UTF-8.
const MARK: &str = "\u{feff}";

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Nothing,
    /// A word or a sentence.
    Text(String),
    /// A whole number.
    Count(u64),
    /// Any other number.
    Number(f64),
    /// A count as it may be told: `<10` is fewer than ten but not nobody, `~120` is to the nearest ten.
    Told(Told),
}

impl Cell {
    /// A text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number that may be absent.
    #[must_use]
    pub fn maybe(value: Option<f64>) -> Self {
        value.map_or(Self::Nothing, Self::Number)
    }

    /// A count that may be absent.
    #[must_use]
    pub fn count(value: Option<u64>) -> Self {
        value.map_or(Self::Nothing, Self::Count)
    }

    fn written(&self) -> Cow<'_, str> {
        match self {
            Self::Nothing => Cow::Borrowed(""),
            Self::Text(text) => guarded(text),
            Self::Count(n) | Self::Told(Told::Exact(n)) => Cow::Owned(n.to_string()),
            Self::Number(x) => Cow::Owned(number(Some(*x))),
            Self::Told(Told::Under(n)) => Cow::Owned(format!("<{n}")),
            Self::Told(Told::About(n)) => Cow::Owned(format!("~{n}")),
        }
    }
}

/// A text on one line: what reads line by line would take the rest of it for another row.
fn plain(text: &str) -> Cow<'_, str> {
    if text.contains(char::is_control) {
        Cow::Owned(text.replace(char::is_control, " "))
    } else {
        Cow::Borrowed(text)
    }
}

/// A text on one line that no spreadsheet takes for a formula.
fn guarded(text: &str) -> Cow<'_, str> {
    if text.starts_with([
        '=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ]) {
        Cow::Owned(format!("'{}", plain(text)))
    } else {
        plain(text)
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Its name: of the file, of the sheet (`export-table-NAME`).
    pub name: &'static str,
    /// Names of its columns; the sentences are `export-column-NAME` with hyphens.
    pub columns: &'static [&'static str],
    /// Its rows, each as long as there are columns.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// As CSV.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text = CsvText::new(self.columns);
        for row in &self.rows {
            text.push(row.iter().map(Cell::written));
        }
        format!("{MARK}{}", text.finish())
    }
}

/// Wave and county: how every row begins.
fn place(wave: &str, county: &str, names: (&str, &str)) -> Vec<Cell> {
    [wave, county, names.0, names.1].map(Cell::text).to_vec()
}

/// Codes that belong together, as one word.
fn joined(codes: &[String]) -> String {
    codes.join("+")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        Table {
            name: "outcomes",
            columns: &["county_zh", "issued", "complete", "rr1", "used"],
            rows: vec![vec![
                Cell::text(text),
                Cell::Count(800),
                Cell::Told(Told::Under(10)),
                Cell::Number(-0.25),
                Cell::Told(Told::About(120)),
            ]],
        }
    }

    #[test]
    fn a_spreadsheet_reads_text_as_text_and_numbers_as_numbers() {
        for (text, wanted) in [
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@A1", "'@A1"),
            ("\tx", "' x"),
            ("平定\r\n县", "平定  县"),
            ("平定县", "平定县"),
        ] {
            let csv = table(text).csv();
            let row = csv.lines().nth(1).unwrap();
            assert_eq!(row, format!("{wanted},800,<10,-0.25,~120"));
            assert!(csv.starts_with("\u{feff}county_zh,issued,"), "{csv}");
        }
    }
}
