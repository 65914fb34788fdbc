//! Import of earlier surveys' results, as others reported them.
//!
//! Promises: like its parent's; nothing of such a file ever enters a figure of ours.

use jiff::civil::Date;

use super::sheet::{CellProblem, Column, Row, RowProblem, Sheet};
use super::{About, COUNTY, ImportError, Imports, allowed, entry, imported, random, taken};
use crate::storage::office::{area, audit, reported};
use crate::storage::{Office, StoreError};
use crate::survey::account::Account;
use crate::survey::area::AreaTree;
use crate::survey::ids::ReportedSetId;
use crate::survey::reported::{Measure, Reported, ReportedRows, Undecided};
use crate::survey::time::Clock;

pub(super) static COLUMNS: [Column; 12] = [
    COUNTY,
    Column::required("item", &["指标"]),
    Column::required("wave", &["调查名称", "轮次"]),
    Column::required("date", &["调查结束日期", "日期"]),
    Column::required("estimate", &["估计值"]),
    Column::optional("error", &["标准误"]),
    Column::optional("n", &["样本量"]),
    Column::optional("n_eff", &["有效样本量"]),
    Column::optional("df", &["自由度"]),
    Column::optional("wording", &["问题原文"]),
    Column::optional("counted", &["计入的选项"]),
    Column::optional("undecided", &["说不清"]),
];

/// Reads reported results: one row for a county, a figure and a survey.
pub fn read_results(bytes: &[u8], areas: &AreaTree) -> Result<ReportedRows, Vec<RowProblem>> {
    let sheet = Sheet::read(bytes, &COLUMNS)?;
    let rows = sheet.parse(|row| {
        let read = reported(row)?;
        if areas.counties().any(|area| area.code == read.county) {
            Ok(read)
        } else {
            Err(row.problem("county", CellProblem::OtherCounty(read.county.to_string())))
        }
    })?;
    ReportedRows::new(rows)
        .map_err(|place| vec![sheet.problem(place, "wave", CellProblem::FigureTwice)])
}

fn reported(row: &Row<'_>) -> Result<Reported, RowProblem> {
    let undecided = match row.text("undecided") {
        "" => Undecided::Unknown,
        _ => row.word("undecided", Undecided::parse, "in, out, unknown")?,
    };
    Ok(Reported {
        county: row.area_code("county")?,
        measure: row.word("item", Measure::parse, "approval, safety")?,
        wave: row.filled("wave")?,
        ended: day(row)?,
        estimate: share(row, "estimate")?,
        error: optional(row, "error", share)?,
        answers: optional(row, "n", Row::whole)?,
        effective: optional(row, "n_eff", positive)?,
        df: optional(row, "df", positive)?,
        wording: row.text("wording").to_owned(),
        counted: row.text("counted").to_owned(),
        undecided,
    })
}

fn optional<'a, 'r, T>(
    row: &'r Row<'a>,
    column: &'static str,
    read: impl Fn(&'r Row<'a>, &'static str) -> Result<T, RowProblem>,
) -> Result<Option<T>, RowProblem> {
    match row.text(column) {
        "" => Ok(None),
        _ => read(row, column).map(Some),
    }
}

fn day(row: &Row<'_>) -> Result<String, RowProblem> {
    let text = row.filled("date")?;
    // A workbook's date comes with a time of day.
    let plain = text.split([' ', 'T']).next().unwrap_or_default();
    let date: Result<Date, _> = plain.replace(['/', '.'], "-").parse();
    match date {
        Ok(date) => Ok(date.to_string()),
        Err(_) => Err(row.problem("date", CellProblem::Day(text))),
    }
}

/// `0.912` or `91.2%`; `91.2` could be meant as either and is refused.
fn share(row: &Row<'_>, column: &'static str) -> Result<f64, RowProblem> {
    let text = row.filled(column)?;
    let (number, scale) = match text.strip_suffix(['%', '％']) {
        Some(number) => (number.trim(), 100.0),
        None => (text.as_str(), 1.0),
    };
    match number.parse::<f64>().map(|value| value / scale) {
        Ok(value) if (0.0..=1.0).contains(&value) => Ok(value),
        _ => Err(row.problem(column, CellProblem::Share(text))),
    }
}

fn positive(row: &Row<'_>, column: &'static str) -> Result<f64, RowProblem> {
    let text = row.filled(column)?;
    match text.replace(',', "").parse::<f64>() {
        Ok(value) if value > 0.0 && value.is_finite() => Ok(value),
        _ => Err(row.problem(column, CellProblem::Positive(text))),
    }
}

/// Imports reported results under a new name.
pub async fn results(
    office: &Office,
    clock: &Clock,
    person: &Account,
    about: &About,
    bytes: &[u8],
) -> Result<Imports<ReportedSetId>, ImportError> {
    allowed(person)?;
    let mut tx = office.0.begin_write("import results").await?;
    let mut conn = tx.conn();
    let areas = area::list(&mut conn).await?;
    let rows = read_results(bytes, &areas).map_err(ImportError::Rows)?;
    let now = clock.now();
    let id = ReportedSetId::new(now, random()?);
    let import = imported(id, about, rows.digest(), now, person);
    let stored = reported::insert(&mut conn, &import, &rows).await;
    stored.map_err(|error: StoreError| taken(error, &about.name))?;
    let count = rows.rows().len();
    let entry = entry(
        person,
        "import_results",
        about,
        count,
        &import.digest,
        clock,
    )?;
    audit::insert(&mut conn, &entry).await?;
    tx.commit().await?;
    Ok(Imports {
        id,
        rows: count,
        digest: import.digest,
    })
}
