//! The county's year as a workbook: to be filled in at a desk, and back into the form.
//!
//! Promises: a file changes nothing; it fills the form, in which the reporter reads it, with every problem at its row,
//! before it is reported. What the file leaves empty stays as it was reported before.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::{ReportError, Sheet, ValueProblem, asked, reach, typed};
use crate::evaluation::indicator::Kind;
use crate::service::app::App;
use crate::service::import::grid;
use crate::storage::office::indicator;
use crate::survey::account::Account;
use crate::survey::role::Action;

/// The columns; whoever fills the file in changes `value`, `k` and `m` only.
const COLUMNS: [&str; 6] = ["indicator", "name", "value", "k", "m", "last_year"];

/// What a file fills into the form.
#[derive(Debug, Default)]
pub struct Filled {
    /// The form's fields.
    pub fields: BTreeMap<String, String>,
    /// What is wrong with the values.
    pub problems: Vec<ValueProblem>,
    /// Rows of the file by indicator, as the spreadsheet numbers them.
    pub rows: BTreeMap<String, usize>,
    /// What is wrong with the file: the row, if there is one, and what.
    pub refused: Vec<(Option<usize>, TableProblem)>,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableProblem {
    /// It is no workbook and no CSV.
    Unreadable,
    /// A column is missing.
    Column(&'static str),
    /// The county reports no such indicator.
    Unknown(String),
    /// The indicator stands in an earlier row.
    Twice(String),
}

impl TableProblem {
    /// The code, for sentences by key, and what it is about.
    #[must_use]
    pub fn code(&self) -> (&'static str, &str) {
        match self {
            Self::Unreadable => ("unreadable", ""),
            Self::Column(name) => ("column", name),
            Self::Unknown(id) => ("unknown", id),
            Self::Twice(id) => ("twice", id),
        }
    }
}

/// The workbook of a sheet: what was reported so far, and the year before beside it.
pub fn template(sheet: &Sheet, language: &str) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    let (bold, wrapped) = (Format::new().set_bold(), Format::new().set_text_wrap());
    for (at, name) in (0..).zip(COLUMNS) {
        page.write_string_with_format(0, at, name, &bold)?;
    }
    page.set_freeze_panes(1, 2)?;
    page.set_column_width(0, 26)?.set_column_width(1, 44)?;
    page.set_column_width(2, 30)?.set_column_width(5, 30)?;
    let standard = &sheet.standard;
    for (row, id) in (1..).zip(asked(standard, &sheet.county).into_keys()) {
        let texts = |year: i32| {
            let stored = sheet.values.get(&(year, id.to_owned()));
            stored.map_or_else(Default::default, |one| {
                typed::texts(standard, language, &one.indicator.value)
            })
        };
        page.write_string(row, 0, id)?;
        page.write_string_with_format(row, 1, standard.indicator_name(id, language), &wrapped)?;
        for (at, text) in (2..).zip(texts(sheet.year)) {
            match text.parse::<u32>() {
                Ok(number) => page.write_number(row, at, number)?,
                Err(_) => page.write_string_with_format(row, at, text, &wrapped)?,
            };
        }
        let [value, k, m] = texts(sheet.year - 1);
        let before = if m.is_empty() {
            value
        } else {
            format!("{k}/{m}")
        };
        page.write_string_with_format(row, 5, before, &wrapped)?;
    }
    workbook.save_to_buffer()
}

/// Reads a file for a form in this language.
pub async fn fill(
    app: &App,
    person: &Account,
    (county, year): (&str, i32),
    language: &str,
    bytes: &[u8],
) -> Result<Filled, ReportError> {
    if !person.may(Action::ReportIndicators) {
        return Err(ReportError::Denied);
    }
    let mut tx = app.office.0.begin_read("fill in indicators").await?;
    let mut conn = tx.conn();
    let standard = reach(app, &mut conn, person, (county, year)).await?;
    let asked = asked(&standard, county);
    let mut filled = read(bytes, &asked);
    for stored in indicator::list(&mut conn).await? {
        let one = &stored.indicator;
        let here = one.county == county && one.year == year && asked.contains_key(one.id.as_str());
        let names = ["value", "k", "m"].map(|part| format!("{part}-{}", one.id));
        if here && !names.iter().any(|name| filled.fields.contains_key(name)) {
            let texts = typed::texts(&standard, language, &one.value);
            filled.fields.extend(names.into_iter().zip(texts));
        }
    }
    match typed::read(&standard, (county, year), &asked, &filled.fields) {
        Ok(_) => {}
        Err(ReportError::Values(problems)) => filled.problems = problems,
        Err(error) => return Err(error),
    }
    Ok(filled)
}

fn read(bytes: &[u8], asked: &BTreeMap<&str, Kind>) -> Filled {
    let mut filled = Filled::default();
    let Ok(lines) = grid::lines(bytes) else {
        filled.refused.push((None, TableProblem::Unreadable));
        return filled;
    };
    let mut lines = lines.into_iter();
    let (_, header) = lines.next().unwrap_or_default();
    let place = |name: &str| header.iter().position(|cell| cell.trim() == name);
    let needed = ["indicator", "value", "k", "m"];
    let missing: Vec<&'static str> = needed
        .into_iter()
        .filter(|name| place(name).is_none())
        .collect();
    if !missing.is_empty() {
        let missing = missing
            .into_iter()
            .map(|name| (None, TableProblem::Column(name)));
        filled.refused.extend(missing);
        return filled;
    }
    for (row, cells) in lines {
        let cell = |name: &str| {
            let cell = place(name).and_then(|at| cells.get(at));
            cell.map_or("", |cell| cell.trim())
        };
        let id = cell("indicator");
        if !asked.contains_key(id) {
            let problem = TableProblem::Unknown(id.to_owned());
            filled.refused.push((Some(row), problem));
            continue;
        }
        if filled.rows.insert(id.to_owned(), row).is_some() {
            let problem = TableProblem::Twice(id.to_owned());
            filled.refused.push((Some(row), problem));
        }
        for part in ["value", "k", "m"] {
            let text = cell(part);
            if !text.is_empty() {
                filled
                    .fields
                    .insert(format!("{part}-{id}"), text.to_owned());
            }
        }
    }
    filled
}
