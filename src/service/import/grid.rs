//! A table file as lines of cells: CSV as spreadsheets save it, or the first sheet of a workbook (XLSX).
//!
//! For: [`super::sheet`]. Promises: text is UTF-8 with or without byte order mark, UTF-16, or GB18030, which is
//! what Chinese spreadsheets write; comma, semicolon or tab, whichever the first line has most; lines are numbered
//! as a spreadsheet numbers them, blank ones included; a number of a workbook is written with all its digits; a
//! workbook with a stray cell far away costs no more than its cells.

use std::borrow::Cow;
use std::io::Cursor;

use calamine::{DataRef, Reader as _, Xlsx, XlsxError};
use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

use super::sheet::CellProblem;

/// Cells of a workbook that are read; a frame of a million rows has fewer.
const MOST_CELLS: usize = 10_000_000;
/// Columns that are looked at; a cell beyond is a stray one.
const MOST_COLUMNS: u32 = 200;
/// What every XLSX begins with: it is a ZIP archive.
const ZIP: &[u8] = b"PK\x03\x04";
/// What a workbook before 2007 begins with, and every workbook with a password.
const COMPOUND: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0];
/// Up to here every whole number has a float of its own.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A line and its number in the spreadsheet, from 1.
pub(in crate::service) type Line = (usize, Vec<String>);

/// The lines that have a cell with something in it.
pub(in crate::service) fn lines(bytes: &[u8]) -> Result<Vec<Line>, (Option<usize>, CellProblem)> {
    if bytes.starts_with(ZIP) {
        return workbook(bytes).map_err(|error| match error {
            XlsxError::Password => (None, CellProblem::OldWorkbook),
            other => (None, CellProblem::BrokenWorkbook(other.to_string())),
        });
    }
    if bytes.starts_with(COMPOUND) {
        return Err((None, CellProblem::OldWorkbook));
    }
    let text = decode(bytes).ok_or((None, CellProblem::Encoding))?;
    delimited(&text)
}

/// The text, in whichever of the known encodings it is without a fault.
fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    for (mark, encoding) in [(b"\xff\xfe", UTF_16LE), (b"\xfe\xff", UTF_16BE)] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            return encoding.decode_without_bom_handling_and_without_replacement(rest);
        }
    }
    let plain = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(plain) {
        Ok(text) => Some(Cow::Borrowed(text)),
        Err(_) => GB18030.decode_without_bom_handling_and_without_replacement(plain),
    }
}

fn delimited(text: &str) -> Result<Vec<Line>, (Option<usize>, CellProblem)> {
    let first = text.lines().find(|line| !line.trim().is_empty());
    let count = |mark: char| first.map_or(0, |line| line.matches(mark).count());
    let commas = count(',');
    let delimiter = match (count('\t'), count(';')) {
        (tabs, semicolons) if tabs > commas && tabs >= semicolons => b'\t',
        (_, semicolons) if semicolons > commas => b';',
        _ => b',',
    };
    let text = &text.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    // A spreadsheet shows a cell with line breaks as one row, and blank lines, which the reader skips, as rows.
    let (mut row, mut seen, mut inside) = (1, 0, 0);
    for record in reader.records() {
        let record = record.map_err(|error| {
            let at = error.position().map(csv::Position::line);
            let row = at.and_then(|line| usize::try_from(line).ok());
            (row, CellProblem::Unreadable(error.to_string()))
        })?;
        let begun = record.position().map_or(0, csv::Position::byte);
        let begun = usize::try_from(begun).unwrap_or(usize::MAX);
        let passed = text.get(seen..begun).unwrap_or_default();
        let blank = text.get(begun..).unwrap_or_default();
        let blank = blank.len() - blank.trim_start_matches('\n').len();
        row += passed.matches('\n').count() + blank - inside;
        seen = begun + blank;
        let breaks = |cell: &str| cell.matches('\n').count();
        inside = record.iter().map(breaks).sum();
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            lines.push((row, cells));
        }
    }
    Ok(lines)
}

/// The first sheet. Cells come one by one, so that a far one does not fill what lies between.
fn workbook(bytes: &[u8]) -> Result<Vec<Line>, XlsxError> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    let Some(name) = workbook.sheet_names().first().cloned() else {
        return Ok(Vec::new());
    };
    sheet(&mut workbook, &name)
}

/// Every sheet of a workbook with its name.
pub(in crate::service) fn sheets(bytes: &[u8]) -> Result<Vec<(String, Vec<Line>)>, XlsxError> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    let names = workbook.sheet_names();
    let read = names.into_iter().map(|name| {
        let lines = sheet(&mut workbook, &name)?;
        Ok((name, lines))
    });
    read.collect()
}

fn sheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<Line>, XlsxError> {
    let mut cells = workbook.worksheet_cells_reader(name)?;
    let mut lines: Vec<Line> = Vec::new();
    let mut width = 0;
    for _ in 0..MOST_CELLS {
        let Some(cell) = cells.next_cell()? else {
            break;
        };
        let (row, column) = cell.get_position();
        let text = words(cell.get_value());
        if column >= MOST_COLUMNS || text.is_empty() {
            continue;
        }
        let row = usize::try_from(row).unwrap_or(usize::MAX).saturating_add(1);
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if lines.last().is_none_or(|(last, _)| *last != row) {
            lines.push((row, Vec::new()));
        }
        if let Some((_, line)) = lines.last_mut() {
            line.resize(column, String::new());
            line.push(text);
            width = width.max(line.len());
        }
    }
    for (_, line) in &mut lines {
        line.resize(width, String::new());
    }
    Ok(lines)
}

/// What a cell says; a whole number without the point that floats have.
fn words(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Empty => String::new(),
        DataRef::Float(value) if value.fract() == 0.0 && value.abs() < EXACT => {
            format!("{value:.0}")
        }
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        other => calamine::Data::from(other.clone()).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::Workbook;

    use super::*;

    fn read(bytes: &[u8]) -> Vec<Line> {
        lines(bytes).unwrap()
    }

    fn line(row: usize, cells: &[&str]) -> Line {
        (row, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn every_encoding_that_spreadsheets_write_is_the_same_table() {
        let text = "代码,名称\n140302,城区\n";
        let wanted = [line(1, &["代码", "名称"]), line(2, &["140302", "城区"])];
        assert_eq!(read(text.as_bytes()), wanted);
        assert_eq!(read(format!("\u{feff}{text}").as_bytes()), wanted);
        // 代码,名称 / 140302,城区 as Excel's "CSV" writes them on a Chinese system.
        let gb18030 = b"\xb4\xfa\xc2\xeb,\xc3\xfb\xb3\xc6\r\n140302,\xb3\xc7\xc7\xf8\r\n";
        assert_eq!(read(gb18030), wanted);
        // Excel's "Unicode text": UTF-16 with tabs.
        let tabs = text.replace(',', "\t");
        let wide: Vec<u8> = std::iter::once(0xfeff)
            .chain(tabs.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(read(&wide), wanted);
        assert_eq!(read(text.replace(',', ";").as_bytes()), wanted);
    }

    #[test]
    fn four_bytes_of_gb18030_are_a_character() {
        // 㐀, which GBK does not have.
        assert_eq!(
            read(b"a,b\n\x81\x39\xee\x39,1\n")[1],
            line(2, &["\u{3400}", "1"])
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_named_as_such() {
        assert_eq!(
            lines(b"a,b\n\xff\xff\x80,1\n"),
            Err((None, CellProblem::Encoding))
        );
        assert_eq!(
            lines(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]),
            Err((None, CellProblem::OldWorkbook))
        );
        let broken = lines(b"PK\x03\x04 and nothing more").unwrap_err();
        assert!(matches!(broken.1, CellProblem::BrokenWorkbook(_)));
    }

    #[test]
    fn rows_have_the_numbers_that_the_spreadsheet_shows() {
        let file = "a,b\n\n\"one\ncell\n\", 2 \n,\n3,4\n\n\n5,6";
        let wanted = [
            line(1, &["a", "b"]),
            line(3, &["one\ncell", "2"]),
            line(5, &["3", "4"]),
            line(8, &["5", "6"]),
        ];
        assert_eq!(read(file.as_bytes()), wanted);
        assert_eq!(read(file.replace('\n', "\r\n").as_bytes()), wanted);
        assert_eq!(read(file.replace('\n', "\r").as_bytes()), wanted);
    }

    #[test]
    fn a_workbook_keeps_codes_whole_and_a_far_cell_costs_nothing() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write(0, 0, "code").unwrap();
        sheet.write(0, 1, "size").unwrap();
        sheet.write(1, 0, 140_302_001_001_i64).unwrap();
        sheet.write(1, 1, 12.5).unwrap();
        sheet.write(4, 0, " 140302001002 ").unwrap();
        sheet.write(5, 1, true).unwrap();
        sheet.write(1_048_575, 16_383, "stray").unwrap();
        let bytes = workbook.save_to_buffer().unwrap();
        assert_eq!(
            read(&bytes),
            [
                line(1, &["code", "size"]),
                line(2, &["140302001001", "12.5"]),
                line(5, &["140302001002", ""]),
                line(6, &["", "true"]),
            ]
        );
    }
}
