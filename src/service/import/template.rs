//! Workbooks to fill in: the columns of an import, each explained, with lists where only some words are read.
//!
//! For: the data pages and `minyi import template`. Promises: a template that is filled in as its second sheet says is
//! read by this module's parent; columns of codes are formatted as text, so that no digit is lost.

use rust_xlsxwriter::{DataValidation, Format, Workbook, Worksheet, XlsxError};

use super::columns;
use super::sheet::Column;
use crate::i18n::Lang;
use crate::survey::upload::UploadKind;

/// Rows that are prepared for text and lists.
const ROWS: u32 = 60_000;

/// The words of a column that knows only some, by language.
fn choices(lang: Lang, column: &str) -> Option<&'static [&'static str]> {
    Some(match (column, lang) {
        ("level", Lang::ZhCn) => &["市", "区县", "乡镇", "村居"],
        ("level", Lang::En) => &["city", "county", "township", "community"],
        ("residence", Lang::ZhCn) => &["城镇", "乡村"],
        ("residence", Lang::En) => &["urban", "rural"],
        ("item", Lang::ZhCn) => &["满意度", "安全感"],
        ("item", Lang::En) => &["approval", "safety"],
        ("undecided", Lang::ZhCn) => &["计入", "不计入", "不详"],
        ("undecided", Lang::En) => &["in", "out", "unknown"],
        ("sex", Lang::ZhCn) => &["男", "女"],
        ("sex", Lang::En) => &["male", "female"],
        _ => return None,
    })
}

fn is_text(column: &str) -> bool {
    matches!(
        column,
        "code" | "county" | "parent" | "age" | "date" | "wave"
    )
}

/// The workbook of a kind of file, in the reader's language.
pub fn workbook(lang: Lang, kind: UploadKind) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    fill_in(workbook.add_worksheet(), lang, kind)?;
    explain(workbook.add_worksheet(), lang, kind)?;
    workbook.save_to_buffer()
}

fn title(lang: Lang, column: &Column) -> &'static str {
    match lang {
        Lang::ZhCn => column.chinese(),
        Lang::En => column.name,
    }
}

fn fill_in(sheet: &mut Worksheet, lang: Lang, kind: UploadKind) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let text = Format::new().set_num_format("@");
    sheet.set_name(lang.t(&format!("import-template-{}", kind.as_str())))?;
    sheet.set_freeze_panes(1, 0)?;
    for (place, column) in (0..).zip(columns(kind)) {
        sheet.write_with_format(0, place, title(lang, column), &bold)?;
        sheet.set_column_width(place, 18)?;
        if is_text(column.name) {
            sheet.set_column_format(place, &text)?;
        }
        if let Some(words) = choices(lang, column.name) {
            let list = DataValidation::new().allow_list_strings(words)?;
            sheet.add_data_validation(1, place, ROWS, place, &list)?;
        }
    }
    Ok(())
}

fn explain(sheet: &mut Worksheet, lang: Lang, kind: UploadKind) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let wrap = Format::new().set_text_wrap();
    sheet.set_name(lang.t("import-template-notes"))?;
    let widths = [18, 14, 64, 24];
    let titles = ["column", "needed", "what", "example"];
    for ((place, width), name) in (0..).zip(widths).zip(titles) {
        sheet.set_column_width(place, width)?;
        let words = lang.t(&format!("import-template-{name}"));
        sheet.write_with_format(0, place, words, &bold)?;
    }
    for (row, column) in (1..).zip(columns(kind)) {
        let key = |part: &str| {
            let (kind, name) = (kind.as_str(), column.name.replace('_', "-"));
            lang.t(&format!("import-{part}-{kind}-{name}"))
        };
        let needed = if column.is_required() { "yes" } else { "no" };
        sheet.write(row, 0, title(lang, column))?;
        sheet.write(row, 1, lang.t(&format!("import-template-{needed}")))?;
        sheet.write_with_format(row, 2, key("hint"), &wrap)?;
        sheet.write(row, 3, key("example"))?;
    }
    Ok(())
}
