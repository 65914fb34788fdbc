//! Tables as a workbook (XLSX): one sheet each, and a sheet of notes that explains every column.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::{Cell, Table, plain};
use crate::i18n::Lang;
use crate::report::told::Told;
use crate::survey::time::Instant;

/// What stands beside the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notes {
    /// What the workbook is about.
    pub title: String,
    /// Sentences.
    pub sentences: Vec<String>,
    /// When what it says came about; never the moment at which it was written.
    pub at: Instant,
}

/// The workbook, in the reader's language.
pub fn workbook(lang: Lang, notes: &Notes, tables: &[Table]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let at = ExcelDateTime::from_timestamp(notes.at.micros().div_euclid(1_000_000))?;
    let properties = DocProperties::new()
        .set_title(&notes.title)
        .set_creation_datetime(&at);
    workbook.set_properties(&properties);
    for table in tables {
        fill(workbook.add_worksheet(), lang, table)?;
    }
    explain(workbook.add_worksheet(), lang, notes, tables)?;
    workbook.save_to_buffer()
}

/// The sentence of a column.
pub(super) fn heading(lang: Lang, column: &str) -> String {
    lang.t(&format!("export-column-{}", column.replace('_', "-")))
}

fn fill(sheet: &mut Worksheet, lang: Lang, table: &Table) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold().set_text_wrap();
    let text = Format::new().set_num_format("@");
    let count = Format::new().set_num_format("#,##0");
    let number = Format::new().set_num_format("0.0###");
    sheet.set_name(lang.t(&format!("export-table-{}", table.name)))?;
    sheet.set_freeze_panes(1, 0)?;
    for (place, column) in (0..).zip(table.columns) {
        sheet.write_with_format(0, place, heading(lang, column), &bold)?;
        sheet.set_column_width(place, width(column))?;
    }
    for (row, cells) in (1..).zip(&table.rows) {
        for (place, cell) in (0..).zip(cells) {
            match cell {
                Cell::Nothing => continue,
                Cell::Text(words) => {
                    sheet.write_string_with_format(row, place, plain(words), &text)?
                }
                Cell::Count(n) | Cell::Told(Told::Exact(n)) => {
                    sheet.write_number_with_format(row, place, real(*n), &count)?
                }
                Cell::Number(x) => sheet.write_number_with_format(row, place, *x, &number)?,
                Cell::Told(told) => {
                    sheet.write_string_with_format(row, place, told.words(lang), &text)?
                }
            };
        }
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn real(n: u64) -> f64 {
    n as f64
}

/// Characters that a column is wide.
fn width(column: &str) -> f64 {
    match column {
        "answers_zh" | "answers_en" => 32.0,
        name if name.ends_with("_zh") || name.ends_with("_en") => 16.0,
        _ => 12.0,
    }
}

fn explain(
    sheet: &mut Worksheet,
    lang: Lang,
    notes: &Notes,
    tables: &[Table],
) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let wrap = Format::new().set_text_wrap();
    sheet.set_name(lang.t("export-notes"))?;
    for (place, width) in [18.0, 16.0, 26.0, 80.0].into_iter().enumerate() {
        sheet.set_column_width(u16::try_from(place).unwrap_or_default(), width)?;
    }
    sheet.write_with_format(0, 0, &notes.title, &bold)?;
    let mut row = 1;
    for sentence in &notes.sentences {
        sheet.merge_range(row, 0, row, 3, sentence, &wrap)?;
        sheet.set_row_height(row, lines(sentence) * 16.0)?;
        row += 1;
    }
    row += 1;
    for (place, key) in (0..).zip(["table", "name", "heading", "meaning"]) {
        sheet.write_with_format(row, place, lang.t(&format!("export-notes-{key}")), &bold)?;
    }
    for table in tables {
        for column in table.columns {
            row += 1;
            sheet.write(row, 0, lang.t(&format!("export-table-{}", table.name)))?;
            sheet.write(row, 1, *column)?;
            sheet.write(row, 2, heading(lang, column))?;
            let about = meaning(lang, column).unwrap_or_default();
            sheet.write_with_format(row, 3, about, &wrap)?;
        }
    }
    Ok(())
}

/// What a column means, where its heading does not say everything.
pub(super) fn meaning(lang: Lang, column: &str) -> Option<String> {
    let key = format!("export-about-{}", column.replace('_', "-"));
    if lang.has(&key) {
        return Some(lang.t(&key));
    }
    let key = format!("results-rate-{column}");
    lang.has(&key).then(|| lang.t(&key))
}

/// Lines that a sentence takes over the merged columns, counting wide characters twice.
fn lines(sentence: &str) -> f64 {
    let width: u32 = sentence
        .chars()
        .map(|c| if c.is_ascii() { 1 } else { 2 })
        .sum();
    f64::from(width.div_ceil(130).max(1))
}
