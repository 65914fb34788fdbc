//! Tables as a workbook (XLSX): one sheet each, and a sheet of notes that explains every column; the report's has
//! charts on its first sheet.

use rust_xlsxwriter::{
    Chart, ChartErrorBars, ChartErrorBarsType, ChartFormat, ChartLine, ChartLineDashType,
    ChartMarker, ChartMarkerType, ChartRange, ChartSeries, ChartType, DocProperties, ExcelDateTime,
    Format, Workbook, Worksheet, XlsxError,
};

use super::summary::{CHARTS, Chart as Wanted};
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
    let mut workbook = begun(notes)?;
    for table in tables {
        fill(workbook.add_worksheet(), lang, table)?;
    }
    explain(
        workbook.add_worksheet(),
        lang,
        "export-notes",
        notes,
        tables,
    )?;
    workbook.save_to_buffer()
}

/// The report's workbook: charts under the first table, and every question in the dictionary.
pub fn report(
    lang: Lang,
    notes: &Notes,
    tables: &[Table],
    questions: &[[String; 3]],
) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = begun(notes)?;
    for (place, table) in tables.iter().enumerate() {
        let sheet = workbook.add_worksheet();
        fill(sheet, lang, table)?;
        if place == 0 && !table.rows.is_empty() {
            plot(sheet, lang, table)?;
        }
    }
    let sheet = workbook.add_worksheet();
    let mut row = explain(sheet, lang, "export-dictionary", notes, tables)?;
    let wrap = Format::new().set_text_wrap();
    for [item, text, answers] in questions {
        row += 1;
        sheet.write(row, 0, lang.t("export-question"))?;
        sheet.write(row, 1, item)?;
        sheet.write_with_format(row, 2, text, &wrap)?;
        sheet.write_with_format(row, 3, answers, &wrap)?;
    }
    workbook.save_to_buffer()
}

fn begun(notes: &Notes) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    let at = ExcelDateTime::from_timestamp(notes.at.micros().div_euclid(1_000_000))?;
    let properties = DocProperties::new()
        .set_title(&notes.title)
        .set_creation_datetime(&at);
    workbook.set_properties(&properties);
    Ok(workbook)
}

/// The charts of the counties, one beside the other under the table.
fn plot(sheet: &mut Worksheet, lang: Lang, table: &Table) -> Result<(), XlsxError> {
    let top = u32::try_from(table.rows.len()).unwrap_or_default() + 2;
    for (wanted, left) in CHARTS.iter().zip([0, 7]) {
        if let Some(mut chart) = chart(lang, table, wanted) {
            chart.set_width(620).set_height(340);
            sheet.insert_chart(top, left, &chart)?;
        }
    }
    Ok(())
}

/// Points with error bars, from the cells of the table; the scale need not begin at zero, for no length is compared.
fn chart(lang: Lang, table: &Table, wanted: &Wanted) -> Option<Chart> {
    let sheet = lang.t(&format!("export-table-{}", table.name));
    let last = u32::try_from(table.rows.len()).ok()?;
    let range = |column: &str| {
        let place = table.columns.iter().position(|name| *name == column)?;
        let place = u16::try_from(place).ok()?;
        Some(ChartRange::new_from_range(&sheet, 1, place, last, place))
    };
    let names = range(match lang {
        Lang::ZhCn => "county_zh",
        Lang::En => "county_en",
    })?;
    let [below, above] = wanted.arms;
    let mut bars = ChartErrorBars::new();
    bars.set_type(ChartErrorBarsType::Custom(range(above)?, range(below)?));
    let mut hidden = ChartLine::new();
    hidden.set_hidden(true);
    let mut marker = ChartMarker::new();
    marker.set_type(ChartMarkerType::Circle).set_size(8);
    let mut chart = Chart::new(ChartType::Line);
    chart
        .add_series()
        .set_name(heading(lang, wanted.value).as_str())
        .set_categories(&names)
        .set_values(&range(wanted.value)?)
        .set_format(ChartFormat::new().set_line(&hidden))
        .set_marker(&marker)
        .set_y_error_bars(&bars);
    if let Some(column) = wanted.line {
        let mut dashed = ChartLine::new();
        dashed
            .set_color("#000000")
            .set_dash_type(ChartLineDashType::Dash);
        let mut series = ChartSeries::new();
        series
            .set_name(heading(lang, column).as_str())
            .set_categories(&names)
            .set_values(&range(column)?)
            .set_format(ChartFormat::new().set_line(&dashed))
            .set_marker(ChartMarker::new().set_none());
        chart.push_series(&series);
    }
    let title = lang.t(wanted.title);
    chart.title().set_name(title.as_str());
    chart.set_alt_text(title.as_str());
    chart.y_axis().set_num_format("0%");
    chart
        .legend()
        .set_position(rust_xlsxwriter::ChartLegendPosition::Bottom);
    Some(chart)
}

/// The sentence of a column.
pub(super) fn heading(lang: Lang, column: &str) -> String {
    lang.t(&format!("export-column-{}", column.replace('_', "-")))
}

fn fill(sheet: &mut Worksheet, lang: Lang, table: &Table) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold().set_text_wrap();
    let text = Format::new().set_num_format("@");
    let wrapped = Format::new().set_num_format("@").set_text_wrap();
    let count = Format::new().set_num_format("#,##0");
    let number = Format::new().set_num_format("0.0###");
    sheet.set_name(lang.t(&format!("export-table-{}", table.name)))?;
    sheet.set_freeze_panes(1, 0)?;
    for (place, column) in (0..).zip(table.columns) {
        sheet.write_with_format(0, place, heading(lang, column), &bold)?;
        sheet.set_column_width(place, width(column))?;
    }
    for (row, cells) in (1..).zip(&table.rows) {
        for ((place, cell), column) in (0..).zip(cells).zip(table.columns) {
            match cell {
                Cell::Nothing => continue,
                Cell::Text(words) if width(column) > 40.0 => {
                    sheet.write_string_with_format(row, place, plain(words), &wrapped)?
                }
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
        "answers_zh" | "answers_en" | "criterion_name" | "topic" => 32.0,
        "text" | "reason" | "rule" | "digest" => 70.0,
        name if name.ends_with("_zh") || name.ends_with("_en") => 16.0,
        _ => 12.0,
    }
}

/// Title, sentences, every column; gives the last row.
fn explain(
    sheet: &mut Worksheet,
    lang: Lang,
    name: &str,
    notes: &Notes,
    tables: &[Table],
) -> Result<u32, XlsxError> {
    let bold = Format::new().set_bold();
    let wrap = Format::new().set_text_wrap();
    sheet.set_name(lang.t(name))?;
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
    Ok(row)
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
